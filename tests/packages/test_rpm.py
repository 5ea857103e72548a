# SPDX-License-Identifier: MIT
"""The `.rpm`: it unpacks, its files run, and it asks for libraries by the names that all its kin know."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from guiuploader import __version__
from tests.packages.use import CONTENT, digests, said, send_and_receive

pytestmark = pytest.mark.full


def test_it_unpacks_and_its_files_run(rpm: Path, tmp_path: Path) -> None:
    with subprocess.Popen(["rpm2cpio", rpm], stdout=subprocess.PIPE) as archive:
        subprocess.run(["cpio", "-id", "--quiet"], stdin=archive.stdout, cwd=tmp_path, check=True)
    program = tmp_path / "usr" / "bin" / "guiuploader"
    assert said(program, "--version") == f"guiuploader {__version__}\n"
    file = tmp_path / "file.bin"
    file.write_bytes(CONTENT)
    send_and_receive([program], file=file, received=tmp_path / "received")
    assert digests(tmp_path / "received") == [hashlib.sha256(CONTENT).hexdigest()]


def test_it_is_whole_and_says_what_it_needs_and_has(rpm: Path) -> None:
    checked = said("rpm", "--checksig", "--nosignature", rpm)
    assert "digests OK" in checked
    assert said("rpm", "-qp", "--queryformat", "%{NAME} %{VERSION}", rpm) == f"guiuploader {__version__}"
    requires = said("rpm", "-qp", "--requires", rpm).split()
    assert "libEGL.so.1()(64bit)" in requires
    assert "libQt6Core.so.6()(64bit)" not in requires
    files = said("rpm", "-qlp", rpm).splitlines()
    assert "/usr/bin/guiuploader" in files
    assert "/usr/share/licenses/guiuploader/LICENSE" in files
    assert "/usr/share/zsh/site-functions/_guiuploader" in files
    assert "/usr/share" not in files, "that folder belongs to the system"
