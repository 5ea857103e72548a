# SPDX-License-Identifier: MIT
"""How objects in stores are named."""

from pathlib import Path

import pytest

from guiuploader.sources.store_address import StoreAddress, is_address, parse_address, whole
from guiuploader.values.errors import ErrorCode, SourceError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("s3://bucket/key", ("s3", "", "bucket", "key")),
        ("s3://minio@bucket/a/b%20c?d#e", ("s3", "minio", "bucket", "a/b%20c?d#e")),
        ("gs://bucket", ("gs", "", "bucket", "")),
        ("az://container/folder/", ("az", "", "container", "folder/")),
        ("s3://bucket/a@b", ("s3", "", "bucket", "a@b")),
        ("s3://bucket//a\nb", ("s3", "", "bucket", "/a\nb")),
    ],
)
def test_an_address_is_taken_to_the_letter(text: str, parts: tuple[str, str, str, str]) -> None:
    assert is_address(text)
    assert parse_address(text) == StoreAddress(*parts)
    assert parse_address(str(parse_address(text))) == parse_address(text)


@pytest.mark.parametrize(
    "text", ["s3://", "s3:///key", "s3://@b/k", "s3://a b@c/k", "s3://b c/k", "s3://b/\udce9"]
)
def test_what_is_no_address_is_refused_with_words(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_address(text)
    assert caught.value.problem.code is ErrorCode.STORE_ADDRESS


@pytest.mark.parametrize("text", ["s3:/bucket/key", "/s3://a", "https://a/b", "s3", "S3://a/b"])
def test_another_text_is_no_address(text: str) -> None:
    assert not is_address(text)


def test_an_address_means_the_same_from_every_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    address = parse_address("s3://b/k")
    assert whole(address) is address
    assert whole(Path("a")) == tmp_path / "a"


def test_a_folder_s_address_ends_in_a_slash() -> None:
    assert parse_address("s3://b/k/").is_prefix
    assert parse_address("s3://b").is_prefix
    assert not parse_address("s3://b/k").is_prefix
