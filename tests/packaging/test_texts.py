# SPDX-License-Identifier: MIT
"""The desktop entry, the metadata and the file types are what their own programs accept."""

import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from guiuploader import __version__
from guiuploader.paths import APP_ID

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "resources" / "desktop"
ENTRY = TEXTS / f"{APP_ID}.desktop"
METADATA = TEXTS / f"{APP_ID}.metainfo.xml"


def said(*command: str | Path, **variables: str) -> str:
    """Return all that a program said, which must be content."""
    done = subprocess.run(
        command, env=os.environ | variables, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def values(key: str) -> list[str]:
    """Return what the desktop entry lists under `key`."""
    found = re.search(rf"^{key}=(.*);$", ENTRY.read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1].split(";")


@pytest.mark.full
def test_the_desktop_entry_is_valid() -> None:
    assert said("desktop-file-validate", ENTRY) == ""


@pytest.mark.full
def test_the_metadata_is_valid_to_the_pedant() -> None:
    assert (
        re.findall("^[EWIP]:.*", said("appstreamcli", "validate", "--no-net", "--pedantic", METADATA)) == []
    )


def test_the_metadata_names_what_the_other_files_have() -> None:
    metadata = ET.parse(METADATA)  # noqa: S314 - our own file
    assert metadata.findtext("id") == APP_ID
    assert metadata.findtext("launchable") == ENTRY.name
    assert [each.text for each in metadata.iter("mediatype")] == values("MimeType")
    assert set(values("Categories")) >= {str(each.text) for each in metadata.iter("category")}
    types = ET.parse(TEXTS / f"{APP_ID}.mime.xml")  # noqa: S314 - the same
    assert [each.get("type") for each in types.findall("{*}mime-type")] == values("MimeType")


def test_each_version_of_the_changelog_is_a_release_in_the_metadata() -> None:
    releases = [
        (each.get("version"), each.get("date"), each.get("type", "stable"))
        for each in ET.parse(METADATA).iter("release")  # noqa: S314 - our own file
    ]
    released = re.findall(
        r"^## \[?([\d.]+)\]? . (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert [release[:2] for release in releases if release[2] == "stable"] == released
    assert releases[0][0] == __version__


@pytest.mark.full
@pytest.mark.parametrize(
    ("name", "kind", "described"),
    [
        ("mine.guiuploader", "application/x-guiuploader-destination", "text/plain"),
        ("mine.sxcu", "application/x-sharex-custom-uploader", "application/json"),
    ],
)
def test_desktops_know_the_file_types(tmp_path: Path, name: str, kind: str, described: str) -> None:
    share = tmp_path / "share"
    (share / "mime" / "packages").mkdir(parents=True)
    (share / "mime" / "packages" / f"{APP_ID}.xml").write_bytes((TEXTS / f"{APP_ID}.mime.xml").read_bytes())
    said("update-mime-database", share / "mime", XDG_DATA_HOME=str(share))
    (tmp_path / name).write_text("format = 1\n")
    told = said(
        "gio", "info", "--attributes=standard::content-type", tmp_path / name, XDG_DATA_HOME=str(share)
    )
    assert f"standard::content-type: {kind}" in told
    assert f"{kind} {described}" in (share / "mime" / "subclasses").read_text().splitlines()
