# SPDX-License-Identifier: MIT
"""Objects in stores come into the window by their address."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication

from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.sources.store_address import parse_address
from guiuploader.values.states import State
from guiuploader.window.drops import carried
from tests.gui.conftest import Until, Whole, reasons
from tests.helpers.scripted_server import ScriptedServer, answer
from tests.helpers.scripted_store import SECRET, ScriptedStore, Stored
from tests.helpers.store_connections import connect

GIVEN = {"GUIUPLOADER_SECRET_STORE_KEY": SECRET}


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    """Return a store with three objects."""
    made = ScriptedStore()
    made.objects = {"a b.txt": Stored(5), "top/x.txt": Stored(6), "top/y.txt": Stored(7)}
    yield made
    made.close()


def opened(
    whole: Callable[..., Whole], server: ScriptedServer, store: ScriptedStore, given: dict[str, str]
) -> Whole:
    parts = whole(Destination(format=FORMAT, name="Files", url=server.url), environment=given)
    connect(parts.config / "connections", store.url)
    return parts


@pytest.mark.parametrize("as_urls", [False, True])
def test_addresses_are_pasted(
    whole: Callable[..., Whole],
    scripted_server: Callable[..., ScriptedServer],
    store: ScriptedStore,
    until: Until,
    *,
    as_urls: bool,
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store, GIVEN)
    mime = QMimeData()
    if as_urls:
        mime.setUrls([QUrl("s3://bucket/a%20b.txt"), QUrl("s3://bucket/top/")])
    else:
        mime.setText("s3://bucket/a b.txt\n  s3://bucket/top/\n")
    QGuiApplication.clipboard().setMimeData(mime)
    parts.window.actions_.paste.trigger()
    until(lambda: parts.window.status.text == "All 3 arrived")
    uploads = parts.manager.uploads()
    assert [each.source.relpath for each in uploads] == ["a b.txt", "top/x.txt", "top/y.txt"]
    assert {each.state for each in uploads} == {State.DONE}
    # The clipboard would let go of it after Python has ended, which crashes.
    QGuiApplication.clipboard().clear()


def test_an_address_of_the_command_line_is_added(
    whole: Callable[..., Whole],
    scripted_server: Callable[..., ScriptedServer],
    store: ScriptedStore,
    until: Until,
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store, GIVEN)
    parts.controller.add([parse_address("s3://bucket/a b.txt")])
    until(lambda: parts.window.status.text == "1 file arrived")


def test_what_cannot_be_had_is_said_in_the_notice(
    whole: Callable[..., Whole],
    scripted_server: Callable[..., ScriptedServer],
    store: ScriptedStore,
    until: Until,
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store, GIVEN)
    parts.controller.add([parse_address("s3://bucket/none")])
    until(lambda: "could not be added" in parts.window.notice.text)
    assert "There is no such object in the bucket." in reasons(parts.window)


def test_a_text_that_is_more_than_addresses_is_none() -> None:
    for text in ("hello", "s3://bucket/a and more\nhello", ""):
        mime = QMimeData()
        mime.setText(text)
        assert carried(mime).paths == ()
