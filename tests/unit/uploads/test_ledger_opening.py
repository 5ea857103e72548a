# SPDX-License-Identifier: MIT
"""Opening a ledger: its lock, its version, and files that are damaged or not ours."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from guiuploader.uploads import ledger_lock, ledger_writes
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_file import open_writable
from guiuploader.uploads.ledger_reader import LedgerReader
from guiuploader.uploads.ledger_schema import MIGRATIONS, Migration
from guiuploader.values.errors import ErrorCode, LedgerError, LedgerInUse, Problem
from guiuploader.values.explanations import explain
from tests.helpers.unprivileged import folder_of_nobody, run_unprivileged
from tests.unit.uploads.ledger_scene import row, rows_of

FILE = "ledger.sqlite"
TRY_TO_OPEN = """
try:
    Ledger(Path(sys.argv[1]))
except LedgerError as error:
    print(error.problem.code, error.problem.facts["reason"])
"""
IMPORTS = """
from guiuploader.uploads.ledger import Ledger
from guiuploader.values.errors import LedgerError
"""


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Return the file of a ledger that holds 200 rows and is closed."""
    ledger = Ledger(tmp_path / "data")
    ledger.add([row(number) for number in range(1, 201)]).result()
    assert ledger.close(20)
    return tmp_path / "data" / FILE


def problem_of(folder: Path) -> Problem:
    with pytest.raises(LedgerError) as caught:
        Ledger(folder)
    assert explain(caught.value.problem).title
    return caught.value.problem


def test_a_new_ledger_is_made_with_its_folder_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there %41?yet#é"
    ledger = Ledger(folder)
    assert ledger.damage is None
    ledger.add([row(1)]).result()
    assert set(rows_of(ledger)) == {1}
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in folder.iterdir()}
    assert modes == dict.fromkeys([FILE, f"{FILE}-wal", f"{FILE}-shm", "ledger.lock"], 0)
    assert ledger.close(20)
    assert {path.name for path in folder.iterdir()} == {FILE, "ledger.lock"}


def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    connection, _ = open_writable(tmp_path / FILE)
    with closing(connection):
        asked = [f"PRAGMA {name}" for name in ("journal_mode", "synchronous", "fullfsync")]
        assert [connection.execute(each).fetchone()[0] for each in asked] == ["wal", 2, 1]


def test_a_second_opener_is_told_and_touches_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.add([row(1)]).result()
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in tmp_path.iterdir()}
    with pytest.raises(LedgerInUse) as caught:
        Ledger(tmp_path)
    assert caught.value.problem == Problem(ErrorCode.LEDGER_IN_USE, {"path": str(tmp_path)})
    script = f"import sys\nfrom pathlib import Path\n{IMPORTS}\nLedger(Path(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "LedgerInUse" in done.stderr
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in tmp_path.iterdir()} == before
    assert ledger.close(20)
    assert Ledger(tmp_path).close(20)


def test_another_program_may_read_beside_the_one_that_writes(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.add([row(1)]).result()
    assert [each.id for page in LedgerReader(tmp_path / FILE).unfinished() for each in page] == [1]
    assert ledger.close(20)
    assert [each.id for page in LedgerReader(tmp_path / FILE).unfinished() for each in page] == [1]


@pytest.mark.parametrize("content", [None, b"", b"no ledger" * 100])
def test_reading_what_is_no_ledger_is_an_error_of_ours(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / FILE
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LedgerError) as caught:
        LedgerReader(path).counts()
    assert caught.value.problem.code is ErrorCode.LEDGER_FAILED


def test_a_newer_ledger_is_refused_untouched(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = filled.read_bytes()
    facts: dict[str, str | int] = {"path": str(filled), "version": 99, "known": len(MIGRATIONS)}
    assert problem_of(filled.parent) == Problem(ErrorCode.LEDGER_NEWER, facts)
    assert filled.read_bytes() == before
    with pytest.raises(LedgerError) as caught:
        LedgerReader(filled).counts()
    assert caught.value.problem.code is ErrorCode.LEDGER_NEWER


NEXT: Sequence[Migration] = (
    *MIGRATIONS,
    ("ALTER TABLE uploads ADD COLUMN colour TEXT", "UPDATE uploads SET colour = 'red'"),
    ("UPDATE uploads SET colour = colour || id",),
)


def colours(connection: sqlite3.Connection) -> list[str]:
    return [each[0] for each in connection.execute("SELECT colour FROM uploads ORDER BY id LIMIT 2")]


def test_an_older_ledger_is_led_to_the_newest_version_step_by_step(filled: Path) -> None:
    connection, damage = open_writable(filled, NEXT)
    with closing(connection):
        assert damage is None
        assert colours(connection) == ["red1", "red2"]
        assert connection.execute("PRAGMA user_version").fetchone() == (len(NEXT),)
    connection, _ = open_writable(filled, NEXT)  # not twice
    with closing(connection):
        assert colours(connection) == ["red1", "red2"]


@pytest.mark.parametrize("wrong", ["nonsense", "INSERT INTO nowhere VALUES (1)"])
def test_a_step_that_fails_is_taken_back_and_the_ledger_stays(filled: Path, wrong: str) -> None:
    with pytest.raises(LedgerError) as caught:
        open_writable(filled, (*NEXT[:-1], (*NEXT[-1], wrong)))
    assert caught.value.problem.code is ErrorCode.LEDGER_FAILED
    connection, damage = open_writable(filled, NEXT[:-1])
    with closing(connection):
        assert damage is None
        assert colours(connection) == ["red", "red"]


def test_a_step_that_sqlite_takes_back_itself_is_an_error_too(filled: Path) -> None:
    with pytest.raises(LedgerError):
        open_writable(filled, (*MIGRATIONS, ("UPDATE uploads SET attempts = 5", "ROLLBACK", "COMMIT")))
    ledger = Ledger(filled.parent)
    assert {each.attempts for each in rows_of(ledger).values()} == {0}
    assert ledger.close(20)


def spoil_head(path: Path) -> None:
    path.write_bytes(b"no database at all" + path.read_bytes()[18:])


def spoil_pages(path: Path) -> None:
    content = path.read_bytes()
    middle = len(content) // 2 // 4096 * 4096
    path.write_bytes(content[:middle] + b"\xff" * 8192 + content[middle + 8192 :])


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 3])


