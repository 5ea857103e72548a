# SPDX-License-Identifier: MIT
"""What the window says about one upload: in its cells, its tooltip and aloud."""

import html

from PySide6.QtCore import QCoreApplication, QLocale

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.upload import Upload, seconds_to_retry
from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.values.quantities import duration_text, size_text, speed_text
from guiuploader.values.redact import printable
from guiuploader.values.states import State
from guiuploader.values.words import NOTE_WORDS, STATE_WORDS

translate = QCoreApplication.translate


def words(text: str) -> str:
    """Translate a text that `values` marked."""
    return QCoreApplication.translate("", text)


def tooltip(text: str) -> str:
    """Return foreign text as a tooltip that shows it plainly, and breaks long lines."""
    return f'<p style="white-space: pre-wrap">{html.escape(text)}</p>'


def place(destination: Destination) -> str:
    """Name a destination and its server, as in "ACME files (acme.example)"."""
    name, host = printable(destination.name), printable(destination.host)
    if name == host:
        return name
    return translate("wording", "{name} ({host})").format(name=name, host=host)


def number(count: int) -> str:
    """Return a count with its digits in groups, as the words around it are written."""
    return QLocale(QLocale.Language.English).toString(count)


def name_text(upload: Upload) -> str:
    """Return the file's name, or the path below the folder that was added, on one line."""
    return printable(upload.source.relpath)


def destination_name(upload: Upload) -> str:
    """Return the destination's name on one line."""
    return printable(upload.destination.name)


def size_of(upload: Upload) -> str:
    """Return the file's size, nothing for a request without a file."""
    if not upload.destination.takes_file:
        return ""
    size = upload.source.size
    return translate("wording", "unknown") if size is None else size_text(size, words)


def exact_size(upload: Upload) -> str:
    """Return the size to the byte, its digits in groups."""
    size = upload.source.size if upload.destination.takes_file else None
    return "" if size is None else translate("wording", "{count} bytes").format(count=number(size))


def percent(upload: Upload) -> int | None:
    """Return whole percents sent, 100 only when done, None when the size is unknown or there is no file."""
    fraction = upload.fraction if upload.destination.takes_file else None
    return None if fraction is None else int(fraction * 100)


def progress_text(upload: Upload) -> str:
    """Return what stands on the bar of an upload under way, or the words of one that is not."""
    if upload.state is State.UPLOADING and upload.destination.takes_file:
        done = percent(upload)
        if done is None:
            return translate("wording", "{size} sent").format(size=size_text(upload.sent, words))
        return translate("wording", "{percent} %").format(percent=done)
    if upload.state is State.FAILED and upload.problem:
        return explain(upload.problem, words).title
    if upload.state is State.RETRYING:
        return _next_try(upload)
    if is_paused_midway(upload):
        return _with_place(translate("wording", "Paused at {sent}"), upload)
    return words(STATE_WORDS[upload.state].label)


def _next_try(upload: Upload) -> str:
    """Return when a row is tried again, as a countdown while that is to come."""
    seconds = seconds_to_retry(upload)
    if seconds < 1:
        return words(STATE_WORDS[upload.state].label)
    return translate("wording", "Trying again in {time}").format(time=duration_text(seconds, words))


def is_paused_midway(upload: Upload) -> bool:
    """Tell whether a part of the file is sent, and the rest waits with the connection."""
    return upload.state is State.PAUSED and upload.sent > 0


def speed_of(upload: Upload) -> str:
    """Return the speed while it is sending, else nothing."""
    known = upload.state is State.UPLOADING and upload.bytes_per_second > 0
    return speed_text(upload.bytes_per_second, words) if known else ""


def time_left(upload: Upload) -> str:
    """Return the time it still needs while that is known, else nothing."""
    return "" if upload.seconds_left is None else duration_text(upload.seconds_left, words)


def link_of(upload: Upload) -> str | None:
    """Return the link the server gave, now or the time before, if it has the file and there is one."""
    return upload.link if upload.state in {State.DONE, State.SKIPPED} else None


def spoken_state(upload: Upload) -> str:
    """Return the state as a screen reader says it, with percents while sending."""
    if upload.state is State.FAILED and upload.problem:
        return spoken_problem(upload.problem)
    said = words(STATE_WORDS[upload.state].spoken)
    if is_paused_midway(upload):
        return _with_place(translate("wording", "paused at {sent} of {size}"), upload)
    done = percent(upload)
    if upload.state is State.UPLOADING and done is not None:
        return translate("wording", "{state}, {percent} percent").format(state=said, percent=done)
    return said


def spoken_problem(problem: Problem) -> str:
    """Return a failure as a screen reader says it."""
    return translate("wording", "failed: {reason}").format(reason=explain(problem, words))


def sentence(upload: Upload) -> str:
    """Return the whole row as one sentence."""
    if not upload.destination.takes_file:
        return translate("wording", "{name}, request to {destination}, {state}").format(
            name=name_text(upload), destination=destination_name(upload), state=spoken_state(upload)
        )
    return translate("wording", "{name}, {size}, to {destination}, {state}").format(
        name=name_text(upload),
        size=size_of(upload),
        destination=destination_name(upload),
        state=spoken_state(upload),
    )


def particulars(upload: Upload) -> str:
    """Return everything there is to say about what became of an upload, for the strip and the tooltip."""
    link = link_of(upload)
    if upload.problem and upload.state in {State.FAILED, State.UNCONFIRMED, State.SKIPPED}:
        explanation = explain(upload.problem, words)
        happened = " ".join(filter(None, [explanation.title, explanation.detail, printable(link or "")]))
        return f"{happened}\n{explanation.advice}".strip()
    if upload.state is State.RETRYING and upload.problem:
        tried = translate("wording", "Tried {n} times.", "", upload.attempts).format(
            n=number(upload.attempts)
        )
        explanation = explain(upload.problem, words)
        return f"{_next_try(upload)}. {tried}\n{explanation.title} {explanation.detail}".strip()
    if upload.state is State.DONE and upload.receipt:
        took = translate("wording", "Done in {time}.").format(
            time=duration_text(upload.receipt.seconds, words)
        )
        remarks = [words(NOTE_WORDS[note]) for note in upload.receipt.notes]
        return " ".join([took, *remarks, *([printable(link)] if link else [])])
    if upload.state is State.UPLOADING and upload.destination.takes_file:
        return _with_place(translate("wording", "Sending: {sent} of {size}."), upload)
    if is_paused_midway(upload):
        text = translate(
            "wording", "Paused at {sent} of {size}; goes on there if the server keeps the connection."
        )
        return _with_place(text, upload)
    return translate("wording", "{state}.").format(state=words(STATE_WORDS[upload.state].label))


def _with_place(text: str, upload: Upload) -> str:
    return text.format(sent=size_text(upload.sent, words), size=size_of(upload))
