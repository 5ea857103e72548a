# SPDX-License-Identifier: MIT
"""The real servers, and one that takes anything and keeps nothing, for whole programs to send to."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.conftest import (  # fixtures are found by name where they are imported
    fastapi_server,
    flask_server,
    form_server,
    nginx_server,
    php_server,
    put_server,
)

__all__ = ["fastapi_server", "flask_server", "form_server", "nginx_server", "php_server", "put_server"]


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
