# SPDX-License-Identifier: MIT
"""Something that is being taken in, and what is said of it at its end."""

from dataclasses import dataclass, field

from guiuploader.destinations.destination import Destination
from guiuploader.window import sentences, wording
from guiuploader.window.wording import number, translate


@dataclass(slots=True)
class Addition:
    """What is known of something that is being taken in.

    `skipped` were sent there before, and it `asks` whether they are to be sent again; `queued` wait already.
    """

    destination: Destination
    is_held: bool
    asks: bool
    skipped: int = 0
    queued: int = 0
    reasons: list[str] = field(default_factory=list)


def added(addition: Addition, new: int) -> str:
    """Say what was added, what was sent before, and what was left out."""
    place = wording.place(addition.destination)
    is_held = addition.is_held and new > 0
    if not addition.destination.takes_file and new:
        return sentences.request_held(place) if is_held else sentences.request_added(place)
    parts = []
    if new or not (addition.skipped or addition.queued):
        parts.append(sentences.held(new, place) if is_held else sentences.added(new, place))
    if addition.skipped:
        total = new + addition.skipped + addition.queued
        parts.append(_sent_before(addition.skipped, total, place))
        if not addition.asks:
            parts.append(translate("addition", "skipped"))
    if addition.queued:
        parts.append(_in_queue(addition.queued))
    return " · ".join(parts)


def _sent_before(count: int, total: int, place: str) -> str:
    """Say how many of those that were dropped had gone to the same place before."""
    text = translate("addition", "{n} of {total} were sent to {place} before")
    if total == 1:
        text = translate("addition", "This file was sent to {place} before")
    elif count == 1:
        text = translate("addition", "1 of {total} was sent to {place} before")
    return text.format(n=number(count), total=number(total), place=place)


def _in_queue(count: int) -> str:
    """Say how many were left out, as they wait or are being sent."""
    if count == 1:
        return translate("addition", "1 is already in the queue")
    return translate("addition", "{n} are already in the queue", "", count).format(n=number(count))
