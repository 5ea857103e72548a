# SPDX-License-Identifier: MIT
"""What is known of one tus upload while it is filled, and what the server's answers make of it."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from guiuploader.sources.source import Source
from guiuploader.sources.standard_input import StandardInput
from guiuploader.transfer import reply as replies
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.exchange import Passage, ask
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.redirects import Hops
from guiuploader.transfer.tus_words import GONE, Abilities, broken, is_yes, offset_of, other_version, request
from guiuploader.values.errors import ErrorCode, NetworkError, ServerRefused
from guiuploader.values.links import opens
from guiuploader.values.redact import blank

_CODES: Mapping[int, ErrorCode] = {
    **replies.CODES,
    HTTPStatus.LOCKED: ErrorCode.SERVER_BUSY,  # the request before this one has not quite ended there
    460: ErrorCode.CHECKSUM_REFUSED,
}
_SETTLING = frozenset({401, 403, 413, 415, 429, 460, 503})
"""Statuses by which a server surely took nothing of a request."""


class TusState:
    """One upload; `url` is its address, "" before it is made.

    `may_be_whole` tells that its last byte was let go and no answer came since, `idle` how many answers in a
    row said that the server has no more than before.
    """

    def __init__(self, passage: Passage, filled: FilledRequest, size: int, abilities: Abilities) -> None:
        self.passage = passage
        self.filled = filled
        self.size = size
        self.abilities = abilities
        self.url = ""
        self.may_be_whole = False
        self.idle = 0
        self._best = 0
        self._is_made_anew = False
        self._is_told = False

    @property
    def source(self) -> Source:
        """The file."""
        return self.passage.job.sources[0]

    def take_up(self, kept: Checkpoint) -> None:
        """Go on with what an earlier attempt left."""
        self.url, self.may_be_whole = kept.url, kept.may_be_whole

    def make(self, url: str) -> None:
        """Note that the upload was made at this address."""
        self.url = url
        self._keep()

    def let_go(self) -> None:
        """Note that the file's last byte is about to go out."""
        self.may_be_whole = True
        self._keep()

    def forget(self) -> None:
        """Note that there is nothing to go on from."""
        self.passage.events.checkpoint(None)
        self.url, self.may_be_whole, self._best = "", False, 0

    def tell_place(self, offset: int) -> None:
        """Tell from where the file goes on, unless it is the usual beginning."""
        if offset or self._is_told:
            self.passage.events.resumed(offset)
        self._is_told = True
        self._best = max(self._best, offset)

    def has_grown(self, offset: int) -> bool:
        """Note what the server has now, and tell whether it is more than ever."""
        grows = offset > self._best
        self._best, self.idle = max(self._best, offset), 0 if grows else self.idle + 1
        return grows

    def part_length(self, left: int) -> int:
        """Return how many of the bytes that are left go into the next request."""
        return min(self.passage.job.destination.tus.part_size or left, left)

    def first_part(self, usual: int) -> int:
        """Return how many bytes go with the request that makes the upload: never all of them.

        Where its answer is lost, so is the upload's address, and nothing could tell what became of it.
        Standard input gives none: it cannot be opened a second time for the rest.
        """
        tus = self.passage.job.destination.tus
        if isinstance(self.source, StandardInput):
            return 0
        if not tus.creation_with_upload or "creation-with-upload" not in self.abilities.extensions:
            return 0
        return max(0, min(tus.part_size or usual, self.size - 1))

    def check_room(self) -> None:
        """Raise ServerRefused for a file that is larger than the server takes."""
        most = self.abilities.most
        if most and self.size > most:
            raise ServerRefused(ErrorCode.SIZE_OVER_LIMIT, limit=most, amount=self.size)

    def asked(self) -> tuple[Reply, int] | None:
        """Ask the server how much it has; None where the upload is gone and may be made anew.

        Raises what `ask` does, ServerRefused, and NetworkError(UPLOAD_GONE).
        """
        hops = Hops(self.url)
        reply = ask(self.passage, request(self.filled, "HEAD", self.url))
        while target := hops.follow(reply, self.passage.record.secrets):
            reply = ask(self.passage, request(self.filled, "HEAD", target))
        if reply.status in GONE:
            self._gone(reply)
            return None
        if not is_yes(reply):
            raise self.refused(reply)
        offset = offset_of(reply, self.size)
        if offset is None:
            raise broken(reply, "It does not say how much of the file it has (Upload-Offset).")
        self._settle(offset)
        return reply, offset

    def judged(self, reply: Reply, given: int) -> tuple[Reply, int] | None:
        """Return what an answer to a part says, or what the server says when it is asked then, as `asked`.

        It was `given` so many bytes of the file by then.
        """
        target = Hops(self.url).follow(reply, self.passage.record.secrets)
        if target:
            self.url = target
            return self.asked()
        if reply.status in GONE:
            self._gone(reply)
            return None
        if reply.status == HTTPStatus.CONFLICT:
            return self.asked()
        if not is_yes(reply):
            if reply.status in _SETTLING:
                self._settle(0)
            raise self.refused(reply)
        offset = offset_of(reply, self.size, given=given)
        if offset is None:
            return self.asked()
        self._settle(offset)
        return reply, offset

    def followed(self, reply: Reply, meter: Meter) -> Reply:
        """Return the answer of where a server sends the making of an upload on to."""
        hops = Hops(self.filled.url)
        while target := hops.follow(reply, self.passage.record.secrets):
            self.filled = replace(self.filled, url=target)
            reply = ask(self.passage, self.filled, meter)
        return reply

    def refused(self, reply: Reply) -> ServerRefused:
        """Return the error for an answer that is a no."""
        if reply.status == HTTPStatus.PRECONDITION_FAILED:
            return other_version(reply)
        return replies.refusal(
            self.passage.job.destination,
            reply,
            size=self.size,
            secrets=self.passage.record.secrets,
            codes=_CODES,
        )

    def _settle(self, offset: int) -> None:
        if self.may_be_whole and offset < self.size:
            self.may_be_whole = False
            self._keep()

    def _keep(self) -> None:
        """Keep the address for later attempts, unless it holds a secret: those stay out of the ledger."""
        is_plain = blank(self.url, self.passage.record.secrets) == self.url
        if is_plain and not opens(self.url):
            self.passage.events.checkpoint(Checkpoint(self.url, self.may_be_whole))

    def _gone(self, reply: Reply) -> None:
        """Make ready to begin anew, where the file is surely not there. Raises the error where it may be."""
        destination = self.passage.job.destination
        if self.may_be_whole and not destination.repeats_are_safe:
            self.passage.events.before_commit_point()  # it stays open, for this attempt too
            self.forget()
            raise NetworkError(ErrorCode.UPLOAD_GONE, status=reply.status, host=destination.host)
        if self._is_made_anew:
            raise self.refused(reply)
        self._is_made_anew = True
        self.forget()
