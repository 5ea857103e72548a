# SPDX-License-Identifier: MIT
"""A container registry takes a layer by the recipe that comes with the program, and gives it back."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from guiuploader.destinations.recipes import recipe
from guiuploader.destinations.toml_file import render
from guiuploader.paths import recipe_folder
from tests.helpers.large import SIZE, sparse
from tests.helpers.program import LIMIT, run
from tests.helpers.upload_server import free_port, running
from tests.servers.web_servers import registry_command

pytestmark = pytest.mark.timeout(300)

REPOSITORY = "some/layers"
ANYBODY = {"GUIUPLOADER_SECRET_USERNAME": "a", "GUIUPLOADER_SECRET_PASSWORD": "b"}  # asked for by nobody here


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[str]:
    port, home = free_port(), tmp_path / "registry"
    home.mkdir()
    with running(registry_command(port, home), port=port, home=home):
        yield f"http://127.0.0.1:{port}"


def recipe_for(registry: str, path: Path) -> Path:
    found = recipe(recipe_folder(), "docker-registry")
    assert found is not None
    path.write_text(render(found.filled("Layers", registry, {"repository": REPOSITORY})), "utf-8")
    return path


def test_a_gibibyte_becomes_a_layer_by_the_recipe_alone(registry: str, tmp_path: Path) -> None:
    layer = tmp_path / "layer.tar"
    digest = sparse(layer)
    to = recipe_for(registry, tmp_path / "registry.toml")
    ran = run(tmp_path / "home", "send", layer, "--to", to, "--json", limit=LIMIT, retry=False, **ANYBODY)
    assert ran.code == 0, ran.err
    (finished,) = ran.named("finished")
    assert (finished["sha256"], finished["bytes"]) == (digest, SIZE)
    assert finished["link"] == f"{registry}/v2/{REPOSITORY}/blobs/sha256:{digest}"
    made = hashlib.sha256()
    with requests.get(finished["link"], stream=True, timeout=60) as reply:
        assert int(reply.headers["Content-Length"]) == SIZE
        for block in reply.iter_content(1 << 20):
            made.update(block)
    assert made.hexdigest() == digest


def test_an_empty_file_and_a_small_one_become_layers_too(registry: str, tmp_path: Path) -> None:
    to = recipe_for(registry, tmp_path / "registry.toml")
    for name, content in (("empty", b""), ("small", b"some bytes")):
        file = tmp_path / name
        file.write_bytes(content)
        ran = run(tmp_path / "home", "send", file, "--to", to, limit=LIMIT, retry=False, **ANYBODY)
        assert ran.code == 0, ran.err
        assert requests.get(ran.out.strip(), timeout=60).content == content
