# SPDX-License-Identifier: MIT
"""What each kind of body looks like on the wire, to the byte."""

import hashlib
import io

import pytest

from guiuploader.network.session import READ_SIZE
from guiuploader.transfer.form import BUFFER_LIMIT
from guiuploader.values.errors import ErrorCode
from tests.helpers.scripted_server import Request, ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import MemoryReader, MemorySource, Stage, to

SIZES = [0, 1, READ_SIZE - 1, READ_SIZE, READ_SIZE + 1, 1_000_003]
FORM = """
body = "{kind}"
[multipart]
file_field = "attachment"
part_headers = {{ X-Part = "of {{filename}}", Content-Transfer-Encoding = "binary" }}
[multipart.fields]
id = "7"
tags = ["a", "b"]
name = "{{filename}}"
empty = ""
"""


def content(size: int) -> bytes:
    return hashlib.shake_128(str(size).encode()).digest(size)


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(201))


def framing(request: Request) -> dict[str, str | None]:
    names = ("Content-Length", "Transfer-Encoding")
    return {name: request.header(name) for name in names if request.header(name) is not None}


def form_bytes(request: Request, file: bytes, *, name: str = "file.bin") -> bytes:
    """Return the form that FORM describes, with the boundary that the request chose."""
    kind, _, boundary = (request.header("Content-Type") or "").partition("; boundary=")
    assert kind == "multipart/form-data"
    assert boundary.isalnum()
    fields = [("id", b"7"), ("tags", b"a"), ("tags", b"b"), ("name", name.encode()), ("empty", b"")]
    parts = [
        f'Content-Disposition: form-data; name="{each}"\r\n\r\n'.encode() + text for each, text in fields
    ]
    head = (
        f'Content-Disposition: form-data; name="attachment"; filename="{name}"\r\n'
        f"Content-Type: application/x-test\r\nX-Part: of {name}\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    )
    parts.append(head.encode() + file)
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_a_form_is_whole_and_as_long_as_declared(
    stage: Stage, server: ScriptedServer, kind: str, size: int
) -> None:
    file = content(size)
    receipt = stage.send(to(f"{server.url}/up", FORM.format(kind=kind)), MemorySource(file))
    request = server.request()
    assert bytes(request.body) == form_bytes(request, file)
    assert framing(request) == {"Content-Length": str(len(request.body))}
    assert (receipt.size, receipt.sha256) == (size, hashlib.sha256(file).hexdigest())


@pytest.mark.parametrize("size", SIZES)
def test_a_raw_body_is_the_file_at_its_length(stage: Stage, server: ScriptedServer, size: int) -> None:
    file = content(size)
    receipt = stage.send(to(f"{server.url}/up", 'method = "PUT"\nbody = "raw"'), MemorySource(file))
    request = server.request()
    assert (request.method, bytes(request.body)) == ("PUT", file)
    assert framing(request) == {"Content-Length": str(size)}
    assert request.header("Content-Type") == "application/x-test"
    assert (receipt.size, receipt.sha256) == (size, hashlib.sha256(file).hexdigest())


@pytest.mark.parametrize("size", SIZES[1:])
def test_a_chunked_body_comes_in_large_chunks(stage: Stage, server: ScriptedServer, size: int) -> None:
    file = content(size)
    receipt = stage.send(to(f"{server.url}/up", 'body = "chunked"'), MemorySource(file))
    request = server.request()
    assert bytes(request.body) == file
    assert framing(request) == {"Transfer-Encoding": "chunked"}
    assert request.header("Content-Type") == "application/x-test"
    whole, rest = divmod(size, READ_SIZE)
    assert request.chunk_sizes == [READ_SIZE] * whole + [rest] * bool(rest) + [0]
    assert (receipt.size, receipt.sha256) == (size, hashlib.sha256(file).hexdigest())


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "GET"])
def test_an_empty_chunked_body_goes_out_with_a_length(
    stage: Stage, server: ScriptedServer, method: str
) -> None:
    stage.send(to(f"{server.url}/up", f'body = "chunked"\nmethod = "{method}"'), MemorySource(b""))
    assert framing(server.request()) == {"Content-Length": "0"}
    assert stage.heard.told == [0, "body sent"]


@pytest.mark.parametrize("kind", ["raw", "chunked"])
def test_an_unknown_length_goes_out_in_chunks(stage: Stage, server: ScriptedServer, kind: str) -> None:
    stage.send(to(f"{server.url}/up", f'body = "{kind}"'), MemorySource(b"x" * 300_000, size=None))
    assert framing(server.request()) == {"Transfer-Encoding": "chunked"}
    assert len(server.request().body) == 300_000


@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_a_form_of_unknown_length_is_refused(stage: Stage, server: ScriptedServer, kind: str) -> None:
    problem = stage.fails(to(f"{server.url}/up", f'body = "{kind}"'), MemorySource(b"x", size=None))
    assert problem.code is ErrorCode.SOURCE_LENGTHLESS
    assert server.connections == 0


