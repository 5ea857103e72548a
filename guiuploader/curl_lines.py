# SPDX-License-Identifier: MIT
"""What the command line does with a curl command: carry it out, or take it over as a destination.

A ShareX uploader is taken over in the same way.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from guiuploader.destinations import curl_data, sharex
from guiuploader.destinations.curl_command import Imported, imported
from guiuploader.destinations.library import Library
from guiuploader.destinations.private_links import Meant
from guiuploader.exit_codes import ALL_DONE
from guiuploader.goods import Goods
from guiuploader.paths import Folders
from guiuploader.secret_prompt import agreed
from guiuploader.sending import SendOptions, send_as
from guiuploader.values import settings
from guiuploader.values.errors import ErrorCode, UploaderError, UsageError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable, redact_url
from guiuploader.values.secrets import SecretStore, system_keychain

_BEGINNING = re.compile(r"\s*(?:\$\s+)?\S*curl(?:\.exe)?\s", re.IGNORECASE)
_IMPORT = "guiuploader destinations import"


def add_option(parser: argparse.ArgumentParser) -> None:
    """Let `send` take a curl command."""
    parser.add_argument(
        "--curl", metavar="COMMAND", help="do what this curl command does; PATHs replace the files it names"
    )


def add_import(parser: argparse.ArgumentParser) -> None:
    """Let `destinations import` take one."""
    parser.add_argument("text", metavar="TEXT_OR_FILE")
    parser.add_argument("--name", default="", metavar="TITLE", help="what to call it; else by its server")
    parser.add_argument("--yes", action="store_true", help="agree to all that would be asked")


def check_alone(parser: argparse.ArgumentParser, *, to: str | None, values: Sequence[str]) -> None:
    """Raise UsageError where something stands beside a curl command that says the same."""
    if to is not None or values:
        parser.error("--curl says where to send, and what; leave out --to and --set")


def send(command: str, goods: Goods, *, folders: Folders, options: SendOptions) -> int:
    """Do what a command does, and return the exit code; where something was named, for that.

    Raises UploaderError for what is wrong before anything is sent.
    """
    found = imported(command, read=_read, as_named=goods.is_nothing)
    for note in found.notes:
        sys.stderr.write(f"guiuploader: {printable(note)}.\n")
    meant = Meant(found.destination, found.secrets)
    named = Goods(found.files) if goods.is_nothing else goods
    return send_as(meant, named, values=(), folders=folders, options=options)


def is_command(text: str) -> bool:
    """Tell whether a text is itself a curl command, rather than the name of a file."""
    return _BEGINNING.match(text) is not None


def take_over(text: str, *, name: str, is_agreed: bool, folders: Folders) -> int:
    """Save the destination that a stranger's command or ShareX file means, once its dangers are agreed to.

    Raises UploaderError, also where nobody is there to agree.
    """
    if not is_command(text) and sharex.is_one(Path(text)):
        found = sharex.read_file(Path(text), name=name)
        ask(found, (), is_agreed=is_agreed)
        return save(found, folders)
    command = _command(text)
    files: list[Path] = []

    def noted(path: Path) -> bytes:
        files.append(path)
        return b""

    found = imported(command, name=name, read=noted, foreign=True)
    ask(found, files, is_agreed=is_agreed)
    return save(imported(command, name=name or found.destination.host, read=_read, foreign=True), folders)


def ask(found: Imported, files: Sequence[Path], *, is_agreed: bool) -> None:
    """Say where it sends, and ask for what is dangerous about it."""
    destination = found.destination
    _say(f"It sends to {destination.host}: {destination.method} {redact_url(destination.url)}")
    for danger in [*found.confirm, *(f"The text of {path} becomes part of it" for path in files)]:
        _confirm(danger, is_agreed=is_agreed)


def save(found: Imported, folders: Folders) -> int:
    """Save what was imported, with its secrets, and say what did not map. Raises UploaderError."""
    destination = found.destination
    Library(folders.destinations).add(destination)
    settings.update(folders.config, lambda now: now.with_unproven(destination.name))
    _keep_secrets(found)
    for note in found.notes:
        _say(note)
    for path in found.files:
        _say(f"What you send takes the place of {path}")
    sys.stdout.write(
        printable(f"{destination.name}  {destination.method} {redact_url(destination.url)}") + "\n"
    )
    return ALL_DONE


def _command(text: str) -> str:
    """Return the command, read from a file where it is the name of one."""
    if is_command(text):
        return text
    path = Path(text)
    try:
        return _read(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(ErrorCode.USAGE, reason=f"{path} is no text", program=_IMPORT) from error
    except (OSError, ValueError) as error:
        reason = f"“{printable(text[:60])}” is neither a curl command nor a file that can be read"
        raise UsageError(ErrorCode.USAGE, reason=reason, program=_IMPORT) from error


def _confirm(danger: str, *, is_agreed: bool) -> None:
    _say(danger)
    if is_agreed:
        return
    if not sys.stdin.isatty():
        reason = f"{printable(danger)}: nobody is here to agree; “--yes” does"
        raise UsageError(ErrorCode.USAGE, reason=reason, program=_IMPORT)
    if not agreed("Agree?"):
        raise UsageError(
            ErrorCode.USAGE, reason="It was not agreed to, and nothing is saved", program=_IMPORT
        )


def _keep_secrets(found: Imported) -> None:
    """Keep the secrets in the keychain; without one they are asked for when they are needed."""
    secrets = SecretStore(system_keychain)
    for key, value in found.secrets.items():
        try:
            secrets.keep(key, value, save=True)
        except UploaderError as error:
            _say(f"The secret “{key.name}” is not kept, and will be asked for. {explain(error.problem)}")


def _say(text: str) -> None:
    sys.stderr.write(f"guiuploader: {printable(text)}\n")


def _read(path: Path) -> bytes:
    """Return the beginning of a file, as much of it as may become a text, and a byte more."""
    with path.open("rb") as file:
        return file.read(curl_data.LARGEST_TEXT + 1)
