# SPDX-License-Identifier: MIT
"""The frozen program: its window, its keychain, its authorities, its children, its size."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from guiuploader import __version__
from tests.helpers.screen import shoot, xdotool
from tests.helpers.scripted_server import StartServer, answer
from tests.helpers.waiting import holds_within, wait_until
from tests.packages.use import CONTENT, PATIENCE, digests, drop, leave, opened, said, send_and_receive

LARGEST = 160_000_000  # bytes

RECORDING_BROWSER = """#!/bin/sh
env > "{record}.part"
mv "{record}.part" "{record}"
"""
KEYCHAIN_SESSION = """
printf unlocking | gnome-keyring-daemon --unlock --components=secrets --control-directory="$HOME" || exit
"$1" -c "$2" "$3" || exit
shift 3
exec "$@"
"""
SAVING = """
import sys
import keyring
keyring.set_password("guiuploader", sys.argv[1], "from-the-keychain")
"""


def test_it_tells_the_version_of_the_sources(frozen: Path) -> None:
    assert said(frozen, "--version") == f"guiuploader {__version__}\n"


def test_it_sends_a_file_to_its_own_receiver(frozen: Path, tmp_path: Path) -> None:
    file = tmp_path / "file ü.bin"
    file.write_bytes(CONTENT)
    send_and_receive([frozen], file=file, received=tmp_path / "received")
    assert digests(tmp_path / "received") == [hashlib.sha256(CONTENT).hexdigest()]


def test_its_folder_is_small_and_brings_no_library_that_must_be_the_systems(frozen: Path) -> None:
    files = [path for path in frozen.parent.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files if not path.is_symlink()) <= LARGEST
    names = {path.name.partition(".so")[0] for path in files}
    assert not names & {"libstdc++", "libgcc_s", "libgtk-3", "libqgtk3", "libX11", "libglib-2.0", "libGL"}


def test_each_library_that_it_links_with_is_found(frozen: Path) -> None:
    libraries = [path for path in frozen.parent.rglob("*.so*") if not path.is_symlink()]
    found = said("ldd", *libraries, LD_LIBRARY_PATH=str(frozen.parent / "_internal"), PATH=os.environ["PATH"])
    assert "not found" not in found


def test_its_licences_are_beside_it(frozen: Path) -> None:
    texts = {path.name: path.read_text("utf-8") for path in (frozen.parent / "licences").iterdir()}
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in texts["LGPL-3.txt"]
    for name in ("guiuploader", "python", "requests", "cryptography", "pyside6_essentials", "libssl3"):
        assert len(texts[f"{name}.txt"]) > 60


def test_it_believes_the_authorities_of_the_system(
    frozen: Path, tmp_path: Path, authority: trustme.CA, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201), tls=True)
    authorities = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(authorities))
    file = tmp_path / "file"
    file.write_bytes(b"content")
    command: list[str | Path] = [frozen, "send", file, "--to", server.url, "--no-retry"]
    strange = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert strange.returncode == 1
    assert "certificate" in strange.stderr
    said(*command, **{**os.environ, "SSL_CERT_FILE": str(authorities)})


@pytest.mark.full
def test_it_finds_a_secret_in_a_real_keychain(
    frozen: Path, tmp_path: Path, home: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    destination = tmp_path / "ACME.toml"
    destination.write_text(
        f'format = 1\nname = "ACME"\nurl = "{server.url}"\n[headers]\nX-Key = "{{secret:token}}"\n', "utf-8"
    )
    (tmp_path / "file").write_bytes(b"content")
    variables = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    account = f"ACME {server.url} token"
    said(
        *("dbus-run-session", "--", "sh", "-c", KEYCHAIN_SESSION, "sh", sys.executable, SAVING, account),
        *(frozen, "send", tmp_path / "file", "--to", destination),
        **variables,
    )
    (request,) = server.requests
    assert ("X-Key", "from-the-keychain") in request.headers


@pytest.mark.full
def test_a_file_dropped_on_its_window_arrives_and_its_link_opens_in_an_unspoilt_browser(
    frozen: Path, tmp_path: Path, home: Path, screen: dict[str, str], program_path: Path, shots: Path
) -> None:
    browser, record = program_path / "xdg-open", tmp_path / "environment"
    browser.write_text(RECORDING_BROWSER.format(record=record))
    browser.chmod(0o755)
    file = tmp_path / "dropped file.bin"
    file.write_bytes(CONTENT)
    screen |= {"PATH": f"{program_path}{os.pathsep}{screen['PATH']}", "GUIUPLOADER_HOME": str(home)}
    received = home / "data" / "received"
    with opened([frozen], screen, received=received) as (window, x, y):
        drop(screen, (x, y), str(file), received=received)

        def opens_its_link() -> bool:
            xdotool(screen, "click", 1, "key", "ctrl+a", "key", "Return")
            return holds_within(record.exists, 1)

        wait_until(opens_its_link, timeout=PATIENCE, message="no browser was started")
        shoot(screen, shots, "frozen-drop")
        leave(screen, window)
    assert not [line for line in record.read_text().splitlines() if line.startswith(("LD_", "_PYI_"))]
