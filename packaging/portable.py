# SPDX-License-Identifier: MIT
"""The program without an installer: a tar.gz to unpack anywhere, and the folder of an AppImage."""

import gzip
import shutil
import tarfile
from pathlib import Path

from integration import lay_out
from place import APP_ID, BUILD, DIST, FROZEN, MACHINE, NAME, ROOT, moment, version


def make_tar() -> Path:
    """Make the tar.gz and return it; every file in it carries the same time and belongs to root."""
    folder = BUILD / f"{NAME}-{version()}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(FROZEN, folder, symlinks=True)
    for name in ("CHANGELOG.md", "LICENSE", "README.md"):
        shutil.copyfile(ROOT / name, folder / name)
    lay_out(folder / "desktop")
    target = DIST / f"{NAME}-{version()}-linux-{MACHINE}.tar.gz"
    with (
        target.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=moment()) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for path in (folder, *sorted(folder.rglob("*"))):
            archive.add(path, arcname=path.relative_to(BUILD).as_posix(), recursive=False, filter=_of_nobody)
    return target


def make_appdir() -> Path:
    """Make dist/guiuploader.AppDir, which starts by its AppRun, and return it."""
    folder = DIST / f"{NAME}.AppDir"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(FROZEN, folder / "usr" / "lib" / NAME, symlinks=True)
    lay_out(folder)
    commands = folder / "usr" / "bin"
    commands.mkdir()
    (commands / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    (folder / "AppRun").symlink_to(f"usr/bin/{NAME}")
    share = Path("usr") / "share"
    (folder / f"{APP_ID}.desktop").symlink_to(share / "applications" / f"{APP_ID}.desktop")
    icon = share / "icons" / "hicolor" / "256x256" / "apps" / f"{APP_ID}.png"
    (folder / f"{APP_ID}.png").symlink_to(icon)
    (folder / ".DirIcon").symlink_to(icon)
    return folder


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Forget whose file it is, when it was made, and who else may write it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = moment()
    entry.mode = 0o755 if entry.mode & 0o100 else 0o644
    return entry
