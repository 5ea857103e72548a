# SPDX-License-Identifier: MIT
"""Every destination that the README shows is one that the program takes."""

import re
from pathlib import Path

import pytest

from guiuploader.destinations.toml_file import parse

TEXT = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
HEAD = 'format = 1\nname = "A"\nurl = "https://a.example/"\n'


def test_there_are_examples() -> None:
    assert len(BLOCKS) > 2


@pytest.mark.parametrize("block", BLOCKS)
def test_an_example_is_taken(block: str) -> None:
    whole = block if block.startswith("format") else HEAD + block
    if "{var:id}" in whole and "[variables.id]" not in whole:
        whole += '[variables.id]\nlabel = "Case number"\n'
    parse(whole, called="README")
