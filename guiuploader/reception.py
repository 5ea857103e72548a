# SPDX-License-Identifier: MIT
"""What comes of the things that second starts say to the window, and to a `send`."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.exit_codes import INTERRUPTED
from guiuploader.following import Following
from guiuploader.sources.store_address import Place
from guiuploader.uploads.asking import secret_keys
from guiuploader.uploads.finding import in_places
from guiuploader.uploads.instance import Caller
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.messages import (
    Accepted,
    AddFiles,
    Ended,
    NoWindow,
    Refused,
    Request,
    Resume,
    Show,
)
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey

_FIRST_TOKEN = 2**32  # what the window itself asks the desk counts from 0


class EngagedTone:
    """Listens for a `send` that has the queue: nobody can hand anything over to it."""

    def heard(self, caller: Caller, _request: Request, /) -> None:
        """Say so."""
        caller.tell(NoWindow())
        caller.hang_up()

    def left(self, caller: Caller, /) -> None:
        """Do nothing."""


@dataclass(slots=True)
class _Visit:
    """What one caller has said so far."""

    paths: list[Place] = field(default_factory=list)
    wish: AddFiles | None = None
    following: Following | None = None


class Reception(QObject):
    """Listens for the window: `heard` and `left` are for the instance's thread, all else is in the main one.

    What `send` hands over it starts and follows itself; what a second window brings, its signals tell.
    """

    front_wanted = Signal()
    files_came = Signal(object, object)  # tuple[Place, ...], the Destination or None for the chosen one
    _was_heard = Signal(object, object)
    _has_left = Signal(object)

    def __init__(self, manager: UploadManager, desk: SecretDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._manager = manager
        self._desk = desk
        self._visits: dict[Caller, _Visit] = {}
        self._asked: dict[int, Caller] = {}
        self._tokens = count(_FIRST_TOKEN)
        self._was_heard.connect(self._on_heard)
        self._has_left.connect(self._on_left)
        desk.missing.connect(self._on_missing)

    def heard(self, caller: Caller, request: Request, /) -> None:
        """Pass a request on to the main thread."""
        self._was_heard.emit(caller, request)

    def left(self, caller: Caller, /) -> None:
        """Pass on that a caller is gone."""
        self._has_left.emit(caller)

    @Slot(object, object)
    def _on_heard(self, caller: Caller, request: Request) -> None:
        visit = self._visits.setdefault(caller, _Visit())
        if isinstance(request, Show):
            self.front_wanted.emit()
            caller.tell(Accepted())
        elif isinstance(request, AddFiles):
            visit.paths += request.files
            if not request.more:
                self._take(caller, visit, request)
        elif isinstance(request, Resume):
            caller.tell(Accepted())
            self._follow(caller, visit).take_all()
        elif visit.following is not None:
            visit.following.stop()
        else:
            caller.tell(Ended(code=INTERRUPTED))
            self._part(caller)

    def _take(self, caller: Caller, visit: _Visit, request: AddFiles) -> None:
        caller.tell(Accepted())
        if not request.follow:
            self.files_came.emit(tuple(visit.paths), request.destination)
            self._part(caller)
        elif request.destination is None:
            self._refuse(caller, "It was not told where to send.")
        elif secret_keys(request.destination):
            visit.wish = request
            token = next(self._tokens)
            self._asked[token] = caller
            self._desk.look(token, request.destination)
        else:
            self._start(caller, visit, request, request.destination)

    @Slot(object, object)
    def _on_missing(self, token: int, missing: tuple[SecretKey, ...]) -> None:
        caller = self._asked.pop(token, None)
        visit = self._visits.get(caller) if caller else None
        if caller is None or visit is None or visit.wish is None or visit.wish.destination is None:
            return  # the window itself asked, or the caller has gone
        if missing:
            name, place = printable(missing[0].name), printable(missing[0].destination)
            unknown = f"The guiuploader that is open does not know the secret “{name}” for “{place}”."
            way_out = f"Enter it there, or set {missing[0].variable} in the environment of this command."
            self._refuse(caller, f"{unknown} {way_out}")
        else:
            self._start(caller, visit, visit.wish, visit.wish.destination)

    def _start(self, caller: Caller, visit: _Visit, request: AddFiles, destination: Destination) -> None:
        following = self._follow(caller, visit)
        if destination.takes_file:
            find = in_places(visit.paths)
            if request.archive:
                find = in_places((), [path for path in visit.paths if isinstance(path, Path)])
            batch = self._manager.add(find, destination, variables=request.variables, again=request.again)
        else:
            batch = self._manager.request(destination, variables=request.variables)
        following.expect(batch)

    def _follow(self, caller: Caller, visit: _Visit) -> Following:
        visit.following = Following(self._manager, caller, self)
        visit.following.over.connect(self._part)
        return visit.following

    def _refuse(self, caller: Caller, reason: str) -> None:
        caller.tell(Refused(reason=reason))
        self._part(caller)

    @Slot(object)
    def _on_left(self, caller: Caller) -> None:
        """Go on all the same with what a caller handed over: it is in the queue."""
        visit = self._visits.pop(caller, None)
        if visit is not None and visit.following is not None:
            visit.following.deleteLater()

    @Slot(object)
    def _part(self, caller: Caller) -> None:
        caller.hang_up()
        self._on_left(caller)
