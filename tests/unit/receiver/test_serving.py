# SPDX-License-Identifier: MIT
"""Stored files come back as attachments, and nothing else comes."""

import os
from pathlib import Path

import pytest

from guiuploader.receiver import Receiver
from tests.unit.receiver.wire import Answer, Wire


def get(wire: Wire, path: str, method: str = "GET") -> Answer:
    wire.start(method, path)
    return wire.answer(to_head=method == "HEAD")


@pytest.mark.parametrize("content", [b"", b"<script>", os.urandom(3_000_000)], ids=len)
def test_a_stored_file_is_served_as_an_attachment(receiver: Receiver, wire: Wire, content: bytes) -> None:
    link = wire.upload("/Gr%C3%BC%C3%9Fe%20(1).html", content).json["link"]
    assert link.isascii()
    path = link.removeprefix(receiver.url)
    for method in ("HEAD", "GET"):
        answer = get(wire, path, method)
        assert answer.status == 200
        assert answer.headers["Content-Length"] == str(len(content))
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == (
            "attachment; filename=\"Gr__e (1).html\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%281%29.html"
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.content == content


@pytest.mark.parametrize(
    "path",
    [
        "/files/",
        "/files/missing",
        "/files/.hidden",
        "/files/.upload-0123456789abcdef.part",
        "/files/link",
        "/files/folder",
        "/files/pipe",
        "/files/folder/inner",
        "/files/folder%2Finner",
        "/files/../secret",
        "/files/..%2Fsecret",
        "/files/%2e%2e%2fsecret",
        "/files/..",
        "/files/a%00",
        "/files/" + "x" * 300,
        "//etc/passwd",
        "/etc/passwd",
        "/secret",
    ],
)
def test_what_is_no_stored_file_is_404(receiver: Receiver, wire: Wire, path: str) -> None:
    (receiver.folder.parent / "secret").write_text("secret")
    for name in (".hidden", ".upload-0123456789abcdef.part"):
        (receiver.folder / name).write_text("secret")
    (receiver.folder / "link").symlink_to(receiver.folder.parent / "secret")
    (receiver.folder / "folder").mkdir()
    (receiver.folder / "folder" / "inner").write_text("secret")
    os.mkfifo(receiver.folder / "pipe")
    answer = get(wire, path)
    assert (answer.status, answer.complaint) == (404, "There is no such file here.")


def test_the_front_page_counts_and_names_nothing(wire: Wire) -> None:
    wire.upload("/private-name.txt", b"12345")
    answer = get(wire, "/")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"receiver" in answer.content
    assert b"1 files, 5 bytes" in answer.content
    assert b"private" not in answer.content


def test_a_get_with_a_body_is_refused(receiver: Receiver, wire: Wire) -> None:
    assert wire.upload("/x", b"abc", "GET").status == 400
    assert list(receiver.folder.iterdir()) == []


def test_a_file_that_vanishes_before_it_is_opened_is_404(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    wire.upload("/x", b"abc")

    def vanish(path: Path, mode: str) -> None:
        raise FileNotFoundError(path, mode)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", vanish)
        assert get(wire, "/files/x").status == 404
