# SPDX-License-Identifier: MIT

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import UNSET

from guiuploader.uploads.entries import (
    Entries,
    change_of,
    restored,
    started_change,
    unfinished_destinations,
)
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_rows import Snapshot
from guiuploader.uploads.upload import Batch, Upload, new_uploads
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import ACTIVE, State
from tests.unit.uploads.ledger_scene import SNAPSHOT, file, receipt, row, rows_of

FORBIDDEN = Snapshot("Old", 'format = 1\nname = "Old"\nurl = "gopher://old.example/"\n')


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path)
    yield made
    assert made.close(20)


def upload(number: int = 1, state: State = State.QUEUED) -> Upload:
    batch = Batch(1, SNAPSHOT.restored(), {"id": "7"}, state)
    return next(new_uploads([number], [file(number)], batch))


def test_an_upload_comes_back_from_its_row_as_it_was(ledger: Ledger) -> None:
    entries = Entries(ledger.run)
    uploads = tuple(upload(number) for number in range(1, 4))
    ledger.add([entries.row_of(each) for each in uploads]).result(20)
    found = [each for page in restored(ledger.read, ()) for each in page]
    assert found == [replace(each, batch=0) for each in uploads]


def test_rows_that_follow_each_other_share_their_destinations_snapshot() -> None:
    entries = Entries(1)
    batch = Batch(1, SNAPSHOT.restored(), {}, State.QUEUED)
    first, second = map(entries.row_of, new_uploads((1, 2), map(file, (1, 2)), batch))
    assert first.destination is second.destination
    elsewhere = replace(batch, destination=SNAPSHOT.restored())
    other = entries.row_of(next(new_uploads([3], [file(3)], elsewhere)))
    assert other.destination == first.destination


def test_an_attempt_that_begins_takes_the_mark_of_the_one_before_it_back() -> None:
    change = started_change(replace(upload(), state=State.UPLOADING, attempts=2))
    assert (change.state, change.attempts, change.may_have_arrived) == (State.UPLOADING, 2, False)
    assert change.problem is None


@pytest.mark.parametrize("state", sorted(ACTIVE))
def test_what_an_active_row_goes_through_is_not_written(state: State) -> None:
    assert change_of(replace(upload(), state=state)) is None


def test_a_row_that_is_queued_again_is_as_if_nothing_had_gone_out() -> None:
    change = change_of(replace(upload(), attempts=3, sent=5))
    assert change is not None
    assert (change.sent, change.may_have_arrived, change.problem, change.receipt) == (0, False, None, None)
    assert change.source == file(1)
    assert change.attempts is UNSET
    assert change.retry_at is None, "or it would wait for that time after a restart"


@pytest.mark.parametrize("state", [State.HELD, State.PAUSED])
def test_of_a_row_that_waits_only_the_state_is_written(state: State) -> None:
    change = change_of(replace(upload(), state=state))
    assert change is not None
    assert (change.state, change.sent, change.may_have_arrived) == (state, UNSET, UNSET)


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.UNCONFIRMED, State.CANCELLED])
def test_what_came_of_a_row_is_written(ledger: Ledger, state: State) -> None:
    problem = Problem(ErrorCode.REPLY_LOST, {"host": "acme.example"})
    ended = replace(upload(), state=state, sent=1, attempts=2, problem=problem, receipt=receipt(1))
    ledger.add([Entries(ledger.run).row_of(upload())]).result(20)
    change = change_of(ended)
    assert change is not None
    ledger.update([change]).result(20)
    found = rows_of(ledger)[1]
    assert (found.state, found.sent, found.attempts) == (state, 1, 2)
    assert (found.problem, found.receipt) == (problem, receipt(1))
    assert found.finished is not None


def test_a_row_whose_destination_is_forbidden_today_has_failed_and_says_why(ledger: Ledger) -> None:
    ledger.add([row(1), replace(row(2), destination=FORBIDDEN)]).result(20)
    good, bad = (each for page in restored(ledger.read, ()) for each in page)
    assert (good.state, good.problem) == (State.QUEUED, None)
    assert bad.state is State.FAILED
    assert bad.problem is not None
    assert bad.destination.name == "Old"


def test_each_destination_of_unfinished_rows_is_named_once(ledger: Ledger) -> None:
    done = replace(row(4, state=State.DONE), destination=Snapshot("B", SNAPSHOT.text.replace("ACME", "B")))
    ledger.add([row(1), row(2), replace(row(3), destination=FORBIDDEN), done]).result(20)
    assert unfinished_destinations(ledger.read) == [SNAPSHOT.restored()]
