# SPDX-License-Identifier: MIT
"""Four ways to stream an upload in Python, each by hand and by a destination: the same request goes out.

By hand means bare requests and requests-toolbelt, in the forms that work.
"""

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from requests_toolbelt import MultipartEncoder, StreamingIterator

from tests.helpers.program import run, started
from tests.helpers.scripted_server import Request, ScriptedServer, StartServer, answer, stall_after
from tests.helpers.waiting import wait_until

SIZE = 300_000
FRAMING = ("Content-Length", "Transfer-Encoding")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "myfile.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(200))


def ours(home: Path, file: Path, server: ScriptedServer, toml: str) -> Request:
    """Send the file by the real program and return what arrived, after what was sent by hand."""
    path = home / "dest.toml"
    path.write_text(f'format = 1\nname = "Article"\nurl = "{server.url}/post?a=b"\n{toml}', "utf-8")
    before = len(server.requests)
    ran = run(home, "send", file, "--to", path, "--json")
    assert ran.code == 0, ran.out
    assert len(server.requests) == before + 1
    return server.requests[-1]


def essence(request: Request) -> dict[str, object]:
    """Return what of a request decides: all but who sent it, the boundary put to rest."""
    body, kind = bytes(request.body), request.header("Content-Type")
    found = re.fullmatch(r"multipart/form-data; boundary=(\w+)", kind or "")
    if found:
        assert len(found[1]) == 32
        body, kind = body.replace(found[1].encode(), b"BOUNDARY"), "multipart/form-data"
    return {
        "method": request.method,
        "target": request.target,
        "type": kind,
        "body": body,
        **{name: request.header(name) for name in FRAMING},
        **{name: request.header(name) for name in ("Host", "Connection", "Accept", "Accept-Encoding")},
    }


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while piece := opened.read(8192):
            yield piece


def test_a_whole_file_by_files(home: Path, file: Path, server: ScriptedServer) -> None:
    with file.open("rb") as opened:
        files = {"file": ("myfile.bin", opened, "application/octet-stream")}
        requests.post(f"{server.url}/post?a=b", files=files, timeout=10)
    arrived = ours(home, file, server, 'body = "buffered"\n')
    assert essence(arrived) == essence(server.request(0))
    assert file.read_bytes() in arrived.body


def test_a_generator_goes_out_in_chunks(home: Path, file: Path, server: ScriptedServer) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    requests.post(f"{server.url}/post?a=b", data=pieces(file), headers=headers, timeout=10)
    arrived = ours(home, file, server, 'body = "chunked"\n')
    assert essence(arrived) == essence(server.request(0))
    assert [arrived.header(name) for name in FRAMING] == [None, "chunked"]
    assert bytes(arrived.body) == file.read_bytes()
    # By hand, each small piece is a chunk; ours are as large as one read.
    assert max(server.request(0).chunk_sizes) == 8192
    assert arrived.chunk_sizes == [256 * 1024, SIZE - 256 * 1024, 0]


def test_a_form_with_an_id_and_a_file_under_another_name(
    home: Path, file: Path, server: ScriptedServer
) -> None:
    with file.open("rb") as opened:
        encoder = MultipartEncoder(
            fields={"id": "this-is-some-id", "document": ("report 1.pdf", opened, "application/pdf")}
        )
        headers = {"Content-Type": encoder.content_type}
        requests.post(f"{server.url}/post?a=b", data=encoder, headers=headers, timeout=10)
    table = """
body = "multipart"
[multipart]
file_field = "document"
filename = "report 1.pdf"
content_type = "application/pdf"
[multipart.fields]
id = "this-is-some-id"
"""
    arrived = ours(home, file, server, table)
    assert essence(arrived) == essence(server.request(0))
    assert [arrived.header(name) for name in FRAMING] == [str(len(arrived.body)), None]
    assert b'name="id"\r\n\r\nthis-is-some-id\r\n' in arrived.body


def test_a_raw_stream_with_its_size_and_no_chunks(home: Path, file: Path, server: ScriptedServer) -> None:
    stream = StreamingIterator(SIZE, pieces(file))
    headers = {"Content-Type": "application/octet-stream"}
    requests.post(f"{server.url}/post?a=b", data=stream, headers=headers, timeout=10)
    arrived = ours(home, file, server, 'body = "raw"\n')
    assert essence(arrived) == essence(server.request(0))
    assert [arrived.header(name) for name in FRAMING] == [str(SIZE), None]
    assert bytes(arrived.body) == file.read_bytes()


def test_a_bare_open_file_loses_name_and_type_by_hand_and_keeps_them_here(
    home: Path, file: Path, server: ScriptedServer
) -> None:
    with file.open("rb") as opened:
        encoder = MultipartEncoder(fields={"file": opened})
        headers = {"Content-Type": encoder.content_type}
        requests.post(f"{server.url}/post", data=encoder, headers=headers, timeout=10)
    assert b'name="file"\r\n\r\n' in server.request(0).body
    arrived = ours(home, file, server, "")
    head = b'name="file"; filename="myfile.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'
    assert head in arrived.body


def test_a_raw_stream_by_hand_has_no_type_and_an_open_file_no_chunks(
    home: Path, file: Path, server: ScriptedServer
) -> None:
    with file.open("rb") as opened:
        requests.post(f"{server.url}/post", data=opened, timeout=10)
    assert [server.request(0).header(name) for name in FRAMING] == [str(SIZE), None]
    assert server.request(0).header("Content-Type") is None
    assert ours(home, file, server, 'body = "raw"\n').header("Content-Type") == "application/octet-stream"


@pytest.mark.parametrize("kind", ["raw", "multipart", "chunked"])
def test_a_size_that_is_wrong_is_said_and_hangs_nobody(
    home: Path, tmp_path: Path, scripted_server: StartServer, kind: str
) -> None:
    gate = threading.Event()
    server = scripted_server(stall_after(1, gate=gate))
    path, file = home / "dest.toml", tmp_path / "shrinks.bin"
    path.write_text(f'format = 1\nname = "A"\nurl = "{server.url}/up"\nbody = "{kind}"\n', "utf-8")
    with file.open("wb") as made:
        made.truncate(256 * 1024 * 1024)
    with started(home, "send", file, "--to", path, "--json") as program:
        server.request()
        wait_until(lambda: server.request().body)
        os.truncate(file, 1000)
        gate.set()
        out, _ = program.communicate(timeout=20)
    assert program.returncode == 1
    assert '"code": "source-short"' in out
    assert "The file became shorter while it was being sent." in out
    assert not server.request().complete
