# SPDX-License-Identifier: MIT
"""`send` of several files in one request, of files inside a text, and of requests without any, for real."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.counting_relay import counting_relay
from tests.helpers.program import Ran, run
from tests.helpers.upload_server import UploadServer

pytestmark = pytest.mark.full

TOGETHER = """
body = "multipart"
[multipart]
file_field = "{field}"
files_per_request = 3
[reply]
link = "{url}/files/{{json:$.files[{{index}}].filename}}"
sha256 = "{{json:$.files[{{index}}].sha256}}"
"""
IN_JSON = """
body = "template"
[content]
text = '\\{{"name": "{{filename}}", "{kind}": "{{file:{kind}}}"}}'
content_type = "application/json"
[reply]
link = "{{json:link}}"
sha256 = "{{json:sha256}}"
"""
BASE64 = """
[multipart]
part_headers = { Content-Transfer-Encoding = "base64" }
[reply]
sha256 = "{json:$.files[0].sha256}"
"""
HASHED = """
method = "PUT"
body = "raw"
[headers]
Content-MD5 = "{md5:base64}"
Repr-Digest = "sha-256=:{sha256:base64}:"
[reply]
hash = "md5"
"""


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, upload_server: Callable[[str, str], UploadServer]) -> UploadServer:
    """Return the server that a test names."""
    return upload_server(request.param, "http")


def files(folder: Path, *sizes: int) -> list[Path]:
    paths = [folder / f"größe {size}.bin" for size in sizes]
    for path, size in zip(paths, sizes, strict=True):
        path.write_bytes(os.urandom(size))
    return paths


def sent(home: Path, url: str, toml: str, *paths: Path) -> Ran:
    destination = home / "dest.toml"
    destination.write_text(f'format = 1\nname = "Real"\nurl = "{url}"\n{toml}', "utf-8")
    return run(home, "send", *paths, "--to", destination, "--json")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("server", "field"), [("flask", "files"), ("php", "files[]")], indirect=["server"])
def test_seven_files_in_three_requests(home: Path, tmp_path: Path, server: UploadServer, field: str) -> None:
    paths = files(tmp_path, 0, 1, 1000, 70_000, 300_001, 1_000_000, 5)
    ran = sent(home, f"{server.url}/upload", TOGETHER.format(field=field, url=server.url), *paths)
    assert (ran.code, ran.err) == (0, "")
    finished = {event["id"]: event for event in ran.named("finished")}
    queued = ran.named("queued")
    assert [event["source"] for event in queued] == [str(path) for path in paths]
    together = []
    for event, path in zip(queued, paths, strict=True):
        end = finished[event["id"]]
        assert (end["state"], end["bytes"], end["sha256"]) == ("done", path.stat().st_size, sha256(path))
        assert end["link"] == f"{server.url}/files/{path.name}"
        assert sha256(server.stored(path.name)) == sha256(path)
        together.append(len(json.loads(end["reply"]["body"])["files"]))
    assert together == [3, 3, 3, 3, 3, 3, 1]
    assert (ran.events[-1]["done"], ran.events[-1]["bytes"]) == (7, sum(p.stat().st_size for p in paths))


@pytest.mark.parametrize("server", ["flask"], indirect=True)
def test_twenty_five_files_in_one_request(home: Path, tmp_path: Path, server: UploadServer) -> None:
    """Each is a row with its own progress, hash, link and end; on the wire there is one request."""
    paths = files(tmp_path, *range(0, 25 * 70_001, 70_001))  # small ones and large ones, one empty
    toml = TOGETHER.format(field="files", url="http://127.0.0.1").replace("= 3", "= 25")
    with counting_relay(server.url) as relay:
        ran = sent(home, f"{relay.url}/upload", toml, *paths)
    assert (ran.code, ran.err) == (0, "")
    assert (relay.connections, relay.heads) == (1, ["POST /upload HTTP/1.1"])
    queued = ran.named("queued")
    finished = {event["id"]: event for event in ran.named("finished")}
    ids = [event["id"] for event in queued]
    assert len(set(ids)) == len(finished) == 25
    for number, (upload_id, path) in enumerate(zip(ids, paths, strict=True)):
        end = finished[upload_id]
        assert (end["state"], end["bytes"], end["sha256"]) == ("done", path.stat().st_size, sha256(path))
        assert (end["together"], end["attempts"]) == (ids, 1)
        assert "verified" in end["notes"]
        assert end["link"] == f"http://127.0.0.1/files/{path.name}"
        assert json.loads(end["reply"]["body"])["files"][number]["sha256"] == end["sha256"]
        assert sha256(server.stored(path.name)) == sha256(path)
        last = [event for event in ran.named("progress") if event["id"] == upload_id][-1]
        assert (last["sent"], last["total"]) == (path.stat().st_size, path.stat().st_size)
    past = run(home, "history", "--json")
    assert sorted(row["sha256"] for row in past.events) == sorted(map(sha256, paths))


@pytest.mark.parametrize("server", ["fastapi"], indirect=True)
def test_files_in_base64_inside_json(home: Path, tmp_path: Path, server: UploadServer) -> None:
    paths = files(tmp_path, 0, 2_000_003)
    ran = sent(home, f"{server.url}/json", IN_JSON.format(kind="base64"), *paths)
    assert (ran.code, ran.err) == (0, "")
    finished = sorted(ran.named("finished"), key=lambda event: event["id"])
    for event, path in zip(finished, paths, strict=True):
        assert (event["state"], event["sha256"]) == ("done", sha256(path))
        assert event["link"] == f"{server.url}/files/{path.name}"
        assert sha256(server.stored(path.name)) == sha256(path)


@pytest.mark.parametrize("server", ["php"], indirect=True)
def test_a_text_inside_json(home: Path, tmp_path: Path, server: UploadServer) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes('“Grüße”\r\n\t"C:\\new"\x00\n'.encode() * 20_000)
    ran = sent(home, f"{server.url}/json", IN_JSON.format(kind="text"), path)
    assert (ran.code, ran.err) == (0, "")
    assert server.stored("notes.txt").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("server", ["django"], indirect=True)
def test_base64_that_is_decoded_is_proved_by_the_files_own_hash(
    home: Path, tmp_path: Path, server: UploadServer
) -> None:
    (path,) = files(tmp_path, 1_000_001)
    ran = sent(home, f"{server.url}/upload", BASE64, path)
    assert (ran.code, ran.err) == (0, "")
    (finished,) = ran.named("finished")
    assert (finished["bytes"], finished["sha256"]) == (1_000_001, sha256(path))
    assert server.stored(path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("server", ["flask"], indirect=True)
def test_base64_that_is_stored_as_text_is_not_what_was_sent(
    home: Path, tmp_path: Path, server: UploadServer
) -> None:
    (path,) = files(tmp_path, 1000)
    ran = sent(home, f"{server.url}/upload", BASE64, path)
    assert ran.code == 1
    assert ran.named("finished")[0]["error"]["code"] == "digest-mismatch"


@pytest.mark.parametrize("server", ["busboy"], indirect=True)
def test_hashes_sent_ahead(home: Path, tmp_path: Path, server: UploadServer) -> None:
    (path,) = files(tmp_path, 1_000_001)
    ran = sent(home, f"{server.url}/raw/hashed.bin", HASHED, path)
    assert (ran.code, ran.err) == (0, "")
    (finished,) = ran.named("finished")
    assert json.loads(finished["reply"]["body"])["checked"] == ["Content-MD5", "Repr-Digest"]
    assert finished["md5"] == hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    assert server.stored("hashed.bin").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("server", ["flask"], indirect=True)
@pytest.mark.parametrize("method", ["HEAD", "DELETE"])
def test_a_request_without_a_file(home: Path, server: UploadServer, method: str) -> None:
    ran = sent(home, f"{server.url}/echo?a=b", f'method = "{method}"\nbody = "none"')
    assert (ran.code, ran.err) == (0, "")
    (finished,) = ran.named("finished")
    assert (finished["state"], finished["status"], finished["bytes"]) == ("done", 200, 0)
    assert finished["reply"]["headers"]["x-method"] == method
    if method == "DELETE":
        assert json.loads(finished["reply"]["body"])["query"] == [["a", "b"]]