def test_a_file_too_large_for_memory_is_refused_before_it_is_read(
    stage: Stage, server: ScriptedServer
) -> None:
    source = MemorySource(b"x", size=BUFFER_LIMIT + 1)
    problem = stage.fails(to(f"{server.url}/up", 'body = "buffered"'), source)
    assert problem.code is ErrorCode.SOURCE_TOO_LARGE_TO_BUFFER
    assert (server.connections, source.reader.asked) == (0, [])


@pytest.mark.parametrize("kind", ["raw", "chunked", "multipart", "buffered"])
def test_the_source_is_asked_for_256_kib_at_a_time(stage: Stage, server: ScriptedServer, kind: str) -> None:
    source = MemorySource(b"x" * 5 * READ_SIZE)
    stage.send(to(f"{server.url}/up", f'body = "{kind}"'), source)
    asked = source.reader.asked
    assert len(asked) <= 6
    # A form's first block holds the head of the part as well.
    assert asked[1:4] == [READ_SIZE] * 3
    assert READ_SIZE - 1000 < asked[0] <= READ_SIZE


@pytest.mark.parametrize(("table", "template"), [("raw", '""'), ("raw", '"{ext}"')])
def test_a_raw_content_type_that_comes_out_empty_is_left_out(
    stage: Stage, server: ScriptedServer, table: str, template: str
) -> None:
    lines = f'body = "raw"\n[{table}]\ncontent_type = {template}'
    stage.send(to(f"{server.url}/up", lines), MemorySource(name="noending"))
    assert server.request().header("Content-Type") is None


def test_a_file_part_always_has_a_content_type(stage: Stage, server: ScriptedServer) -> None:
    stage.send(to(f"{server.url}/up", '[multipart]\ncontent_type = ""'))
    assert b"\r\nContent-Type: application/octet-stream\r\n\r\ncontent\r\n" in server.request().body


def test_a_raw_body_may_name_its_disposition(stage: Stage, server: ScriptedServer) -> None:
    lines = 'body = "raw"\n[raw]\ncontent_type = "image/{ext}"\ncontent_disposition = "inline; n={stem}"'
    stage.send(to(f"{server.url}/up", lines), MemorySource(name="a.png"))
    assert server.request().header("Content-Type") == "image/png"
    assert server.request().header("Content-Disposition") == "inline; n=a"


def test_hashing_can_be_switched_off(stage: Stage, server: ScriptedServer) -> None:
    assert stage.send(to(f"{server.url}/up", '[reply]\nhash = "none"')).sha256 is None


@pytest.mark.parametrize("kind", ["raw", "chunked", "multipart", "buffered"])
@pytest.mark.parametrize("missing", [1, READ_SIZE, 3 * READ_SIZE])
def test_a_source_that_ends_early_is_an_error_and_no_half_looks_whole(
    stage: Stage, server: ScriptedServer, kind: str, missing: int
) -> None:
    size = 3 * READ_SIZE
    source = MemorySource(b"x" * (size - missing), size=size)
    problem = stage.fails(to(f"{server.url}/up", f'body = "{kind}"'), source)
    assert problem.code is ErrorCode.SOURCE_SHORT
    assert dict(problem.facts) == {"path": "/somewhere/file.bin", "missing": missing, "size": size}
    assert source.reader.closed
    # The connection is gone, and the next one finds all in order.
    stage.send(to(f"{server.url}/up"))
    assert sum(request.complete for request in server.requests) == 1


@pytest.mark.parametrize("kind", ["raw", "chunked", "multipart", "buffered"])
def test_a_source_that_grew_is_cut_at_the_declared_length(
    stage: Stage, server: ScriptedServer, kind: str
) -> None:
    reader = MemoryReader(io.BytesIO(b"x" * 300_000 + b"more"), has_changed=True)
    source = MemorySource(size=300_000, reader=reader)
    receipt = stage.send(to(f"{server.url}/up", f'body = "{kind}"'), source)
    assert receipt.size == 300_000
    assert [str(note) for note in receipt.notes] == ["source-changed"]
    assert b"more" not in server.request().body
    assert server.request().complete


@pytest.mark.parametrize("kind", ["raw", "chunked", "multipart", "buffered"])
def test_a_source_is_sent_from_where_it_stands(stage: Stage, server: ScriptedServer, kind: str) -> None:
    content = io.BytesIO(b"before" * 10_000 + b"the rest")
    content.seek(60_000)
    source = MemorySource(size=8, reader=MemoryReader(content))
    receipt = stage.send(to(f"{server.url}/up", f'body = "{kind}"'), source)
    body = server.request().body
    assert b"the rest" in body
    assert b"before" not in body
    assert (receipt.size, framing(server.request()).get("Content-Length", str(len(body)))) == (
        8,
        str(len(body)),
    )
