# SPDX-License-Identifier: MIT
"""What the editor makes of numbers, tables and places in an answer, without a window."""

import json
from dataclasses import replace

import msgspec
import pytest

from guiuploader.destinations.destination import (
    FORMAT,
    Auth,
    Destination,
    Limits,
    Multipart,
    Network,
    Part,
    Secret,
    Tus,
    Variable,
)
from guiuploader.destinations.lookup_table import Lookup
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.simple_form import simplified
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.reply import find
from guiuploader.window.destination_draft import destination_from, draft_of, fault_in
from guiuploader.window.further_tables import further_text, with_further
from guiuploader.window.own_names import secret_rows, secrets_from, variable_rows, variables_from
from guiuploader.window.plain_values import mistake_in, plain_of, with_plain
from guiuploader.window.reply_paths import Step, document_in, likeness, template_for

ANY = Destination(format=FORMAT, name="A", url="https://a.example/")
FULL = msgspec.structs.replace(
    ANY,
    omit_headers=["Accept"],
    multipart=Multipart(part=[Part(name="x", value="1"), Part(name="f", upload=True)]),
    tus=Tus(part_size=65536, metadata={"folder": "x"}),
    lookup=Lookup(url="https://a.example/{filename}", size="{header:Content-Length}"),
    network=Network(reply_timeout=0.5, verify=False),
    limits=Limits(bytes_per_second=2**40),
)


def test_what_has_no_field_stands_in_the_further_tables_and_nothing_else_does() -> None:
    text = further_text(FULL)
    for shown in ("omit_headers", "[lookup]", "part_size = 65536", "[multipart]\npart = ["):
        assert shown in text
    for hidden in ("file_field", "[network]", "[limits]", 'url = "https://a.example/"\n'):
        assert hidden not in text
    assert further_text(ANY) == ""


@pytest.mark.parametrize("base", [ANY, FULL])
def test_a_draft_that_nobody_touched_gives_the_same_destination(base: Destination) -> None:
    assert destination_from(draft_of(base), base) == base
    assert fault_in(draft_of(base), base, []) is None


