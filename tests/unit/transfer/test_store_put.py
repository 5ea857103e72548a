# SPDX-License-Identifier: MIT
"""Files into Google's and Azure's stores; here a server that speaks as they do, without sign-in."""

import io
import json
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from guiuploader.sources.local_file import local_file
from guiuploader.sources.source import Source
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer.control import Control
from guiuploader.transfer.receipt import Receipt
from guiuploader.transfer.send import Sender
from guiuploader.values.errors import ErrorCode, Problem, SourceError, TransferCancelled, UploaderError
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.scripted_store import ScriptedStore
from tests.helpers.store_writes import Fault, Written
from tests.unit.transfer.stage import Heard, MemoryReader, MemorySource, Stage, to

MIB = 1024 * 1024
CONTENT = os.urandom(MIB) * 18
KINDS = {"gs": "google", "az": "azure"}


class Scene:
    """A sender that knows one store of a kind."""

    def __init__(self, store: ScriptedStore, written: Written, scheme: str, folder: Path) -> None:
        self.store, self.written, self.scheme = store, written, scheme
        store.is_open = True
        self.connection = folder / f"{scheme}.toml"
        key = folder / "google.json"
        no_sign_in = {"gcs_base_url": store.url, "disable_oauth": True, "client_email": ""}
        key.write_text(json.dumps({**no_sign_in, "private_key": "", "private_key_id": ""}), "utf-8")
        keys = {
            "gs": f'service_account = "{key}"\n',
            "az": 'account = "acme"\nsecret_key = "{secret:key}"\n',
        }
        self.connection.write_text(
            f'format = 1\nkind = "{KINDS[scheme]}"\nendpoint = "{store.url}"\n{keys[scheme]}', "utf-8"
        )
        secrets = SecretStore(no_keychain, {"GUIUPLOADER_SECRET_KEY": "c2VjcmV0"})
        self.sender = Sender(secrets, Stores(ConnectionLibrary(folder), secrets))
        self.heard, self.control = Heard(), Control()
        self._stage = Stage()
        self._folder = folder

    def file(self, content: bytes) -> Source:
        """Return a file of the disk."""
        path = self._folder / "it.bin"
        path.write_bytes(content)
        return local_file(path)

    def send(self, source: Source) -> Receipt:
        """Put it."""
        headers = "[headers]\nCache-Control = 'no-store'\n[raw]\ncontent_type = 'text/x-own'"
        destination = to(f"{self.scheme}://bucket/top/{{filename}}", 'body = "object-store"', headers)
        job = replace(self._stage.job(destination), sources=(source,))
        return self.sender.send(job, self.control, self.heard)[0]

    def fails(self, source: Source) -> Problem:
        """Put it and return why that failed."""
        with pytest.raises(UploaderError) as caught:
            self.send(source)
        return caught.value.problem

    def close(self) -> None:
        """Close the lines."""
        self.sender.close()
        self._stage.sender.close()


@pytest.fixture(params=KINDS)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    (tmp_path / "written").mkdir()
    with closing(ScriptedStore()) as store:
        store.written = Written(tmp_path / "written")
        with closing(Scene(store, store.written, str(request.param), tmp_path)) as made:
            yield made


@pytest.mark.parametrize("size", [0, 5, 8 * MIB, 18 * MIB])
def test_a_file_arrives_whole(scene: Scene, size: int) -> None:
    receipt = scene.send(scene.file(CONTENT[:size]))
    assert scene.written.sha256("top/it.bin") == receipt.sha256
    assert (receipt.size, scene.heard.commit_points) == (size, 1)
    assert receipt.link == f"{scene.store.url}/bucket/top/it.bin"
    assert scene.heard.told[-2:] == [size, "body sent"]
    headers = scene.written.objects["top/it.bin"].headers
    told = {value for name, value in headers.items() if "content-type" in name or "cache-control" in name}
    assert {"text/x-own", "no-store"} <= told


@pytest.mark.parametrize("size", [5, 18 * MIB])
def test_a_key_that_may_not_write_is_named(scene: Scene, size: int) -> None:
    scene.store.refusal = (403, "AccessDenied")
    assert scene.fails(scene.file(CONTENT[:size])).code is ErrorCode.STORE_WRITE_DENIED


def test_a_part_that_a_store_in_trouble_refused_goes_again(scene: Scene) -> None:
    scene.written.faults = [Fault("refused", "PUT", "", (503, "ServerBusy"))]
    assert scene.send(scene.file(CONTENT)).sha256 == scene.written.sha256("top/it.bin")


class _Stops(MemoryReader):
    """Does something when it is read beyond a place."""

    def __init__(self, control: Control | None) -> None:
        super().__init__(io.BytesIO(CONTENT))
        self._control = control

    def read(self, size: int, /) -> bytes:
        if self.content.tell() >= 10 * MIB:
            if self._control is None:
                raise SourceError(ErrorCode.SOURCE_UNREADABLE, path="it", reason="it is broken")
            self._control.abandon()
        return super().read(size)


def test_a_stop_makes_no_object(scene: Scene) -> None:
    with pytest.raises(TransferCancelled):
        scene.send(MemorySource(CONTENT, reader=_Stops(scene.control)))
    assert scene.written.objects == {}
    assert scene.heard.commit_points == 0


def test_a_file_that_breaks_off_makes_no_object_and_says_why(scene: Scene) -> None:
    problem = scene.fails(MemorySource(CONTENT, reader=_Stops(None)))
    assert (problem.code, problem.facts["reason"]) == (ErrorCode.SOURCE_UNREADABLE, "it is broken")
    assert scene.written.objects == {}


def test_nobody_writes_without_keys(scene: Scene) -> None:
    text = scene.connection.read_text("utf-8")
    scene.connection.write_text(f"{text.partition('service_account')[0]}anonymous = true\n", "utf-8")
    assert scene.fails(scene.file(b"small")).code in {ErrorCode.STORE_NO_KEYS, ErrorCode.STORE_INVALID}
    assert scene.store.asked == []


def test_a_store_that_is_away_is_said(scene: Scene) -> None:
    scene.store.close()
    assert scene.fails(scene.file(b"small")).code in {ErrorCode.UNREACHABLE, ErrorCode.REPLY_LOST}
