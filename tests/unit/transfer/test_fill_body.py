# SPDX-License-Identifier: MIT
"""File names in a form: each way of writing quotes is read back by the readers that it is meant for."""

import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_multipart.multipart import parse_options_header

from guiuploader.transfer.fill import fill
from guiuploader.values.errors import DestinationError, ErrorCode
from tests.helpers.scripted_server import ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import MemorySource, Stage, to

NAMES = {
    "plain.txt": ("plain.txt", "plain.txt", "plain.txt"),
    'say "hi".txt': ("say %22hi%22.txt", r"say \"hi\".txt", "say _hi_.txt"),
    "back\\slash;='.txt": ("back\\slash;='.txt", r"back\\slash;='.txt", "back_slash;='.txt"),
    "naïve Ångström ß.txt": ("naïve Ångström ß.txt", "naïve Ångström ß.txt", "naive Angstrom _.txt"),
    "🎉 ①½.txt": ("🎉 ①½.txt", "🎉 ①½.txt", "_ 11_2.txt"),
    "a\r\nb\tc\x7f.txt": ("a%0D%0Ab%09c%7F.txt", "a%0D%0Ab%09c%7F.txt", "a__b_c_.txt"),
    "100%22.txt": ("100%22.txt", "100%22.txt", "100%22.txt"),
}
WAYS = ["browser", "backslash", "ascii"]
CASES = [(name, way, written[number]) for name, written in NAMES.items() for number, way in enumerate(WAYS)]


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(201))


def lines(way: str, kind: str = "multipart") -> str:
    return f'body = "{kind}"\n[multipart]\nfilename_escaping = "{way}"\nfile_field = \'fi"el\\\\d ü\''


@pytest.mark.parametrize(("name", "way", "written"), CASES)
@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_a_name_goes_out_as_the_destination_wants_it(
    stage: Stage, server: ScriptedServer, kind: str, name: str, way: str, written: str
) -> None:
    stage.send(to(f"{server.url}/up", lines(way, kind)), MemorySource(name=name))
    body = bytes(server.request().body)
    # The field's name is written as browsers do, whatever is chosen for that of the file.
    head = f'\r\nContent-Disposition: form-data; name="fi%22el\\d ü"; filename="{written}"\r\nContent-Type:'
    assert head.encode() in body
    mark = (server.request().header("Content-Type") or "").partition("boundary=")[2].encode()
    assert body.count(b"--" + mark) == 2


@pytest.mark.parametrize("name", [name for name in NAMES if "\r" not in name])
def test_backslashes_are_read_back_by_readers_of_quoted_strings(name: str) -> None:
    disposition = f'form-data; name="f"; filename="{filename(name, "backslash")}"'
    mail = email.message_from_string(f"Content-Disposition: {disposition}\r\n\r\n", policy=email.policy.HTTP)
    assert mail.get_filename() == name
    _, options = parse_options_header(disposition.encode())
    assert options[b"filename"].decode() == name


@pytest.mark.parametrize("way", ["browser", "ascii"])
@pytest.mark.parametrize("name", [name for name in NAMES if "\\" not in name])
def test_what_holds_no_backslash_is_read_back_as_it_was_written(name: str, way: str) -> None:
    written = filename(name, way)
    _, options = parse_options_header(f'form-data; name="f"; filename="{written}"'.encode())
    assert options[b"filename"].decode() == written


def filename(name: str, way: str) -> str:
    """Return a file's name as it stands in a form."""
    job = Stage().job(to("http://a.example/", lines(way)), MemorySource(name=name))
    request = fill(job.destination, job.scopes(lambda _: "", lambda _: lambda _: b""))
    return request.parts[-1].filename or ""


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.sampled_from(WAYS))
def test_no_name_breaks_out_of_its_quotes_or_its_line(name: str, way: str) -> None:
    try:
        written = filename(name, way)
    except DestinationError:
        return  # nothing of it was left
    assert not any(char < " " or char == "\x7f" for char in written)
    if way == "backslash":
        assert '"' not in written.replace(r"\\", "").replace(r"\"", "")
        assert not written.replace(r"\\", "").endswith("\\")
    else:
        assert '"' not in written
    if way == "ascii":
        assert written.isascii()
        assert "\\" not in written


PART = """
[[multipart.part]]
name = "{name}"
upload = true
filename = "{filename}"
content_type = "{type}"
headers = {{ X-A = "{header}" }}
[[multipart.part]]
name = "value"
value = "x"
filename = "{valuename}"
[variables.v]
"""


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("name", "multipart.part[1].name"),
        ("type", "multipart.part[1].content_type"),
        ("header", "multipart.part[1].headers.X-A"),
    ],
)
def test_a_control_character_is_refused_by_the_key_of_its_part(
    stage: Stage, server: ScriptedServer, place: str, key: str
) -> None:
    texts = {"name": "file", "filename": "f", "type": "a/b", "header": "h", "valuename": ""}
    problem = stage.fails(to(f"{server.url}/up", PART.format(**{**texts, place: "{var:v}"})), v="a\r\nb")
    assert (problem.code, problem.facts["key"]) == (ErrorCode.VALUE_NOT_ALLOWED, key)
    assert server.connections == 0


def test_a_value_may_have_a_file_name_and_a_file_must(stage: Stage, server: ScriptedServer) -> None:
    texts = {"name": "file", "filename": "{var:v}", "type": "a/b", "header": "h", "valuename": "{stem}.txt"}
    destination = to(f"{server.url}/up", PART.format(**texts))
    problem = stage.fails(destination, v="")
    assert (problem.code, problem.facts["key"]) == (
        ErrorCode.VALUE_NOT_ALLOWED,
        "multipart.part[1].filename",
    )
    stage.send(destination, variables={"v": "given"})
    body = bytes(server.request().body)
    assert b'name="file"; filename="given"\r\nContent-Type: a/b\r\nX-A: h\r\n' in body
    assert b'name="value"; filename="file.txt"\r\n\r\nx\r\n' in body
