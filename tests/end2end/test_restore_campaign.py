# SPDX-License-Identifier: MIT
"""From an object store into an API that can be asked: nothing is lost and nothing doubled, whatever breaks.

The program is killed and the lines are cut on the way; then everything is sent once more, and all is skipped.
"""

import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from guiuploader.values.states import State
from tests.helpers.counting_server import CountingServer, CutError, Moment, Seen
from tests.helpers.program import Ran, run, started
from tests.helpers.scripted_store import SECRET, ScriptedStore, Stored, pieces
from tests.helpers.store_connections import connect
from tests.helpers.waiting import wait_until

pytestmark = [pytest.mark.full, pytest.mark.timeout(1500)]

OBJECTS = 5000
LARGEST = 8 * 1024  # bytes
PREFIX = "s3://bucket/in/"
TOML = """
format = 1
name = "Restore"
url = "{url}/up/{{filename}}"
body = "raw"
[lookup]
url = "{url}/up/{{filename}}"
size = "{{header:Content-Length}}"
wait = 1
"""


class Trouble:
    """Does something each time that so many more requests are in, while nothing else goes on."""

    def __init__(self, after: list[int], make: Callable[[], None], *, cuts: bool) -> None:
        self.made = 0
        self._after = after
        self._make = make
        self._cuts = cuts
        self._count = 0
        self._lock = threading.Lock()

    def __call__(self, moment: Moment, _: Seen) -> None:
        if moment is not Moment.BODY_COMPLETE:
            return
        with self._lock:
            self._count += 1
            if self._count not in self._after:
                return
            self.made += 1
            self._make()
        if self._cuts:
            raise CutError


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with closing(CountingServer()) as made:
        yield made


@pytest.fixture
def store(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedStore]:
    """Return a store that `s3://` means in two homes, and whose secret the environment holds."""
    made = ScriptedStore()
    for each in (home, tmp_path / "other"):
        connect(each / "config" / "connections", made.url)
    monkeypatch.setenv("GUIUPLOADER_SECRET_STORE_KEY", SECRET)
    yield made
    made.close()


@pytest.fixture
def toml(server: CountingServer, tmp_path: Path) -> Path:
    path = tmp_path / "restore.toml"
    path.write_text(TOML.format(url=server.url), "utf-8")
    return path


def checksum(size: int) -> int:
    made = 0
    for piece in pieces(size, "v1"):
        made = zlib.crc32(piece, made)
    return made


def fill(store: ScriptedStore) -> dict[str, list[int]]:
    """Put small objects into the store, and return what a server that has each once has."""
    sizes = Random(5)  # noqa: S311 - not for secrets
    expected: dict[str, list[int]] = {}
    for number in range(OBJECTS):
        size = sizes.randrange(LARGEST)
        name = f"{number:05}.{size}.bin"
        store.objects[f"in/{name}"] = Stored(size)
        expected[name] = [checksum(size)]
    return expected


def killed(home: Path, server: CountingServer, toml: Path, source: str | Path, *, after: int) -> None:
    """Send until the program is killed while its server has a file for which it has not answered."""
    with started(home, "send", source, "--to", toml, "--json") as process:
        trouble = Trouble([after], process.kill, cuts=False)
        server.watch = trouble
        assert process.stdout
        for _ in process.stdout:
            pass
    assert trouble.made == 1
    wait_until(lambda: server.is_idle, message="the server still reads")


def ends(ran: Ran) -> dict[str, int]:
    """Return how many rows came to which end."""
    found = [each["state"] for each in ran.named("finished")]
    return {state: found.count(state) for state in set(found)}


def test_what_was_killed_past_its_mark_is_settled_by_asking(
    home: Path, server: CountingServer, toml: Path, tmp_path: Path
) -> None:
    path = tmp_path / "1.1000.bin"
    path.write_bytes(bytes(1000))
    killed(home, server, toml, path, after=1)
    ran = run(home, "send", "--resume", "--json", retry=True)
    assert (ran.code, ran.err) == (0, "")
    (end,) = ran.named("finished")
    assert (end["state"], end["attempts"]) == (State.DONE, 2)
    assert server.stored == {path.name: [zlib.crc32(bytes(1000))]}


def test_what_was_killed_past_its_mark_and_lost_is_sent_again(
    home: Path, server: CountingServer, toml: Path, tmp_path: Path
) -> None:
    path = tmp_path / "1.1000.bin"
    path.write_bytes(bytes(1000))
    killed(home, server, toml, path, after=1)
    server.stored.clear()
    ran = run(home, "send", "--resume", "--json", retry=True)
    assert ran.code == 0, ran.err
    assert server.times(path.name) == 1


def test_a_restore_with_kills_and_cuts_loses_nothing_and_doubles_nothing(
    home: Path, server: CountingServer, store: ScriptedStore, toml: Path, tmp_path: Path
) -> None:
    expected = fill(store)
    killed(home, server, toml, PREFIX, after=OBJECTS // 5)
    killed(home, server, toml, PREFIX, after=OBJECTS // 5)
    cuts = Trouble([OBJECTS // 10, OBJECTS // 4], server.crash, cuts=True)
    server.watch = cuts
    ran = run(home, "send", PREFIX, "--to", toml, "--json", retry=True, limit=900)
    assert cuts.made == 2
    assert ran.code == 0, ran.err
    assert set(ends(ran)) == {State.DONE, State.SKIPPED}
    assert server.stored == expected

    again = run(home, "send", PREFIX, "--to", toml, "--json", limit=900)
    assert (again.code, ends(again)) == (0, {State.SKIPPED: OBJECTS})
    server.told = 0
    elsewhere = run(tmp_path / "other", "send", PREFIX, "--to", toml, "--json", limit=900)
    assert (elsewhere.code, ends(elsewhere)) == (0, {State.SKIPPED: OBJECTS}), elsewhere.err
    assert server.told == OBJECTS
    assert server.stored == expected
