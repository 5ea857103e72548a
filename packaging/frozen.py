# SPDX-License-Identifier: MIT
"""The frozen program: one folder with all that it needs, and no Python on the computer that it runs on."""

import shutil
import sys

from libraries import elf_files, needed
from licences import collect
from place import BUILD, DIST, FROZEN, ROOT, moment, output, scripts, version

LARGEST = 160_000_000
"""Bytes that the unpacked folder may have."""


def freeze() -> None:
    """Make dist/guiuploader anew; end in words if it does not run or is too large."""
    shutil.rmtree(FROZEN, ignore_errors=True)
    output(
        scripts("pyinstaller"),
        *("--noconfirm", "--clean", "--log-level", "ERROR"),
        *("--distpath", DIST, "--workpath", BUILD / "frozen"),
        ROOT / "packaging" / "guiuploader.spec",
        # A set's order would otherwise be another one in each build.
        PYTHONHASHSEED="0",
        SOURCE_DATE_EPOCH=str(moment()),
    )
    inside = FROZEN / "_internal"
    qt = (inside / "PySide6", inside / "shiboken6")
    # Debugging tables: three quarters of Python's library, for one. Qt comes without and stays as its makers
    # built it.
    loose = [path for path in elf_files(inside) if not any(map(path.is_relative_to, qt))]
    output("strip", "--strip-unneeded", *loose)
    for library in elf_files(inside):
        library.chmod(0o644)
    collect(FROZEN / "licences")
    _verify()


def size() -> int:
    """Return the bytes of all files in the folder; a link counts nothing."""
    return sum(path.stat().st_size for path in FROZEN.rglob("*") if path.is_file() and not path.is_symlink())


def _verify() -> None:
    if not needed(elf_files(FROZEN)):
        sys.exit("No library of the system is needed at all: the folder cannot have been read rightly.")
    said = output(FROZEN / "guiuploader", "--version").strip()
    if said != f"guiuploader {version()}":
        sys.exit(f"The frozen program says: {said}")
    if size() > LARGEST:
        sys.exit(f"The frozen program has {size():,} bytes; {LARGEST:,} are the most it may have.")
