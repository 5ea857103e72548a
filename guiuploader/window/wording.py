# SPDX-License-Identifier: MIT
"""What the window says about one upload: in its cells, its tooltip and aloud."""

import html

from PySide6.QtCore import QCoreApplication, QLocale

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.upload import Upload, seconds_to_retry
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.explanations import explain
from guiuploader.values.quantities import duration_text, size_text, speed_text
from guiuploader.values.redact import printable
from guiuploader.values.states import WAITING, State
from guiuploader.values.words import NOTE_WORDS, STATE_WORDS
from guiuploader.window.stage_words import stage_text

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
        return stage_text(upload, translate("wording", "{percent} %").format(percent=done))
    if upload.state is State.FAILED and upload.problem:
        return explain(upload.problem, words).title
    if upload.state is State.RETRYING or upload.behind:
        return _next_try(upload)
    return stage_text(upload, _label(upload))


def _label(upload: Upload) -> str:
    """Return the words of a state, and what else the row has to say of it."""
    if can_resume(upload):
        return _with_place(translate("wording", "Paused · will continue at about {sent}"), upload)
    if is_paused_midway(upload):
        return _with_place(translate("wording", "Paused · goes on at {sent}"), upload)
    if starts_again(upload):
        return translate("wording", "Paused · starts from the beginning")
    if upload.is_confirmed_by_person:
        return translate("wording", "Done · you said so")
    return words(STATE_WORDS[upload.state].label)


def _next_try(upload: Upload) -> str:
    """Return when a row is tried again, as a countdown while that is to come, or what it waits for."""
    if is_without_network(upload):
        return translate("wording", "No network · waits for it to come back")
    if is_waiting_for_sign_in(upload):
        return translate("wording", "Waits for the sign-in")
    seconds = seconds_to_retry(upload)
    if upload.behind:
        if seconds < 1:
            return translate("wording", "Waits for the server")
        text = translate("wording", "Waits for the server · next try in {time}")
        return text.format(time=duration_text(seconds, words))
    if seconds < 1:
        return words(STATE_WORDS[upload.state].label)
    return translate("wording", "Trying again in {time}").format(time=duration_text(seconds, words))


def is_without_network(upload: Upload) -> bool:
    """Tell whether a row waits for this computer's network."""
    problem = upload.behind.problem if upload.behind else upload.problem
    is_waiting = upload.state is State.RETRYING or upload.behind is not None
    return is_waiting and problem is not None and problem.code is ErrorCode.NO_NETWORK


def is_waiting_for_sign_in(upload: Upload) -> bool:
    """Tell whether a row goes on when a person has given another secret."""
    if upload.behind:
        return upload.behind.until is None
    return upload.state is State.RETRYING and upload.retry_at is None


def is_paused_midway(upload: Upload) -> bool:
    """Tell whether a part of the file is sent, and the rest waits with the connection."""
    return upload.state is State.PAUSED and upload.sent > 0


def can_resume(upload: Upload) -> bool:
    """Tell whether a paused row goes on from what the server has of it, with or without its connection."""
    return is_paused_midway(upload) and upload.checkpoint is not None


def starts_again(upload: Upload) -> bool:
    """Tell whether a paused row was on its way, and nothing of that is left."""
    return (
        upload.state is State.PAUSED
        and upload.sent == 0
        and upload.attempts > 0
        and upload.checkpoint is None
    )


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
    if upload.state is State.RETRYING or upload.behind:
        return _spoken_wait(upload, said)
    if upload.state is State.PAUSED:
        return _spoken_pause(upload, said)
    if upload.is_confirmed_by_person:
        return translate("wording", "done, you said that it arrived")
    done = percent(upload)
    if upload.state is State.UPLOADING and done is not None:
        said = translate("wording", "{state}, {percent} percent").format(state=said, percent=done)
    return stage_text(upload, said)


