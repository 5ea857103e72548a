# SPDX-License-Identifier: MIT
"""The command line's own parsers, taken from the program while it starts to read a line."""

import argparse
from collections.abc import Mapping
from typing import NoReturn
from unittest.mock import patch

from guiuploader import cli


class _Found(BaseException):  # not an Exception, so that nothing on the way takes it for a failure
    def __init__(self, parser: argparse.ArgumentParser) -> None:
        super().__init__()
        self.parser = parser


def parser_of(*words: str) -> argparse.ArgumentParser:
    """Return what reads the rest of a line that begins with these words."""

    def found(parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        raise _Found(parser)

    with patch.object(argparse.ArgumentParser, "parse_args", found):
        try:
            cli.main(words)
        except _Found as found_one:
            return found_one.parser
    raise SystemExit(f"“guiuploader {' '.join(words)}” reads its line in an unknown way.")


def commands() -> Mapping[str, argparse.ArgumentParser]:
    """Return the parser of each command, by its name."""
    return {name: parser_of(name) for name in cli.COMMANDS}


def actions(parser: argparse.ArgumentParser) -> tuple[argparse.Action, ...]:
    """Return all that a parser knows, but for `--help`; argparse has no public way to ask."""
    known = parser._actions  # noqa: SLF001 - see above
    return tuple(each for each in known if "--help" not in each.option_strings)


def parts(parser: argparse.ArgumentParser) -> Mapping[str, tuple[argparse.ArgumentParser, str]]:
    """Return a command's own commands, such as “destinations list”, each with its help."""
    for each in actions(parser):
        if isinstance(each, argparse._SubParsersAction):  # noqa: SLF001 - argparse names it nowhere else
            helps = {choice.dest: choice.help or "" for choice in each._get_subactions()}  # noqa: SLF001
            return {name: (part, helps[name]) for name, part in each.choices.items()}
    return {}
