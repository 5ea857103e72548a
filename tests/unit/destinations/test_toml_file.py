# SPDX-License-Identifier: MIT
"""A destination's file: each mistake gets one sentence with the key and what is allowed."""

import contextlib

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.destinations.destination import (
    Auth,
    BodyKind,
    Content,
    Destination,
    Form,
    Limits,
    Multipart,
    Network,
    Raw,
    Reply,
    Secret,
    Variable,
)
from guiuploader.destinations.toml_file import checked, parse, render
from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.explanations import explain
from guiuploader.values.template import literal

HEAD = 'format = 1\nname = "A"\nurl = "https://a.example/up"\n'


def mistake(text: str) -> str:
    """Return what is said of a wrong file."""
    with pytest.raises(DestinationError) as caught:
        parse(text, called="a.toml")
    problem = caught.value.problem
    assert problem.code is ErrorCode.DESTINATION_INVALID
    explanation = explain(problem)
    assert explanation.title == "There is a mistake in the destination “a.toml”."
    return explanation.detail


def test_three_keys_are_a_destination() -> None:
    assert parse(HEAD, called="a.toml") == Destination(format=1, name="A", url="https://a.example/up")


def test_every_key_is_read() -> None:
    text = """
    format = 1
    name = "ACME"
    url = "https://acme.example/{relpath}"
    method = "PUT"
    body = "raw"
    [query]
    folder = "{var:case}"
    [headers]
    X-Api-Key = "{secret:api-key}"
    [auth]
    kind = "basic"
    username = "me"
    password = "{secret:pw}"
    [multipart]
    file_field = "upload"
    filename = "{stem}"
    content_type = "text/plain"
    part_headers = { Content-Transfer-Encoding = "binary" }
    [multipart.fields]
    id = "7"
    tags = ["a", "b"]
    [raw]
    content_type = "image/png"
    content_disposition = "attachment"
    [variables.case]
    label = "Case"
    default = "none"
    [secrets.api-key]
    label = "API key"
    [reply]
    link = "{json:data.link}"
    error = "{header:X-Error}"
    success = "{json:ok}"
    hash = "none"
    [limits]
    bytes_per_second = 5_000_000
    [network]
    verify = false
    ca_file = "~/ca.pem"
    connect_timeout = 5
    """
    assert parse(text, called="a.toml") == Destination(
        format=1,
        name="ACME",
        url="https://acme.example/{relpath}",
        method="PUT",
        body=BodyKind.RAW,
        query={"folder": "{var:case}"},
        headers={"X-Api-Key": "{secret:api-key}"},
        auth=Auth(kind="basic", username="me", password="{secret:pw}"),
        multipart=Multipart(
            file_field="upload",
            filename="{stem}",
            content_type="text/plain",
            part_headers={"Content-Transfer-Encoding": "binary"},
            fields={"id": "7", "tags": ["a", "b"]},
        ),
        raw=Raw(content_type="image/png", content_disposition="attachment"),
        variables={"case": Variable(label="Case", default="none")},
        secrets={"api-key": Secret(label="API key")},
        reply=Reply(link="{json:data.link}", error="{header:X-Error}", success="{json:ok}", hash="none"),
        limits=Limits(bytes_per_second=5_000_000),
        network=Network(verify=False, ca_file="~/ca.pem", connect_timeout=5),
    )


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        (
            'body = "multi"',
            f"body: must be one of {', '.join(BodyKind)}.",
        ),
        (
            "body = 1",
            f"body: must be one of {', '.join(BodyKind)}.",
        ),
        ("method = 7", "method: must be text in quotes."),
        ("method = 2024-02-29", "method: must be text in quotes."),
        ("method = {}", "method: must be text in quotes."),
        (
            "[raw]\nfilename = 'x'",
            "raw.filename: is no key of [raw]; known there are: content_type, content_disposition.",
        ),
        (
            '[auth]\nkind = "ntlm"',
            "auth.kind: must be one of aws-sigv4, basic, bearer, digest, none, oauth2.",
        ),
        ("auth = true", "auth: must be a table: [auth]."),
        ("[headers]\nX-A = 1", "headers.X-A: must be text in quotes."),
        ("[headers]\nX.A = 'a'", "headers.X: must be text in quotes."),
        ("headers = []", "headers: must be a table: [headers]."),
        ("[query]\na = ['b']", "query.a: must be text in quotes."),
        ("[multipart.fields]\na = 1", "multipart.fields.a: must be text in quotes or a list of such texts."),
        (
            "[multipart.fields]\na = ['b', 1]",
            "multipart.fields.a: must be text in quotes or a list of such texts.",
        ),
        ("[multipart.part_headers]\nX-A = true", "multipart.part_headers.X-A: must be text in quotes."),
        ("[variables]\ncase = 'x'", "variables.case: must be a table: [variables.case]."),
        (
            "[secrets.a]\nlabels = 'x'",
            (
                "secrets.a.labels: is no key of [secrets.a] (did you mean “label”?);"
                " known there are: label, help."
            ),
        ),
        ("[variables.case]\ndefault = 7", "variables.case.default: must be text in quotes."),
        ("[secrets.pw]\nlabel = 7", "secrets.pw.label: must be text in quotes."),
        (
            "[variables.v]\nvalue = 'x'",
            "variables.v.value: is no key of [variables.v]; known there are: label, default, choices.",
        ),
        ("[limits]\nbytes_per_second = '5M'", "limits.bytes_per_second: must be a whole number."),
        ("[limits]\nbytes_per_second = -1", "limits.bytes_per_second: must be 0, for no limit, or more."),
        ("[network]\nverify = 'no'", "network.verify: must be true or false."),
        ("[network]\nverify = 0", "network.verify: must be true or false."),
        ("[network]\nconnect_timeout = '10'", "network.connect_timeout: must be a number."),
        ("[network]\nconnect_timeout = true", "network.connect_timeout: must be a number."),
        (f"[network]\nconnect_timeout = {10**400}", "network.connect_timeout: must be a number."),
    ],
)
def test_a_mistake_names_its_key_and_what_is_allowed(text: str, detail: str) -> None:
    assert mistake(HEAD + text) == detail


