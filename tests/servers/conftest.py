# SPDX-License-Identifier: MIT
"""Real servers, one of each kind for a test run. All tests in this folder are `full`.

The four take `PUT /raw/NAME`; all but nginx also take `POST /upload` (a multipart form) and `POST /raw/NAME`,
and answer 201 with JSON: what arrived, its SHA-256, and a link.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.upload_server import UploadServer, free_port, program, running

HERE = Path(__file__).resolve().parent
NGINX_CONFIGURATION = """
daemon off;
master_process off;
pid {home}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
    access_log off;
    client_max_body_size 0;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location /raw/ {{
            alias {home}/uploads/;
            dav_methods PUT;
            create_full_put_path on;
        }}
    }}
}}
"""


@pytest.hookimpl(tryfirst=True)  # before pytest picks the tests that -m asks for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.full)


@pytest.fixture(scope="session")
def flask_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadServer]:
    """Return Flask behind gunicorn."""
    port, home = free_port(), tmp_path_factory.mktemp("flask")
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.servers.apps.flask_app:app",
        f"--bind=127.0.0.1:{port}",
    ]
    with running([*command, "--threads=8", "--no-control-socket"], port=port, home=home):
        yield UploadServer(name="flask", url=f"http://127.0.0.1:{port}", folder=home / "uploads")


@pytest.fixture(scope="session")
def fastapi_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadServer]:
    """Return FastAPI behind uvicorn."""
    port, home = free_port(), tmp_path_factory.mktemp("fastapi")
    command = [sys.executable, "-m", "uvicorn", "tests.servers.apps.fastapi_app:app", f"--port={port}"]
    with running(command, port=port, home=home):
        yield UploadServer(name="fastapi", url=f"http://127.0.0.1:{port}", folder=home / "uploads")


@pytest.fixture(scope="session")
def php_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadServer]:
    """Return PHP's own web server, its size limits lifted."""
    port, home = free_port(), tmp_path_factory.mktemp("php")
    settings = ["-d", "upload_max_filesize=16G", "-d", "post_max_size=0", "-d", "memory_limit=-1"]
    places = ["-d", f"upload_tmp_dir={home}", "-d", f"sys_temp_dir={home}", "-d", "display_errors=stderr"]
    script = HERE / "apps" / "upload.php"
    command: list[str | Path] = [
        program("php", package="php-cli"),
        *settings,
        *places,
        "-S",
        f"127.0.0.1:{port}",
        script,
    ]
    with running(command, port=port, home=home):
        yield UploadServer(name="php", url=f"http://127.0.0.1:{port}", folder=home / "uploads")


@pytest.fixture(scope="session")
def nginx_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadServer]:
    """Return nginx with PUT allowed: it answers 201 or, for a file it had, 204, without a body of its own."""
    port, home = free_port(), tmp_path_factory.mktemp("nginx")
    configuration = home / "nginx.conf"
    configuration.write_text(NGINX_CONFIGURATION.format(home=home, port=port))
    command: list[str | Path] = [
        program("nginx", package="nginx"),
        "-e",
        "stderr",
        "-p",
        home,
        "-c",
        configuration,
    ]
    with running(command, port=port, home=home):
        yield UploadServer(name="nginx", url=f"http://127.0.0.1:{port}", folder=home / "uploads")


@pytest.fixture(scope="session", params=["flask", "fastapi", "php"])
def form_server(request: pytest.FixtureRequest) -> UploadServer:
    """Return each server that takes multipart forms, one after another."""
    server = request.getfixturevalue(f"{request.param}_server")
    assert isinstance(server, UploadServer)
    return server


@pytest.fixture(scope="session", params=["flask", "fastapi", "php", "nginx"])
def put_server(request: pytest.FixtureRequest) -> UploadServer:
    """Return each server, one after another: all take PUT."""
    server = request.getfixturevalue(f"{request.param}_server")
    assert isinstance(server, UploadServer)
    return server
