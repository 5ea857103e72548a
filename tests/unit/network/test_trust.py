# SPDX-License-Identifier: MIT
"""Whose word counts by default, and how a server that wants to know us is told."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from guiuploader.network.trust import Trust, context
from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import MemorySource, Stage, to

PASSWORD = "pä ss"


@dataclass(frozen=True)
class Proofs:
    """Files that say who we are."""

    certificate: Path
    key: Path
    locked_key: Path
    both: Path
    of_somebody_else: Path


@pytest.fixture
def proofs(authority: trustme.CA, tmp_path: Path) -> Proofs:
    ours = authority.issue_cert("client.example")
    other = trustme.CA().issue_cert("client.example")
    made = Proofs(*(tmp_path / f"{name}.pem" for name in ("cert", "key", "locked", "both", "other")))
    ours.cert_chain_pems[0].write_to_path(made.certificate)
    ours.private_key_pem.write_to_path(made.key)
    ours.private_key_and_cert_chain_pem.write_to_path(made.both)
    other.private_key_and_cert_chain_pem.write_to_path(made.of_somebody_else)
    key = load_pem_private_key(ours.private_key_pem.bytes(), None)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSWORD.encode()))
    made.locked_key.write_bytes(locked)
    return made


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def asking_server(authority: trustme.CA, request: pytest.FixtureRequest) -> Iterator[ScriptedServer]:
    """Give a server that wants a certificate of everyone."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.maximum_version = request.param
    made.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(made)
    authority.issue_cert("127.0.0.1").configure_cert(made)
    server = ScriptedServer(answer(201), tls=made)
    yield server
    server.close()


def showing(**files: Path | str) -> str:
    return "\n".join(["[network]", "verify = false", *(f"{key} = '{value}'" for key, value in files.items())])


def test_by_default_the_operating_system_s_authorities_count(
    stage: Stage,
    scripted_server: StartServer,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = scripted_server(answer(201), tls=True)
    assert stage.fails(to(server.url)).code is ErrorCode.CERTIFICATE_NOT_TRUSTED
    authority.cert_pem.write_to_path(tmp_path / "system.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "system.pem"))  # OpenSSL's own way to move them
    stage.sender.close()
    assert stage.send(to(server.url)).reply.status == 201


def test_a_file_of_one_s_own_is_used_instead_of_theirs(
    stage: Stage,
    scripted_server: StartServer,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = scripted_server(answer(201), tls=True)
    authority.cert_pem.write_to_path(tmp_path / "system.pem")
    trustme.CA().cert_pem.write_to_path(tmp_path / "own.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "system.pem"))
    problem = stage.fails(to(server.url, f"[network]\nca_file = '{tmp_path / 'own.pem'}'"))
    assert problem.code is ErrorCode.CERTIFICATE_NOT_TRUSTED


def test_a_certificate_that_signed_itself_is_called_so(stage: Stage, authority: trustme.CA) -> None:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert("127.0.0.1")
    certificate.configure_cert(made)
    with_root = b"".join(each.bytes() for each in (*certificate.cert_chain_pems, authority.cert_pem))
    chain = certificate.private_key_pem.bytes() + with_root
    with trustme.Blob(chain).tempfile() as path:
        made.load_cert_chain(path)
    server = ScriptedServer(answer(201), tls=made)
    problem = stage.fails(to(server.url))
    server.close()
    assert problem.code is ErrorCode.CERTIFICATE_NOT_TRUSTED
    assert "self-signed certificate" in explain(problem).detail


def test_a_certificate_with_its_key_is_shown(
    stage: Stage, asking_server: ScriptedServer, proofs: Proofs
) -> None:
    for files in (
        showing(client_certificate=proofs.both),
        showing(client_certificate=proofs.certificate, client_key=proofs.key),
    ):
        assert stage.send(to(asking_server.url, files)).reply.status == 201


def test_a_locked_key_is_opened_with_its_secret(asking_server: ScriptedServer, proofs: Proofs) -> None:
    stage = Stage(secrets={"key": PASSWORD})
    files = showing(
        client_certificate=proofs.certificate,
        client_key=proofs.locked_key,
        client_key_password="{secret:key}",
    )
    assert stage.send(to(asking_server.url, files)).reply.status == 201
    stage.sender.close()


@pytest.mark.parametrize("size", [10, 4 * 1024 * 1024])
def test_a_server_that_wants_a_certificate_and_gets_none_says_so(
    stage: Stage, asking_server: ScriptedServer, size: int
) -> None:
    problem = stage.fails(to(asking_server.url, 'body = "raw"', showing()), MemorySource(bytes(size)))
    said = str(explain(problem))
    assert "wants a client certificate" in said or "may want a client certificate" in said
    assert not problem.unconfirmed
    assert asking_server.requests == []


def test_a_certificate_that_the_server_does_not_know_is_told_from_none_at_all(
    stage: Stage, asking_server: ScriptedServer, proofs: Proofs
) -> None:
    problem = stage.fails(to(asking_server.url, showing(client_certificate=proofs.of_somebody_else)))
    assert problem.code is ErrorCode.CLIENT_CERTIFICATE_WANTED
    assert asking_server.requests == []


def test_a_connection_is_not_used_again_as_somebody_else(
    stage: Stage, scripted_server: StartServer, proofs: Proofs
) -> None:
    server = scripted_server(answer(201), tls=True)
    for files in (showing(), showing(client_certificate=proofs.both), showing()):
        stage.send(to(server.url, files))
    assert server.connections == 2


@pytest.mark.parametrize(
    ("files", "key", "reason"),
    [
        ({"client_certificate": "missing"}, "client_certificate", "cannot be read (No such file"),
        ({"client_certificate": "cert", "client_key": "missing"}, "client_key", "cannot be read"),
        ({"client_certificate": "cert"}, "client_certificate", "holds no private key"),
        ({"client_certificate": "cert", "client_key": "cert"}, "client_key", "holds no private key"),
        ({"client_certificate": "key"}, "client_certificate", "holds no certificate"),
        ({"client_certificate": "cert", "client_key": "other"}, "client_key", "does not belong"),
        ({"client_certificate": "cert", "client_key": "locked"}, "client_key_password", "is missing or"),
        (
            {"client_certificate": "cert", "client_key": "locked", "client_key_password": "wrong"},
            "client_key_password",
            "is missing or does not open the key",
        ),
    ],
)
def test_files_that_cannot_be_used_are_said_to_be_wrong(
    proofs: Proofs, files: dict[str, str], key: str, reason: str
) -> None:
    folder = proofs.key.parent
    paths = {name: text if "password" in name else f"{folder / text}.pem" for name, text in files.items()}
    with pytest.raises(DestinationError) as caught:
        context(Trust(**paths), destination="A")  # type: ignore[arg-type] # the paths alone
    assert caught.value.problem.facts["key"] == f"network.{key}"
    assert reason in str(caught.value.problem.facts["reason"])


def test_a_password_is_not_shown_with_the_rest() -> None:
    assert "s3cret" not in repr(Trust(client_key_password="s3cret"))
