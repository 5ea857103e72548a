# SPDX-License-Identifier: MIT
"""Full and failing disks: nothing confirmed is lost, a mark that is not durable says so, work goes on."""

import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_rows import Change
from guiuploader.uploads.ledger_writer import Operation, Ticket
from guiuploader.values.errors import ErrorCode, LedgerError
from guiuploader.values.states import State
from tests.unit.uploads.ledger_scene import ended, never, receipt, row, rows_of

if sys.platform != "win32":
    import resource

ROOM = 1_000_000  # pages, more than any test needs


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path)
    yield made
    made.close(20)


def allow_pages(ledger: Ledger, pages: int) -> None:
    """Let the file grow to so many pages, at least those that it has; beyond, SQLite says: disk full."""
    ledger._writer.submit(lambda c: c.execute(f"PRAGMA max_page_count = {pages}")).result()


def code_of(ticket: Ticket) -> ErrorCode | None:
    error = ticket.exception(20)
    assert error is None or isinstance(error, LedgerError)
    return error.problem.code if error else None


@contextmanager
def gathering(ledger: Ledger) -> Iterator[None]:
    """Hold the writer up, so that all that is submitted in the block becomes one transaction."""
    reached, go_on = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        reached.set()
        go_on.wait(20)

    held = ledger._writer.submit(hold)
    assert reached.wait(20)
    try:
        yield
    finally:
        go_on.set()
        held.result(20)


