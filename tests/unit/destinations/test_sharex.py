# SPDX-License-Identifier: MIT
"""What is not taken from a ShareX uploader, and in which words; what a good one gives stands in a table."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiuploader.destinations.curl_command import Imported
from guiuploader.destinations.sharex import imported, read_file
from guiuploader.destinations.sharex_codes import Codes
from guiuploader.destinations.sharex_syntax import from_old, json_path
from guiuploader.destinations.toml_file import parse, render
from guiuploader.values.errors import DestinationError, Problem
from guiuploader.values.explanations import explain

AT_LENGTH = settings() if settings().max_examples > 2_000 else settings.get_profile("importers")


def file(**members: object) -> str:
    usual: dict[str, object] = {
        "Version": "17.0.0",
        "RequestURL": "https://up.example/in",
        "Body": "MultipartFormData",
        "FileFormName": "file",
    }
    return json.dumps({**usual, **members})


def taken(**members: object) -> Imported:
    return imported(file(**members))


def refused(text: str) -> Problem:
    with pytest.raises(DestinationError) as caught:
        imported(text, called="their.sxcu")
    return caught.value.problem


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('{\n  "Name": x}', "the file", "line 2, column 11"),
        ("", "the file", "line 1, column 1"),
        ("[1]", "the file", "one JSON object"),
        ("[" * 100_000, "the file", "beyond all measure"),
        ('{"Name": ' + "9" * 5_000 + "}", "the file", "beyond all measure"),
        ('{"Name": "' + "x" * 256_001 + '"}', "the file", "too long"),
        ("{}", "RequestURL", "is missing"),
        (file(RequestURL="ftp://x/"), "url", "must start with http"),
        (file(RequestURL="https://{random:a|b}.example/"), "url", "server written out"),
        (file(RequestURL="https://[x/"), "RequestURL", "is not an address"),
        (file(RequestURL="https://x/?{random:a|b}=1"), "RequestURL", "name is not known beforehand"),
        (file(RequestURL="https://x/?a=%EF%B7%900%EF%B7%91"), "RequestURL", "no text may hold"),
        (file(Headers={"X": "\ufdd00\ufdd1"}), "the file", "no text may hold"),
        (file(DestinationType="URLShortener"), "DestinationType", "shortener"),
        (file(DestinationType=16), "DestinationType", "shortener"),
        (file(DestinationType="FileUploader", Body="JSON"), "Body", "sends no file"),
        (file(FileFormName=""), "FileFormName", "is missing"),
        (file(Arguments={"a": "%rf{/etc/passwd}"}), "Arguments.a", "would send a line of a local file"),
        (file(Arguments={"a": "{nothing}"}), "Arguments.a", "(at character 2)"),
        (file(Arguments={"a": "x{base64:y"}), "Arguments.a", "never closed (at character 2)"),
        (file(Arguments={"a": "{random:x}"}), "Arguments.a", "takes 2 to 200 parameters"),
        (file(Arguments={"a": "{json:x}"}), "Arguments.a", "reads the answer"),
        (file(Arguments={"a": "{prompt:{filename}}"}), "Arguments.a", "not known beforehand"),
        (file(Headers={"X": "a%nb"}), "headers.X", "control characters"),
        (file(Headers={"X\r\nY": "a"}), "headers.X\ufffd\ufffdY", "no header name"),
        (file(Arguments={"a": "\0"}), "multipart.fields.a", "control characters"),
        (file(URL="{prompt:x}"), "URL", "when the answer is there"),
        (file(URL="{json:a[}"), "reply.link", "is not a JSON path"),
        (file(URL="{xml://a[}"), "reply.link", "is not an XPath"),
        (file(URL="{regex:(}"), "reply.link", "missing )"),
        (file(URL="{regex:((a\\{1000\\})\\{1000\\})\\{1000\\}}"), "reply.link", "repeats too much"),
        (file(URL="{regex:(?<a-b>x)}"), "reply.link", "balancing group"),
        (file(DestinationType="TextUploader", Headers={"X": "{input}"}), "Headers.X", "in the body only"),
        (file(URL="{json:" + "a" * 1001 + "}"), "reply.link", "1000 characters at most"),
        (
            file(DestinationType="TextUploader", Body="JSON", Data="{input}{input}"),
            "{input}",
            "more than once",
        ),
        (
            file(DestinationType="TextUploader", Body="FormURLEncoded", Headers={"X": "{input}"}),
            "Headers.X",
            "in the body only",
        ),
    ],
)
def test_what_is_refused_names_its_place(text: str, key: str, reason: str) -> None:
    problem = refused(text)
    assert problem.facts["key"] == key
    assert reason in str(problem.facts["reason"])
    assert "their.sxcu" in str(explain(problem))


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    for name, data, reason in (
        ("none.sxcu", None, "No such file"),
        ("folder.sxcu", None, "is none, but a folder"),
        ("odd.sxcu", b"\xff\xfe\xff", "UTF-8"),
        ("odd.sxcu", b"{\xff}", "UTF-8"),
        ("large.sxcu", b" " * 256_001, "too many"),
    ):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        elif name.startswith("folder"):
            path.mkdir()
        with pytest.raises(DestinationError) as caught:
            read_file(path)
        assert reason in str(caught.value.problem.facts["reason"])


def test_windows_utf_16_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.sxcu"
    path.write_text(file(Name="Ümlaut"), "utf-16")
    assert read_file(path).destination.name == "Ümlaut"


def test_an_address_without_a_scheme_is_encrypted() -> None:
    assert taken(RequestURL="up.example/in").destination.url == "https://up.example/in"


def test_a_name_is_the_files_or_the_servers() -> None:
    assert taken(RequestURL="https://www.up.example:8/in").destination.name == "up.example:8"
    assert taken(Name="Mine\u202e").destination.name == "Mine\ufffd"
    assert imported(file(), name="Given").destination.name == "Given"


def test_secrets_are_taken_out() -> None:
    found = taken(
        RequestURL="https://me:pw1pw1@up.example/in?token=t0k3n0",
        Headers={"Cookie": "c00kie", "X-Api-Key": "Basic {base64:me:w0rd}"},
        Arguments={"password": "p4ss", "secret": "<your secret>"},
    )
    kept = {key.name: value for key, value in found.secrets.items()}
    assert kept == {
        "cookie": "c00kie",
        "x-api-key": "me:w0rd",
        "token": "t0k3n0",
        "password": "pw1pw1",
        "password-2": "p4ss",
    }
    assert set(found.destination.secrets) == {*kept, "secret"}
    assert not any(value in render(found.destination) for value in kept.values())


def test_a_header_goes_before_a_user_in_the_address() -> None:
    found = taken(RequestURL="https://me:pw@up.example/in", Headers={"authorization": "Bearer abc"})
    assert found.destination.url == "https://up.example/in"
    assert found.destination.auth.kind == "none"


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("a.b", "a.b"),
        ("$.a", "$.a"),
        ("[0].a", "[0].a"),
        ("$.[0].a", "$[0].a"),
        ("a.['b c'][0]", "a['b c'][0]"),
        ("a.b-c.it's", "a['b-c']['it\\'s']"),
        ("..url", "$..url"),
        ("a[?(@.b=='x.y')].c", "a[?(@.b=='x.y')].c"),
        ("", ""),
    ],
)
def test_newtonsofts_paths_are_written_as_the_standard_has_them(path: str, ours: str) -> None:
    assert json_path(path) == ours


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a$json:b$c", "a{json:b}c"),
        ("{a}|\\$\\\\", "\\{a\\}\\|$\\\\"),
        ("$random:a|b\\|c$", "{random:a|b\\|c}"),
        ("$regex:1$", "{regex:\\{x\\}}"),
        ("$regex:1,n$", "{regex:\\{x\\}|n}"),
        ("$regex:9$", "{regex:9}"),
        ("5 $ 6", "5 $ 6"),
        ("$a$ $b$", " "),
    ],
)
def test_the_older_syntax_becomes_the_newer_one(old: str, new: str) -> None:
    assert from_old(old, ["{x}"], {}) == new


def test_codes_may_be_repeated_but_not_without_end() -> None:
    codes = Codes(lambda label: f"<{label}>")
    assert codes.marked("k", "%rx{9999}%y{2}%un")
    assert codes[0] == "{characters:0123456789abcdef|200}"
    assert codes[1] == "{date:%Y}\\{2\\}"
    assert codes[2] == "<User name>"


PIECES = st.sampled_from(
    [
        *(
            "{",
            "}",
            "|",
            "\\",
            "$",
            ":",
            "%",
            "{input}",
            "{filename}",
            "{json:",
            "{regex:",
            "{xml:",
            "{base64:",
        ),
        *(
            "$json:",
            "$regex:1$",
            "{random:a|b}",
            "{prompt:x|y}",
            "{select:a|b}",
            "%y",
            "%rn{3}",
            "%rf{a}",
            "\\%",
        ),
        *(
            "{response}",
            "{header:X}",
            "(?<a>b)+",
            "[^a-[b]]",
            "a{9}",
            "$.[0].a",
            "//a[1]",
            "?a=b&c",
            "#",
            "@",
            "/",
        ),
        *("\ufdd0", "0\ufdd1", "\ud800", "\n", "\0", "é"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=20))
SCALARS = st.one_of(TEXTS, st.none(), st.integers(-3, 99), st.booleans(), st.floats())
PAIRS = st.one_of(st.dictionaries(TEXTS, SCALARS, max_size=3), SCALARS)
FILES = st.fixed_dictionaries(
    {"RequestURL": st.one_of(TEXTS.map("https://up.example/{}".format), TEXTS)},
    optional={
        "Version": st.one_of(st.sampled_from(["", "12.0.0", "13.7.1", "14.0.0", "17.0.0"]), SCALARS),
        "Name": SCALARS,
        "DestinationType": st.one_of(st.sampled_from(["TextUploader", "FileUploader", 7, "None"]), SCALARS),
        "RequestMethod": st.one_of(st.sampled_from(["PUT", 1, "get"]), SCALARS),
        "Parameters": PAIRS,
        "Headers": PAIRS,
        "Body": st.one_of(
            st.sampled_from(["MultipartFormData", "JSON", "XML", "FormURLEncoded", 5]), SCALARS
        ),
        "Arguments": PAIRS,
        "FileFormName": SCALARS,
        "Data": SCALARS,
        "URL": SCALARS,
        "ErrorMessage": SCALARS,
        "ResponseType": st.one_of(st.sampled_from(["RedirectionURL", "LocationHeader"]), SCALARS),
        "RegexList": st.one_of(st.lists(SCALARS, max_size=2), SCALARS),
    },
)


@given(FILES)
@settings(AT_LENGTH)
def test_any_file_is_a_destination_or_a_sentence(members: dict[str, object]) -> None:
    try:
        found = imported(json.dumps(members))
    except DestinationError as error:
        words = str(explain(error.problem))
    else:
        words = render(found.destination)
        assert parse(words, called="again") == found.destination
    assert words


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(list('{}[]":,\\ue0"RequestURL')), max_size=30).map("".join))
)
@settings(AT_LENGTH)
def test_any_text_is_a_destination_or_a_sentence(text: str) -> None:
    try:
        words = imported(text).destination.name
    except DestinationError as error:
        words = str(explain(error.problem))
    assert words
