# SPDX-License-Identifier: MIT
"""Bad input to the real program: the row says what happened and what to do, and the others go on."""

import hashlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from guiuploader.receiver import Receiver
from tests.helpers.program import Ran, run, started
from tests.helpers.scripted_server import (
    Answer,
    Ending,
    Request,
    ScriptedServer,
    StartServer,
    answer,
    close_after,
    reset_after,
)
from tests.helpers.unprivileged import folder_of_nobody, run_unprivileged
from tests.helpers.upload_server import free_port

MIB = 1024 * 1024


def destination(home: Path, url: str, *tables: str) -> Path:
    path = home / "dest.toml"
    path.write_text("\n".join(["format = 1", 'name = "Bad"', f'url = "{url}"', *tables]), "utf-8")
    return path


def ends(ran: Ran) -> dict[str, dict[str, Any]]:
    """Return how each row ended, by the name of its file."""
    names = {event["id"]: Path(event["source"]).name for event in ran.named("queued")}
    finished = ran.named("finished")
    assert len(finished) == len(names)
    return {names[event["id"]]: event for event in finished}


def says(error: dict[str, Any]) -> str:
    """Return an error's words, which are whole sentences: what happened, and what to do."""
    assert error["title"].endswith(".")
    assert error["advice"].endswith(".")
    return " ".join((error["title"], error["detail"], error["advice"]))


def files(folder: Path, *names: str, size: int = 10) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in names]
    for path in paths:
        path.write_bytes(os.urandom(size))
    return paths


ANSWERS: dict[str, tuple[Answer, str, str]] = {
    "401": (answer(401, b"who are you?"), "failed", "unauthorized"),
    "413": (answer(413, b"10 MB at most"), "failed", "too-large"),
    "500": (answer(500, b"oops"), "unconfirmed", "server-failed"),
    "302": (answer(302, Location="https://login.example/?token=t"), "failed", "redirected"),
    "silent": (Answer(silent=True, ending=Ending.CLOSE), "unconfirmed", "reply-lost"),
    "cut": (close_after(1000), "failed", "connection-lost"),
    "reset": (reset_after(1000), "failed", "connection-lost"),
}


def test_what_a_server_refuses_fails_alone(home: Path, tmp_path: Path, scripted_server: StartServer) -> None:
    def by_name(request: Request) -> Answer:
        name = request.target.rpartition("/")[2]
        return ANSWERS[name][0] if name in ANSWERS else answer(201, b'{"link": "https://a.example/1"}')

    server = scripted_server(by_name)
    paths = files(tmp_path / "in", "first", *ANSWERS, "last")
    for name in ("cut", "reset"):
        os.truncate(tmp_path / "in" / name, 64 * MIB)
    to = destination(home, f"{server.url}/{{filename}}", '[reply]\nlink = "{json:link}"')
    ran = run(home, "send", *paths, "--to", to, "--json")
    assert (ran.code, ran.err) == (1, "")
    rows = ends(ran)
    for name, (_, state, code) in ANSWERS.items():
        assert (rows[name]["state"], rows[name]["error"]["code"]) == (state, code), name
        said = says(rows[name]["error"])
        assert "{" not in said
        assert "token=t" not in said
    assert "Check the token or the password" in says(rows["401"]["error"])
    assert "10 MB at most" in says(rows["413"]["error"])
    assert "https://login.example/" in says(rows["302"]["error"])
    for name in ("first", "last"):
        assert (rows[name]["state"], rows[name]["link"]) == ("done", "https://a.example/1")
    summary = ran.events[-1]
    assert [summary[state] for state in ("done", "failed", "unconfirmed")] == [2, len(ANSWERS) - 2, 2]


def test_an_answer_that_is_not_json_is_done_without_a_link(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(200, b"<html>Thanks!"))
    to = destination(home, server.url, '[reply]\nlink = "{json:link}"')
    ran = run(home, "send", *files(tmp_path, "a"), "--to", to, "--json")
    assert ran.code == 0
    end = ends(ran)["a"]
    assert (end["state"], end["link"], end["notes"]) == ("done", None, ["no-link"])


def test_an_address_that_leads_nowhere_fails_each_row_and_says_why(home: Path, tmp_path: Path) -> None:
    paths = files(tmp_path, "a", "b")
    for host, code in (
        (f"127.0.0.1:{free_port()}", "connection-refused"),
        ("nonexistent.invalid", "name-not-found"),
    ):
        ran = run(home, "send", *paths, "--to", f"http://{host}/up", "--json")
        assert (ran.code, ran.err) == (1, "")
        for end in ends(ran).values():
            assert (end["state"], end["error"]["code"]) == ("failed", code)
            assert host in says(end["error"])


