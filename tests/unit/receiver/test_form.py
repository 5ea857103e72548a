# SPDX-License-Identifier: MIT
"""What a multipart form becomes."""

import hashlib
import itertools
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.receiver import Receiver
from guiuploader.receiver.form import FormUpload
from guiuploader.receiver.refusal import Refusal
from guiuploader.receiver.storage import Storage
from tests.unit.receiver.wire import BOUNDARY, Wire, form, part

# What looks like the end of a part, and is not.
TRAPS = [
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n-",
    b"\r\n--",
    b"\r\n--" + BOUNDARY[:-1],
    b"\r\n\r\n--" + BOUNDARY[:4],
    b"--" + BOUNDARY,
    b"\n--" + BOUNDARY + b"--\r\n",
    b"\r\r\n--" + BOUNDARY[:-1] + b"!",
]


def test_a_form_of_a_file_and_fields_is_described_in_full(receiver: Receiver, wire: Wire) -> None:
    answer = wire.post_form(
        part(b"7", "id"),
        part(b"a", "tags"),
        part("ünïcode".encode(), "tags"),
        part(b"", "tags"),
        part(b"content", "file", "report.txt", "text/plain; charset=utf-8"),
    )
    assert answer.status == 201
    link = f"{receiver.url}/files/report.txt"
    assert answer.headers["Location"] == link
    file = {
        "link": link,
        "name": "report.txt",
        "filename": "report.txt",
        "size": 7,
        "sha256": hashlib.sha256(b"content").hexdigest(),
        "field": "file",
        "content_type": "text/plain; charset=utf-8",
    }
    assert answer.json == {**file, "fields": {"id": "7", "tags": ["a", "ünïcode", ""]}, "files": [file]}
    assert (receiver.folder / "report.txt").read_bytes() == b"content"


def test_several_files_in_one_form_are_all_stored(receiver: Receiver, wire: Wire) -> None:
    answer = wire.post_form(
        part(b"1", "a", "same.txt"), part(b"", "b", "empty.txt"), part(b"3", "c", "same.txt")
    )
    names = ["same.txt", "empty.txt", "same (2).txt"]
    assert [file["name"] for file in answer.json["files"]] == names
    assert [file["field"] for file in answer.json["files"]] == ["a", "b", "c"]
    assert answer.json["name"] == "same.txt"
    assert [(receiver.folder / name).read_bytes() for name in names] == [b"1", b"", b"3"]


def test_a_form_without_a_file_has_fields_and_no_link(receiver: Receiver, wire: Wire) -> None:
    answer = wire.post_form(part(b"7", "id"))
    assert answer.status == 201
    assert answer.json == {"fields": {"id": "7"}, "files": []}
    assert "Location" not in answer.headers
    assert list(receiver.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", form(part(b"a", "f", "a"))),
        ("multipart/form-data; boundary=", form(part(b"a", "f", "a"))),
        (f"multipart/form-data; boundary={'x' * 300}", form(part(b"a", "f", "a"))),
        ("multipart/form-data; boundary=other", form(part(b"a", "f", "a"))),
        (f"multipart/form-data; boundary={BOUNDARY.decode()}", form(part(b"a", "f", "a"))[:-6]),
        (f"multipart/form-data; boundary={BOUNDARY.decode()}", b""),
        (f"multipart/form-data; boundary={BOUNDARY.decode()}", form(b"No-Name: x\r\n\r\nabc")),
        (f"multipart/form-data; boundary={BOUNDARY.decode()}", form(b"no colon\r\n\r\nabc")),
    ],
    ids=range(8),
)
def test_a_malformed_form_is_refused_and_leaves_nothing(
    receiver: Receiver, wire: Wire, content_type: str, body: bytes
) -> None:
    answer = wire.upload(
        "/", form(part(b"first", "f", "first"))[:-14] + b"\r\n" + body, Content_Type=content_type
    )
    assert answer.status == 400
    assert answer.complaint
    assert list(receiver.folder.iterdir()) == []


@pytest.mark.parametrize(
    "parts",
    [
        [part(b"x" * (1024 * 1024 + 1), "big")],
        [part(b"x" * 1024 * 1024, f"f{number}") for number in range(9)],
        [part(b"", str(number)) for number in range(1001)],
    ],
    ids=["one field", "all fields", "parts"],
)
def test_a_form_beyond_the_caps_is_refused(receiver: Receiver, wire: Wire, parts: list[bytes]) -> None:
    answer = wire.post_form(part(b"file", "f", "first"), *parts)
    assert answer.status == 413
    assert answer.complaint
    assert list(receiver.folder.iterdir()) == []


def test_a_form_just_within_the_caps_is_taken(wire: Wire) -> None:
    answer = wire.post_form(*(part(b"x" * 1024 * 1024, "") for _ in range(8)))
    assert answer.status == 201
    assert [len(value) for value in answer.json["fields"][""]] == [1024 * 1024] * 8


def test_a_large_file_part_full_of_near_boundaries_arrives_unchanged(receiver: Receiver, wire: Wire) -> None:
    fillers = itertools.cycle([b"", b"#", b"#" + os.urandom(9999)])
    content = b"".join(trap + filler for trap, filler in zip(TRAPS * 40, fillers, strict=False))
    assert b"\r\n--" + BOUNDARY not in content
    answer = wire.post_form(part(content, "f", "traps.bin"))
    assert answer.json["sha256"] == hashlib.sha256(content).hexdigest()
    assert (receiver.folder / "traps.bin").read_bytes() == content


contents = (
    st.lists(st.sampled_from(TRAPS) | st.binary(max_size=20), max_size=8)
    .map(b"".join)
    .filter(lambda content: b"\r\n--" + BOUNDARY not in content)
)


@given(files=st.lists(contents, min_size=1, max_size=3), data=st.data())
def test_a_form_split_anywhere_gives_the_same_files(files: list[bytes], data: st.DataObject) -> None:
    body = form(*(part(content, "f", "x") for content in files))
    cuts = data.draw(st.lists(st.integers(0, len(body)), max_size=20).map(sorted))
    with tempfile.TemporaryDirectory() as folder:
        assert stored(Path(folder), body, [0, *cuts, len(body)]) == files


@pytest.mark.full
@pytest.mark.parametrize("content", TRAPS, ids=repr)
def test_a_form_fed_in_steps_of_any_one_size_gives_the_same_file(content: bytes, tmp_path: Path) -> None:
    body = form(part(content * 3, "f", "x"))
    for step in range(1, len(body)):
        folder = tmp_path / str(step)
        assert stored(folder, body, [*range(0, len(body), step), len(body)]) == [content * 3]


def stored(folder: Path, body: bytes, cuts: list[int]) -> list[bytes]:
    """Feed a body in the pieces between the cuts; return what was stored."""
    with Storage(folder, 2**20).delivery(len(body)) as delivery:
        upload = FormUpload(delivery, boundary=BOUNDARY)
        for start, end in itertools.pairwise(cuts):
            upload.feed(memoryview(body)[start:end])
        upload.finish()
        delivery.keep()
    return [file.stored.path.read_bytes() for file in upload.files]


def test_a_form_cut_anywhere_before_its_closing_boundary_is_incomplete(tmp_path: Path) -> None:
    body = form(part(b"content", "f", "x"))
    for cut in range(len(body) - 2):  # the last line end may be missing
        with pytest.raises(Refusal, match="closing boundary"):
            stored(tmp_path, body, [0, cut])
    assert list(tmp_path.iterdir()) == []
