# SPDX-License-Identifier: MIT
"""`send` at a terminal asks for another token in the middle, hidden, and goes on."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.helpers.program import COMMAND, environment, run
from tests.helpers.scripted_server import Answer, Request, ScriptedServer, StartServer, answer, stall_after
from tests.helpers.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there, a line cannot be awaited alone")

PATIENCE = 60.0  # seconds
TOML = """\
format = 1
name = "ACME files"
url = "{url}/up"
[auth]
kind = "bearer"
token = "{{secret:token}}"
[secrets.token]
label = "access token"
"""


def takes(token: str) -> Callable[[Request], Answer]:
    return lambda request: answer(201 if request.header("Authorization") == f"Bearer {token}" else 401)


class Terminal:
    """A terminal with the program at it; what the program says on stderr goes elsewhere."""

    def __init__(self, master: int, slave: int, process: "subprocess.Popen[bytes]") -> None:
        self._master = master
        self._slave = slave
        self.process = process
        self.said = ""

    def hear(self, text: str, times: int = 1) -> None:
        """Return when the program has said this so often."""
        deadline = time.monotonic() + PATIENCE
        stream: IO[bytes] | None = self.process.stderr
        assert stream is not None
        while self.said.count(text) < times:
            ready, _, _ = select.select([stream], [], [], max(deadline - time.monotonic(), 0))
            assert ready, self.said
            piece = os.read(stream.fileno(), 65536)
            assert piece, self.said
            self.said += piece.decode()

    def type(self, line: str) -> None:
        os.write(self._master, f"{line}\n".encode())

    @property
    def echoes(self) -> bool:
        import termios  # noqa: PLC0415 - POSIX alone has it

        return bool(termios.tcgetattr(self._slave)[3] & termios.ECHO)

    def shown(self) -> bytes:
        """Return what the terminal itself showed of what was typed."""
        return os.read(self._master, 65536) if select.select([self._master], [], [], 0)[0] else b""


@contextmanager
def at_terminal(home: Path, *words: str | Path, **variables: str) -> Iterator[Terminal]:
    import pty  # noqa: PLC0415 - POSIX alone has it

    master, slave = pty.openpty()
    command = [*COMMAND, *map(str, words)]
    with subprocess.Popen(
        command,
        stdin=slave,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(home, **variables),
        start_new_session=True,
    ) as process:
        try:
            yield Terminal(master, slave, process)
        finally:
            process.kill()
            os.close(master)
            os.close(slave)


@pytest.fixture
def sent(scripted_server: StartServer, tmp_path: Path) -> tuple[ScriptedServer, list[str | Path]]:
    """Return a server that takes the token "right", and the words that send three files there."""
    server = scripted_server(takes("right"))
    (tmp_path / "acme.toml").write_text(TOML.format(url=server.url))
    paths = [tmp_path / f"{number}.bin" for number in range(3)]
    for path in paths:
        path.write_bytes(b"content")
    return server, ["send", *paths, "--to", tmp_path / "acme.toml", "--parallel", "1"]


def test_a_refused_token_is_asked_for_hidden_and_a_wrong_one_again(
    sent: tuple[ScriptedServer, list[str | Path]], home: Path
) -> None:
    server, words = sent
    with at_terminal(home, *words, GUIUPLOADER_SECRET_TOKEN="old") as terminal:
        terminal.hear("New access token for http://127.0.0.1")
        assert "ACME files: The server wants you to sign in (401)." in terminal.said
        wait_until(lambda: not terminal.echoes, timeout=PATIENCE)
        terminal.type("wrong")
        terminal.hear("New access token", times=2)
        assert len(server.requests) == 2
        wait_until(lambda: not terminal.echoes, timeout=PATIENCE)
        terminal.type("right")
        terminal.hear("3 of 3 sent")
        assert terminal.process.wait(PATIENCE) == 0
        assert terminal.echoes
        assert b"right" not in terminal.shown()
    assert len(server.requests) == 2 + 3


def test_enter_alone_gives_up_what_waits(sent: tuple[ScriptedServer, list[str | Path]], home: Path) -> None:
    server, words = sent
    with at_terminal(home, *words, GUIUPLOADER_SECRET_TOKEN="old") as terminal:
        terminal.hear("New access token")
        wait_until(lambda: not terminal.echoes, timeout=PATIENCE)
        terminal.type("")
        terminal.hear("0 of 3 sent")
        assert terminal.process.wait(PATIENCE) == 1
        assert terminal.echoes
    assert len(server.requests) == 1


def test_a_stop_while_it_asks_leaves_the_terminal_as_it_was_and_the_files_in_the_queue(
    sent: tuple[ScriptedServer, list[str | Path]], home: Path
) -> None:
    _, words = sent
    with at_terminal(home, *words, GUIUPLOADER_SECRET_TOKEN="old") as terminal:
        terminal.hear("New access token")
        wait_until(lambda: not terminal.echoes, timeout=PATIENCE)
        terminal.process.send_signal(signal.SIGINT)
        terminal.hear("Left in the queue: 0.bin, 1.bin, 2.bin.")
        assert terminal.process.wait(PATIENCE) == 130
        assert terminal.echoes
    with at_terminal(home, "send", "--resume", GUIUPLOADER_SECRET_TOKEN="right") as terminal:
        terminal.hear("3 of 3 sent")
        assert terminal.process.wait(PATIENCE) == 0


def test_a_link_that_is_a_secret_is_in_no_file_and_told_how_to_give_again(
    scripted_server: StartServer, home: Path, tmp_path: Path
) -> None:
    server = scripted_server([stall_after(1000), answer(201)])
    link = f"{server.url}/up?folder=a&sig=pl4nted-signature"
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 20_000_000)
    with at_terminal(home, "send", path, "--to", link) as terminal:
        terminal.hear("“send --resume” will need the link")
        server.request()
    ledger = [each for each in home.rglob("*") if each.is_file()]
    assert any(each.name == "ledger.sqlite" for each in ledger)
    assert not [each for each in ledger if b"pl4nted" in each.read_bytes()]
    refused = run(home, "send", "--resume", retry=True)
    assert refused.code == 2
    assert "set GUIUPLOADER_SECRET_LINK in the environment" in refused.err
    resumed = run(home, "send", "--resume", retry=True, GUIUPLOADER_SECRET_LINK=link)
    assert resumed.code == 0, resumed.err
    assert [request.target for request in server.requests] == [link.removeprefix(server.url)] * 2
    kept = [each for each in home.rglob("*") if each.is_file() and b"pl4nted" in each.read_bytes()]
    assert kept == []
