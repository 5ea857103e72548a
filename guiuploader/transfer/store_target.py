# SPDX-License-Identifier: MIT
"""Where in a store a file goes, and by which way: what its destination's address and a connection say."""

from dataclasses import dataclass, field, replace
from urllib.parse import quote

from guiuploader.destinations.destination import Destination
from guiuploader.network.session import Route
from guiuploader.network.sigv4 import Keys
from guiuploader.network.trust import Trust
from guiuploader.sources.store_access import Access
from guiuploader.sources.store_address import StoreAddress, parse_address
from guiuploader.sources.stores import Stores, check_name
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.filler import not_allowed
from guiuploader.values.errors import SourceError

_LONGEST_KEY = 1024  # bytes, at all three kinds of stores


@dataclass(frozen=True, slots=True)
class StoreTarget:
    """One object to be, and what it takes to reach its bucket; `stores` know who asks there."""

    address: StoreAddress
    access: Access
    stores: Stores = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """What its connection is called."""
        return self.address.connection or self.address.scheme

    @property
    def url(self) -> str:
        """The object's address on the web."""
        return f"{self.access.url}/{quote(self.address.key, safe='/-._~')}"

    def filled(self, request: FilledRequest) -> FilledRequest:
        """Return the request with the object's web address, and with who signs it."""
        return replace(request, url=self.url, sign_in=_keys(self.access))

    def renewed_keys(self) -> Keys | None:
        """Return who signs now, None for nobody: keys that were signed in for may have been renewed.

        Raises SourceError. A connection that leads elsewhere by now counts for the next upload.
        """
        now = self.stores.access(self.address)
        return _keys(now if now.url == self.access.url else self.access)

    def way(self, destination: Destination) -> Route:
        """Return how the store is reached: the times are the destination's, all else the connection's."""
        network = destination.network
        return Route(
            destination=destination.name,
            connect_timeout=network.connect_timeout,
            stall_timeout=network.stall_timeout,
            reply_timeout=network.reply_timeout,
            trust=Trust(ca_file=self.access.ca_file),
            proxy=self.access.proxy,
            expect_continue=network.expect_continue,
        )


def store_target(address: str, stores: Stores) -> StoreTarget:
    """Return what a destination's filled address means.

    Raises DestinationError for a name that no object should have, and SourceError for a connection that is
    not there or lacks its keys.
    """
    found = parse_address(address)
    if found.is_prefix:
        raise not_allowed("url", "the object's name came out empty")
    if len(found.key.encode()) > _LONGEST_KEY:
        raise not_allowed("url", f"the object's name came out longer than {_LONGEST_KEY} bytes")
    try:
        check_name(found)
    except SourceError as error:
        reason = f"“{found.key}” has an empty part, one of nothing but dots, or a control character"
        raise not_allowed("url", reason) from error
    return StoreTarget(found, stores.access(found), stores)


def _keys(access: Access) -> Keys | None:
    own = access.keys
    keys = Keys(own.access_key, own.secret_key, own.session_token, own.region, "s3")
    return keys if own.access_key else None
