# SPDX-License-Identifier: MIT
"""The four kinds of body at servers that others wrote, over both schemes: each byte and each name arrives."""

import hashlib
import json

import pytest

from guiuploader.transfer.receipt import Receipt
from guiuploader.values.errors import ErrorCode
from tests.helpers.upload_server import UploadServer
from tests.servers.conftest import PUTS
from tests.servers.files import content
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
ALONE = """
method = "PUT"
body = "{kind}"
"""
QUOTES_READ_BACK = {"flask", "multer"}
"""Servers that turn the %22, by which browsers write a quote in a name, into a quote again."""


def send_form(stage: Stage, server: UploadServer, kind: str, source: MemorySource) -> Receipt:
    # PHP keeps only the last of fields that share a name without brackets.
    brackets = "[]" if server.name == "php" else ""
    form = FORM.format(kind=kind, brackets=brackets)
    return stage.send(to(f"{server.url}/upload", form, server.network), source)


def check_alone(stage: Stage, server: UploadServer, kind: str, size: int) -> None:
    """Send the file alone and check what the server stored and, where it tells, what reached it."""
    file, name = content(size), f"größe {kind} {size}.bin"
    destination = to(f"{server.url}/raw/{{filename}}", ALONE.format(kind=kind), server.network)
    receipt = stage.send(destination, MemorySource(file, name))
    digest = hashlib.sha256(file).hexdigest()
    assert receipt.sha256 == digest
    assert hashlib.sha256(server.stored(name).read_bytes()).hexdigest() == digest
    if server.name not in {"nginx", "apache"}:
        told = json.loads(receipt.reply.body)
        assert (told["size"], told["sha256"]) == (size, digest)
        in_chunks = kind == "chunked" and size > 0 and not server.proxied
        assert told["transfer_encoding"] == ("chunked" if in_chunks else None)
        assert told["content_length"] == (None if in_chunks else str(size))
        assert told["content_type"] == "application/x-test"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_a_form_arrives_whole(stage: Stage, form_server: UploadServer, kind: str, size: int) -> None:
    file, name = content(size), f"größe {kind} {size}.bin"
    receipt = send_form(stage, form_server, kind, MemorySource(file, name))
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


@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_a_quote_in_a_name_is_read_as_from_a_browser(
    stage: Stage, form_server: UploadServer, kind: str
) -> None:
    name = f"größe “{kind}” \"7\"; filename=€ 100% & 'x' [1].bin"
    receipt = send_form(stage, form_server, kind, MemorySource(b"x", name))
    read = name if form_server.name in QUOTES_READ_BACK else name.replace('"', "%22")
    assert [row["filename"] for row in json.loads(receipt.reply.body)["files"]] == [read]
    assert form_server.stored(read).read_bytes() == b"x"


@pytest.mark.parametrize("size", SIZES)
def test_the_file_alone_arrives_whole(stage: Stage, put_server: UploadServer, size: int) -> None:
    check_alone(stage, put_server, "raw", size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("put_server", [kind for kind in PUTS if kind != "django"], indirect=True)
def test_the_file_in_chunks_arrives_whole(stage: Stage, put_server: UploadServer, size: int) -> None:
    check_alone(stage, put_server, "chunked", size)


@pytest.mark.parametrize("put_server", ["django"], indirect=True)
def test_chunks_that_django_drops_are_no_success(put_server: UploadServer) -> None:
    """Django takes a body without a length for an empty one, stores nothing and still answers 201.

    No status shows that. What shows it is the reply: `success` names a value that is there only if bytes were
    counted (here any value of a reply whose size is above 0), and without it the answer is an error.
    """
    reply = '[reply]\nsuccess = "{json:$[?$.size > 0]}"'
    with_length, in_chunks = (
        to(f"{put_server.url}/raw/{{filename}}", ALONE.format(kind=kind), reply, put_server.network)
        for kind in ("raw", "chunked")
    )
    file, name = content(70_000), "dropped.bin"
    with staged() as stage:
        stage.send(with_length, MemorySource(file, name))
        assert put_server.stored(name).read_bytes() == file
        assert stage.fails(in_chunks, MemorySource(file, name)).code is ErrorCode.NOT_ACCEPTED
    assert put_server.stored(name).read_bytes() == b""


def test_one_connection_serves_a_queue_of_small_files(stage: Stage, put_server: UploadServer) -> None:
    destination = to(f"{put_server.url}/raw/{{filename}}", ALONE.format(kind="raw"), put_server.network)
    new = 0
    for number in range(20):
        stage.send(destination, MemorySource(b"x" * 10, f"small {number}"))
        new += stage.timings.connect is not None
    # `php -S` closes after each answer; the others keep the line.
    assert new == 20 if put_server.name == "php" and not put_server.proxied else new <= 1
