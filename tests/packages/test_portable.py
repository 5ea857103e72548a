# SPDX-License-Identifier: MIT
"""The program without an installer: unpacked where its owner likes, or on media that cannot be written."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from guiuploader import __version__
from tests.helpers.screen import shoot
from tests.packages.use import CONTENT, digests, drop, leave, opened, said, send_and_receive

READ_ONLY = """
mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" || exit
if touch "$0/written" 2>/dev/null; then echo "it can be written" >&2; exit 1; fi
exec "$0/guiuploader" "$@"
"""


def test_it_runs_from_a_folder_with_blanks_in_its_name(unpacked: Path, tmp_path: Path) -> None:
    assert " " in str(unpacked)
    assert said(unpacked / "guiuploader", "--version") == f"guiuploader {__version__}\n"
    (tmp_path / "file").write_bytes(CONTENT)
    send_and_receive([unpacked / "guiuploader"], file=tmp_path / "file", received=tmp_path / "received")
    assert digests(tmp_path / "received") == [hashlib.sha256(CONTENT).hexdigest()]


def test_what_it_unpacks_to_can_be_found_and_read(unpacked: Path) -> None:
    assert unpacked.name == f"guiuploader-{__version__}"
    assert {"README.md", "LICENSE", "CHANGELOG.md", "licences", "desktop"} < {
        each.name for each in unpacked.iterdir()
    }


def test_it_enters_the_menus_of_its_user_by_the_path_it_was_unpacked_to(unpacked: Path, home: Path) -> None:
    said(unpacked / "guiuploader", "desktop", "install", **os.environ)
    (entry,) = home.rglob("*.desktop")
    assert f'Exec="{unpacked}/guiuploader" %F\n' in entry.read_text("utf-8")


@pytest.mark.full
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_its_window_works_from_media_that_cannot_be_written(
    unpacked: Path, tmp_path: Path, home: Path, screen: dict[str, str], shots: Path
) -> None:
    file = tmp_path / "dropped.bin"
    file.write_bytes(CONTENT)
    program = ("unshare", "--mount", "--propagation=private", "sh", "-c", READ_ONLY, unpacked)
    received = home / "data" / "received"
    with opened(program, screen | {"GUIUPLOADER_HOME": str(home)}, received=received) as (window, x, y):
        drop(screen, (x, y), str(file), received=received)
        shoot(screen, shots, "read-only-drop")
        leave(screen, window)


def test_the_appdir_starts_from_anywhere(appdir: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [appdir / "AppRun", "--version"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"guiuploader {__version__}\n", "")


def test_the_appdir_has_what_an_appimage_is_known_by(appdir: Path) -> None:
    (entry,) = appdir.glob("*.desktop")
    icon = appdir / f"{entry.stem}.png"
    assert f"Icon={icon.stem}\n" in entry.read_text("utf-8")
    for each in (icon, appdir / ".DirIcon"):
        assert each.read_bytes().startswith(b"\x89PNG")
    assert not [each for each in appdir.rglob("*") if each.is_symlink() and each.readlink().is_absolute()]
