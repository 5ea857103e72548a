# SPDX-License-Identifier: MIT
"""`destinations import FILE.yaml`, as a person types it."""

from pathlib import Path

import pytest

from tests.helpers.program import run
from tests.helpers.scripted_server import StartServer, answer
from tests.servers.openapi_documents import FASTAPI, INSIDE, PHOTOS, STORE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a document that tells no server."""
    path = tmp_path / "openapi.json"
    path.write_text(FASTAPI)
    return path


def test_the_operations_are_listed(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "photos.yaml"
    file.write_text(PHOTOS.replace("SERVER", "https://photos.example"))
    ran = run(home, "destinations", "import", file)
    assert ran.code == 0, ran.err
    assert ran.out == "addPhoto  POST /albums/{albumId}/photos  form: image  Add a photo\n"
    assert "--operation" in ran.err
    file.write_text(STORE)
    assert run(home, "destinations", "import", file).out == (
        "putObject  PUT /{bucket}/{objectKey}  application/octet-stream\n"
    )
    file.write_text(INSIDE.replace("operationId: addNote", ""))
    assert run(home, "destinations", "import", file).out == "-  POST /notes  json: attachment.data\n"
    assert run(home, "destinations", "list").out == ""


def test_one_is_taken_over_and_then_sends(home: Path, file: Path, scripted_server: StartServer) -> None:
    server = scripted_server(answer(200, b"{}"))
    words = ("--operation", "POST /uploadfiles/", "--server", server.url, "--with", "note", "--name", "Mine")
    ran = run(home, "destinations", "import", file, *words)
    assert ran.code == 0, ran.err
    assert "It sends to 127.0.0.1:" in ran.err
    assert ran.out == f"Mine  POST {server.url}/uploadfiles/\n"
    ran = run(home, "send", file, "--to", "Mine", "--set", "note=x y", GUIUPLOADER_SECRET_TOKEN="s3cr3t")
    assert ran.code == 0, ran.err
    (request,) = server.requests
    body = bytes(request.body)
    assert b'name="note"\r\n\r\nx y\r\n' in body
    assert b'name="token"\r\n\r\ns3cr3t\r\n' in body
    assert FASTAPI.encode() in body


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--operation", "nothing"), "is none of those that take a file"),
        (("--operation", "POST /uploadfiles/"), "say at which address it is"),
        (("--server", "https://a.example"), "need --operation ID"),
    ],
)
def test_what_is_missing_is_said(home: Path, file: Path, words: tuple[str, ...], told: str) -> None:
    ran = run(home, "destinations", "import", file, *words)
    assert ran.code == 2
    assert told in ran.err
    assert run(home, "destinations", "list").out == ""


def test_a_broken_one_is_told_in_one_sentence(home: Path, file: Path) -> None:
    file.write_text('{"openapi": \n}')
    ran = run(home, "destinations", "import", file)
    assert ran.code == 2
    assert "line 2, column 1" in ran.err


def test_its_options_are_for_documents_alone(home: Path) -> None:
    ran = run(home, "destinations", "import", "curl -T a https://a.example/a.json", "--operation", "x")
    assert ran.code == 2
    assert "are for OpenAPI documents" in ran.err
