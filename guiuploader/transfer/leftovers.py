# SPDX-License-Identifier: MIT
"""Have a server drop what an upload left there that nobody wants any more, and that no transfer has in hand.

Only what surely is no whole file: the rest a person has to look at.
"""

from contextlib import closing
from dataclasses import dataclass
from functools import partial

from guiuploader.destinations.destination import BodyKind, Destination, origin_of
from guiuploader.destinations.texts import hash_names
from guiuploader.network.session import HttpSession
from guiuploader.sources.stores import Stores
from guiuploader.transfer import s3_ending, tus_ending
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.exchange import Passage
from guiuploader.transfer.fill import fill
from guiuploader.transfer.job import Job, SecretLookup
from guiuploader.transfer.read_ahead import ReadAhead
from guiuploader.transfer.record import Record
from guiuploader.transfer.route import route
from guiuploader.transfer.store_target import store_target
from guiuploader.transfer.unheard import Unheard
from guiuploader.values.secrets import SecretStore


@dataclass(frozen=True, slots=True)
class Keys:
    """Who knows how servers and stores are reached."""

    secrets: SecretStore
    stores: Stores


def can_drop(destination: Destination, checkpoint: Checkpoint | None) -> bool:
    """Tell whether there is something at the server which it can be asked to drop."""
    if checkpoint is None or checkpoint.may_be_whole:
        return False
    is_tus = destination.body is BodyKind.TUS and bool(checkpoint.url)
    return is_tus or (destination.body is BodyKind.OBJECT_STORE and "?uploadId=" in checkpoint.url)


def drop(job: Job, kept: Checkpoint, keys: Keys, control: Control) -> None:
    """Return when the server has dropped it, has forgotten it, or never drops any.

    Raises one error of our tree, as `Sender.send` does.
    """
    destination = job.destination
    lookup = SecretLookup(keys.secrets, destination)
    unheard = Unheard()
    ahead = ReadAhead(job.sources, hash_names(destination), control, unheard)
    scopes = job.scopes(lookup, ahead.digest_of)
    filled = fill(destination, scopes)
    is_tus = filled.body is BodyKind.TUS
    target = None if is_tus else store_target(filled.url, keys.stores)
    way = route(destination, filled.url, scopes[0]) if target is None else target.way(destination)
    way_to = partial(route, destination, scope=scopes[0])
    with closing(HttpSession()) as session:
        passage = Passage(session, job, way, control, unheard, ahead, Record(job, lookup), way_to)
        if target is not None:
            if kept.url.startswith(f"{target.access.url}/"):
                s3_ending.drop(passage, target, target.filled(filled), kept)
        elif origin_of(kept.url) == origin_of(filled.url):
            tus_ending.drop(passage, filled, kept)
