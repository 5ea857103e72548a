# SPDX-License-Identifier: MIT
"""Real servers are asked for a file: nginx by HEAD and size, an API by JSON with size and hash."""

import datetime as dt
from dataclasses import replace

import pytest

from guiuploader.destinations.destination import Destination
from guiuploader.values.errors import AlreadyThere
from guiuploader.values.notes import Note
from tests.helpers.upload_server import UploadServer
from tests.servers.files import content
from tests.unit.transfer.stage import Heard, Reopened, Stage, to

SIZE = 300_000
BY_HEAD = """
[lookup]
url = '{url}/raw/{{filename}}'
size = "{{header:Content-Length}}"
"""
BY_JSON = """
[lookup]
url = '{url}/known/{{filename}}'
method = "GET"
found = "{{json:name}}"
size = "{{json:size}}"
sha256 = "{{json:sha256}}"
"""


def asking(server: UploadServer, name: str, table: str, method: str) -> tuple[Destination, Reopened]:
    destination = to(
        f"{server.url}/raw/{{filename}}",
        f'method = "{method}"\nbody = "raw"',
        server.network,
        table.format(url=server.url),
    )
    return destination, Reopened(content(SIZE), name)


@pytest.mark.parametrize("scheme", ["http", "https"], indirect=True)
@pytest.mark.parametrize(
    ("put_server", "table", "method", "proof"),
    [
        ("nginx", BY_HEAD, "PUT", "size"),
        ("apache", BY_HEAD, "PUT", "size"),
        ("flask", BY_JSON, "POST", "size and SHA-256"),
    ],
    indirect=["put_server"],
)
def test_a_file_is_proved_then_skipped_then_settled(
    stage: Stage, put_server: UploadServer, table: str, method: str, proof: str
) -> None:
    destination, source = asking(put_server, "asked for.bin", table, method)
    assert Note.VERIFIED in stage.send(destination, source).notes
    with pytest.raises(AlreadyThere) as caught:
        stage.send(destination, source)
    assert caught.value.problem.facts["proof"] == proof
    job = replace(stage.job(destination, source), doubt=dt.datetime.now(dt.UTC))
    (receipt,) = stage.sender.send(job, stage.control, Heard())
    assert receipt.notes == (Note.VERIFIED, Note.ASKED_LATER)
    put_server.stored("asked for.bin").write_bytes(b"half")
    assert Note.VERIFIED in stage.send(destination, source).notes
    assert put_server.stored("asked for.bin").read_bytes() == content(SIZE)