def _spoken_wait(upload: Upload, said: str) -> str:
    if is_without_network(upload):
        return translate("wording", "no network, waiting for it to come back")
    if is_waiting_for_sign_in(upload):
        return translate("wording", "waits for the sign-in")
    return translate("wording", "waits for its server, which is in trouble") if upload.behind else said


def _spoken_pause(upload: Upload, said: str) -> str:
    if can_resume(upload):
        return _with_place(translate("wording", "paused, will continue at about {sent} of {size}"), upload)
    if is_paused_midway(upload):
        return _with_place(translate("wording", "paused, goes on at {sent} of {size}"), upload)
    return translate("wording", "paused, starts from the beginning") if starts_again(upload) else said


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
        shown = (explanation.title, explanation.detail, printable(link or ""), _tried(upload))
        happened = " ".join(filter(None, shown))
        return f"{happened}\n{explanation.advice}".strip()
    if upload.state is State.RETRYING and upload.problem:
        explanation = explain(upload.problem, words)
        asks = translate("wording", "The server is asked first whether it has it.") if upload.doubt else ""
        when = " ".join(filter(None, [f"{_next_try(upload)}.", _tried(upload), asks]))
        return f"{when}\n{explanation.title} {explanation.detail}".strip()
    if upload.state is State.DONE and upload.receipt:
        took = translate("wording", "Done in {time}.").format(
            time=duration_text(upload.receipt.seconds, words)
        )
        remarks = [words(NOTE_WORDS[note]) for note in upload.receipt.notes]
        return " ".join(filter(None, [took, _tried(upload), *remarks, printable(link or "")]))
    if upload.state is State.UPLOADING and upload.destination.takes_file:
        return _with_place(translate("wording", "Sending: {sent} of {size}."), upload)
    return _paused(upload) if upload.state is State.PAUSED else _plainly(upload)


def _plainly(upload: Upload) -> str:
    if upload.is_confirmed_by_person:
        return translate("wording", "You said that it arrived; the server did not say so.")
    if upload.behind:
        why = explain(upload.behind.problem, words)
        reason = f"{why.title} {why.detail}".strip()
        return f"{_next_try(upload)}.\n{reason}\n{_forgotten(upload)}".strip()
    said = translate("wording", "{state}.").format(state=words(STATE_WORDS[upload.state].label))
    return f"{said}\n{_forgotten(upload)}".strip()


def _paused(upload: Upload) -> str:
    """Say where a paused row will go on, and of one without a connection why it has none any more."""
    if can_resume(upload):
        text = translate(
            "wording",
            "Paused at {sent} of {size}. It will continue with what the server has by then, also after a"
            " restart.",
        )
        return _with_place(text, upload)
    if is_paused_midway(upload):
        text = translate(
            "wording",
            "Paused at {sent} of {size}. It goes on there as long as the server keeps the connection,"
            " else it starts from the beginning.",
        )
        return _with_place(text, upload)
    if upload.attempts == 0:
        return translate("wording", "Paused. It has not begun yet.")
    if upload.checkpoint is not None:
        return translate("wording", "Paused. It will continue with what the server has by then.")
    text = translate("wording", "Paused. It starts from the beginning.")
    reason = explain(upload.problem, words) if upload.problem else ""
    return "\n".join(filter(None, (text, str(reason), _forgotten(upload))))


def _forgotten(upload: Upload) -> str:
    """Say of a row that waits, where it is so, that the next session will not have its secret."""
    if not upload.forgets or upload.state not in WAITING:
        return ""
    return translate(
        "wording", "There is no keychain here: after a restart its link or secret is asked for again."
    )


def _tried(upload: Upload) -> str:
    """Return how many attempts it took so far, nothing where there was but the one that the row tells of."""
    if upload.attempts <= (upload.state is not State.RETRYING):
        return ""
    if upload.attempts == 1:
        return translate("wording", "Tried once.")
    return translate("wording", "Tried {n} times.", "", upload.attempts).format(n=number(upload.attempts))


def _with_place(text: str, upload: Upload) -> str:
    return text.format(sent=size_text(upload.sent, words), size=size_of(upload))
