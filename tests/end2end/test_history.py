# SPDX-License-Identifier: MIT
"""What stays of uploads when the program has ended: the history, and what the next run takes up."""

import datetime as dt
import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers.program import run, started
from tests.helpers.scripted_server import StartServer, answer, stall_after

STUCK = 8 * 1024 * 1024  # bytes: more than the sockets hold of a body that is not read


def ledger(home: Path) -> Path:
    return home / "data" / "ledger.sqlite"


def destination(tmp_path: Path, url: str) -> Path:
    path = tmp_path / "acme.toml"
    path.write_text(
        f'format = 1\nname = "ACME"\nurl = "{url}/up"\n[reply]\nlink = "{{header:Location}}"\n',
        "utf-8",
    )
    return path


def sent(home: Path, tmp_path: Path, serve: StartServer) -> list[Path]:
    """Send two files, of which the server refuses the second, and return them."""
    files = [tmp_path / "clip.mp4", tmp_path / "notes.pdf"]
    for file in files:
        file.write_bytes(b"moving pictures")
    server = serve([answer(201, Location="https://files.example/clip.mp4"), answer(413)])
    words: list[str | Path] = ["send", *files, "--to", destination(tmp_path, server.url), "--parallel", "1"]
    assert run(home, *words).code == 1
    return files


def test_the_history_lists_what_was_sent_the_newest_first(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    clip, notes = sent(home, tmp_path, scripted_server)
    ran = run(home, "history")
    assert ran.code == 0
    newest, oldest = ran.out.splitlines()
    assert str(notes) in newest
    assert " failed " in newest
    assert f" done         {clip} (15 bytes)  to ACME  https://files.example/clip.mp4" in oldest
    assert run(home, "history", "CLIP").out.splitlines() == [oldest]
    assert run(home, "history", "--limit", "1").out.splitlines() == [newest]
    assert run(home, "history", "nothing such").out == ""


def test_the_history_as_json_has_the_figures_until_it_is_cleared(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    clip, _ = sent(home, tmp_path, scripted_server)
    failed, done = map(json.loads, run(home, "history", "--json").out.splitlines())
    assert (failed["state"], failed["error"], failed["status"], failed["link"]) == (
        "failed",
        "too-large",
        413,
        None,
    )
    assert (done["source"], done["destination"], done["size"]) == (str(clip), "ACME", 15)
    assert (done["state"], done["status"], done["attempts"], done["error"]) == ("done", 201, 1, None)
    assert len(done["sha256"]) == 64
    assert dt.datetime.fromisoformat(done["added"]) <= dt.datetime.fromisoformat(done["finished"])
    assert run(home, "history", "--clear").code == 0
    assert run(home, "history").out == ""


def test_there_is_no_history_before_the_first_upload(home: Path) -> None:
    ran = run(home, "history")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert not ledger(home).exists()


def test_without_memory_nothing_is_kept(home: Path, tmp_path: Path, scripted_server: StartServer) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"x")
    server = scripted_server(answer(201))
    assert run(home, "send", file, "--to", server.url, "--no-memory").code == 0
    assert not ledger(home).exists()


def test_what_was_interrupted_is_resumed(home: Path, tmp_path: Path, scripted_server: StartServer) -> None:
    files = [tmp_path / f"{number}.bin" for number in range(3)]
    for file in files:
        file.write_bytes(bytes(STUCK))
    server = scripted_server([stall_after(1000), *[answer(201)] * 3])
    to = destination(tmp_path, server.url)
    with started(home, "send", *files, "--to", to, "--json", "--parallel", "1") as process:
        server.request()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    summary = json.loads(out.splitlines()[-1])
    assert (summary["left"], summary["done"], summary["cancelled"]) == (3, 0, 0)
    ran = run(home, "send", "--resume", "--json", "--parallel", "1")
    assert ran.code == 0, ran.err
    assert [event["source"] for event in ran.named("queued")] == list(map(str, files))
    assert ran.named("summary")[0]["done"] == 3
    assert [event["attempts"] for event in ran.named("finished")] == [2, 1, 1]
    again = run(home, "send", "--resume", "--json")
    assert (again.code, again.named("queued"), again.err) == (0, [], "")


def test_a_resume_tells_of_what_may_have_arrived_and_leaves_it_alone(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    files = [tmp_path / f"{number}.bin" for number in range(3)]
    for file in files:
        file.write_bytes(b"x")
    server = scripted_server([answer(201), answer(500), answer(500)])
    assert run(home, "send", *files, "--to", server.url, "--parallel", "1").code == 1
    ran = run(home, "send", "--resume", "--json")
    assert (ran.code, ran.named("queued"), len(server.requests)) == (0, [], 3)
    assert "2 uploads of earlier runs may have arrived and are not sent again unasked." in ran.err
    assert len([line for line in run(home, "history").out.splitlines() if " unconfirmed " in line]) == 2


@pytest.mark.parametrize("words", [["--resume", "x"], ["--resume", "--no-memory"]])
def test_what_is_resumed_is_known_already(home: Path, words: list[str]) -> None:
    ran = run(home, "send", *words)
    assert ran.code == 2
    assert "--resume takes what is in the queue" in ran.err


def test_a_newer_ledger_is_left_as_it_is(home: Path, tmp_path: Path, scripted_server: StartServer) -> None:
    sent(home, tmp_path, scripted_server)
    with closing(sqlite3.connect(ledger(home))) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = ledger(home).read_bytes()
    for words in (["send", "x", "--to", "http://127.0.0.1/"], ["send", "--resume"], ["history"]):
        ran = run(home, *words)
        assert (ran.code, ran.out) == (2, "")
        assert "newer" in ran.err
    assert ledger(home).read_bytes() == before


def test_a_damaged_ledger_is_kept_aside_and_the_upload_goes_on(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    files = sent(home, tmp_path, scripted_server)
    ledger(home).write_bytes(b"no ledger at all" * 1000)
    server = scripted_server(answer(201))
    ran = run(home, "send", files[0], "--to", server.url)
    assert ran.code == 0
    aside = ledger(home).with_name("ledger.damaged-1.sqlite")
    assert aside.name in ran.err
    assert aside.read_bytes() == b"no ledger at all" * 1000
    assert len(run(home, "history").out.splitlines()) == 1
