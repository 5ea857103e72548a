# SPDX-License-Identifier: MIT
"""`send` where nobody watches: from standard input, by a list, as a dry run; and what scripts can rely on."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.end2end.test_memory import MEASURED
from tests.end2end.test_send_servers import ALONE
from tests.helpers.program import COMMAND, LIMIT, Ran, environment, run, started
from tests.helpers.scripted_server import Ending, StartServer, answer, answer_early, close_after, stall_after
from tests.helpers.upload_server import UploadServer
from tests.helpers.waiting import wait_until

MIB = 1024 * 1024


def destination(folder: Path, url: str, body: str, more: str = "") -> Path:
    path = folder / f"{body}.toml"
    path.write_text(f'format = 1\nname = "Place"\nurl = "{url}"\nbody = "{body}"\n{more}', "utf-8")
    return path


def fed(home: Path, data: bytes, *words: str | Path, retry: bool = False) -> Ran:
    """Run `send -` with this as its standard input."""
    command = [*COMMAND, "send", "-", *map(str, words), *(() if retry else ("--no-retry",))]
    done = subprocess.run(
        command, env=environment(home), input=data, capture_output=True, timeout=LIMIT, check=False
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.full
@pytest.mark.parametrize("size", [None, 5 * MIB + 7])
def test_standard_input_arrives_whole(
    home: Path, tmp_path: Path, put_server: UploadServer, size: int | None
) -> None:
    data = os.urandom(5 * MIB + 7)
    place = tmp_path / "place.toml"
    place.write_text(ALONE.format(url=put_server.url, kind="raw"), "utf-8")
    announced = [] if size is None else ["--size", str(size)]
    ran = fed(home, data, "--name", "dump.bin", *announced, "--to", place, "--json")
    assert ran.code == 0, ran.err
    (end,) = ran.named("finished")
    assert (end["bytes"], end["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert put_server.stored("dump.bin").read_bytes() == data


def test_a_given_length_is_told_and_no_chunks_travel_even_where_they_are_usual(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    place = destination(tmp_path, server.url, "chunked")
    assert fed(home, b"moving pictures", "--name", "a", "--size", "15", "--to", place).code == 0
    assert fed(home, b"moving pictures", "--name", "a", "--to", place).code == 0
    assert fed(home, b"", "--name", "a", "--size", "0", "--to", place).code == 0
    sized, chunked, empty = server.requests
    assert (sized.header("Content-Length"), sized.header("Transfer-Encoding")) == ("15", None)
    assert (chunked.header("Content-Length"), chunked.header("Transfer-Encoding")) == (None, "chunked")
    assert bytes(sized.body) == bytes(chunked.body) == b"moving pictures"
    assert empty.header("Content-Length") == "0"


def test_a_form_takes_standard_input_whose_length_is_given(home: Path, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    refused = fed(home, b"moving", "--name", "clip.mp4", "--to", server.url)
    assert (refused.code, len(server.requests)) == (2, 0)
    assert "must be told the length beforehand; give it with --size BYTES" in refused.err
    assert fed(home, b"moving", "--name", "clip.mp4", "--size", "6", "--to", server.url).code == 0
    body = bytes(server.requests[0].body)
    assert b'filename="clip.mp4"\r\nContent-Type: video/mp4\r\n\r\nmoving\r\n' in body


@pytest.mark.parametrize(
    ("data", "size", "said"),
    [
        (b"moving pictures", 6, "more came than the 6 bytes that --size announced"),
        (b"moving", 15, "it ended after 6 bytes and --size announced 15"),
        (b"m", 0, "more came than the 0 bytes"),
        (b"", None, "nothing came by it"),
    ],
)
def test_no_server_takes_a_part_of_the_input_for_the_whole(
    home: Path, tmp_path: Path, scripted_server: StartServer, data: bytes, size: int | None, said: str
) -> None:
    server = scripted_server(answer(201))
    place = destination(tmp_path, server.url, "raw")
    announced = [] if size is None else ["--size", str(size)]
    ran = fed(home, data, "--name", "a", *announced, "--to", place, "--json")
    (end,) = ran.named("finished")
    assert (ran.code, end["state"], end["error"]["code"]) == (1, "failed", "source-input")
    assert said in end["error"]["detail"]
    assert not any(request.complete for request in server.requests)


def test_what_was_read_is_not_sent_again_and_nothing_of_it_stays_in_the_queue(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server([close_after(100_000), answer(201)])
    place = destination(tmp_path, server.url, "raw")
    ran = fed(home, bytes(8 * MIB), "--name", "a", "--to", place, "--json", retry=True)
    (end,) = ran.named("finished")
    assert (ran.code, end["state"], end["error"]["code"]) == (1, "failed", "connection-lost")
    assert "Standard input was read and is gone, so it is not tried again." in end["error"]["detail"]
    assert len(server.requests) == 1
    assert run(home, "send", "--resume").err.startswith("0 of 0 sent")


def test_a_refusal_before_the_first_byte_is_tried_again(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server([answer_early(503, ending=Ending.CLOSE), answer(201)])
    place = destination(tmp_path, server.url, "raw", '[network]\nexpect_continue = "always"\n')
    ran = fed(home, b"moving", "--name", "a", "--size", "6", "--to", place, "--json", retry=True)
    (end,) = ran.named("finished")
    assert (ran.code, end["attempts"], bytes(server.requests[-1].body)) == (0, 2, b"moving")


def test_a_hash_at_the_head_of_the_request_is_refused_before_anything_is_read(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    place = destination(tmp_path, server.url, "raw", '[headers]\nX-Hash = "{sha256}"\n')
    ran = fed(home, b"moving", "--name", "a", "--to", place)
    assert (ran.code, len(server.requests)) == (1, 0)
    assert "it can be read only once, and this request begins with its hash or length" in ran.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_it_while_nothing_comes(
    home: Path, tmp_path: Path, scripted_server: StartServer, number: signal.Signals
) -> None:
    server = scripted_server(answer(201))
    place = destination(tmp_path, server.url, "raw")
    with subprocess.Popen(
        [*COMMAND, "send", "-", "--name", "a", "--to", str(place)],
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            process.stdin.write(bytes(MIB))
            process.stdin.flush()
            wait_until(lambda: bool(server.requests and server.requests[0].body))
            process.send_signal(number)
            assert process.wait(4) == 130
            assert b"Stopped. 0 of 1 sent" in process.stderr.read()
        finally:
            process.kill()
    assert not server.requests[0].complete


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-"], "needs a name"),
        (["-", "a", "--name", "b"], "goes alone"),
        (["a", "--name", "b"], "said by “-”"),
        (["-", "--name", "a/b"], "without “/”"),
        (["a", "--from", "list.csv"], "leave out PATH"),
        (["--dry-run", "a", "--report", "r.csv"], "leave out --report"),
        (["--resume", "--dry-run"], "--dry-run"),
    ],
)
def test_what_does_not_go_together_is_said(home: Path, words: Sequence[str], said: str) -> None:
    to = [] if "--resume" in words else ["--to", "http://127.0.0.1:9/"]
    ran = run(home, "send", *words, *to)
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.full
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells the peak of memory only there")
def test_two_gib_by_standard_input_need_no_more_than_64_mib(
    home: Path, tmp_path: Path, discarding_server: str
) -> None:
    place = destination(tmp_path, f"{discarding_server}/up", "raw")

    def peak(size: int) -> int:
        file = tmp_path / "sparse.bin"
        with file.open("wb") as made:
            made.truncate(size)
        command = [sys.executable, "-c", MEASURED, "send", "-", "--name", "a", "--to", str(place), "--json"]
        with subprocess.Popen(["cat", file], stdout=subprocess.PIPE) as cat:
            done = subprocess.run(
                command,
                env=environment(home),
                stdin=cat.stdout,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
        events = list(map(json.loads, done.stdout.splitlines()))
        assert done.returncode == 0, events
        (end,) = (each for each in events if each["event"] == "finished")
        assert json.loads(end["reply"]["body"])["size"] == end["bytes"] == size
        return int(done.stderr) * 1024

    small, large = peak(64 * MIB), peak(2048 * MIB)
    sys.stdout.write(f"{small / MIB:.1f} MiB for 64 MiB, {large / MIB:.1f} MiB for 2 GiB{os.linesep}")
    assert large - small <= 8 * MIB


VARIABLES = '[headers]\nX-Case = "{var:id}"\n[variables.id]\nlabel = "Case"\n'


def test_a_list_sends_each_file_with_its_values_and_names_the_lines_it_cannot_use(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    place = destination(tmp_path, server.url, "raw", VARIABLES)
    for name in ("a", "b"):
        (tmp_path / name).write_text(name, "utf-8")
    listed = tmp_path / "list.csv"
    listed.write_text(
        f"path,id\n{tmp_path}/a,1\n{tmp_path}/gone,2\n{tmp_path}/b\n{tmp_path}/b,\n{tmp_path}/a,3\n", "utf-8"
    )
    words: list[str | Path] = ["--from", listed, "--to", place, "--set", "id=9"]
    dry = run(home, "send", *words, "--dry-run")
    assert (dry.code, dry.out, len(server.requests)) == (1, "", 0)
    assert dry.err.splitlines()[-1] == "Would send 3 files, 3 bytes. Not added: 2. Nothing was sent."
    assert not list(home.iterdir()), "a dry run writes nothing"
    ran = run(home, "send", *words, "--json")
    assert ran.code == 1
    assert sorted((request.header("X-Case"), bytes(request.body)) for request in server.requests) == [
        ("1", b"a"),
        ("3", b"a"),
        ("9", b"b"),
    ]
    refused = {each["error"]["code"]: each["error"]["detail"] for each in ran.named("refused")}
    assert refused["list-row"] == f"Line 4 of “{listed}”: it has 1 cells, and the header has 2."
    assert "source-missing" in refused
    again = run(home, "send", *words, "--dry-run", "--json")
    (sums,) = again.named("dry-run")
    assert sums == {"event": "dry-run", "files": 0, "bytes": 0, "skipped": 3, "left_out": 0, "refused": 2}
    assert len(again.named("would-skip")) == 3
    assert (run(home, "send", *words).code, len(server.requests)) == (1, 3), "what arrived is skipped"


def test_a_dry_run_counts_a_folder_and_what_is_named_twice(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(1200):
        (folder / str(number)).write_bytes(b"12345")
    ran = run(home, "send", folder, folder / "7", "--to", server.url, "--dry-run")
    assert ran.code == 0
    assert ran.err == "Would send 1200 files, 6 kB. Left out, as named twice: 1. Nothing was sent.\n"
    none = destination(tmp_path, server.url, "none")
    assert run(home, "send", "--to", none, "--dry-run").err == "Would send 1 request. Nothing was sent.\n"
    assert not server.requests


def test_a_list_beside_nothing_but_its_header_is_nothing_to_do(home: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("path\n", "utf-8")
    ran = run(home, "send", "--from", listed, "--to", "http://127.0.0.1:9/")
    assert (ran.code, ran.err.startswith("0 of 0 sent")) == (0, True)


def test_a_folder_goes_as_one_archive_once_and_again_when_it_changed(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server([close_after(100_000), answer(201), answer(201)])
    folder = tmp_path / "case"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number:03}").write_bytes(os.urandom(10_000))
    place = destination(tmp_path, server.url, "raw")
    first = run(home, "send", "--archive", folder, "--to", place, "--json")
    assert (first.code, first.named("finished")[0]["error"]["code"]) == (1, "connection-lost")
    ran = run(home, "send", "--archive", folder, "--to", place, "--json")
    (end,) = ran.named("finished")
    request = server.requests[-1]
    assert (ran.code, end["bytes"], request.header("Content-Length")) == (
        0,
        len(request.body),
        str(len(request.body)),
    )
    assert hashlib.sha256(request.body).hexdigest() == end["sha256"]
    with zipfile.ZipFile(io.BytesIO(request.body)) as archive:
        assert archive.namelist() == [f"case/{number:03}" for number in range(300)]
        assert all(archive.read(f"case/{path.name}") == path.read_bytes() for path in folder.iterdir())
    assert "skipped: case.zip" in run(home, "send", "--archive", folder, "--to", place).err
    (folder / "new").touch()
    assert "done: case.zip" in run(home, "send", "--archive", folder, "--to", place).err
    assert len(server.requests) == 3
    assert "--archive is for folders" in run(home, "send", "--archive", "--to", place).err


def test_an_interrupted_archive_is_taken_up_from_the_queue(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server([stall_after(1000), answer(201)])
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "large").write_bytes(os.urandom(8 * MIB))
    with started(home, "send", "--archive", folder, "--to", server.url) as process:
        wait_until(lambda: bool(server.requests))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130
    ran = run(home, "send", "--resume")
    assert (ran.code, ran.err.count("done: case.zip")) == (0, 1)
