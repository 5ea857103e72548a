# SPDX-License-Identifier: MIT
"""`destinations import` and `send --curl`, as a person types them."""

from pathlib import Path

from tests.helpers.program import run
from tests.helpers.scripted_server import StartServer, answer


def test_a_command_is_taken_over_and_then_sends(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201, b"{}"))
    command = tmp_path / "command.txt"
    command.write_text(f"curl -H 'X-Kind: a' \\\n  -F kind=report -F file=@their.pdf {server.url}/up\n")
    ran = run(home, "destinations", "import", command, "--name", "Reports")
    assert ran.code == 0, ran.err
    assert "It sends to 127.0.0.1:" in ran.err
    assert "takes the place of their.pdf" in ran.err
    assert ran.out == f"Reports  POST {server.url}/up\n"
    file = tmp_path / "a.txt"
    file.write_text("a")
    assert run(home, "send", file, "--to", "Reports").code == 0
    (request,) = server.requests
    assert request.header("X-Kind") == "a"
    assert b'name="kind"\r\n\r\nreport\r\n' in bytes(request.body)
    assert b'filename="a.txt"' in bytes(request.body)


def test_dangers_are_named_and_nothing_is_saved_unless_they_are_agreed_to(home: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("private")
    line = f"curl -k -F 'a=<{notes}' -F f=@x https://127.0.0.1/"
    ran = run(home, "destinations", "import", line)
    assert ran.code == 2
    assert "--insecure" in ran.err
    assert "--yes" in ran.err
    assert run(home, "destinations", "list").out == ""
    ran = run(home, "destinations", "import", line, "--yes")
    assert ran.code == 0, ran.err
    assert f"The text of {notes} becomes part of it" in ran.err
    assert "private" in run(home, "destinations", "show", "127.0.0.1").out


def test_a_secret_is_kept_nowhere_but_in_a_keychain(home: Path) -> None:
    line = "curl -H 'X-Api-Key: s3cr3t' -T x https://127.0.0.1/"
    ran = run(home, "destinations", "import", line)
    assert ran.code == 0, ran.err
    assert "The secret “x-api-key” is not kept, and will be asked for" in ran.err
    assert "s3cr3t" not in ran.err + ran.out
    assert not any(b"s3cr3t" in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_paths_take_the_place_of_the_files_that_a_command_names(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    paths = [tmp_path / name for name in ("a.json", "b.txt")]
    for path in paths:
        path.write_text(path.name)
    line = f"curl -u me:s3cr3t -T - {server.url}/"
    ran = run(home, "send", "--curl", line, *paths, "--parallel", "1")
    assert ran.code == 0, ran.err
    assert [request.target for request in server.requests] == ["/a.json", "/b.txt"]
    assert not any(b"s3cr3t" in path.read_bytes() for path in home.rglob("*") if path.is_file())
    ran = run(home, "send", "--curl", line)
    assert ran.code == 2
    assert "The file to send is missing" in ran.err


def test_what_cannot_be_done_is_said_before_anything_is_sent(home: Path) -> None:
    for words, expected in {
        ("send", "--curl", "curl --ntlm http://127.0.0.1/"): "--ntlm: this way to sign in is not known here",
        ("send", "--curl", "curl 'http://127.0.0.1/"): "line 1, column 6",
        ("send", "--curl", "curl http://127.0.0.1/", "--to", "x"): "leave out --to and --set",
        ("send", "--resume", "--curl", "curl x"): "--resume takes what is in the queue",
        ("destinations", "import", "nothing"): "neither a curl command nor a file",
    }.items():
        ran = run(home, *words)
        assert ran.code == 2
        assert expected in ran.err
