# SPDX-License-Identifier: MIT
"""A file is read as it was queued, to its exact length, or not at all."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from guiuploader.sources.local_file import LocalFile, LocalReader, local_file
from guiuploader.values.errors import ErrorCode, SourceError
from tests.helpers.unprivileged import folder_of_nobody, run_unprivileged

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files or names")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this file or name")


@pytest.fixture
def file(tmp_path: Path) -> LocalFile:
    path = tmp_path / "a.txt"
    path.write_bytes(b"0123456789")
    return local_file(path)


def refusal(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        local_file(path)
    return caught.value


def read_all(reader: LocalReader, size: int) -> Iterator[bytes]:
    return iter(lambda: reader.read(size), b"")


def test_a_file_is_described(file: LocalFile, tmp_path: Path) -> None:
    assert (file.name, file.relpath, file.size, file.content_type) == ("a.txt", "a.txt", 10, "text/plain")
    assert file.location == str(tmp_path / "a.txt")


def test_a_file_is_read_to_its_end_and_again(file: LocalFile) -> None:
    for _ in range(2):
        with closing(file.open()) as reader:
            assert list(read_all(reader, 4)) == [b"0123", b"4567", b"89"]
            assert reader.read(4) == b""
            assert not reader.changed()


def test_a_reader_may_be_closed_twice(file: LocalFile) -> None:
    reader = file.open()
    reader.close()
    reader.close()


def test_nothing_asked_is_nothing_read(file: LocalFile) -> None:
    with closing(file.open()) as reader:
        assert reader.read(0) == b""
        assert reader.read(-1) == b"0123456789"


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    empty = local_file(tmp_path / "empty")
    with closing(empty.open()) as reader:
        assert empty.size == 0
        assert reader.read(100) == b""


def test_five_gibibytes_are_counted_and_reach_to_their_end(tmp_path: Path) -> None:
    path = tmp_path / "big"
    size = 5 * 2**30
    with path.open("wb") as big:
        big.truncate(size)
    large = local_file(path)
    assert large.size == size
    with closing(large.open()) as reader:
        assert len(reader.read(2**20)) == 2**20


@posix
@pytest.mark.parametrize(
    "name", ['"quoted".txt', "two\nlines.txt", "🎉 çay.txt", " .txt", "\\x.txt", "a:b.txt"]
)
def test_any_name_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    found = local_file(tmp_path / name)
    assert found.name == name
    assert len(found.location.splitlines()) == 1
    with closing(found.open()) as reader:
        assert reader.read(9) == b"x"


@linux
def test_bytes_that_are_no_text_become_a_visible_sign(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/x\xe9.txt"))
    path.write_bytes(b"x")
    found = local_file(path)
    assert found.name == found.relpath == "x\N{REPLACEMENT CHARACTER}.txt"
    assert found.content_type == "text/plain"
    found.location.encode()
    with closing(found.open()) as reader:
        assert reader.read(9) == b"x"


@pytest.mark.parametrize("name", ["gone.txt", "a.txt/below", "nu\0ll", "\ud800"])
def test_what_is_not_there_is_missing(file: LocalFile, name: str) -> None:
    assert refusal(file.path.parent / name).problem.code is ErrorCode.SOURCE_MISSING


def test_a_name_longer_than_any_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / ("x" * 5000)).problem.code in {
        ErrorCode.SOURCE_UNREADABLE,
        ErrorCode.SOURCE_MISSING,
    }


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path).problem.facts["kind"] == "a folder"


@posix
def test_a_pipe_is_no_file_and_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    problem = refusal(tmp_path / "pipe").problem
    assert (problem.code, problem.facts["kind"]) == (ErrorCode.SOURCE_NOT_A_FILE, "a named pipe")


@posix
def test_a_socket_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's whole path may have some 100 characters only
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert refusal(tmp_path / "socket").problem.facts["kind"] == "a socket"


@posix
def test_a_device_is_no_file() -> None:
    assert refusal(Path("/dev/null")).problem.facts["kind"] == "a device"


@linux
def test_a_system_file_without_a_length_is_refused() -> None:
    assert refusal(Path("/proc/version")).problem.code is ErrorCode.SOURCE_LENGTHLESS


@posix
def test_a_link_that_leads_nowhere_is_missing(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("gone")
    assert refusal(tmp_path / "link").problem.code is ErrorCode.SOURCE_MISSING


@posix
def test_a_link_to_itself_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("link")
    problem = refusal(tmp_path / "link").problem
    assert problem.code is ErrorCode.SOURCE_UNREADABLE
    assert problem.facts["reason"]


@posix
def test_a_link_gives_its_own_name_and_the_file_s_bytes(file: LocalFile) -> None:
    link = file.path.parent / "other.bin"
    link.symlink_to("a.txt")
    found = local_file(link)
    assert (found.name, found.size) == ("other.bin", 10)


@posix
def test_a_file_that_may_not_be_read_says_so() -> None:
    with folder_of_nobody() as folder:
        (folder / "secret").write_bytes(b"x")
        (folder / "secret").chmod(0)
        printed = run_unprivileged(
            "from guiuploader.sources.local_file import local_file\n"
            "from guiuploader.values.errors import SourceError",
            "try:\n    local_file(Path(sys.argv[1]))\n"
            "except SourceError as error:\n    print(error.problem.code, error.problem.facts['reason'])",
            folder / "secret",
        )
    assert printed == "source-unreadable Permission denied\n"


def test_a_file_that_vanished_is_missing(file: LocalFile) -> None:
    file.path.unlink()
    for look in (file.open, file.renewed):
        with pytest.raises(SourceError) as caught:
            look()
        assert caught.value.problem.code is ErrorCode.SOURCE_MISSING


@pytest.mark.parametrize("content", [b"012", b"0123456789ABC", b""], ids=["truncated", "grown", "emptied"])
def test_a_file_of_another_length_is_not_opened_until_renewed(file: LocalFile, content: bytes) -> None:
    file.path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        file.open()
    assert caught.value.problem.code is ErrorCode.SOURCE_CHANGED
    assert [caught.value.problem.facts[name] for name in ("before", "now")] == [10, len(content)]
    renewed = file.renewed()
    assert (renewed.size, renewed.relpath) == (len(content), file.relpath)
    renewed.open().close()


def test_a_file_rewritten_to_the_same_length_is_not_opened(file: LocalFile) -> None:
    file.path.write_bytes(b"9876543210")
    os.utime(file.path, ns=(0, file.fingerprint.modified_ns + 1))
    with pytest.raises(SourceError) as caught:
        file.open()
    assert caught.value.problem.code is ErrorCode.SOURCE_CHANGED


@posix
@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_took_the_file_s_place_is_refused_at_once(file: LocalFile, kind: str) -> None:
    file.path.unlink()
    if kind == "folder":
        file.path.mkdir()
    else:
        os.mkfifo(file.path)
    with pytest.raises(SourceError) as caught:
        file.open()
    assert caught.value.problem.code is ErrorCode.SOURCE_NOT_A_FILE


@posix
def test_refusing_leaves_no_file_open(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    before = sum(1 for _ in Path("/dev/fd").iterdir())
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "gone"):
        with pytest.raises(SourceError):
            LocalReader(path, 1)
    assert sum(1 for _ in Path("/dev/fd").iterdir()) == before


def test_what_is_appended_while_reading_is_left_out_and_told(file: LocalFile) -> None:
    with closing(file.open()) as reader:
        assert reader.read(4) == b"0123"
        with file.path.open("ab") as more:
            more.write(b"ABCDEF")
        assert b"".join(read_all(reader, 4)) == b"456789"
        assert reader.changed()


@posix
def test_a_file_cut_while_reading_is_short(file: LocalFile) -> None:
    with closing(file.open()) as reader:
        assert reader.read(4) == b"0123"
        os.truncate(file.path, 6)
        assert reader.read(100) == b"45"
        with pytest.raises(SourceError) as caught:
            reader.read(100)
        assert reader.changed()
    facts = {"path": file.location, "missing": 4, "size": 10}
    assert (caught.value.problem.code, caught.value.problem.facts) == (ErrorCode.SOURCE_SHORT, facts)


@posix
def test_a_file_deleted_while_reading_is_read_to_its_end(file: LocalFile) -> None:
    with closing(file.open()) as reader:
        file.path.unlink()
        assert b"".join(read_all(reader, 3)) == b"0123456789"


@linux
def test_a_disk_that_fails_while_reading_is_our_error() -> None:
    # The memory of this very process: what is not mapped gives an input/output error.
    with closing(LocalReader(Path("/proc/self/mem"), 10)) as reader, pytest.raises(SourceError) as caught:
        reader.read(10)
    assert caught.value.problem.code is ErrorCode.SOURCE_UNREADABLE


def test_a_closed_reader_counts_as_changed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    reader = local_file(path).open()
    reader.close()
    assert reader.changed()
