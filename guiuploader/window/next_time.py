# SPDX-License-Identifier: MIT
"""What the window says about this time and the next: what closing it means, and what an earlier run left."""

from guiuploader.uploads.rows import Overall
from guiuploader.values.states import ACTIVE, State
from guiuploader.window import sentences
from guiuploader.window.wording import number, translate

_JOINT = " · "


def broken_off(overall: Overall, not_added: int) -> str:
    """Say what closing the window would break off where the queue is kept."""
    running = {state: overall.counts[state] if state in ACTIVE else 0 for state in State}
    return sentences.not_ended(Overall(running, 0, 0.0), not_added)


def goes_on(overall: Overall, *, is_adding: bool) -> str:
    """Say what becomes of it."""
    if not is_adding:
        return translate(
            "next_time",
            "What is being sent now starts again next time, unless the server has it already;"
            " nothing else is lost.",
        )
    lost = translate("next_time", "What has not been added yet must be added again.")
    if not any(overall.counts[state] for state in ACTIVE):
        return lost
    again = translate(
        "next_time", "What is being sent now starts again next time, unless the server has it already."
    )
    return f"{again} {lost}"


def left(waiting: int, doubtful: int) -> str:
    """Say what an earlier run left, "" when that is nothing."""
    parts = []
    if waiting == 1:
        parts.append(translate("next_time", "1 upload from last time goes on"))
    elif waiting:
        parts.append(
            translate("next_time", "{n} uploads from last time go on", "", waiting).format(n=number(waiting))
        )
    if doubtful:
        parts.append(translate("next_time", "{n} may have arrived", "", doubtful).format(n=number(doubtful)))
    return _JOINT.join(parts)


def taken_by_send() -> str:
    """Say why nothing is kept while a `send` has the queue."""
    return translate(
        "next_time",
        "A “guiuploader send” is at work and has the queue, so this window keeps nothing on the disk:"
        " what has not arrived when it is closed must be added again.",
    )
