# SPDX-License-Identifier: MIT
"""Starting a real server program on 127.0.0.1 for as long as tests need it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.waiting import holds_within

ROOT = Path(__file__).resolve().parents[2]
STARTING = 30.0  # seconds until a server must listen
ENDING = 10.0  # seconds until a terminated server must be gone


@dataclass(frozen=True, kw_only=True)
class UploadServer:
    """A server that runs; it stores what it is sent in `folder`, under the name it was sent with.

    `ca_file` holds the certificate that vouches for it, None for plain HTTP.
    """

    name: str
    url: str
    folder: Path
    ca_file: Path | None = None

    @property
    def proxied(self) -> bool:
        """Whether nginx stands in front: it keeps connections, and passes every body on with its length."""
        return self.name == "php" and self.ca_file is not None

    @property
    def network(self) -> str:
        """The table of a destination by which this server is trusted."""
        return f"[network]\nca_file = '{self.ca_file}'" if self.ca_file else ""

    def stored(self, name: str) -> Path:
        """Return where the server put the file that was sent as `name`."""
        return self.folder / name


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, *, package: str) -> str:
    """Return the path of `name`; fail the test, with the Debian package to install, if there is none."""
    found = shutil.which(name, path=os.environ.get("PATH", os.defpath) + os.pathsep + "/usr/sbin")
    if found is None:
        pytest.fail(f"{name} is missing; install the package {package}")
    return found


@contextmanager
def running(command: Sequence[str | Path], *, port: int, home: Path) -> Iterator[None]:
    """Run `command`, which listens on `port`, until the block ends; its output goes to `home`/output.txt."""
    output = home / "output.txt"
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "UPLOADS": str(home / "uploads"),
    }
    (home / "uploads").mkdir()
    with output.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        listening = holds_within(lambda: process.poll() is not None or _listens(port), STARTING)
        assert listening, f"{command} does not listen:\n{output.read_text()}"
        assert process.poll() is None, f"{command} ended:\n{output.read_text()}"
        yield
    finally:
        process.terminate()
        try:
            process.wait(ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
