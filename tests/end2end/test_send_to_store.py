# SPDX-License-Identifier: MIT
"""`send … --to` a store by the real program: killed and resumed, from store to store, in a flat memory."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.end2end.test_memory import MEASURED, SLACK
from tests.end2end.test_tus import kept
from tests.helpers.large import sparse
from tests.helpers.program import environment, run, started
from tests.helpers.scripted_store import SECRET, ScriptedStore, Stored, sha256
from tests.helpers.store_connections import connect
from tests.helpers.store_writes import Written
from tests.helpers.waiting import wait_until

pytestmark = [pytest.mark.full, pytest.mark.timeout(300)]

MIB = 1024 * 1024
GIB = 1024 * MIB


@pytest.fixture
def store(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedStore]:
    """Return a store to be written to by the connection “backup”."""
    (tmp_path / "written").mkdir()
    monkeypatch.setenv("GUIUPLOADER_SECRET_STORE_KEY", SECRET)
    with closing(ScriptedStore()) as made:
        made.written = Written(tmp_path / "written")
        connect(home / "config" / "connections", made.url, name="backup")
        yield made


def dest(home: Path, url: str = "s3://backup@bucket/all/{relpath}") -> Path:
    path = home / "dest.toml"
    path.write_text(f'format = 1\nname = "Backup"\nurl = "{url}"\nbody = "object-store"\n', "utf-8")
    return path


def written(store: ScriptedStore) -> Written:
    assert store.written is not None
    return store.written


def test_a_gibibyte_goes_on_with_the_parts_that_are_there_after_a_kill(
    home: Path, store: ScriptedStore, tmp_path: Path
) -> None:
    large = tmp_path / "large.bin"
    digest = sparse(large)
    with started(home, "send", large, "--to", dest(home), "--json", "--limit", "200M") as program:
        assert program.stdout is not None
        for line in program.stdout:
            event = json.loads(line)
            if event["event"] == "progress" and event["sent"] >= GIB * 2 // 5:
                break
        program.kill()
        program.wait()
    wait_until(lambda: store.is_idle)  # a part may have been on its way
    left = kept(home)
    assert "?uploadId=" in left.url
    assert not left.may_be_whole
    (parts,) = written(store).uploads.values()
    there, count = sum(part.size for part in parts.values()), len(parts)
    assert GIB * 3 // 10 < there < GIB
    store.asked.clear()
    ran = run(home, "send", "--resume", "--json")
    assert ran.code == 0, ran.err
    (finished,) = ran.named("finished")
    assert (finished["state"], finished["sha256"]) == ("done", digest)
    assert finished["link"] == f"{store.url}/bucket/all/large.bin"
    assert min(filter(None, (event["sent"] for event in ran.named("progress")))) >= there
    methods = [each.method for each in store.asked]
    assert (methods[0], methods[-1]) == ("GET", "POST")  # ListParts, CompleteMultipartUpload
    sent = [int(each.query["partNumber"][0]) for each in store.asked if each.method == "PUT"]
    assert sent == list(range(count + 1, 64 + 1))
    assert written(store).uploads == {}
    assert written(store).sha256("all/large.bin") == digest


def test_objects_go_from_one_store_to_another(home: Path, store: ScriptedStore) -> None:
    with closing(ScriptedStore()) as origin:
        connect(home / "config" / "connections", origin.url, name="origin")
        origin.objects = {"in/big.bin": Stored(20 * MIB + 3), "in/sub/a": Stored(7), "in/empty": Stored(0)}
        origin.cuts = [9 * MIB]
        ran = run(home, "send", "s3://origin@bucket/in/", "--to", dest(home), "--json")
    assert ran.code == 0, ran.err
    found = {key: written(store).sha256(key) for key in written(store).objects}
    assert found == {f"all/{key}": sha256(each.size) for key, each in origin.objects.items()}


@pytest.mark.parametrize(
    ("name", "code"), [("AccessDenied", "store-write-denied"), ("InvalidAccessKeyId", "store-wrong-key")]
)
def test_a_key_that_is_refused_is_named_and_leaves_no_doubt(
    home: Path, store: ScriptedStore, tmp_path: Path, name: str, code: str
) -> None:
    (tmp_path / "a.txt").write_text("a", "utf-8")
    store.refusal = (403, name)
    ran = run(home, "send", tmp_path / "a.txt", "--to", dest(home), "--json")
    (finished,) = ran.named("finished")
    assert (ran.code, finished["state"], finished["error"]["code"]) == (1, "failed", code)
    assert "“s3://backup@bucket/all/a.txt”: " in finished["error"]["detail"]
    assert f" answered 403 {name}." in finished["error"]["detail"]


@pytest.mark.parametrize(
    ("url", "code"), [("s3://nobody@bucket/{filename}", 2), ("s3://bucket/{secret:x}", 2), ("s3://bucket", 2)]
)
def test_what_no_destination_can_be_is_said_at_once(
    home: Path, store: ScriptedStore, tmp_path: Path, url: str, code: int
) -> None:
    (tmp_path / "a.txt").write_text("a", "utf-8")
    ran = run(home, "send", tmp_path / "a.txt", "--to", dest(home, url))
    assert (ran.code, ran.out) == (code, "")
    assert store.asked == []


def test_a_preview_shows_every_request_and_no_secret(
    home: Path, store: ScriptedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GUIUPLOADER_SECRET_STORE_KEY")
    with (tmp_path / "big.bin").open("wb") as file:
        file.truncate(20 * MIB)
    ran = run(home, "preview", tmp_path / "big.bin", "--to", dest(home))
    assert ran.code == 0, ran.err
    assert re.findall(r"^[A-Z]+ (?=/)\S+|^<.*>$", ran.out, re.MULTILINE) == [
        "POST /bucket/all/big.bin?uploads=",
        "PUT /bucket/all/big.bin?partNumber=1&uploadId=<as",
        "<8388608 bytes of big.bin>",
        "PUT /bucket/all/big.bin?partNumber=3&uploadId=<as",
        "<4194304 bytes of big.bin>",
        "POST /bucket/all/big.bin?uploadId=<as",
        "<the 3 parts, each with its number and ETag>",
    ]
    assert ran.out.count("Authorization: AWS4-HMAC-SHA256 ***") == 4
    assert "Signature" not in ran.out
    assert store.asked == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells the peak of memory only there")
def test_a_large_file_needs_no_more_than_one_of_64_mib(home: Path, store: ScriptedStore) -> None:
    def peak(size: int) -> int:
        file = home / f"{size}.bin"
        with file.open("wb") as made:
            made.truncate(size)
        command: list[str | Path] = [sys.executable, "-c", MEASURED, "send", file, "--to", dest(home)]
        done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert written(store).objects[f"all/{file.name}"].size == size
        return int(re.findall(r"\d+$", done.stderr)[0]) * 1024

    small, large = peak(64 * MIB), peak(GIB)
    figures = f"{small / MIB:.1f} MiB for 64 MiB, {large / MIB:.1f} MiB for 1 GiB"
    sys.stdout.write(figures + os.linesep)
    assert large - small <= SLACK, figures
    assert written(store).sha256(f"all/{GIB}.bin") == hashlib.sha256(bytes(GIB)).hexdigest()
