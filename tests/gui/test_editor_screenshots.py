# SPDX-License-Identifier: MIT
"""Pictures of the destination editor at work for people to look at, as `test_screenshots.py` makes them."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from guiuploader.destinations.destination import Auth, Destination, Multipart, Variable
from guiuploader.destinations.lookup_table import Lookup
from guiuploader.values.settings import Appearance
from guiuploader.window.curl_dialog import CurlDialog
from guiuploader.window.destination_editor import DestinationEditor
from guiuploader.window.theme import Theme
from guiuploader.window.trial_dialog import TrialDialog
from tests.gui.conftest import Until
from tests.gui.editor_parts import line
from tests.gui.scene import Open, Serve, press, served
from tests.helpers.scripted_server import answer

Shoot = Callable[[QWidget, str], None]
BOTH = pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
JSON = b'{"ok": true, "data": {"id": 7, "delete_url": "/d/7", "link": "/f/7", "tags": ["x", null]}}'
RICH = Destination(
    format=1,
    name="ACME files",
    url="https://acme.example/api/v1/files",
    headers={"Accept": "application/json"},
    auth=Auth(kind="bearer", token="{secret:token}"),
    multipart=Multipart(fields={"stage": "{var:stage}", "tags": ["a", "b"]}),
    variables={
        "stage": Variable(label="Stage", default="staging", choices=["local", "staging", "live"]),
        "shelf": Variable(label="Shelf", choices=["new", "old"]),
    },
    lookup=Lookup(url="https://acme.example/api/v1/files/{filename}", size="{header:Content-Length}"),
)


@BOTH
def test_shot_of_the_editor_with_its_preview(
    appearance: Appearance, whole: Open, theme: Theme, shoot: Shoot, until: Until
) -> None:
    parts = whole(RICH)
    theme.choose(appearance)
    shoot(parts.window, f"variable-switch-{appearance}")
    parts.window.destinations.setCurrentRow(0)
    parts.window.actions_.edit_destination.trigger()
    (editor,) = parts.window.findChildren(DestinationEditor)
    until(lambda: "HTTP/1.1" in editor.preview.text)
    shoot(editor, f"editor-preview-{appearance}")
    editor._form.show_field("further")
    shoot(editor, f"editor-further-{appearance}")
    line(editor, "Attempts").setText("many")
    editor._form.show_field("retry.attempts")
    shoot(editor, f"editor-plain-mistake-{appearance}")


@BOTH
def test_shot_of_a_try(
    appearance: Appearance, whole: Open, theme: Theme, shoot: Shoot, scripted_server: Serve, until: Until
) -> None:
    server = scripted_server(answer(201, JSON, **{"Content-Type": "application/json"}))
    parts = whole(served(server))
    theme.choose(appearance)
    parts.window.destinations.setCurrentRow(0)
    parts.window.actions_.edit_destination.trigger()
    (editor,) = parts.window.findChildren(DestinationEditor)
    until(lambda: "HTTP/1.1" in editor.preview.text)
    press(editor, "Try it…")
    until(lambda: editor.findChildren(TrialDialog))
    (dialog,) = editor.findChildren(TrialDialog)
    shoot(dialog, f"trial-question-{appearance}")
    press(dialog, "Send")
    until(dialog.tree.topLevelItemCount)
    shoot(dialog, f"trial-answer-{appearance}")


@BOTH
def test_shot_of_a_curl_command(
    appearance: Appearance, whole: Open, theme: Theme, shoot: Shoot, qapp: QApplication
) -> None:
    parts = whole()
    theme.choose(appearance)
    QGuiApplication.clipboard().setText("curl -k -F 'note=</etc/note' -F file=@a.jpg https://acme.example/up")
    parts.window.actions_.new_from_curl.trigger()
    (dialog,) = parts.window.findChildren(CurlDialog)
    shoot(dialog, f"curl-dialog-{appearance}")
    qapp.clipboard().clear()
