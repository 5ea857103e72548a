# SPDX-License-Identifier: MIT
"""A large file in parts, the program killed on the way: it goes on with the parts that are missing."""

import json
from pathlib import Path

import pytest

from guiuploader.transfer.checkpoint import Finished
from guiuploader.uploads.ledger_reader import LedgerReader, ledger_path
from guiuploader.values.states import State
from tests.helpers.large import SIZE, sha256, sparse
from tests.helpers.part_server import PartServer, part_server
from tests.helpers.program import run, started

pytestmark = [pytest.mark.full, pytest.mark.timeout(300)]

ENOUGH = SIZE * 2 // 5
PART = 16 * 1024 * 1024
TABLES = """
[[before]]
name = "start"
url = "/uploads"
[before.gives]
address = "{{json:address}}"
[parts]
url = "{{step:start.address}}?part={{part:number}}"
size = {size}
parallel = {parallel}
item = '\\{{"number": {{part:number}}, "tag": "{{part:tag}}"}}'
joint = ", "
[parts.gives]
tag = "{{header:ETag}}"
[[after]]
name = "finish"
url = "{{step:start.address}}"
text = "[{{parts}}]"
content_type = "application/json"
"""


def kept(home: Path) -> Finished:
    """Return what the ledger keeps of the one row."""
    ((row,),) = LedgerReader(ledger_path(home / "data")).unfinished()
    assert row.checkpoint is not None
    assert row.checkpoint.finished is not None
    assert row.state is not State.UNCONFIRMED
    return row.checkpoint.finished


def destination(path: Path, server: PartServer, parallel: int) -> Path:
    head = f'format = 1\nname = "Parts"\nurl = "{server.url}/"\nmethod = "PUT"\nbody = "raw"\n'
    path.write_text(head + TABLES.format(size=PART, parallel=parallel), "utf-8")
    return path


@pytest.mark.parametrize("parallel", [1, 3])
def test_a_gibibyte_in_parts_goes_on_with_those_that_are_missing(tmp_path: Path, parallel: int) -> None:
    large, folder, home = tmp_path / "large.bin", tmp_path / "kept", tmp_path / "home"
    digest = sparse(large)
    folder.mkdir()
    with part_server(folder) as server:
        to = destination(tmp_path / "parts.toml", server, parallel)
        with started(home, "send", large, "--to", to, "--json", "--limit", "200M") as program:
            assert program.stdout is not None
            for line in program.stdout:
                event = json.loads(line)
                if event["event"] == "progress" and event["sent"] >= ENOUGH:
                    break
            program.kill()
            program.wait()
        left = kept(home)
        assert 0 < len(left.parts) < SIZE // PART
        came = len(server.parts)
        ran = run(home, "send", "--resume", "--json")
        assert ran.code == 0, ran.err
        assert sorted(server.parts[came:]) == sorted({*range(1, SIZE // PART + 1)} - {*map(int, left.parts)})
    (finished,) = ran.named("finished")
    assert (finished["state"], finished["sha256"]) == ("done", digest)
    assert finished["link"] == f"{server.url}/files/whole-1"
    assert min(filter(None, (event["sent"] for event in ran.named("progress")))) >= len(left.parts) * PART
    (whole,) = server.finished
    assert sha256(whole) == digest
    assert [path.name for path in folder.iterdir()] == ["whole-1"]
