# SPDX-License-Identifier: MIT
"""Sends without a window: here, or in the window that is open."""

import contextlib
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from guiuploader import connections, dry_run, headless, logs
from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import Library, given_secrets
from guiuploader.destinations.private_links import Meant
from guiuploader.exit_codes import SOME_NOT, USAGE
from guiuploader.goods import Goods
from guiuploader.handover import HandoverError, NotTakenError, RefusedError, follow
from guiuploader.hidden_prompt import CAN_ASK, TerminalAsking
from guiuploader.listed import Listed
from guiuploader.memory import Held
from guiuploader.paths import Folders
from guiuploader.report import JsonReport, Report
from guiuploader.report_terminal import BarReport, LineReport
from guiuploader.retelling import Retelling, Verbatim
from guiuploader.secret_prompt import ask_for_secrets, stores_of
from guiuploader.sources.store_address import Place
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer.throttle import Limit
from guiuploader.uploads.asking import secret_keys
from guiuploader.uploads.entries import unfinished_addresses, unfinished_destinations
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.messages import Request, Resume, add_files
from guiuploader.values import settings
from guiuploader.values.errors import DestinationError, ErrorCode, LedgerInUse, UsageError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey, SecretStore, system_keychain
from guiuploader.values.settings import Duplicates
from guiuploader.values.states import State


@dataclass(frozen=True, slots=True)
class SendOptions:
    """How `send` runs and speaks; `limit` is in bytes per second, 0 for none.

    Without `memory` the queue is not kept on the disk; without `will_retry` what fails has failed at once.
    `listing` is a file for a list of what was sent. With `again` also what was sent there before is sent. A
    `dry_run` only says what would be.
    """

    as_json: bool
    parallel: int
    limit: int
    memory: bool
    will_retry: bool
    again: bool
    listing: Path | None
    dry_run: bool = False


def send(goods: Goods, *, to: str, values: Sequence[str], folders: Folders, options: SendOptions) -> int:
    """Upload, and return the exit code. Raises UploaderError for what is wrong before anything is sent."""
    meant = Meant(Library(folders.destinations).meant(to), given_secrets(to))
    return send_as(meant, goods, values=values, folders=folders, options=options)


def send_as(
    meant: Meant, goods: Goods, *, values: Sequence[str], folders: Folders, options: SendOptions
) -> int:
    """Upload to what was meant, with the secrets that were in it; returns and raises as `send` does."""
    destination, given = goods.fitted(meant.destination), meant.secrets
    _check_goods(destination, goods, program="guiuploader send")
    # In a list each row has its own.
    variables = values_given(destination, values) if goods.listing else variables_of(destination, values)
    find = goods.found_for(destination, variables)
    again = options.again or _sends_duplicates(folders)
    memory = folders.data if options.memory and not goods.is_input else None
    secrets = SecretStore(system_keychain)
    if options.dry_run:
        ask_for_secrets([], goods.stores(destination, variables), folders, secrets)
        stores = Stores(ConnectionLibrary(folders.connections), secrets)
        trial = dry_run.Trial(find, destination, variables, again, memory)
        return dry_run.tell(trial, stores, as_json=options.as_json)
    for key, value in given.items():
        secrets.keep(key, value, save=False)
    try:
        held = Held(memory)
    except LedgerInUse:
        try:
            _check_no_secret_given(destination, given)
            _check_no_keys_given((*goods.places, *stores_of([destination])), folders)
            _check_no_listing(options)
            _check_no_list(goods)
            requests = add_files(
                goods.places,
                destination=destination,
                variables=variables,
                follow=True,
                again=again,
                archive=goods.archive,
            )
            return _followed(folders, requests, options)
        except NotTakenError as error:
            sys.stderr.write(f"guiuploader: {error}, so this queue is not kept on the disk.\n")
            held = Held(None)
    with held:
        _say_damage(held)
        ask_for_secrets([destination], goods.stores(destination, variables), folders, secrets)
        report = _report(options)
        with _working(secrets, folders, options, held, report) as new_manager:
            return headless.send(
                headless.Errand(find, destination, variables, again),
                new_manager=new_manager,
                report=report,
                hang_up=held.hang_up,
            )


def resume(*, folders: Folders, options: SendOptions) -> int:
    """Carry on with what earlier runs left, and return the exit code. Raises UploaderError as `send` does."""
    secrets = SecretStore(system_keychain)
    try:
        held = Held(folders.data)
    except LedgerInUse as in_use:
        try:
            _check_no_listing(options)
            return _followed(folders, [Resume()], options)
        except NotTakenError:
            raise in_use from None
    with held:
        _say_damage(held)
        _say_doubtful(held)
        if held.ledger:
            read = held.ledger.read
            ask_for_secrets(unfinished_destinations(read), unfinished_addresses(read), folders, secrets)
        report = _report(options)
        with _working(secrets, folders, options, held, report) as new_manager:
            return headless.resume(
                new_manager=new_manager,
                report=report,
                hang_up=held.hang_up,
            )


def _sends_duplicates(folders: Folders) -> bool:
    """Tell whether the settings say so; asking is for the window alone."""
    chosen = settings.load(folders.config).duplicates
    if chosen is Duplicates.ASK:
        sys.stderr.write(
            "guiuploader: What was sent there before is skipped: “duplicates = ask” asks in the window alone."
            " “--again” sends it.\n"
        )
    return chosen is Duplicates.SEND


