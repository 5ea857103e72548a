# SPDX-License-Identifier: MIT
"""`send` with each kind of body to servers that others wrote."""

import hashlib
import os
from pathlib import Path

import pytest

from tests.helpers.program import Ran, run
from tests.helpers.upload_server import UploadServer

pytestmark = pytest.mark.full

FORM = """
format = 1
name = "Form"
url = "{url}/upload"
body = "{kind}"
[reply]
link = "{{json:link}}"
"""
ALONE = """
format = 1
name = "Alone"
url = "{url}/raw/{{filename}}"
method = "PUT"
body = "{kind}"
"""
BIG = 20 * 1024 * 1024 + 1


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    big, small = tmp_path / "big.bin", tmp_path / "small.txt"
    big.write_bytes(os.urandom(1024 * 1024) * 20 + b"!")
    small.write_text("Grüße\n", "utf-8")
    return [big, small]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sent(home: Path, files: list[Path], toml: str) -> Ran:
    path = home / "dest.toml"
    path.write_text(toml, "utf-8")
    return run(home, "send", *files, "--to", path, "--json")


def check(ran: Ran, files: list[Path], server: UploadServer) -> None:
    """Check what the program said, and that what the server stored is what was sent."""
    assert (ran.code, ran.err) == (0, "")
    finished = {event["id"]: event for event in ran.named("finished")}
    queued = ran.named("queued")
    assert [event["source"] for event in queued] == [str(path) for path in files]
    for event, path in zip(queued, files, strict=True):
        end = finished[event["id"]]
        size = path.stat().st_size
        assert (end["state"], end["bytes"], end["error"]) == ("done", size, None)
        assert end["status"] in {200, 201, 204}
        assert end["sha256"] == sha256(path) == sha256(server.stored(path.name))
        told = [each for each in ran.events if each.get("id") == event["id"]]
        counts = [each["sent"] for each in told if each["event"] == "progress"]
        assert counts == sorted(counts)
        assert counts[-1:] in ([], [size])
        states = [each["state"] for each in told if each["event"] == "state"]
        # Of a small file it is told that it awaits its reply when that is late.
        assert states == ["uploading", "awaiting_reply"] or (size < BIG and states == ["uploading"])
    summary = ran.events[-1]
    assert (summary["event"], summary["done"], summary["failed"]) == ("summary", 2, 0)
    assert summary["bytes"] == sum(path.stat().st_size for path in files)


@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_a_form(home: Path, files: list[Path], form_server: UploadServer, kind: str) -> None:
    ran = sent(home, files, FORM.format(url=form_server.url, kind=kind))
    check(ran, files, form_server)
    links = {event["link"] for event in ran.named("finished")}
    assert links == {f"{form_server.url}/files/{path.name}" for path in files}


@pytest.mark.parametrize("kind", ["raw", "chunked"])
def test_the_file_alone(home: Path, files: list[Path], put_server: UploadServer, kind: str) -> None:
    check(sent(home, files, ALONE.format(url=put_server.url, kind=kind)), files, put_server)
