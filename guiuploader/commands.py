# SPDX-License-Identifier: MIT
"""What each command does, once its arguments are understood."""

import contextlib
import datetime as dt
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

from guiuploader import receiver
from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.destinations.library import Library
from guiuploader.destinations.toml_file import render
from guiuploader.exit_codes import ALL_DONE, SOME_NOT
from guiuploader.past import json_line, line
from guiuploader.paths import Folders
from guiuploader.sending import check_paths, variables_of
from guiuploader.sources.local_file import local_file
from guiuploader.sources.object_store import take_in_objects
from guiuploader.sources.source import Source
from guiuploader.sources.store_address import Place
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer.job import Job
from guiuploader.transfer.preview import FORMATS
from guiuploader.transfer.store_preview import store_text
from guiuploader.uploads.asking import secret_keys
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_reader import LedgerReader, ledger_path
from guiuploader.uploads.ledger_rows import Snapshot
from guiuploader.uploads.loans import give_back
from guiuploader.values import settings
from guiuploader.values.errors import DestinationError, ErrorCode, Problem, SourceError, UsageError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable, redact_url
from guiuploader.values.secrets import SecretKey, SecretStore, system_keychain


def history(text: str, *, limit: int, as_json: bool, folders: Folders) -> int:
    """Print what was sent, the newest first. Raises LedgerError."""
    path = ledger_path(folders.data)
    for row in LedgerReader(path).history(text, limit=limit) if path.exists() else ():
        _print(json_line(row) if as_json else line(row))
    return ALL_DONE


def clear_history(folders: Folders) -> int:
    """Forget what has ended, but for what may have arrived."""
    ledger = Ledger(folders.data)
    before = ledger.read.destinations()
    ledger.clear_history().result()
    keys = tuple(dict.fromkeys(key for each in before for key in _keys_of(each)))
    give_back(SecretStore(system_keychain), ledger.read, keys)
    ledger.close()
    return ALL_DONE


def _keys_of(snapshot: Snapshot) -> tuple[SecretKey, ...]:
    try:
        return secret_keys(snapshot.restored())
    except DestinationError:  # a newer version's, whose secrets nobody knows here
        return ()


def preview(path: Place | None, *, to: str, values: Sequence[str], form: str, folders: Folders) -> int:
    """Print the request for one file, or for none where the destination takes none."""
    destination = Library(folders.destinations).meant(to)
    paths = [path] if path else []
    check_paths(destination, paths, program="guiuploader preview")
    job = Job(
        tuple(_source(each, folders) for each in paths),
        destination,
        variables_of(destination, values),
        str(uuid.uuid4()),
        dt.datetime.now().astimezone(),
    )
    if destination.body is BodyKind.OBJECT_STORE and form == "http":
        _print(store_text(job, ConnectionLibrary(folders.connections)))
    else:
        _print(FORMATS[form](job))
    return ALL_DONE


def _source(place: Place, folders: Folders) -> Source:
    """Return the one file or object that is meant. Raises SourceError."""
    if isinstance(place, Path):
        return local_file(place.absolute())
    stores = Stores(ConnectionLibrary(folders.connections), SecretStore(system_keychain))
    found = next(take_in_objects(stores, place, lambda: True))
    if isinstance(found, Problem):
        raise SourceError(found.code, status=found.status, **found.facts)
    return found


def receive(folder: Path, *, port: int, quota: int, stop_with_stdin: bool) -> int:
    """Run the demo server until it is stopped."""
    try:
        return receiver.run(folder, port=port, quota=quota, announce=_print, stop_with_stdin=stop_with_stdin)
    except BrokenPipeError:
        raise
    except OSError as error:
        place = f"The folder {folder}" if error.filename else f"Port {port}"
        reason = f"{place} cannot be used: {error.strerror or 'unknown error'}"
        raise UsageError(ErrorCode.USAGE, reason=reason, program="guiuploader receive") from error


def list_destinations(folders: Folders) -> int:
    """Print each destination's name and address; what cannot be read is said on stderr."""
    listing = Library(folders.destinations).listing()
    width = max((len(each.name) for each in listing.destinations), default=0)
    for each in listing.destinations:
        _print(f"{each.name:{width}}  {each.method} {redact_url(each.url)}")
    for problem in listing.problems:
        sys.stderr.write(f"guiuploader: {printable(str(explain(problem)))}\n")
    return ALL_DONE if not listing.problems else SOME_NOT


def show_destination(folders: Folders, name: str) -> int:
    """Print a destination as TOML, without secrets, which it does not hold."""
    _print(render(Library(folders.destinations).get(name)).rstrip())
    return ALL_DONE


def save_destination(folders: Folders, destination: Destination) -> int:
    """Save a new destination and print it; in the window its first upload waits for "Send"."""
    Library(folders.destinations).add(destination)
    settings.update(folders.config, lambda now: now.with_unproven(destination.name))
    _print(f"{destination.name}  {destination.method} {redact_url(destination.url)}")
    return ALL_DONE


def remove_destination(folders: Folders, name: str) -> int:
    """Delete a destination and what the keychain holds for it."""
    library = Library(folders.destinations)
    keys: tuple[SecretKey, ...] = ()
    with contextlib.suppress(DestinationError):  # one that cannot be read has no secrets to find
        keys = secret_keys(library.get(name))
    library.remove(name)
    secrets = SecretStore(system_keychain)
    for key in keys:
        secrets.forget(key)
    settings.update(folders.config, lambda now: now.with_proven(name))
    return ALL_DONE


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