def empty_beside_log(path: Path) -> None:
    path.with_name(f"{FILE}-wal").write_bytes(path.read_bytes())
    path.write_bytes(b"")


def replace_by_foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cookies (a)")


@pytest.mark.expected_log("is damaged and was put aside as")
@pytest.mark.parametrize("spoil", [spoil_head, spoil_pages, cut_short, empty_beside_log, replace_by_foreign])
def test_a_damaged_ledger_is_kept_aside_and_said(filled: Path, spoil: object) -> None:
    assert callable(spoil)
    spoil(filled)
    content = {path.name.removeprefix(FILE): path.read_bytes() for path in filled.parent.glob(f"{FILE}*")}
    ledger = Ledger(filled.parent)
    aside = filled.with_name("ledger.damaged-1.sqlite")
    kept = {path.name.removeprefix(aside.name): path.read_bytes() for path in filled.parent.glob("*damaged*")}
    assert kept == content
    assert ledger.damage is not None
    assert ledger.damage.code is ErrorCode.LEDGER_DAMAGED
    assert str(aside) in explain(ledger.damage).detail
    assert rows_of(ledger) == {}
    ledger.add([row(1)]).result()
    assert ledger.close(20)
    spoil_head(filled)
    again = Ledger(filled.parent)
    assert filled.with_name("ledger.damaged-2.sqlite").exists()
    assert again.close(20)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    problem = problem_of(tmp_path / "file" / "data")
    assert problem.code is ErrorCode.FOLDER_NOT_WRITABLE
    assert problem.facts["path"] == str(tmp_path / "file" / "data")


def test_a_lock_that_cannot_be_made_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "ledger.lock").mkdir()
    assert problem_of(tmp_path).code is ErrorCode.FOLDER_NOT_WRITABLE


def test_a_file_system_without_locks_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(ledger_lock, "_lock", refuse)
    assert problem_of(tmp_path).facts["reason"] == "No locks available"


def test_a_folder_in_the_file_s_place_is_an_error_and_the_lock_is_free_again(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    for _ in range(2):
        assert problem_of(tmp_path).code is ErrorCode.FOLDER_NOT_WRITABLE


def test_a_folder_that_cannot_be_written_is_said_in_the_system_s_words() -> None:
    with folder_of_nobody() as folder:
        folder.chmod(0o500)
        said = run_unprivileged(IMPORTS, TRY_TO_OPEN, folder)
    assert said == "folder-not-writable Permission denied\n"


def test_a_file_that_cannot_be_written_is_said() -> None:
    with folder_of_nobody() as folder:
        assert Ledger(folder).close(20)
        (folder / "ledger.lock").chmod(0o666)
        (folder / FILE).chmod(0o444)  # root's, where the tests run as root
        said = run_unprivileged(IMPORTS, TRY_TO_OPEN, folder)
    assert said.startswith("folder-not-writable ")


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk I/O error"), KeyboardInterrupt()])
def test_a_recovery_that_fails_leaves_all_free(
    filled: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(_: sqlite3.Connection) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(ledger_writes, "recover", fail)
        with pytest.raises((LedgerError, KeyboardInterrupt)):
            Ledger(filled.parent)
    ledger = Ledger(filled.parent)
    assert len(rows_of(ledger)) == 200
    assert ledger.close(20)
