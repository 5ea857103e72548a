# SPDX-License-Identifier: MIT
"""What another guiuploader did is told as if it had been done here."""

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from guiuploader.destinations.library import from_url
from guiuploader.report import JsonReport, Report
from guiuploader.report_terminal import BarReport, LineReport
from guiuploader.retelling import Retelling, Verbatim
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.source import Fingerprint
from guiuploader.transfer.receipt import Receipt, Reply
from guiuploader.uploads.messages import MessageError
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.notes import Note
from guiuploader.values.states import State

REPLY = Reply(201, "Created", (), "", truncated=False)
SENT_BEFORE = Problem(
    ErrorCode.SENT_BEFORE, {"place": "ACME", "when": "2026-11-22 12:30", "link": "https://files.example/e"}
)
RECEIPT = Receipt(REPLY, "https://files.example/\u2028a", 1_500_000, 1.5, None, tuple(Note)[:1])


def row(number: int, name: str) -> Upload:
    return Upload(
        id=number,
        batch=1,
        source=LocalFile(Path("/somewhere") / name, name, Fingerprint(1_500_000, 0, 0)),
        destination=from_url("http://127.0.0.1/"),
        variables={},
        uuid="u",
        added=dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
        state=State.QUEUED,
    )


def story(report: Report) -> None:
    """Tell a report of a run in which everything happens."""
    rows = [row(1, "folder/a"), row(2, "b\u2028"), row(3, "c"), row(4, "d"), row(5, "e")]
    report.added(rows)
    report.refused(Problem(ErrorCode.SOURCE_MISSING, {"path": "/gone"}))
    report.left_out(3)
    for each in rows[:2]:
        report.stepped(replace(each, state=State.UPLOADING))
    report.moved([replace(rows[0], state=State.UPLOADING, sent=700_000, bytes_per_second=1e6)])
    changed = Problem(ErrorCode.SOURCE_CHANGED, {"path": "/b", "before": 5, "now": 7})
    ended = [
        replace(rows[1], state=State.FAILED, problem=changed),
        replace(rows[0], state=State.DONE, sent=1_500_000, receipt=RECEIPT),
        replace(rows[2], state=State.UNCONFIRMED, problem=Problem(ErrorCode.INTERRUPTED, {})),
        replace(rows[4], state=State.SKIPPED, problem=SENT_BEFORE),
    ]
    for each in ended:
        report.stepped(each)
    uploads = (ended[1], ended[0], ended[2], rows[3], ended[3])
    report.moved(uploads)
    report.closed(uploads, refused=1, seconds=2.5, interrupted=True)


def lines() -> list[str]:
    """Return the same as another guiuploader tells it."""
    out = io.StringIO()
    story(JsonReport(out))
    return out.getvalue().split("\n")[:-1]


def test_lines_and_links_are_those_of_a_run_here() -> None:
    here, there = (io.StringIO(), io.StringIO()), (io.StringIO(), io.StringIO())
    story(LineReport(*here))
    retelling = Retelling(LineReport(*there))
    for each in lines():
        retelling.tell(each)
        retelling.rest()
    assert [each.getvalue() for each in there] == [each.getvalue() for each in here]
    assert "folder/a" in there[1].getvalue()
    assert "Left in the queue: d." in there[1].getvalue()


def test_bars_are_drawn_for_what_goes_on_there() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    retelling = Retelling(BarReport(console, io.StringIO()))
    for each in lines():
        retelling.tell(each)
        retelling.rest()
    text = re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    assert re.search(r"\na .*━.* 0\.7/1\.5 MB", text)
    assert "Stopped. 1 of 6 sent" in text


def test_json_is_passed_on_as_it_is() -> None:
    out = io.StringIO()
    verbatim = Verbatim(out)
    for each in lines():
        verbatim.tell(each)
    verbatim.rest()
    verbatim.break_off()
    assert out.getvalue().split("\n")[:-1] == lines()


def test_a_tale_that_breaks_off_says_what_is_left() -> None:
    err = io.StringIO()
    retelling = Retelling(LineReport(io.StringIO(), err))
    for each in lines()[:4]:
        retelling.tell(each)
    retelling.break_off()
    assert "0 of 4 sent" in err.getvalue()
    assert "Left in the queue: folder/a" in err.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        '{"event":"unheard-of"}',
        '{"event":"state","id":9,"state":"done"}',
        '{"event":"queued","id":1,"source":"a"}',
        '{"event":"refused","error":{"code":"unheard-of","facts":{},"status":null}}',
    ],
)
def test_what_makes_no_sense_is_not_told(line: str) -> None:
    with pytest.raises(MessageError):
        Retelling(LineReport(io.StringIO(), io.StringIO())).tell(line)


def test_an_object_keeps_its_address() -> None:
    line = (
        '{"event":"queued","id":1,"source":"s3://bucket/top/a","name":"a","destination":"D","size":5,'
        '"forgets_secret":false}'
    )
    out = io.StringIO()
    Retelling(JsonReport(out)).tell(line)
    assert '"source":"s3://bucket/top/a"' in out.getvalue()
