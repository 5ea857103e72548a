# SPDX-License-Identifier: MIT
"""Asks on the terminal, before anything is sent, for the secrets that are not known."""

import getpass
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guiuploader import connections
from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.paths import Folders
from guiuploader.sources import store_keys
from guiuploader.sources.store_address import Place, parse_address
from guiuploader.uploads.asking import secret_keys
from guiuploader.values.errors import UploaderError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey, SecretStore, missing


@dataclass(frozen=True, slots=True)
class _Needed:
    """What a secret is called, and what to raise where nobody can be asked for it."""

    label: str
    missing: UploaderError


def ask_for_secrets(
    destinations: Iterable[Destination], places: Iterable[Place], folders: Folders, secrets: SecretStore
) -> None:
    """Ask for what destinations need, and the connections to the stores among these places.

    Raises UploaderError where nobody can be asked, after it has named all the others that are missing.
    """
    destinations = tuple(destinations)
    needed = {
        key: _Needed(_label(destination, key), missing(key))
        for destination in destinations
        for key in secret_keys(destination)
    }
    for key, named in connections.secrets_of((*places, *stores_of(destinations)), folders).items():
        needed[key] = _Needed(key.name, store_keys.missing(named, key))
    unknown = {key: each for key, each in needed.items() if secrets.find(key) is None}
    if unknown and not sys.stdin.isatty():
        first, *others = unknown.values()
        for other in others:
            sys.stderr.write(f"guiuploader: {printable(str(explain(other.missing.problem)))}\n")
        raise first.missing
    for key, each in unknown.items():
        _ask(key, each, secrets)


def stores_of(destinations: Iterable[Destination]) -> Iterator[Place]:
    """Yield the stores that these destinations put objects into, by the addresses of their buckets."""
    for destination in destinations:
        if destination.body is BodyKind.OBJECT_STORE:
            # What stands before the first “/” holds no template.
            yield parse_address("/".join(destination.url.split("/", 3)[:3]))


def _label(destination: Destination, key: SecretKey) -> str:
    label = destination.secrets[key.name].label if key.name in destination.secrets else ""
    return printable(label) or key.name


def _ask(key: SecretKey, needed: _Needed, secrets: SecretStore) -> None:
    value = ""
    while not value:
        try:
            value = getpass.getpass(f"{needed.label} for {key.origin}: ", sys.stderr)
        except EOFError:
            raise needed.missing from None
    save = secrets.has_keychain and agreed("Save it in this computer's keychain?")
    try:
        secrets.keep(key, value, save=save)
    except UploaderError as error:
        sys.stderr.write(f"{explain(error.problem)}\n")


def agreed(question: str) -> bool:
    """Ask on the terminal, and tell whether the answer is yes."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
