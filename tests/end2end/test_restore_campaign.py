# SPDX-License-Identifier: MIT
"""From a folder into an object store, and from there into an API: nothing is lost and nothing doubled.

On either way the program is killed and the lines are cut; then all is sent once more, and all is skipped.
"""

import hashlib
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
from tests.helpers.scripted_store import SECRET, ScriptedStore, Stored
from tests.helpers.store_connections import connect
from tests.helpers.store_writes import Written
from tests.helpers.waiting import wait_until

pytestmark = [pytest.mark.full, pytest.mark.timeout(1500)]

OBJECTS = 5000
AT_ONCE = 3  # uploads, where nobody says otherwise
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
BACKUP = """
format = 1
name = "Backup"
url = "s3://bucket/in/{filename}"
body = "object-store"
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


@pytest.fixture
def written(store: ScriptedStore, tmp_path: Path) -> Written:
    """Return what the store keeps of what is written to it."""
    folder = tmp_path / "written"
    folder.mkdir()
    store.written = Written(folder)
    return store.written


def fill(folder: Path) -> dict[str, bytes]:
    """Put small files into a folder, no two alike, and return them."""
    random = Random(5)  # noqa: S311 - not for secrets
    files: dict[str, bytes] = {}
    for number in range(OBJECTS):
        content = random.randbytes(random.randrange(4, LARGEST))
        name = f"{number:05}.{len(content)}.bin"
        (folder / name).write_bytes(content)
        files[name] = content
    return files


def times_whole(written: Written) -> dict[str, int]:
    """Return how often each object came to its end; what did not leaves a shorter file."""
    found: dict[str, int] = {}
    for path in written.folder.iterdir():
        _, _, name = path.name.partition("-in_")
        size = int(name.split("_")[1])
        if path.stat().st_size == size:
            found[name] = found.get(name, 0) + 1
    return found


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


def back_up(home: Path, store: ScriptedStore, written: Written, folder: Path) -> None:
    """Send a folder into the store, with a kill and a cut on the way, and once more."""
    to = folder.parent / "backup.toml"
    to.write_text(BACKUP, "utf-8")
    puts = iter(range(1, 10 * OBJECTS))
    with started(home, "send", folder, "--to", to, "--json") as process:
        written.gate = lambda _method, _query: process.kill() if next(puts) == OBJECTS // 5 else None
        assert process.stdout
        for _ in process.stdout:
            pass
    assert len(written.objects) < OBJECTS // 2
    written.gate = lambda _method, _query: store.hang_up() if next(puts) == OBJECTS // 2 else None
    ran = run(home, "send", folder, "--to", to, "--json", retry=True, limit=900)
    assert next(puts) > OBJECTS
    assert ran.code == 0, ran.err
    assert set(ends(ran)) == {State.DONE, State.SKIPPED}

    again = run(home, "send", folder, "--to", to, "--json", limit=900)
    assert (again.code, ends(again)) == (0, {State.SKIPPED: OBJECTS}), again.err


def test_a_backup_and_its_restore_with_kills_and_cuts_lose_nothing_and_double_nothing(
    home: Path, server: CountingServer, store: ScriptedStore, written: Written, toml: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    files = fill(folder)
    back_up(home, store, written, folder)
    found = {key: written.sha256(key) for key in written.objects}
    assert found == {f"in/{name}": hashlib.sha256(content).hexdigest() for name, content in files.items()}
    doubled = sum(times_whole(written).values()) - OBJECTS
    assert doubled <= 2 * AT_ONCE, "only what was on its way at the kill and at the cut is written over"

    for key, kept in written.objects.items():
        (path,) = kept.files
        store.objects[key] = Stored(kept.size, version=kept.etag, path=path)
    killed(home, server, toml, PREFIX, after=OBJECTS // 5)
    cuts = Trouble([OBJECTS // 4], server.crash, cuts=True)
    server.watch = cuts
    ran = run(home, "send", PREFIX, "--to", toml, "--json", retry=True, limit=900)
    assert cuts.made == 1
    assert ran.code == 0, ran.err
    assert set(ends(ran)) == {State.DONE, State.SKIPPED}
    expected = {name: [zlib.crc32(content)] for name, content in files.items()}
    assert server.stored == expected

    again = run(home, "send", PREFIX, "--to", toml, "--json", limit=900)
    assert (again.code, ends(again)) == (0, {State.SKIPPED: OBJECTS})
    server.told = 0
    elsewhere = run(tmp_path / "other", "send", PREFIX, "--to", toml, "--json", limit=900)
    assert (elsewhere.code, ends(elsewhere)) == (0, {State.SKIPPED: OBJECTS}), elsewhere.err
    assert server.told == OBJECTS
    assert server.stored == expected
