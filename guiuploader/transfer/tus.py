# SPDX-License-Identifier: MIT
"""Send a file by tus 1.0: an upload is made at the server, then filled from wherever the server has it.

Only the server's offset counts, never what we sent. What comes of a broken line is asked there at once.
"""

from guiuploader.destinations.destination import Destination, origin_of
from guiuploader.transfer.cargo import Cargo, opened_at
from guiuploader.transfer.exchange import Delivery, Passage, ask
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.tus_ending import end
from guiuploader.transfer.tus_part import Part, send_part
from guiuploader.transfer.tus_state import TusState
from guiuploader.transfer.tus_words import (
    Abilities,
    abilities,
    address_of,
    broken,
    is_yes,
    offset_of,
    request,
)
from guiuploader.values.errors import ErrorCode, NetworkError, SourceError, UploaderError

_FIRST_PART = 1024 * 1024  # bytes that the request which makes an upload brings, where none else is said
_MOST_IDLE = 3  # answers in a row after which the server has no more than before
_LOST = frozenset(
    {ErrorCode.CONNECTION_LOST, ErrorCode.SEND_STALLED, ErrorCode.REPLY_LOST, ErrorCode.REPLY_TIMEOUT}
)


class Tus:
    """Keeps what a destination's server can; belongs to one thread."""

    def __init__(self) -> None:
        self._known: tuple[Destination, Abilities] | None = None

    def deliver(self, passage: Passage, filled: FilledRequest) -> tuple[FilledRequest, Delivery]:
        """Send the file until the server has all of it; the request is returned as its last one went.

        Raises an error of our tree, as `exchange.deliver` does. NetworkError(UPLOAD_GONE) says that the file
        may be there, and that nothing tells.
        """
        source = passage.job.sources[0]
        if source.size is None:
            raise SourceError(ErrorCode.SOURCE_LENGTHLESS, path=source.location)
        state = TusState(passage, filled, source.size, self._abilities(passage, filled))
        try:
            delivery = _filled_up(state)
        except UploaderError as error:
            if passage.control.cancelled and state.url:
                raise end(state) from error
            raise
        return request(filled, "PATCH", state.url), delivery

    def _abilities(self, passage: Passage, filled: FilledRequest) -> Abilities:
        destination = passage.job.destination
        if self._known is None or self._known[0] is not destination:
            found = abilities(ask(passage, request(filled, "OPTIONS", filled.url)))
            self._known = (destination, found)
        return self._known[1]


def _filled_up(state: TusState) -> Delivery:
    """Take the upload up or make it, and send until it is whole."""
    kept = state.passage.job.checkpoint
    place = None
    if kept is not None and origin_of(kept.url) == origin_of(state.filled.url):
        state.take_up(kept)
        place = state.asked()
    while True:
        reply, offset = place or _created(state)
        state.tell_place(offset)
        with opened_at(
            state.source,
            offset,
            state.passage.control,
            algorithm=state.passage.job.destination.reply.hash,
            passing=state.passage.events.reading_ahead,
        ) as cargo:
            place = _sent_on(state, cargo, reply)
            if place is not None and place[1] == state.size:
                return Delivery(place[0], cargo.sent(), complete=True, created=state.url)


def _sent_on(state: TusState, cargo: Cargo, reply: Reply) -> tuple[Reply, int] | None:
    """Send parts until the file ends, or the server has it elsewhere; None where it has nothing any more."""
    file = cargo.files[0]
    offset: int = file.position
    while not file.complete:
        part = Part(file, state.part_length(file.len))
        try:
            reply = send_part(state, part)
        except NetworkError as error:
            if error.problem.code not in _LOST or state.passage.control.cancelled:
                raise
            return _after_loss(state, error)
        place = state.judged(reply, file.position)
        if place is None:
            return None
        reply, offset = place
        if not state.has_grown(offset) and offset != file.position and state.idle >= _MOST_IDLE:
            raise broken(reply, f"It stays at {offset} bytes.")
        if offset != file.position:
            break
    return reply, offset


def _after_loss(state: TusState, error: NetworkError) -> tuple[Reply, int] | None:
    """Ask what the server has after a broken line. Raises the error where that is nothing new."""
    try:
        place = state.asked()
    except NetworkError as now:
        # Where the file may be whole, it is the first error that says so.
        raise (error if state.may_be_whole else now) from now
    if place is not None and place[1] < state.size and not state.has_grown(place[1]):
        # The server has been asked: it does not have the end, whatever went out.
        raise NetworkError(ErrorCode.CONNECTION_LOST, host=state.passage.job.destination.host) from error
    return place


def _created(state: TusState) -> tuple[Reply, int]:
    """Make an upload at the server and return its answer, and how much of the file it has."""
    state.check_room()
    filled, first = state.filled, state.first_part(_FIRST_PART)
    meter = Meter(state.passage.events)
    if state.size == 0:  # it is whole as soon as it is made
        meter.finished()
    if first:
        with opened_at(
            state.source,
            0,
            state.passage.control,
            algorithm="none",
            passing=state.passage.events.reading_ahead,
        ) as cargo:
            part = Part(cargo.files[0], first, creates=True)
            reply = send_part(state, part)
    else:
        reply = ask(state.passage, filled, meter)
    reply = state.followed(reply, meter)
    if not is_yes(reply):
        raise state.refused(reply)
    state.make(address_of(reply, state.filled.url))
    return reply, (offset_of(reply, state.size, given=first) or 0) if first else 0
