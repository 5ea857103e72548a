# SPDX-License-Identifier: MIT
"""What the window tells of one request and its answer, as plain text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import msgspec

from guiuploader.uploads.upload import Upload
from guiuploader.values.quantities import duration_text
from guiuploader.values.redact import printable
from guiuploader.values.states import ACTIVE, ENDED, State
from guiuploader.window import sentences
from guiuploader.window.wording import name_text, translate, words

_JSON_LIMIT = 256 * 1024
"""Characters of an answer that is laid out for reading; a longer one stands as it came."""
_DEEPEST = 32
"""How deep that may be nested: the blanks before each line grow with it, to hundreds of megabytes."""
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"')
_NO_BRACKET = re.compile(r"[^\[\]{}]+")
_JOINT = " · "
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Told:
    """What a pane shows: a title, a remark, and a text that is either foreign or a sentence of ours.

    The foreign text is as long as it came and not yet `legible`.
    """

    title: str = ""
    remark: str = ""
    foreign: str = ""
    sentence: str = ""


def request(uploads: Sequence[Upload]) -> Told:
    """Tell of the request of the one selected row."""
    if len(uploads) != 1:
        return _not_one(uploads, translate("exchange", "Select one row to see its request."))
    (upload,) = uploads
    title = name_text(upload)
    if upload.exchange is not None:
        return Told(title, _earlier(upload), foreign=upload.exchange.request)
    if _is_under_way(upload):
        text = translate("exchange", "The request stands here once it has ended.")
    elif upload.state not in ENDED:
        text = translate("exchange", "Nothing has been sent yet.")
    elif upload.sent or upload.state in {State.DONE, State.UNCONFIRMED}:
        text = translate("exchange", "What was sent has not been kept.")
    else:
        text = translate("exchange", "Nothing was sent.")
    return Told(title, sentence=text)


def reply(uploads: Sequence[Upload]) -> Told:
    """Tell what the server answered to the one selected row, and how long each part took."""
    if len(uploads) != 1:
        return _not_one(uploads, translate("exchange", "Select one row to see the server's answer."))
    (upload,) = uploads
    title, exchange = name_text(upload), upload.exchange
    if exchange is None:
        return Told(title, sentence=_without_exchange(upload))
    answer, times = exchange.reply, exchange.timings
    took = _took(
        connect=times.connect,
        tls=times.tls,
        send=times.send,
        wait=times.wait,
        read=times.read,
        is_answered=answer is not None,
    )
    remarks = list(filter(None, (_earlier(upload), took)))
    if answer is None:
        return Told(title, "\n".join(remarks), sentence=translate("exchange", "No answer came."))
    if answer.truncated:
        remarks.append(translate("exchange", "The answer was longer: only its beginning was kept."))
    return Told(
        title,
        "\n".join(remarks),
        foreign=answer_text(
            status=answer.status, reason=answer.reason, headers=answer.headers, body=answer.body
        ),
    )


def answer_text(*, status: int, reason: str, headers: Sequence[tuple[str, str]], body: str) -> str:
    """Return an answer as text: its status, headers, and body, JSON laid out."""
    head = [f"{status} {reason}".strip()]
    head += [f"{name}: {value}" for name, value in headers]
    lines = [printable(line) for line in head]
    return "\n".join([*lines, "", _laid_out(body)])


def legible(text: str) -> str:
    """Return foreign text with its lines and tabs, and a visible sign for all else that steers."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in lines)


def _not_one(uploads: Sequence[Upload], text: str) -> Told:
    return Told(sentences.selected(len(uploads)) if uploads else "", sentence=text)


def _is_under_way(upload: Upload) -> bool:
    """Tell whether a request has begun that has not ended, be it held up at the moment."""
    return upload.state in ACTIVE or (upload.state not in ENDED and upload.sent > 0)


def _earlier(upload: Upload) -> str:
    """Say whose request is on record while the next attempt waits or runs."""
    return "" if upload.state in ENDED else translate("exchange", "From the attempt before this one.")


def _without_exchange(upload: Upload) -> str:
    if _is_under_way(upload):
        return translate("exchange", "No answer yet.")
    if upload.state not in ENDED:
        return translate("exchange", "Nothing has been sent yet, so there is no answer.")
    if upload.state is State.SKIPPED:
        return translate("exchange", "Nothing was sent, so there is no answer.")
    if upload.state is State.DONE or (upload.problem and upload.problem.status):
        return translate("exchange", "The answer has not been kept.")
    return translate("exchange", "No answer came.")


def _took(
    *,
    connect: float | None,
    tls: float | None,
    send: float,
    wait: float,
    read: float | None,
    is_answered: bool,
) -> str:
    """Say where the time went. Without an answer, no time to connect may also mean that it never did."""
    parts = []
    if connect is not None:
        parts.append(translate("exchange", "Connect {time}").format(time=_brief(connect)))
    elif is_answered:
        parts.append(translate("exchange", "Kept connection"))
    if tls is not None:
        parts.append(translate("exchange", "TLS {time}").format(time=_brief(tls)))
    if read is None:
        parts.append(translate("exchange", "send {time}").format(time=_brief(send)))
    else:
        text = translate("exchange", "send {time}, {read} of it waiting for the store")
        parts.append(text.format(time=_brief(send), read=_brief(read)))
    parts.append(translate("exchange", "wait {time}").format(time=_brief(wait)))
    return _JOINT.join(parts)


def _brief(seconds: float) -> str:
    """Return a time as short as "under 1 ms" or "340 ms", "2.4 s", "7 min"."""
    milliseconds = round(seconds * 1000)
    if milliseconds < 1:
        return translate("exchange", "under 1 ms")
    if milliseconds < 1000:  # noqa: PLR2004 - of these there are that many in a second
        return translate("exchange", "{n} ms").format(n=milliseconds)
    if seconds < _MINUTE:
        return translate("exchange", "{n} s").format(n=f"{seconds:.1f}")
    return duration_text(seconds, words)


def _laid_out(body: str) -> str:
    """Return JSON with its numbers and keys as they came, on lines of their own; all else unchanged."""
    if len(body) > _JSON_LIMIT or not body.lstrip().startswith(("{", "[")):
        return body
    try:
        msgspec.json.format(body, indent=-1)  # only where this works are strings told from what is nested
        brackets = _NO_BRACKET.sub("", _STRING.sub("", body))
        depth = max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets))
        return msgspec.json.format(body, indent=2) if depth <= _DEEPEST else body
    except (ValueError, RecursionError):
        return body
