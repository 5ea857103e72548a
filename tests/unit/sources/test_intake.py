# SPDX-License-Identifier: MIT
"""What is dropped, files and folders of any kind, becomes sources or reasons."""

import os
import subprocess
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest

from guiuploader.sources.intake import take_in
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.unprivileged import folder_of_nobody, run_unprivileged

STORES = Stores(ConnectionLibrary(None), SecretStore(no_keychain))

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files or names")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such names")


def told(paths: Iterable[Path]) -> list[str]:
    """Return what came of paths: a relative path for a file, a code for a refusal."""
    return [
        str(found.code) if isinstance(found, Problem) else found.relpath for found in take_in(paths, STORES)
    ]


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def test_files_keep_their_order_and_folders_go_by_name(tmp_path: Path) -> None:
    make(tmp_path, "z.txt", "d/b/2", "d/b/10", "d/a", "d/c", "d/.hidden")
    assert told([tmp_path / "z.txt", tmp_path / "d"]) == [
        "z.txt",
        "d/.hidden",
        "d/a",
        "d/b/10",
        "d/b/2",
        "d/c",
    ]


def test_nothing_is_nothing() -> None:
    assert told([]) == []


def test_one_bad_path_does_not_keep_the_others(tmp_path: Path) -> None:
    make(tmp_path, "a", "b")
    paths = [tmp_path / "a", tmp_path / "gone", Path("nu\0ll"), tmp_path / ("x" * 5000), tmp_path / "b"]
    first, *refused, last = told(paths)
    assert (first, refused[:2], last) == ("a", ["source-missing", "source-missing"], "b")
    assert refused[2] in {"source-unreadable", "source-missing"}


def test_an_empty_folder_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "empty" / "more" / "deeper").mkdir(parents=True)
    (tmp_path / "empty" / "other").mkdir()
    found = list(take_in([tmp_path / "empty"], STORES))
    assert found == [Problem(ErrorCode.SOURCE_EMPTY_FOLDER, {"path": str(tmp_path / "empty")})]


def test_an_empty_folder_among_files_is_left_out(tmp_path: Path) -> None:
    make(tmp_path, "d/a")
    (tmp_path / "d" / "empty").mkdir()
    assert told([tmp_path / "d"]) == ["d/a"]


def test_a_folder_has_its_real_name_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "real/inner/a")
    monkeypatch.chdir(tmp_path / "real" / "inner")
    assert told([Path()]) == ["inner/a"]
    assert told([Path("..")]) == ["real/inner/a"]
    assert told([Path("../inner/.")]) == ["inner/a"]
    assert told([Path(f"{tmp_path}/real/")]) == ["real/inner/a"]
    assert told([Path("../inner/a")]) == ["a"]


@posix
def test_a_folder_below_which_we_stand_may_be_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here").rmdir()
    assert told([Path("a"), Path("..")]) == ["source-missing", "source-missing"]


@posix
def test_a_linked_folder_is_walked_under_the_link_s_name(tmp_path: Path) -> None:
    make(tmp_path, "real/a")
    (tmp_path / "link").symlink_to("real")
    assert told([tmp_path / "link"]) == ["link/a"]


@posix
def test_links_that_lead_back_or_nowhere_are_said_and_the_rest_is_taken(tmp_path: Path) -> None:
    make(tmp_path, "d/a", "d/sub/b", "other/c")
    (tmp_path / "d" / "dangling").symlink_to("gone")
    (tmp_path / "d" / "itself").symlink_to("itself")
    (tmp_path / "d" / "linked").symlink_to(tmp_path / "other")
    (tmp_path / "d" / "sub" / "up").symlink_to("..")
    os.mkfifo(tmp_path / "d" / "pipe")
    assert told([tmp_path / "d"]) == [
        "d/a",
        "source-missing",
        "source-unreadable",
        "d/linked/c",
        "source-not-a-file",
        "d/sub/b",
        "source-loop",
    ]


@posix
def test_a_folder_linked_twice_is_taken_twice(tmp_path: Path) -> None:
    make(tmp_path, "d/real/a")
    (tmp_path / "d" / "twin").symlink_to("real")
    assert told([tmp_path / "d"]) == ["d/real/a", "d/twin/a"]


@posix
def test_what_may_not_be_read_does_not_keep_its_neighbours() -> None:
    with folder_of_nobody() as folder:
        make(folder, "d/a", "d/closed/b", "d/z", "x")
        (folder / "d" / "through").symlink_to(folder / "d" / "closed" / "b")
        (folder / "d" / "closed").chmod(0)
        printed = run_unprivileged(
            "from guiuploader.sources.intake import take_in\nfrom guiuploader.values.errors import Problem\n"
            "from guiuploader.sources.store_connection import ConnectionLibrary\n"
            "from guiuploader.sources.stores import Stores\n"
            "from guiuploader.values.secrets import SecretStore, no_keychain",
            "stores = Stores(ConnectionLibrary(None), SecretStore(no_keychain))\n"
            "for found in take_in(map(Path, sys.argv[1:]), stores):\n"
            "    print(found.code if isinstance(found, Problem) else found.relpath)",
            *(folder / "d", folder / "d" / "closed" / "b", folder / "x"),
        )
        (folder / "d" / "closed").chmod(0o700)
    unreadable = "source-unreadable"
    assert printed.split() == ["d/a", unreadable, unreadable, "d/z", unreadable, "x"]


@linux
def test_names_that_are_no_text_are_repaired_in_the_path(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/f\xff"
    os.mkdir(folder)  # noqa: PTH102 - a name in bytes
    Path(os.fsdecode(folder + b"/x\xe9\n.txt")).write_text("x")
    assert told([Path(os.fsdecode(folder))]) == ["f�/x�\n.txt"]


def test_a_folder_of_ten_thousand_files_is_told_lazily_and_whole(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number:05}.txt").touch()
    walk = take_in([tmp_path], STORES)
    assert len(list(islice(walk, 3))) == 3
    assert sum(1 for _ in walk) == 9_997


@posix
def test_a_folder_nested_deeper_than_python_recurses_is_walked(tmp_path: Path) -> None:
    depth = 1500
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("leaf", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    found = told([tmp_path / "d"])
    subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # Python's own would recurse too deep
    assert found == ["/".join(["d"] * depth) + "/leaf"]


@linux
def test_the_root_of_the_disk_begins_no_path() -> None:
    first = next(found for found in take_in([Path("/")], STORES) if not isinstance(found, Problem))
    assert not first.relpath.startswith("/")
    assert (Path("/") / first.relpath).exists()
