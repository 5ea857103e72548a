# SPDX-License-Identifier: MIT
"""A connection's file is checked when it is read, and the folder holds one file for each."""

from pathlib import Path

import pytest

from guiuploader.sources.store_connection import ConnectionLibrary, read_file, render
from guiuploader.values.errors import ErrorCode, SourceError
from tests.helpers.store_connections import connect

HEAD = 'format = 1\nkind = "s3"\n'


def wrong(folder: Path, text: str) -> str:
    """Return what is said of a connection with this text."""
    path = folder / "it.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError) as caught:
        read_file(path)
    assert caught.value.problem.code is ErrorCode.STORE_INVALID
    return "{key}: {reason}".format_map(caught.value.problem.facts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = 1", "kind"),
        ("kind =", "is not TOML"),
        ('format = 2\nkind = "s3"', "format: must be 1"),
        ('format = 1\nkind = "ftp"', "kind: invalid enum value"),
        (f"{HEAD}regionn = 'a'", "did you mean “region”"),
        (f"{HEAD}region = 7", "region: expected"),
        (f"{HEAD}access_key = 'a'\nsecret_key = 'plain'", "secrets stand in the keychain, never in a file"),
        (f"{HEAD}access_key = 'a'", "goes with secret_key"),
        (f"{HEAD}anonymous = true\nprofile = 'p'", "anonymous: needs no keys"),
        (
            f"{HEAD}profile = 'p'\naccess_key = 'a'\nsecret_key = '{{secret:s}}'",
            "profile: has keys of its own",
        ),
        (f"{HEAD}endpoint = 'minio:9000'", "endpoint: must be an address"),
        (f"{HEAD}endpoint = 'https://u:p@h'", "endpoint: must be an address"),
        (f"{HEAD}account = 'a'", "account: means nothing"),
        ('format = 1\nkind = "azure"', "account: is missing"),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, text: str, said: str) -> None:
    assert said in wrong(tmp_path, text)


def test_what_is_saved_is_what_was_read(tmp_path: Path) -> None:
    named = read_file(connect(tmp_path / "elsewhere", "http://127.0.0.1:1", name="minio"))
    library = ConnectionLibrary(tmp_path / "folder")
    library.add(named)
    assert library.get("minio") == named
    assert library.names() == ["minio"]
    with pytest.raises(SourceError) as caught:
        library.add(named)
    assert caught.value.problem.code is ErrorCode.STORE_EXISTS
    assert library.remove("minio") == named
    assert library.names() == []


def test_no_secret_and_no_default_is_written(tmp_path: Path) -> None:
    text = render(read_file(connect(tmp_path, "http://127.0.0.1:1")).connection)
    assert "{secret:store-key}" in text
    assert "anonymous" not in text


def test_a_broken_file_is_listed_as_a_problem_and_can_be_removed(tmp_path: Path) -> None:
    connect(tmp_path, "http://127.0.0.1:1", name="good")
    (tmp_path / "bad.toml").write_text("x", "utf-8")
    library = ConnectionLibrary(tmp_path)
    found, problems = library.listing()
    assert [each.name for each in found] == ["good"]
    assert [each.code for each in problems] == [ErrorCode.STORE_INVALID]
    assert library.remove("bad") is None
    assert library.names() == ["good"]


def test_an_unknown_name_lists_those_that_are_known(tmp_path: Path) -> None:
    connect(tmp_path, "http://127.0.0.1:1", name="good")
    with pytest.raises(SourceError) as caught:
        ConnectionLibrary(tmp_path).get("../good")
    assert caught.value.problem.code is ErrorCode.STORE_UNKNOWN
    assert caught.value.problem.facts["known"] == "good"


def test_a_secret_belongs_to_its_connection_and_endpoint(tmp_path: Path) -> None:
    named = read_file(connect(tmp_path, "http://127.0.0.1:1/", name="minio"))
    (key,) = named.secrets()
    assert (key.destination, key.origin, key.name) == ("connection minio", "http://127.0.0.1:1", "store-key")
