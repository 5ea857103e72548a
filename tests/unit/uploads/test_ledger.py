# SPDX-License-Identifier: MIT
"""What is given to the ledger stands in it: rows, changes, marks, history."""

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from guiuploader.destinations.destination import Destination, Limits
from guiuploader.destinations.library import from_url
from guiuploader.destinations.target import target_of
from guiuploader.sources.local_file import LocalFile
from guiuploader.uploads.doubles import key_of
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_columns import KEPT_OF_REPLY
from guiuploader.uploads.ledger_rows import Change, Key, Snapshot
from guiuploader.uploads.ledger_writer import Ticket
from guiuploader.uploads.ledger_writes import Recovery
from guiuploader.values.errors import ErrorCode, LedgerError, Problem, TransferCancelled
from guiuploader.values.states import State
from tests.helpers.waiting import wait_until
from tests.unit.uploads.ledger_scene import (
    EVERY_STATE,
    REPLY,
    SNAPSHOT,
    ended,
    file,
    never,
    receipt,
    row,
    rows_of,
)

PROBLEM = Problem(ErrorCode.SERVER_BUSY, {"message": "later"}, 503)
RETRY_AT = dt.datetime(2030, 1, 2, 3, 4, 5, 678901, tzinfo=dt.UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path)
    yield made
    assert made.close(20)


def reopened(ledger: Ledger, folder: Path) -> Ledger:
    assert ledger.close(20)
    return Ledger(folder)


def test_a_row_comes_back_whole(ledger: Ledger) -> None:
    full = replace(
        row(1),
        repeats_are_safe=True,
        idempotency_key="key",
        attempts=2,
        may_have_arrived=True,
        sent=2**40,
        retry_at=RETRY_AT,
        problem=PROBLEM,
    )
    done = replace(row(2, state=State.DONE), receipt=receipt(2), finished=RETRY_AT)
    ledger.add([full, done]).result()
    assert rows_of(ledger) == {1: full, 2: done}


def test_names_that_are_no_text_come_back(ledger: Ledger) -> None:
    odd = replace(row(1), source=replace(file(1), path=Path("/data/caf\udce9")), variables={"a": "\udce9"})
    ledger.add([odd]).result()
    assert rows_of(ledger) == {1: odd}


def test_a_destination_is_written_once_and_comes_back(ledger: Ledger, tmp_path: Path) -> None:
    destination = Destination(format=1, name="Müller", url="https://a.example/", headers={"X": "{secret:k}"})
    snapshot = Snapshot.of(destination)
    ledger.add([replace(row(number), destination=snapshot) for number in (1, 2)]).result()
    ledger.add([replace(row(3), destination=snapshot), row(4)]).result()
    found = rows_of(ledger)
    assert found[1].destination is found[3].destination
    assert found[3].destination.restored() == destination
    assert found[4].destination == SNAPSHOT
    assert ledger.close(20)
    written = (tmp_path / "ledger.sqlite").read_bytes()
    assert written.count(b"{secret:k}") == 2  # in the table and in its index


def test_nothing_is_written_for_no_rows(ledger: Ledger) -> None:
    ledger.add([]).result()
    ledger.update([Change(id=1)]).result()
    assert rows_of(ledger) == {}


def test_a_change_leaves_what_it_does_not_name(ledger: Ledger) -> None:
    before = replace(row(1), problem=PROBLEM, retry_at=RETRY_AT, attempts=1)
    ledger.add([before]).result()
    ledger.update([Change(id=1, place=0.5)]).result()
    assert rows_of(ledger)[1] == replace(before, place=0.5)


def test_everything_can_change(ledger: Ledger) -> None:
    ledger.add([row(1)]).result()
    other = Snapshot("Other", "other")
    ledger.update(
        [
            Change(
                id=1,
                state=State.UPLOADING,
                place=7.0,
                source=file(9),
                destination=other,
                repeats_are_safe=True,
                idempotency_key="key",
                attempts=3,
                may_have_arrived=True,
                sent=5,
                retry_at=RETRY_AT,
                problem=PROBLEM,
                receipt=receipt(1),
            )
        ]
    ).result()
    assert rows_of(ledger)[1] == replace(
        row(1),
        state=State.UPLOADING,
        place=7.0,
        source=file(9),
        destination=other,
        repeats_are_safe=True,
        idempotency_key="key",
        attempts=3,
        may_have_arrived=True,
        sent=5,
        retry_at=RETRY_AT,
        problem=PROBLEM,
        receipt=receipt(1),
    )
    ledger.update([Change(id=1, retry_at=None, problem=None, receipt=None)]).result()
    found = rows_of(ledger)[1]
    assert (found.retry_at, found.problem, found.receipt) == (None, None, None)


