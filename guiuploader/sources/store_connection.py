# SPDX-License-Identifier: MIT
"""How an object store is reached: one TOML file for each connection, in one folder."""

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn
from urllib.parse import urlsplit

import msgspec
import tomli_w

from guiuploader.sources.store_address import CONNECTION_NAME
from guiuploader.values.errors import ErrorCode, Problem, SourceError
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey
from guiuploader.values.whole_file import write_whole

FORMAT = 1
_SECRET = re.compile(r"\{secret:([A-Za-z][A-Za-z0-9_.-]*)\}")
_SECRET_KEYS = ("secret_key", "session_token", "sas")
_ONLY = {
    "s3": ("region", "style", "access_key", "secret_key", "session_token", "profile"),
    "google": ("service_account",),
    "azure": ("account", "secret_key", "sas"),
}
_OWN_KEYS = frozenset(key for keys in _ONLY.values() for key in keys)
_SERVERS = {"s3": "amazonaws.com", "google": "storage.googleapis.com", "azure": "blob.core.windows.net"}


class StoreConnection(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What a connection's file says; no secret stands in it, only `{secret:NAME}`.

    An empty `endpoint` is the provider's own. `style` is where the bucket stands: in the path, or before the
    host; empty for what the endpoint usually wants. `profile` is one of AWS's own files in `~/.aws`.
    """

    format: int
    kind: Literal["s3", "google", "azure"]
    endpoint: str = ""
    region: str = ""
    style: Literal["", "path", "host"] = ""
    anonymous: bool = False
    access_key: str = ""
    secret_key: str = ""
    session_token: str = ""
    profile: str = ""
    service_account: str = ""
    account: str = ""
    sas: str = ""
    proxy: str = "system"
    ca_file: str = ""

    @property
    def origin(self) -> str:
        """The server that secrets of this connection may go to."""
        return self.endpoint.rstrip("/") or f"https://{_SERVERS[self.kind]}"


@dataclass(frozen=True, slots=True)
class Named:
    """A connection and what it is called."""

    name: str
    connection: StoreConnection

    def secret(self, text: str) -> SecretKey | None:
        """Return which secret one of the connection's values names; None for a value that is plain."""
        found = _SECRET.fullmatch(text)
        return SecretKey(f"connection {self.name}", self.connection.origin, found[1]) if found else None

    def secrets(self) -> tuple[SecretKey, ...]:
        """Return all secrets that the connection names."""
        values = (self.connection.access_key, *(getattr(self.connection, key) for key in _SECRET_KEYS))
        return tuple(key for value in values if (key := self.secret(value)))


class ConnectionLibrary:
    """Reads and writes the folder; it is read anew on each call. Without a folder there are none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """Return the names of all connections, also of those that are wrong."""
        try:
            files = sorted(self._folder.iterdir()) if self._folder else []
        except OSError:
            return []
        return [
            path.stem for path in files if path.suffix == ".toml" and CONNECTION_NAME.fullmatch(path.stem)
        ]

    def listing(self) -> tuple[list[Named], list[Problem]]:
        """Return all connections by name, and the problems of files that cannot be used."""
        found, problems = [], []
        for name in self.names():
            try:
                found.append(self.get(name))
            except SourceError as error:
                problems.append(error.problem)
        return found, problems

    def find(self, name: str) -> Named | None:
        """Return the connection of this name, None when there is none. Raises SourceError(STORE_INVALID)."""
        if self._folder is None or name not in self.names():
            return None
        return read_file(self._folder / f"{name}.toml")

    def get(self, name: str) -> Named:
        """Return the connection of this name. Raises SourceError."""
        found = self.find(name)
        if found is None:
            known = ", ".join(self.names()) or "none yet"
            raise SourceError(ErrorCode.STORE_UNKNOWN, connection=printable(name), known=known)
        return found

    def add(self, named: Named) -> None:
        """Save a new connection. Raises SourceError, also when its name is taken."""
        self.replace("", named)

    def replace(self, before: str, named: Named) -> None:
        """Save a connection in the place of the one called `before`, "" for none. Raises SourceError."""
        taken = [each.casefold() for each in self.names() if each != before]
        if self._folder is None or named.name.casefold() in taken:
            raise SourceError(ErrorCode.STORE_EXISTS, connection=named.name)
        try:
            if before and before != named.name:
                # Renamed, not removed: the two may differ in capitals alone, which some disks do not tell.
                (self._folder / f"{before}.toml").rename(self._folder / f"{named.name}.toml")
            write_whole(self._folder / f"{named.name}.toml", render(named.connection))
        except OSError as error:
            raise self._not_writable(error) from error

    def remove(self, name: str) -> Named | None:
        """Delete a connection and return it, None where it could not be read. Raises SourceError."""
        gone: Named | None = None
        try:
            gone = self.get(name)
        except SourceError as error:
            if error.problem.code is not ErrorCode.STORE_INVALID:
                raise
        try:
            if self._folder:
                (self._folder / f"{name}.toml").unlink()
        except OSError as error:
            raise self._not_writable(error) from error
        return gone

    def _not_writable(self, error: OSError) -> SourceError:
        reason = error.strerror or "unknown error"
        return SourceError(ErrorCode.FOLDER_NOT_WRITABLE, path=str(self._folder), reason=reason)


def read_file(path: Path) -> Named:
    """Return the connection in a TOML file, called as the file is. Raises SourceError(STORE_INVALID)."""
    if not CONNECTION_NAME.fullmatch(path.stem):
        _wrong(path, "the file", "must be named with letters, digits, “-”, “_” and “.”, as the connection is")
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        _wrong(path, "the file", error.strerror or "cannot be read")
    except (ValueError, RecursionError):
        _wrong(path, "the file", "is not TOML")
    _check_names(path, table)
    try:
        connection = msgspec.convert(table, StoreConnection)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$.")
        _wrong(
            path,
            place.rstrip("`") or "the file",
            reason[:1].lower() + reason[1:].replace("`", "“", 1).replace("`", "”", 1),
        )
    _check(path, connection)
    return Named(path.stem, connection)


def fault_in(connection: StoreConnection) -> tuple[str, str] | None:
    """Return which key of a connection is wrong, and why; None where all is well."""
    try:
        _check(Path(), connection)
    except SourceError as error:
        return str(error.problem.facts["key"]), str(error.problem.facts["reason"])
    return None


def render(connection: StoreConnection) -> str:
    """Return the connection as TOML; keys that have their default are left out."""
    table: dict[str, object] = msgspec.to_builtins(connection)
    return tomli_w.dumps(table)


def _check_names(path: Path, table: dict[str, object]) -> None:
    known = StoreConnection.__struct_fields__
    for name in table:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            guess = f" (did you mean “{near[0]}”?)" if near else ""
            _wrong(path, name, f"is no key of a connection{guess}; known are: {', '.join(known)}")


def _check(path: Path, connection: StoreConnection) -> None:
    if connection.format != FORMAT:
        _wrong(path, "format", "must be 1; a newer one needs a newer guiuploader")
    for key in _OWN_KEYS - set(_ONLY[connection.kind]):
        if getattr(connection, key):
            _wrong(path, key, f'means nothing where kind = "{connection.kind}"')
    for key in _SECRET_KEYS:
        value = getattr(connection, key)
        if value and not _SECRET.fullmatch(value):
            _wrong(path, key, "must be {secret:NAME}: secrets stand in the keychain, never in a file")
    _check_keys(path, connection)
    _check_endpoint(path, connection)


def _check_keys(path: Path, connection: StoreConnection) -> None:
    given = [
        key
        for key in ("access_key", "secret_key", "profile", "sas", "service_account")
        if getattr(connection, key)
    ]
    if connection.anonymous and given:
        _wrong(path, "anonymous", f"needs no keys; leave out {given[0]}")
    if bool(connection.access_key) != bool(connection.secret_key) and connection.kind == "s3":
        _wrong(path, "access_key", "goes with secret_key; give both, or none for those of the environment")
    if connection.profile and connection.access_key:
        _wrong(path, "profile", "has keys of its own; leave out access_key and secret_key")
    if connection.kind == "azure" and not connection.account:
        _wrong(path, "account", "is missing; it is the name of the storage account")


def _check_endpoint(path: Path, connection: StoreConnection) -> None:
    try:
        parts = urlsplit(connection.endpoint)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if connection.endpoint and (not is_good or "@" in parts.netloc or parts.query or parts.fragment):
        _wrong(path, "endpoint", "must be an address such as https://minio.example:9000")


def _wrong(path: Path, key: str, reason: str) -> NoReturn:
    raise SourceError(ErrorCode.STORE_INVALID, connection=printable(path.name), key=key, reason=reason)
