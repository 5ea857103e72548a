# SPDX-License-Identifier: MIT
"""Hashes in the headers of an upload: servers that compute them again find them right, or say that not."""

import json

import pytest

from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.upload_server import UploadServer
from tests.servers.files import content, sha256
from tests.unit.transfer.stage import MemorySource, Reopened, Stage, to

pytestmark = pytest.mark.parametrize("put_server", ["flask", "busboy"], indirect=True)

HEADERS = """
method = "PUT"
body = "{kind}"
[headers]
Content-MD5 = "{{md5:base64}}"
Repr-Digest = "sha-256=:{{sha256:base64}}:"
"""
WRONG = {
    "Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg==",
    "Repr-Digest": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
}
"""The hashes of an empty file."""


@pytest.mark.parametrize("size", [0, 1, 70_000, 5 * 1024 * 1024 + 1])
@pytest.mark.parametrize("kind", ["raw", "chunked"])
def test_hashes_sent_ahead_are_right(stage: Stage, put_server: UploadServer, kind: str, size: int) -> None:
    destination = to(f"{put_server.url}/raw/hashed", HEADERS.format(kind=kind), put_server.network)
    receipt = stage.send(destination, Reopened(content(size)))
    told = json.loads(receipt.reply.body)
    assert told["checked"] == ["Content-MD5", "Repr-Digest"]
    assert (told["size"], told["sha256"]) == (size, sha256(content(size)))
    assert receipt.sha256 == sha256(content(size))
    assert stage.heard.told[0] == "reading ahead"


@pytest.mark.parametrize("header", WRONG)
def test_a_wrong_hash_is_refused(stage: Stage, put_server: UploadServer, header: str) -> None:
    table = f'method = "PUT"\nbody = "raw"\n[headers]\n{header} = "{WRONG[header]}"'
    destination = to(f"{put_server.url}/raw/hashed", table, put_server.network)
    problem = stage.fails(destination, MemorySource(content(1)))
    assert (problem.code, problem.status) == (ErrorCode.SERVER_REFUSED, 400)
    assert f"{header} should be" in explain(problem).detail
