# SPDX-License-Identifier: MIT
"""What comes by standard input, or as an archive, to a server that lets uploads go on."""

import io
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.helpers.program import COMMAND, LIMIT, Ran, environment, run
from tests.helpers.scripted_server import StartServer
from tests.helpers.tus_double import TusDouble

MIB = 1024 * 1024
DATA = os.urandom(3 * MIB)


def place(folder: Path, url: str) -> Path:
    path = folder / "tus.toml"
    path.write_text(
        f'format = 1\nname = "Tus"\nurl = "{url}/files"\nbody = "tus"\n[tus]\ncreation_with_upload = true\n',
        "utf-8",
    )
    return path


def fed(home: Path, to: Path) -> Ran:
    """Run `send -` with all of DATA as its standard input."""
    command = [
        *COMMAND,
        "send",
        "-",
        "--name",
        "dump.sql",
        "--size",
        str(len(DATA)),
        "--to",
        str(to),
        "--json",
    ]
    done = subprocess.run(
        command, env=environment(home), input=DATA, capture_output=True, timeout=LIMIT, check=False
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_standard_input_fills_an_upload_in_one_pass(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    double = TusDouble()
    server = scripted_server(double.answer)
    ran = fed(home, place(tmp_path, server.url))
    assert ran.code == 0, ran.out
    assert double.content == DATA
    assert [request.method for request in server.requests] == ["OPTIONS", "POST", "PATCH"]


def test_standard_input_does_not_go_on_after_a_broken_line_and_says_why(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    double = TusDouble()
    double.fail("PATCH", double.cut(MIB))
    server = scripted_server(double.answer)
    ran = fed(home, place(tmp_path, server.url))
    (end,) = ran.named("finished")
    assert (ran.code, end["state"], end["attempts"]) == (1, "failed", 1)
    assert "it can be read only once" in end["error"]["detail"]
    assert len(double.content) < len(DATA)


@pytest.mark.parametrize("cut", [1, 2 * MIB + 1])
def test_an_archive_goes_on_in_its_middle_with_the_same_bytes(
    home: Path, tmp_path: Path, scripted_server: StartServer, cut: int
) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}").write_bytes(DATA[number * 1000 :][:100_000])
    double = TusDouble()
    double.fail("PATCH", double.cut(cut))
    server = scripted_server(double.answer)
    ran = run(home, "send", "--archive", folder, "--to", place(tmp_path, server.url), "--json")
    assert ran.code == 0, ran.out
    assert [request.method for request in server.requests].count("PATCH") == 2
    with zipfile.ZipFile(io.BytesIO(double.content)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 40
