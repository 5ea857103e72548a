# SPDX-License-Identifier: MIT
"""How the small upload APIs in `apps/` are started, each by the server its authors would take."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers.upload_server import program, running
from tests.servers.place import Place

NODE = Path(__file__).resolve().parent / "apps" / "node"


@contextmanager
def flask(place: Place) -> Iterator[Path]:
    """Run Flask behind gunicorn."""
    with running(gunicorn("flask_app", place), port=place.port, home=place.home):
        yield place.home / "uploads"


@contextmanager
def django(place: Place) -> Iterator[Path]:
    """Run Django behind gunicorn."""
    with running(gunicorn("django_app", place), port=place.port, home=place.home):
        yield place.home / "uploads"


def gunicorn(app: str, place: Place) -> list[str | Path]:
    """Return the command that serves one of the WSGI apps."""
    command: list[str | Path] = [sys.executable, "-m", "gunicorn", f"tests.servers.apps.{app}:app"]
    command += [f"--bind=127.0.0.1:{place.port}", "--threads=8", "--no-control-socket"]
    return command + ([f"--certfile={place.pem}", f"--keyfile={place.pem}"] if place.pem else [])


@contextmanager
def fastapi(place: Place) -> Iterator[Path]:
    """Run FastAPI behind uvicorn."""
    command: list[str | Path] = [sys.executable, "-m", "uvicorn", "tests.servers.apps.fastapi_app:app"]
    command += [f"--port={place.port}"]
    command += [f"--ssl-certfile={place.pem}", f"--ssl-keyfile={place.pem}"] if place.pem else []
    with running(command, port=place.port, home=place.home):
        yield place.home / "uploads"


@contextmanager
def multer(place: Place) -> Iterator[Path]:
    """Run Node with multer."""
    with running(node("multer_server.js", place), port=place.port, home=place.home):
        yield place.home / "uploads"


@contextmanager
def busboy(place: Place) -> Iterator[Path]:
    """Run Node with busboy."""
    with running(node("busboy_server.js", place), port=place.port, home=place.home):
        yield place.home / "uploads"


def tus(port: int, folder: Path) -> list[str | Path]:
    """Return the command that runs the reference server for tus, which keeps uploads in a folder."""
    return [*_node("tus_server.js"), str(port), folder]


def node(script: str, place: Place) -> list[str | Path]:
    """Return the command that runs one of the Node servers; fail the test if their packages are missing."""
    return [*_node(script), str(place.port), *([place.pem] if place.pem else [])]


def _node(script: str) -> list[str | Path]:
    if not (NODE / "node_modules").exists():
        pytest.fail(f"{NODE / 'node_modules'} is missing; type: python3 dev.py test")
    return [program("node", package="nodejs"), NODE / script]
