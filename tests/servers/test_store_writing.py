# SPDX-License-Identifier: MIT
"""Objects written to moto, an S3 server that others wrote: it checks signatures, parts and who may write."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from guiuploader.sources.local_file import local_file
from guiuploader.sources.object_store import StoreObject, take_in_objects
from guiuploader.sources.store_address import parse_address
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer.control import Control
from guiuploader.transfer.receipt import Receipt
from guiuploader.transfer.send import Sender
from guiuploader.values.errors import Problem, UploaderError
from guiuploader.values.explanations import explain
from guiuploader.values.notes import Note
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.servers.test_store_sentences import Scene, scene  # a fixture is found by name where it is imported
from tests.unit.transfer.stage import Heard, Stage, Tripwire, to

__all__ = ["scene"]

MIB = 1024 * 1024


class Writing:
    """A sender with somebody's keys."""

    def __init__(self, scene: Scene, keys: tuple[str, str], folder: Path) -> None:
        (folder / "moto.toml").write_text(
            f'format = 1\nkind = "s3"\nendpoint = "{scene.url}"\n'
            f'access_key = "{keys[0]}"\nsecret_key = "{{secret:key}}"\n',
            "utf-8",
        )
        secrets = SecretStore(no_keychain, {"GUIUPLOADER_SECRET_KEY": keys[1]})
        self.stores = Stores(ConnectionLibrary(folder), secrets)
        self.sender = Sender(secrets, self.stores)
        self.heard = Heard()
        self._folder = folder
        self._stage = Stage()

    def send(self, content: bytes, name: str, bucket: str = "bucket") -> Receipt:
        """Put a file."""
        path = self._folder / name
        path.write_bytes(content)
        destination = to(
            f"s3://moto@{bucket}/backup/{{relpath}}",
            'body = "object-store"',
            "[headers]\nx-amz-meta-case = '7'\n[raw]\ncontent_type = 'text/x-own'",
        )
        job = replace(self._stage.job(destination), sources=(local_file(path),))
        return self.sender.send(job, Control(), self.heard)[0]

    def found(self, key: str) -> StoreObject:
        """Return what the store has under a key."""
        (found,) = take_in_objects(self.stores, parse_address(f"s3://moto@bucket/{key}"), lambda: True)
        assert isinstance(found, StoreObject), found
        return found

    def close(self) -> None:
        """Close the lines."""
        self.sender.close()
        self._stage.sender.close()


@pytest.fixture
def writing(scene: Scene, tmp_path: Path) -> Iterator[Callable[[str], Writing]]:
    made: list[Writing] = []

    def give(who: str) -> Writing:
        keys = {"nobody": ("AKIANOBODY", "x"), "liar": (scene.keys["writer"][0], "x"), **scene.keys}
        made.append(Writing(scene, keys[who], tmp_path))
        return made[-1]

    yield give
    for each in made:
        each.close()


@pytest.mark.parametrize("size", [0, 5, 18 * MIB + 7])
def test_what_is_written_is_there_byte_for_byte(writing: Callable[[str], Writing], size: int) -> None:
    content = hashlib.shake_256(b"seed").digest(size)
    writer = writing("writer")
    receipt = writer.send(content, "a b+ü.bin")
    assert receipt.notes == (Note.VERIFIED,)
    found = writer.found("backup/a b+ü.bin")
    with closing(found.open()) as reader:
        assert reader.read(-1) == content
    about = found.meta()
    assert (about.content_type, about.meta.get("case")) == ("text/x-own", "7")


def test_a_broken_off_upload_goes_on_with_its_parts(
    writing: Callable[[str], Writing], tmp_path: Path
) -> None:
    content = hashlib.shake_256(b"other").digest(18 * MIB)
    writer = writing("writer")
    path = tmp_path / "resumed.bin"
    path.write_bytes(content)
    control = Control()

    class Stopped:
        """The same file, which a person pauses in its second part."""

        name = relpath = "resumed.bin"
        location, content_type, size = str(path), "application/octet-stream", len(content)

        def open(self) -> Tripwire:
            return Tripwire(content, 20, control.cancel)

        def renewed(self) -> "Stopped":
            return self

    destination = to("s3://moto@bucket/{relpath}", 'body = "object-store"')
    job = replace(Stage().job(destination), sources=(Stopped(),))
    with pytest.raises(UploaderError):
        writer.sender.send(job, control, writer.heard)
    kept = writer.heard.checkpoints[-1]
    assert kept is not None
    heard = Heard()
    job = replace(job, sources=(local_file(path),), checkpoint=kept)
    writer.sender.send(job, Control(), heard)
    assert heard.resumptions == [8 * MIB]
    with closing(writer.found("resumed.bin").open()) as reader:
        assert reader.read(-1) == content


@pytest.mark.parametrize("size", [5, 9 * MIB])
@pytest.mark.parametrize(
    ("who", "bucket", "title"),
    [
        ("nobody", "bucket", "The store does not accept the key."),
        ("liar", "bucket", "The store does not accept the key."),
        ("stranger", "bucket", "The key may not write there."),
        ("reader", "bucket", "The key may not write there."),
        ("writer", "no-bucket", "There is no such bucket."),
    ],
)
def test_each_no_has_its_own_sentence(
    writing: Callable[[str], Writing], who: str, bucket: str, title: str, size: int
) -> None:
    with pytest.raises(UploaderError) as caught:
        writing(who).send(bytes(size), "a.bin", bucket)
    problem: Problem = caught.value.problem
    assert explain(problem).title == title
