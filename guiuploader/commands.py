# SPDX-License-Identifier: MIT
"""What each command does, once its arguments are understood."""

import contextlib
import datetime as dt
import getpass
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from guiuploader import headless, logs, receiver
from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import Library, read_file
from guiuploader.destinations.toml_file import render
from guiuploader.paths import Folders
from guiuploader.report import JsonReport, Report
from guiuploader.report_terminal import BarReport, LineReport
from guiuploader.sources.local_file import local_file
from guiuploader.transfer.job import Job
from guiuploader.transfer.preview import http_text
from guiuploader.transfer.throttle import Limit
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.secret_desk import secret_keys
from guiuploader.values import settings
from guiuploader.values.errors import DestinationError, ErrorCode, UploaderError, UsageError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable, redact_url
from guiuploader.values.secrets import SecretKey, SecretStore, system_keychain

OK = 0


@dataclass(frozen=True, slots=True)
class SendOptions:
    """How `send` runs and speaks; `limit` is in bytes per second, 0 for none."""

    as_json: bool
    parallel: int
    limit: int


def send(
    paths: Sequence[Path], *, to: str, values: Sequence[str], folders: Folders, options: SendOptions
) -> int:
    """Upload, and return the exit code. Raises UploaderError for what is wrong before anything is sent."""
    destination = Library(folders.destinations).meant(to)
    _check_paths(destination, paths, program="guiuploader send")
    variables = _variables(destination, values)
    secrets = SecretStore(system_keychain)
    _ask_for_secrets(destination, secrets)
    log = logs.configure(folders.logs, secrets.blanked)
    try:
        return headless.send(
            paths,
            destination,
            variables,
            new_manager=partial(
                UploadManager, secrets, parallel=options.parallel, limit=Limit(options.limit)
            ),
            report=_report(as_json=options.as_json),
        )
    finally:
        logs.release(log)


def preview(path: Path | None, *, to: str, values: Sequence[str], folders: Folders) -> int:
    """Print the request for one file, or for none where the destination takes none."""
    destination = Library(folders.destinations).meant(to)
    paths = [path] if path else []
    _check_paths(destination, paths, program="guiuploader preview")
    job = Job(
        tuple(local_file(each.absolute()) for each in paths),
        destination,
        _variables(destination, values),
        str(uuid.uuid4()),
        dt.datetime.now().astimezone(),
    )
    _print(http_text(job))
    return OK


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
    return OK if not listing.problems else headless.SOME_NOT


def show_destination(folders: Folders, name: str) -> int:
    """Print a destination as TOML, without secrets, which it does not hold."""
    _print(render(Library(folders.destinations).get(name)).rstrip())
    return OK


def add_destination(folders: Folders, file: Path) -> int:
    """Check a file and save it; in the window its first upload waits for "Send"."""
    destination = read_file(file)
    Library(folders.destinations).add(destination)
    settings.update(folders.config, lambda now: now.with_unproven(destination.name))
    _print(f"{destination.name}  {destination.method} {redact_url(destination.url)}")
    return OK


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
    return OK


def _check_paths(destination: Destination, paths: Sequence[Path], *, program: str) -> None:
    """Raise UsageError where files are named for a destination that takes none, or none for one that does."""
    if destination.takes_file and not paths:
        raise UsageError(ErrorCode.USAGE, reason="The file to send is missing", program=program)
    if paths and not destination.takes_file:
        reason = f"“{destination.name}” sends a request without a file; leave out the paths"
        raise UsageError(ErrorCode.USAGE, reason=reason, program=program)


def _variables(destination: Destination, values: Sequence[str]) -> dict[str, str]:
    """Return the values given by --set. Raises UsageError when one is unknown or one is missing."""
    given: dict[str, str] = {}
    for pair in values:
        name, sign, value = pair.partition("=")
        if not sign:
            raise _misused(f"“--set {pair}” lacks its “=”")
        if name in given:
            raise _misused(f"“--set {name}=…” stands there twice")
        if name not in destination.variables:
            known = ", ".join(destination.variables) or "none"
            raise _misused(f"{destination.name} asks for no value “{name}”; it asks for: {known}")
        given[name] = value
    for name, variable in destination.variables.items():
        if variable.default is None and name not in given:
            raise DestinationError(ErrorCode.VALUE_MISSING, name=name, destination=destination.name)
    return given


def _misused(reason: str) -> UsageError:
    return UsageError(ErrorCode.USAGE, reason=reason, program="guiuploader send")


def _ask_for_secrets(destination: Destination, secrets: SecretStore) -> None:
    """Ask on the terminal for what is not known. Raises DestinationError where nobody can be asked."""
    for key in secret_keys(destination):
        if secrets.find(key) is not None:
            continue
        if not sys.stdin.isatty():
            secrets.get(key)  # raises, with words on what to do
        label = destination.secrets[key.name].label if key.name in destination.secrets else ""
        value = ""
        while not value:
            try:
                value = getpass.getpass(f"{printable(label) or key.name} for {key.origin}: ", sys.stderr)
            except EOFError:
                secrets.get(key)  # raises, as nobody answered
        save = secrets.has_keychain and _agreed("Save it in this computer's keychain?")
        try:
            secrets.keep(key, value, save=save)
        except UploaderError as error:
            sys.stderr.write(f"{explain(error.problem)}\n")


def _agreed(question: str) -> bool:
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _report(*, as_json: bool) -> Report:
    if as_json:
        return JsonReport()
    console = Console(stderr=True)
    return BarReport(console) if console.is_terminal else LineReport()


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
