# SPDX-License-Identifier: MIT
"""Recipes on the command line: listed, filled in, and sent to."""

from pathlib import Path

import pytest

from tests.helpers.program import LIMIT, run
from tests.helpers.scripted_server import StartServer, answer


def test_recipes_are_listed_with_what_they_are_for(home: Path) -> None:
    listed = run(home, "destinations", "recipes")
    assert listed.code == 0
    assert "Any file into a folder of Nextcloud, and a public link to it." in listed.out
    assert listed.out.count("\n") >= 15


def test_a_recipe_with_its_address_is_a_destination_like_any_other(
    home: Path, scripted_server: StartServer, tmp_path: Path
) -> None:
    server = scripted_server(answer(201))
    (tmp_path / "a b.txt").write_bytes(b"some bytes")
    command = ("destinations", "add", "--recipe", "nexus-raw", "--address", f"{server.url}/nexus/")
    added = run(home, *command, "--name", "Ours", "--set", "repository=files")
    assert added.code == 0, added.err
    assert added.out == f"Ours  PUT {server.url}/nexus/repository/{{var:repository}}/{{relpath}}\n"
    assert "User name, or the first part of a user token" in added.err
    assert "GUIUPLOADER_SECRET_USERNAME" in added.err
    keys = {"GUIUPLOADER_SECRET_USERNAME": "me", "GUIUPLOADER_SECRET_PASSWORD": "word"}
    sent = run(home, "send", tmp_path / "a b.txt", "--to", "ours", limit=LIMIT, retry=False, **keys)
    assert sent.code == 0, sent.err
    assert server.request().target == "/nexus/repository/files/a%20b.txt"
    assert sent.out == f"{server.url}/nexus/repository/files/a%20b.txt\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name a FILE or a --recipe"),
        (("x.toml", "--recipe", "zipline"), "Name a FILE or a --recipe"),
        (("x.toml", "--address", "a.org"), "go with --recipe"),
        (("--recipe", "nothing"), "there are: artifactory, chibisafe,"),
        (("--recipe", "zipline"), "needs --address, such as https://zipline.example"),
        (("--recipe", "imgur", "--address", "a.org"), "has its address already"),
        (("--recipe", "zipline", "--address", "ftp://a.org"), "such as https://files.mycompany.com"),
        (("--recipe", "zipline", "--address", "a.org", "--set", "x=y"), "asks for no value “x”"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_saved(
    home: Path, words: tuple[str, ...], said: str
) -> None:
    ran = run(home, "destinations", "add", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert run(home, "destinations", "list").out == ""
