# SPDX-License-Identifier: MIT
"""A file inside a text: whatever the file and its name, the text is read back to just these."""

import base64
import json
import xml.etree.ElementTree as ET
from urllib.parse import parse_qs

import pytest

from guiuploader.network.session import READ_SIZE
from guiuploader.transfer.control import Control
from guiuploader.transfer.throttle import Limit
from guiuploader.values.errors import ErrorCode
from tests.helpers.scripted_server import Request, ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import Heard, MemoryReader, MemorySource, Reopened, Stage, to

JSON = r"""
body = "template"
[content]
content_type = "application/json"
text = '\{"name": "{filename}", "data": "{file:KIND}", "last": {size}}'
"""
XML = """
body = "template"
[content]
content_type = "application/xml; charset=utf-8"
text = '<f name="{filename}"><d>{file:KIND}</d></f>'
"""
PAIRS = """
body = "template"
[content]
content_type = "application/x-www-form-urlencoded"
text = 'name={filename}&data={file:KIND}&z=1'
"""
NAMES = ["file.bin", 'say "hi" \\ there.txt', "naïve & <b>'ü' 🎉.txt", "100% + 1=2;a&b.txt"]
TEXTS = [
    "",
    "a",
    'quotes " and \\ and / and \x7f',
    "controls \x00\x01\x1f\b\f\n\r\n\t end",
    "é" * 200_000,
    "a" + "é" * 200_000,
    "ab€🎉" * 60_000,
]
BLOBS = [b"", b"\0", b"\xff\xfe", bytes(range(256)) * 3, b"\xfb\xef\xbe" * 100_000 + b"x"]


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(201))


def body_of(request: Request) -> str:
    """Return the body as text, having seen that it was as long as declared."""
    assert request.header("Transfer-Encoding") is None
    assert request.header("Content-Length") == str(len(request.body))
    assert request.complete
    return bytes(request.body).decode()


@pytest.mark.parametrize("name", [*NAMES, "line\nbreak\x01.txt"])
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: f"{len(text)} {text[:4]!r}")
def test_a_text_in_json(stage: Stage, server: ScriptedServer, name: str, text: str) -> None:
    receipt = stage.send(to(f"{server.url}/up", JSON.replace("KIND", "text")), Reopened(text.encode(), name))
    size = len(text.encode())
    assert json.loads(body_of(server.request())) == {"name": name, "data": text, "last": size}
    assert server.request().header("Content-Type") == "application/json"
    assert receipt.size == size
    assert stage.heard.counts[-1] == size


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("data", BLOBS, ids=lambda data: str(len(data)))
def test_base64_in_json(stage: Stage, server: ScriptedServer, name: str, data: bytes) -> None:
    stage.send(to(f"{server.url}/up", JSON.replace("KIND", "base64")), MemorySource(data, name))
    found = json.loads(body_of(server.request()))
    assert (found["name"], base64.b64decode(found["data"], validate=True)) == (name, data)
    assert "reading ahead" not in stage.heard.told, "its length follows from the file's"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["text", "base64"])
def test_xml(stage: Stage, server: ScriptedServer, kind: str, name: str) -> None:
    text = "a < b && c > 'd' \"e\" ]]> \r\n\r ü🎉\t" * 9000
    stage.send(to(f"{server.url}/up", XML.replace("KIND", kind)), Reopened(text.encode(), name))
    element = ET.fromstring(body_of(server.request()))  # noqa: S314 - our own text
    found = element.findtext("d") or ""
    assert element.get("name") == name
    assert (base64.b64decode(found).decode() if kind == "base64" else found) == text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("data", BLOBS, ids=lambda data: str(len(data)))
def test_base64_in_pairs_has_its_signs_encoded(
    stage: Stage, server: ScriptedServer, name: str, data: bytes
) -> None:
    stage.send(to(f"{server.url}/up", PAIRS.replace("KIND", "base64")), Reopened(data, name))
    body = body_of(server.request())
    found = parse_qs(body, keep_blank_values=True, strict_parsing=True)
    assert (found["name"], found["z"]) == ([name], ["1"])
    assert base64.b64decode(found["data"][0], validate=True) == data
    assert not set("+/") & set(body)
    assert stage.heard.told[0] == "reading ahead"


def test_a_text_in_pairs(stage: Stage, server: ScriptedServer) -> None:
    text = "a=b&c +%20\r\né\x00;" * 20_000
    stage.send(to(f"{server.url}/up", PAIRS.replace("KIND", "text")), Reopened(text.encode()))
    assert parse_qs(body_of(server.request()))["data"] == [text]


