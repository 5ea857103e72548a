# SPDX-License-Identifier: MIT
"""The list of what was sent: whole rows in real files, continued after a crash, and no formula in it."""

import csv
import datetime as dt
import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.destinations.library import from_url
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.source import Fingerprint
from guiuploader.transfer.receipt import Receipt, Reply
from guiuploader.uploads.manifest import Entry, Manifest, csv_line, entry_of
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem, UsageError
from guiuploader.values.states import State

ENDED = dt.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=dt.timezone(dt.timedelta(hours=1)))
ENTRY = Entry(
    path="/home/me/a b.bin",
    destination="ACME",
    size=5,
    sha256="ab" * 32,
    status=201,
    state="done",
    link="https://acme.example/1",
    time="2026-01-02T03:04:05+01:00",
    attempts=2,
    error=None,
    reason=None,
)


def upload(state: State) -> Upload:
    return Upload(
        id=1,
        batch=1,
        source=LocalFile(Path("/home/me/ü.bin"), "ü.bin", Fingerprint(100, 0, 0)),
        destination=from_url("http://127.0.0.1/"),
        variables={},
        uuid="u",
        added=ENDED,
        state=state,
        attempts=3,
    )


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_a_done_upload_tells_what_the_server_said() -> None:
    reply = Reply(201, "Created", (), "", truncated=False)
    receipt = Receipt(reply, "https://a.example/1", 99, 0.5, "ff", ())
    entry = entry_of(replace(upload(State.DONE), receipt=receipt), ENDED)
    assert asdict(entry) == {
        "path": "/home/me/ü.bin",
        "destination": "127.0.0.1",
        "size": 99,
        "sha256": "ff",
        "status": 201,
        "state": "done",
        "link": "https://a.example/1",
        "time": "2026-01-02T03:04:05+01:00",
        "attempts": 3,
        "error": None,
        "reason": None,
    }


def test_a_failed_upload_tells_why() -> None:
    problem = Problem(ErrorCode.FORBIDDEN, {"message": "It says: “no”."}, 403)
    entry = entry_of(replace(upload(State.FAILED), problem=problem), ENDED)
    assert (entry.size, entry.status, entry.error) == (100, 403, "forbidden")
    assert entry.reason == "The server does not allow this upload (403). It says: “no”."


def test_csv_has_a_header_and_a_row_for_each(tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    with Manifest(path) as manifest:
        manifest.add(ENTRY)
        manifest.add(replace(ENTRY, path='/home/me/"ü", 💾;.bin', link=None))
        assert len(csv_rows(path)) == 2, "rows are there at once, not at the end"
    first, second = csv_rows(path)
    assert first == {name: "" if value is None else str(value) for name, value in asdict(ENTRY).items()}
    assert (second["path"], second["link"]) == ('/home/me/"ü", 💾;.bin', "")
    assert path.read_bytes().endswith(b"\r\n")
    assert all(line.startswith('"') for line in path.read_text("utf-8").splitlines()), "all cells are quoted"


def test_json_lines_hold_every_value_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "sent.JSONL"
    formula = replace(ENTRY, path="=1+1", size=None)
    with Manifest(path) as manifest:
        manifest.add(ENTRY)
        manifest.add(formula)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert rows == [asdict(ENTRY), asdict(formula)]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_second_run_continues_the_list(tmp_path: Path, name: str) -> None:
    for _ in range(2):
        with Manifest(tmp_path / name) as manifest:
            manifest.add(ENTRY)
    lines = (tmp_path / name).read_text("utf-8").splitlines()
    assert len(lines) == (3 if name == "a.csv" else 2)
    assert len(set(lines)) == len(lines) - 1


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_row_that_was_cut_short_spoils_none_behind_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with Manifest(path) as manifest:
        manifest.add(ENTRY)
    whole = path.read_bytes()
    start = whole.rstrip().rfind(b"\n") + 1
    for end in range(start + 1, len(whole)):
        path.write_bytes(whole[:end])
        with Manifest(path) as manifest:
            manifest.add(replace(ENTRY, path="next"))
        if name == "a.csv":
            assert csv_rows(path)[-1]["path"] == "next"
        else:
            assert json.loads(path.read_text("utf-8").splitlines()[-1])["path"] == "next"
        assert path.read_bytes().startswith(whole[:end])


@pytest.mark.parametrize("name", ["a.txt", "a", "csv"])
def test_a_name_must_say_which_kind_it_is(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        Manifest(tmp_path / name)
    assert "must end in .csv or .jsonl" in str(caught.value.problem.facts["reason"])
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_table_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("name,amount\nme,1\n")
    with pytest.raises(UsageError, match="usage"):
        Manifest(path)
    assert path.read_text() == "name,amount\nme,1\n"


@pytest.mark.parametrize("start", list("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20"))
def test_no_text_is_a_formula(tmp_path: Path, start: str) -> None:
    path, evil = tmp_path / "a.csv", f"{start}cmd|' /C calc'!A0"
    with Manifest(path) as manifest:
        manifest.add(replace(ENTRY, path=evil, link=evil, destination=evil, reason=evil))
    (row,) = csv_rows(path)
    for column in ("path", "link", "destination", "reason"):
        assert row[column] == f"'{evil}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whoever_strips_an_apostrophe_has_the_text_again(text: str) -> None:
    (row,) = csv.reader([csv_line((text,))], strict=True)
    assert row[0].removeprefix("'") == text
    assert not row[0].startswith(("=", "+", "-", "@"))


def test_a_name_that_is_no_text_costs_no_row(tmp_path: Path) -> None:
    with Manifest(tmp_path / "a.csv") as manifest:
        manifest.add(replace(ENTRY, path="/home/me/\udcff.bin"))
    assert csv_rows(tmp_path / "a.csv")[0]["path"] == "/home/me/\\udcff.bin"


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from guiuploader.uploads.manifest import Entry, Manifest
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
entry = Entry("x" * 300, "d", 1, None, 1, "done", None, "t", 1, None, None)
manifest = Manifest(Path(sys.argv[1]))
manifest.add(entry)
resource.setrlimit(resource.RLIMIT_FSIZE, (Path(sys.argv[1]).stat().st_size + 100,) * 2)
try:
    manifest.add(entry)
except OSError:
    manifest.close()
    sys.exit(7)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a limit on a file's size is a thing of Unix")
def test_half_a_row_is_taken_back_when_the_disk_is_full(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    done = subprocess.run([sys.executable, "-c", FULL_DISK, path], check=False)
    assert done.returncode == 7
    assert len(csv_rows(path)) == 1
    assert path.read_bytes().endswith(b"\r\n")
