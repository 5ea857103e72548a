# SPDX-License-Identifier: MIT
"""Sources as text: what comes back is the same source, also for names that are no text."""

from pathlib import Path

import pytest

from guiuploader.sources.local_file import LocalFile, local_file
from guiuploader.sources.no_file import NoFile
from guiuploader.sources.saved import restored, saved
from guiuploader.sources.source import Fingerprint, Reader, Source


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


def test_what_lives_in_memory_cannot_be_saved() -> None:
    with pytest.raises(TypeError, match="Memory"):
        saved(Memory())


@pytest.mark.parametrize(
    "text", ["", "{}", '{"kind": "moon", "path": "/a", "size": 1, "modified_ns": 1, "identity": 1}']
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        restored(text, "a")
