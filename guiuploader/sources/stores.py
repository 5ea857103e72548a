# SPDX-License-Identifier: MIT
"""Asks object stores: what an object is, and for its bytes, whose line may break as often as it likes."""

import asyncio
import datetime as dt
import re
import threading
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guiuploader.sources.object_reader import BLOCK
from guiuploader.sources.store_access import Access, access, named_for
from guiuploader.sources.store_address import StoreAddress
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.store_errors import translated
from guiuploader.sources.store_keys import blamed
from guiuploader.values.errors import ErrorCode, SourceError
from guiuploader.values.secrets import SecretStore

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import AzureStore, ClientConfig, GCSStore, RetryConfig, S3Store

    Client = S3Store | GCSStore | AzureStore

# A relay may take days: what ends it is silence, not its length.
_WHOLE = dt.timedelta(days=30)
_SILENCE = dt.timedelta(seconds=60)
_CONNECT = dt.timedelta(seconds=10)

_TRIES = 7  # without a byte in between
_WRITE_TRIES = 5  # of one part
_WRITING = dt.timedelta(seconds=90)
_FIRST_PAUSE = 0.1  # seconds; doubled at each try
_ODD_NAME = re.compile(r"^/|/$|//|[\x00-\x1f\x7f]|(?:^|/)\.\.?(?:/|$)")
_STATED = {"content-type", "content-length", "etag", "last-modified"}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object; `size` is in bytes. `meta` is what its owner noted, names in lower case."""

    size: int
    etag: str
    modified: dt.datetime
    content_type: str
    meta: Mapping[str, str]


class Stores:
    """Knows the connections and keeps the lines to stores; safe to use from several threads.

    Connections and secrets are looked up anew each time, so that an edit counts at once. Without `signs_in`
    nobody is asked for keys, and masks stand there.
    """

    def __init__(self, library: ConnectionLibrary, secrets: SecretStore, *, signs_in: bool = True) -> None:
        self._signs_in = signs_in
        self._library = library
        self._secrets = secrets
        self._clients: dict[Access, Client] = {}
        self._lock = threading.Lock()

    def access(self, address: StoreAddress) -> Access:
        """Return what it takes to ask an address's bucket. Raises SourceError."""
        return access(address, self._library, self._secrets, signs_in=self._signs_in)

    def look(self, address: StoreAddress) -> Version:
        """Ask what an object is like. Raises SourceError."""
        import obstore  # noqa: PLC0415 - heavy, and most people never need it

        client, where = self.client(address), str(address)
        check_name(address)
        try:
            found = obstore.get(client, address.key, options={"head": True})
        except Exception:  # noqa: BLE001 - whatever it was: an answer to HEAD has no words, so it is asked again
            try:
                found = obstore.get(client, address.key, options={"range": (0, 1)})
            except Exception as error:
                raise self.blamed(address, translated(where, error)) from error
        about = {name.lower(): str(value) for name, value in found.attributes.items()}
        return Version(
            found.meta["size"],
            found.meta["e_tag"] or "",
            found.meta["last_modified"],
            about.get("content-type", ""),
            {name: value for name, value in about.items() if name not in _STATED},
        )

    async def blocks(
        self, address: StoreAddress, size: int, etag: str, position: int = 0
    ) -> AsyncGenerator[bytes, None]:
        """Yield this version of an object from a byte to its end, whatever becomes of the line.

        What is missing when it breaks is asked for anew, of the same version. Raises SourceError; STORE_LOST
        when no byte came for several tries.
        """
        if position and position >= size:
            return
        where, tries = str(address), 0
        check_name(address)
        while True:
            client = self.client(address)  # keys may have been renewed since the last line
            try:
                async for block in _rest(client, address, _Wanted(size, etag, position)):
                    position, tries = position + len(block), 0
                    yield block
            except SourceError:
                raise
            except Exception as error:
                problem = self.blamed(address, translated(where, error))
                tries += 1
                if problem.problem.code is not ErrorCode.STORE_LOST or tries >= _TRIES:
                    raise problem from error
                await asyncio.sleep(_FIRST_PAUSE * 2**tries)
            else:
                if position >= size:
                    return
                tries += 1
                if tries >= _TRIES:
                    raise SourceError(ErrorCode.STORE_CHANGED, path=where)

    def blamed(self, address: StoreAddress, error: SourceError) -> SourceError:
        """Return the error with what a person could mend it by."""
        return blamed(named_for(address, self._library), error)

    def writer(self, address: StoreAddress) -> "Client":
        """Return what puts objects into an address's bucket, and tries a part again. Raises SourceError."""
        retries: RetryConfig = {"max_retries": _WRITE_TRIES, "retry_timeout": _WRITING}
        return new_client(self.access(address), retries)

    def client(self, address: StoreAddress) -> "Client":
        """Return what asks an address's bucket. Raises SourceError."""
        way = self.access(address)
        with self._lock:
            if way not in self._clients:
                self._clients[way] = new_client(way)
            return self._clients[way]


