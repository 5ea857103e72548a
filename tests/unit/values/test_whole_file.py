# SPDX-License-Identifier: MIT
"""A file is replaced as a whole or not at all."""

import sys
from pathlib import Path

import pytest

from guiuploader.values.whole_file import write_whole


def test_a_file_is_made_with_its_folder_and_then_replaced(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.toml"
    write_whole(path, "ä\n")
    write_whole(path, "b\n")
    assert path.read_bytes() == b"b\n"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "x")
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["new", "\ud800"], ids=["a folder in the way", "a text that has no bytes"])
def test_a_failure_leaves_nothing_new_behind(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a"
    path.mkdir()
    with pytest.raises((OSError, UnicodeEncodeError)):
        write_whole(path, text)
    assert list(tmp_path.iterdir()) == [path]
    assert path.is_dir()
