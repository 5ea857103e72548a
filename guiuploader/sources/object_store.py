# SPDX-License-Identifier: MIT
"""Objects in stores: streamed from there, never held in memory nor on a disk."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

from guiuploader.sources.content_type import UNKNOWN, guess
from guiuploader.sources.local_file import repaired
from guiuploader.sources.object_reader import ObjectReader
from guiuploader.sources.store_address import StoreAddress
from guiuploader.sources.store_errors import lost, translated
from guiuploader.sources.store_listing import Listed, Listing, Page
from guiuploader.sources.stores import Stores, Version, check_name
from guiuploader.values.errors import ErrorCode, Problem, SourceError
from guiuploader.values.redact import printable

_TRIES = 9
_FIRST_TRIES = 3  # a person waits, and the endpoint may be wrong
_FIRST_PAUSE = 0.2  # seconds; doubled at each try


@dataclass(frozen=True, slots=True)
class StoreObject:
    """One version of an object, as it was when it was added; `stores` is who can ask for it."""

    address: StoreAddress
    relpath: str
    size: int
    etag: str
    modified: dt.datetime
    media_type: str = ""
    stores: Stores | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.address.key.rpartition("/")[2]

    @property
    def content_type(self) -> str:
        """The media type that the store tells, else the one by the name's ending."""
        told = self.media_type
        return told if told and told not in {UNKNOWN, "binary/octet-stream"} else guess(self.name)

    @property
    def location(self) -> str:
        """The whole address, printable."""
        return printable(str(self.address))

    def open(self) -> ObjectReader:
        """Begin to fetch; what is wrong is raised by the reader. Raises SourceError."""
        return self.open_at(0)

    def open_at(self, offset: int, /) -> ObjectReader:
        """Begin to fetch at this byte. Raises as `open` does."""
        blocks = self._known().blocks(self.address, self.size, self.etag, offset)
        return ObjectReader(blocks, self.size - offset, self.location)

    def renewed(self) -> "StoreObject":
        """Return the object as it is now. Raises SourceError."""
        return _as_looked_at(self._known(), self.address, self.relpath)

    def meta(self) -> Version:
        """Return what the store tells of this version besides. Raises SourceError, also when it changed."""
        now = self._known().look(self.address)
        if (now.size, now.etag) != (self.size, self.etag):
            raise SourceError(ErrorCode.STORE_CHANGED, path=self.location)
        return now

    def bound(self, stores: Stores) -> "StoreObject":
        """Return the same object, which these stores are asked for."""
        return replace(self, stores=stores)

    def _known(self) -> Stores:
        if self.stores is None:
            reason = "nothing is known of connections here"
            raise SourceError(ErrorCode.SOURCE_UNREADABLE, path=self.location, reason=reason)
        return self.stores


def take_in_objects(
    stores: Stores, address: StoreAddress, going_on: Callable[[], bool]
) -> Iterator[StoreObject | Problem]:
    """Yield a source for an object, or for each below a prefix while it is listed, or why there is none."""
    try:
        if not address.is_prefix:
            try:
                yield _as_looked_at(stores, address, repaired(address.key.rpartition("/")[2]))
            except SourceError as error:
                if error.problem.code is not ErrorCode.STORE_NO_OBJECT:
                    raise
                below = iter(_below(stores, address.with_key(f"{address.key}/"), going_on))
                first = next(below, None)
                if first is None:
                    raise
                yield first
                yield from below
            return
        nothing = True
        for found in _below(stores, address, going_on):
            nothing = False
            yield found
        if nothing and going_on():
            yield Problem(ErrorCode.SOURCE_EMPTY_FOLDER, {"path": printable(str(address))})
    except SourceError as error:
        yield error.problem


def _as_looked_at(stores: Stores, address: StoreAddress, relpath: str) -> StoreObject:
    now = stores.look(address)
    return StoreObject(address, relpath, now.size, now.etag, now.modified, now.content_type, stores)


def _below(
    stores: Stores, address: StoreAddress, going_on: Callable[[], bool]
) -> Iterator[StoreObject | Problem]:
    """Yield what begins with an address, folders' markers left out."""
    parent = len(address.key.rstrip("/").rpartition("/")[0])
    parent += 1 if parent else 0
    for page in _pages(stores, address, going_on):
        for each in page.objects:
            if each.key.endswith("/") and not each.size:
                continue
            found = address.with_key(each.key)
            try:
                check_name(found)
            except SourceError as error:
                yield error.problem
                continue
            relpath = each.key[parent:] if address.key else f"{address.bucket}/{each.key}"
            yield StoreObject(found, relpath, each.size, each.etag, each.modified, stores=stores)


def _pages(stores: Stores, address: StoreAddress, going_on: Callable[[], bool]) -> Iterator[Page]:
    """Yield the pages of a listing; one that does not come is asked for again. Raises SourceError."""
    if address.kind != "s3":
        yield from _pages_by_obstore(stores, address, going_on)
        return
    token, tries = "", 0
    landmark, steps, pause = "", 0, 1
    with closing(Listing(stores.access(address), address.key, str(address))) as listing:
        while going_on():
            try:
                listing.renew(stores.access(address))  # a long listing may outlast its keys
                page = listing.page(token)
            except SourceError as error:
                tries += 1
                if error.problem.code is not ErrorCode.STORE_LOST or tries >= (
                    _TRIES if token else _FIRST_TRIES
                ):
                    raise stores.blamed(address, error) from error
                threading.Event().wait(_FIRST_PAUSE * 2**tries)
                continue
            yield page
            token, tries = page.next, 0
            if not token:
                return
            if token == landmark:
                raise lost(str(address), "Its list of objects goes round in a circle.")
            steps += 1
            if steps == pause:  # one of a few pages is remembered: so circles of any length are found (Brent)
                landmark, steps, pause = token, 0, 2 * pause


def _pages_by_obstore(stores: Stores, address: StoreAddress, going_on: Callable[[], bool]) -> Iterator[Page]:
    import obstore  # noqa: PLC0415 - heavy, and most people never need it

    client = stores.client(address)
    try:
        for some in obstore.list(client, address.key.rstrip("/") or None, chunk_size=1000):
            if not going_on():
                return
            yield Page(
                [
                    Listed(each["path"], each["size"], each["e_tag"] or "", each["last_modified"])
                    for each in some
                    if each["size"] or _is_there(stores, address.with_key(each["path"]))
                ]
            )
    except SourceError:
        raise
    except Exception as error:
        raise stores.blamed(address, translated(str(address), error)) from error


def _is_there(stores: Stores, address: StoreAddress) -> bool:
    """Tell an empty object from a folder's marker, whose “/” the library takes off."""
    try:
        stores.look(address)
    except SourceError as error:
        if error.problem.code is not ErrorCode.STORE_NO_OBJECT:
            raise
        return False
    return True
