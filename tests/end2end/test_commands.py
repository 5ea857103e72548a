# SPDX-License-Identifier: MIT
"""The command line as a person or a script meets it."""

import contextlib
import hashlib
import os
import pty
import signal
import subprocess
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.helpers.program import COMMAND, environment, run, started
from tests.helpers.scripted_server import Answer, Request, StartServer, answer, never_answer
from tests.helpers.waiting import wait_until

TOML = """\
format = 1
name = "ACME files"
url = "{url}/api/{{relpath}}"
[headers]
X-Api-Key = "{{secret:api-key}}"
[multipart.fields]
id = "{{var:id}}"
[variables.id]
label = "Case number"
[reply]
link = "{{json:link}}"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"moving pictures")
    return path


def linked(request: Request) -> Answer:
    name = request.target.rpartition("/")[2]
    return answer(
        201, f'{{"link": "https://files.example/{name}"}}'.encode(), Content_Type="application/json"
    )


def destination(tmp_path: Path, url: str) -> Path:
    path = tmp_path / "acme.toml"
    path.write_text(TOML.format(url=url), "utf-8")
    return path


def test_links_come_on_stdout_in_queue_order_and_nothing_else(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    gate = threading.Event()

    def first_last(request: Request) -> Answer:
        if request.target.endswith("0.txt"):
            return Answer(status=201, body=b'{"link": "https://files.example/0.txt"}', gate=gate)
        gate.set()
        return linked(request)

    server = scripted_server(first_last)
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("x")
    paths = [tmp_path / f"{number}.txt" for number in range(3)]
    words: list[str | Path] = ["send", *paths, "--to", destination(tmp_path, server.url), "--set", "id=7"]
    ran = run(home, *words, GUIUPLOADER_SECRET_API_KEY="k")
    assert ran.code == 0
    assert ran.out.splitlines() == [f"https://files.example/{number}.txt" for number in range(3)]
    assert ran.err.splitlines()[-1].startswith("3 of 3 sent")


def test_json_events_tell_the_whole_story(home: Path, file: Path, scripted_server: StartServer) -> None:
    server = scripted_server(linked)
    content = b"moving pictures" * 10_000
    file.write_bytes(content)
    ran = run(home, "send", file, "--to", server.url, "--json")
    assert ran.code == 0
    kinds = [event["event"] for event in ran.events]
    assert kinds[0] == "queued"
    assert kinds[-2:] == ["finished", "summary"]
    assert [event["state"] for event in ran.named("state")] == ["uploading", "awaiting_reply"]
    assert ran.named("progress")[-1]["sent"] == len(content)
    finished = ran.named("finished")[0]
    assert finished["sha256"] == hashlib.sha256(content).hexdigest()
    assert (finished["status"], finished["state"], finished["bytes"], finished["attempts"]) == (
        201,
        "done",
        len(content),
        1,
    )
    assert finished["error"] is None
    assert set(finished["timings"]) == {"connect", "tls", "send", "wait"}
    assert ran.named("summary")[0]["done"] == 1


def test_a_failure_is_said_and_the_exit_code_is_one(
    home: Path, file: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(413, b"too big", Content_Type="text/plain"))
    ran = run(home, "send", file, "--to", server.url, "--json")
    assert ran.code == 1
    error = ran.named("finished")[0]["error"]
    assert (error["code"], error["status"], error["retryable"]) == ("too-large", 413, False)
    assert "too big" in error["detail"]
    assert error["advice"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["send"], "“guiuploader send --help”"),
        (["send", "x", "--to", "nowhere"], "no destination called “nowhere”"),
        (["send", "x", "--to", "ftp://a.example/"], "no destination called “ftp"),
        (["send", "x", "--to", "http://"], "names no server"),
        (["send", "x", "--to", "http://127.0.0.1/", "--set", "id"], "lacks its"),
        (["send", "x", "--to", "http://127.0.0.1/", "--set", "id=7"], "asks for no value"),
        (["send", "x", "--to", "http://127.0.0.1/", "--parallel", "0"], "a number from 1 to 32"),
        (["send", "x", "--to", "http://127.0.0.1/", "--parallel", "many"], "a number from 1 to 32"),
        (["send", "x", "--to", "http://127.0.0.1/", "--limit", "5 MB"], "such as 500k, 5M or 1.5G"),
        (["send", "x", "--to", "http://127.0.0.1/", "--limit", "0"], "such as 500k, 5M or 1.5G"),
        (["send", "", "--to", "http://127.0.0.1/"], "an empty path was given"),
        (["--demo", "--to", "x"], "leave out --to"),
        ([], "no display"),
        (["send", "x", "--to", "missing.toml"], "missing.toml"),
        (["destinations"], "required"),
        (["destinations", "show", "nothing"], "no destination called “nothing”"),
        (["preview", "/nonexistent", "--to", "http://127.0.0.1/"], "no such file"),
        (["receive", "--port", "70000"], "a number from 0 to 65535"),
        (["--no-such-option"], "Unrecognized"),
    ],
)
def test_bad_usage_is_one_sentence_on_stderr_and_exit_code_two(
    home: Path, words: list[str], said: str
) -> None:
    ran = run(home, *words, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err


def test_a_missing_value_or_secret_stops_before_anything_is_sent(
    home: Path, tmp_path: Path, file: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(linked)
    to = destination(tmp_path, server.url)
    value = run(home, "send", file, "--to", to)
    assert (value.code, "--set id=VALUE" in value.err) == (2, True)
    secret = run(home, "send", file, "--to", to, "--set", "id=7")
    assert (secret.code, "GUIUPLOADER_SECRET_API_KEY" in secret.err) == (2, True)
    assert server.connections == 0


def test_a_secret_is_asked_for_on_a_terminal_and_goes_out(
    home: Path, tmp_path: Path, file: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(linked)
    ours, theirs = pty.openpty()
    command = [*COMMAND, "send", str(file), "--to", str(destination(tmp_path, server.url)), "--set", "id=7"]
    with subprocess.Popen(
        command,
        env=environment(home, TERM="dumb"),
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        said = b""
        while b"api-key" not in said:
            said += os.read(ours, 1000)
        os.write(ours, b"typed secret\n")
        assert process.stdout is not None
        assert process.stdout.read() == b"https://files.example/clip.mp4\n"
        os.close(ours)
    assert process.returncode == 0
    assert server.request().header("X-Api-Key") == "typed secret"
    assert b"typed secret" not in said


def test_bars_are_drawn_on_a_terminal_and_links_stay_alone_on_stdout(
    home: Path, file: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "send", str(file), "--to", server.url],
        env=environment(home, TERM="xterm-256color", COLUMNS="100"),
        stdin=subprocess.DEVNULL,
        stderr=theirs,
        stdout=subprocess.PIPE,
    ) as process:
        os.close(theirs)
        drawn = b""
        try:
            while piece := os.read(ours, 4096):
                drawn += piece
        except OSError:  # how Linux tells that the other end is closed
            pass
        os.close(ours)
        assert process.stdout is not None
        assert process.stdout.read() == b""
    text = drawn.decode()
    assert "━" in text
    assert "clip.mp4" in text
    assert "1 of 1 sent" in text


def test_destinations_are_added_listed_shown_and_removed(home: Path, tmp_path: Path) -> None:
    path = destination(tmp_path, "http://127.0.0.1:9")
    assert run(home, "destinations", "add", path).code == 0
    assert "already is" in run(home, "destinations", "add", path).err
    listed = run(home, "destinations", "list")
    assert listed.out == "ACME files  POST http://127.0.0.1:9/api/{relpath}\n"
    shown = run(home, "destinations", "show", "acme FILES")
    assert '[variables.id]\nlabel = "Case number"' in shown.out
    assert run(home, "destinations", "remove", "ACME files").code == 0
    assert run(home, "destinations", "list").out == ""


def test_a_broken_file_among_the_destinations_is_said_and_hides_no_other(home: Path, tmp_path: Path) -> None:
    run(home, "destinations", "add", destination(tmp_path, "http://127.0.0.1:9"))
    (home / "config" / "destinations" / "broken.toml").write_text("format = 1\nname = 3\n")
    listed = run(home, "destinations", "list")
    assert listed.code == 1
    assert "ACME files" in listed.out
    assert "broken.toml" in listed.err


def test_home_may_stand_anywhere_on_the_line(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else"
    run(home, "--home", elsewhere, "destinations", "add", destination(tmp_path, "http://127.0.0.1:9"))
    assert (elsewhere / "config" / "destinations" / "acme-files.toml").exists()
    assert "ACME" in run(home, "destinations", "list", f"--home={elsewhere}").out


def test_preview_is_what_the_server_gets_and_sends_nothing(
    home: Path, tmp_path: Path, file: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(linked)
    to = destination(tmp_path, server.url)
    words: list[str | Path] = [file, "--to", to, "--set", "id=7"]
    shown = run(home, "preview", *words)
    assert shown.code == 0
    assert server.connections == 0
    assert "X-Api-Key: ***" in shown.out
    run(home, "send", *words, GUIUPLOADER_SECRET_API_KEY="k")
    request = server.request()
    head, _, body = shown.out.partition("\n\n")
    first, *lines = head.splitlines()
    assert first == f"{request.method} {request.target} HTTP/1.1"
    boundary = str(request.header("Content-Type")).partition("boundary=")[2]
    shown_boundary = head.partition("boundary=")[2].splitlines()[0]
    got = [f"{name}: {'***' if name == 'X-Api-Key' else value}" for name, value in request.headers]
    assert sorted(lines) == sorted(line.replace(boundary, shown_boundary) for line in got)
    sent = bytes(request.body).decode().replace("\r\n", "\n").replace(boundary, shown_boundary)
    assert body.strip() == sent.replace("moving pictures", "<15 bytes of clip.mp4>").strip()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_cleanly_and_says_what_is_left(
    home: Path, file: Path, scripted_server: StartServer, number: signal.Signals
) -> None:
    server = scripted_server(never_answer())
    with started(home, "send", file, "--to", server.url) as process:
        wait_until(lambda: len(server.requests) == 1 and server.requests[0].complete)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == ""
    assert "Stopped. 0 of 1 sent" in err
    assert "May have arrived: clip.mp4." in err


def test_a_cancel_after_everything_was_sent_is_not_called_unsent(
    home: Path, file: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(never_answer())
    with started(home, "send", file, "--to", server.url, "--json") as process:
        assert process.stdout is not None
        assert any('"awaiting_reply"' in line for line in process.stdout)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert '"code":"cancelled-late"' in out
    assert '"unconfirmed":1' in out


def test_a_reader_that_goes_away_ends_the_run_without_a_traceback(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number}").touch()
    server = scripted_server(answer(201))
    with started(home, "send", folder, "--to", server.url, "--json") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert process.returncode == 1
    assert len(server.requests) < 300


def test_output_that_cannot_be_written_is_said_in_one_line(
    home: Path, file: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "send", file, "--to", server.url, "--json"],
            env=environment(home),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "guiuploader: the output cannot be written: No space left on device.\n"


def test_nohup_survives_a_hangup(home: Path, file: Path, scripted_server: StartServer) -> None:
    gate = threading.Event()
    server = scripted_server(Answer(status=201, gate=gate))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with started(home, "send", file, "--to", server.url) as process:
            wait_until(lambda: len(server.requests) == 1 and server.requests[0].complete)
            process.send_signal(signal.SIGHUP)
            gate.set()
            _, err = process.communicate(timeout=20)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert process.returncode == 0
    assert "1 of 1 sent" in err


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_leaving_at_the_question_for_a_secret_is_no_traceback(
    home: Path, tmp_path: Path, file: Path, key: bytes
) -> None:
    to = destination(tmp_path, "http://127.0.0.1:9")
    pid, terminal = pty.fork()
    if pid == 0:
        command = [*COMMAND, "send", str(file), "--to", str(to), "--set", "id=7"]
        os.execvpe(command[0], command, environment(home, TERM="dumb"))  # noqa: S606 - our own program
    said = b""
    while b"api-key" not in said:
        said += os.read(terminal, 1000)
    os.write(terminal, key)
    with contextlib.suppress(OSError):  # how Linux tells that the other end is closed
        while piece := os.read(terminal, 1000):
            said += piece
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == (130 if key == b"\x03" else 2)
    assert b"Traceback" not in said


def test_receive_serves_until_its_input_closes(home: Path, file: Path) -> None:
    with started(home, "receive", "--port", "0", "--until-stdin-closes") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        ran = run(home, "send", file, "--to", f"{url}/upload", "--json")
        link = ran.named("finished")[0]["reply"]["headers"]["location"]
        with urlopen(link) as answered:  # noqa: S310 - our own loopback server
            assert answered.read() == b"moving pictures"
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_no_secret_is_left_on_disk_or_said(
    home: Path, tmp_path: Path, file: Path, scripted_server: StartServer
) -> None:
    def echo(request: Request) -> Answer:
        return answer(403, f"no, {request.header('X-Api-Key')}".encode(), Content_Type="text/plain")

    server = scripted_server(echo)
    words: list[str | Path] = ["send", file, "--to", destination(tmp_path, server.url), "--set", "id=7"]
    ran = run(home, *words, "--json", GUIUPLOADER_SECRET_API_KEY="pl4nted-s3cret")
    assert ran.code == 1
    assert "pl4nted" not in ran.out + ran.err
    assert "***" in ran.named("finished")[0]["error"]["detail"]
    for path in home.rglob("*"):
        assert path.is_dir() or b"pl4nted" not in path.read_bytes()
