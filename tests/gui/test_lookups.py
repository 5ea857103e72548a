# SPDX-License-Identifier: MIT
"""What a server says that it has, in the window: rows say so, and go again without a needless question."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.lookup_table import Lookup
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State
from guiuploader.window import wording
from tests.gui.conftest import MakeUpload, Until
from tests.gui.scene import Open, Serve, files, press, states
from tests.helpers.scripted_server import Answer, Request, answer


class Shelf:
    """A server that has a file or not, takes uploads without a word, and can be out of order."""

    def __init__(self, *, has: bool) -> None:
        self.has = has
        self.is_broken = False
        self.uploads = 0

    def __call__(self, request: Request) -> Answer:
        if request.method == "HEAD":
            there = Answer(headers=(("Content-Length", "10"),), framed=True)
            return answer(405) if self.is_broken else there if self.has else answer(404)
        self.uploads += 1
        self.has = self.is_broken = True
        return answer(500)


def asking(url: str) -> Destination:
    lookup = Lookup(url=f"{url}/a", size="{header:Content-Length}", wait=0)
    return Destination(format=1, name="Box", url=f"{url}/up", lookup=lookup)


def test_a_row_that_the_server_has_says_so_and_goes_when_it_is_wanted(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    shelf = Shelf(has=True)
    parts = whole(asking(scripted_server(shelf).url))
    (path,) = files(tmp_path, 1)
    path.write_bytes(bytes(10))
    parts.controller.add([path])
    until(lambda: states(parts) == [State.SKIPPED])
    until(lambda: parts.window.status.text == "1 file skipped: it is there already")
    parts.window.table.selectAll()
    until(lambda: "The server has this file already." in parts.window.strip.summary.text)
    assert "the same by size" in parts.window.strip.summary.text
    press(parts.window.strip, "Send again")
    until(lambda: shelf.uploads == 1)


def test_what_may_have_arrived_goes_again_without_a_question_where_the_server_is_asked(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    shelf = Shelf(has=False)
    parts = whole(asking(scripted_server(shelf).url))
    (path,) = files(tmp_path, 1)
    path.write_bytes(bytes(10))
    parts.controller.add([path])
    until(lambda: states(parts) == [State.UNCONFIRMED])
    parts.window.table.selectAll()
    until(parts.window.actions_.retry.isEnabled)
    shelf.is_broken = False
    press(parts.window.strip, "Try again")
    until(lambda: states(parts) == [State.DONE])
    assert shelf.uploads == 1
    until(lambda: "the server was asked, and has the file" in wording.particulars(parts.window.model.at(0)))


def test_a_row_that_is_to_be_settled_says_that_the_server_is_asked_first(make_upload: MakeUpload) -> None:
    lost = Problem(ErrorCode.REPLY_LOST, {"host": "acme.example"})
    waiting = replace(
        make_upload("a.bin", 10, State.RETRYING, problem=lost), retry_at=dt.datetime.now(dt.UTC), attempts=1
    )
    assert "asked first" not in wording.particulars(waiting)
    doubtful = replace(waiting, doubt=dt.datetime.now(dt.UTC))
    assert "The server is asked first whether it has it." in wording.particulars(doubtful)
