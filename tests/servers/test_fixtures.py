# SPDX-License-Identifier: MIT
"""The real servers' own tests, by plain requests: what they report and store is what was sent."""

import hashlib
from collections.abc import Iterable

import pytest
import requests

from tests.helpers.upload_server import UploadServer

CONTENT = bytes(range(256)) * 4096
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def pieces() -> Iterable[bytes]:
    """Return the content as a body of unknown length."""
    return (CONTENT[start : start + 100_000] for start in range(0, len(CONTENT), 100_000))


def test_a_form_arrives_with_its_fields_and_files(form_server: UploadServer) -> None:
    reply = requests.post(
        f"{form_server.url}/upload",
        data=[("id", "ä 1"), ("tags[]", "a"), ("tags[]", "b")],
        files=[("file", ("naïve.bin", CONTENT, "image/x-test"))],
        timeout=30,
    )
    assert reply.status_code == 201
    file = {"field": "file", "filename": "naïve.bin", "content_type": "image/x-test"}
    told = reply.json()
    assert told["files"] == [{**file, "size": len(CONTENT), "sha256": SHA256}]
    tags = "tags" if form_server.name == "php" else "tags[]"
    assert told["fields"] == [["id", "ä 1"], [tags, "a"], [tags, "b"]]
    assert told["link"] == f"{form_server.url}/files/naïve.bin"
    assert form_server.stored("naïve.bin").read_bytes() == CONTENT


def test_several_files_arrive_in_one_form(form_server: UploadServer) -> None:
    files = [("file[]", ("a.txt", b"one", "text/plain")), ("file[]", ("b.txt", b"", "text/plain"))]
    told = requests.post(f"{form_server.url}/upload", files=files, timeout=30).json()
    assert [(row["filename"], row["size"]) for row in told["files"]] == [("a.txt", 3), ("b.txt", 0)]


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_raw_body_arrives(put_server: UploadServer, *, chunked: bool) -> None:
    name = f"chunked-{chunked}.bin"
    reply = requests.put(
        f"{put_server.url}/raw/{name}",
        data=pieces() if chunked else CONTENT,
        headers={"Content-Type": "image/x-test"},
        timeout=30,
    )
    assert reply.status_code == 201
    assert put_server.stored(name).read_bytes() == CONTENT
    if put_server.name != "nginx":
        told = reply.json()
        assert (told["size"], told["sha256"], told["content_type"]) == (len(CONTENT), SHA256, "image/x-test")
        assert told["transfer_encoding"] == ("chunked" if chunked else None)
        assert told["content_length"] == (None if chunked else str(len(CONTENT)))


def test_nginx_answers_204_for_a_file_it_had(nginx_server: UploadServer) -> None:
    statuses = [
        requests.put(f"{nginx_server.url}/raw/again", data=b"x", timeout=30).status_code for _ in range(2)
    ]
    assert statuses == [201, 204]


def test_an_empty_body_arrives(put_server: UploadServer) -> None:
    reply = requests.put(f"{put_server.url}/raw/empty", data=b"", headers={"Content-Length": "0"}, timeout=30)
    assert reply.status_code == 201
    assert put_server.stored("empty").read_bytes() == b""
