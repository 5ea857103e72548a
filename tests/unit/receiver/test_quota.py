# SPDX-License-Identifier: MIT
"""The folder does not grow past its quota."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from guiuploader.receiver import Receiver
from guiuploader.receiver.refusal import Refusal
from guiuploader.receiver.storage import Storage
from tests.helpers.waiting import wait_until
from tests.unit.receiver.wire import Wire, chunked, form, part

QUOTA = 1000


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    folder = tmp_path / "received"
    folder.mkdir()
    (folder / "before.bin").write_bytes(b"x" * 400)
    with Receiver(folder, quota=QUOTA) as receiver:
        yield receiver


def names(receiver: Receiver) -> set[str]:
    return {file.name for file in receiver.folder.iterdir()}


def test_what_was_there_at_the_start_counts(receiver: Receiver, wire: Wire) -> None:
    assert wire.upload("/a", b"x" * 600).status == 201
    answer = wire.upload("/b", b"x")
    assert answer.status == 507
    assert "1000 bytes" in answer.complaint
    assert names(receiver) == {"before.bin", "a"}


def test_an_announced_length_beyond_the_quota_is_refused_before_its_body(
    receiver: Receiver, wire: Wire
) -> None:
    wire.start("PUT", "/a", Content_Length="601")
    assert wire.answer().status == 507
    assert wire.is_ended()
    assert names(receiver) == {"before.bin"}


def test_a_chunked_body_is_stopped_at_the_quota(receiver: Receiver, wire: Wire) -> None:
    wire.start("PUT", "/a", Transfer_Encoding="chunked")
    wire.send(chunked(b"x" * 300, b"x" * 300, b"x"))
    assert wire.answer().status == 507
    assert names(receiver) == {"before.bin"}
    with Wire(receiver.url) as another:
        another.start("PUT", "/a", Transfer_Encoding="chunked")
        another.send(chunked(b"x" * 300, b"x" * 300))
        assert another.answer().status == 201


def test_uploads_under_way_share_the_quota(receiver: Receiver, wire: Wire) -> None:
    wire.start("PUT", "/a", Content_Length="500")
    wire.send(b"x")
    wait_until(lambda: len(names(receiver)) == 2)
    with Wire(receiver.url) as another:
        assert another.upload("/b", b"x" * 200).status == 507
    wire.send(b"x" * 499)
    assert wire.answer().status == 201


def test_a_cut_upload_gives_its_share_back(receiver: Receiver, wire: Wire) -> None:
    wire.start("PUT", "/a", Content_Length="600")
    wire.send(b"x")
    wait_until(lambda: len(names(receiver)) == 2)
    wire.close()
    wait_until(lambda: len(names(receiver)) == 1)
    with Wire(receiver.url) as another:
        wait_until(lambda: another.upload("/b", b"x" * 600).status == 201)


def test_a_forms_own_bytes_do_not_count_once_it_is_stored(wire: Wire) -> None:
    body = form(part(b"x" * 100, "f", "f"))
    assert len(body) > 150
    for _ in range(4):
        assert wire.post_form(part(b"x" * 100, "f", "f")).status == 201


def test_room_made_by_hand_is_noticed(receiver: Receiver, wire: Wire) -> None:
    (receiver.folder / "before.bin").unlink()
    assert wire.upload("/a", b"x" * 1000).status == 201


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_507_and_leaves_nothing(tmp_path: Path) -> None:
    with Storage(tmp_path, QUOTA).delivery(3) as delivery:
        file = delivery.begin("x")
        with Path("/dev/full").open("wb") as full:
            os.dup2(full.fileno(), file._file.fileno())
        with pytest.raises(Refusal, match="disk of the receiver is full") as caught:
            file.write(memoryview(b"abc"))
    assert caught.value.status == 507
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_has_vanished_is_500_with_a_sentence(receiver: Receiver, wire: Wire) -> None:
    (receiver.folder / "before.bin").unlink()
    receiver.folder.rmdir()
    answer = wire.upload("/a", b"x")
    assert answer.status == 500
    assert "No such file or directory" in answer.complaint
    with Wire(receiver.url) as another:
        another.start("GET")
        assert another.answer().status == 500


def test_a_file_whose_temporary_name_is_taken_away_is_500_and_claims_no_name(
    receiver: Receiver, wire: Wire
) -> None:
    wire.start("PUT", "/a", Content_Length="2")
    wire.send(b"x")
    wait_until(lambda: len(names(receiver)) == 2)
    next(receiver.folder.glob(".a-*.part")).unlink()
    wire.send(b"x")
    assert wire.answer().status == 500
    assert names(receiver) == {"before.bin"}
