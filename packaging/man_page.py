# SPDX-License-Identifier: MIT
"""The man page, from the command line's parsers and what else there is to say.

It is written here, as what ready-made writers make of a parser changes with Python's own help.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from guiuploader import __version__
from parsers import actions, commands, parser_of, parts

MORE = Path(__file__).resolve().parent / "man" / "more.roff"
METADATA = (
    Path(__file__).resolve().parents[1]
    / "resources"
    / "desktop"
    / "io.github.guiuploader.guiuploader.metainfo.xml"
)


def man_page() -> str:
    """Return the page in roff, dated like the newest release of the metadata."""
    released = re.search(r'<release .*date="(.*?)"', METADATA.read_text("utf-8"))
    window, others = parser_of(), commands()
    lines = [
        f'.TH GUIUPLOADER 1 "{released[1] if released else ""}" "guiuploader {__version__}" "User Commands"',
        ".SH NAME",
        r"guiuploader \- send files to any HTTP server or REST API",
        ".SH SYNOPSIS",
        *_synopsis("guiuploader", window),
    ]
    for name, parser in others.items():
        lines += [".br", *_synopsis(f"guiuploader {name}", parser)]
    lines += [".SH DESCRIPTION", _text(window.description), ".SH OPTIONS", *_described(window)]
    lines += [".SH COMMANDS"]
    for name, parser in others.items():
        lines += [f".SS guiuploader {name}", _text(parser.description), *_described(parser)]
        if parser.epilog:
            lines += [".PP", _text(parser.epilog)]
    return "\n".join(lines) + "\n" + MORE.read_text("utf-8")


def _synopsis(words: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f".B {words}"
    if parts(parser):
        yield " | ".join(rf"\fB{_text(name)}\fR" for name in parts(parser))
    for action in actions(parser):
        if not isinstance(action, argparse._SubParsersAction) and "--home" not in action.option_strings:  # noqa: SLF001 - argparse names it nowhere else
            said = _said(action)
            yield said if action.required and action.nargs != "*" else f"[{said}]"


def _described(parser: argparse.ArgumentParser) -> Iterator[str]:
    for name, (part, what) in parts(parser).items():
        own = " ".join(_said(action) for action in actions(part))
        yield from (".TP", rf"\fB{_text(name)}\fR {own}".rstrip(), _text(what))
    for action in actions(parser):
        is_told_already = "--home" in action.option_strings and parser.prog != "guiuploader"
        if action.help and not is_told_already:
            yield from (".TP", _said(action), _text(action.help))


def _said(action: argparse.Action) -> str:
    """Return how an option or a path is written on the line."""
    names = ", ".join(rf"\fB{_text(name)}\fR" for name in action.option_strings)
    if action.nargs == 0:
        return names
    metavar = "|".join(map(str, action.choices)) if action.choices else str(action.metavar)
    return f"{names} \\fI{_text(metavar)}\\fR{'…' * (action.nargs == '*')}".lstrip()


def _text(text: str | None) -> str:
    """Return a text in which nothing is taken for roff."""
    plain = " ".join((text or "").split()).replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{plain}" if plain.startswith((".", "'")) else plain
