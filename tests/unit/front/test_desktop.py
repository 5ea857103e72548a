# SPDX-License-Identifier: MIT
"""This user's menu entry starts the program that made it, and goes without leaving anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guiuploader import cli
from guiuploader.paths import APP_ID, resources
from tests.helpers.waiting import wait_until

ODD = 'my `apps` $HOME, "new" \\old'  # no percent sign: GLib looks for the program before it undoubles it


@pytest.fixture
def share(home: Path) -> Path:
    """Return where this user's desktop looks."""
    return home / "data"


@pytest.fixture
def entry(share: Path) -> Path:
    """Return where the menu entry goes."""
    return share / "applications" / f"{APP_ID}.desktop"


@pytest.fixture(params=["bin", ODD])
def command(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an installed command that notes what it is given; it is the one being run."""
    script = tmp_path / str(request.param) / "guiuploader"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" >"{tmp_path}/new"\nmv "{tmp_path}/new" "{tmp_path}/given"\n'
    )
    script.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(script), "desktop", "install"])
    return script


def files(folder: Path) -> set[Path]:
    """Return the files of ours below a folder."""
    return {path.relative_to(folder) for path in folder.rglob(f"{APP_ID}*")}


@pytest.mark.full
def test_the_entry_starts_the_program_that_made_it(
    command: Path, entry: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["desktop", "install"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert str(command) in told.out
    checked = subprocess.run(["desktop-file-validate", entry], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")
    file = tmp_path / "my file.guiuploader"
    file.touch()
    subprocess.run(["gio", "launch", entry, file], check=True)
    given = tmp_path / "given"
    wait_until(given.exists)
    assert given.read_text() == f"{file}\n"


@pytest.mark.full
@pytest.mark.parametrize(
    "kind", ["application/x-guiuploader-destination", "application/x-sharex-custom-uploader"]
)
@pytest.mark.usefixtures("command")
def test_files_of_our_types_are_opened_with_it(kind: str, entry: Path) -> None:
    assert cli.main(["desktop", "install"]) == 0
    told = subprocess.run(["gio", "mime", kind], capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[0].endswith(f": {entry.name}")


@pytest.mark.usefixtures("command")
def test_a_second_time_changes_nothing(share: Path) -> None:
    assert cli.main(["desktop", "install"]) == 0
    first = {path: (share / path).read_bytes() for path in files(share)}
    pictures = [path for path in (resources() / "icons" / "app").rglob("*") if path.is_file()]
    assert len(first) == len(pictures) + 2
    assert cli.main(["desktop", "install"]) == 0
    assert {path: (share / path).read_bytes() for path in files(share)} == first


@pytest.mark.usefixtures("command")
def test_what_was_added_is_removed_and_nothing_else(share: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = share / "applications" / "other.desktop"
    other.parent.mkdir(parents=True)
    other.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=other\n")
    assert cli.main(["desktop", "install"]) == 0
    assert cli.main(["desktop", "remove"]) == 0
    assert files(share) == set()
    assert other.exists()
    assert "were removed from" in capsys.readouterr().out
    assert cli.main(["desktop", "remove"]) == 0
    assert "There is nothing" in capsys.readouterr().out


def test_sources_alone_make_no_entry(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "guiuploader" / "__main__.py")])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python3"))
    assert cli.main(["desktop", "install"]) == 2
    assert "only its sources" in capsys.readouterr().err
    assert not share.exists()


@pytest.mark.usefixtures("command")
def test_other_systems_are_told_that_this_is_linux_only(
    share: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    for action in ("install", "remove"):
        assert cli.main(["desktop", action]) == 2
        assert "Linux only" in capsys.readouterr().err
    assert not share.exists()


@pytest.mark.usefixtures("command")
def test_a_folder_that_cannot_be_written_is_named(share: Path, capsys: pytest.CaptureFixture[str]) -> None:
    share.write_text("in the way")
    assert cli.main(["desktop", "install"]) == 2
    told = capsys.readouterr().err
    assert f"“{share}/applications" in told
    assert "cannot be changed" in told


@pytest.mark.usefixtures("command")
def test_missing_programs_are_named(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert cli.main(["desktop", "install"]) == 0
    told = capsys.readouterr().out
    assert "update-mime-database is not installed (package shared-mime-info)" in told
    assert "update-desktop-database is not installed (package desktop-file-utils)" in told
    assert files(share)


def test_a_frozen_program_starts_itself_and_lends_nobody_its_libraries(
    entry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("update-desktop-database", "update-mime-database"):
        (tools / name).write_text(f'#!/bin/sh\nprintf %s "$LD_LIBRARY_PATH" >"{tmp_path}/{name}"\n')
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundled")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/own")
    monkeypatch.setattr(sys, "_MEIPASS", str(resources().parent), raising=False)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/guiuploader/guiuploader")
    assert cli.main(["desktop", "install"]) == 0
    assert "\nExec=/opt/guiuploader/guiuploader %F\n" in entry.read_text()
    assert (tmp_path / "update-mime-database").read_text() == "/own"
    monkeypatch.setenv("APPIMAGE", "/home/me/guiuploader.AppImage")
    assert cli.main(["desktop", "install"]) == 0
    assert "\nTryExec=/home/me/guiuploader.AppImage\n" in entry.read_text()
