# SPDX-License-Identifier: MIT
"""The front door: what can be said on the command line, and who carries it out."""

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from guiuploader import (
    __version__,
    commands,
    connections,
    curl_lines,
    desktop,
    goods,
    paths,
    ready_made,
    sending,
)
from guiuploader.argument_types import number as _number
from guiuploader.argument_types import path as _path
from guiuploader.argument_types import rate as _rate
from guiuploader.exit_codes import ALL_DONE, INTERRUPTED, SOME_NOT, USAGE
from guiuploader.handover import HandoverError
from guiuploader.help_texts import SEND_HELP, WINDOW_HELP
from guiuploader.openapi_lines import add_import, take_over
from guiuploader.paths import Folders
from guiuploader.stop_signals import interrupt_by_any
from guiuploader.transfer.preview import FORMATS
from guiuploader.values.errors import ErrorCode, UploaderError, UsageError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.values.settings import MOST_PARALLEL

_PROGRAM = "guiuploader"
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
_QUOTA = 10 * 1024**3  # bytes


class _Parser(argparse.ArgumentParser):
    """Raises what argparse would print, so that all errors are said in one way."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        reason = f"{message[:1].upper()}{message[1:]}"
        raise UsageError(ErrorCode.USAGE, reason=reason, program=self.prog or _PROGRAM)


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A file name may hold what the terminal's encoding does not.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        given, words = _home_parser().parse_known_args(arguments)
        folders = paths.folders(given.home)
        if words and words[0] in COMMANDS:
            return COMMANDS[words[0]](words[1:], folders)
        return _window(words, folders)
    except UploaderError as error:
        sys.stderr.write(f"guiuploader: {printable(str(explain(error.problem)))}\n")
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        # Only our own output raises it here. Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"guiuploader: the output cannot be written: {error.strerror}.\n")
        return SOME_NOT


def _window(words: Sequence[str], folders: Folders) -> int:
    parser = _parser(
        _PROGRAM,
        "Drop files on a window and watch each one stream to any HTTP server.",
        epilog=WINDOW_HELP,
    )
    parser.add_argument("paths", nargs="*", type=connections.place, metavar="PATH", help=connections.PLACES)
    parser.add_argument("--to", metavar="DEST", help="where they go; else the destination chosen last")
    parser.add_argument("--demo", action="store_true", help="start the built-in demo server and choose it")
    parser.add_argument("--version", action="version", version=f"guiuploader {__version__}")
    given = parser.parse_args(words)
    if given.demo and given.to:
        parser.error("--demo chooses the demo server; leave out --to")
    if sys.platform.startswith("linux") and not any(map(os.environ.get, _DISPLAYS)):
        parser.error("there is no display here; use “guiuploader send PATH… --to DEST”")
    # Widgets need a screen's libraries, which a server has not; `send` must run there all the same.
    from guiuploader import app  # noqa: PLC0415 - see the line above

    try:
        return app.run(given.paths, folders=folders, to=given.to, demo=given.demo)
    except HandoverError as error:
        sys.stderr.write(f"guiuploader: {printable(str(error))}\n")
        return USAGE


def _send(words: Sequence[str], folders: Folders) -> int:
    interrupt_by_any()
    parser = _parser(
        "guiuploader send",
        "Upload files and folders without a window; prints one link per finished file.",
        epilog=SEND_HELP,
    )
    parser.add_argument(
        "paths",
        nargs="*",
        type=connections.place,
        metavar="PATH",
        help=f"{connections.PLACES}, “-” for standard input; none where the destination takes no file",
    )
    _add_destination(parser, required=False)
    curl_lines.add_option(parser)
    goods.add_arguments(parser)
    for flag, what in (
        ("--resume", "carry on with what earlier runs left"),
        ("--again", "send also what was sent there before and has not changed since"),
        ("--no-memory", "do not keep the queue on the disk while it is sent"),
        ("--no-retry", "do not try again, nor wait for a server in trouble"),
        ("--json", "print one JSON object a line instead of links"),
    ):
        parser.add_argument(flag, action="store_true", help=what)
    parser.add_argument(
        "--report", type=_path, metavar="FILE", help="append what was sent to this .csv or .jsonl file"
    )
    parser.add_argument(
        "--parallel", type=_number(1, MOST_PARALLEL), default=3, metavar="N", help="uploads at once (3)"
    )
    parser.add_argument(
        "--limit", type=_rate, default=0, metavar="RATE", help="bytes per second for all together, as in 5M"
    )
    given = parser.parse_args(words)
    options = sending.SendOptions(
        as_json=given.json,
        parallel=given.parallel,
        limit=given.limit,
        memory=not given.no_memory,
        will_retry=not given.no_retry,
        again=given.again,
        listing=given.report,
        dry_run=given.dry_run,
    )
    meant = goods.read_arguments(parser, given)
    if given.resume:
        return sending.resume(folders=folders, options=options)
    if given.curl is not None:
        curl_lines.check_alone(parser, to=given.to, values=given.set)
        return curl_lines.send(given.curl, meant, folders=folders, options=options)
    if given.to is None:
        parser.error("the following arguments are required: --to")
    return sending.send(meant, to=given.to, values=given.set, folders=folders, options=options)


def _history(words: Sequence[str], folders: Folders) -> int:
    parser = _parser("guiuploader history", "List what was sent, when, where to and with which link.")
    parser.add_argument(
        "text", nargs="?", default="", metavar="TEXT", help="look for this in paths, links and destinations"
    )
    parser.add_argument(
        "--limit", type=_number(1, 2**31), default=100, metavar="N", help="how many at most (100)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument(
        "--clear", action="store_true", help="forget all of it, but for what may have arrived"
    )
    given = parser.parse_args(words)
    if given.clear:
        if given.text:
            parser.error("--clear forgets all; leave out TEXT")
        return commands.clear_history(folders)
    return commands.history(given.text, limit=given.limit, as_json=given.json, folders=folders)


def _preview(words: Sequence[str], folders: Folders) -> int:
    parser = _parser("guiuploader preview", "Show the request for one file, secrets masked; nothing is sent.")
    parser.add_argument(
        "path",
        nargs="?",
        type=connections.place,
        metavar="PATH",
        help="the file; none where the destination takes no file",
    )
    _add_destination(parser)
    parser.add_argument("--format", choices=FORMATS, default="http", help="how to show it (http)")
    given = parser.parse_args(words)
    return commands.preview(given.path, to=given.to, values=given.set, form=given.format, folders=folders)


def _receive(words: Sequence[str], folders: Folders) -> int:
    parser = _parser(
        "guiuploader receive", "Run the demo server on this computer until Ctrl-C; prints its address."
    )
    parser.add_argument(
        "--port", type=_number(0, 65535), default=0, metavar="N", help="port; 0 takes a free one (0)"
    )
    parser.add_argument("--dir", type=_path, metavar="DIR", help="where uploads are stored")
    parser.add_argument(
        "--quota",
        type=_number(1, 2**63 - 1),
        default=_QUOTA,
        metavar="BYTES",
        help=f"what fits in there ({_QUOTA})",
    )
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="also end when standard input closes"
    )
    given = parser.parse_args(words)
    where, until = given.dir or folders.received, given.until_stdin_closes
    return commands.receive(where, port=given.port, quota=given.quota, stop_with_stdin=until)


def _destinations(words: Sequence[str], folders: Folders) -> int:
    parser = _parser("guiuploader destinations", "List, show, add, import and remove saved destinations.")
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="list | show | add | import | remove | recipes"
    )
    actions.add_parser("list", help="one line each: name and address")
    actions.add_parser("recipes", help="one line each: the recipes that come with the program")
    for action, what in (("show", "print as TOML"), ("remove", "delete")):
        actions.add_parser(action, help=what).add_argument("name", metavar="NAME")
    add = actions.add_parser("add", help="check a file, or fill in a recipe, and save it")
    ready_made.add_options(add, path=_path)
    what = "make one of a curl command, a file with one, a ShareX file, or an OpenAPI document"
    importing = actions.add_parser("import", help=what)
    add_import(importing)
    given = parser.parse_args(words)
    match given.action:
        case "import":
            return take_over(importing, given, folders)
        case "list":
            return commands.list_destinations(folders)
        case "show":
            return commands.show_destination(folders, given.name)
        case "add":
            return ready_made.add(add, given, folders)
        case "recipes":
            return ready_made.listed()
        case _:
            return commands.remove_destination(folders, given.name)


def _desktop(words: Sequence[str], _folders: Folders) -> int:
    parser = _parser("guiuploader desktop", "Put guiuploader into this user's menus, or take it out again.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="install | remove")
    actions.add_parser("install", help="add the menu entry, the icons and the file types, or renew them")
    actions.add_parser("remove", help="take them away")
    given = parser.parse_args(words)
    if given.action == "install":
        desktop.install()
    else:
        desktop.remove()
    return ALL_DONE


def _home_parser() -> _Parser:
    """Return what understands `--home`, which may stand anywhere on the line."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument(
        "--home", type=_path, metavar="DIR", help="keep settings, destinations and logs in this folder"
    )
    return parser


def _parser(program: str, description: str, *, epilog: str = "") -> _Parser:
    return _Parser(
        prog=program,
        description=description,
        epilog=epilog,
        parents=[_home_parser()],  # for its help; main has taken it off the line
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _add_destination(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument(
        "--to", required=required, metavar="DEST", help="a destination's name, a .toml file or an address"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a value the destination asks for"
    )


COMMANDS: Mapping[str, Callable[[Sequence[str], Folders], int]] = {
    "send": _send,
    "history": _history,
    "preview": _preview,
    "receive": _receive,
    "destinations": _destinations,
    "connections": lambda words, folders: connections.run(_parser, words, folders),
    "desktop": _desktop,
}
"""What carries out each command; all else opens the window."""
