# SPDX-License-Identifier: MIT
"""A large file to the reference server for tus, program and server killed on the way: it goes on there."""

import json
import re
from pathlib import Path

import pytest

from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.uploads.ledger_reader import LedgerReader, ledger_path
from guiuploader.values.states import State
from tests.helpers.large import SIZE, sha256, sparse
from tests.helpers.program import run, started
from tests.helpers.upload_server import free_port, running
from tests.servers.app_servers import tus

pytestmark = [pytest.mark.full, pytest.mark.timeout(300)]

ENOUGH = SIZE * 2 // 5


def kept(home: Path) -> Checkpoint:
    """Return what the ledger keeps of the one row."""
    ((row,),) = LedgerReader(ledger_path(home / "data")).unfinished()
    assert row.checkpoint is not None
    assert row.state is not State.UNCONFIRMED
    return row.checkpoint


def test_a_gibibyte_goes_on_at_the_servers_offset_after_both_were_killed(tmp_path: Path) -> None:
    large, folder, home, port = tmp_path / "large.bin", tmp_path / "kept", tmp_path / "home", free_port()
    digest = sparse(large)
    folder.mkdir()
    destination = tmp_path / "tus.toml"
    destination.write_text(
        f'format = 1\nname = "Tus"\nurl = "http://127.0.0.1:{port}/files"\nbody = "tus"\n', "utf-8"
    )
    (tmp_path / "before").mkdir()
    with (
        running(tus(port, folder), port=port, home=tmp_path / "before"),
        started(home, "send", large, "--to", destination, "--json", "--limit", "200M") as program,
    ):
        assert program.stdout is not None
        for line in program.stdout:
            event = json.loads(line)
            if event["event"] == "progress" and event["sent"] >= ENOUGH:
                break
        program.kill()
        program.wait()
    left = kept(home)
    stored = folder / left.url.rpartition("/")[2]
    offset = stored.stat().st_size
    assert 0 < offset < SIZE
    (tmp_path / "after").mkdir()
    with running(tus(port, folder), port=port, home=tmp_path / "after"):
        ran = run(home, "send", "--resume", "--json")
    assert ran.code == 0, ran.err
    (finished,) = ran.named("finished")
    assert (finished["state"], finished["sha256"]) == ("done", digest)
    assert finished["link"] == left.url
    assert re.search(r"^Upload-Offset: (\d+)$", finished["request"], re.MULTILINE)[1] == str(offset)  # type: ignore[index] # else it fails
    told = [event["sent"] for event in ran.named("progress")]
    assert min(filter(None, told)) >= offset
    assert [path.name for path in folder.glob("*") if path.suffix != ".json"] == [stored.name]
    assert sha256(stored) == digest