@pytest.mark.parametrize(
    "url", ["http:///nowhere", "http://a b/", "http://a.example:99999/", "http://u:p@a.example:0/"]
)
def test_a_wrong_address_is_said_before_anything_is_queued(home: Path, tmp_path: Path, url: str) -> None:
    ran = run(home, "send", *files(tmp_path, "a"), "--to", url, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("guiuploader: ")
    assert "url: " in ran.err


def test_a_certificate_that_is_not_trusted_stops_the_file(
    home: Path, tmp_path: Path, scripted_server: StartServer, authority: trustme.CA
) -> None:
    server = scripted_server(answer(201), tls=True)
    (file,) = files(tmp_path, "a")
    ran = run(home, "send", file, "--to", server.url, "--json")
    end = ends(ran)["a"]
    assert (ran.code, end["error"]["code"]) == (1, "certificate-not-trusted")
    assert "ca_file" in says(end["error"])
    assert server.requests == []
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for table in (f"[network]\nca_file = '{tmp_path}/ca.pem'", "[network]\nverify = false"):
        ran = run(home, "send", file, "--to", destination(home, server.url, table), "--json")
        assert (ran.code, ran.err) == (0, "")


def gone(path: Path) -> None:
    path.unlink()


def shorter(path: Path) -> None:
    os.truncate(path, 3)


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def other(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


CHANGES: dict[Callable[[Path], None], str] = {
    gone: "source-missing",
    shorter: "source-changed",
    longer: "source-changed",
    other: "source-changed",
    a_folder: "source-not-a-file",
    a_pipe: "source-not-a-file",
}


def test_files_that_change_while_they_wait_fail_alone(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    gate = threading.Event()
    server = scripted_server(
        lambda request: Answer(status=201, gate=gate if request.target == "/first" else None)
    )
    names = [change.__name__ for change in CHANGES]
    paths = files(tmp_path, "first", *names, "last")
    to = destination(home, f"{server.url}/{{filename}}")
    with started(home, "send", *paths, "--to", to, "--json", "--parallel", "1") as program:
        server.request()
        for change, path in zip(CHANGES, paths[1:], strict=False):
            change(path)
        gate.set()
        out, err = program.communicate(timeout=60)
    ran = Ran(program.returncode, out, err)
    assert (ran.code, ran.err) == (1, "")
    rows = ends(ran)
    for change, code in CHANGES.items():
        row = rows[change.__name__]
        assert (row["state"], row["error"]["code"]) == ("failed", code)
        assert str(tmp_path / change.__name__) in says(row["error"])
    assert [rows[name]["state"] for name in ("first", "last")] == ["done", "done"]
    assert [request.target for request in server.requests] == ["/first", "/last"]


@pytest.mark.parametrize("kind", ["raw", "multipart"])
def test_a_file_that_grows_while_it_is_sent_arrives_as_it_was_and_says_so(
    home: Path, tmp_path: Path, scripted_server: StartServer, kind: str
) -> None:
    gate = threading.Event()
    server = scripted_server(Answer(status=201, read=1, gate=gate))
    (file,) = files(tmp_path, "log", size=32 * MIB)
    before = file.read_bytes()
    to = destination(home, server.url, f'body = "{kind}"')
    with started(home, "send", file, "--to", to, "--json") as program:
        server.request()
        with file.open("ab") as log:
            log.write(b"one more line")
        gate.set()
        out, _ = program.communicate(timeout=60)
    end = ends(Ran(program.returncode, out, ""))["log"]
    assert (program.returncode, end["state"], end["notes"]) == (0, "done", ["source-changed"])
    assert end["sha256"] == hashlib.sha256(before).hexdigest()
    assert before in server.request().body
    assert b"one more line" not in server.request().body


ODD = [
    'qu"ote.txt',
    "sem;i'colon.txt",
    "line\nbreak.txt",
    "tab\tbell\x07.txt",
    "emoji 🎉 ünï.txt",
    "back\\slash.txt",
    "-dash.txt",
    " blank .txt",
    "100%41.txt",
    "\u202egnp.exe",
    os.fsdecode(b"caf\xe9.txt"),
]


@pytest.mark.parametrize("kind", ["multipart", "buffered", "raw", "chunked"])
def test_odd_names_and_empty_files_arrive(
    home: Path, tmp_path: Path, scripted_server: StartServer, kind: str
) -> None:
    server = scripted_server(answer(201))
    folder = tmp_path / "odd"
    files(folder, *ODD, size=5)
    files(folder, "empty.txt", size=0)
    to = destination(home, f"{server.url}/{{relpath}}", f'body = "{kind}"')
    ran = run(home, "send", folder, "--to", to, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.events[-1]["done"] == len(ODD) + 1
    targets = {request.target for request in server.requests}
    assert len(targets) == len(ODD) + 1
    assert all(target.startswith("/odd/") and target.isascii() and target.isprintable() for target in targets)
    assert {"/odd/line%0Abreak.txt", "/odd/caf%EF%BF%BD.txt", "/odd/100%2541.txt"} <= targets


def test_what_cannot_be_sent_at_all_is_refused_with_a_reason_and_the_rest_goes(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    (good,) = files(tmp_path, "good")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    wrong = [tmp_path / name for name in ("pipe", "dangling", "empty", "missing")]
    paths = [wrong[0], good, *wrong[1:], Path("/proc/self/status")]
    ran = run(home, "send", *paths, "--to", server.url, "--json")
    assert (ran.code, ran.err) == (1, "")
    refused = {event["source"]: event["error"]["code"] for event in ran.named("refused")}
    assert refused == {
        str(wrong[0]): "source-not-a-file",
        str(wrong[1]): "source-missing",
        str(wrong[2]): "source-empty-folder",
        str(wrong[3]): "source-missing",
        "/proc/self/status": "source-lengthless",
    }
    assert ends(ran)["good"]["state"] == "done"
    assert len(server.requests) == 1


def test_an_unreadable_file_is_refused_and_the_rest_goes(scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    with folder_of_nobody() as folder:
        for name in ("good", "locked"):
            (folder / name).write_text(name)
            (folder / name).chmod(0o644)
        code = (
            'for name, mode in (("locked", 0o000),):\n'
            "    Path(sys.argv[1], name).chmod(mode)\n"
            "folder = Path(sys.argv[1])\n"
            'words = ["--home", str(folder / "home"), "send", str(folder / "locked"), str(folder / "good")]\n'
            'main([*words, "--to", sys.argv[2], "--json"])'
        )
        if os.getuid() == 0:
            for name in ("good", "locked"):
                os.chown(folder / name, 65534, 65534)
        out = run_unprivileged("from guiuploader.cli import main", code, folder, server.url)
    events = [json.loads(line) for line in out.splitlines()]
    refused = [event for event in events if event["event"] == "refused"]
    assert [event["error"]["code"] for event in refused] == ["source-unreadable"]
    assert "permission" in says(refused[0]["error"]).lower()
    assert [event["state"] for event in events if event["event"] == "finished"] == ["done"]


@pytest.mark.full
def test_a_folder_of_ten_thousand_files_arrives(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    for number in range(10_000):
        path = folder / f"{number % 100:02}" / f"{number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(number))
    with Receiver(tmp_path / "received") as receiver:
        to = destination(home, f"{receiver.url}/upload")
        ran = run(home, "send", folder, "--to", to, "--json", limit=280)
    assert (ran.code, ran.err) == (0, "")
    assert ran.events[-1]["done"] == 10_000
    arrived = sorted(path.read_text() for path in (tmp_path / "received").iterdir())
    assert arrived == sorted(map(str, range(10_000)))


@pytest.mark.full
@pytest.mark.parametrize("kind", ["multipart", "raw", "chunked"])
def test_five_gib_arrive_and_are_counted_right(
    home: Path, tmp_path: Path, discarding_server: str, kind: str
) -> None:
    size, file = 5 * 1024 * MIB + 1, tmp_path / "huge.bin"
    with file.open("wb") as made:
        made.truncate(size)
    ran = run(home, "send", file, "--to", destination(home, discarding_server, f'body = "{kind}"'), "--json")
    end = ends(ran)["huge.bin"]
    assert (ran.code, end["state"], end["bytes"]) == (0, "done", size)
    assert size <= json.loads(end["reply"]["body"])["size"] < size + 1000
    counts = [event["sent"] for event in ran.named("progress")]
    assert counts == sorted(counts)
    assert (counts[-1], max(event["total"] for event in ran.named("progress"))) == (size, size)


def test_five_gib_in_memory_are_refused_with_advice(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server: ScriptedServer = scripted_server(answer(201))
    file = tmp_path / "huge.bin"
    with file.open("wb") as made:
        made.truncate(5 * 1024 * MIB)
    (small,) = files(tmp_path, "small")
    ran = run(home, "send", file, small, "--to", destination(home, server.url, 'body = "buffered"'), "--json")
    rows = ends(ran)
    assert (ran.code, rows["huge.bin"]["error"]["code"]) == (1, "source-too-large-to-buffer")
    assert "multipart" in says(rows["huge.bin"]["error"])
    assert rows["small"]["state"] == "done"
