# SPDX-License-Identifier: MIT
"""Operations of OpenAPI documents send what their table says, and find the link in the answer."""

import email
from dataclasses import replace
from email.message import Message
from pathlib import Path

import pytest

from guiuploader.destinations import openapi
from guiuploader.destinations.toml_file import parse, render
from guiuploader.transfer.send import Sender
from guiuploader.uploads.asking import secret_keys
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.scripted_server import Request, StartServer, answer
from tests.servers.openapi_documents import CASES, CONTENT, FILE, Case, Form
from tests.unit.transfer.stage import Reopened, Stage


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.called)
def test_an_operation_sends_and_finds_what_its_table_says(
    case: Case, tmp_path: Path, scripted_server: StartServer
) -> None:
    headers = {"Location": case.answer.location} if case.answer.location else {}
    server = scripted_server(answer(201, case.answer.body, **headers))
    path = tmp_path / "their.yaml"
    path.write_text(case.text.replace("SERVER", server.url), "utf-8")
    api = openapi.read_file(path)
    found = openapi.imported(
        api,
        api.find(case.operation),
        at=case.server.replace("SERVER", server.url),
        wanted=frozenset(case.wanted),
    )
    destination = found.destination
    assert tuple(note.partition(" ")[0] for note in found.notes) == case.notes, found.notes
    assert not found.secrets
    assert parse(render(destination), called="again") == destination
    if case.asked:
        asked = {name: (each.default, tuple(each.choices)) for name, each in destination.variables.items()}
        assert asked == case.asked
    store = SecretStore(no_keychain, {})
    for key in secret_keys(destination):
        store.keep(key, f"s-{key.name}", save=False)
    stage = Stage()
    stage.sender.close()
    stage.sender = Sender(store)
    try:
        source = Reopened(CONTENT, FILE)
        job = replace(stage.job(destination, source, case.variables), sources=(source,) * case.files)
        receipts = stage.sender.send(job, stage.control, stage.heard)
    finally:
        stage.sender.close()
    (request,) = server.requests
    assert (request.method, request.target) == (case.method, case.target)
    for name, value in case.headers.items():
        assert request.header(name) == value
    if case.form is not None:
        assert form_of(request) == case.form
    if case.body is not None:
        assert bytes(request.body) == case.body
    assert receipts[0].link == case.answer.link


def form_of(request: Request) -> Form:
    """Return name, file name, and value or type of each part; files must be the one that was sent."""
    kind = f"Content-Type: {request.header('Content-Type')}\r\n\r\n".encode()
    whole = email.message_from_bytes(kind + bytes(request.body))
    return [_part(part) for part in whole.walk() if not part.is_multipart()]


def _part(part: Message) -> tuple[str, str, str]:
    name = str(part.get_param("name", header="Content-Disposition"))
    filename = part.get_filename() or ""
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    told = part["Content-Type"]
    if filename:
        assert content == CONTENT
        return name, filename, f"the file as {told}"
    return name, "", f"{content.decode()} as {told}" if told else content.decode()
