# SPDX-License-Identifier: MIT
"""A folder as one archive: whole, of the promised length, the same each time, or an error."""

import io
import os
import time
import zipfile
from pathlib import Path

import pytest

from guiuploader.sources.folder_archive import FolderArchive, take_in_archived
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.saved import restored, saved
from guiuploader.sources.source import Reader
from guiuploader.values.errors import ErrorCode, Problem, SourceError


def taken(*paths: Path) -> list[LocalFile | FolderArchive | Problem]:
    return list(take_in_archived(paths, lambda: True))


def archived(path: Path) -> FolderArchive:
    (found,) = [each for each in taken(path) if isinstance(each, FolderArchive)]
    return found


def read(reader: Reader, piece: int = 1000) -> bytes:
    with_end = iter(lambda: reader.read(piece), b"")
    data = b"".join(with_end)
    reader.close()
    return data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "Fotos"
    (folder / "süd").mkdir(parents=True)
    (folder / "b.bin").write_bytes(os.urandom(200_000))
    (folder / "a.txt").write_text("a", "utf-8")
    (folder / "süd" / "leer").touch()
    os.utime(folder / "a.txt", (1_600_000_000, 1_600_000_000))
    return folder


def test_it_is_a_zip_of_all_files_in_order_and_of_the_promised_length(folder: Path) -> None:
    source = archived(folder)
    data = read(source.open())
    assert (source.name, source.content_type, source.size) == ("Fotos.zip", "application/zip", len(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["Fotos/a.txt", "Fotos/b.bin", "Fotos/süd/leer"]
        assert archive.read("Fotos/b.bin") == (folder / "b.bin").read_bytes()
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    assert read(source.open(), piece=77) == data, "the same bytes at each attempt"


@pytest.mark.full
def test_more_than_four_gib_are_told_in_zip64(tmp_path: Path) -> None:
    folder = tmp_path / "large"
    folder.mkdir()
    with (folder / "hole").open("wb") as file:
        file.truncate(5 * 1024**3)
    (folder / "z").write_bytes(b"behind it")
    source = archived(folder)
    reader = source.open()
    count, end = 0, b""
    while block := reader.read(1 << 20):
        count += len(block)
        end = (end + block)[-400:]
    reader.close()
    assert count == source.size > 5 * 1024**3
    assert b"behind it" in end
    assert b"PK\x06\x06" in end, "the end of a Zip64 directory"


def test_what_cannot_be_sent_stays_out_and_is_named(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    refused, source = taken(folder)
    assert isinstance(refused, Problem)
    assert refused.code is ErrorCode.SOURCE_NOT_A_FILE
    assert isinstance(source, FolderArchive)
    with zipfile.ZipFile(io.BytesIO(read(source.open()))) as archive:
        assert "Fotos/pipe" not in archive.namelist()


def test_an_empty_folder_is_refused_and_a_file_goes_as_itself(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "empty").mkdir()
    empty, file = taken(tmp_path / "empty", folder / "a.txt")
    assert isinstance(empty, Problem)
    assert empty.code is ErrorCode.SOURCE_EMPTY_FOLDER
    assert isinstance(file, LocalFile)


@pytest.mark.parametrize("change", ["grown", "touched", "gone", "new", "closed to others"])
def test_a_folder_that_changed_since_is_not_opened_and_can_be_renewed(folder: Path, change: str) -> None:
    source = archived(folder)
    match change:
        case "grown":
            (folder / "a.txt").write_text("aa", "utf-8")
        case "touched":
            os.utime(folder / "a.txt", (1_500_000_000, 1_500_000_000))
        case "gone":
            (folder / "a.txt").unlink()
        case "new":
            (folder / "c").touch()
        case _:
            (folder / "a.txt").chmod(0o600)
    with pytest.raises(SourceError) as caught:
        source.open()
    assert caught.value.problem.code is ErrorCode.SOURCE_CHANGED
    now = source.renewed()
    assert len(read(now.open())) == now.size


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone is the system's there")
def test_the_same_bytes_come_again_or_none_where_the_clock_is_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    source = archived(folder)
    assert read(source.open()) == read(source.open())
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    with pytest.raises(SourceError) as caught:
        source.open()
    assert caught.value.problem.code is ErrorCode.SOURCE_CHANGED
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("length", [0, 200_001, 300_000])
def test_a_member_that_changes_while_it_is_sent_ends_the_archive(folder: Path, length: int) -> None:
    source = archived(folder)
    reader = source.open()
    start = reader.read(500)
    with (folder / "süd" / "leer").open("wb") as file:
        file.truncate(length)
        os.utime(file.fileno(), (1_500_000_000, 1_500_000_000))
    with pytest.raises(SourceError) as caught:
        start += read(reader)
    assert caught.value.problem.code is ErrorCode.SOURCE_CHANGED
    assert len(start) < source.size
    reader.close()


def test_it_outlives_the_program_as_text(folder: Path) -> None:
    source = archived(folder)
    kept = saved(source)
    again = restored(kept.text, kept.relpath)
    assert again == source
    assert saved(again).identity == kept.identity
    os.utime(folder / "a.txt", (1_500_000_000, 1_500_000_000))
    assert saved(archived(folder)).identity != kept.identity