def test_an_outcome_ends_a_row_and_a_new_attempt_takes_its_end_back(ledger: Ledger) -> None:
    ledger.add([row(1), row(2)]).result()
    before = dt.datetime.now(dt.UTC)
    ledger.update([ended(1, State.DONE, sent=1, receipt=receipt(1))]).result()
    ledger.update([ended(2, State.FAILED, sent=0, problem=PROBLEM)]).result()
    done, failed = rows_of(ledger).values()
    assert done.finished
    assert before <= done.finished <= dt.datetime.now(dt.UTC)
    assert (done.state, done.receipt, done.sent) == (State.DONE, receipt(1), 1)
    assert (failed.state, failed.problem) == (State.FAILED, PROBLEM)
    ledger.update([Change(id=2, state=State.QUEUED, problem=None)]).result()
    assert rows_of(ledger)[2] == row(2)


def test_of_a_long_reply_the_beginning_is_kept(ledger: Ledger) -> None:
    headers = (("Server", "nginx"), ("X-Long", "x" * KEPT_OF_REPLY), ("Last", "1"))
    long = replace(REPLY, headers=headers, body="é" * (KEPT_OF_REPLY + 1))
    ledger.add([row(1)]).result()
    ledger.update([ended(1, State.DONE, sent=1, receipt=receipt(1, long))]).result()
    kept = rows_of(ledger)[1].receipt
    assert kept is not None
    assert kept.reply == replace(REPLY, headers=headers[:1], body="é" * KEPT_OF_REPLY, truncated=True)


def test_a_ticket_calls_back_when_the_row_can_be_read(ledger: Ledger) -> None:
    told: list[tuple[set[int], str]] = []

    def tell(ticket: Ticket) -> None:
        ticket.result()
        told.append((set(rows_of(ledger)), threading.current_thread().name))

    ticket = ledger.add([row(1)])
    assert not ticket.cancel()
    ticket.add_done_callback(tell)
    wait_until(lambda: told)
    assert told[0][0] == {1}


def test_ids_are_never_given_twice_even_when_rows_are_removed(ledger: Ledger, tmp_path: Path) -> None:
    assert list(ledger.new_ids(3)) == [1, 2, 3]
    assert list(ledger.new_ids(1)) == [4]
    ledger.add([row(3), row(4)]).result()
    ledger.remove([3, 4]).result()
    again = reopened(ledger, tmp_path)
    assert list(again.new_ids(1)) == [5]
    assert again.close(20)


