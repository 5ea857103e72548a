# SPDX-License-Identifier: MIT
"""Real servers, one of each kind and scheme for a test run. All tests in this folder are `full`.

All take `PUT /raw/NAME`; all but nginx and Apache also take `POST /upload` (a multipart form) and
`POST /raw/NAME`, and answer 201 with JSON: what arrived, its SHA-256, and a link. All of these but Django
also take `POST /json`, a file inside JSON, and answer `/echo`, by any method, with what arrived.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from tests.helpers.upload_server import UploadServer, free_port
from tests.servers import app_servers, web_servers
from tests.servers.place import Place
from tests.unit.transfer.stage import Stage, staged

HERE = Path(__file__).resolve().parent
FORMS = {
    "flask": app_servers.flask,
    "django": app_servers.django,
    "fastapi": app_servers.fastapi,
    "multer": app_servers.multer,
    "busboy": app_servers.busboy,
    "php": web_servers.php,
}
PUTS = {**FORMS, "nginx": web_servers.nginx, "apache": web_servers.apache}
SCHEMES = ["http", "https"]


@pytest.hookimpl(tryfirst=True)  # before pytest picks the tests that -m asks for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.full)


@pytest.fixture(scope="session")
def upload_server(
    authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, str], UploadServer]]:
    """Return a function that gives a server by kind and scheme; it is started when first asked for."""
    trust = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(trust)
    started: dict[tuple[str, str], UploadServer] = {}
    with ExitStack() as stack:

        def give(kind: str, scheme: str) -> UploadServer:
            if (kind, scheme) not in started:
                place = new_place(tmp_path_factory.mktemp(f"{kind}-{scheme}"), authority, scheme)
                folder = stack.enter_context(PUTS[kind](place))
                url = f"{scheme}://127.0.0.1:{place.port}"
                ca_file = trust if scheme == "https" else None
                started[kind, scheme] = UploadServer(name=kind, url=url, folder=folder, ca_file=ca_file)
            return started[kind, scheme]

        yield give


def new_place(home: Path, authority: trustme.CA, scheme: str) -> Place:
    """Return a place with a port of its own and, for https, a certificate."""
    if scheme == "http":
        return Place(port=free_port(), home=home, pem=None)
    pem = home / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(pem)
    return Place(port=free_port(), home=home, pem=pem)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Return what sends, its connections kept for a whole module."""
    with staged() as stage:
        yield stage


@pytest.fixture(scope="session", params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> str:
    """Return each scheme, one after another."""
    return str(request.param)


@pytest.fixture(scope="session", params=FORMS)
def form_server(
    request: pytest.FixtureRequest, scheme: str, upload_server: Callable[[str, str], UploadServer]
) -> UploadServer:
    """Return each server that takes multipart forms, one after another."""
    return upload_server(request.param, scheme)


@pytest.fixture(scope="session", params=PUTS)
def put_server(
    request: pytest.FixtureRequest, scheme: str, upload_server: Callable[[str, str], UploadServer]
) -> UploadServer:
    """Return each server, one after another: all take PUT."""
    return upload_server(request.param, scheme)
