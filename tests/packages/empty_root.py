# SPDX-License-Identifier: MIT
"""An empty Debian in a folder, made by debootstrap, and commands that run in it."""

import platform
import subprocess
from pathlib import Path

ENTER = """
for folder in dev sys; do mount --rbind "/$folder" "$0/$folder" || exit; done
mount --types proc proc "$0/proc" && exec chroot "$0" "$@"
"""
SILENT = {"DEBIAN_FRONTEND": "noninteractive", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


class EmptyRoot:
    """A Debian with its essential packages only, of this system's release and from its mirror."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        release = platform.freedesktop_os_release()["VERSION_CODENAME"]
        command: list[str | Path] = ["debootstrap", "--variant=minbase", release, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def command(self, *words: str | Path) -> list[str | Path]:
        """Return a command that runs `words` in it; its mounts are seen by nobody else and end with it."""
        return ["unshare", "--mount", "--propagation=private", "sh", "-c", ENTER, self.folder, *words]

    def run(self, *words: str | Path) -> str:
        """Run `words` in it to a good end and return what they said."""
        done = subprocess.run(
            self.command(*words), env=SILENT, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def inside(self, path: str) -> Path:
        """Return where a path of it lies for us."""
        return self.folder / path.removeprefix("/")

    def named(self, part: str) -> list[str]:
        """Return the paths in it that have `part` in their last name."""
        words = ("find", "/", "-xdev", "-iname", f"*{part}*")  # -xdev: not in /proc
        return sorted(self.run(*words).split())
