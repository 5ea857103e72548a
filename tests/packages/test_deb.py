# SPDX-License-Identifier: MIT
"""The `.deb`: an empty Debian takes it by apt alone, works with it and is rid of it again."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from guiuploader import __version__
from tests.helpers.screen import shoot
from tests.packages.conftest import made
from tests.packages.empty_root import SILENT, EmptyRoot
from tests.packages.use import CONTENT, digests, drop, leave, opened, said, send_and_receive

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a root"),
    pytest.mark.timeout(900),
]
APP_ID = "io.github.guiuploader.guiuploader"
INTEGRATION = (
    f"applications/{APP_ID}.desktop",
    f"metainfo/{APP_ID}.metainfo.xml",
    f"mime/packages/{APP_ID}.xml",
    f"icons/hicolor/scalable/apps/{APP_ID}.svg",
    f"icons/hicolor/48x48/apps/{APP_ID}.png",
    "man/man1/guiuploader.1.gz",
    "bash-completion/completions/guiuploader",
    "zsh/vendor-completions/_guiuploader",
    "fish/vendor_completions.d/guiuploader.fish",
    "doc/guiuploader/copyright",
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmptyRoot]:
    """Return an empty Debian that has the package installed, with what it asks for and no more."""
    folder = tmp_path_factory.mktemp("debian") / "root"
    made_root = EmptyRoot(folder)
    assert not made_root.named("python3*")
    package = made("*.deb")
    shutil.copy(package, folder / "srv")
    made_root.run("apt-get", "update")
    install = ("apt-get", "install", "--yes", "--no-install-recommends", f"/srv/{package.name}")
    made_root.run(*install)
    yield made_root
    shutil.rmtree(folder)


def test_apt_brings_all_that_it_needs_and_no_python(root: EmptyRoot) -> None:
    assert root.run("guiuploader", "--version") == f"guiuploader {__version__}\n"
    state = root.run("dpkg-query", "--show", "--showformat", "${db:Status-Status}", "guiuploader")
    assert state == "installed"
    assert not [path for path in root.named("python3*") if not path.startswith("/usr/lib/guiuploader/")]
    assert not root.run("apt-get", "check").count("unmet")


def test_the_desktop_the_shells_and_man_know_it(root: EmptyRoot) -> None:
    for name in INTEGRATION:
        assert root.inside(f"/usr/share/{name}").is_file(), name
    shared = root.inside("/usr/share")
    said("desktop-file-validate", shared / INTEGRATION[0])
    said("appstreamcli", "validate", "--no-net", shared / INTEGRATION[1])


def test_each_library_that_its_qt_links_with_is_found(root: EmptyRoot) -> None:
    inside = "/usr/lib/guiuploader/_internal"
    libraries = [f"/{path.relative_to(root.folder)}" for path in root.inside(inside).rglob("*.so*")]
    found = root.run("env", f"LD_LIBRARY_PATH={inside}", "ldd", *libraries)
    assert "not found" not in found


def test_send_passes_without_a_window(root: EmptyRoot) -> None:
    root.inside("/srv/file ü.bin").write_bytes(CONTENT)
    program = root.command("env", "GUIUPLOADER_HOME=/srv/sender", "guiuploader")
    send_and_receive(program, file="/srv/file ü.bin", received="/srv/received")
    assert digests(root.inside("/srv/received")) == [hashlib.sha256(CONTENT).hexdigest()]


def test_its_window_opens_and_what_is_dropped_on_it_arrives(
    root: EmptyRoot, screen: dict[str, str], shots: Path
) -> None:
    root.inside("/srv/dropped file.bin").write_bytes(CONTENT)
    variables = SILENT | {"DISPLAY": screen["DISPLAY"], "GUIUPLOADER_HOME": "/srv/window", "HOME": "/root"}
    program = root.command("env", "--ignore-environment", *map("=".join, variables.items()), "guiuploader")
    received = root.inside("/srv/window/data/received")
    with opened(program, screen, received=received) as (window, x, y):
        drop(screen, (x, y), "/srv/dropped file.bin", received=received)
        shoot(screen, shots, "installed-drop")
        leave(screen, window)


def test_purging_leaves_nothing_behind(root: EmptyRoot) -> None:
    root.run("apt-get", "purge", "--yes", "guiuploader")
    left = [path for path in root.named("guiuploader") if not path.startswith("/srv/")]
    assert left == []
    assert "guiuploader" not in root.run("dpkg", "--list")
    root.run("apt-get", "autoremove", "--purge", "--yes")


def test_lintian_finds_no_error(deb: Path) -> None:
    command: list[str | Path] = ["lintian", "--allow-root", "--fail-on", "error,warning", deb]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_its_dependencies_fit_debian_and_ubuntu(deb: Path) -> None:
    depends = said("dpkg-deb", "--field", deb, "Depends").strip().split(", ")
    assert "libegl1" in depends
    assert "libglib2.0-0t64 | libglib2.0-0" in depends
    (library,) = [each for each in depends if each.startswith("libc6 ")]
    version = re.fullmatch(r"libc6 \(>= 2\.(\d+)\)", library)
    assert version is not None
    assert int(version[1]) <= 35, "Ubuntu 22.04 has 2.35"
