# SPDX-License-Identifier: MIT
"""What stands in a store, one step down at a time and a page at a time: buckets, folders in them, objects."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from guiuploader.sources.store_access import Access, access_by
from guiuploader.sources.store_address import KINDS, StoreAddress, parse_address
from guiuploader.sources.store_connection import Named
from guiuploader.sources.store_errors import translated
from guiuploader.sources.store_listing import Listed, Listing
from guiuploader.sources.stores import new_client
from guiuploader.values.errors import SourceError
from guiuploader.values.secrets import SecretStore

_SCHEMES = {kind: scheme for scheme, kind in KINDS.items()}
_CHUNK = 1000
_CHUNKS = 10  # at most for a page: what is deeper is walked over, where the store does not fold it
_LAST = "\U0010ffff"  # behind whatever a folder holds


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of what stands directly in one place: first the folders, then the objects, each in order.

    `folders` are whole prefixes that end in “/”. `next` asks for the page behind it, empty at the last.
    """

    folders: tuple[str, ...]
    objects: tuple[Listed, ...]
    next: str


class Cut:
    """Ends a listing that waits for its store; `cut` may be called from any thread, and before it began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listing: Listing | None = None
        self._is_cut = False

    @property
    def is_cut(self) -> bool:
        """Whether nobody waits for it any more."""
        return self._is_cut

    def cut(self) -> None:
        """End it."""
        with self._lock:
            self._is_cut = True
            if self._listing is not None:
                self._listing.cut()

    @contextmanager
    def cutting(self, listing: Listing) -> Iterator[Listing]:
        """Let `cut` end what this listing asks, inside this block."""
        with self._lock:
            self._listing = listing
            if self._is_cut:
                listing.cut()
        try:
            yield listing
        finally:
            with self._lock:
                self._listing = None


def address_of(named: Named, bucket: str, key: str = "") -> StoreAddress:
    """Return how something in a connection's store is called. Raises SourceError for what is no bucket."""
    scheme = _SCHEMES[named.connection.kind]
    at = "" if named.name == scheme else f"{named.name}@"
    return parse_address(f"{scheme}://{at}{bucket}/{key}")


def buckets(named: Named, secrets: SecretStore, cut: Cut) -> list[str]:
    """Return the names of the buckets that an S3 connection's keys see. Raises SourceError."""
    listing = Listing(access_by(named, "", secrets), "", named.connection.origin)
    with closing(listing), cut.cutting(listing):
        return listing.buckets()


def shelf(way: Access, address: StoreAddress, token: str, cut: Cut) -> Shelf:
    """Return a page of what stands in a bucket, or in a folder of it. Raises SourceError.

    What the address's key has behind its last “/” is what the names begin with.
    """
    if way.kind != "s3":
        return _by_obstore(way, address, token, cut)
    listing = Listing(way, address.key, str(address), delimiter="/")
    with closing(listing), cut.cutting(listing):
        page = listing.page(token)
    objects = tuple(each for each in page.objects if each.key != address.key and not each.key.endswith("/"))
    return Shelf(tuple(page.prefixes), objects, page.next)


def _by_obstore(way: Access, address: StoreAddress, token: str, cut: Cut) -> Shelf:
    """Fold what obstore lists: its own folding takes all pages at once, however many there are.

    Each chunk is asked for from behind the folder in which the one before ended, so none is walked through.
    """
    import obstore  # noqa: PLC0415 - heavy, and most people never need it

    folder = address.key.rpartition("/")[0]
    fold = _Fold(address.key, len(folder) + 1 if folder else 0)
    try:
        client = new_client(way)
        for _ in range(_CHUNKS):
            chunks = obstore.list(client, folder or None, offset=token or None, chunk_size=_CHUNK)
            # Some stores begin with the very name that was given, not behind it.
            some = [each for each in next(iter(chunks), []) if each["path"] > token]
            if not some:
                return fold.shelf("")
            for each in some:
                found = Listed(each["path"], each["size"], each["e_tag"] or "", each["last_modified"])
                token = fold.take(found)
            if cut.is_cut or fold.count >= _CHUNK:
                break
    except SourceError:
        raise
    except Exception as error:
        raise translated(str(address), error) from error
    return fold.shelf(token)


class _Fold:
    """Collects what stands directly in a folder, whose names begin `start` characters in."""

    def __init__(self, wanted: str, start: int) -> None:
        self._wanted = wanted
        self._start = start
        self._folders: dict[str, None] = {}
        self._objects: dict[str, Listed] = {}

    @property
    def count(self) -> int:
        """How much was found."""
        return len(self._folders) + len(self._objects)

    def take(self, found: Listed) -> str:
        """Note an object, and return behind which name the next step is."""
        head, slash, _ = found.key[self._start :].partition("/")
        name = found.key[: self._start] + head
        if not name.startswith(self._wanted):
            pass
        elif slash:
            self._objects.pop(name, None)  # the folder's marker, its “/” taken off
            self._folders[f"{name}/"] = None
        else:
            self._objects[name] = found
        return f"{name}/{_LAST}" if slash else name

    def shelf(self, token: str) -> Shelf:
        """Return what was found."""
        return Shelf(tuple(self._folders), tuple(self._objects.values()), token)
