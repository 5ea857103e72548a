# SPDX-License-Identifier: MIT

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from guiuploader.destinations.library import from_url
from guiuploader.report_terminal import BarReport, LineReport, closing_line, ended_line
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.source import Fingerprint
from guiuploader.transfer.receipt import Receipt, Reply
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.notes import Note
from guiuploader.values.states import State


def upload(number: int, state: State = State.QUEUED, name: str = "") -> Upload:
    return Upload(
        id=number,
        batch=1,
        source=LocalFile(Path(f"/{name or number}"), name or str(number), Fingerprint(2_500_000, 0, 0)),
        destination=from_url("http://127.0.0.1/"),
        variables={},
        uuid="u",
        added=dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
        state=state,
    )


def done(number: int, link: str | None, *notes: Note) -> Upload:
    receipt = Receipt(
        reply=Reply(201, "Created", (), "", truncated=False),
        link=link,
        size=2_500_000,
        seconds=1.5,
        sha256=None,
        notes=notes,
    )
    return replace(upload(number, State.DONE), receipt=receipt)


def test_links_wait_for_the_rows_before_them() -> None:
    out = io.StringIO()
    report = LineReport(out, io.StringIO())
    report.added([upload(1), upload(2), upload(3), upload(4)])
    report.stepped(done(3, "http://c"))
    report.stepped(done(2, None))
    assert out.getvalue() == ""
    report.stepped(upload(1, State.FAILED))
    assert out.getvalue() == "http://c\n"
    report.stepped(done(4, "http://d"))
    assert out.getvalue() == "http://c\nhttp://d\n"


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (done(1, None), "done: 1 (2.5 MB in 1.50 s)"),
        (replace(done(1, None), attempts=2), "done: 1 (2.5 MB in 1.50 s) Tried 2 times."),
        (upload(1, State.CANCELLED), "cancelled: 1"),
        (upload(1, State.CANCELLED, "a\x1b[31mb\n"), "cancelled: a�[31mb�"),
    ],
)
def test_an_ended_row_is_one_printable_line(row: Upload, line: str) -> None:
    assert ended_line(row) == line


def test_a_failed_row_says_why_and_a_noted_one_what_is_odd() -> None:
    failed = replace(
        upload(1, State.FAILED), problem=Problem(ErrorCode.SOURCE_MISSING, {"path": "/clip.mp4"})
    )
    assert ended_line(failed).startswith("failed: 1. ")
    assert "/clip.mp4" in ended_line(failed)
    assert ended_line(replace(failed, attempts=6)).startswith("failed: 1. Tried 6 times. ")
    assert "changed while" in ended_line(done(1, None, Note.SOURCE_CHANGED))


def test_a_skipped_row_says_why_and_its_link_keeps_its_place() -> None:
    facts = {"place": "ACME", "when": "2026-11-22 12:30", "link": "https://files.example/1"}
    skipped = replace(upload(1, State.SKIPPED), problem=Problem(ErrorCode.SENT_BEFORE, facts))
    assert ended_line(skipped).startswith(
        "skipped: 1. It was sent there before. It went to ACME on 2026-11-22"
    )
    out, err = io.StringIO(), io.StringIO()
    report = LineReport(out, err)
    report.added([skipped])
    report.stepped(skipped)
    report.left_out(2)
    assert out.getvalue() == "https://files.example/1\n"
    assert err.getvalue().splitlines()[-1] == "left out: 2 already in the queue"
    said = closing_line([skipped, done(2, None)], refused=0, seconds=1.0, interrupted=False)
    assert said == "1 of 2 sent, 2.5 MB in 1.00 s. Skipped, as sent before: 1 (“--again” sends them)."


def test_the_last_line_counts_and_names_what_is_left() -> None:
    rows = [done(1, None), *(upload(number, State.FAILED) for number in range(2, 10))]
    said = closing_line(rows, refused=1, seconds=2.0, interrupted=True)
    assert said == "Stopped. 1 of 10 sent, 2.5 MB in 2.00 s. Not sent: 2, 3, 4, 5, 6 and 3 more."
    assert closing_line([done(1, None)], refused=0, seconds=1.0, interrupted=False) == (
        "1 of 1 sent, 2.5 MB in 1.00 s."
    )


def test_while_a_question_stands_there_nothing_is_said() -> None:
    err = io.StringIO()
    report = LineReport(io.StringIO(), err)
    report.hold(is_held=True)
    report.stepped(upload(1, State.CANCELLED))
    assert err.getvalue() == ""
    report.hold(is_held=False)
    assert err.getvalue() == "cancelled: 1\n"


def test_bars_leave_the_terminal_to_a_question() -> None:
    screen = io.StringIO()
    report = BarReport(Console(file=screen, force_terminal=True), io.StringIO())
    report.added([upload(1)])
    report.hold(is_held=True)
    before = screen.getvalue()
    report.stepped(upload(1, State.CANCELLED))
    report.moved([upload(1, State.CANCELLED)])
    assert screen.getvalue() == before
    report.hold(is_held=False)
    report.closed([upload(1, State.CANCELLED)], refused=0, seconds=1.0, interrupted=False)
    assert "cancelled: 1" in screen.getvalue()


def test_a_later_run_s_need_of_the_secret_is_said_once_and_a_wait_for_the_sign_in_as_such() -> None:
    err = io.StringIO()
    report = LineReport(io.StringIO(), err)
    for number in (1, 2):
        report.added([replace(upload(number), forgets=True)])
    assert err.getvalue().count("will need the link") == 1
    refused = Problem(ErrorCode.UNAUTHORIZED, {"message": ""}, 401)
    report.stepped(replace(upload(1, State.RETRYING), problem=refused))
    assert "waits for the sign-in: 1. " in err.getvalue()


def test_without_a_terminal_one_line_a_minute_says_how_far_all_is() -> None:
    now = [0.0]
    err = io.StringIO()
    report = LineReport(io.StringIO(), err, clock=lambda: now[0])
    report.added([upload(1), upload(2)])
    running = replace(upload(1), state=State.UPLOADING, sent=400_000, bytes_per_second=2e6)
    for second in (1.0, 59.0, 60.0, 61.0):
        now[0] = second
        report.moved([running])
    assert err.getvalue() == "so far: 0 of 2 ended, 400 kB of 5 MB, 2 MB/s\n"
