# SPDX-License-Identifier: MIT
"""The house's rules: who may import whom, how long a module may be. Each rule is seen to catch a breach."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "guiuploader"
LONGEST_MODULE = 300


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Hold the package in `root` against the contracts of the pyproject.toml beside it."""
    linter = shutil.which("lint-imports", path=Path(sys.executable).parent)
    assert linter, "lint-imports is not installed"
    return subprocess.run([linter, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)


def parsed(package: Path) -> dict[Path, ast.Module]:
    """Return the syntax tree of each module of `package`."""
    return {path: ast.parse(path.read_bytes()) for path in sorted(package.rglob("*.py"))}


def imported(tree: ast.AST) -> list[tuple[int, str]]:
    """Return line and full name of everything that `tree` imports, at any depth."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return names


def widgets_in_uploads(package: Path) -> list[str]:
    """Name each import of widgets below uploads/; import-linter knows foreign packages only as a whole."""
    return [
        f"{path.relative_to(package)}:{line} imports {name}"
        for path, tree in parsed(package / "uploads").items()
        for line, name in imported(tree)
        if name.startswith(("PySide6.QtWidgets", "PySide6.QtGui"))
    ]


def unexplained_inner_imports(package: Path) -> list[str]:
    """Name each import inside a function that has no comment on its line."""
    return sorted(
        {
            f"{path.relative_to(package)}:{line} imports {name}"
            for path, tree in parsed(package).items()
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for line, name in imported(function)
            if "#" not in path.read_text(encoding="utf-8").splitlines()[line - 1]
        }
    )


def long_modules(package: Path) -> list[str]:
    """Name each module that ought to be two."""
    lengths = {path: len(path.read_bytes().splitlines()) for path in sorted(package.rglob("*.py"))}
    return [
        f"{path.relative_to(package)} has {length} lines"
        for path, length in lengths.items()
        if length > LONGEST_MODULE
    ]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the package in which a test may plant a breach."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return shutil.copytree(PACKAGE, tmp_path / "guiuploader", ignore=shutil.ignore_patterns("__pycache__"))


def test_every_import_goes_down_the_house() -> None:
    verdict = lint_imports(ROOT)
    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.parametrize(
    ("room", "line", "contract"),
    [
        ("uploads", "import guiuploader.window", "Each floor stands on the floors below it"),
        ("window", "import guiuploader.network", "The window asks uploads, never transfer or network"),
        ("uploads", "import guiuploader.network", "Uploads reach the network only through transfer"),
        ("destinations", "import requests", "Destinations know no network"),
        ("transfer", "from PySide6 import QtCore", "Qt stays in uploads, window and the front door"),
        ("receiver", "import guiuploader.values", "The receiver imports nothing of ours"),
    ],
)
def test_a_wrong_import_is_caught(copy: Path, room: str, line: str, contract: str) -> None:
    (copy / room / "planted.py").write_text(f"{line}\n")
    verdict = lint_imports(copy.parent)
    assert verdict.returncode == 1
    assert f"{contract} BROKEN" in verdict.stdout
    assert f"guiuploader.{room}.planted -> {line.split()[1]}" in verdict.stdout


def test_uploads_know_no_widgets(copy: Path) -> None:
    assert widgets_in_uploads(PACKAGE) == []
    (copy / "uploads" / "planted.py").write_text("from PySide6 import QtCore, QtWidgets\n")
    assert widgets_in_uploads(copy) == ["uploads/planted.py:1 imports PySide6.QtWidgets"]


def test_an_import_inside_a_function_gives_its_reason(copy: Path) -> None:
    assert unexplained_inner_imports(PACKAGE) == []
    (copy / "planted.py").write_text(
        "def good():\n    import heavy  # optional\n\ndef bad():\n    import json\n"
    )
    assert unexplained_inner_imports(copy) == ["planted.py:5 imports json"]


def test_no_module_is_longer_than_a_reader_s_breath(copy: Path) -> None:
    assert long_modules(PACKAGE) == []
    (copy / "planted.py").write_text("pass\n" * (LONGEST_MODULE + 1))
    assert long_modules(copy) == [f"planted.py has {LONGEST_MODULE + 1} lines"]


def test_each_room_states_its_rule() -> None:
    rooms = sorted(PACKAGE.rglob("__init__.py"))
    assert len(rooms) > 5
    assert [str(room) for room in rooms if not ast.get_docstring(ast.parse(room.read_bytes()))] == []