def test_further_tables_are_edited_as_in_the_file_and_taken_away_with_their_text() -> None:
    text = further_text(FULL).replace("part_size = 65536", "part_size = 65537")
    assert with_further(FULL, text).tus == Tus(part_size=65537, metadata={"folder": "x"})
    bare = with_further(FULL, "")
    assert (bare.tus, bare.lookup, bare.omit_headers) == (Tus(), Lookup(), [])
    assert bare.multipart == Multipart(), "what has a field stays"
    assert (bare.network, bare.limits) == (FULL.network, FULL.limits)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("[lookup", "further", "is not TOML"),
        ("[lookups]\nurl = 1", "further.lookups", "is no key of a destination (did you mean “lookup”?)"),
        ("[tus]\npart_size = 'x'", "further.tus.part_size", "must be a whole number"),
        ("[network]\nverify = true", "further.network.verify", "has a field of its own"),
        ("name = 'B'", "further.name", "has a field of its own"),
    ],
)
def test_a_mistake_in_the_further_tables_names_its_key(text: str, key: str, reason: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        with_further(ANY, text)
    assert caught.value.key == key
    assert caught.value.reason.startswith(reason)
    fault = fault_in(replace(draft_of(ANY), further=text), ANY, [])
    assert fault is not None
    assert fault.key == key


def test_numbers_come_back_in_their_own_kind_and_to_the_last_digit() -> None:
    plain = plain_of(FULL)
    assert plain["limits.bytes_per_second"] == str(2**40)
    assert plain["network.reply_timeout"] == "0.5"
    assert plain["network.verify"] is False
    assert with_plain(FULL, plain) == FULL
    changed = with_plain(FULL, {**plain, "network.reply_timeout": " 7 ", "limits.parallel": "3"})
    assert (changed.network.reply_timeout, changed.limits.parallel) == (7.0, 3)
    assert mistake_in(FULL, {**plain, "limits.parallel": "many"}) == (
        "limits.parallel",
        "must be a whole number",
    )
    assert mistake_in(FULL, {**plain, "network.stall_timeout": ""}) == (
        "network.stall_timeout",
        "must be a number of seconds",
    )


def test_a_new_signature_refers_to_secrets_that_are_asked_for() -> None:
    draft = draft_of(ANY)
    signed = destination_from(
        replace(
            draft, auth_kind="aws-sigv4", plain={**draft.plain, "auth.region": "eu", "auth.service": "s3"}
        ),
        ANY,
    )
    assert signed.auth == Auth(
        kind="aws-sigv4",
        access_key="{secret:access-key}",
        secret_key="{secret:secret-key}",
        region="eu",
        service="s3",
    )
    assert destination_from(draft, ANY).auth == Auth(), "the fields of what is not chosen say nothing"


def test_variables_and_secrets_keep_what_a_row_cannot_show() -> None:
    variables = {
        "stage": Variable(label="Stage", default="live", choices=["local", "live"]),
        "odd": Variable(choices=["a, b", " c"]),
        "empty": Variable(default=""),
        "asked": Variable(label="Case"),
    }
    rows = variable_rows(variables)
    assert variables_from(rows, variables) == variables
    assert rows[0] == ("stage", "Stage", "live", "local, live")
    assert variables_from((("new", "", '""', "x,y , z"),), {}) == {
        "new": Variable(default="", choices=["x", "y", "z"])
    }
    secrets = {"token": Secret(label="Token", help="Settings, API"), "b": Secret()}
    assert secrets_from(secret_rows(secrets)) == secrets


def test_the_same_variable_twice_is_a_mistake_and_so_is_one_without_a_name() -> None:
    twice = replace(draft_of(ANY), variables=(("a", "", "", ""), ("a", "", "", "")))
    fault = fault_in(twice, ANY, [])
    assert fault is not None
    assert fault.key == "variables"
    nameless = fault_in(replace(draft_of(ANY), secrets=(("", "x", ""),)), ANY, [])
    assert nameless is not None
    assert nameless.key == "secrets"


PLACES: list[tuple[tuple[Step, ...], str]] = [
    (("data", "link"), "{json:data.link}"),
    (("files", 0, "url"), "{json:files[0].url}"),
    ((0, "url"), "{json:$[0].url}"),
    (("a b", "link"), "{json:$['a b'].link}"),
    (("it's", "\\{|}", 'q"', "ü\n"), ""),
]


@pytest.mark.parametrize(("steps", "template"), PLACES)
def test_the_template_of_a_place_finds_the_very_value(steps: tuple[Step, ...], template: str) -> None:
    document: object = "https://found.example/1"
    for step in reversed(steps):
        document = {step: document, "other": 1} if isinstance(step, str) else [document, "other"]
    made = template_for(steps)
    assert made == (template or made)
    reply = Reply(201, "Created", (), json.dumps(document), truncated=False)
    assert find(made, reply) == "https://found.example/1"


def test_only_an_object_or_a_list_has_places() -> None:
    assert document_in('{"a": 1}') == {"a": 1}
    assert document_in("[1]") == [1]
    for body in ("", "<html>", '"text"', "7", "[" * 100_000):
        assert document_in(body) is None


def test_what_looks_most_like_the_link_of_the_file_wins() -> None:
    good = likeness(("data", "link"), "https://a.example/f/1")
    assert good > likeness(("data", "delete_url"), "https://a.example/d/1") > 0
    assert good > likeness(("data", "thumbnail"), "https://a.example/t/1")
    assert good > likeness(("data", "name"), "https://a.example/")
    assert likeness(("id",), "17") == likeness(("ok",), value=True) == 0


UP = Part(name="file", upload=True)


def test_a_form_is_written_short_where_that_says_the_same() -> None:
    def of(*parts: Part) -> Multipart:
        return simplified(Multipart(part=list(parts)))

    def value(name: str, text: str = "1") -> Part:
        return Part(name=name, value=text)

    assert of(value("a"), value("b"), value("b", "2"), UP) == Multipart(fields={"a": "1", "b": ["1", "2"]})
    assert of(Part(name="photo", upload=True)) == Multipart(file_field="photo")
    for parts in (
        (UP, value("a")),
        (value("a"), value("b"), value("a"), UP),
        (value("{uuid}"), UP),
        (Part(name="a", value="1", content_type="text/plain"), UP),
        (UP, UP),
        (value("a"),),
        (Part(name="file", upload=True, filename="x"),),
        (Part(name="t", file="/x"), UP),
    ):
        assert of(*parts).part == list(parts)
    assert simplified(Multipart(fields={"a": "1"})) == Multipart(fields={"a": "1"})
