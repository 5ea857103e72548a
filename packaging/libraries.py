# SPDX-License-Identifier: MIT
"""Which libraries of the system the frozen program needs, and what Debian and RPM call them."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from place import output

_MAGIC = b"\x7fELF"
# In Debian 13 and Ubuntu 24.04 some packages were renamed, as their time values became 64 bits wide.
_DEBIAN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libstdc++.so.6": "libstdc++6 (>= 11)",
    "libuuid.so.1": "libuuid1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
_C_LIBRARY = re.compile(r"(lib(c|m|dl|rt|util|pthread|resolv)|ld-linux.*)\.so\.\d+")
_C_VERSION = re.compile(r"\bGLIBC_(\d+)\.(\d+)\b")


def elf_files(folder: Path) -> list[Path]:
    """Return the programs and libraries below `folder`, sorted; links are left out."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(len(_MAGIC)) == _MAGIC:
                    found.append(path)
    return found


def needed(files: Iterable[Path]) -> list[str]:
    """Return the names of the libraries that `files` are linked with and that are not among `files`."""
    paths = list(files)
    said = output("objdump", "--private-headers", *paths)
    wanted = set(re.findall(r"^ +NEEDED +(\S+)$", said, re.MULTILINE))
    return sorted(wanted - {path.name for path in paths})


def c_library(files: Iterable[Path]) -> tuple[int, int]:
    """Return the oldest version of the GNU C library that all `files` run with."""
    said = output("objdump", "--private-headers", *files)
    return max((int(major), int(minor)) for major, minor in _C_VERSION.findall(said))


def debian_packages(files: Iterable[Path]) -> list[str]:
    """Return the Debian packages, as a control file names them; end in words where one is not known."""
    paths = list(files)
    names = [name for name in needed(paths) if not _C_LIBRARY.fullmatch(name)]
    unknown = [name for name in names if name not in _DEBIAN]
    if unknown:
        sys.exit(f"packaging/libraries.py does not say which Debian package has: {', '.join(unknown)}")
    major, minor = c_library(paths)
    return sorted({f"libc6 (>= {major}.{minor})", *(_DEBIAN[name] for name in names)})


def rpm_capabilities(files: Iterable[Path]) -> list[str]:
    """Return what an RPM has to require; every distribution's packages provide their libraries' names."""
    paths = list(files)
    names = [name for name in needed(paths) if not _C_LIBRARY.fullmatch(name)]
    major, minor = c_library(paths)
    return [f"libc.so.6(GLIBC_{major}.{minor})(64bit)", *(f"{name}()(64bit)" for name in names)]
