# SPDX-License-Identifier: MIT
"""Folders and resources are found however the program was installed."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from guiuploader import paths

ROOT = Path(__file__).resolve().parents[2]
ASK = "from guiuploader.paths import resources; print(resources())"
FROM_SOURCES = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet"]


def test_in_a_source_tree_resources_stand_beside_the_package() -> None:
    assert paths.resources() == ROOT / "resources"
    assert (paths.resources() / "mime.types").is_file()


def test_folders_lie_below_the_home_that_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIUPLOADER_HOME", str(tmp_path / "ignored"))
    folders = paths.folders(tmp_path / "home")
    assert folders == paths.Folders(*(tmp_path / "home" / name for name in ("config", "data", "logs")))
    assert folders.destinations == tmp_path / "home" / "config" / "destinations"
    assert folders.received == tmp_path / "home" / "data" / "received"
    assert not (tmp_path / "home").exists()


def test_the_environment_s_home_counts_where_none_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUIUPLOADER_HOME", "mine")
    assert paths.folders().config == tmp_path / "mine" / "config"
    monkeypatch.setenv("GUIUPLOADER_HOME", "")
    assert tmp_path not in paths.folders().config.parents


def test_a_home_may_be_written_with_a_tilde(home: Path) -> None:
    assert paths.folders(Path("~/up")).data == home / "up" / "data"
    assert paths.folders(Path("~nobody-known/up")).data.is_absolute()


def test_without_a_home_the_system_s_own_folders_are_taken(home: Path) -> None:
    folders = paths.folders()
    assert all("guiuploader" in folder.parts for folder in (folders.config, folders.data, folders.logs))
    assert all(home in folder.parents for folder in (folders.config, folders.data, folders.logs))


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Return a copy of what a package is built from, so that building leaves nothing in the tree."""
    copy = tmp_path / "sources"
    for name in ("guiuploader", "resources", "packaging"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture
def fresh_python(tmp_path: Path) -> Path:
    """Return the interpreter of an empty virtual environment."""
    venv.create(tmp_path / "venv", symlinks=os.name != "nt", with_pip=False)
    return tmp_path / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(python: Path | str, *arguments: str | Path, cwd: Path) -> str:
    """Run Python with this environment's packages (pip, hatchling, what we depend on) behind its own."""
    variables = os.environ | {"PYTHONPATH": sysconfig.get_path("purelib"), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [python, *arguments], cwd=cwd, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.mark.full
def test_a_wheel_carries_its_resources(sources: Path, fresh_python: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "pip", "wheel", *FROM_SOURCES, "--wheel-dir", tmp_path, sources, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    shutil.rmtree(sources)
    run(fresh_python, "-m", "pip", "install", *FROM_SOURCES, wheel, cwd=tmp_path)
    found = Path(run(fresh_python, "-c", ASK, cwd=tmp_path))
    assert (tmp_path / "venv") in found.parents
    assert found.parts[-2:] == ("guiuploader", "resources")
    for file in (path for path in (ROOT / "resources").rglob("*") if path.is_file()):
        assert (found / file.relative_to(ROOT / "resources")).read_bytes() == file.read_bytes()


@pytest.mark.full
def test_an_editable_install_takes_the_resources_of_its_sources(
    sources: Path, fresh_python: Path, tmp_path: Path
) -> None:
    run(fresh_python, "-m", "pip", "install", *FROM_SOURCES, "--editable", sources, cwd=tmp_path)
    found = Path(run(fresh_python, "-c", ASK, cwd=tmp_path))
    assert found == sources / "resources"
    assert (found / "mime.types").is_file()
