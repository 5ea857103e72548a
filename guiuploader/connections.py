# SPDX-License-Identifier: MIT
"""The front door for object stores: what their addresses are on a command line, and the saved connections."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from guiuploader.exit_codes import ALL_DONE, SOME_NOT
from guiuploader.paths import Folders
from guiuploader.sources.store_access import named_for
from guiuploader.sources.store_address import Place, StoreAddress, is_address, parse_address
from guiuploader.sources.store_connection import ConnectionLibrary, Named, read_file, render
from guiuploader.values.errors import SourceError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey, SecretStore, system_keychain

# What AWS's, Google's and Azure's own programs read; it stays in this process.
_GIVEN = (
    *("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"),
    *("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_DEFAULT_REGION"),
    *("GOOGLE_APPLICATION_CREDENTIALS", "AZURE_STORAGE_ACCOUNT"),
    *("AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN"),
)

PLACES = "files, folders, s3://bucket/key, s3://bucket/folder/ (also gs://, az://)"
"""What can be named to be sent."""

NewParser = Callable[[str, str], argparse.ArgumentParser]
"""Makes a parser for a program's name and what it does."""


def run(new_parser: NewParser, words: Sequence[str], folders: Folders) -> int:
    """List, show, add or remove connections. Raises UploaderError."""
    parser = new_parser("guiuploader connections", "List, show, add and remove connections to object stores.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list | show | add | remove")
    actions.add_parser("list", help="one line each: name, kind and endpoint")
    for action, what in (("show", "print as TOML"), ("remove", "delete")):
        actions.add_parser(action, help=what).add_argument("name", metavar="NAME")
    adding = actions.add_parser("add", help="check a file and save it; it is called as the file is")
    adding.add_argument("file", type=Path, metavar="FILE")
    given = parser.parse_args(words)
    library = ConnectionLibrary(folders.connections)
    match given.action:
        case "list":
            return _list(library)
        case "show":
            sys.stdout.write(render(library.get(given.name).connection))
        case "add":
            named = read_file(given.file)
            library.add(named)
            sys.stdout.write(_line(named, len(named.name)))
        case _:
            _remove(library, given.name)
    return ALL_DONE


def place(text: str) -> Place:
    """Return what a word of the command line names."""
    if not text:
        # An unset variable in a script would otherwise mean the whole current folder.
        raise argparse.ArgumentTypeError("an empty path was given")
    if not is_address(text):
        return Path(text)
    try:
        return parse_address(text)
    except SourceError as error:
        raise argparse.ArgumentTypeError(str(explain(error.problem))) from error


def secrets_of(places: Iterable[Place], folders: Folders) -> dict[SecretKey, Named]:
    """Return the secrets it takes to reach these places, each with its connection. Raises SourceError."""
    library = ConnectionLibrary(folders.connections)
    addresses = dict.fromkeys(each.with_key("") for each in places if isinstance(each, StoreAddress))
    connections = (named_for(each, library) for each in addresses)
    return {key: named for named in connections for key in named.secrets()}


def are_given_here(places: Iterable[Place], folders: Folders) -> bool:
    """Tell whether this process's own environment says how these places are reached. Raises SourceError."""
    objects = [each for each in places if isinstance(each, StoreAddress)]
    names = (*_GIVEN, *(key.variable for key in secrets_of(objects, folders)))
    return bool(objects) and any(map(os.environ.get, names))


def _list(library: ConnectionLibrary) -> int:
    found, problems = library.listing()
    width = max((len(each.name) for each in found), default=0)
    for each in found:
        sys.stdout.write(_line(each, width))
    for problem in problems:
        sys.stderr.write(f"guiuploader: {printable(str(explain(problem)))}\n")
    return SOME_NOT if problems else ALL_DONE


def _line(named: Named, width: int) -> str:
    return f"{named.name:{width}}  {named.connection.kind} {named.connection.origin}\n"


def _remove(library: ConnectionLibrary, name: str) -> None:
    """Delete a connection and what the keychain holds for it."""
    gone = library.remove(name)
    secrets = SecretStore(system_keychain)
    for key in gone.secrets() if gone else ():
        secrets.forget(key)
