# SPDX-License-Identifier: MIT
"""Sources as text: what comes back is the same source, also for names that are no text."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from guiuploader.sources.local_file import LocalFile, local_file
from guiuploader.sources.no_file import NoFile
from guiuploader.sources.object_store import StoreObject
from guiuploader.sources.saved import restored, saved
from guiuploader.sources.source import Fingerprint, Reader, Source
from guiuploader.sources.store_address import parse_address


class Memory:
    """A source that ends with the program."""

    name = relpath = location = "clip"
    size = 4
    content_type = "text/plain"

    def open(self) -> Reader:
        raise NotImplementedError

    def renewed(self) -> Source:
        return self


@pytest.mark.parametrize("name", ["a.bin", "été \N{SNOWMAN}.txt", 'quo"te\\.txt', "caf\udce9.txt", "a\nb"])
def test_a_file_comes_back_as_it_was(name: str) -> None:
    source = LocalFile(Path("/data") / name, f"data/{name}", Fingerprint(7, -1, 2**63 + 5))
    text, relpath, _ = saved(source)
    assert text.encode()
    assert restored(text, relpath) == source


def test_a_request_without_a_file_comes_back_as_it_was() -> None:
    source = NoFile('GET /a"b')
    text, relpath, _ = saved(source)
    assert restored(text, relpath) == source


def test_a_real_file_can_be_read_after_it_came_back(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"content")
    text, relpath, _ = saved(local_file(path))
    reader = restored(text, relpath).open()
    assert reader.read(-1) == b"content"
    reader.close()


def test_the_same_file_has_one_identity_wherever_it_was_dropped_from(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"content")
    alone, in_folder = local_file(path), local_file(path, "folder/a.bin")
    assert saved(alone).identity == saved(in_folder).identity
    path.write_bytes(b"other content")
    assert saved(local_file(path)).identity != saved(alone).identity


def test_a_version_of_an_object_has_one_identity_however_it_was_found() -> None:
    looked_at, listed = dt.datetime(2024, 1, 2, tzinfo=dt.UTC), dt.datetime(2024, 1, 2, 0, 0, 0, 7000, dt.UTC)
    address = parse_address("s3://bucket/in/a.bin")
    known = StoreObject(address, "a.bin", 7, '"v1"', looked_at, "text/plain")
    same = StoreObject(address, "in/a.bin", 7, '"v1"', listed)
    assert saved(known).identity == saved(same).identity
    untagged = replace(known, etag="")
    assert saved(untagged).identity == saved(replace(same, etag="")).identity
    others = [
        known,
        untagged,
        replace(untagged, modified=looked_at + dt.timedelta(seconds=1)),
        replace(known, etag='"v2"'),
        replace(known, size=8),
        replace(known, address=parse_address("s3://other@bucket/in/a.bin")),
    ]
    assert len({saved(each).identity for each in others}) == len(others)


def test_what_lives_in_memory_cannot_be_saved() -> None:
    with pytest.raises(TypeError, match="Memory"):
        saved(Memory())


@pytest.mark.parametrize(
    "text", ["", "{}", '{"kind": "moon", "path": "/a", "size": 1, "modified_ns": 1, "identity": 1}']
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        restored(text, "a")
