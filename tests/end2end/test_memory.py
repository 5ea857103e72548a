# SPDX-License-Identifier: MIT
"""A file's size does not show in the program's memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.program import environment

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells the peak of memory only there"),
]

MIB = 1024 * 1024
SLACK = 8 * MIB
# The real front door; then, before the process ends, its own peak.
MEASURED = """
import sys
from pathlib import Path
from guiuploader.cli import main
code = main(sys.argv[1:])
for line in Path("/proc/self/status").read_text().splitlines():
    if line.startswith("VmHWM:"):
        sys.stderr.write(line.split()[1])
sys.exit(code)
"""


def peak(home: Path, size: int, url: str, kind: str) -> int:
    """Send a sparse file and return the most memory, in bytes, that the program ever held."""
    file, toml = home / "sparse.bin", home / "dest.toml"
    with file.open("wb") as made:
        made.truncate(size)
    toml.write_text(f'format = 1\nname = "D"\nurl = "{url}/up"\nbody = "{kind}"\n', "utf-8")
    command: list[str | Path] = [sys.executable, "-c", MEASURED, "send", file, "--to", toml, "--json"]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    end = next(each for each in map(json.loads, done.stdout.splitlines()) if each["event"] == "finished")
    assert (end["state"], end["bytes"]) == ("done", size)
    received = json.loads(end["reply"]["body"])["size"]
    assert size <= received <= size + 1000
    return int(done.stderr) * 1024


@pytest.mark.parametrize("kind", ["multipart", "raw", "chunked"])
def test_two_gib_need_no_more_than_64_mib(home: Path, discarding_server: str, kind: str) -> None:
    small = peak(home, 64 * MIB, discarding_server, kind)
    large = peak(home, 2048 * MIB, discarding_server, kind)
    figures = f"{kind}: {small / MIB:.1f} MiB for 64 MiB, {large / MIB:.1f} MiB for 2 GiB"
    sys.stdout.write(figures + os.linesep)
    assert large - small <= SLACK, figures
