# SPDX-License-Identifier: MIT
"""Every destination and connection that the README shows is one that the program takes."""

import re
from pathlib import Path

import pytest

from guiuploader.destinations.toml_file import parse
from guiuploader.sources.store_connection import read_file

TEXT = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
HEAD = 'format = 1\nname = "A"\nurl = "https://acme.example/"\n'


def test_there_are_examples() -> None:
    assert len(BLOCKS) > 2


@pytest.mark.parametrize("block", BLOCKS)
def test_an_example_is_taken(block: str, tmp_path: Path) -> None:
    if block.startswith("format = 1\nkind"):
        path = tmp_path / "connection.toml"
        path.write_text(block, "utf-8")
        read_file(path)
        return
    whole = block if block.startswith("format") else HEAD + block
    if "{var:id}" in whole and "[variables.id]" not in whole:
        whole += '[variables.id]\nlabel = "Case number"\n'
    parse(whole, called="README")
