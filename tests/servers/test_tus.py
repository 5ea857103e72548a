# SPDX-License-Identifier: MIT
"""The reference server for tus takes our uploads, and goes on with them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.leftovers import Keys, drop
from guiuploader.values.errors import ErrorCode, NetworkError, TransferCancelled
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.upload_server import free_port, running
from tests.servers.app_servers import tus
from tests.servers.files import content, sha256
from tests.unit.transfer.stage import Heard, Reopened, Stage, to

SIZE = 5 * 1024 * 1024 + 1
BODY = 'body = "tus"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept"


@contextmanager
def serving(folder: Path, home: Path, port: int) -> Iterator[str]:
    home.mkdir()
    with running(tus(port, folder), port=port, home=home):
        yield f"http://127.0.0.1:{port}/files"


@pytest.fixture
def url(folder: Path, tmp_path: Path) -> Iterator[str]:
    with serving(folder, tmp_path / "server", free_port()) as url:
        yield url


class Stopping(Heard):
    """An ear that stops the transfer when some of the file is there."""

    def __init__(self, control: Control, *, for_good: bool) -> None:
        super().__init__()
        self._stop = control.abandon if for_good else control.cancel

    def progressed(self, sent: int, /) -> None:
        super().progressed(sent)
        if sent:
            self._stop()


@pytest.mark.parametrize(
    "table",
    ["", "[tus]\npart_size = 1000000", "[tus]\ncreation_with_upload = true"],
    ids=["whole", "parts", "with the making"],
)
@pytest.mark.parametrize("size", [0, 1, 70_000, SIZE])
def test_files_arrive_whole(stage: Stage, url: str, folder: Path, table: str, size: int) -> None:
    receipt = stage.send(to(url, BODY, table), Reopened(content(size), "größe ü.bin"))
    assert receipt.link is not None
    stored = folder / receipt.link.rpartition("/")[2]
    assert stored.read_bytes() == content(size)
    assert receipt.sha256 == sha256(content(size))
    told = json.loads(stored.with_name(f"{stored.name}.json").read_text())
    assert told["metadata"] == {"filename": "größe ü.bin", "filetype": "application/x-test"}


def test_what_nobody_wants_any_more_is_deleted(stage: Stage, url: str, folder: Path) -> None:
    left = stopped(stage, url, for_good=False)
    assert left is not None
    assert [path.suffix for path in folder.iterdir()].count("") == 1
    job = stage.job(to(url, BODY), Reopened(content(SIZE)))
    secrets = SecretStore(no_keychain)
    drop(job, left, Keys(secrets, Stores(ConnectionLibrary(None), secrets)), Control())
    assert list(folder.iterdir()) == []
    drop(job, left, Keys(secrets, Stores(ConnectionLibrary(None), secrets)), Control())


def stopped(stage: Stage, url: str, *, for_good: bool) -> Checkpoint | None:
    """Send a part of a file, and return what is kept of it."""
    control = Control()
    heard = Stopping(control, for_good=for_good)
    destination = to(url, BODY, "[tus]\npart_size = 1000000")
    with pytest.raises(TransferCancelled):
        stage.sender.send(stage.job(destination, Reopened(content(SIZE))), control, heard)
    return heard.checkpoints[-1]


def test_a_stopped_upload_goes_on_at_a_server_that_was_restarted(
    stage: Stage, folder: Path, tmp_path: Path
) -> None:
    port = free_port()
    with serving(folder, tmp_path / "before", port) as url:
        kept = stopped(stage, url, for_good=False)
    assert kept is not None
    with serving(folder, tmp_path / "after", port) as url:
        job = stage.job(to(url, BODY), Reopened(content(SIZE)))
        heard = Heard()
        (receipt,) = stage.sender.send(replace(job, checkpoint=kept), Control(), heard)
    assert heard.resumptions[0] >= 1_000_000
    assert receipt.sha256 == sha256(content(SIZE))
    assert (folder / kept.url.rpartition("/")[2]).read_bytes() == content(SIZE)


def test_a_cancelled_upload_is_deleted_there(stage: Stage, url: str, folder: Path) -> None:
    assert stopped(stage, url, for_good=True) is None
    assert list(folder.iterdir()) == []


def test_an_upload_that_was_whole_and_is_gone_may_have_arrived(stage: Stage, url: str) -> None:
    job = stage.job(to(url, BODY), Reopened(content(SIZE)))
    with pytest.raises(NetworkError) as caught:
        stage.sender.send(
            replace(job, checkpoint=Checkpoint(f"{url}/0123", may_be_whole=True)), Control(), Heard()
        )
    assert caught.value.problem.code is ErrorCode.UPLOAD_GONE
