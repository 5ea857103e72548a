# SPDX-License-Identifier: MIT
"""From a drop to rows: asks for what a destination needs, adds, and tells what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.texts import secret_names
from guiuploader.sources.store_address import Place, StoreAddress
from guiuploader.uploads.asking import connection_keys
from guiuploader.uploads.finding import in_places
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.values.secrets import SecretKey
from guiuploader.values.settings import Duplicates
from guiuploader.values.states import ENDED, State
from guiuploader.window import sentences, wording
from guiuploader.window.addition import Addition, added
from guiuploader.window.ask_values import AskValues
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.drops import Carried
from guiuploader.window.notice import Notice, Step
from guiuploader.window.switched import settled, with_picked
from guiuploader.window.taking_back import TakingBack

_NOTHING = Carried((), ())


@dataclass(frozen=True, slots=True)
class _Request:
    """Paths on their way to a destination, none for one that takes no file, and folders to be archives.

    `variables` are None until they were asked for.
    """

    paths: tuple[Place, ...]
    foreign: tuple[str, ...]
    destination: Destination
    variables: Mapping[str, str] | None = None
    archives: tuple[Path, ...] = ()


class Adding(QObject):
    """One wish after another; `noticed` carries what the notice bar is to say."""

    noticed = Signal(object)
    can_undo_changed = Signal(bool)
    keys_wanted = Signal(object, object)  # Problem, and what to call when another key to a store is known

    def __init__(
        self, manager: UploadManager, desk: SecretDesk, shelf: DestinationShelf, window: QWidget
    ) -> None:
        super().__init__(window)
        self._manager = manager
        self._desk = desk
        self._shelf = shelf
        self._window = window
        self._tokens = count(1)
        self._requests: dict[int, _Request] = {}
        self._homeless = _NOTHING
        self._additions: dict[int, Addition] = {}
        self._taken_in: dict[int, _Request] = {}
        self._newest = 0
        self._is_newest_request = False
        self._asked = 0
        desk.missing.connect(self._on_missing)
        desk.failed.connect(self._on_problem)
        manager.refused.connect(self._on_refused)
        manager.doubles_found.connect(self._on_doubles_found)
        manager.intake_finished.connect(self._on_intake_finished)
        manager.all_ended.connect(self._on_all_ended)

    @property
    def waiting(self) -> int:
        """How many things were dropped and are not rows yet, as a destination or an answer is missing."""
        asked = sum(len(request.paths) + len(request.archives) or 1 for request in self._requests.values())
        return asked + self._homeless.count

    @property
    def is_looking(self) -> bool:
        """Whether files of something that was added are still being looked for."""
        return bool(self._additions)

    def add(self, carried: Carried, destination: Destination | None) -> None:
        """Add what was dropped, pasted or picked; without a destination it waits for one."""
        if destination is None:
            self._wait_for_destination(carried)
        elif not destination.takes_file:
            self.noticed.emit(Notice(sentences.takes_no_file(destination.name), is_warning=True))
        elif not carried.paths and not carried.archives:
            self.noticed.emit(
                Notice(
                    sentences.refused(len(carried.foreign)),
                    reasons=_foreign_reasons(carried.foreign),
                    is_warning=True,
                )
            )
        else:
            self._start(_Request(carried.paths, carried.foreign, destination, archives=carried.archives))

    def request(self, destination: Destination) -> None:
        """Send the request of a destination that takes no file."""
        self._start(_Request((), (), destination))

    def resume(self) -> None:
        """Add what waited for a destination, now that one is chosen."""
        waiting, destination = self._homeless, self._shelf.chosen
        if destination is not None and destination.takes_file and waiting != _NOTHING:
            self._homeless = _NOTHING
            self.add(waiting, destination)

    def forget_waiting(self) -> None:
        """Let go of what waits for a destination: whoever closed its notice does not expect it any more."""
        self._homeless = _NOTHING

    def undo(self) -> None:
        """Take back what was added last, and tell once it is known what came of it."""
        if self._newest:
            newest = self._newest
            self._additions.pop(newest, None)
            self._taken_in.pop(newest, None)
            self._set_newest(0)
            taking_back = TakingBack(self._manager, self)
            told = self._on_request_taken_back if self._is_newest_request else self._on_taken_back
            taking_back.finished.connect(told)
            taking_back.start(newest)

    def send_held(self) -> None:
        """Let what was added last start."""
        newest = self._newest
        self._manager.release(each.id for each in self._manager.uploads() if each.batch == newest)

    def answer_duplicates(self, *, again: bool) -> None:
        """Send what was skipped of the drop that was asked about, or leave it so."""
        if again:
            rows = self._manager.uploads()
            ids = [row.id for row in rows if row.batch == self._asked and row.state is State.SKIPPED]
            self._manager.retry(ids)

    def _wait_for_destination(self, carried: Carried) -> None:
        before = self._homeless
        self._homeless = Carried(
            before.paths + carried.paths, before.foreign + carried.foreign, before.archives + carried.archives
        )
        text = sentences.waiting_for_destination(self._homeless.count)
        self.noticed.emit(Notice(text, (Step.NEW_DESTINATION, Step.DEMO)))

    def _start(self, request: _Request) -> None:
        """Add at once, or find out first which secrets are not known; the keychain may take its time."""
        destination = request.destination
        if request.variables is None and (values := settled(destination, self._shelf.picked(destination))):
            request = replace(request, variables=values)
        if not _needs_variables(request) and not secret_names(destination):
            self._add(request)
            return
        token = next(self._tokens)
        self._requests[token] = request
        self._desk.look(token, request.destination)

    @Slot(object, object)
    def _on_missing(self, token: int, missing: Sequence[SecretKey]) -> None:
        request = self._requests.get(token)
        if request is None:
            return  # somebody else asked
        if missing or _needs_variables(request):
            self._ask(token, missing)
        else:
            del self._requests[token]
            self._add(request)

    def _ask(self, token: int, missing: Sequence[SecretKey]) -> None:
        destination = self._requests[token].destination
        usual = with_picked(destination, self._shelf.picked(destination))
        if self._requests[token].variables is not None:
            usual = msgspec.structs.replace(usual, variables={})
        dialog = AskValues(usual, missing, has_keychain=self._desk.has_keychain, parent=self._window)

        def answered() -> None:
            request = self._requests.pop(token)
            if dialog.result() == AskValues.DialogCode.Accepted:
                for key, value in dialog.secrets().items():
                    self._desk.keep(key, value, save=dialog.remember)
                # The desk works in order: its next answer tells that the secrets are there.
                variables = request.variables if request.variables is not None else dialog.variables()
                self._start(replace(request, variables=variables))

        dialog.finished.connect(answered)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _add(self, request: _Request) -> None:
        destination = request.destination
        is_held = self._shelf.is_unproven(destination)
        variables = request.variables or {}
        chosen = self._shelf.settings.duplicates
        if destination.takes_file:
            again = chosen is Duplicates.SEND
            find = in_places(request.paths, request.archives)
            batch = self._manager.add(find, destination, variables=variables, hold=is_held, again=again)
        else:
            batch = self._manager.request(destination, variables=variables, hold=is_held)
        reasons = list(_foreign_reasons(request.foreign))
        asks = chosen is Duplicates.ASK
        self._additions[batch] = Addition(destination, is_held, asks, reasons=reasons)
        self._taken_in[batch] = request
        self._is_newest_request = not destination.takes_file
        self._set_newest(batch)
        if destination.takes_file:
            self.noticed.emit(Notice(sentences.adding(wording.place(destination)), (Step.UNDO,)))

    def _add_again(self, request: _Request) -> None:
        """Add what stands in stores once more; what was taken in of it is left out."""
        paths = tuple(each for each in request.paths if isinstance(each, StoreAddress))
        self._add(replace(request, paths=paths, foreign=()))

    def _set_newest(self, batch: int) -> None:
        self._newest = batch
        self.can_undo_changed.emit(bool(batch))

    @Slot(int, object)
    def _on_refused(self, batch: int, problems: Sequence[Problem]) -> None:
        if batch in self._additions:
            self._additions[batch].reasons += [str(explain(each, wording.words)) for each in problems]
            for each in problems:
                if connection_keys(each):
                    self.keys_wanted.emit(each, partial(self._add_again, self._taken_in[batch]))
        else:  # a file that was to be sent again
            for problem in problems:
                self._on_problem(problem)

    @Slot(int, int, int)
    def _on_doubles_found(self, batch: int, skipped: int, queued: int) -> None:
        if batch in self._additions:
            self._additions[batch].skipped, self._additions[batch].queued = skipped, queued

    @Slot(int, int, int)
    def _on_intake_finished(self, batch: int, accepted: int, _refused: int) -> None:
        """Tell what was added; of an earlier drop only what would otherwise never be told."""
        addition = self._additions.pop(batch, None)
        self._taken_in.pop(batch, None)
        if addition is None:
            return
        is_newest = batch == self._newest
        new = accepted - addition.skipped
        is_held = addition.is_held and new > 0
        has_doubles = addition.skipped or addition.queued
        if not is_newest and not is_held and not addition.reasons and not has_doubles:
            return
        text = added(addition, new)
        steps = ((Step.SEND,) * is_held + (Step.UNDO,) * (new > 0)) * is_newest
        if addition.skipped and addition.asks:
            self._asked = batch
            steps = (Step.SKIP, Step.SEND_AGAIN, *steps)
        if addition.reasons:
            text = f"{text} · {sentences.refused(len(addition.reasons))}"
        self.noticed.emit(Notice(text, steps, tuple(addition.reasons), is_warning=bool(addition.reasons)))

    @Slot()
    def _on_all_ended(self) -> None:
        """Offer no way back from what has arrived."""
        newest = self._newest
        uploads = self._manager.uploads()
        if all(each.state in ENDED for each in uploads if each.batch == newest):
            self._set_newest(0)

    @Slot(int, int)
    def _on_taken_back(self, taken: int, kept: int) -> None:
        self.noticed.emit(Notice(sentences.taken_back(taken, kept)))

    @Slot(int, int)
    def _on_request_taken_back(self, _taken: int, kept: int) -> None:
        self.noticed.emit(Notice(sentences.request_taken_back(is_kept=kept > 0)))

    @Slot(object)
    def _on_problem(self, problem: Problem) -> None:
        self.noticed.emit(Notice(str(explain(problem, wording.words)), is_warning=True))


def _needs_variables(request: _Request) -> bool:
    return request.variables is None and bool(request.destination.variables)


def _foreign_reasons(addresses: Sequence[str]) -> tuple[str, ...]:
    return tuple(sentences.foreign(address) for address in addresses)
