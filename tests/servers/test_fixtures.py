# SPDX-License-Identifier: MIT
"""The real servers' own tests, by plain requests: what they report and store is what was sent."""

import hashlib
from collections.abc import Iterable

import pytest
import requests

from tests.helpers.upload_server import UploadServer

CONTENT = bytes(range(256)) * 4096
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def trust(server: UploadServer) -> str | bool:
    """Return what requests shall check the server's certificate against."""
    return str(server.ca_file) if server.ca_file else True


def pieces() -> Iterable[bytes]:
    """Return the content as a body of unknown length."""
    return (CONTENT[start : start + 100_000] for start in range(0, len(CONTENT), 100_000))


def test_a_form_arrives_with_its_fields_and_files(form_server: UploadServer) -> None:
    reply = requests.post(
        f"{form_server.url}/upload",
        data=[("id", "ä 1"), ("tags[]", "a"), ("tags[]", "b")],
        files=[("file", ("naïve.bin", CONTENT, "image/x-test"))],
        timeout=30,
        verify=trust(form_server),
    )
    assert reply.status_code == 201
    file = {"field": "file", "filename": "naïve.bin", "content_type": "image/x-test"}
    told = reply.json()
    assert told["files"] == [{**file, "size": len(CONTENT), "sha256": SHA256}]
    tags = "tags" if form_server.name in {"php", "multer"} else "tags[]"
    assert told["fields"] == [["id", "ä 1"], [tags, "a"], [tags, "b"]]
    assert told["link"] == f"{form_server.url}/files/naïve.bin"
    assert form_server.stored("naïve.bin").read_bytes() == CONTENT


def test_several_files_arrive_in_one_form(form_server: UploadServer) -> None:
    files = [("file[]", ("a.txt", b"one", "text/plain")), ("file[]", ("b.txt", b"", "text/plain"))]
    url, verify = f"{form_server.url}/upload", trust(form_server)
    told = requests.post(url, files=files, timeout=30, verify=verify).json()
    assert [(row["filename"], row["size"]) for row in told["files"]] == [("a.txt", 3), ("b.txt", 0)]


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_raw_body_arrives(put_server: UploadServer, *, chunked: bool) -> None:
    name = f"chunked-{chunked}.bin"
    reply = requests.put(
        f"{put_server.url}/raw/{name}",
        data=pieces() if chunked else CONTENT,
        headers={"Content-Type": "image/x-test"},
        timeout=30,
        verify=trust(put_server),
    )
    lost = chunked and put_server.name == "django"  # WSGI hands it no body without a length
    assert reply.status_code == 201
    assert put_server.stored(name).read_bytes() == (b"" if lost else CONTENT)
    if put_server.name not in {"nginx", "apache"} and not lost:
        told = reply.json()
        assert (told["size"], told["sha256"], told["content_type"]) == (len(CONTENT), SHA256, "image/x-test")
        in_chunks = chunked and not put_server.proxied
        assert told["transfer_encoding"] == ("chunked" if in_chunks else None)
        assert told["content_length"] == (None if in_chunks else str(len(CONTENT)))


@pytest.mark.parametrize("put_server", ["nginx", "apache"], indirect=True)
def test_a_web_server_answers_204_for_a_file_it_had(put_server: UploadServer) -> None:
    url, verify = f"{put_server.url}/raw/again", trust(put_server)
    statuses = [requests.put(url, data=b"x", timeout=30, verify=verify).status_code for _ in range(2)]
    assert statuses == [201, 204]


def test_an_empty_body_arrives(put_server: UploadServer) -> None:
    url, none = f"{put_server.url}/raw/empty", {"Content-Length": "0"}
    reply = requests.put(url, data=b"", headers=none, timeout=30, verify=trust(put_server))
    assert reply.status_code == 201
    assert put_server.stored("empty").read_bytes() == b""
