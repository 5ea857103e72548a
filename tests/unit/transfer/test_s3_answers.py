# SPDX-License-Identifier: MIT
"""Answers that no honest store gives to somebody who writes: each ends, in words, and nothing is believed."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from re import search

import pytest

from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.s3_words import SMALL_OBJECT
from guiuploader.transfer.send import Sender
from guiuploader.values.errors import ErrorCode, Problem, UploaderError
from guiuploader.values.explanations import explain
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.scripted_server import Answer, Request, Script, ScriptedServer, StartServer, answer
from tests.helpers.store_connections import connect
from tests.unit.transfer.stage import Heard, Reopened, Stage, to

LARGE = b"x" * (SMALL_OBJECT + 1)


class Scene:
    """Files on their way to a store by script."""

    def __init__(self, start: StartServer, folder: Path) -> None:
        self._start, self._folder = start, folder
        self.heard = Heard()

    def fails(self, script: Script, content: bytes, *, upload: str = "") -> Problem:
        """Send a file, in an upload that is there already, and return why that failed."""
        self.server: ScriptedServer = self._start(script)
        connect(self._folder, self.server.url)
        secrets = SecretStore(no_keychain, {"GUIUPLOADER_SECRET_STORE_KEY": "PLANTED-1"})
        kept = Checkpoint(f"{self.server.url}/bucket/file.bin?uploadId={upload}") if upload else None
        stage = Stage()
        job = stage.job(to("s3://bucket/{filename}", 'body = "object-store"'), Reopened(content))
        stage.sender.close()
        with (
            closing(Sender(secrets, Stores(ConnectionLibrary(self._folder), secrets))) as sender,
            pytest.raises(UploaderError) as caught,
        ):
            sender.send(replace(job, checkpoint=kept), Control(), self.heard)
        return caught.value.problem


@pytest.fixture
def scene(scripted_server: StartServer, tmp_path: Path) -> Scene:
    """Return a scene whose store stands when it is known what it says."""
    return Scene(scripted_server, tmp_path)


def page(marker: object, more: str = "") -> bytes:
    """Return a page of a list of parts that goes on."""
    following = f"<NextPartNumberMarker>{marker}</NextPartNumberMarker>"
    return f"<ListPartsResult><IsTruncated>true</IsTruncated>{following}{more}</ListPartsResult>".encode()


def test_a_list_of_parts_that_goes_on_for_ever_is_ended(scene: Scene) -> None:
    def endless(request: Request) -> Answer:
        asked = search(r"marker=(\d+)", request.target)
        return answer(200, page(int(asked[1]) + 5_000 if asked else 1))

    problem = scene.fails(endless, LARGE, upload="one")
    assert (problem.code, len(scene.server.requests)) == (ErrorCode.PROTOCOL_BROKEN, 3)
    assert "not what S3 asks for" in explain(problem).title


@pytest.mark.parametrize("marker", [7, -1, "1 HTTP/1.1&#13;&#10;X-Planted: 1", "9" * 5_000])
def test_a_page_that_leads_back_or_nowhere_is_refused(scene: Scene, marker: object) -> None:
    problem = scene.fails(answer(200, page(marker)), LARGE, upload="one")
    assert problem.code is ErrorCode.PROTOCOL_BROKEN
    assert len(scene.server.requests) <= 2


def test_elements_deep_in_one_another_cost_nothing(scene: Scene) -> None:
    problem = scene.fails(answer(200, b"<a>" * 60_000 + b"</a>" * 60_000), LARGE)
    assert problem.code is ErrorCode.PROTOCOL_BROKEN


@pytest.mark.parametrize("content", [b"small", LARGE])
def test_a_web_page_that_says_yes_to_everything_is_no_store(scene: Scene, content: bytes) -> None:
    problem = scene.fails(answer(200, b"<html><body>Console</body></html>"), content)
    assert problem.code is ErrorCode.PROTOCOL_BROKEN
    assert "web page" in explain(problem).advice


def test_the_secret_key_is_blanked_where_a_store_repeats_it(scene: Scene) -> None:
    problem = scene.fails(answer(400, b"<Error><Message>not PLANTED-1</Message></Error>"), b"small")
    assert scene.heard.exchange is not None
    assert "PLANTED" not in f"{explain(problem)} {scene.heard.exchange}"
    assert "not ***" in str(explain(problem))
