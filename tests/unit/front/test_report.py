# SPDX-License-Identifier: MIT

import datetime as dt
import io
import json
from pathlib import Path

from guiuploader.destinations.library import from_url
from guiuploader.report import JsonReport
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.source import Fingerprint
from guiuploader.uploads.upload import Upload, stepped
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State


def row(name: str) -> Upload:
    return Upload(
        id=1,
        batch=1,
        source=LocalFile(Path(f"/{name}"), name, Fingerprint(5, 0, 0)),
        destination=from_url("http://127.0.0.1/"),
        variables={},
        uuid="u",
        added=dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
        state=State.QUEUED,
    )


def events(out: io.StringIO) -> list[str]:
    return [json.loads(line)["event"] for line in out.getvalue().splitlines()]


def test_what_happens_to_rows_is_written_with_the_next_look_at_them() -> None:
    out = io.StringIO()
    report = JsonReport(out)
    report.added([row("a")])
    assert events(out) == ["queued"]
    running = stepped(row("a"), State.UPLOADING)
    report.stepped(running)
    report.stepped(stepped(running, State.AWAITING_REPLY))
    assert events(out) == ["queued"]
    report.moved([])
    assert events(out) == ["queued", "state", "progress", "state"]


def test_a_refusal_and_the_end_are_written_at_once() -> None:
    out = io.StringIO()
    report = JsonReport(out)
    report.refused(Problem(ErrorCode.SOURCE_MISSING, {"path": "/gone"}))
    assert events(out) == ["refused"]
    report.stepped(stepped(row("a"), State.CANCELLED))
    report.closed([], refused=1, seconds=0.0, interrupted=False)
    assert events(out) == ["refused", "finished", "summary"]


def test_each_line_is_one_object_whatever_the_name_holds() -> None:
    name = 'ä\n\x7f\u2028"\\\x00'
    out = io.StringIO()
    JsonReport(out).added([row(name)])
    (line,) = out.getvalue().split("\n")[:-1]
    assert json.loads(line)["destination"] == from_url("http://127.0.0.1/").name
    assert json.loads(line)["source"] == row(name).source.location
