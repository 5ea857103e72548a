# SPDX-License-Identifier: MIT
"""Secrets in a real Secret Service, started for the test on a bus of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SESSION = """
printf unlocking | gnome-keyring-daemon --unlock --components=secrets --control-directory="$HOME" || exit
for step in save find forget miss lend borrow return miss; do
  "$1" -X dev -W error -c "$2" $step || exit
done
"""
STEP = """
import os, sys
from pathlib import Path
from guiuploader.values.secrets import SecretKey, SecretStore, system_keychain

secret = os.environ["TYPED"]
key = SecretKey("ACME files", "https://acme.example:443", "token")
elsewhere = SecretKey("ACME files", "https://evil.example:443", "token")
keychain = system_keychain()
assert type(keychain).__module__ == "keyring.backends.SecretService", keychain
store = SecretStore(lambda: keychain, {})
match sys.argv[1]:
    case "save":
        store.keep(key, secret, save=True)
    case "find":
        assert store.get(key) == secret
        assert store.find(elsewhere) is None
        files = [path for path in Path.home().rglob("*") if path.is_file()]
        assert any(path.suffix == ".keyring" for path in files)
        assert not [path for path in files if secret.encode() in path.read_bytes()]
    case "forget":
        store.forget(key)
    case "miss":
        assert store.find(key) is None
    case "lend":
        store.keep(key, secret, save=False)
        store.lend(key)
        assert not store.is_fleeting(key)
    case "borrow":
        assert store.get(key) == secret
    case "return":
        store.give_back(key)
print(sys.argv[1], "done")
"""


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's keychain")
@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="the packages dbus and gnome-keyring are not installed",
)
def test_a_real_keychain_keeps_a_secret_from_one_process_to_the_next(home: Path) -> None:
    variables = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", SESSION, "sh", sys.executable, STEP],
        cwd=ROOT,
        env=variables | {"TYPED": "pläin-s3cret", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    for step in ("save", "find", "forget", "miss", "lend", "borrow", "return"):
        assert f"{step} done\n" in done.stdout
