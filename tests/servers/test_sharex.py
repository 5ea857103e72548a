# SPDX-License-Identifier: MIT
"""ShareX uploaders send what their table says, and find the link in the answer."""

import email
from email.message import Message
from pathlib import Path

import pytest

from guiuploader.destinations.sharex import read_file
from guiuploader.transfer.send import Sender
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.scripted_server import Request, StartServer
from tests.servers.sharex_files import CASES, CONTENT, FILE, Case, Form
from tests.unit.transfer.stage import Reopened, Stage


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.called)
def test_an_uploader_sends_and_finds_what_its_table_says(
    case: Case, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(case.answer)
    path = tmp_path / "their.SXCU"
    text = case.text.replace("SERVER", server.url).replace("AT/", server.url.replace("//", "//me:pw@") + "/")
    path.write_text(text, "utf-8")
    found = read_file(path)
    assert tuple(note.partition(" ")[0].rstrip(":") for note in found.notes) == case.notes, found.notes
    store = SecretStore(no_keychain, {})
    for key, value in found.secrets.items():
        store.keep(key, value, save=False)
    stage = Stage()
    stage.sender.close()
    stage.sender = Sender(store)
    try:
        source = Reopened(CONTENT.encode(), FILE)
        job = stage.job(found.destination, source, case.variables)
        (receipt,) = stage.sender.send(job, stage.control, stage.heard)
    finally:
        stage.sender.close()
    (request,) = server.requests
    assert (request.method, request.target) == (case.method, case.target)
    for name, value in case.headers.items():
        told = request.header(name)
        assert told is not None
        assert told.encode("latin-1").decode() == value
    if case.form is not None:
        assert form_of(request) == case.form
    if case.body is not None:
        assert bytes(request.body).decode() == case.body
    assert receipt.link == (case.link.replace("SERVER", server.url) if case.link else None)


def form_of(request: Request) -> Form:
    """Return the names and the values of a form; the file's must be the one that was sent."""
    kind = f"Content-Type: {request.header('Content-Type')}\r\n\r\n".encode()
    whole = email.message_from_bytes(kind + bytes(request.body))
    return [_pair(part) for part in whole.walk() if not part.is_multipart()]


def _pair(part: Message) -> tuple[str, str]:
    disposition = part["Content-Disposition"]
    name = str(part.get_param("name", header="Content-Disposition"))
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    if "filename=" not in str(disposition):
        assert part["Content-Type"] is None
        return name, content.decode()
    assert content == CONTENT.encode()
    assert part["Content-Type"] == "application/x-test"
    return name, "the file"
