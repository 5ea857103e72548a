# SPDX-License-Identifier: MIT
"""The files by which a desktop, a shell and `man` know the program, and where Linux systems look for them."""

import gzip
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from place import APP_ID, NAME, ROOT

ZSH = "usr/share/zsh/site-functions"
ZSH_ON_DEBIAN = "usr/share/zsh/vendor-completions"
_DESKTOP = ROOT / "resources" / "desktop"
_ICONS = ROOT / "resources" / "icons" / "app"
_ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_PACKAGING = ROOT / "packaging"


@dataclass(frozen=True)
class Placed:
    """A file of ours and where it belongs, below the root of the system."""

    source: Path
    target: PurePosixPath


def placed(zsh: str) -> list[Placed]:
    """Return every such file; `zsh` is the folder of its completions. End in words if a file is missing."""
    share = PurePosixPath("usr/share")
    icons = share / "icons" / "hicolor"
    files = [
        Placed(_DESKTOP / f"{APP_ID}.desktop", share / "applications" / f"{APP_ID}.desktop"),
        Placed(_DESKTOP / f"{APP_ID}.metainfo.xml", share / "metainfo" / f"{APP_ID}.metainfo.xml"),
        Placed(_DESKTOP / f"{APP_ID}.mime.xml", share / "mime" / "packages" / f"{APP_ID}.xml"),
        Placed(_ICONS / "scalable" / f"{APP_ID}.svg", icons / "scalable" / "apps" / f"{APP_ID}.svg"),
        Placed(
            _ICONS / "symbolic" / f"{APP_ID}-symbolic.svg",
            icons / "symbolic" / "apps" / f"{APP_ID}-symbolic.svg",
        ),
        *(
            Placed(
                _ICONS / f"{size}x{size}" / f"{APP_ID}.png",
                icons / f"{size}x{size}" / "apps" / f"{APP_ID}.png",
            )
            for size in _ICON_SIZES
        ),
        Placed(_PACKAGING / "man" / f"{NAME}.1", share / "man" / "man1" / f"{NAME}.1.gz"),
        Placed(
            _PACKAGING / "completions" / f"{NAME}.bash",
            share / "bash-completion" / "completions" / NAME,
        ),
        Placed(_PACKAGING / "completions" / f"_{NAME}", PurePosixPath(zsh) / f"_{NAME}"),
        Placed(
            _PACKAGING / "completions" / f"{NAME}.fish",
            share / "fish" / "vendor_completions.d" / f"{NAME}.fish",
        ),
    ]
    missing = [file.source.relative_to(ROOT).as_posix() for file in files if not file.source.is_file()]
    if missing:
        sys.exit(f"These files belong into the packages, but are not there: {', '.join(missing)}")
    return files


def lay_out(root: Path, *, zsh: str = ZSH) -> None:
    """Copy every such file to its place below `root`, readable for all; what ends in .gz is compressed."""
    for file in placed(zsh):
        target = root / file.target
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".gz":
            target.write_bytes(compressed(file.source.read_bytes()))
        else:
            shutil.copyfile(file.source, target)
        target.chmod(0o644)


def compressed(content: bytes) -> bytes:
    """Return `content` as gzip, without a time, so that it is the same in each build."""
    return gzip.compress(content, 9, mtime=0)
