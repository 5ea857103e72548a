# SPDX-License-Identifier: MIT
"""`destinations import FILE.sxcu`, as a person types it."""

import json
from pathlib import Path

from tests.helpers.program import Ran, run
from tests.helpers.scripted_server import StartServer, answer


def test_a_sharex_file_is_taken_over_and_then_sends(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(200, b'{"data": {"link": "https://i.example/a"}}'))
    file = tmp_path / "theirs.sxcu"
    members = {
        "Version": "17.0.0",
        "Name": "Theirs",
        "DestinationType": "FileUploader",
        "RequestURL": f"{server.url}/in",
        "Headers": {"X-Api-Key": "s3cr3t"},
        "Body": "MultipartFormData",
        "Arguments": {"album": "{prompt:Album}", "kind": "{select:red|blue}"},
        "FileFormName": "f",
        "URL": "{json:data.link}",
        "DeletionURL": "{json:data.delete}",
    }
    file.write_text(json.dumps(members))
    ran = run(home, "destinations", "import", file)
    assert ran.code == 0, ran.err
    assert "It sends to 127.0.0.1:" in ran.err
    assert "DeletionURL: is not kept" in ran.err
    assert ran.out == f"Theirs  POST {server.url}/in\n"
    assert not any(b"s3cr3t" in path.read_bytes() for path in home.rglob("*") if path.is_file())
    sent = tmp_path / "a.txt"
    sent.write_text("a")

    def with_key(*words: str | Path) -> Ran:
        return run(home, "send", *words, GUIUPLOADER_SECRET_X_API_KEY="s3cr3t")

    ran = with_key(sent, "--to", "Theirs")
    assert ran.code == 2
    assert "--set album=" in ran.err
    ran = with_key(sent, "--to", "Theirs", "--set", "album=1", "--set", "kind=green")
    assert ran.code == 2
    assert "none of the choices: red, blue" in ran.err
    ran = with_key(sent, "--to", "Theirs", "--set", "album=1", "--set", "kind=blue")
    assert ran.code == 0, ran.err
    assert ran.out == "https://i.example/a\n"
    (request,) = server.requests
    assert request.header("X-Api-Key") == "s3cr3t"
    assert b'name="kind"\r\n\r\nblue\r\n' in bytes(request.body)


def test_one_may_be_sent_to_without_being_saved(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(200, b"https://i.example/a"))
    file = tmp_path / "theirs.sxcu"
    members = {"Version": "17.0.0", "RequestURL": f"{server.url}/in?token=s3cr3t", "Body": "Binary"}
    file.write_text(json.dumps(members))
    ran = run(home, "send", file, "--to", file)
    assert ran.code == 0, ran.err
    assert ran.out == "https://i.example/a\n"
    assert [request.target for request in server.requests] == ["/in?token=s3cr3t"]
    assert run(home, "destinations", "list").out == ""
    assert not any(b"s3cr3t" in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_broken_one_is_told_in_one_sentence(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "theirs.sxcu"
    file.write_text('{"Name": \n}')
    ran = run(home, "destinations", "import", file)
    assert ran.code == 2
    assert "line 2, column 1" in ran.err
    assert run(home, "destinations", "list").out == ""
