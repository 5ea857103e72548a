# SPDX-License-Identifier: MIT
"""Steps and parts that cannot be are refused with the key, the line and what is allowed."""

import pytest

from guiuploader.destinations.toml_file import parse, render
from guiuploader.values.errors import DestinationError, ErrorCode
from tests.unit.transfer.stage import to
from tests.unit.transfer.test_step_sign_in import LOGIN
from tests.unit.transfer.test_steps import STEPS

URL = "http://a.example/"
STEP = '[[before]]\nname = "a"\n'


@pytest.mark.parametrize(
    ("tables", "key", "reason"),
    [
        ('[before]\nname = "a"', "before", "must be a list of tables: [[before]]"),
        ("[[before]]", "before[1].name", "is missing"),
        (STEP + "names = 1", "before[1].names", "did you mean “name”"),
        (STEP + "accepts = [201]", "before[1].accepts", "must be statuses from 400 to 499"),
        (STEP + 'accepts = ["405"]', "before[1].accepts", "must be a list of whole numbers"),
        ("[reply]\nunauthorized = [500]", "reply.unauthorized", "must be statuses from 400 to 499"),
        (STEP + STEP, "before[2].name", "another step's name"),
        (STEP + 'url = "http://b.example/"', "before[1].url", "the destination's own server"),
        (STEP + 'url = "//b.example/"', "before[1].url", "one “/”"),
        (STEP + 'text = "{file:text}"', "before[1].text", "cannot hold the file"),
        (STEP + 'text = "x"\nfields = {a = "b"}', "before[1].fields", "one body"),
        (STEP + 'url = "/{step:b.c}"', "before[1].url", "the step “b”, which is not one of those before it"),
        (STEP + '[headers]\nX-A = "{step:a.b}"', "headers.X-A", "not among what that step gives: nothing"),
        (STEP + 'url = "/{part:number}"', "before[1].url", "only the requests with the file are parts"),
        ('[headers]\nX = "{part:size}"', "headers.X", "known are: number"),
        ("[parts]\nsize = 5", "parts.size", "at least 65536 bytes"),
        ("[parts]\nparallel = 99", "parts.parallel", "from 1 to 16"),
        ("[parts.gives]\nnumber = '{response}'", "parts.gives.number", "a name of its own"),
        ("[parts.renews]\n'a.b' = '{response}'", "parts.renews.a.b", "step.value"),
        ('[[after]]\nname = "a"\ntext = "{parts}"', "after[1].text", "[parts] item"),
        (STEP + "stores = true", "before[1].stores", "[[after]] only"),
        (STEP + "[before.gives]\nb = '{nothing}'", "before[1].gives.b", "is not known here"),
        ('body = "tus"\n' + STEP, "body", "beside steps"),
        ('[auth]\nkind = "oauth2"', "auth.token_url", "is needed"),
        (
            '[auth]\nkind = "oauth2"\ntoken_url = "/t"\nclient_id = "a"\nclient_secret = "{secret:a}"',
            "auth.token_url",
            "must start with http",
        ),
        (
            '[auth]\nkind = "oauth2"\ntoken_url = "http://a.example/t"\nclient_id = "a"\nclient_secret = "b"',
            "auth.client_secret",
            "kept in clear",
        ),
    ],
)
def test_what_cannot_be_is_a_sentence(tables: str, key: str, reason: str) -> None:
    with pytest.raises(DestinationError) as refused:
        to(URL, tables)
    problem = refused.value.problem
    assert problem.code is ErrorCode.DESTINATION_INVALID
    assert problem.facts["key"] == key
    assert reason in str(problem.facts["reason"])


def test_the_line_is_named_where_a_step_is_wrong() -> None:
    head = f'format = 1\nname = "x"\nurl = "{URL}"\n\n'
    text = f'{head}{STEP}\n[[before]]\nname = "b"\n[before.headers]\n"X Y" = "1"\n'
    with pytest.raises(DestinationError) as refused:
        parse(text, called="x.toml")
    assert refused.value.problem.facts["key"] == "before[2].headers.X Y"
    assert str(refused.value.problem.facts["reason"]).endswith("(line 11)")


@pytest.mark.parametrize("tables", [STEPS, LOGIN])
def test_steps_come_back_from_their_file(tables: str) -> None:
    destination = to(URL, tables)
    assert parse(render(destination), called="x") == destination


def test_a_destination_whose_tokens_come_from_elsewhere_binds_its_secrets_to_both_servers() -> None:
    auth = '[auth]\nkind = "oauth2"\ntoken_url = "{}/t"\nclient_id = "a"\nclient_secret = "{{secret:a}}"'
    assert to(URL, auth.format("http://a.example")).origin == "http://a.example:80"
    assert (
        to(URL, auth.format("https://login.example")).origin
        == "http://a.example:80+https://login.example:443"
    )


def test_only_requests_that_may_all_be_repeated_are_safe_to_repeat() -> None:
    put = 'method = "PUT"\nbody = "raw"\n'
    assert to(URL, put).repeats_are_safe
    assert not to(URL, put + STEP).repeats_are_safe
    assert to(URL, put + STEP + 'method = "GET"').repeats_are_safe
