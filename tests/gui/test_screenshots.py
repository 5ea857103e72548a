# SPDX-License-Identifier: MIT
"""Pictures of the window for people to look at; `GUIUPLOADER_SHOTS` names the folder they go to.

What can be checked by machine is: that each is painted, and that dark is dark.
"""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag, QDragMoveEvent, QPixmap
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import (
    FORMAT,
    Auth,
    BodyKind,
    Content,
    Destination,
    Form,
    Multipart,
    Network,
    Part,
    Secret,
    Variable,
)
from guiuploader.sources.no_file import NoFile
from guiuploader.transfer.stage import Stage
from guiuploader.uploads.asking import SignInQuestion
from guiuploader.uploads.rows import Overall
from guiuploader.uploads.upload import Parking, Shared, Upload
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.notes import Note
from guiuploader.values.secrets import SecretKey
from guiuploader.values.settings import Appearance, WhenEnded
from guiuploader.values.states import State
from guiuploader.window.ask_limit import AskLimit
from guiuploader.window.ask_values import AskValues
from guiuploader.window.destination_editor import DestinationEditor
from guiuploader.window.notice import Notice, Step
from guiuploader.window.question import Question, QuestionBox
from guiuploader.window.row_drag import RowDrag
from guiuploader.window.sentences import Outcome
from guiuploader.window.theme import Theme
from tests.gui.conftest import ACME, SCALE, SHOTS, MakeUpload, Whole, button, question
from tests.gui.exchanges import answered, unanswered

BACKUP = Destination(format=FORMAT, name="Backup", url="https://backup.example:8443/store")
PING = Destination(
    format=FORMAT,
    name="Ping",
    url="https://acme.example/status",
    method="GET",
    body=BodyKind.NONE,
    network=Network(verify=False),
)
APPEARANCES = pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ROOT = Path(__file__).resolve().parents[2]


def overall(uploads: list[Upload], speed: float) -> Overall:
    counts = {state: sum(each.state is state for each in uploads) for state in State}
    left = sum((each.source.size or 0) - each.sent for each in uploads if each.state is not State.DONE)
    return Overall(counts, left, speed)


def busy_rows(make_upload: MakeUpload) -> list[Upload]:
    gigabyte = 1_000_000_000
    return [
        make_upload("notes.pdf", 300_000, State.DONE, link="https://acme.example/f/notes.pdf"),
        make_upload("clip.mp4", 1_200_000_000, State.UPLOADING, sent=972_000_000, speed=94e6),
        make_upload("Photos 2026/IMG_0231.jpg", 4_100_000, State.UPLOADING, sent=1_200_000, speed=2.2e6),
        make_upload("report.docx", 82_000, State.AWAITING_REPLY, sent=82_000),
        make_upload("dump.tar", 40 * gigabyte),
        make_upload("big.iso", 12 * gigabyte),
        make_upload("an extraordinarily long name of a file that nobody would ever type.tar.gz", 51_000),
    ]


@APPEARANCES
def test_shot_of_no_destination(
    appearance: Appearance, whole: Callable[..., Whole], theme: Theme, shoot: Callable[[QWidget, str], None]
) -> None:
    window = whole().window
    theme.choose(appearance)
    shoot(window, f"no-destination-{appearance}")


