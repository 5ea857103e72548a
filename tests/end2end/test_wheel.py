# SPDX-License-Identifier: MIT
"""The wheel, installed as people install it, is the whole program: with its window, menu entry and manual."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from guiuploader import __version__
from guiuploader.paths import APP_ID
from tests.helpers.program import LIMIT

pytestmark = pytest.mark.full

ROOT = Path(__file__).resolve().parents[2]
WINDOW = """
from PySide6.QtWidgets import QApplication
from guiuploader.app import make_application
from guiuploader.window.main_window import MainWindow
application = make_application()
window = MainWindow()
window.show()
application.processEvents()
print(window.isVisible(), len(application.windowIcon().availableSizes()))
"""


def done(*command: str | Path, limit: float = LIMIT, **variables: str) -> str:
    """Run a program that must succeed, in an empty folder's stead of ours, and return its output."""
    ran = subprocess.run(
        command,
        cwd="/",
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=limit,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.strip()


@dataclass(frozen=True)
class Installed:
    """An installed program: its command, as it lies on the PATH, and the environment that holds it."""

    command: Path
    environment: Path

    @property
    def python(self) -> Path:
        """The interpreter that runs it."""
        return self.environment / "bin" / "python"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel that is built from the source distribution, as an index would have it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder], cwd=ROOT, check=True
    )
    (source,) = folder.glob("*.tar.gz")
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index")
    done(*pip, "--wheel-dir", folder, source)
    (built,) = folder.glob("*.whl")
    return built


def by_pip(wheel: Path, folder: Path) -> Installed:
    """Install into a fresh virtual environment."""
    done(sys.executable, "-m", "venv", folder / "venv")
    done(folder / "venv" / "bin" / "python", "-m", "pip", "install", wheel, limit=600)
    return Installed(folder / "venv" / "bin" / "guiuploader", folder / "venv")


def by_uv(wheel: Path, folder: Path) -> Installed:
    """Install as a tool of uv's, which is itself installed first."""
    done(sys.executable, "-m", "venv", folder / "uv")
    done(folder / "uv" / "bin" / "python", "-m", "pip", "install", "uv", limit=600)
    tool = (folder / "uv" / "bin" / "uv", "tool", "install", "--python", sys.executable, "--system-certs")
    places = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    done(*tool, wheel, limit=600, **places, UV_CACHE_DIR=str(folder / "cache"))
    return Installed(folder / "bin" / "guiuploader", folder / "tools" / "guiuploader")


def by_pipx(wheel: Path, folder: Path) -> Installed:
    """Install by pipx, which is itself installed first."""
    done(sys.executable, "-m", "venv", folder / "pipx")
    done(folder / "pipx" / "bin" / "python", "-m", "pip", "install", "pipx", limit=600)
    places = {
        "PIPX_HOME": str(folder / "home"),
        "PIPX_BIN_DIR": str(folder / "bin"),
        "PIPX_MAN_DIR": str(folder / "man"),
    }
    done(folder / "pipx" / "bin" / "pipx", "install", wheel, limit=600, **places)
    assert (folder / "man" / "man1" / "guiuploader.1").is_file()
    return Installed(folder / "bin" / "guiuploader", folder / "home" / "venvs" / "guiuploader")


@pytest.fixture(scope="module", params=[by_pip, by_uv, by_pipx])
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Installed:
    """Return the program, installed with all that it needs from the registry."""
    install: Callable[[Path, Path], Installed] = request.param
    return install(wheel, tmp_path_factory.mktemp(install.__name__))


@pytest.fixture
def receiver(installed: Installed, tmp_path: Path) -> Iterator[str]:
    """Return the address of the installed program's own demo server."""
    command: list[str | Path] = [
        installed.command,
        "receive",
        "--dir",
        tmp_path / "received",
        "--until-stdin-closes",
    ]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate(timeout=LIMIT)


def test_it_names_its_version(installed: Installed) -> None:
    assert done(installed.command, "--version") == f"guiuploader {__version__}"


def test_it_has_its_recipes(installed: Installed) -> None:
    listed = done(installed.command, "destinations", "recipes")
    assert len(listed.splitlines()) == len(list((ROOT / "resources" / "recipes").glob("*.toml")))


def test_it_sends_a_file(installed: Installed, receiver: str, tmp_path: Path) -> None:
    file = tmp_path / "sent.bin"
    file.write_bytes(os.urandom(3_000_000))
    done(installed.command, "send", file, "--to", receiver)
    (stored,) = [path for path in (tmp_path / "received").rglob("*") if path.is_file()]
    assert stored.read_bytes() == file.read_bytes()


def test_its_window_opens_with_its_icon(installed: Installed) -> None:
    assert done(installed.python, "-c", WINDOW) == "True 9"


def test_it_enters_the_menus_and_leaves_them(installed: Installed, tmp_path: Path) -> None:
    share = tmp_path / "share"
    done(installed.command, "desktop", "install", XDG_DATA_HOME=str(share))
    entry = share / "applications" / f"{APP_ID}.desktop"
    assert f"\nExec={installed.command} %F\n" in entry.read_text("utf-8")
    assert done("desktop-file-validate", entry) == ""
    done(installed.command, "desktop", "remove", XDG_DATA_HOME=str(share))
    assert list(share.rglob(f"{APP_ID}*")) == []


def test_it_brings_the_man_page_and_the_completions(installed: Installed) -> None:
    share = installed.environment / "share"
    assert {str(path.relative_to(share)) for path in share.rglob("*guiuploader*") if path.is_file()} == {
        "man/man1/guiuploader.1",
        "bash-completion/completions/guiuploader",
        "zsh/site-functions/_guiuploader",
        "fish/vendor_completions.d/guiuploader.fish",
    }
