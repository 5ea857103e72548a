# SPDX-License-Identifier: MIT
"""Parts of forms at servers that others wrote: base64, parts that are files always, their order and types."""

import base64
import email
import email.policy
import json
from pathlib import Path

import pytest

from tests.helpers.upload_server import UploadServer
from tests.servers.files import content, sha256
from tests.unit.transfer.stage import MemorySource, Stage, to

SIZES = [0, 1, 56, 57, 58, 70_000, 5 * 1024 * 1024 + 1]
BASE64 = """
body = "{kind}"
[multipart]
part_headers = {{ Content-Transfer-Encoding = "base64" }}
[multipart.fields]
id = "7"
"""
PARTS = """
body = "{kind}"
[[multipart.part]]
name = "about"
value = '\\{{"name": "{{filename}}", "size": {{size}}}}'
content_type = "application/json"
[[multipart.part]]
name = "picture"
upload = true
headers = {{ X-Note = "{{relpath}}" }}
[[multipart.part]]
name = "terms"
file = '{fixed}'
[[multipart.part]]
name = "after"
value = "ä €"
"""
NAME = "größe.bin"
FIXED = b"Always the same.\r\n"
ABOUT = '{"name": "größe.bin", "size": 70000}'


@pytest.fixture
def fixed(tmp_path: Path) -> Path:
    path = tmp_path / "terms.txt"
    path.write_bytes(FIXED)
    return path


def lines(data: bytes) -> bytes:
    """Return base64 as RFC 2045 wants it: lines of 76 characters, none after the last."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n").removesuffix(b"\r\n")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_base64_is_decoded_by_django_and_stored_as_text_by_the_others(
    stage: Stage, form_server: UploadServer, kind: str, size: int
) -> None:
    file, name = content(size), f"base64 {kind} {size}.bin"
    destination = to(f"{form_server.url}/upload", BASE64.format(kind=kind), form_server.network)
    receipt = stage.send(destination, MemorySource(file, name))
    told = json.loads(receipt.reply.body)
    read = file if form_server.name == "django" else lines(file)
    assert [(row["size"], row["sha256"]) for row in told["files"]] == [(len(read), sha256(read))]
    assert told["fields"] == [["id", "7"]]
    assert form_server.stored(name).read_bytes() == read
    assert (receipt.size, receipt.sha256) == (size, sha256(file))


@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_parts_of_all_kinds_arrive(stage: Stage, form_server: UploadServer, kind: str, fixed: Path) -> None:
    file = content(70_000)
    parts = PARTS.format(kind=kind, fixed=fixed)
    receipt = stage.send(
        to(f"{form_server.url}/upload", parts, form_server.network), MemorySource(file, NAME)
    )
    told = json.loads(receipt.reply.body)
    assert told["fields"] == [["about", ABOUT], ["after", "ä €"]]
    rows = [(row["field"], row["filename"], row["content_type"], row["sha256"]) for row in told["files"]]
    assert rows == [
        ("picture", NAME, "application/x-test", sha256(file)),
        ("terms", "terms.txt", "text/plain", sha256(FIXED)),
    ]
    assert (receipt.size, receipt.sha256) == (len(file), sha256(file))
    if form_server.name == "busboy":  # which tells of each part when it comes, and of its type
        assert told["order"] == [
            ["about", "application/json"],
            ["picture", "application/x-test"],
            ["terms", "text/plain"],
            ["after", "text/plain"],
        ]


@pytest.mark.parametrize("kind", ["multipart", "buffered"])
@pytest.mark.parametrize("form_server", ["flask"], indirect=True)
def test_parts_keep_their_order_and_their_headers(
    stage: Stage, form_server: UploadServer, kind: str, fixed: Path
) -> None:
    """What reached the server is stored as it came, and read by Python's own parser of mail."""
    file, name = content(70_000), f"form {kind}.txt"
    parts = PARTS.format(kind=kind, fixed=fixed)
    destination = to(f"{form_server.url}/raw/{name.replace(' ', '%20')}", parts, form_server.network)
    told = json.loads(stage.send(destination, MemorySource(file, NAME)).reply.body)
    form = form_server.stored(name).read_bytes()
    assert told["content_length"] == str(len(form))
    head = f"Content-Type: {told['content_type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + form, policy=email.policy.HTTP)
    assert [
        (part.get_param("name", header="Content-Disposition"), part["Content-Type"], part["X-Note"])
        for part in message.iter_parts()
    ] == [
        ("about", "application/json", None),
        ("picture", "application/x-test", NAME),
        ("terms", "text/plain", None),
        ("after", None, None),
    ]
    bodies = [part.get_payload(decode=True) for part in message.iter_parts()]
    assert bodies == [ABOUT.encode(), file, FIXED, "ä €".encode()]
