# SPDX-License-Identifier: MIT
"""`send` twice: what was sent before is skipped, counted and named, and sent again when that is wanted."""

import json
import signal
from pathlib import Path

import pytest

from tests.helpers.program import run, started
from tests.helpers.scripted_server import StartServer, answer, stall_after
from tests.helpers.waiting import wait_until

STUCK = 8 * 1024 * 1024  # bytes: more than the sockets hold of a body that is not read


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "a.bin", tmp_path / "b.bin"]
    for path in paths:
        path.write_bytes(b"moving pictures")
    return paths


def test_what_was_sent_before_is_skipped_and_counted(
    home: Path, tmp_path: Path, files: list[Path], scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201, Location="https://files.example/it"))
    assert run(home, "send", *files, "--to", server.url).code == 0
    ran = run(home, "send", *files, files[0], "--to", server.url)
    assert (ran.code, len(server.requests)) == (0, 2)
    assert ran.out.splitlines() == ["https://files.example/it"] * 2, "they are there, and this is where"
    first, second, *rest = ran.err.splitlines()
    assert first.startswith("skipped: a.bin. It was sent there before. It went to 127.0.0.1:")
    assert second.startswith("skipped: b.bin. ")
    assert rest[0] == "left out: 1 already in the queue"
    assert rest[1].startswith("0 of 2 sent, 0 bytes in ")
    assert rest[1].endswith(" Skipped, as sent before: 2 (“--again” sends them).")
    files[1].write_bytes(b"changed pictures")
    told = run(home, "send", *files, "--to", server.url, "--json", "--report", tmp_path / "list.jsonl")
    assert told.code == 0
    skipped, done = sorted(told.named("finished"), key=lambda each: each["id"])
    assert (skipped["state"], skipped["error"]["code"], done["state"]) == ("skipped", "sent-before", "done")
    assert skipped["link"] == "https://files.example/it"
    assert (told.named("summary")[0]["skipped"], told.named("summary")[0]["done"]) == (1, 1)
    listed = [json.loads(line) for line in (tmp_path / "list.jsonl").read_text("utf-8").splitlines()]
    assert sorted((row["state"], row["link"]) for row in listed) == [
        ("done", "https://files.example/it"),
        ("skipped", "https://files.example/it"),
    ]
    history = run(home, "history", "a.bin").out.splitlines()
    assert [line.split()[2] for line in history] == ["skipped", "done"], "only the newest of those skipped"
    assert history[0].endswith("https://files.example/it")


def test_again_sends_all_the_same(home: Path, files: list[Path], scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    for words in ([], ["--again"], ["--no-memory"]):
        ran = run(home, "send", *files, "--to", server.url, *words)
        assert (ran.code, ran.err.count("done: ")) == (0, 2)
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "settings.toml").write_text('duplicates = "send"\n', "utf-8")
    assert run(home, "send", *files, "--to", server.url).err.count("done: ") == 2
    (home / "config" / "settings.toml").write_text('duplicates = "ask"\n', "utf-8")
    ran = run(home, "send", *files, "--to", server.url)
    assert (ran.code, ran.err.count("\nskipped: ")) == (0, 2)
    assert "“duplicates = ask” asks in the window alone" in ran.err
    assert run(home, "send", "--resume", "--again").code == 2


def test_what_was_interrupted_goes_on_when_it_is_sent_once_more(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server([stall_after(1000), answer(201)])
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(STUCK))
    with started(home, "send", large, "--to", server.url) as process:
        wait_until(lambda: bool(server.requests))
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    ran = run(home, "send", large, "--to", server.url)
    assert (ran.code, ran.err.count("done: ")) == (0, 1)
    assert len(run(home, "history").out.splitlines()) == 1, "it is the same row"
    assert run(home, "send", "--resume").err.startswith("0 of 0 sent")
