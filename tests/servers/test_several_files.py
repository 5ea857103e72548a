# SPDX-License-Identifier: MIT
"""Several files in one request, at servers that others wrote: each arrives whole and has its own link."""

import json

import pytest

from guiuploader.destinations.destination import Destination
from guiuploader.transfer.receipt import Receipt
from guiuploader.values.errors import ErrorCode, ServerRefused
from guiuploader.values.notes import Note
from tests.helpers.upload_server import UploadServer
from tests.servers.files import content, sha256
from tests.unit.transfer.stage import MemorySource, Stage, to

SIZES = [70_000, 0, 300_001]
FORM = """
body = "{kind}"
[multipart]
{names}
[reply]
link = "{url}/files/{{json:$.files[{{index}}].filename}}"
sha256 = "{{json:$.files[{{index}}].sha256}}"
"""
ONE_NAME = 'file_field = "{field}"\nfiles_per_request = 3\n[multipart.fields]\nid = "7"'
OWN_NAMES = """
files_per_request = 3
[[multipart.part]]
name = "{index:5}. front"
upload = true
[[multipart.part]]
name = "id"
value = "7"
[[multipart.part]]
name = "{index:5}. back"
upload = true
filename = "b {index} {filename}"
[[multipart.part]]
name = "rest"
upload = true
content_type = "application/x-rest"
"""


def form(server: UploadServer, kind: str, names: str) -> Destination:
    filled = FORM.format(kind=kind, names=names, url=server.url)
    return to(f"{server.url}/upload", filled, server.network)


def files(kind: str) -> list[MemorySource]:
    return [MemorySource(content(size), f"größe {kind} {size}.bin") for size in SIZES]


def check(receipts: tuple[Receipt, ...], server: UploadServer, stored: list[str]) -> None:
    """Check each receipt against what the server says and has."""
    rows = json.loads(receipts[0].reply.body)["files"]
    assert [row["filename"] for row in rows] == stored
    assert len(receipts) == len(SIZES)
    for receipt, row, name, size in zip(receipts, rows, stored, SIZES, strict=True):
        digest = sha256(content(size))
        assert (row["size"], row["sha256"]) == (size, digest)
        assert (receipt.size, receipt.sha256) == (size, digest)
        assert receipt.link == f"{server.url}/files/{name}"
        assert receipt.notes == (Note.VERIFIED,)
        assert sha256(server.stored(name).read_bytes()) == digest


@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_three_files_under_one_name(stage: Stage, form_server: UploadServer, kind: str) -> None:
    field = "files[]" if form_server.name == "php" else "files"
    sources = files(kind)
    receipts = stage.send_all(form(form_server, kind, ONE_NAME.format(field=field)), *sources)
    check(receipts, form_server, [source.name for source in sources])
    told = json.loads(receipts[0].reply.body)
    assert {(row["field"], row["content_type"]) for row in told["files"]} == {("files", "application/x-test")}
    assert told["fields"] == [["id", "7"]]


@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_three_files_under_numbered_names(stage: Stage, form_server: UploadServer, kind: str) -> None:
    sources = files(kind)
    names = ONE_NAME.format(field="file{index:1}")
    receipts = stage.send_all(form(form_server, kind, names), *sources)
    check(receipts, form_server, [source.name for source in sources])
    rows = json.loads(receipts[0].reply.body)["files"]
    assert [row["field"] for row in rows] == ["file1", "file2", "file3"]


@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_three_files_in_parts_of_their_own(stage: Stage, form_server: UploadServer, kind: str) -> None:
    sources = files(kind)
    receipts = stage.send_all(form(form_server, kind, OWN_NAMES), *sources)
    front, back, rest = (source.name for source in sources)
    check(receipts, form_server, [front, f"b 1 {back}", rest])
    told = json.loads(receipts[0].reply.body)
    # PHP makes its variables' names of a form's, without blanks or dots.
    fields = ["5__front", "6__back"] if form_server.name == "php" else ["5. front", "6. back"]
    kinds = ["application/x-test", "application/x-test", "application/x-rest"]
    assert [row["field"] for row in told["files"]] == [*fields, "rest"]
    assert [row["content_type"] for row in told["files"]] == kinds
    assert told["fields"] == [["id", "7"]]


def test_fewer_files_than_a_request_takes_are_repeated_as_often(
    stage: Stage, form_server: UploadServer
) -> None:
    field = "files[]" if form_server.name == "php" else "files"
    first, second, _ = files("fewer")
    destination = form(form_server, "multipart", ONE_NAME.format(field=field))
    links = [receipt.link for receipt in stage.send_all(destination, first, second)]
    assert links == [f"{form_server.url}/files/{source.name}" for source in (first, second)]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("sha256", ErrorCode.DIGEST_MISMATCH),  # told for the first file, and of the last
        ("success", ErrorCode.NOT_ACCEPTED),  # not there for the second
    ],
)
@pytest.mark.parametrize("form_server", ["php"], indirect=True)
def test_files_of_which_php_keeps_the_last_are_no_success(
    stage: Stage, form_server: UploadServer, reply: str, code: ErrorCode
) -> None:
    """PHP answers 201 all the same, when names come without brackets. What it says of each file tells."""
    table = ONE_NAME.format(field="files") + f'\n[reply]\n{reply} = "{{json:$.files[{{index}}].sha256}}"'
    destination = to(f"{form_server.url}/upload", "[multipart]", table, form_server.network)
    with pytest.raises(ServerRefused) as refused:
        stage.send_all(destination, *files("lost"))
    assert refused.value.problem.code is code
    assert not form_server.stored(f"größe lost {SIZES[0]}.bin").exists()
    assert form_server.stored(f"größe lost {SIZES[2]}.bin").read_bytes() == content(SIZES[2])


@pytest.mark.parametrize("form_server", ["php"], indirect=True)
def test_more_files_than_php_takes_are_no_success(stage: Stage, form_server: UploadServer) -> None:
    """PHP takes `max_file_uploads` of them, usually 20, and answers 201 to one more as well."""
    reply = '[reply]\nsuccess = "{json:$.files[{index}].sha256}"'
    table = '[multipart]\nfile_field = "files[]"\nfiles_per_request = 21'
    destination = to(f"{form_server.url}/upload", table, reply, form_server.network)
    twenty, more = (
        [MemorySource(b"x", f"{number} of {count}.bin") for number in range(count)] for count in (20, 21)
    )
    assert len(stage.send_all(destination, *twenty)) == 20
    with pytest.raises(ServerRefused) as refused:
        stage.send_all(destination, *more)
    assert refused.value.problem.code is ErrorCode.NOT_ACCEPTED
