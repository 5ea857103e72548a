# SPDX-License-Identifier: MIT
"""The four kinds of body at servers that others wrote: each byte arrives, and each name."""

import hashlib
import json
from collections.abc import Iterator

import pytest

from tests.helpers.upload_server import UploadServer
from tests.unit.transfer.stage import MemorySource, Stage, staged, to

SIZES = [0, 1, 70_000, 5 * 1024 * 1024 + 1]
FORM = """
body = "{kind}"
[multipart]
file_field = "attachment"
[multipart.fields]
"tag{brackets}" = ["a b", "ä€"]
id = "7"
[reply]
link = "{{json:link}}"
success = "{{json:$.files[0].sha256}}"
"""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


def content(size: int) -> bytes:
    return hashlib.shake_128(str(size).encode()).digest(size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_a_form_arrives_whole(stage: Stage, form_server: UploadServer, kind: str, size: int) -> None:
    file, name = content(size), f"größe {kind} {size}.bin"
    # PHP keeps only the last of fields that share a name without brackets.
    brackets = "[]" if form_server.name == "php" else ""
    destination = to(f"{form_server.url}/upload", FORM.format(kind=kind, brackets=brackets))
    receipt = stage.send(destination, MemorySource(file, name))
    told = json.loads(receipt.reply.body)
    digest = hashlib.sha256(file).hexdigest()
    assert told["files"] == [
        {
            "field": "attachment",
            "filename": name,
            "content_type": "application/x-test",
            "size": size,
            "sha256": digest,
        }
    ]
    assert told["fields"] == [["tag", "a b"], ["tag", "ä€"], ["id", "7"]]
    assert receipt.sha256 == digest
    assert receipt.link == f"{form_server.url}/files/{name}"
    assert hashlib.sha256(form_server.stored(name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["raw", "chunked"])
def test_the_file_alone_arrives_whole(stage: Stage, put_server: UploadServer, kind: str, size: int) -> None:
    file, name = content(size), f"größe {kind} {size}.bin"
    destination = to(f"{put_server.url}/raw/{{filename}}", f'method = "PUT"\nbody = "{kind}"')
    receipt = stage.send(destination, MemorySource(file, name))
    digest = hashlib.sha256(file).hexdigest()
    assert receipt.sha256 == digest
    assert hashlib.sha256(put_server.stored(name).read_bytes()).hexdigest() == digest
    if put_server.name != "nginx":
        told = json.loads(receipt.reply.body)
        assert (told["size"], told["sha256"]) == (size, digest)
        in_chunks = kind == "chunked" and size > 0
        assert told["transfer_encoding"] == ("chunked" if in_chunks else None)
        assert told["content_length"] == (None if in_chunks else str(size))
        assert told["content_type"] == "application/x-test"


def test_one_connection_serves_a_queue_of_small_files(stage: Stage, put_server: UploadServer) -> None:
    destination = to(f"{put_server.url}/raw/{{filename}}", 'method = "PUT"\nbody = "raw"')
    receipts = [stage.send(destination, MemorySource(b"x" * 10, f"small {number}")) for number in range(20)]
    new = sum(receipt.timings.connect is not None for receipt in receipts)
    # `php -S` closes after each answer; the others keep the line.
    assert new == 20 if put_server.name == "php" else new <= 1
