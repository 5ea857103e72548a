# SPDX-License-Identifier: MIT
"""Connections to the stores of tests."""

from pathlib import Path

from tests.helpers.scripted_store import ACCESS, REGION


def connect(folder: Path, url: str, *, name: str = "s3", more: str = "") -> Path:
    """Write a connection's file, whose secret is called `store-key`, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(
        f'format = 1\nkind = "s3"\nendpoint = "{url}"\nregion = "{REGION}"\n'
        f'access_key = "{ACCESS}"\nsecret_key = "{{secret:store-key}}"\n{more}',
        "utf-8",
    )
    return path
