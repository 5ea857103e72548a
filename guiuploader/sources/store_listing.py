# SPDX-License-Identifier: MIT
"""Pages of what an S3 bucket holds.

obstore could list too, but one name that it cannot hold (with “//” in it, say) ends its whole listing, and it
does not tell a folder's marker from a file.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_plus, urlsplit
from xml.parsers import expat

import urllib3.exceptions

from guiuploader.network.failures import Phase
from guiuploader.network.session import HttpSession, Route
from guiuploader.network.sigv4 import Keys, signed
from guiuploader.network.trust import Trust
from guiuploader.sources.store_access import Access
from guiuploader.sources.store_errors import lost, refused
from guiuploader.sources.store_xml import Elements, parse
from guiuploader.values.errors import DestinationError, ErrorCode, NetworkError, SourceError
from guiuploader.values.explanations import explain

_EMPTY = hashlib.sha256(b"").hexdigest()
_OK = 200
_CONNECT, _SILENCE = 10.0, 60.0  # seconds
_LARGEST = 32 * 1024 * 1024  # bytes of one page


@dataclass(frozen=True, slots=True)
class Listed:
    """One object as a listing has it; `size` is in bytes."""

    key: str
    size: int
    etag: str
    modified: dt.datetime


@dataclass(slots=True)
class Page:
    """Some of the objects, in order; `next` asks for the page behind it and is empty at the last.

    `prefixes` are what the objects that stand deeper begin with, where a listing folds them.
    """

    objects: list[Listed] = field(default_factory=list)
    next: str = ""
    prefixes: list[str] = field(default_factory=list)


class Listing:
    """Asks for one page after another over one line; close it. A `delimiter` folds what stands deeper."""

    def __init__(self, way: Access, prefix: str, where: str, *, delimiter: str = "") -> None:
        self._way = way
        self._prefix = prefix
        self._delimiter = delimiter
        self._where = where
        self._session = HttpSession()
        self._route = Route(
            destination=way.host,
            connect_timeout=_CONNECT,
            stall_timeout=_SILENCE,
            reply_timeout=_SILENCE,
            trust=Trust(ca_file=way.ca_file),
            proxy=way.proxy,
            expect_continue="never",
        )

    def page(self, token: str) -> Page:
        """Return a page, the first one for an empty token. Raises SourceError."""
        pairs = {"list-type": "2", "encoding-type": "url", "prefix": self._prefix}
        if self._delimiter:
            pairs["delimiter"] = self._delimiter
        if token:
            pairs["continuation-token"] = token
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(pairs.items()))
        address = self._way.url if urlsplit(self._way.url).path else f"{self._way.url}/"
        status, body = self._ask(f"{address}?{query}")
        if status != _OK:
            raise refused(self._where, status, body.decode("utf-8", "replace"))
        try:
            return parsed(body)
        except (expat.ExpatError, ValueError) as error:
            raise lost(self._where, "Its answer is no list of objects.") from error

    def buckets(self) -> list[str]:
        """Return the names of whoever's buckets, where the way is to the store itself. Raises SourceError."""
        status, body = self._ask(f"{self._way.url.rstrip('/')}/")
        if status != _OK:
            raise refused(self._where, status, body.decode("utf-8", "replace"))
        try:
            return parse(body, _Buckets()).names
        except (expat.ExpatError, ValueError) as error:
            raise lost(self._where, "Its answer is no list of buckets.") from error

    def renew(self, way: Access) -> None:
        """Ask by other keys from now on."""
        self._way = way

    def cut(self) -> None:
        """End what is being asked, from any thread: it raises SourceError(STORE_LOST)."""
        self._session.line.cut()

    def close(self) -> None:
        """Close the line."""
        self._session.close()

    def _ask(self, url: str) -> tuple[int, bytes]:
        try:
            request = self._session.prepare("GET", url, self._headers(url))
            response = self._session.exchange(request, self._route, Phase())
        except NetworkError as error:
            raise lost(self._where, explain(error.problem).title) from error
        except DestinationError as error:  # certificates that cannot be read
            facts = error.problem.facts
            raise SourceError(
                ErrorCode.STORE_INVALID,
                connection=self._way.host,
                key=str(facts.get("key", "")),
                reason=str(facts.get("reason", "")),
            ) from error
        try:
            return response.status_code, response.raw.read(_LARGEST)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise lost(self._where, "It broke off its answer.") from error
        finally:
            response.close()

    def _headers(self, url: str) -> dict[str, bytes]:
        own = self._way.keys
        if not own.access_key:
            return {}
        keys = Keys(own.access_key, own.secret_key, own.session_token, own.region, "s3")
        headers = signed(keys, "GET", url, (), payload=_EMPTY, at=dt.datetime.now(dt.UTC))
        return {name: value.encode() for name, value in headers.items()}


def parsed(body: bytes) -> Page:
    """Return the page that stands in an answer. Raises ValueError and ExpatError for what is none."""
    return parse(body, _Reading()).page()


class _Buckets(Elements):
    """Collects the buckets' names."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        super().start(name, attributes)
        if self.root != "ListAllMyBucketsResult":
            raise ValueError("no list of buckets")

    def found(self, path: list[str], text: str) -> None:
        if path == ["Buckets", "Bucket", "Name"]:
            self.names.append(text)


class _Reading(Elements):
    """Collects the texts of a list's elements."""

    def __init__(self) -> None:
        super().__init__()
        self._top: dict[str, str] = {}
        self._entry: dict[str, str] = {}
        self._entries: list[dict[str, str]] = []
        self._prefixes: list[str] = []

    def found(self, path: list[str], text: str) -> None:
        match path:
            case ["Contents"]:
                self._entries.append(self._entry)
                self._entry = {}
            case ["Contents", name]:
                self._entry[name] = text
            case ["CommonPrefixes", "Prefix"]:
                self._prefixes.append(text)
            case [name]:
                self._top[name] = text

    def page(self) -> Page:
        if "IsTruncated" not in self._top:
            raise ValueError("no list")
        goes_on = self._top["IsTruncated"] == "true"
        token = self._top.get("NextContinuationToken", "") if goes_on else ""
        if goes_on and not token:
            raise ValueError("a list that goes on nowhere")
        is_encoded = self._top.get("EncodingType") == "url"
        prefixes = [unquote_plus(each, errors="strict") if is_encoded else each for each in self._prefixes]
        return Page([_listed(entry, is_encoded=is_encoded) for entry in self._entries], token, prefixes)


def _listed(entry: dict[str, str], *, is_encoded: bool) -> Listed:
    try:
        key = unquote_plus(entry["Key"], errors="strict") if is_encoded else entry["Key"]
        modified = dt.datetime.fromisoformat(entry["LastModified"])
        size = int(entry["Size"])
    except KeyError as error:
        raise ValueError("an object lacks its name, size or time") from error
    if size < 0:
        raise ValueError("an object has less than nothing")
    return Listed(key, size, entry.get("ETag", ""), modified)