@contextmanager
def no_growth(tmp_path: Path) -> Iterator[None]:
    """Let no file of this process grow beyond what the ledger's log has now: writing more is an I/O error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (tmp_path / "ledger.sqlite-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_what_was_confirmed_is_there_and_the_rest_is_refused(
    ledger: Ledger, tmp_path: Path
) -> None:
    allow_pages(ledger, 60)
    tickets = {number: ledger.add([row(number)]) for number in range(1, 1001)}
    kept = {number for number, ticket in tickets.items() if code_of(ticket) is None}
    refused = {code for ticket in tickets.values() if (code := code_of(ticket))}
    assert refused == {ErrorCode.LEDGER_FULL}
    assert 10 < len(kept) < 990
    assert set(rows_of(ledger)) == kept
    ledger.mark([1], given_up=never)  # what needs no room goes on
    allow_pages(ledger, ROOM)
    ledger.add([row(2000)]).result(20)
    assert ledger.close(20)
    again = Ledger(tmp_path)
    assert set(rows_of(again)) == kept | {2000}
    assert rows_of(again)[1].state is State.UNCONFIRMED
    assert again.close(20)


def test_a_mark_that_finds_no_room_raises_and_is_tried_again(ledger: Ledger) -> None:
    ledger.add([row(1), row(2)]).result()

    def make_marks_need_room(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE filler (a)")
        connection.execute(
            "CREATE TEMP TRIGGER greedy AFTER UPDATE OF may_have_arrived ON uploads"
            " BEGIN INSERT INTO filler VALUES (zeroblob(100000)); END"
        )

    ledger._writer.submit(make_marks_need_room).result()
    allow_pages(ledger, 1)
    for _ in range(3):
        with pytest.raises(LedgerError) as caught:
            ledger.mark([1, 2], given_up=never)
        assert caught.value.problem.code is ErrorCode.LEDGER_FULL
        assert not any(each.may_have_arrived for each in rows_of(ledger).values())
    allow_pages(ledger, ROOM)
    ledger.mark([1, 2], given_up=never)
    assert all(each.may_have_arrived for each in rows_of(ledger).values())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_disk_that_fails_loses_nothing_that_was_confirmed(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add([row(1), row(2)]).result()
    with no_growth(tmp_path):
        with pytest.raises(LedgerError) as caught:
            ledger.mark([1], given_up=never)
        assert caught.value.problem.code is ErrorCode.LEDGER_FAILED
        failed = [ledger.add([row(3)]), ledger.update([Change(id=2, attempts=1)])]
        assert [code_of(ticket) for ticket in failed] == [ErrorCode.LEDGER_FAILED] * 2
        assert rows_of(ledger) == {1: row(1), 2: row(2)}
    ledger.mark([1], given_up=never)
    ledger.add([row(3)]).result(20)
    assert ledger.close(20)
    again = Ledger(tmp_path)
    assert {number: each.state for number, each in rows_of(again).items()} == {
        1: State.UNCONFIRMED,
        2: State.QUEUED,
        3: State.QUEUED,
    }
    assert again.close(20)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(
    ("free", "code"), [(0, ErrorCode.LEDGER_FULL), (None, ErrorCode.LEDGER_FAILED)], ids=["full", "gone"]
)
def test_an_error_of_the_disk_is_held_against_the_room_that_is_left(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int | None, code: ErrorCode
) -> None:
    def disk_usage(_: Path) -> SimpleNamespace:
        if free is None:
            raise FileNotFoundError
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    with no_growth(tmp_path):
        assert code_of(ledger.add([row(1)])) is code


def broken(_: sqlite3.Connection) -> None:
    raise ZeroDivisionError("ours")


def too_large(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE large AS SELECT zeroblob(10000000) AS a")


def sql_error(connection: sqlite3.Connection) -> None:
    connection.execute("nonsense")


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (broken, ErrorCode.LEDGER_FAILED),
        (too_large, ErrorCode.LEDGER_FULL),
        (sql_error, ErrorCode.LEDGER_FAILED),
    ],
)
def test_one_that_fails_does_not_take_the_others_down(
    ledger: Ledger, bad: Operation, code: ErrorCode
) -> None:
    allow_pages(ledger, 100)
    with gathering(ledger):
        before = ledger.add([row(1)])
        failing = ledger._writer.submit(bad)
        after = [ledger.update([Change(id=1, attempts=1)]), ledger.add([row(2)])]
    assert code_of(failing) is code
    assert [code_of(ticket) for ticket in (before, *after)] == [None] * 3
    assert rows_of(ledger) == {1: replace(row(1), attempts=1), 2: row(2)}


def test_rows_that_are_added_together_are_kept_together_or_not_at_all(ledger: Ledger) -> None:
    ledger.add([row(2)]).result()
    assert code_of(ledger.add([row(1), row(2), row(3)])) is ErrorCode.LEDGER_FAILED
    assert set(rows_of(ledger)) == {2}


def test_many_changes_share_their_transactions(ledger: Ledger) -> None:
    commits: list[str] = []

    def watch(connection: sqlite3.Connection) -> None:
        connection.set_trace_callback(lambda text: commits.append(text) if text == "COMMIT" else None)

    ledger._writer.submit(watch).result()
    with gathering(ledger):
        ledger.add([row(number) for number in range(1, 101)])
        tickets = [
            ledger.update([ended(number, State.DONE, sent=0, receipt=receipt(1))]) for number in range(1, 101)
        ]
    assert [code_of(ticket) for ticket in tickets] == [None] * 100
    assert len(commits) <= 3  # the watcher's own, the hold's, and one for all


def test_large_groups_are_divided_so_that_none_waits_long(ledger: Ledger) -> None:
    with gathering(ledger):
        tickets = [ledger.add([row(k * 1000 + n) for n in range(1000)]) for k in range(1, 13)]
        seen: list[int] = []
        tickets[0].add_done_callback(lambda _: seen.append(sum(ledger.read.counts().values())))
    assert [code_of(ticket) for ticket in tickets] == [None] * 12
    assert seen == [5000]


def hold_until(go_on: threading.Event) -> Callable[[sqlite3.Connection], None]:
    def hold(_: sqlite3.Connection) -> None:
        go_on.wait(20)

    return hold


def test_closing_waits_only_as_long_as_it_is_told(ledger: Ledger) -> None:
    go_on = threading.Event()
    ledger._writer.submit(hold_until(go_on))
    waiting = ledger.add([row(1)])
    assert not ledger.close(0.01)
    late = ledger.add([row(2)])
    assert late.exception() is not None
    go_on.set()
    assert ledger.close(20)
    assert code_of(waiting) is None
    with pytest.raises(LedgerError, match="ledger-failed"):
        ledger.mark([1], given_up=never)
    assert ledger.close(20)