def check_name(address: StoreAddress) -> None:
    """Raise SourceError(STORE_NAME) for a name that the library below would change or refuse."""
    if _ODD_NAME.search(address.key):
        raise SourceError(ErrorCode.STORE_NAME, path=str(address))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which version of an object, and from where on, in bytes."""

    size: int
    etag: str
    position: int


async def _rest(client: "Client", address: StoreAddress, wanted: _Wanted) -> AsyncGenerator[bytes, None]:
    """Yield an object's bytes from a position on, as long as the line holds."""
    import obstore  # noqa: PLC0415 - heavy, and most people never need it

    options: GetOptions = {}
    if wanted.etag and not wanted.etag.startswith(
        "W/"
    ):  # a weak one matches nothing (RFC 9110, section 13.1.1)
        options["if_match"] = wanted.etag
    if wanted.position:
        options["range"] = {"offset": wanted.position}
    found = await obstore.get_async(client, address.key, options=options)
    if found.meta["size"] != wanted.size or (wanted.etag and found.meta["e_tag"] != wanted.etag):
        raise SourceError(ErrorCode.STORE_CHANGED, path=str(address))
    yield b""  # it has begun
    async for block in found.stream(min_chunk_size=BLOCK):
        yield bytes(block)


def new_client(way: Access, retries: "RetryConfig | None" = None) -> "Client":
    """Return what asks a bucket. Raises SourceError for certificates that cannot be read."""
    # The line is mended here, where bytes that came in between count; its own counts from the beginning.
    retries = retries or {"max_retries": 0, "retry_timeout": _WHOLE}
    from obstore.store import AzureStore, GCSStore, S3Store  # noqa: PLC0415 - heavy, and most never need it

    options = _client_options(way)
    config = dict(way.config)
    match way.kind:
        case "google":
            return GCSStore(way.bucket, config=config, client_options=options, retry_config=retries)  # type: ignore[arg-type] # their keys
        case "azure":
            return AzureStore(way.bucket, config=config, client_options=options, retry_config=retries)  # type: ignore[arg-type] # the same
        case _:
            return S3Store(way.bucket, config=config, client_options=options, retry_config=retries)  # type: ignore[arg-type] # the same


def _client_options(way: Access) -> "ClientConfig":
    options: ClientConfig = {
        "timeout": _WHOLE,
        "read_timeout": _SILENCE,
        "connect_timeout": _CONNECT,
        "allow_http": way.url.startswith("http:"),
        "user_agent": "guiuploader",
    }
    if way.ca_file:
        try:
            options["root_certificate"] = Path(way.ca_file).expanduser().read_bytes()
        except OSError as error:
            reason = error.strerror or "cannot be read"
            raise SourceError(
                ErrorCode.STORE_INVALID, connection=way.host, key="ca_file", reason=reason
            ) from error
    if way.proxy is not None:
        options["proxy_url"] = way.proxy.with_login
    else:
        # Left out, it would ask the environment; a proxy that is for nobody is none.
        options["proxy_url"] = "http://127.0.0.1:9"
        options["proxy_excludes"] = "*,0.0.0.0/0,::/0"
    return options
