# SPDX-License-Identifier: MIT
"""Make the packages, in the environment that packaging/requirements.lock pins; started by dev.py package."""

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from contents import contents
from frozen import freeze, size
from installers import make_deb, make_rpm
from place import DIST, FROZEN, ROOT
from portable import make_appdir, make_tar
from python_wheel import make_wheel

_FROM_FROZEN: dict[str, Callable[[], Path]] = {
    "deb": make_deb,
    "rpm": make_rpm,
    "tar": make_tar,
    "appdir": make_appdir,
}
_TARGETS = ("frozen", *_FROM_FROZEN, "wheel")


def _report(made: Path, start: float) -> None:
    length = size() if made == FROZEN else made.stat().st_size
    amount = f"{length / 1e6:.1f} MB, " if made == FROZEN or made.is_file() else ""
    print(f"{made.relative_to(ROOT)}: {amount}{time.monotonic() - start:.1f} s", flush=True)


def main(arguments: list[str]) -> int:
    """Make what `arguments` name, in the one right order, and return the exit code."""
    if arguments == ["contents"]:
        print(contents())
        return 0
    wanted = set(_TARGETS) if arguments == ["all"] else set(arguments)
    if not wanted or wanted - set(_TARGETS):
        print(f"python3 dev.py package [{' | '.join((*_TARGETS, 'all'))}]…, contents or check")
        return 2
    if arguments == ["all"]:
        shutil.rmtree(DIST, ignore_errors=True)  # no package of an earlier version stays beside the new ones
    DIST.mkdir(exist_ok=True)
    if wanted - {"wheel"}:
        start = time.monotonic()
        freeze()
        _report(FROZEN, start)
    for name, make in (*_FROM_FROZEN.items(), ("wheel", make_wheel)):
        if name in wanted:
            start = time.monotonic()
            _report(make(), start)
    return 0


if __name__ == "__main__":
    if shutil.which("objdump") is None:
        sys.exit("There is no objdump here; type: apt-get install binutils")
    sys.exit(main(sys.argv[1:]))
