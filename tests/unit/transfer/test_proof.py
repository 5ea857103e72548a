# SPDX-License-Identifier: MIT
"""A hash in the reply proves the upload or condemns it; what may be another hash does neither."""

import base64
import hashlib
import json

import pytest

from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from guiuploader.values.notes import Note
from tests.helpers.scripted_server import StartServer, answer
from tests.unit.transfer.stage import MemorySource, Stage, to

CONTENT = b"content"
SHA256 = hashlib.sha256(CONTENT)
MD5 = hashlib.md5(CONTENT, usedforsecurity=False)
OTHER = hashlib.sha256(b"other")
TEMPLATE = '[reply]\nsha256 = "{json:sha256}"'


def b64(made: "hashlib._Hash") -> str:
    return base64.b64encode(made.digest()).decode()


WRITTEN = [SHA256.hexdigest(), SHA256.hexdigest().upper(), f" sha256:{SHA256.hexdigest()}\n", b64(SHA256)]


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("kind", ["multipart", "raw", "chunked", "buffered"])
def test_the_hash_that_was_sent_verifies(
    stage: Stage, scripted_server: StartServer, kind: str, written: str
) -> None:
    server = scripted_server(answer(201, json.dumps({"sha256": written}).encode()))
    receipt = stage.send(to(f"{server.url}/up", f'body = "{kind}"', TEMPLATE))
    assert receipt.notes == (Note.VERIFIED,)


def test_another_hash_is_an_error(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201, json.dumps({"sha256": OTHER.hexdigest()}).encode()))
    problem = stage.fails(to(f"{server.url}/up", TEMPLATE))
    assert (problem.code, problem.status, problem.unconfirmed) == (ErrorCode.DIGEST_MISMATCH, 201, False)
    assert explain(problem).title == "What arrived is not what was sent (201)."
    assert (SHA256.hexdigest() in str(explain(problem)), OTHER.hexdigest() in str(explain(problem))) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    "body", [b"{}", b'{"sha256": ""}', b'{"sha256": "unknown"}', b'{"sha256": "abcd"}', b"x"]
)
def test_no_hash_proves_nothing(stage: Stage, scripted_server: StartServer, body: bytes) -> None:
    assert stage.send(to(f"{scripted_server(answer(201, body)).url}/up", TEMPLATE)).notes == ()


AGREEING = [
    ("sha256", {"Repr_Digest": f"sha-256=:{b64(SHA256)}:"}),
    ("sha256", {"Repr_Digest": f"md5=:{b64(MD5)}:, SHA-256=:{b64(SHA256)}:"}),
    ("sha256", {"Digest": f"SHA-256={b64(SHA256)}"}),
    ("md5", {"Digest": f"MD5={b64(MD5)}"}),
    ("md5", {"Content_MD5": b64(MD5)}),
    ("md5", {"ETag": f'"{MD5.hexdigest()}"'}),
]


@pytest.mark.parametrize(("algorithm", "headers"), AGREEING)
@pytest.mark.parametrize("kind", ["multipart", "raw"])
@pytest.mark.parametrize("body", [b"", b"stored"])
def test_a_header_that_agrees_verifies(
    stage: Stage,
    scripted_server: StartServer,
    kind: str,
    body: bytes,
    algorithm: str,
    headers: dict[str, str],
) -> None:
    server = scripted_server(answer(200, body, **headers))
    receipt = stage.send(to(f"{server.url}/up", f'body = "{kind}"\n[reply]\nhash = "{algorithm}"'))
    assert receipt.notes == (Note.VERIFIED,)


CONTRADICTING = [
    ("sha256", {"Repr_Digest": f"sha-256=:{b64(OTHER)}:"}),
    ("sha256", {"Digest": f"sha-256={b64(OTHER)}"}),
    ("md5", {"Content_MD5": base64.b64encode(b"0" * 16).decode()}),
]


@pytest.mark.parametrize(("algorithm", "headers"), CONTRADICTING)
def test_a_header_that_speaks_of_the_file_and_disagrees_is_an_error(
    stage: Stage, scripted_server: StartServer, algorithm: str, headers: dict[str, str]
) -> None:
    server = scripted_server(answer(201, b"", **headers))
    reply = f'[reply]\nhash = "{algorithm}"'
    problem = stage.fails(to(f"{server.url}/up", 'body = "raw"', reply), MemorySource(CONTENT))
    assert problem.code is ErrorCode.DIGEST_MISMATCH
    # In the answer to a form, or with an answer of its own, it may be the hash of those.
    assert stage.send(to(f"{server.url}/up", reply)).notes == ()
    talking = scripted_server(answer(201, b"stored", **headers))
    assert stage.send(to(f"{talking.url}/up", 'body = "raw"', reply)).notes == ()


UNCLEAR = [
    {"ETag": '"0123456789abcdef0123456789abcdef"'},
    {"ETag": f'W/"{MD5.hexdigest()}"'},
    {"ETag": f'"{MD5.hexdigest()}-2"'},
    {"Content_MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="},  # of no bytes: the reply's own
    {"Content_MD5": "nonsense"},
    {"Repr_Digest": f"sha-256=:{b64(OTHER)}:"},  # was not computed
]


@pytest.mark.parametrize("headers", UNCLEAR)
def test_what_is_unclear_proves_nothing(
    stage: Stage, scripted_server: StartServer, headers: dict[str, str]
) -> None:
    server = scripted_server(answer(200, b"", **headers))
    assert stage.send(to(f"{server.url}/up", 'body = "raw"\n[reply]\nhash = "md5"')).notes == ()


def test_without_a_hash_of_ours_nothing_is_compared(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(200, Repr_Digest=f"sha-256=:{b64(OTHER)}:"))
    assert stage.send(to(f"{server.url}/up", 'body = "raw"\n[reply]\nhash = "none"')).notes == ()