def test_runs_are_numbered(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.run == 1
    ledger.add([row(1, run=ledger.run)]).result()
    again = reopened(ledger, tmp_path)
    assert again.run == 2
    assert rows_of(again)[1].run == 1
    assert again.close(20)


def test_an_interrupted_upload_is_queued_before_its_mark_and_unconfirmed_after_it(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.add([row(number) for number in range(1, 8)]).result()
    ledger.update([Change(id=number, state=State.UPLOADING, sent=9) for number in range(1, 6)])
    ledger.update([Change(id=4, repeats_are_safe=True), Change(id=5, state=State.AWAITING_REPLY)])
    ledger.mark([2, 3, 4, 7], given_up=never)
    ledger.update([Change(id=3, may_have_arrived=False)])
    again = reopened(ledger, tmp_path)
    assert again.recovery == Recovery(requeued=4, unconfirmed=2)
    found = rows_of(again)
    states = {number: each.state for number, each in found.items()}
    assert states == dict.fromkeys(range(1, 7), State.QUEUED) | {2: State.UNCONFIRMED, 7: State.UNCONFIRMED}
    assert found[2].problem == Problem(ErrorCode.INTERRUPTED, {})
    assert found[2].problem.unconfirmed
    assert found[2].finished
    assert not any(each.sent for each in found.values() if each.state is State.QUEUED)
    # Where its server can be asked, the next attempt does so first.
    assert [number for number, each in found.items() if each.may_have_arrived] == [2, 4, 7]
    third = reopened(again, tmp_path)
    assert third.recovery == Recovery(0, 0)
    assert third.close(20)


def test_a_mark_on_a_row_that_is_not_there_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError) as caught:
        ledger.mark([1], given_up=never)
    assert caught.value.problem.code is ErrorCode.LEDGER_FAILED
    assert "upload 1 is not" in str(caught.value.problem.facts["reason"])


def test_waiting_for_a_mark_can_be_given_up(ledger: Ledger) -> None:
    ledger.add([row(1)]).result()
    go_on, stop = threading.Event(), threading.Event()
    asked: list[bool] = []
    ledger._writer.submit(lambda _: go_on.wait(20))

    def given_up() -> bool:
        asked.append(True)
        return stop.is_set()

    raised: list[Exception] = []

    def work() -> None:
        try:
            ledger.mark([1], given_up=given_up)
        except TransferCancelled as error:
            raised.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    wait_until(lambda: asked)
    stop.set()
    worker.join(5)
    assert raised
    go_on.set()


def test_rows_come_in_the_queue_s_order_and_can_be_moved(ledger: Ledger) -> None:
    ledger.add([row(number) for number in range(1, 1202)]).result()
    ledger.update([Change(id=1200, place=0.0), Change(id=3, state=State.UPLOADING)])
    ledger.update([ended(2, State.DONE, sent=2)]).result()
    pages = list(ledger.read.unfinished())
    assert [len(page) for page in pages] == [500, 500, 200]
    order = [each.id for page in pages for each in page]
    assert order == [1200, 1, *range(3, 1200), 1201]
    assert list(rows_of(ledger)) == [1200, *range(1, 1200), 1201]


@pytest.mark.expected_log("Row 1 of the ledger cannot be read")
@pytest.mark.expected_log("Row 2 of the ledger cannot be read")
def test_a_row_that_this_version_cannot_read_is_left_out(ledger: Ledger) -> None:
    ledger.add([row(number) for number in (1, 2, 3)]).result()
    ledger._writer.submit(lambda c: c.execute("UPDATE uploads SET source = 'x' WHERE id = 1"))
    ledger._writer.submit(lambda c: c.execute("UPDATE uploads SET retry_at = 'soon' WHERE id = 2")).result()
    assert set(rows_of(ledger)) == {3}


def test_history_has_the_newest_first_in_pages_and_is_searched(ledger: Ledger) -> None:
    ledger.add([row(number) for number in range(1, 6)])
    ledger.add([replace(row(6), destination=Snapshot("ÉTÉ", "x"))])
    for number in (3, 1, 2, 6):
        ledger.update([ended(number, State.DONE, sent=0, receipt=receipt(number))])
    ledger.update([ended(5, State.FAILED, sent=0, problem=PROBLEM)]).result()
    everything = ledger.read.history()
    assert [each.id for each in everything] == [5, 6, 2, 1, 3]
    assert list(ledger.read.history(limit=2)) == list(everything[:2])
    assert list(ledger.read.history(limit=2, before=everything[1])) == list(everything[2:4])
    assert [each.id for each in ledger.read.history("DATA/2.B")] == [2]
    assert [each.id for each in ledger.read.history("acme.example/1")] == [1]
    assert [each.id for each in ledger.read.history("été")] == [6]
    assert ledger.read.history("%") == ()


def test_history_in_one_moment_is_paged_without_gap_or_repeat(ledger: Ledger) -> None:
    ledger.add([row(number) for number in range(1, 6)])
    ledger.update([Change(id=number, state=State.DONE) for number in range(1, 6)]).result()
    seen = [ledger.read.history(limit=2)]
    while seen[-1]:
        seen.append(ledger.read.history(limit=2, before=seen[-1][-1]))
    assert [each.id for page in seen for each in page] == [5, 4, 3, 2, 1]


PLACE = from_url("https://acme.example/")
"""What SNAPSHOT describes, under its own name."""


def keys(*sources: LocalFile, destination: Destination = PLACE) -> list[Key]:
    return [key_of(source, target_of(destination, {})) for source in sources]


def test_the_same_file_for_the_same_place_is_found(ledger: Ledger) -> None:
    states = [State.DONE, State.DONE, State.UNCONFIRMED, State.FAILED, State.CANCELLED, State.SKIPPED]
    place = Snapshot.of(PLACE)
    ledger.add([replace(row(n, state=state), destination=place) for n, state in enumerate(states, start=1)])
    ledger.add([replace(row(8, state=State.QUEUED), source=file(2), destination=place)])
    ledger.add([replace(row(9, state=State.DONE), source=file(3), destination=place)]).result()
    ledger.update([ended(1, State.DONE, sent=1, receipt=receipt(1))]).result()
    asked = [replace(file(1), relpath="other/1.bin"), *(file(number) for number in range(2, 8))]
    found = ledger.read.same(keys(*asked))
    assert [each and (each.id, each.state) for each in found] == [
        (1, State.DONE),
        (8, State.QUEUED),  # what waits comes first
        (9, State.DONE),  # what is known comes before what is not
        None,
        None,
        None,
        None,
    ]
    assert found[0] is not None
    assert found[0].link == "https://acme.example/1"
    assert found[0].finished == rows_of(ledger)[1].finished
    other = msgspec.structs.replace(PLACE, url="https://acme.example/other")
    assert ledger.read.same(keys(file(1), destination=other)) == [None]
    edited = msgspec.structs.replace(PLACE, limits=Limits(parallel=1))
    assert ledger.read.same(keys(file(1), destination=edited)) != [None]


def test_a_changed_file_is_another_one(ledger: Ledger) -> None:
    ledger.add([replace(row(1, state=State.DONE), destination=Snapshot.of(PLACE))]).result()
    before = file(1).fingerprint
    changes = [replace(before, size=2), replace(before, modified_ns=3), replace(before, identity=4)]
    changed = [replace(file(1), fingerprint=fingerprint) for fingerprint in changes]
    assert ledger.read.same(keys(*changed)) == [None] * 3


def test_a_destination_that_this_version_cannot_read_is_no_place(ledger: Ledger) -> None:
    ledger.add([replace(row(1, state=State.DONE), destination=Snapshot("ACME", "nonsense"))]).result()
    assert ledger.read.same(keys(file(1))) == [None]


def test_of_a_file_that_is_skipped_at_each_run_one_row_stays(ledger: Ledger) -> None:
    ledger.add([row(1, state=State.DONE), row(2, state=State.SKIPPED, run=1)])
    ledger.add([replace(row(number, state=State.SKIPPED, run=2), source=file(2)) for number in (3, 4)])
    ledger.add([replace(row(5, state=State.SKIPPED, run=2), source=file(1))]).result()
    assert set(rows_of(ledger)) == {1, 3, 4, 5}


def test_rows_are_read_by_their_ids(ledger: Ledger) -> None:
    ledger.add([row(number) for number in range(1, 4)]).result()
    assert [each.id for each in ledger.read.rows([3, 1, 9])] == [3, 1]


def test_rows_are_counted_by_state(ledger: Ledger) -> None:
    ledger.add([row(1), row(2), row(3, state=State.DONE)]).result()
    ledger._writer.submit(lambda c: c.execute("UPDATE uploads SET state = 'new' WHERE id = 2")).result()
    assert ledger.read.counts() == {State.QUEUED: 1, State.DONE: 1}


def test_cleared_history_is_gone_and_what_is_open_stays(ledger: Ledger, tmp_path: Path) -> None:
    states = [State.DONE, State.FAILED, State.CANCELLED, State.UNCONFIRMED, State.QUEUED]
    ledger.add([row(number, state=state) for number, state in enumerate(states, start=1)])
    ledger.add([replace(row(6, state=State.DONE), destination=Snapshot("Gone", "gone"))])
    ledger.clear_history({State.DONE}, before=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)).result()
    assert len(rows_of(ledger)) == 6
    ledger.clear_history().result()
    assert set(rows_of(ledger)) == {4, 5}
    ledger.clear_history({State.UNCONFIRMED}).result()
    assert set(rows_of(ledger)) == {5}
    assert ledger.close(20)
    left = (tmp_path / "ledger.sqlite").read_bytes()
    assert b"/data/5.bin" in left
    assert b"/data/1.bin" not in left
    assert b"gone" not in left


def test_removed_rows_are_gone_and_later_changes_to_them_do_nothing(ledger: Ledger) -> None:
    ledger.add([row(1), row(2)])
    ledger.remove([1])
    ledger.update([Change(id=1, state=State.DONE)]).result()
    assert set(rows_of(ledger)) == {2}


def test_a_reader_does_not_hold_up_the_writer(ledger: Ledger) -> None:
    ledger.add([row(number) for number in range(1, 1002)]).result()
    pages = ledger.read.unfinished(also=EVERY_STATE)
    first = next(iter(pages))
    ledger.update([ended(1001, State.DONE, sent=0)]).result(20)
    rest = [each for page in pages for each in page]
    assert len(first) + len(rest) == 1001
    assert rest[-1].state is State.QUEUED  # as it was when the reading began
