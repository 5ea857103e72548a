# SPDX-License-Identifier: MIT
"""Two destinations are the same place unless what was edited says where files go, or as what."""

import msgspec
import pytest

from guiuploader.destinations.destination import (
    FORMAT,
    Auth,
    BodyKind,
    Destination,
    Limits,
    Multipart,
    Network,
    Reply,
    Retry,
    Secret,
    Variable,
)
from guiuploader.destinations.target import target_of
from guiuploader.destinations.toml_file import parse, render

ACME = Destination(
    format=FORMAT,
    name="ACME",
    url="https://acme.example/{var:case}",
    variables={"case": Variable(label="Case", default="7")},
)


@pytest.mark.parametrize(
    "edited",
    [
        {"name": "acme"},
        {"limits": Limits(parallel=2)},
        {"retry": Retry(attempts=1)},
        {"network": Network(proxy="none")},
        {"reply": Reply(link="{json:url}")},
        {"secrets": {"token": Secret(label="the token")}},
        {"variables": {"case": Variable(label="Case number", default="7")}},
    ],
)
def test_the_way_there_does_not_count(edited: dict[str, object]) -> None:
    assert target_of(msgspec.structs.replace(ACME, **edited), {}) == target_of(ACME, {})


@pytest.mark.parametrize(
    "edited",
    [
        {"name": "Other"},
        {"url": "https://acme.example:8443/{var:case}"},
        {"method": "PUT"},
        {"body": BodyKind.RAW},
        {"query": {"folder": "a"}},
        {"headers": {"X-Folder": "a"}},
        {"multipart": Multipart(fields={"folder": "a"})},
        {"auth": Auth(kind="basic", username="ada", password="{secret:p}")},
        {"variables": {"case": Variable(default="8")}},
    ],
)
def test_where_and_as_what_a_file_goes_counts(edited: dict[str, object]) -> None:
    assert target_of(msgspec.structs.replace(ACME, **edited), {}) != target_of(ACME, {})


def test_values_count_as_they_are_filled_in() -> None:
    assert target_of(ACME, {"case": "7"}) == target_of(ACME, {}) == target_of(ACME, {"other": "8"})
    assert target_of(ACME, {"case": "8"}) != target_of(ACME, {})


def test_the_path_counts_only_where_it_is_sent() -> None:
    assert not target_of(ACME, {}).by_relpath
    assert target_of(msgspec.structs.replace(ACME, query={"at": "{base64:{relpath}}"}), {}).by_relpath


def test_a_destination_is_the_same_place_after_a_restart() -> None:
    assert target_of(parse(render(ACME), called="ACME"), {}) == target_of(ACME, {})
