# SPDX-License-Identifier: MIT
"""The words for states and problems, said alike by window and terminal.

Texts are marked with `QT_TR_NOOP`, which lupdate reads by that name, so this room needs no Qt: whoever
shows a text passes a translation function.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from guiuploader.values.notes import Note
from guiuploader.values.states import State

Translate = Callable[[str], str]


def QT_TR_NOOP(text: str) -> str:  # noqa: N802 - the name lupdate looks for
    """Mark a text for translation and give it back unchanged."""
    return text


def untranslated(text: str) -> str:
    """Stand in where there is no translation."""
    return text


class Action(StrEnum):
    """What a person can do with a row."""

    SEND = "send"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    MOVE = "move"
    CONFIRM = "confirm"
    RETRY = "retry"
    REMOVE = "remove"
    COPY_LINK = "copy-link"
    OPEN_LINK = "open-link"


@dataclass(frozen=True, slots=True)
class StateWords:
    """How a state is shown in a row, how it is spoken, and what can be done there."""

    label: str
    spoken: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A problem in plain words: what happened, the particulars, and what to do."""

    title: str
    detail: str
    advice: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.detail, self.advice) if part)


STATE_WORDS: Mapping[State, StateWords] = {
    State.HELD: StateWords(
        QT_TR_NOOP("Waits for “Send”"),
        QT_TR_NOOP("waits until you press Send"),
        (Action.SEND, Action.MOVE, Action.REMOVE),
    ),
    State.QUEUED: StateWords(
        QT_TR_NOOP("Waiting"),
        QT_TR_NOOP("waiting for its turn"),
        (Action.PAUSE, Action.CANCEL, Action.MOVE, Action.REMOVE),
    ),
    State.RETRYING: StateWords(
        QT_TR_NOOP("Trying again soon"),
        QT_TR_NOOP("going to be tried again"),
        (Action.RETRY, Action.PAUSE, Action.CANCEL, Action.MOVE, Action.REMOVE),
    ),
    State.PREPARING: StateWords(
        QT_TR_NOOP("Reading the file once before sending"),
        QT_TR_NOOP("being read once, before it is sent"),
        (Action.PAUSE, Action.CANCEL),
    ),
    State.UPLOADING: StateWords(QT_TR_NOOP("Sending"), QT_TR_NOOP("sending"), (Action.PAUSE, Action.CANCEL)),
    State.AWAITING_REPLY: StateWords(
        QT_TR_NOOP("Sent, waiting for the server"),
        QT_TR_NOOP("sent, waiting for the server's answer"),
        (Action.CANCEL,),
    ),
    State.PAUSED: StateWords(
        QT_TR_NOOP("Paused"), QT_TR_NOOP("paused"), (Action.RESUME, Action.CANCEL, Action.MOVE)
    ),
    State.DONE: StateWords(
        QT_TR_NOOP("Done"), QT_TR_NOOP("done"), (Action.COPY_LINK, Action.OPEN_LINK, Action.REMOVE)
    ),
    State.SKIPPED: StateWords(
        QT_TR_NOOP("Skipped"),
        QT_TR_NOOP("skipped, as it is there already"),
        (Action.RETRY, Action.COPY_LINK, Action.OPEN_LINK, Action.REMOVE),
    ),
    State.FAILED: StateWords(QT_TR_NOOP("Failed"), QT_TR_NOOP("failed"), (Action.RETRY, Action.REMOVE)),
    State.CANCELLED: StateWords(
        QT_TR_NOOP("Cancelled"), QT_TR_NOOP("cancelled"), (Action.RETRY, Action.REMOVE)
    ),
    State.UNCONFIRMED: StateWords(
        QT_TR_NOOP("May have arrived"),
        QT_TR_NOOP("may have arrived, the server did not say"),
        (Action.CONFIRM, Action.RETRY, Action.REMOVE),
    ),
}

NOTE_WORDS: Mapping[Note, str] = {
    Note.VERIFIED: QT_TR_NOOP("Verified: the server has exactly what was sent."),
    Note.ASKED_LATER: QT_TR_NOOP("The upload's own answer was lost; the server was asked, and has the file."),
    Note.UNPROVED: QT_TR_NOOP("The server did not tell afterwards whether it has what was sent."),
    Note.SOURCE_CHANGED: QT_TR_NOOP(
        "The file changed while it was being sent; what arrived is a copy of it at its old length."
    ),
    Note.SIGN_IN_DROPPED: QT_TR_NOOP(
        "The address is signed already, so this destination's own sign-in was not sent."
    ),
    Note.NO_LINK: QT_TR_NOOP("The server's answer holds no link where this destination expects one."),
}