@APPEARANCES
def test_shot_of_the_empty_queue(
    appearance: Appearance, whole: Callable[..., Whole], theme: Theme, shoot: Callable[[QWidget, str], None]
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    shoot(window, f"empty-{appearance}")


@APPEARANCES
def test_shot_of_a_busy_queue(
    appearance: Appearance,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    rows = busy_rows(make_upload)
    window.model.append(rows)
    window.table.select([rows[1].id, rows[3].id])
    window.table.setFocus()
    window.status.show_progress(overall(rows, 96.2e6), 0.31)
    window.notice.show_notice(Notice("Added 7 files to ACME files (acme.example)", (Step.UNDO,)))
    shoot(window, f"busy-{appearance}")


def rows_of_two_requests(make_upload: MakeUpload) -> list[Upload]:
    """Return rows that went in one request, that go in another, and that go alone."""
    size = 4_100_000
    too_large = Problem(ErrorCode.TOO_LARGE, {"amount": 3 * size, "message": "nginx/1.24"}, 413)
    went = [make_upload(f"IMG_020{n}.jpg", size, State.FAILED, problem=too_large) for n in range(3)]
    going = [
        make_upload("IMG_0231.jpg", size, State.UPLOADING, sent=size),
        make_upload("IMG_0232.jpg", size, State.UPLOADING, sent=size // 3, speed=2.2e6),
        make_upload("IMG_0233.jpg", size, State.UPLOADING),
    ]
    alone = [
        make_upload("notes.pdf", 300_000, State.UPLOADING, sent=50_000),
        make_upload("IMG_0234.jpg", size),
    ]
    requests = [(each, Shared(tuple(row.id for row in each), str(each[0].id))) for each in (went, going)]
    return [replace(row, shared=shared) for each, shared in requests for row in each] + alone


@APPEARANCES
@pytest.mark.parametrize("chosen", ["going", "went"])
def test_shot_of_rows_that_share_a_request(
    appearance: Appearance,
    chosen: str,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    rows = rows_of_two_requests(make_upload)
    window.model.append(rows)
    window.table.select([rows[4 if chosen == "going" else 1].id])
    window.status.show_progress(overall(rows, 2.2e6), 0.31)
    shoot(window, f"shared-request-{chosen}-{appearance}")


@APPEARANCES
def test_shot_of_all_ends(
    appearance: Appearance,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    size = 12_000_000_000
    too_large = Problem(ErrorCode.TOO_LARGE, {"amount": size, "message": "nginx/1.24"}, 413)
    lost = Problem(ErrorCode.REPLY_LOST, {"host": "acme.example"})
    rows = [
        make_upload("clip.mp4", 1_200_000_000, State.DONE, link="https://acme.example/f/clip.mp4"),
        make_upload("notes.pdf", 300_000, State.DONE),
        make_upload("big.iso", size, State.FAILED, problem=too_large),
        make_upload("db.sql.gz", 41_000_000, State.UNCONFIRMED, sent=41_000_000, problem=lost),
        make_upload("draft.txt", 900, State.CANCELLED),
        make_upload("first-try.bin", 77_000, State.HELD, destination=BACKUP),
    ]
    window.model.append(rows)
    window.table.select([rows[2].id])
    window.status.show_end(Outcome(arrived=2, failed=1, unconfirmed=1, cancelled=1))
    shoot(window, f"ends-{appearance}")


def rows_in(state: State, make_upload: MakeUpload) -> list[Upload]:
    """Return rows as they stand when one is in this state, that one first."""
    size = 1_200_000_000
    down = Problem(ErrorCode.CONNECTION_REFUSED, {"host": "acme.example"})
    refused = Problem(ErrorCode.TOO_LARGE, {"amount": size, "message": ""}, 413)
    faces = {
        State.UPLOADING: make_upload("clip.mp4", size, state, sent=972_000_000, speed=94e6),
        State.AWAITING_REPLY: make_upload("clip.mp4", size, state, sent=size),
        State.PAUSED: make_upload("clip.mp4", size, state, sent=572_000_000),
        State.DONE: make_upload("clip.mp4", size, state, link="https://acme.example/f/clip.mp4"),
        State.FAILED: make_upload("clip.mp4", size, state, problem=refused),
        State.UNCONFIRMED: make_upload(
            "clip.mp4",
            size,
            state,
            sent=size,
            problem=Problem(ErrorCode.REPLY_LOST, {"host": "acme.example"}),
        ),
        State.RETRYING: replace(
            make_upload("clip.mp4", size, state, problem=down),
            attempts=2,
            retry_at=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=3),
        ),
    }
    row = faces.get(state) or make_upload("clip.mp4", size, state)
    others = {
        State.PAUSED: [
            make_upload("notes.pdf", 300_000, state),
            replace(make_upload("dump.tar", size, state, problem=down), attempts=1),
        ],
        State.DONE: [replace(make_upload("notes.pdf", 300_000, state), receipt=None)],
        # The destination is parked: one waits to see whether it works again, the others behind it.
        State.RETRYING: [make_upload("notes.pdf", 300_000), make_upload("dump.tar", size)],
    }
    return [row, *others.get(state, [make_upload("notes.pdf", 300_000)])]


@APPEARANCES
@pytest.mark.parametrize("state", State)
def test_shot_of_each_state(
    appearance: Appearance,
    state: State,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    rows = rows_in(state, make_upload)
    window.model.append(rows)
    window.resize(940, 420)
    if state is State.RETRYING and rows[0].problem:
        window.model.show_parked({ACME.name: Parking(rows[0].problem, rows[0].retry_at)})
    window.table.select([rows[-1 if len(rows) > 2 or state is State.DONE else 0].id])
    window.status.show_progress(overall(rows, 0.0), 0.31)
    shoot(window, f"state-{state}-{appearance}")


@APPEARANCES
def test_shot_of_uploads_of_several_requests(
    appearance: Appearance,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    lost = Problem(ErrorCode.STEP_UNANSWERED, {"host": "acme.example", "part": 3, "parts": 8})
    refused = Problem(ErrorCode.FORBIDDEN, {"message": "It says: “no room”.", "step": "finish"}, 403)
    rows = [
        replace(make_upload("clip.mp4", 8_000_000, State.UPLOADING), stage=Stage("before", 1, 1)),
        replace(
            make_upload("dump.tar", 8_000_000, State.UPLOADING, sent=2_500_000, speed=9e6),
            stage=Stage("part", 3, 8),
        ),
        replace(make_upload("a.bin", 82_000, State.AWAITING_REPLY, sent=82_000), stage=Stage("after", 1, 1)),
        make_upload("b.bin", 8_000_000, State.FAILED, sent=2_000_000, problem=lost),
        make_upload("c.bin", 8_000_000, State.FAILED, sent=8_000_000, problem=refused),
    ]
    window.model.append(rows)
    window.resize(940, 420)
    window.table.select([rows[-1].id])
    shoot(window, f"several-requests-{appearance}")


@APPEARANCES
def test_shot_of_the_question_for_settings(
    appearance: Appearance, whole: Callable[..., Whole], theme: Theme, shoot: Callable[[QWidget, str], None]
) -> None:
    window = whole(ACME).window
    theme.choose(appearance)
    box = QuestionBox(
        Question(
            title="Which settings?",
            text="“ACME files” was changed since. Send with the new settings, or as before?",
            detail="With the new settings it goes to files.acme.example, as before to acme.example.",
            yes="With the &new settings",
            no="&Cancel",
            other="As &before",
        ),
        window,
    )
    box.open()
    shoot(box, f"which-settings-{appearance}")


@APPEARANCES
def test_shot_of_rows_that_are_dragged(
    appearance: Appearance,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    rows = busy_rows(make_upload)
    window.model.append(rows)
    window.table.select([rows[5].id])
    dragged = RowDrag(window.table)
    window.table._drag = dragged
    pictures: list[QPixmap] = []

    def hover(drag: QDrag) -> None:
        at = window.table.visualRect(window.model.index(2, 0)).topLeft() + QPoint(20, 4)
        event = QDragMoveEvent(at, Qt.DropAction.MoveAction, drag.mimeData(), LEFT, NO_KEYS)
        assert dragged.accept(event)
        pictures.append(drag.pixmap())
        shoot(window, f"dragged-{appearance}")

    dragged.begin("big.iso", hover)
    assert not pictures[0].isNull()


@APPEARANCES
@pytest.mark.parametrize("size", ["usual", "small"])
def test_shot_of_rows_that_were_sent_before(
    appearance: Appearance,
    size: str,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    if size == "small":
        window.resize(window.minimumSize())
    facts = {"path": "/home/ada/clip.mp4", "place": "ACME files", "when": "2026-11-20 18:05"}
    linked = facts | {"link": "https://acme.example/f/clip.mp4"}
    rows = [
        make_upload("new.pdf", 300_000, State.DONE, link="https://acme.example/f/new.pdf"),
        make_upload("clip.mp4", 1_200_000_000, State.SKIPPED, problem=Problem(ErrorCode.SENT_BEFORE, linked)),
        make_upload("notes.pdf", 300_000, State.SKIPPED, problem=Problem(ErrorCode.SENT_BEFORE, facts)),
    ]
    window.model.append(rows)
    window.table.select([rows[1].id])
    window.actions_.clear_finished.setEnabled(True)
    place = "ACME files (acme.example)"
    asked = f"Added 1 file to {place} · 2 of 3 were sent to {place} before"
    window.notice.show_notice(Notice(asked, (Step.SKIP, Step.SEND_AGAIN)))
    window.status.show_end(Outcome(arrived=1, skipped=2))
    shoot(window, f"sent-before-{size}-{appearance}")


@APPEARANCES
@pytest.mark.parametrize("chosen", [0, 1, 2, 3])
def test_shot_of_rows_whose_server_was_asked(
    appearance: Appearance,
    chosen: int,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    window.resize(940, 420)
    found = Problem(ErrorCode.FOUND_THERE, {"proof": "size and SHA-256"}, 200)
    lost = Problem(ErrorCode.REPLY_LOST, {"host": "acme.example"})
    other = Problem(ErrorCode.SIZE_MISMATCH, {"sent": "300000 bytes", "received": "4096 bytes"}, 200)
    now = dt.datetime.now(dt.UTC)
    settled = make_upload("new.pdf", 300_000, State.DONE, link="https://acme.example/f/new.pdf")
    assert settled.receipt
    rows = [
        replace(settled, receipt=replace(settled.receipt, notes=(Note.VERIFIED, Note.ASKED_LATER))),
        make_upload("clip.mp4", 1_200_000_000, State.SKIPPED, problem=found),
        replace(
            make_upload("dump.tar", 40_000_000_000, State.RETRYING, problem=lost),
            attempts=1,
            retry_at=now + dt.timedelta(seconds=30),
            doubt=now,
        ),
        make_upload("notes.pdf", 300_000, State.FAILED, problem=other),
    ]
    window.model.append(rows)
    window.table.select([rows[chosen].id])
    shoot(window, f"asked-{chosen}-{appearance}")


@APPEARANCES
@pytest.mark.parametrize("selected", ["nothing", "long-reason", "long-name", "everything"])
def test_shot_of_the_smallest_window(
    appearance: Appearance,
    selected: str,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    window.resize(window.minimumSize())
    refused = Problem(ErrorCode.SERVER_REFUSED, {"message": "x{" * 1000}, 500)
    rows = [
        make_upload("big.iso", 12_000_000, State.FAILED, problem=refused),
        make_upload("n" * 200, 900, State.UPLOADING, sent=300, speed=9.0),
        *busy_rows(make_upload),
    ]
    window.model.append(rows)
    wanted = {"nothing": [], "long-reason": rows[:1], "long-name": rows[1:2], "everything": rows}
    window.table.select([upload.id for upload in wanted[selected]])
    window.status.show_progress(overall(rows, 96.2e6), 0.31)
    if selected == "long-name":
        window.notice.show_notice(Notice(f"Added {'n' * 200} to ACME files (acme.example)", (Step.UNDO,)))
    shoot(window, f"small-{selected}-{appearance}")


@APPEARANCES
@pytest.mark.parametrize("tab", ["request", "reply"])
@pytest.mark.parametrize("size", ["usual", "small"])
def test_shot_of_a_request_and_its_reply(  # noqa: PLR0913, PLR0917 - four of them are fixtures
    appearance: Appearance,
    tab: str,
    size: str,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    if size == "small":
        window.resize(window.minimumSize())
    rows = busy_rows(make_upload)
    rows[0] = answered(rows[0])
    window.model.append(rows)
    window.table.select([rows[0].id])
    window.strip.setCurrentWidget(getattr(window.strip, tab))
    window.status.show_progress(overall(rows, 96.2e6), 0.31)
    shoot(window, f"{tab}-{size}-{appearance}")


@APPEARANCES
@pytest.mark.parametrize("kind", ["long", "lost", "none", "several"])
def test_shot_of_other_replies(
    appearance: Appearance,
    kind: str,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    lost = Problem(ErrorCode.REPLY_LOST, {"host": "acme.example"})
    rows = [
        answered(make_upload("long.bin", 9, State.DONE), "<p>\x1b[31m\t" + "x" * 999_000, truncated=True),
        unanswered(make_upload("lost.bin", 9, State.UNCONFIRMED, problem=lost)),
        make_upload("none.bin", 9),
    ]
    window.model.append(rows)
    wanted = {"long": rows[:1], "lost": rows[1:2], "none": rows[2:], "several": rows}
    window.table.select([upload.id for upload in wanted[kind]])
    window.strip.setCurrentWidget(window.strip.reply)
    shoot(window, f"reply-{kind}-{appearance}")


@APPEARANCES
@pytest.mark.parametrize("size", ["usual", "small"])
def test_shot_of_paused_rows_under_a_limit(
    appearance: Appearance,
    size: str,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    if size == "small":
        window.resize(window.minimumSize())
    ping = make_upload("GET /status", 0, State.UPLOADING, destination=PING)
    rows = [
        make_upload("clip.mp4", 1_200_000_000, State.UPLOADING, sent=572_000_000, speed=1.9e6),
        make_upload("dump.tar", 40_000_000_000, State.PAUSED, sent=12_400_000_000),
        make_upload("nearly.zip", 40_000_000, State.PAUSED, sent=39_000_000),
        make_upload("notes.pdf", 300_000, State.PAUSED),
        make_upload("signed.iso", 12_000_000_000, State.PREPARING),
        make_upload("report.docx", 82_000, State.AWAITING_REPLY, sent=82_000),
        replace(ping, source=NoFile("GET /status")),
        make_upload("first-try.bin", 77_000, State.HELD, destination=BACKUP),
        make_upload("later.bin", 77_000),
    ]
    window.model.append(rows)
    window.table.select([rows[1].id])
    window.actions_.pause_all.setEnabled(True)
    window.status.show_progress(overall(rows, 1.9e6), 0.31)
    window.status.show_limit(2_000_000)
    shoot(window, f"paused-{size}-{appearance}")


@APPEARANCES
@pytest.mark.parametrize("size", ["usual", "small"])
def test_shot_of_a_computer_without_a_network_whose_window_will_close(
    appearance: Appearance,
    size: str,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    if size == "small":
        window.resize(window.minimumSize())
    away = Problem(ErrorCode.NO_NETWORK, {"host": "files.acme.example"})
    rows = [
        make_upload("clip.mp4", 1_200_000_000, State.DONE),
        make_upload("notes.pdf", 300_000, State.RETRYING, problem=away),
        make_upload("dump.tar", 40_000_000_000),
    ]
    window.model.append(rows)
    window.table.select([rows[1].id])
    window.actions_.pause_all.setEnabled(True)
    window.actions_.when_ended[WhenEnded.CLOSE].trigger()
    window.status.show_progress(overall(rows, 0.0), 0.1)
    shoot(window, f"no-network-{size}-{appearance}")


@APPEARANCES
def test_shot_of_the_question_for_a_speed_limit(
    appearance: Appearance, whole: Callable[..., Whole], theme: Theme, shoot: Callable[[QWidget, str], None]
) -> None:
    window = whole(ACME).window
    theme.choose(appearance)
    window.actions_.limits[5_000_000].trigger()
    window.actions_.other_limit.trigger()
    shoot(window.findChildren(AskLimit)[0], f"other-limit-{appearance}")


@APPEARANCES
@pytest.mark.parametrize("size", ["usual", "small"])
def test_shot_of_a_destination_without_a_file(
    appearance: Appearance,
    size: str,
    whole: Callable[..., Whole],
    theme: Theme,
    shoot: Callable[[QWidget, str], None],
) -> None:
    parts = whole(ACME, PING, BACKUP)
    theme.choose(appearance)
    parts.shelf.choose("Ping")
    if size == "small":
        parts.window.resize(parts.window.minimumSize())
    parts.controller.add([Path("notes.pdf")])
    shoot(parts.window, f"no-file-{size}-{appearance}")


@APPEARANCES
def test_shot_of_a_destination_whose_identity_is_not_checked(
    appearance: Appearance, whole: Callable[..., Whole], theme: Theme, shoot: Callable[[QWidget, str], None]
) -> None:
    unproved = Destination(
        format=FORMAT,
        name="Test server",
        url="https://test.acme.example:8443/up",
        network=Network(verify=False),
    )
    parts = whole(ACME, unproved, BACKUP)
    theme.choose(appearance)
    parts.shelf.choose("Test server")
    shoot(parts.window, f"unproved-{appearance}")


@APPEARANCES
def test_shot_of_the_smallest_window_without_a_destination(
    appearance: Appearance, whole: Callable[..., Whole], theme: Theme, shoot: Callable[[QWidget, str], None]
) -> None:
    window = whole().window
    theme.choose(appearance)
    window.resize(window.minimumSize())
    shoot(window, f"small-no-destination-{appearance}")


@APPEARANCES
def test_shot_of_a_new_destination(
    appearance: Appearance, theme: Theme, qtbot: QtBot, shoot: Callable[[QWidget, str], None]
) -> None:
    theme.choose(appearance)
    editor = DestinationEditor(None, [], has_keychain=True)
    qtbot.addWidget(editor)
    editor.show()
    shoot(editor, f"editor-new-{appearance}")


@APPEARANCES
def test_shot_of_a_notice_with_refusals(
    appearance: Appearance,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    window.model.append(busy_rows(make_upload))
    reasons = (
        "This is not a file that can be sent: it is a named pipe. /home/ada/pipe Choose a regular file.",
        "The file cannot be read. /home/ada/secret: Permission denied Check its permissions and its disk.",
    )
    text = "5 files for Backup (backup.example:8443) wait for your “Send” · 2 could not be added"
    broken = "The destination file “old.toml” cannot be used: url: is missing; it must be text in quotes"
    window.notice.show_notice(Notice(broken, is_warning=True))
    window.notice.show_notice(Notice(text, (Step.SEND, Step.UNDO), reasons, is_warning=True))
    button(window, "Why?").setChecked(True)
    shoot(window, f"notice-{appearance}")


@APPEARANCES
def test_shot_of_the_drop_veil(
    appearance: Appearance, whole: Callable[..., Whole], theme: Theme, shoot: Callable[[QWidget, str], None]
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    window.destinations.drag_over.emit("Backup")
    shoot(window, f"drag-{appearance}")


@APPEARANCES
def test_shot_of_the_editor(
    appearance: Appearance, theme: Theme, qtbot: QtBot, shoot: Callable[[QWidget, str], None]
) -> None:
    theme.choose(appearance)
    base = Destination(
        format=FORMAT,
        name="ACME files",
        url="https://acme.example/api/v1/files",
        headers={"Accept": "application/json"},
        auth=Auth(kind="bearer", token="{secret:token}"),
        multipart=Multipart(fields={"id": "7", "tags": ["a", "b"]}),
    )
    editor = DestinationEditor(base, [], has_keychain=True)
    qtbot.addWidget(editor)
    editor.show()
    shoot(editor, f"editor-{appearance}")


@APPEARANCES
@pytest.mark.parametrize("kind", [BodyKind.TEMPLATE, BodyKind.FORM, BodyKind.NONE, BodyKind.MULTIPART])
def test_shot_of_the_editor_with_other_bodies(
    appearance: Appearance,
    kind: BodyKind,
    theme: Theme,
    qtbot: QtBot,
    shoot: Callable[[QWidget, str], None],
) -> None:
    theme.choose(appearance)
    json = '\\{\n  "name": "{filename}",\n  "data": "{file:base64}"\n}'
    file = Part(name="file", upload=True, headers={"Content-Transfer-Encoding": "base64"})
    base = Destination(
        format=FORMAT,
        name="ACME files",
        url="https://acme.example/api/v1/files",
        body=kind,
        multipart=Multipart(part=[Part(name="meta", value="\\{}"), file]),
        content=Content(text=json if kind is BodyKind.TEMPLATE else "", content_type="application/json"),
        form=Form(fields={"grant_type": "client_credentials", "scope": ["read", "write"]}),
    )
    editor = DestinationEditor(base, [], has_keychain=True)
    qtbot.addWidget(editor)
    editor.show()
    shoot(editor, f"editor-{kind}-{appearance}")


def test_shot_of_an_editor_with_a_mistake(
    theme: Theme, qtbot: QtBot, shoot: Callable[[QWidget, str], None]
) -> None:
    theme.choose(Appearance.LIGHT)
    base = Destination(format=FORMAT, name="X", url="https://ada:pw@acme.example/")
    editor = DestinationEditor(base, [], has_keychain=False)
    qtbot.addWidget(editor)
    editor.show()
    shoot(editor, "editor-mistake")


def test_shot_of_the_question_for_values(
    theme: Theme, qtbot: QtBot, shoot: Callable[[QWidget, str], None]
) -> None:
    theme.choose(Appearance.LIGHT)
    destination = Destination(
        format=FORMAT,
        name="ACME files",
        url="https://acme.example/",
        variables={"id": Variable(label="Case number"), "folder": Variable(default="inbox")},
    )
    dialog = AskValues(destination, [SecretKey("ACME files", "o", "api-key")], has_keychain=False)
    qtbot.addWidget(dialog)
    dialog.show()
    shoot(dialog, "ask-values")


def test_shot_of_the_question_with_choices(
    theme: Theme, qtbot: QtBot, shoot: Callable[[QWidget, str], None]
) -> None:
    theme.choose(Appearance.DARK)
    destination = Destination(
        format=FORMAT,
        name="Their host",
        url="https://theirs.example/",
        variables={
            "choice": Variable(label="Choice", default="red", choices=["red", "blue"]),
            "computer-name": Variable(label="Computer name"),
        },
    )
    dialog = AskValues(destination, [], has_keychain=False)
    qtbot.addWidget(dialog)
    dialog.show()
    shoot(dialog, "ask-choices-dark")


@APPEARANCES
def test_shot_of_a_sharex_uploader_that_is_opened(
    appearance: Appearance,
    whole: Callable[..., Whole],
    theme: Theme,
    tmp_path: Path,
    shoot: Callable[[QWidget, str], None],
) -> None:
    theme.choose(appearance)
    path = tmp_path / "theirs.sxcu"
    members = {
        "Name": "Their host",
        "DestinationType": "ImageUploader, URLShortener",
        "RequestURL": "https://theirs.example/api/upload",
        "Version": "17.0.0",
        "Body": "MultipartFormData",
        "FileFormName": "file",
        "Arguments": {"from": "%cn"},
        "DeletionURL": "{json:data.delete}",
    }
    path.write_text(json.dumps(members))
    parts = whole(ACME)
    parts.controller.add([path])
    shoot(question(parts.window), f"sharex-{appearance}")


@APPEARANCES
@pytest.mark.parametrize("size", ["whole", "small"])
def test_shot_of_a_sign_in_that_is_refused(
    appearance: Appearance,
    size: str,
    whole: Callable[..., Whole],
    theme: Theme,
    make_upload: MakeUpload,
    shoot: Callable[[QWidget, str], None],
) -> None:
    window = whole(ACME, BACKUP).window
    theme.choose(appearance)
    problem = Problem(ErrorCode.UNAUTHORIZED, {"message": "It says: “The token expired at noon”."}, 401)
    rows = busy_rows(make_upload)
    rows[1] = replace(rows[1], state=State.RETRYING, problem=problem, sent=0)
    window.model.append([rows[0], rows[1], *rows[4:]])
    window.table.select([rows[1].id])
    destination = structs.replace(ACME, secrets={"token": Secret(label="Access token")})
    asked = SignInQuestion(destination, problem, (SecretKey("ACME files", "o", "token"),))
    window.sign_in.ask(asked, has_keychain=size == "whole")
    if size == "small":
        window.resize(window.minimumSize())
    shoot(window, f"sign-in-{size}-{appearance}")


@pytest.mark.skipif(SCALE != "1", reason="this is the run that it starts")
def test_shot_at_twice_the_scale(tmp_path: Path) -> None:
    folder = SHOTS or str(tmp_path)
    environment = {**os.environ, "QT_SCALE_FACTOR": "2", "GUIUPLOADER_SHOTS": folder}
    environment.pop("CI", None)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        __file__,
        "-k",
        "busy or empty or editor or usual",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert (Path(folder) / "busy-light-x2.png").exists()
