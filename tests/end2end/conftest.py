# SPDX-License-Identifier: MIT
"""The real servers, and one that takes anything and keeps nothing, for whole programs to send to."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.helpers.screen import screen
from tests.helpers.upload_server import UploadServer
from tests.servers.conftest import upload_server  # a fixture is found by name where it is imported

__all__ = ["screen", "upload_server"]


@pytest.fixture(scope="session", params=["flask", "fastapi", "php"])
def form_server(
    request: pytest.FixtureRequest, upload_server: Callable[[str, str], UploadServer]
) -> UploadServer:
    """Return some servers that take multipart forms, one after another; tests/servers has more of them."""
    return upload_server(request.param, "http")


@pytest.fixture(scope="session", params=["flask", "fastapi", "php", "nginx"])
def put_server(
    request: pytest.FixtureRequest, upload_server: Callable[[str, str], UploadServer]
) -> UploadServer:
    """Return some servers that take PUT, one after another."""
    return upload_server(request.param, "http")


@pytest.fixture
def discarding_server() -> Iterator[str]:
    """Return the address of a server that reads requests to their end, answers 201 and keeps nothing."""
    command: list[str | Path] = [sys.executable, Path(__file__).with_name("discarding_server.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()
