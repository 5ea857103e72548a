# SPDX-License-Identifier: MIT
"""An object's size does not show in the program's memory, nor in its files."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end2end.test_memory import MEASURED, MIB, SLACK
from tests.helpers.program import Ran, environment
from tests.helpers.scripted_store import SECRET
from tests.helpers.store_connections import connect

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells the peak of memory only there"),
]

LARGE = int(os.environ.get("GUIUPLOADER_TEST_OBJECT_MIB", "1024")) * MIB


@contextmanager
def serving(size: int) -> Iterator[str]:
    """Run a store of its own process with one object of this size."""
    command = [sys.executable, "-m", "tests.helpers.scripted_store", str(size)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def peak(home: Path, size: int, url: str) -> int:
    """Send an object and return the most memory, in bytes, that the program ever held."""
    toml = home / "dest.toml"
    toml.write_text(f'format = 1\nname = "D"\nurl = "{url}/up"\n', "utf-8")
    words = ["send", "s3://bucket/big.bin", "--to", str(toml), "--json"]
    with serving(size) as store:
        connect(home / "config" / "connections", store)
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *words],
            env=environment(home, GUIUPLOADER_SECRET_STORE_KEY=SECRET),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    (end,) = Ran(0, done.stdout, "").named("finished")
    assert (end["state"], end["bytes"]) == ("done", size)
    return int(done.stderr) * 1024


def test_a_large_object_needs_no_more_than_one_of_64_mib(home: Path, discarding_server: str) -> None:
    small = peak(home, 64 * MIB, discarding_server)
    large = peak(home, LARGE, discarding_server)
    figures = f"{small / MIB:.1f} MiB for 64 MiB, {large / MIB:.1f} MiB for {LARGE // MIB} MiB"
    sys.stdout.write(figures + os.linesep)
    assert large - small <= SLACK, figures
