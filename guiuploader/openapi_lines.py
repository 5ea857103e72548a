# SPDX-License-Identifier: MIT
"""What `destinations import` does: with an OpenAPI document itself, tell its operations or take one over."""

import argparse
import sys
from pathlib import Path

from guiuploader import curl_lines
from guiuploader.destinations import openapi
from guiuploader.destinations.openapi_file import may_be_one
from guiuploader.destinations.openapi_operations import Operation
from guiuploader.exit_codes import ALL_DONE
from guiuploader.paths import Folders
from guiuploader.values.redact import printable


def add_import(parser: argparse.ArgumentParser) -> None:
    """Let `destinations import` take an operation of a document, besides a command or a ShareX file."""
    curl_lines.add_import(parser)
    parser.add_argument(
        "--operation",
        metavar="ID",
        help="of an OpenAPI document: take over this one, by its id or as “POST /files”; else all are listed",
    )
    parser.add_argument(
        "--server", default="", metavar="URL", help="of an operation: its server, if not the document's first"
    )
    parser.add_argument(
        "--with",
        dest="wanted",
        action="append",
        default=[],
        metavar="NAME",
        help="of an operation: ask for this value too, which may be left out",
    )


def take_over(parser: argparse.ArgumentParser, given: argparse.Namespace, folders: Folders) -> int:
    """Save the destination that is meant, once its dangers are agreed to. Raises UploaderError."""
    if not _is_document(parser, given):
        return curl_lines.take_over(given.text, name=given.name, is_agreed=given.yes, folders=folders)
    return _operation(given, folders)


def _is_document(parser: argparse.ArgumentParser, given: argparse.Namespace) -> bool:
    """Tell whether a document is to be imported, by its file's name."""
    if not curl_lines.is_command(given.text) and may_be_one(Path(given.text)):
        if given.operation is None and (given.server or given.wanted or given.name):
            parser.error("--server, --with and --name need --operation ID; without it all are listed")
        return True
    if given.operation is not None or given.server or given.wanted:
        parser.error("--operation, --server and --with are for OpenAPI documents: .yaml, .yml and .json")
    return False


def _operation(given: argparse.Namespace, folders: Folders) -> int:
    """List the operations that take a file, or save the one that is named."""
    api = openapi.read_file(Path(given.text))
    if given.operation is None:
        _list(api)
        return ALL_DONE
    found = openapi.imported(
        api,
        api.find(given.operation),
        name=given.name,
        at=given.server,
        wanted=frozenset(given.wanted),
    )
    curl_lines.ask(found, (), is_agreed=given.yes)
    return curl_lines.save(found, folders)


def _list(api: openapi.Interface) -> None:
    rows = [(each.name or "-", printable(each.place), _takes(each), each.summary) for each in api.operations]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)]
        sys.stdout.write("  ".join([*cells, row[3]]).rstrip() + "\n")
    sys.stdout.flush()
    sys.stderr.write("guiuploader: Take one over with --operation, by its id or as “METHOD PATH”.\n")


def _takes(operation: Operation) -> str:
    files = printable(", ".join(operation.files))
    return f"{operation.way}: {files}" if files else operation.media
