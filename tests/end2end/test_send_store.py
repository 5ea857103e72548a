# SPDX-License-Identifier: MIT
"""`send s3://…`: from a store straight into a server, by the real program."""

import hashlib
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.program import Ran, environment, run, started
from tests.helpers.scripted_server import StartServer, answer
from tests.helpers.scripted_store import SECRET, ScriptedStore, Stored, sha256
from tests.helpers.store_connections import connect
from tests.helpers.upload_server import UploadServer
from tests.helpers.waiting import wait_until

pytestmark = pytest.mark.full

MIB = 1024 * 1024
BIG = 24 * MIB + 1
DEST = 'format = 1\nname = "D"\nurl = "{url}"\nmethod = "{method}"\nbody = "{kind}"\n'
# No file that the program writes may grow beyond this: an object could stand in none of them.
SMALL_FILES = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({8 * MIB}, {8 * MIB}))
from guiuploader.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedStore]:
    """Return a store that `s3://` means, and whose secret the environment holds."""
    made = ScriptedStore()
    connect(home / "config" / "connections", made.url)
    monkeypatch.setenv("GUIUPLOADER_SECRET_STORE_KEY", SECRET)
    yield made
    made.close()


def dest(home: Path, url: str, kind: str = "raw", method: str = "PUT") -> Path:
    path = home / "dest.toml"
    path.write_text(DEST.format(url=url, kind=kind, method=method), "utf-8")
    return path


def stored_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def end(ran: Ran) -> dict[str, object]:
    (finished,) = ran.named("finished")
    return finished


def arrives(home: Path, store: ScriptedStore, target: UploadServer, kind: str) -> None:
    """Check that an object arrives whole, with two cuts on the way, and stands in no file meanwhile."""
    name = f"{kind}.bin"
    store.objects[name] = Stored(BIG)
    store.cuts = [MIB, 20 * MIB]
    is_form = kind == "multipart"
    url = f"{target.url}/upload" if is_form else f"{target.url}/raw/{name}"
    toml = dest(home, url, kind, method="POST" if is_form else "PUT")
    command: list[str | Path] = [
        sys.executable,
        "-c",
        SMALL_FILES,
        "send",
        f"s3://bucket/{name}",
        "--to",
        toml,
        "--json",
    ]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
    ran = Ran(done.returncode, done.stdout, done.stderr)
    assert (ran.code, ran.err) == (0, "")
    assert end(ran)["sha256"] == sha256(BIG) == stored_hash(target.stored(name))


def test_an_object_arrives_whole_in_a_form(
    home: Path, store: ScriptedStore, form_server: UploadServer
) -> None:
    arrives(home, store, form_server, "multipart")


@pytest.mark.parametrize("kind", ["raw", "chunked"])
def test_an_object_arrives_whole_alone(
    home: Path, store: ScriptedStore, put_server: UploadServer, kind: str
) -> None:
    arrives(home, store, put_server, kind)


def test_an_object_that_was_sent_there_is_skipped_until_it_has_changed(
    home: Path, store: ScriptedStore, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201, Location="https://files.example/it"))
    store.objects = {"in/a.txt": Stored(10, content_type="text/plain"), "in/b.txt": Stored(20)}
    assert run(home, "send", "s3://bucket/in/a.txt", "--to", server.url).code == 0
    ran = run(home, "send", "s3://bucket/in/", "--to", server.url, "--json")
    assert ran.code == 0, ran.err
    assert [each["name"] for each in ran.named("queued")] == ["in/a.txt", "in/b.txt"]
    finished = sorted(ran.named("finished"), key=lambda each: int(each["id"]))
    assert [each["state"] for each in finished] == ["skipped", "done"]
    store.objects["in/a.txt"] = Stored(10, "v2")
    changed = run(home, "send", "s3://bucket/in/", "--to", server.url, "--json")
    assert changed.named("summary")[0]["done"] == 1
    again = run(home, "send", "s3://bucket/in/b.txt", "--to", server.url, "--again", "--json")
    assert end(again)["state"] == "done"
    assert len(server.requests) == 4