def test_an_unknown_key_at_the_top_lists_the_known_ones() -> None:
    detail = mistake(HEAD + 'methods = "PUT"')
    assert detail.startswith(
        "methods: is no key of a destination (did you mean “method”?); known there are: "
    )
    assert all(name in detail for name in Destination.__struct_fields__)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", "format: is missing; it must be a whole number."),
        ('format = 1\nname = "A"', "url: is missing; it must be text in quotes."),
        ('format = "1"', "format: must be a whole number."),
        ("format = true", "format: must be a whole number."),
        ("format = 2\nshiny = 1", "format: 2 is newer than this app knows; update the app."),
        (f"format = {10**30}", f"format: {10**30} is newer than this app knows; update the app."),
        (HEAD.replace("1", "0"), "format: must be 1."),
    ],
)
def test_the_format_and_what_is_needed_are_said(text: str, detail: str) -> None:
    assert mistake(text) == detail


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        (HEAD + "body = \n", "the file: is not TOML: invalid value (at line 4, column 8)."),
        (HEAD + 'name = "B"\n', "the file: is not TOML: a key stands there twice (at line 4, column 11)."),
        (HEAD + "body = ", "the file: is not TOML: invalid value (at end of document)."),
        (HEAD + "a = " + "[" * 10_000, "the file: holds a number or a nesting beyond all measure."),
        (HEAD + "a = " + "1" * 5000, "the file: holds a number or a nesting beyond all measure."),
    ],
)
def test_what_is_no_toml_says_where(text: str, detail: str) -> None:
    assert mistake(text) == detail


def test_a_hostile_key_stays_on_one_line() -> None:
    assert mistake(HEAD + '"\\n\\u202e" = 1').startswith("��: is no key of a destination")


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,8}", fullmatch=True)
TOKENS = st.from_regex(r"X-[A-Za-z0-9!#$%&'*+.^_`|~-]{1,8}", fullmatch=True)
PLAIN = st.text(st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs"]))
LINES = PLAIN.map(literal)
TEXTS = (
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]) | st.sampled_from("\r\n\t"))
    .filter(lambda text: "\x7f" not in text)
    .map(literal)
)
DESTINATIONS = st.builds(
    Destination,
    format=st.just(1),
    name=PLAIN.filter(str.strip),
    url=st.sampled_from(
        ["http://a.example/", "https://[::1]:8443/{relpath}?a={uuid}", "https://ü.example/ä"]
    ),
    method=st.sampled_from(["POST", "PUT", "PATCH"]),
    body=st.sampled_from(sorted(set(BodyKind) - {BodyKind.TEMPLATE, BodyKind.TUS, BodyKind.OBJECT_STORE})),
    query=st.dictionaries(PLAIN.filter(bool), LINES, max_size=3),
    headers=st.lists(st.tuples(TOKENS, LINES), unique_by=lambda pair: pair[0].lower(), max_size=3).map(dict),
    auth=st.just(Auth())
    | st.builds(Auth, kind=st.just("bearer"), token=st.just("{secret:token}"))
    | st.builds(Auth, kind=st.just("basic"), username=st.just("me"), password=st.just("{secret:password}")),
    multipart=st.builds(
        Multipart,
        file_field=LINES.filter(bool),
        filename=LINES,
        fields=st.dictionaries(PLAIN.filter(bool), TEXTS | st.lists(TEXTS, max_size=3), max_size=3),
    ),
    raw=st.builds(Raw, content_disposition=LINES),
    content=st.builds(Content, text=TEXTS.filter(bool), escape=st.sampled_from(["auto", "json", "none"])),
    form=st.builds(Form, fields=st.dictionaries(PLAIN.filter(bool), TEXTS, max_size=3)),
    variables=st.dictionaries(NAMES, st.builds(Variable, label=PLAIN, default=st.none() | TEXTS), max_size=3),
    secrets=st.dictionaries(NAMES, st.builds(Secret, label=PLAIN), max_size=3),
    reply=st.builds(Reply, link=TEXTS, success=TEXTS, hash=st.sampled_from(["sha256", "md5", "none"])),
    limits=st.builds(Limits, bytes_per_second=st.integers(0, 2**62)),
    network=st.builds(Network, verify=st.booleans(), connect_timeout=st.floats(0, 3600, exclude_min=True)),
)


@given(DESTINATIONS)
def test_what_is_rendered_is_parsed_to_the_same(destination: Destination) -> None:
    assert parse(render(checked(destination)), called="a.toml") == destination


def test_defaults_are_not_written() -> None:
    assert render(parse(HEAD, called="a.toml")) == HEAD


KEYS = st.sampled_from([*Destination.__struct_fields__, *Auth.__struct_fields__, "label"])
VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.just("none"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS | st.text(), inner, max_size=3),
)


@given(st.dictionaries(KEYS, VALUES))
def test_any_table_is_a_destination_or_a_mistake_of_ours(table: dict[str, object]) -> None:
    whole = {"format": 1, "name": "A", "url": "https://a.example"} | table
    with contextlib.suppress(DestinationError):
        parse(tomli_w.dumps(whole), called="a.toml")
