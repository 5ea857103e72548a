# SPDX-License-Identifier: MIT
"""The `.deb` and the `.rpm`, made by nfpm from the frozen program and the desktop's files."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from integration import ZSH, ZSH_ON_DEBIAN, compressed, lay_out
from libraries import debian_packages, elf_files, rpm_capabilities
from place import BUILD, DEBIAN_MACHINE, DIST, FROZEN, MACHINE, NAME, ROOT, moment, output, scripts, version

_SUMMARY = "upload files to any HTTP server or REST API"
_DESCRIPTION = """\
Drop files and folders on a window and watch each one stream to the
server of your choice, with a progress bar per file. Destinations are
plain text files; the same work is done without a window by a command.
It holds all of Python and Qt that it needs."""
_MAINTAINER = "The guiuploader authors <guiuploader@users.noreply.github.com>"
_HOME = f"https://github.com/{NAME}/{NAME}"


def make_deb() -> Path:
    """Make the package for Debian, Ubuntu and their kin, and return it."""
    root = _tree("deb", zsh=ZSH_ON_DEBIAN)
    documents = root / "usr" / "share" / "doc" / NAME
    (documents / "changelog.gz").write_bytes(compressed(_debian_changelog().encode()))
    shutil.copyfile(ROOT / "packaging" / "debian-copyright", documents / "copyright")
    overrides = root / "usr" / "share" / "lintian" / "overrides" / NAME
    overrides.parent.mkdir(parents=True)
    shutil.copyfile(ROOT / "packaging" / "lintian-overrides", overrides)
    target = DIST / f"{NAME}_{version()}_{DEBIAN_MACHINE}.deb"
    more: dict[str, object] = {
        "section": "net",
        "priority": "optional",
        "recommends": ["ca-certificates", "xdg-utils"],
        "suggests": ["gnome-keyring | kwalletmanager", "xdg-desktop-portal"],
        # xz would save a tenth of the size and take five times as long to make and to install.
        "deb": {"compression": "zstd"},
    }
    return _pack(root, target, debian_packages, more)


def make_rpm() -> Path:
    """Make the package for Fedora, openSUSE and their kin, and return it."""
    root = _tree("rpm", zsh=ZSH)
    licences = root / "usr" / "share" / "licenses" / NAME
    licences.mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", licences / "LICENSE")
    target = DIST / f"{NAME}-{version()}-1.{MACHINE}.rpm"
    more: dict[str, object] = {
        "release": "1",
        "recommends": ["ca-certificates", "xdg-utils"],
        "rpm": {"summary": _SUMMARY[:1].upper() + _SUMMARY[1:], "compression": "zstd", "group": "Network"},
    }
    return _pack(root, target, rpm_capabilities, more)


def _tree(kind: str, *, zsh: str) -> Path:
    """Lay out what a package of this kind puts below the root of a system."""
    root = BUILD / kind
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(FROZEN, root / "usr" / "lib" / NAME, symlinks=True)
    commands = root / "usr" / "bin"
    commands.mkdir(parents=True)
    (commands / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    (root / "usr" / "share" / "doc" / NAME).mkdir(parents=True)
    lay_out(root, zsh=zsh)
    return root


def _pack(
    root: Path, target: Path, dependencies: Callable[[list[Path]], list[str]], more: dict[str, object]
) -> Path:
    """Let nfpm pack `root` into `target`; its settings are YAML, of which JSON is a part."""
    settings = {
        "name": NAME,
        "arch": DEBIAN_MACHINE,
        "version": version(),
        "version_schema": "none",
        "maintainer": _MAINTAINER,
        "vendor": "The guiuploader authors",
        "homepage": _HOME,
        "license": "MIT AND LGPL-3.0-only",
        "description": f"{_SUMMARY}\n{_DESCRIPTION}",
        "umask": 0o022,
        "mtime": datetime.fromtimestamp(moment(), UTC).isoformat(),
        "depends": dependencies(elf_files(FROZEN)),
        "contents": _contents(root),
        **more,
    }
    file = BUILD / f"{root.name}.json"
    file.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    kind = target.suffix.removeprefix(".")
    output(scripts("nfpm"), "package", "--config", file, "--packager", kind, "--target", target)
    return target


def _contents(root: Path) -> list[dict[str, object]]:
    """Name every file and link, and the folders that belong to the program alone."""
    entries: list[dict[str, object]] = []
    for path in sorted(root.rglob("*")):
        target = f"/{path.relative_to(root).as_posix()}"
        if path.is_symlink():
            entries.append({"src": path.readlink().as_posix(), "dst": target, "type": "symlink"})
        elif path.is_file():
            mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            entries.append({"src": str(path), "dst": target, "file_info": {"mode": mode}})
        elif NAME in path.relative_to(root).parts:
            entries.append({"dst": target, "type": "dir", "file_info": {"mode": 0o755}})
    return entries


def _debian_changelog() -> str:
    """Return the one entry that Debian asks for; the changes themselves stand in the project's own list."""
    date = format_datetime(datetime.fromtimestamp(moment(), UTC))
    changes = f"{_HOME}/blob/main/CHANGELOG.md"
    what = f"  * Version {version()}; its changes:\n    {changes}"
    return f"{NAME} ({version()}) unstable; urgency=medium\n\n{what}\n\n -- {_MAINTAINER}  {date}\n"
