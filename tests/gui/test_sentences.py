# SPDX-License-Identifier: MIT
"""Figures of the whole queue: many small files count, and numbers can be read."""

import datetime as dt
from dataclasses import replace

from guiuploader.uploads.rows import Overall
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.notes import Note
from guiuploader.values.states import State
from guiuploader.window import sentences, wording
from guiuploader.window.run import Run
from guiuploader.window.sentences import Outcome
from tests.gui.conftest import MakeUpload


def overall(bytes_left: int = 0, speed: float = 0.0, **counts: int) -> Overall:
    return Overall({state: counts.get(state.name, 0) for state in State}, bytes_left, speed)


def test_empty_files_move_the_bar(make_upload: MakeUpload) -> None:
    run = Run()
    run.add([make_upload("a", 0) for _ in range(1_000)])
    assert run.fraction(overall(QUEUED=1_000)) == 0
    assert run.fraction(overall(DONE=250, QUEUED=748, UPLOADING=2)) == 0.25
    assert run.fraction(overall(DONE=1_000)) == 1


def test_a_large_file_moves_the_bar_by_its_bytes(make_upload: MakeUpload) -> None:
    run = Run()
    size = 40_000_000_000
    run.add([make_upload("a", size), make_upload("b", 0)])
    assert 0.49 < run.fraction(overall(size // 2, DONE=1, UPLOADING=1)) < 0.51


def test_what_is_paused_is_no_part_of_the_bar(make_upload: MakeUpload) -> None:
    run = Run()
    run.add([make_upload("a", 1_000_000, State.PAUSED), make_upload("b", 1_000_000, State.QUEUED)])
    assert run.fraction(overall(1_000_000, QUEUED=1, PAUSED=1)) == 0
    assert run.outcome().total == 0


def test_nothing_left_is_not_told_as_zero_bytes() -> None:
    assert sentences.progress(overall(DONE=1_721, QUEUED=8_281)) == "1,721 of 10,002 done"
    text = sentences.progress(overall(10_000_000, 1e6, DONE=1, UPLOADING=1))
    assert text == "1 of 2 done · 10 MB left · 1 MB/s · about 10 s"


def test_paused_rows_are_told_beside_what_goes_on() -> None:
    text = sentences.progress(overall(10_000_000, 1e6, DONE=1, UPLOADING=1, PAUSED=1_200))
    assert text == "1 of 1,202 done · 10 MB left · 1 MB/s · about 10 s · 1,200 paused"
    assert sentences.progress(overall(DONE=1, PAUSED=2, HELD=1)) == "1 of 4 done · 2 paused"


def test_a_file_that_is_read_ahead_is_told_without_percents(make_upload: MakeUpload) -> None:
    upload = make_upload("a", 1_000_000, State.PREPARING, sent=300_000)
    assert wording.progress_text(upload) == "Reading the file once before sending"
    assert wording.sentence(upload) == "a, 1 MB, to ACME files, being read once, before it is sent"
    assert (wording.speed_of(upload), wording.time_left(upload)) == ("", "")


def test_a_run_of_requests_alone_does_not_talk_of_files() -> None:
    assert sentences.ended(Outcome(arrived=1, has_files=False)) == "The request is done"
    assert sentences.ended(Outcome(arrived=3, has_files=False)) == "All 3 requests are done"
    assert sentences.ended(Outcome(arrived=1, failed=2, has_files=False)) == "1 done, 2 failed"
    assert sentences.ended(Outcome(arrived=3)) == "All 3 arrived"


def test_the_digits_of_many_stand_in_groups() -> None:
    assert sentences.files(10_003) == "10,003 files"
    assert sentences.ended(Outcome(arrived=10_003)) == "All 10,003 arrived"
    assert sentences.ended(Outcome(failed=3_000)) == "0 arrived, 3,000 failed"
    assert sentences.taken_back(1_234, 5_678).startswith("Taken back: 1,234 files; 5,678 had")
    assert sentences.selected(1_234) == "1,234 uploads selected"


def test_a_finished_row_says_what_should_be_known_of_it(make_upload: MakeUpload) -> None:
    done = make_upload("a", 5, State.DONE, link="https://a.example/f")
    assert done.receipt is not None
    noted = replace(done, receipt=replace(done.receipt, notes=(Note.VERIFIED,)))
    said = "Done in 3 s. Verified: the server has exactly what was sent. https://a.example/f"
    assert wording.particulars(noted) == said
    assert wording.particulars(done) == "Done in 3 s. https://a.example/f"
    assert wording.particulars(replace(done, attempts=1)) == "Done in 3 s. https://a.example/f"
    again = replace(done, attempts=3)
    assert wording.particulars(again) == "Done in 3 s. Tried 3 times. https://a.example/f"


def test_a_row_says_while_it_waits_that_its_secret_will_be_asked_for_again(make_upload: MakeUpload) -> None:
    row = replace(make_upload("a", 5), forgets=True)
    assert "no keychain here: after a restart" in wording.particulars(row)
    assert "keychain" not in wording.particulars(replace(row, state=State.CANCELLED))


def test_a_row_that_failed_or_goes_again_says_how_often_it_was_tried(make_upload: MakeUpload) -> None:
    busy = Problem(ErrorCode.SERVER_BUSY, {"message": "Busy."}, 503)
    row = make_upload("a", 5, State.RETRYING, problem=busy)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    assert ". Tried once.\n" in wording.particulars(replace(row, attempts=1, retry_at=later))
    assert ". Tried 2 times.\n" in wording.particulars(replace(row, attempts=2, retry_at=later))
    failed = replace(row, state=State.FAILED)
    assert "Tried" not in wording.particulars(replace(failed, attempts=1))
    assert "Busy. Tried 6 times.\n" in wording.particulars(replace(failed, attempts=6))