def test_the_rest_server_sees_one_request_though_the_store_breaks_off_three_times(
    home: Path, store: ScriptedStore, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    store.objects["big.bin"] = Stored(BIG)
    store.cuts = [MIB, 20 * MIB, BIG - 1]
    ran = run(home, "send", "s3://bucket/big.bin", "--to", dest(home, server.url), "--json")
    assert ran.code == 0, ran.err
    assert (end(ran)["state"], end(ran)["attempts"]) == ("done", 1)
    assert end(ran)["sha256"] == sha256(BIG)
    assert len(server.requests) == 1
    assert hashlib.sha256(server.request().body).hexdigest() == sha256(BIG)
    assert len(store.gets()) == 4


@pytest.mark.parametrize("kind", ["multipart", "raw", "chunked"])
def test_an_object_that_is_overwritten_meanwhile_fails_in_words_and_no_server_has_it_whole(
    home: Path, store: ScriptedStore, scripted_server: StartServer, kind: str
) -> None:
    server = scripted_server(answer(201))
    store.objects["big.bin"] = Stored(BIG)
    store.overwrite = (10 * MIB, lambda: store.objects.update({"big.bin": Stored(BIG, "v2")}))
    store.cuts = [20 * MIB]
    ran = run(home, "send", "s3://bucket/big.bin", "--to", dest(home, server.url, kind), "--json")
    assert ran.code == 1
    assert end(ran)["state"] == "failed"
    error = end(ran)["error"]
    assert isinstance(error, dict)
    assert error["code"] == "store-changed"
    assert error["title"] == "The object was overwritten since it was added."
    assert not any(request.complete for request in server.requests)


def test_a_folder_arrives_with_its_paths_and_what_templates_say(
    home: Path, store: ScriptedStore, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    store.objects = {"top/a.txt": Stored(5, meta={"case": "7"}), "top/": Stored(0), "top/b/c": Stored(0)}
    toml = dest(home, f"{server.url}/{{bucket}}/{{relpath}}")
    toml.write_text(toml.read_text("utf-8") + '[headers]\nX-Fact = "{key} {etag} {modified:%Y}"\n', "utf-8")
    ran = run(home, "send", "s3://bucket/top/", "--to", toml)
    assert ran.code == 0, ran.err
    facts = {request.target: request.header("X-Fact") for request in server.requests}
    assert facts == {"/bucket/top/a.txt": "top/a.txt v1 2024", "/bucket/top/b/c": "top/b/c v1 2024"}


def test_it_is_told_how_long_the_store_was_waited_for(
    home: Path, store: ScriptedStore, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    store.objects["big.bin"] = Stored(10 * MIB)
    store.bytes_per_second = 10 * MIB
    ran = run(home, "send", "s3://bucket/big.bin", "--to", dest(home, server.url), "--json")
    timings = end(ran)["timings"]
    assert isinstance(timings, dict)
    assert timings["read"] > 0.5
    assert timings["read"] <= timings["send"] + 0.5


def test_what_was_noted_with_an_object_can_be_sent(
    home: Path, store: ScriptedStore, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    store.objects["a"] = Stored(5, meta={"case": "7"}, content_type="text/x-own")
    toml = dest(home, server.url)
    toml.write_text(toml.read_text("utf-8") + '[headers]\nX-Case = "{meta:Case}"\n', "utf-8")
    assert run(home, "send", "s3://bucket/a", "--to", toml).code == 0
    assert server.request().header("X-Case") == "7"
    assert server.request().header("Content-Type") == "text/x-own"


def break_off(home: Path, store: ScriptedStore, url: str) -> None:
    """Send an object until its store falls silent in the middle, and press Ctrl-C."""
    silence = threading.Event()
    store.objects["big.bin"] = Stored(BIG)
    store.overwrite = (10 * MIB, lambda: setattr(store, "silence", silence))
    with started(home, "send", "s3://bucket/big.bin", "--to", dest(home, url)) as process:
        wait_until(lambda: store.silence is silence)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130
    silence.set()
    store.silence = None


def test_what_was_left_goes_on_by_resume(
    home: Path, store: ScriptedStore, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    break_off(home, store, server.url)
    assert not any(request.complete for request in server.requests)
    ran = run(home, "send", "--resume", "--json")
    assert ran.code == 0, ran.err
    assert (end(ran)["state"], end(ran)["sha256"]) == ("done", sha256(BIG))
    history = run(home, "history", "--json")
    assert "s3://bucket/big.bin" in history.out


def test_what_was_overwritten_before_a_resume_is_not_sent(
    home: Path, store: ScriptedStore, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    break_off(home, store, server.url)
    store.objects["big.bin"] = Stored(BIG, "v2")
    ran = run(home, "send", "--resume", "--json")
    assert ran.code == 1
    error = end(ran)["error"]
    assert isinstance(error, dict)
    assert error["code"] == "store-changed"
    assert not any(request.complete for request in server.requests)


def test_every_secret_that_is_not_known_is_named(
    home: Path, store: ScriptedStore, scripted_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GUIUPLOADER_SECRET_STORE_KEY")
    server = scripted_server(answer(201))
    place = dest(home, server.url)
    with place.open("a", encoding="utf-8") as file:
        file.write('[auth]\nkind = "bearer"\ntoken = "{secret:dest-token}"\n')
    ran = run(home, "send", "s3://bucket/a", "--to", place)
    assert ran.code == 2
    assert "The secret “store-key” for the connection “s3” is not known here." in ran.err
    assert "GUIUPLOADER_SECRET_DEST_TOKEN" in ran.err
    assert store.asked == []


CASES = '[headers]\nX-Case = "{var:id}"\n[variables.id]\nlabel = "Case"\n'


def test_a_list_names_objects_folders_and_files_each_with_its_values(
    home: Path, tmp_path: Path, store: ScriptedStore, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    store.objects = {"a": Stored(5), "in/": Stored(0), "in/b": Stored(6), "in/c/d": Stored(7)}
    (tmp_path / "file").write_bytes(b"here")
    toml = dest(home, f"{server.url}/{{relpath}}")
    toml.write_text(toml.read_text("utf-8") + CASES, "utf-8")
    listed = tmp_path / "list.csv"
    rows = [
        "s3://bucket/a,1",
        "s3://bucket/in/,2",
        "s3://bucket/gone,3",
        "s3://.bucket/a,4",
        f"{tmp_path}/file,5",
    ]
    listed.write_text("\n".join(["path,id", *rows]), "utf-8")
    words: list[str | Path] = ["send", "--from", listed, "--to", toml]
    dry = run(home, *words, "--dry-run")
    assert (dry.code, server.requests) == (1, [])
    assert {each.path for each in store.gets()} == {"/bucket/gone"}, "asked for the reason alone"
    assert dry.err.splitlines()[-1] == "Would send 4 files, 22 bytes. Not added: 2. Nothing was sent."
    ran = run(home, *words, "--json")
    assert ran.code == 1
    sent = {request.target: (request.header("X-Case"), len(request.body)) for request in server.requests}
    assert sent == {"/a": ("1", 5), "/in/b": ("2", 6), "/in/c/d": ("2", 7), "/file": ("5", 4)}
    refused = {each["error"]["code"]: each["error"]["detail"] for each in ran.named("refused")}
    assert refused.keys() == {"list-row", "store-no-object"}
    assert refused["list-row"].startswith(f"Line 5 of “{listed}”: “s3://.bucket/a” is no address")
    again = run(home, *words, "--json")
    assert again.named("summary")[0]["skipped"] == 4


def test_a_dry_run_counts_what_is_below_a_prefix_and_reads_none_of_it(
    home: Path, store: ScriptedStore, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    store.listed = 2500
    toml = dest(home, server.url)
    ran = run(home, "send", "s3://bucket/all/", "--to", toml, "--dry-run")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "Would send 2500 files, 18 kB. Nothing was sent.\n"
    assert (server.requests, store.gets()) == ([], [])
    assert {each.name for each in home.iterdir()} == {"config", "dest.toml"}, "a dry run writes nothing"
    store.listed = 0
    empty = run(home, "send", "s3://bucket/all/", "--to", toml, "--dry-run", "--json")
    assert (empty.code, empty.named("dry-run")[0]["refused"]) == (1, 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_dry_run_like_ctrl_c(
    home: Path, store: ScriptedStore, number: signal.Signals
) -> None:
    store.listed, store.next_page = 5000, threading.Event()
    with started(home, "send", "s3://bucket/", "--to", "http://127.0.0.1:9/", "--dry-run") as process:
        wait_until(lambda: len(store.asked) == 2)
        process.send_signal(number)
        assert process.wait(20) == 130


def test_a_dry_run_needs_the_keys_of_the_store_alone(
    home: Path, store: ScriptedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.objects["a"] = Stored(5)
    place = dest(home, "http://127.0.0.1:9/")
    with place.open("a", encoding="utf-8") as file:
        file.write('[auth]\nkind = "bearer"\ntoken = "{secret:dest-token}"\n')
    listed = home / "list.csv"
    listed.write_text("path\ns3://bucket/a\n", "utf-8")
    words: list[str | Path] = ["send", "--from", listed, "--to", place, "--dry-run"]
    assert run(home, *words).code == 0
    monkeypatch.delenv("GUIUPLOADER_SECRET_STORE_KEY")
    ran = run(home, *words)
    assert ran.code == 2
    assert "The secret “store-key” for the connection “s3” is not known here." in ran.err


def test_a_curl_command_sends_what_a_list_or_another_program_gives(
    home: Path, store: ScriptedStore, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    store.objects["a"] = Stored(5)
    listed = home / "list.csv"
    listed.write_text("path\ns3://bucket/a\n", "utf-8")
    curl = ["send", "--curl", f"curl -T notes.txt {server.url}/"]
    dry = run(home, *curl, "--from", listed, "--dry-run")
    assert (dry.code, dry.err, server.requests) == (0, "Would send 1 file, 5 bytes. Nothing was sent.\n", [])
    assert run(home, *curl, "--from", listed).code == 0
    assert [len(request.body) for request in server.requests] == [5]


def test_no_archive_is_made_of_what_is_in_a_store(home: Path, store: ScriptedStore) -> None:
    ran = run(home, "send", "--archive", "s3://bucket/in/", "--to", "http://127.0.0.1:9/")
    assert (ran.code, store.asked) == (2, [])
    assert "--archive is for folders of this computer" in ran.err
