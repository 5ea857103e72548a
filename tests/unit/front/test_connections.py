# SPDX-License-Identifier: MIT
"""`guiuploader connections`, and what an address is on the command line."""

from pathlib import Path

import pytest

from guiuploader.cli import main
from tests.helpers.store_connections import connect


class Said:
    """Runs the program in this process."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._home = home
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> tuple[int, str, str]:
        code = main([*map(str, words), "--home", str(self._home)])
        return (code, *self._capsys.readouterr())


@pytest.fixture
def said(home: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(home, capsys)


def test_connections_are_added_listed_shown_and_removed(said: Said, tmp_path: Path) -> None:
    file = connect(tmp_path, "https://minio.example:9000", name="minio")
    line = "minio  s3 https://minio.example:9000\n"
    assert said("connections", "list") == (0, "", "")
    assert said("connections", "add", file) == (0, line, "")
    assert said("connections", "list") == (0, line, "")
    code, shown, _ = said("connections", "show", "minio")
    assert code == 0
    assert 'secret_key = "{secret:store-key}"' in shown
    code, _, wrong = said("connections", "add", file)
    assert (code, wrong.count("There already is a connection called “minio”.")) == (2, 1)
    assert said("connections", "remove", "minio") == (0, "", "")
    code, _, wrong = said("connections", "show", "minio")
    assert (code, wrong.count("There is no connection called “minio”.")) == (2, 1)


def test_a_broken_connection_is_named_and_the_others_listed(said: Said, home: Path) -> None:
    connect(home / "config" / "connections", "https://minio.example", name="good")
    (home / "config" / "connections" / "bad.toml").write_text("kind = 's3'", "utf-8")
    code, out, wrong = said("connections", "list")
    assert (code, out) == (1, "good  s3 https://minio.example\n")
    assert "There is a mistake in the connection “bad.toml”." in wrong


@pytest.mark.parametrize("word", ["s3:///key", "s3://a b@bucket/key"])
def test_what_is_no_address_is_said(said: Said, word: str) -> None:
    code, _, wrong = said("send", word, "--to", "http://127.0.0.1:1/")
    assert code == 2
    assert "This is no address of an object in a store." in wrong


def test_a_connection_that_is_not_there_is_said_before_anything_is_sent(said: Said) -> None:
    code, _, wrong = said("send", "s3://none@bucket/key", "--to", "http://127.0.0.1:1/", "--no-memory")
    assert code == 2
    assert "There is no connection called “none”." in wrong
