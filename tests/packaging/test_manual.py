# SPDX-License-Identifier: MIT
"""The man page and the completions say what the command line takes, to real shells."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guiuploader import cli
from tests.helpers.program import run
from tests.helpers.store_connections import connect

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
COMPLETIONS = PACKAGING / "completions"
NAMES = (
    "man/guiuploader.1",
    "completions/guiuploader.bash",
    "completions/_guiuploader",
    "completions/guiuploader.fish",
)
BASH = f"""
source '{COMPLETIONS / "guiuploader.bash"}'
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_shtab_guiuploader
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
FISH = f"source '{COMPLETIONS / 'guiuploader.fish'}'; complete -C \"$argv\""
ZSH = f"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; fpath=({COMPLETIONS} $fpath); autoload -U compinit'
zpty -w shell 'compinit -u -d "$HOME/dump"; echo READY$((1))'
zpty -r -m shell out '*READY1*'
zpty -w -n shell "$1"$'\\t'
zpty -r -m shell out "*${{(b)2}}*"
zpty -d shell
"""


@pytest.fixture
def folder(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two files; the command is on the PATH and knows a destination and a connection."""
    command = tmp_path / "bin" / "guiuploader"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m guiuploader "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("GUIUPLOADER_HOME", str(home))
    toml = tmp_path / "acme.toml"
    toml.write_text('format = 1\nname = "ACME files"\nurl = "https://acme.example/"\n')
    assert run(home, "destinations", "add", toml).code == 0
    assert run(home, "connections", "add", connect(tmp_path, "https://minio.example", name="minio")).code == 0
    files = tmp_path / "files"
    files.mkdir()
    for name in ("one report.txt", "two.txt"):
        (files / name).touch()
    return files


def lines(command: list[str], folder: Path) -> set[str]:
    """Return what a shell says, line by line."""
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()) - {""}


def test_what_is_kept_is_what_the_parsers_say_today(tmp_path: Path) -> None:
    subprocess.run([sys.executable, PACKAGING / "manual.py", tmp_path], check=True)
    for name in NAMES:
        kept, new = ((place / name).read_text("utf-8") for place in (PACKAGING, tmp_path))
        assert kept == new, f"write {name} anew: .venv/bin/python packaging/manual.py"


@pytest.mark.full
def test_the_man_page_has_every_command_and_no_fault() -> None:
    done = subprocess.run(
        ["man", "--warnings", "--local-file", PACKAGING / "man" / "guiuploader.1"],
        env=os.environ | {"MANWIDTH": "100", "MANROFFSEQ": "", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for command in cli.COMMANDS:
        assert f"\n   guiuploader {command}\n" in done.stdout
    assert "--parallel N" in done.stdout


WORDS = [
    ("", {*cli.COMMANDS, "one report.txt", "two.txt"}),
    ("se", {"send"}),
    ("send ", {"one report.txt", "two.txt"}),
    ("send two.txt --re", {"--resume", "--report"}),
    ("send two.txt --to ", {"ACME files"}),
    ("destinations sh", {"show"}),
    ("destinations show ", {"ACME files"}),
    ("connections show ", {"minio"}),
    ("desktop ", {"install", "remove"}),
]


@pytest.mark.full
@pytest.mark.parametrize(("words", "expected"), WORDS)
def test_bash_completes(folder: Path, words: str, expected: set[str]) -> None:
    assert lines(["bash", "-c", BASH, "bash", "guiuploader", *words.split(" ")], folder) == expected


@pytest.mark.full
@pytest.mark.parametrize(("words", "expected"), WORDS)
def test_fish_completes(folder: Path, words: str, expected: set[str]) -> None:
    told = lines(["fish", "--no-config", "-c", FISH, f"guiuploader {words}"], folder)
    assert {line.partition("\t")[0] for line in told} == expected


@pytest.mark.full
@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("desti", "destinations"),
        ("tw", "two.txt"),
        ("send --rep", "--report"),
        ("send two.txt --to AC", r"ACME\ files"),
        ("desktop rem", "remove"),
        ("connections remove mi", "minio"),
    ],
)
def test_zsh_completes(folder: Path, words: str, whole: str) -> None:
    lines(["zsh", "-f", "-c", ZSH, "zsh", f"guiuploader {words}", whole], folder)
