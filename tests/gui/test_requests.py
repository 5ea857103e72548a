# SPDX-License-Identifier: MIT
"""Destinations that take no file: nothing can be dropped there, their request can be sent."""

from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from guiuploader.destinations.destination import Auth, BodyKind, Destination, Network, Variable
from guiuploader.values import settings
from guiuploader.values.settings import Settings
from guiuploader.values.states import State
from guiuploader.window import wording
from guiuploader.window.ask_values import AskValues
from guiuploader.window.upload_model import Column
from tests.gui.conftest import ACME, Until, Whole, button
from tests.gui.scene import LEFT, Open, Serve, files, press, served, states
from tests.helpers.scripted_server import ScriptedServer, answer, never_answer


def asking(server: ScriptedServer, **more: object) -> Destination:
    return served(server, body=BodyKind.NONE, method="GET", **more)


def shown_labels(parts: Whole) -> list[str]:
    return [each.text() for each in parts.window.drop_area.findChildren(QLabel) if each.isVisible()]


def test_the_request_is_sent_by_the_button_where_files_would_be_dropped(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    server = scripted_server(answer(200))
    parts = whole(asking(server))
    assert not parts.window.actions_.add_files.isVisible()
    host = server.url.removeprefix("http://")
    assert f"Box ({host}) takes no files. It is sent GET {server.url}/up" in shown_labels(parts)
    press(parts.window.drop_area, "Send request")
    until(lambda: parts.window.status.text == "The request is done")
    assert server.request().method == "GET"
    assert parts.window.notice.text.startswith("Added a request to Box")
    index = parts.window.model.index(0, Column.SIZE)
    assert index.data() == ""
    (upload,) = parts.manager.uploads()
    assert wording.sentence(upload) == "GET /up, request to Box, done"


def test_a_request_on_its_way_is_told_without_percents_and_sizes(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    parts = whole(asking(scripted_server(never_answer())))
    parts.window.actions_.request.trigger()
    until(lambda: parts.manager.overall().counts[State.AWAITING_REPLY] == 1)
    parts.window.table.selectAll()
    (upload,) = parts.manager.uploads()
    for said in (wording.progress_text(upload), wording.particulars(upload), wording.spoken_state(upload)):
        assert "byte" not in said
        assert "%" not in said


def test_files_for_it_are_refused_with_a_way_out(whole: Open, scripted_server: Serve, tmp_path: Path) -> None:
    parts = whole(asking(scripted_server(answer(200))), ACME)
    parts.controller.add(files(tmp_path, 2), "Box")
    assert parts.window.notice.text == "“Box” sends a request without a file: use “Send request”."
    assert not parts.manager.is_busy
    parts.window.destinations.drag_over.emit("Box")
    assert parts.window.veil.accessibleName() == "Box takes no files"
    parts.window.destinations.drag_over.emit("ACME files")
    assert parts.window.veil.accessibleName() == "Drop to send to ACME files"


def test_the_menu_sends_the_request_of_the_destination_that_the_keyboard_is_on(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    parts = whole(ACME, asking(scripted_server(answer(200))))
    actions = parts.window.actions_
    parts.shelf.choose("ACME files")
    parts.window.destinations.setCurrentRow(0)
    assert not actions.request_there.isEnabled()
    assert not actions.request.isVisible()
    assert actions.add_files.isVisible()
    parts.window.destinations.setCurrentRow(1)
    assert actions.request_there.isEnabled()
    actions.request_there.trigger()
    until(lambda: states(parts) == [State.DONE])
    assert parts.manager.uploads()[0].destination.name == "Box"


def test_values_and_secrets_are_asked_for_before_a_request(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    server = scripted_server(answer(200))
    parts = whole(
        asking(
            server,
            query={"case": "{var:case}"},
            auth=Auth(kind="bearer", token="{secret:token}"),
            variables={"case": Variable()},
        )
    )
    parts.window.actions_.request.trigger()
    until(lambda: bool(parts.window.findChildren(AskValues)))
    dialog = parts.window.findChildren(AskValues)[0]
    texts = [each.text() for each in dialog.findChildren(QLabel)]
    assert any(text.startswith("For this request to Box") for text in texts)
    for field in dialog.findChildren(QLineEdit):
        field.setText("x7")
    send = next(each for each in dialog.findChildren(QPushButton) if each.text() == "&Send request")
    assert not parts.window.close(), "it is on its way"
    QTest.mouseClick(send, LEFT)
    until(lambda: parts.window.status.text == "The request is done")
    assert server.request().target == "/up?case=x7"
    assert server.request().header("Authorization") == "Bearer x7"


def test_a_request_of_a_destination_that_was_never_used_waits_for_send(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    settings.save(tmp_path / "config", Settings(unproven=("Box",)))
    parts = whole(asking(scripted_server(answer(200))))
    parts.window.actions_.request.trigger()
    until(lambda: "waits for your “Send”" in parts.window.notice.text)
    assert parts.window.notice.text.startswith("The request to Box")
    assert states(parts) == [State.HELD]
    press(parts.window.notice, "Undo")
    until(lambda: parts.window.notice.text == "Taken back: the request.")
    assert states(parts) == []


def test_what_waits_for_a_destination_goes_on_waiting_when_one_is_chosen_that_takes_no_file(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole()
    parts.controller.add(files(tmp_path, 2))
    server = scripted_server(answer(200))
    parts.shelf.save("", asking(server))
    parts.controller.resume()
    assert not parts.manager.is_busy
    parts.shelf.save("Box", served(server))
    parts.controller.resume()
    until(lambda: parts.window.status.text == "All 2 arrived")


def test_the_drop_area_warns_of_a_server_whose_identity_is_not_checked(whole: Open) -> None:
    unproved = Destination(
        format=ACME.format, name="Test", url="https://t.example/", network=Network(verify=False)
    )
    parts = whole(ACME, unproved)
    warning = "The identity of this server is not checked: anybody between could read what you send."
    parts.shelf.choose("ACME files")
    assert warning not in shown_labels(parts)
    parts.shelf.choose("Test")
    assert warning in shown_labels(parts)
    assert button(parts.window.drop_area, "Add files…").isVisible()
