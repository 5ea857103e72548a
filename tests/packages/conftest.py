# SPDX-License-Identifier: MIT
"""The packages that `python3 dev.py package all` has made; without them these tests are not collected."""

import os
import tarfile
from pathlib import Path

import pytest

from tests.helpers.screen import screen  # a fixture is found by name where it is imported

__all__ = ["screen"]

# Read here, for each test gets an environment without our own variables.
DIST = os.environ.get("GUIUPLOADER_DIST")
SHOTS = os.environ.get("GUIUPLOADER_SHOTS")

collect_ignore_glob = [] if DIST else ["test_*"]


def made(pattern: str) -> Path:
    """Return the one file or folder in dist/ that fits `pattern`."""
    assert DIST is not None
    (found,) = Path(DIST).glob(pattern)
    return found


@pytest.fixture
def frozen() -> Path:
    """Return the frozen program."""
    return made("guiuploader") / "guiuploader"


@pytest.fixture
def deb() -> Path:
    """Return the package for Debian."""
    return made("*.deb")


@pytest.fixture
def rpm() -> Path:
    """Return the package for Fedora and its kin."""
    return made("*.rpm")


@pytest.fixture
def appdir() -> Path:
    """Return the folder that an AppImage is made of."""
    return made("*.AppDir")


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """Return the folder from the tar.gz, unpacked where paths have blanks and umlauts."""
    target = tmp_path / "a folder für guiuploader"
    with tarfile.open(made("*.tar.gz")) as archive:
        archive.extractall(target, filter="data")
    (folder,) = target.iterdir()
    return folder


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Return the folder that pictures are kept in."""
    return Path(SHOTS) if SHOTS else tmp_path / "shots"


@pytest.fixture
def program_path(tmp_path: Path) -> Path:
    """Return an empty folder that can stand first on PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder
