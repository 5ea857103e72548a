# SPDX-License-Identifier: MIT
"""Where the building happens, what is built, and of which moment."""

import os
import platform
import re
import shlex
import subprocess
import sys
from pathlib import Path

NAME = "guiuploader"
APP_ID = "io.github.guiuploader.guiuploader"
ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "packages"
DIST = ROOT / "dist"
FROZEN = DIST / NAME
ORIGINS = BUILD / "frozen" / NAME / "origins.json"
"""Which file each library in the frozen program was taken from; PyInstaller's work folder is named after the
spec."""

MACHINE = platform.machine()
DEBIAN_MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}.get(MACHINE, MACHINE)


def version() -> str:
    """Return the version that the program tells."""
    text = (ROOT / NAME / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    if found is None:
        sys.exit(f"{NAME}/__init__.py names no version")
    return found[1]


def moment() -> int:
    """Return the Unix time that all files carry: $SOURCE_DATE_EPOCH, or that of the newest commit.

    So the same sources make the same packages, whenever and wherever.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or output("git", "log", "-1", "--format=%ct"))


def output(*command: str | Path, **variables: str) -> str:
    """Run `command` with `variables` added to the environment and return what it said; else end in words."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"\n{done.stdout}\nExit code {done.returncode} from: {shlex.join(map(str, command))}")
    return done.stdout


def scripts(program: str) -> Path:
    """Return the path of a program that was installed beside this Python."""
    return Path(sys.executable).with_name(program)