@pytest.mark.parametrize("data", [b"", b"\xff\0 as it is", b"x" * 300_000])
def test_without_an_escape_the_bytes_stand_as_they_are_and_nothing_is_read_ahead(
    stage: Stage, server: ScriptedServer, data: bytes
) -> None:
    lines = 'body = "template"\n[content]\ntext = "<{file:text}> of {filename}"'
    stage.send(to(f"{server.url}/up", lines), MemorySource(data, 'a "b".txt'))
    request = server.request()
    assert bytes(request.body) == b"<" + data + b'> of a "b".txt'
    assert request.header("Content-Length") == str(len(request.body))
    assert request.header("Content-Type") == "text/plain; charset=utf-8"
    assert "reading ahead" not in stage.heard.told


def test_an_escape_that_is_named_goes_before_that_of_the_type(stage: Stage, server: ScriptedServer) -> None:
    lines = JSON.replace("KIND", "text").replace('"application/json"', '"text/plain"\nescape = "json"')
    stage.send(to(f"{server.url}/up", lines), Reopened(b'"', '"'))
    assert json.loads(body_of(server.request())) == {"name": '"', "data": '"', "last": 1}


def test_a_type_that_is_filled_in_decides_the_escape(stage: Stage, server: ScriptedServer) -> None:
    lines = JSON.replace("KIND", "text").replace("application/json", "application/{ext}")
    stage.send(to(f"{server.url}/up", lines), Reopened(b'"\n', 'say "hi".json'))
    assert json.loads(body_of(server.request()))["data"] == '"\n'


@pytest.mark.parametrize("data", [b"\xff", b"a" * READ_SIZE + b"\xc3", "é".encode("latin-1") * 3])
@pytest.mark.parametrize("tables", [JSON, XML, PAIRS], ids=["json", "xml", "pairs"])
def test_what_is_no_text_is_told_before_anything_is_sent(
    stage: Stage, server: ScriptedServer, tables: str, data: bytes
) -> None:
    problem = stage.fails(to(f"{server.url}/up", tables.replace("KIND", "text")), Reopened(data))
    assert problem.code is ErrorCode.SOURCE_NOT_TEXT
    assert problem.facts["path"] == "/somewhere/file.bin"
    assert server.connections == 0


class Fickle(Reopened):
    """A source with other bytes, as many, at its second pass."""

    def __init__(self, first: bytes, second: bytes) -> None:
        super().__init__(first)
        self._second = second

    def open(self) -> MemoryReader:
        # The body's own pass is opened first and read last.
        reader = super().open()
        if len(self.passes) == 1:
            reader.content.getbuffer()[:] = self._second
        return reader


@pytest.mark.parametrize(
    ("first", "second"),
    [(b"a" * 100_000, b'"' * 100_000), (b'"' * 100_000, b"a" * 100_000), (b"a", b'"')],
    ids=["longer", "shorter", "small"],
)
def test_a_file_that_changed_after_it_was_measured_never_looks_whole(
    stage: Stage, server: ScriptedServer, first: bytes, second: bytes
) -> None:
    problem = stage.fails(to(f"{server.url}/up", JSON.replace("KIND", "text")), Fickle(first, second))
    assert problem.code is ErrorCode.SOURCE_CHANGED
    stage.send(to(f"{server.url}/next"))
    assert [request.target for request in server.requests if request.complete] == ["/next"]


def test_it_is_read_in_pieces_twice(stage: Stage, server: ScriptedServer) -> None:
    source = Reopened(b'line "one"\n' * 100_000)
    stage.send(to(f"{server.url}/up", JSON.replace("KIND", "text")), source)
    assert [sum(size > READ_SIZE for size in reader.asked) for reader in source.passes] == [0, 0]
    assert all(len(reader.asked) >= 4 and reader.closed for reader in source.passes)


@pytest.mark.parametrize("rate", [3_000_017, 40_000_003])
def test_a_limit_cuts_the_reads_and_not_the_text(stage: Stage, server: ScriptedServer, rate: int) -> None:
    text = "€🎉\n" * 30_000
    job = stage.job(to(f"{server.url}/up", JSON.replace("KIND", "text")), Reopened(text.encode()))
    stage.sender.send(job, Control((Limit(rate),)), Heard())
    assert json.loads(body_of(server.request()))["data"] == text


def test_a_file_without_a_length_cannot_stand_in_a_text(stage: Stage, server: ScriptedServer) -> None:
    problem = stage.fails(
        to(f"{server.url}/up", JSON.replace("KIND", "base64")), MemorySource(b"x", size=None)
    )
    assert problem.code is ErrorCode.SOURCE_LENGTHLESS
    assert server.connections == 0


def test_the_last_byte_of_a_large_one_is_asked_for_once(stage: Stage, server: ScriptedServer) -> None:
    stage.send(to(f"{server.url}/up", JSON.replace("KIND", "base64")), MemorySource(b"x" * 500_000))
    assert (stage.heard.commit_points, stage.heard.told[-1]) == (1, "body sent")