def check_paths(destination: Destination, paths: Sequence[Place], *, program: str) -> None:
    """Raise UsageError where files are named for a destination that takes none, or none for one that does."""
    _check_goods(destination, Goods(paths), program=program)


def _check_goods(destination: Destination, goods: Goods, *, program: str) -> None:
    if destination.takes_file and goods.is_nothing:
        raise UsageError(ErrorCode.USAGE, reason="The file to send is missing", program=program)
    if not goods.is_nothing and not destination.takes_file:
        reason = f"“{destination.name}” sends a request without a file; leave out the paths"
        raise UsageError(ErrorCode.USAGE, reason=reason, program=program)


@contextlib.contextmanager
def _working(
    secrets: SecretStore, folders: Folders, options: SendOptions, held: Held, report: Report
) -> Iterator[Callable[[], UploadManager]]:
    """Give what makes the manager, with a log that is open meanwhile, and a person asked who is there."""
    log = logs.configure(folders.logs, secrets.blanked)
    asking: list[TerminalAsking] = []

    def new_manager() -> UploadManager:
        manager = UploadManager(
            secrets,
            parallel=options.parallel,
            limit=Limit(options.limit),
            ledger=held.ledger,
            connections=folders.connections,
            will_retry=options.will_retry,
        )
        if CAN_ASK and sys.stdin.isatty():
            asking.append(TerminalAsking(manager, secrets, report, terminal=sys.stdin.fileno()))
        return manager

    try:
        yield new_manager
    finally:
        for each in asking:
            each.close()
        logs.release(log)


def _followed(folders: Folders, requests: Iterable[Request], options: SendOptions) -> int:
    """Have the window that is open do it, and return the exit code. Raises NotTakenError."""
    report = Verbatim() if options.as_json else Retelling(_report(options))
    try:
        return follow(folders.data, requests, report)
    except HandoverError as error:
        sys.stderr.write(f"guiuploader: {printable(str(error))}\n")
        return USAGE if isinstance(error, RefusedError) else SOME_NOT


def _check_no_secret_given(destination: Destination, given: Collection[SecretKey]) -> None:
    """Raise NotTakenError when the environment or the address holds a secret: it stays in this process."""
    if given or any(os.environ.get(key.variable) for key in secret_keys(destination)):
        raise NotTakenError("another guiuploader is open, which does not get the secrets given here")


def _check_no_keys_given(places: Sequence[Place], folders: Folders) -> None:
    """Raise NotTakenError when the environment says how stores are reached: it stays in this process."""
    if connections.are_given_here(places, folders):
        raise NotTakenError("another guiuploader is open, which does not get the keys given here")


def _check_no_listing(options: SendOptions) -> None:
    """Raise NotTakenError when a list is wanted: the window writes none for others."""
    if options.listing is not None:
        raise NotTakenError("another guiuploader is open, which writes no list for this one")


def _check_no_list(goods: Goods) -> None:
    """Raise NotTakenError for a list: what is handed over together has the same values."""
    if goods.listing is not None:
        raise NotTakenError("another guiuploader is open, which takes no list with values of their own")


def _say_damage(held: Held) -> None:
    if held.ledger is not None and held.ledger.damage is not None:
        sys.stderr.write(f"guiuploader: {printable(str(explain(held.ledger.damage)))}\n")


def _say_doubtful(held: Held) -> None:
    """Say how many uploads of earlier runs may have arrived: a resume leaves them alone, and nobody asks."""
    count = held.ledger.read.counts().get(State.UNCONFIRMED, 0) if held.ledger else 0
    if not count:
        return
    which = "1 upload of earlier runs may have arrived and is"
    if count > 1:
        which = f"{count} uploads of earlier runs may have arrived and are"
    sys.stderr.write(
        f"guiuploader: {which} not sent again unasked. See “guiuploader history”, and at the server;"
        " the window is where to send such a file again, or to remove its row where it did arrive.\n"
    )


def variables_of(destination: Destination, values: Sequence[str]) -> dict[str, str]:
    """Return the values given by --set. Raises UsageError when one is unknown or one is missing."""
    given = values_given(destination, values)
    for name, variable in destination.variables.items():
        if variable.default is None and name not in given:
            raise DestinationError(ErrorCode.VALUE_MISSING, name=name, destination=destination.name)
    return given


def values_given(destination: Destination, values: Sequence[str]) -> dict[str, str]:
    """Return the values given by --set, be it all or not. Raises UsageError when one is unknown."""
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
        choices = destination.variables[name].choices
        if choices and value not in choices:
            raise _misused(f"“--set {pair}” is none of the choices: {', '.join(choices)}")
        given[name] = value
    return given


def _misused(reason: str) -> UsageError:
    return UsageError(ErrorCode.USAGE, reason=reason, program="guiuploader send")


def _report(options: SendOptions) -> Report:
    report: Report = JsonReport()
    if not options.as_json:
        console = Console(stderr=True)
        report = BarReport(console) if console.is_terminal else LineReport()
    return Listed(report, options.listing) if options.listing else report
