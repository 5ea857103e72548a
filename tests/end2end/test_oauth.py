# SPDX-License-Identifier: MIT
"""The real program signs in by OAuth 2.0, and its token is found nowhere afterwards."""

from pathlib import Path

import pytest

from tests.helpers.program import run
from tests.helpers.scripted_server import StartServer
from tests.unit.transfer.test_token import SECRET, Office, tables

pytestmark = pytest.mark.full


def test_a_token_is_renewed_in_the_middle_of_a_queue_and_stands_nowhere(
    tmp_path: Path, scripted_server: StartServer
) -> None:
    office, home = Office(holds=2), tmp_path / "home"
    server = scripted_server(office)
    head = f'format = 1\nname = "O"\nurl = "{server.url}/"\n'
    (tmp_path / "o.toml").write_text(head + tables(server.url), "utf-8")
    files = [tmp_path / f"{number}.bin" for number in range(5)]
    for file in files:
        file.write_bytes(b"x" * 100_000)
    rest = ("--json", "--parallel", "1")
    ran = run(home, "send", *files, "--to", tmp_path / "o.toml", *rest, GUIUPLOADER_SECRET_CLIENT=SECRET)
    assert ran.code == 0, ran.err
    assert office.made == 3
    left = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert left
    for told in (ran.out.encode(), ran.err.encode(), left):
        assert b"handed-out" not in told
        assert SECRET.encode() not in told
