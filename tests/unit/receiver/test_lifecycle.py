# SPDX-License-Identifier: MIT
"""A receiver starts, ends at once, and leaves nothing behind."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from guiuploader.receiver import Receiver
from guiuploader.receiver.handler import Handler
from guiuploader.receiver.open_sockets import OpenSockets
from tests.helpers.waiting import wait_until
from tests.unit.receiver.wire import PATIENCE, Wire

PROMPT = 2.0  # seconds; far below the 60 of an idle connection
RUN = """
import sys
from pathlib import Path
from guiuploader.receiver import run
sys.exit(
    run(
        Path(sys.argv[1]),
        port=0,
        quota=2**40,
        announce=lambda url: print(url, flush=True),
        stop_with_stdin=sys.argv[2] == "stdin",
    )
)
"""


def close_promptly(receiver: Receiver) -> None:
    threads = set(threading.enumerate())
    start = time.monotonic()
    receiver.close()
    assert time.monotonic() - start < PROMPT
    assert not [thread for thread in threads if thread.is_alive() and "receiver" in thread.name]
    with pytest.raises(ConnectionRefusedError):
        Wire(receiver.url)


def test_close_ends_an_idle_kept_alive_connection(receiver: Receiver, wire: Wire) -> None:
    with Wire(receiver.url) as silent:
        assert wire.upload("/x", b"abc").status == 201
        close_promptly(receiver)
        assert wire.is_ended()
        assert silent.is_ended()


def test_close_drops_an_upload_in_flight(receiver: Receiver, wire: Wire) -> None:
    wire.start("PUT", "/x", Content_Length="1000000")
    wire.send(b"x" * 1000)
    wait_until(lambda: any(file.stat().st_size for file in receiver.folder.iterdir()))
    close_promptly(receiver)
    assert wire.is_ended()
    assert list(receiver.folder.iterdir()) == []


def test_close_interrupts_a_client_that_does_not_read_its_answer(receiver: Receiver, wire: Wire) -> None:
    with (receiver.folder / "large").open("wb") as file:
        file.truncate(2**30)
    wire.start("GET", "/files/large")
    assert wire.socket.recv(1)
    close_promptly(receiver)


def test_close_twice_or_before_the_start_does_no_harm(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path)
    receiver.close()
    receiver.close()
    receiver.serve_forever()  # returns: it is closed
    with Receiver(tmp_path) as another:
        another.close()


def test_serve_forever_blocks_until_closed(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path)
    thread = threading.Thread(target=receiver.serve_forever)
    thread.start()
    with Wire(receiver.url) as wire:
        assert wire.upload("/x", b"abc").status == 201
    assert thread.is_alive()
    receiver.close()
    thread.join(PROMPT)
    assert not thread.is_alive()


def test_the_address_is_loopback_and_a_taken_port_an_error(tmp_path: Path) -> None:
    with Receiver(tmp_path / "new" / "folder") as receiver:
        assert receiver.url.startswith("http://127.0.0.1:")
        assert receiver.folder.is_dir()
        with pytest.raises(OSError, match=r"(?i)address already in use"):
            Receiver(tmp_path, port=int(receiver.url.split(":")[2]))


def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        Receiver(tmp_path / "file")


@pytest.mark.parametrize("sent", [b"", b"POST", b"POST /x HTTP/1.1\r\nHost:"])
def test_a_silent_client_is_hung_up_on(tmp_path: Path, sent: bytes) -> None:
    with Receiver(tmp_path, idle_seconds=0.05) as receiver, Wire(receiver.url) as wire:
        wire.send(sent)
        assert wire.is_ended()


def test_a_client_that_stalls_in_its_body_is_told_so(tmp_path: Path) -> None:
    with Receiver(tmp_path, idle_seconds=0.05) as receiver, Wire(receiver.url) as wire:
        wire.start("PUT", "/x", Content_Length="4")
        wire.send(b"abc")
        answer = wire.answer()
        assert (answer.status, answer.complaint) == (408, "No byte of the body arrived for too long.")
        wait_until(lambda: not list(tmp_path.iterdir()))


@pytest.mark.expected_log("a connection failed")
def test_a_fault_of_ours_ends_the_connection_and_stays_off_stderr(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Handler) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Handler, "respond", fail)
    wire.start("GET")
    assert wire.is_ended()
    assert capfd.readouterr().err == ""


def test_a_connection_accepted_while_closing_is_cut_too() -> None:
    sockets = OpenSockets()
    sockets.cut()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sockets.add(ours)
        assert theirs.recv(1) == b""


def test_many_uploads_run_at_the_same_time(receiver: Receiver) -> None:
    wires = [Wire(receiver.url) for _ in range(30)]
    for wire in wires:
        wire.start("PUT", "/x", Content_Length="2")
        wire.send(b"a")
    for wire in reversed(wires):
        wire.send(b"b")
        assert wire.answer().status == 201
        wire.close()
    assert len(list(receiver.folder.iterdir())) == 30


def test_requests_are_logged_at_debug_without_query_or_content(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "guiuploader.receiver"):
        wire.upload("/x?token=hunter2", b"hunter2")
        wire.send(b"BAD\r\n\r\n")
        assert wire.answer().status == 400
    assert "PUT '/x': 201" in caplog.text
    assert "hunter2" not in caplog.text
    assert {record.levelno for record in caplog.records} == {logging.DEBUG}


def start_program(folder: Path, mode: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, folder, mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("mode", ["stdin", "signals"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_program_ends_on_a_signal_and_drops_what_is_in_flight(
    tmp_path: Path, mode: str, number: signal.Signals
) -> None:
    with start_program(tmp_path, mode) as program:
        assert program.stdout is not None
        with Wire(program.stdout.readline().strip()) as wire:
            assert wire.upload("/kept", b"abc").status == 201
            wire.start("PUT", "/cut", Content_Length="9")
            wire.send(b"abc")
            wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
            program.send_signal(number)
            assert wire.is_ended()
        assert program.wait(PATIENCE) == 0
        assert program.communicate() == ("", "")
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]


def test_the_program_ends_with_its_standard_input_if_told_so(tmp_path: Path) -> None:
    with start_program(tmp_path, "stdin") as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline().startswith("http://127.0.0.1:")
        program.stdin.write("anything\n")
        program.stdin.flush()
        assert program.poll() is None
        program.stdin.close()
        assert program.wait(PATIENCE) == 0
        assert program.stderr is not None
        assert program.stderr.read() == ""


@pytest.mark.full
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux' /proc")
def test_memory_does_not_grow_with_the_size_of_a_file(tmp_path: Path) -> None:
    block = os.urandom(2**20)
    with start_program(tmp_path, "stdin") as program:
        assert program.stdout is not None
        peaks = []
        with Wire(program.stdout.readline().strip()) as wire:
            for blocks in (64, 1024):
                wire.start("PUT", "/large", Content_Length=str(blocks * len(block)))
                for _ in range(blocks):
                    wire.send(block)
                assert wire.answer().json["size"] == blocks * len(block)
                peaks.append(peak_kib(program.pid))
        program.terminate()
        assert program.wait(PATIENCE) == 0
    assert peaks[1] - peaks[0] < 1024


def peak_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in status if line.startswith("VmHWM:")))


def test_what_a_killed_receiver_left_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    old, fresh, kept = (tmp_path / name for name in (f".a-{'0' * 16}.part", f".b-{'1' * 16}.part", "c.part"))
    for path in (old, fresh, kept):
        path.touch()
    for path in (old, kept):
        os.utime(path, (0, 0))
    with Receiver(tmp_path):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([fresh.name, kept.name])
