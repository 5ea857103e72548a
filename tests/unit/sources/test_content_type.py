# SPDX-License-Identifier: MIT
"""Media types come from the table we ship."""

import pytest

from guiuploader.sources.content_type import UNKNOWN, guess


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.png", "image/png"),
        ("A.B.JPEG", "image/jpeg"),
        ("notes.txt", "text/plain"),
        ("data.json", "application/json"),
        ("x\udce9.pdf", "application/pdf"),
        ("Makefile", UNKNOWN),
        (".png", UNKNOWN),
        ("a.", UNKNOWN),
        ("a.no-such-ending", UNKNOWN),
    ],
)
def test_a_media_type_is_known_by_the_ending(name: str, media_type: str) -> None:
    assert guess(name) == media_type
