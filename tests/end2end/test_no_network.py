# SPDX-License-Identifier: MIT
"""A computer without a network: it is said so, no attempt is spent, and all goes on when it is back."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="to unplug a computer takes Linux namespaces")
@pytest.mark.skipif(not (shutil.which("unshare") and shutil.which("ip")), reason="iproute2 is not installed")
def test_without_a_network_a_file_waits_for_it_and_goes_at_once_when_it_is_back(tmp_path: Path) -> None:
    own_root = () if os.getuid() == 0 else ("--map-root-user",)
    command = ["unshare", *own_root, "--net", sys.executable, "-m", "tests.helpers.lonely_computer", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, timeout=240)
    told = json.loads((tmp_path / "told.json").read_text("utf-8"))
    assert told["loopback"] == 0, "a server on this computer needs no network"
    assert told["codes"] == ["no-network"]
    assert (told["finished"]["state"], told["finished"]["attempts"]) == ("done", 1)
    assert told["took"] < told["planned"] / 2
