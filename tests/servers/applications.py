# SPDX-License-Identifier: MIT
"""Applications that other people made, as their own documentation starts them, and how each is asked back.

All let in USER with PASSWORD, or with PASSWORD alone.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest
import requests

from tests.helpers.upload_server import ROOT, free_port, program, running

USER, PASSWORD = "uploader", "right password"
PYTHON = ROOT / "build" / "applications" / "bin" / "python"
_BCRYPT = "$2y$05$JBDPGm8azjC8VWpMZjiLj.kb8qezM9JdJmatDlVVcKWFj408rxvLC"  # PASSWORD's
_SHA1 = "{SHA}HYtCTB/FUcsIDadJ05H/FklzBA4="
_CLOCK = 60  # seconds
_REGISTRY = """\
version: 0.1
storage:
  filesystem:
    rootdirectory: {home}/uploads
http:
  addr: 127.0.0.1:{port}
auth:
  htpasswd:
    realm: registry
    path: {home}/people
"""
_WSGIDAV = """\
host: 127.0.0.1
port: {port}
server: cheroot
provider_mapping:
  "/": {home}/uploads
http_authenticator:
  domain_controller: null
  accept_basic: true
  accept_digest: true
  default_to_digest: true
simple_dc:
  user_mapping:
    "*":
      {user}: {{password: "{password}"}}
"""


@dataclass(frozen=True)
class Application:
    """A program: its recipe, what starts it in a folder, and how it tells the SHA-256 of what it has.

    `values` are what the recipe asks for when files are added. `secret` is what a wrong one is tried for.
    """

    recipe: str
    command: Callable[[int, Path], list[str | Path]]
    sha256: Callable[[str, str, str, str], str]
    values: Mapping[str, str] = field(default_factory=dict)
    secret: str = "password"

    @contextmanager
    def started(self, home: Path) -> Iterator[str]:
        """Run it and give its address."""
        port = free_port()
        with running(self.command(port, home), port=port, home=home):
            yield f"http://127.0.0.1:{port}"


def _python(module: str, *words: str | Path) -> list[str | Path]:
    if not PYTHON.exists():
        pytest.fail(f"{PYTHON} is missing; type: python3 dev.py test")
    return [PYTHON, "-m", module, *words]


def _registry(port: int, home: Path) -> list[str | Path]:
    (home / "people").write_text(f"{USER}:{_BCRYPT}\n")
    settings = home / "registry.yml"
    settings.write_text(_REGISTRY.format(home=home, port=port))
    return [program("docker-registry", package="docker-registry"), "serve", settings]


def _pypiserver(port: int, home: Path) -> list[str | Path]:
    people = home / "people"
    people.write_text(f"{USER}:{_SHA1}\n")
    words = ("run", "-i", "127.0.0.1", "-p", str(port), "-P", people, "-a", "update", home / "uploads")
    return _python("pypiserver", *words)


def _jupyter(port: int, home: Path) -> list[str | Path]:
    settings = ("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--no-browser", "--allow-root")
    token = f"--IdentityProvider.token={PASSWORD}"
    return _python("jupyter_server", *settings, token, f"--ServerApp.root_dir={home / 'uploads'}")


def _copyparty(port: int, home: Path) -> list[str | Path]:
    account, volume = f"{USER}:{PASSWORD}", f"{home / 'uploads'}::rw,{USER}"
    return _python("copyparty", "-i", "127.0.0.1", "-p", str(port), "-a", account, "-v", volume)


def _wsgidav(port: int, home: Path) -> list[str | Path]:
    settings = home / "wsgidav.yaml"
    settings.write_text(_WSGIDAV.format(home=home, port=port, user=USER, password=PASSWORD))
    return _python("wsgidav.server.server_cli", "--config", settings)


def _got(url: str, **headers: str) -> requests.Response:
    signed = None if headers else (USER, PASSWORD)
    reply = requests.get(url, auth=signed, headers=headers, timeout=_CLOCK)
    reply.raise_for_status()
    return reply


def _of_blob(_: str, link: str, __: str, ___: str) -> str:
    return hashlib.sha256(_got(link).content).hexdigest()


def _of_package(url: str, _: str, name: str, __: str) -> str:
    """Return the hash in the list that installers read (PEP 503), when the file keeps it."""
    page = f"{url}/simple/{name.rpartition('-')[0]}/"
    (found,) = re.findall(rf'href="([^"]*{re.escape(quote(name))})#sha256=([0-9a-f]+)"', _got(page).text)
    assert hashlib.sha256(_got(urljoin(page, found[0])).content).hexdigest() == found[1]
    return str(found[1])


def _of_contents(url: str, _: str, name: str, __: str) -> str:
    place = f"{url}/api/contents/{quote(name)}?content=0&hash=1"
    found = _got(place, Authorization=f"token {PASSWORD}").json()
    assert found["hash_algorithm"] == "sha256"
    return str(found["hash"])


def _of_party(_: str, link: str, __: str, ___: str) -> str:
    return hashlib.sha256(_got(link, PW=PASSWORD).content).hexdigest()


def _of_dav(url: str, link: str, name: str, folder: str) -> str:
    assert link == f"{url}/{quote(folder)}/{quote(name)}"
    return hashlib.sha256(_got(link).content).hexdigest()


_FOLDER = {"folder": "Neue Dateien"}
APPLICATIONS = {
    each.recipe: each
    for each in (
        Application("docker-registry", _registry, _of_blob, {"repository": "some/layers"}),
        Application("pypiserver", _pypiserver, _of_package),
        Application("jupyter-server", _jupyter, _of_contents, secret="token"),
        Application("copyparty", _copyparty, _of_party, _FOLDER),
        Application("webdav", _wsgidav, _of_dav, _FOLDER),
    )
}
