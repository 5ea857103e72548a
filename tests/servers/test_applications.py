# SPDX-License-Identifier: MIT
"""Applications that none of us wrote take uploads by the recipes that come with the program."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from guiuploader.destinations.recipes import recipe
from guiuploader.destinations.toml_file import render
from guiuploader.paths import recipe_folder
from tests.helpers.program import LIMIT, Ran, run
from tests.servers.applications import APPLICATIONS, PASSWORD, USER, Application
from tests.servers.files import content, sha256

pytestmark = pytest.mark.timeout(300)

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Running:
    """An application that runs, and the recipe with its address."""

    application: Application
    url: str
    destination: Path

    def sent(self, home: Path, file: Path, password: str = PASSWORD) -> Ran:
        """Send a file by the real program."""
        values = [f"{name}={value}" for name, value in self.application.values.items()]
        words = [word for value in values for word in ("--set", value)]
        secrets = {
            "GUIUPLOADER_SECRET_USERNAME": USER,
            f"GUIUPLOADER_SECRET_{self.application.secret.upper()}": password,
        }
        command: tuple[str | Path, ...] = ("send", file, "--to", self.destination, "--json", *words)
        return run(home, *command, limit=LIMIT, retry=False, **secrets)

    def sha256(self, link: str | None, name: str) -> str:
        """Return what the application itself says of a file."""
        folder = self.application.values.get("folder", "")
        return self.application.sha256(self.url, link or "", name, folder)


@pytest.fixture(scope="module", params=APPLICATIONS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    application = APPLICATIONS[request.param]
    home = tmp_path_factory.mktemp(request.param)
    with application.started(home) as url:
        destination = home / "destination.toml"
        made = recipe(recipe_folder(), application.recipe)
        assert made is not None
        destination.write_text(render(made.filled("Here", url, {})), "utf-8")
        assert url in tomllib.loads(destination.read_text("utf-8"))["url"]
        yield Running(application, url, destination)


@pytest.mark.parametrize("name", ["small-1.0.zip", "empty-1.0.zip", "large-1.0.zip"])
def test_a_file_arrives_as_it_is(running: Running, tmp_path: Path, name: str) -> None:
    size = {"small": 1000, "empty": 0, "large": 20 * MEGABYTE}[name.partition("-")[0]]
    file = tmp_path / name
    file.write_bytes(content(size))
    ran = running.sent(tmp_path / "home", file)
    assert ran.code == 0, ran.err
    (finished,) = ran.named("finished")
    assert (finished["bytes"], finished["sha256"]) == (size, sha256(content(size)))
    assert running.sha256(finished["link"], name) == finished["sha256"]


def test_umlauts_and_blanks_in_a_name_arrive_or_are_refused_in_words(
    running: Running, tmp_path: Path
) -> None:
    name = "Größe und Maß-1.0.zip"
    file = tmp_path / name
    file.write_bytes(content(100_000))
    ran = running.sent(tmp_path / "home", file)
    (finished,) = ran.named("finished")
    if running.application.recipe == "pypiserver":  # whose names are those of packages
        assert ran.code == 1
        assert name in finished["error"]["detail"]
        return
    assert ran.code == 0, ran.err
    assert running.sha256(finished["link"], name) == sha256(content(100_000))


def test_a_wrong_password_is_named_as_that(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "refused-1.0.zip"
    file.write_bytes(b"not let in")
    ran = running.sent(tmp_path / "home", file, password="wrong password")
    assert ran.code == 1
    (finished,) = ran.named("finished")
    error = finished["error"]
    status = 401 if running.application.recipe in {"docker-registry", "webdav"} else 403
    assert (error["code"], error["status"]) == ("unauthorized", status)
    assert error["title"] == f"The server wants you to sign in ({status})."
    assert error["advice"] == "Check the token or the password of this destination."
    assert "“None”" not in error["detail"]
