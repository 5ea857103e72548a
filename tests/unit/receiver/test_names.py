# SPDX-License-Identifier: MIT
"""Under which name a file is stored."""

import os
import threading
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.receiver import Receiver
from guiuploader.receiver.names import numbered, safe_name
from tests.helpers.waiting import wait_until
from tests.unit.receiver.wire import Wire, part

NAMES = [
    ("plain.txt", "plain.txt"),
    ("Grüße 你好 🎉 עברית.txt", "Grüße 你好 🎉 עברית.txt"),
    ("../../../etc/passwd", "passwd"),
    ("..\\..\\windows\\system.ini", "system.ini"),
    ("/absolute/path.txt", "path.txt"),
    ("C:\\fakepath\\photo.jpg", "photo.jpg"),
    ("..", "__"),
    (".", "_"),
    (".bashrc", "_bashrc"),
    ("...hidden", "___hidden"),
    ("", "upload.bin"),
    ("folder/", "upload.bin"),
    ("   ", "upload.bin"),
    ("trailing. . ", "trailing"),
    ("line\nbreak\x00\x1b[31m\x7f\x85.txt", "line_break__[31m__.txt"),
    ("a\u2028b\u2029c\ud800.txt", "a_b_c_.txt"),
    ('st<a>r:s|"?*.txt', "st_a_r_s____.txt"),
    ("CON", "_CON"),
    ("nul.tar.gz", "_nul.tar.gz"),
    ("com1 .txt", "_com1 .txt"),
    ("LPT³", "_LPT³"),
    ("console.txt", "console.txt"),
    ("x" * 300 + ".tar", "x" * 196 + ".tar"),
    ("é" * 150 + ".txt", "é" * 98 + ".txt"),
    ("x." + "y" * 300, "x." + "y" * 198),
]


@pytest.mark.parametrize(("sent", "stored"), NAMES, ids=range(len(NAMES)))
def test_a_name_is_made_safe(sent: str, stored: str) -> None:
    assert safe_name(sent) == stored


texts = st.text(max_size=300) | st.text(st.sampled_from("./\\ \0aé:CON"), max_size=250)


@given(texts)
def test_any_name_becomes_one_component_that_is_safe_already(sent: str) -> None:
    name = safe_name(sent)
    assert name == safe_name(name)
    assert 0 < len(name.encode()) <= 200
    assert not set(name) & set("/\\\0")
    assert not name.startswith(".")
    assert os.path.basename(name) == name  # noqa: PTH119 - the plain string rule is the point


@given(texts, st.integers(2, 10_000))
def test_a_numbered_name_is_safe_too_and_keeps_its_suffix(sent: str, number: int) -> None:
    name = safe_name(sent)
    variant = numbered(name, number)
    assert variant == safe_name(variant)
    assert variant != name
    assert f" ({number})" in variant


def test_traversal_in_a_form_stays_in_the_folder(receiver: Receiver, wire: Wire) -> None:
    answer = wire.post_form(
        part(b"1", "f", "../../up.txt"), part(b"2", "f", "..\\..\\up.txt"), part(b"3", "f", "/")
    )
    assert [file["name"] for file in answer.json["files"]] == ["up.txt", "up (2).txt", "upload.bin"]
    assert answer.json["filename"] == "../../up.txt"
    assert {path.name for path in receiver.folder.parent.iterdir()} == {"received"}


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        ("/", "upload.bin"),
        ("/?name=x", "upload.bin"),
        ("/a/b%20c.txt", "b c.txt"),
        ("/..%2F..%2Fup.txt", "up.txt"),
        ("/%2e%2e", "__"),
        ("/a%00b", "a_b"),
        ("/100%", "100%"),
        ("/" + quote_from_bytes("né.txt".encode()), "né.txt"),
        ("/" + quote_from_bytes("né.txt".encode("latin-1")), "né.txt"),
        ("/né.txt", "né.txt"),
    ],
)
def test_a_raw_body_is_named_by_the_last_segment_of_its_address(
    receiver: Receiver, wire: Wire, path: str, stored: str
) -> None:
    assert wire.upload(path, b"x").json["name"] == stored
    assert [file.name for file in receiver.folder.iterdir()] == [stored]


def test_a_latin_1_file_name_in_a_form_is_read(wire: Wire) -> None:
    raw = part(b"x", "f", "NAME").replace(b"NAME", "né.txt".encode("latin-1"))
    assert wire.post_form(raw).json["filename"] == "né.txt"


def test_a_stored_file_is_never_overwritten(receiver: Receiver, wire: Wire) -> None:
    names = [wire.upload("/a.tar.gz", b"%d" % number).json["name"] for number in range(3)]
    assert names == ["a.tar.gz", "a.tar (2).gz", "a.tar (3).gz"]
    assert [(receiver.folder / name).read_bytes() for name in names] == [b"0", b"1", b"2"]


def test_a_folder_or_a_dangling_link_of_that_name_is_left_alone(
    receiver: Receiver, wire: Wire, tmp_path: Path
) -> None:
    (receiver.folder / "taken").mkdir()
    (receiver.folder / "link").symlink_to(tmp_path / "outside")
    assert wire.upload("/taken", b"x").json["name"] == "taken (2)"
    assert wire.upload("/link", b"x").json["name"] == "link (2)"
    assert not (tmp_path / "outside").exists()


def test_uploads_of_one_name_under_way_at_once_do_not_meet(receiver: Receiver) -> None:
    count = 8
    wires = [Wire(receiver.url) for _ in range(count)]
    for wire in wires:
        wire.start("PUT", "/same.txt", Content_Length="2")
        wire.send(b"%d" % wires.index(wire))
    wait_until(lambda: sum(file.stat().st_size for file in receiver.folder.iterdir()) == count)
    assert all(file.name.startswith(".") for file in receiver.folder.iterdir())
    together = threading.Barrier(count)
    answers: dict[int, str] = {}

    def finish(number: int) -> None:
        together.wait()
        wires[number].send(b"!")
        answers[number] = wires[number].answer().json["name"]

    threads = [threading.Thread(target=finish, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for wire in wires:
        wire.close()
    assert len(set(answers.values())) == count
    assert {number: (receiver.folder / name).read_text() for number, name in answers.items()} == {
        number: f"{number}!" for number in range(count)
    }
    assert len(list(receiver.folder.iterdir())) == count
