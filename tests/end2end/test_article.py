# SPDX-License-Identifier: MIT
"""Four ways to stream an upload in Python, each by hand and by a destination: the same request goes out.

By hand means bare requests and requests-toolbelt, in the forms that work. The small requests that no file
travels in come first.
"""

import json
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests_toolbelt import MultipartEncoder, StreamingIterator

from guiuploader.network.session import READ_SIZE
from tests.helpers.program import run, started
from tests.helpers.scripted_server import Request, ScriptedServer, StartServer, answer, stall_after
from tests.helpers.waiting import wait_until

SIZE = 600_000
FRAMING = ("Content-Length", "Transfer-Encoding")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "myfile.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(200))


def ours(home: Path, file: Path | None, server: ScriptedServer, toml: str) -> Request:
    """Send the file, or a request without one, by the real program; return what arrived last."""
    path = home / "dest.toml"
    path.write_text(f'format = 1\nname = "Article"\nurl = "{server.url}/post?a=b"\n{toml}', "utf-8")
    before = len(server.requests)
    ran = run(home, "send", *([file] if file else []), "--to", path, "--json")
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


def test_a_get_with_parameters(home: Path, server: ScriptedServer) -> None:
    parameters = {"key1": "value1", "ä": "€&=?/#+%41"}
    requests.get(f"{server.url}/post?a=b", params=parameters, timeout=10)
    query = """
method = "GET"
body = "none"
[query]
key1 = "value1"
"ä" = "€&=?/#+%41"
"""
    arrived = ours(home, None, server, query)
    assert essence(arrived) == essence(server.request(0))
    assert [arrived.header(name) for name in FRAMING] == [None, None]
    assert parse_qsl(urlsplit(arrived.target).query) == [("a", "b"), *parameters.items()]


def test_a_blank_in_a_parameter_is_written_otherwise_and_means_the_same(
    home: Path, server: ScriptedServer
) -> None:
    requests.get(f"{server.url}/post?a=b", params={"key1": "a b"}, timeout=10)
    arrived = ours(home, None, server, 'method = "GET"\nbody = "none"\nquery = { key1 = "a b" }\n')
    targets = [server.request(0).target, arrived.target]
    assert targets == ["/post?a=b&key1=a+b", "/post?a=b&key1=a%20b"]
    assert {tuple(parse_qsl(urlsplit(target).query)) for target in targets} == {(("a", "b"), ("key1", "a b"))}


def test_a_post_of_form_data(home: Path, server: ScriptedServer) -> None:
    data = {"key1": "value 1", "tags": ["x", "y"], "ä": "€&=?/#+%41\r\n-._"}
    requests.post(f"{server.url}/post?a=b", data=data, timeout=10)
    form = """
body = "form"
[form.fields]
key1 = "value 1"
tags = ["x", "y"]
"ä" = "€&=?/#+%41\\r\\n-._"
"""
    arrived = ours(home, None, server, form)
    assert essence(arrived) == essence(server.request(0))
    assert arrived.header("Content-Type") == "application/x-www-form-urlencoded"
    assert [arrived.header(name) for name in FRAMING] == [str(len(arrived.body)), None]


def test_a_post_of_json(home: Path, server: ScriptedServer) -> None:
    requests.post(f"{server.url}/post?a=b", json={"key1": "value 1", "numbers": [1, 2.5, None]}, timeout=10)
    text = """
body = "content"
[content]
text = '\\{"key1": "value 1", "numbers": [1, 2.5, null]}'
content_type = "application/json"
"""
    arrived = ours(home, None, server, text)
    assert essence(arrived) == essence(server.request(0))
    assert json.loads(arrived.body) == {"key1": "value 1", "numbers": [1, 2.5, None]}


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
    assert arrived.chunk_sizes == [READ_SIZE, SIZE - READ_SIZE, 0]


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
    finished = next(event for event in map(json.loads, out.splitlines()) if event["event"] == "finished")
    assert finished["error"]["code"] == "source-short"
    assert finished["error"]["title"] == "The file became shorter while it was being sent."
    assert not server.request().complete
