# SPDX-License-Identifier: MIT
"""How a request body is delimited, and what happens where it is not."""

import hashlib
import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.receiver import Receiver
from guiuploader.receiver.body import ChunkedBody
from guiuploader.receiver.refusal import Refusal
from tests.helpers.waiting import wait_until
from tests.unit.receiver.wire import FORM_TYPE, Wire, chunked, form, part

LARGE = os.urandom(700_000)  # several reads


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW!"])
@pytest.mark.parametrize("content", [b"", b"a", LARGE], ids=len)
def test_a_body_of_any_method_is_stored_with_its_hash(
    receiver: Receiver, wire: Wire, method: str, content: bytes
) -> None:
    answer = wire.upload("/some/where/data.bin?key=1", content, method, Content_Type="image/png")
    assert answer.status == 201
    link = f"{receiver.url}/files/data.bin"
    assert answer.headers["Location"] == link
    file = {
        "link": link,
        "name": "data.bin",
        "filename": "data.bin",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "field": None,
        "content_type": "image/png",
    }
    assert answer.json == {**file, "fields": {}, "files": [file]}
    assert (receiver.folder / "data.bin").read_bytes() == content


def test_a_chunked_body_is_stored_without_its_framing(receiver: Receiver, wire: Wire) -> None:
    wire.start("POST", "/c.bin", Transfer_Encoding="Chunked")
    wire.send(b'3;name=value;q="x y"\r\nabc\r\n00A \r\n0123456789\r\n' + chunked(LARGE)[:-2])
    wire.send(b"Trailer: read\r\nAnother: too\r\n\r\n")
    assert wire.answer().json["size"] == 13 + len(LARGE)
    assert (receiver.folder / "c.bin").read_bytes() == b"abc0123456789" + LARGE


def test_a_chunked_form_is_stored(receiver: Receiver, wire: Wire) -> None:
    body = form(part(b"7", "id"), part(LARGE, "file", "f.bin"))
    wire.start("POST", "/", Content_Type=FORM_TYPE, Transfer_Encoding="chunked")
    wire.send(chunked(*(body[at : at + 9999] for at in range(0, len(body), 9999))))
    assert wire.answer().json["fields"] == {"id": "7"}
    assert (receiver.folder / "f.bin").read_bytes() == LARGE


@pytest.mark.parametrize(
    "bad",
    [
        b"\r\nabc\r\n",
        b"g\r\n",
        b"-1\r\n",
        b"+3\r\nabc\r\n",
        b"0x3\r\nabc\r\n",
        b"1_0\r\n",
        b" 3\r\nabc\r\n",
        b"3\nabc\n",
        b"3\r\nabcd\r\n",
        b"3\r\nabcXX0\r\n\r\n",
        b"3\r\nabc\n0\r\n\r\n",
        b"3;\x00\r\nabc\r\n",
        b"1" * 16 + b"\r\n",
        b"3;" + b"x" * 5000,
        b"0\r\nX: bare line feed\n\r\n",
        b"0\r\n" + b"X: y\r\n" * 200,
        b"0\r\nX: " + b"y" * 5000,
    ],
    ids=lambda bad: repr(bad[:24]),
)
def test_bad_chunk_framing_is_refused_and_leaves_nothing(receiver: Receiver, wire: Wire, bad: bytes) -> None:
    wire.start("POST", "/c.bin", Transfer_Encoding="chunked")
    wire.send(b"2\r\nok\r\n" + bad)
    wire.socket.shutdown(socket.SHUT_WR)
    answer = wire.answer()
    assert answer.status == 400
    assert answer.complaint
    assert answer.headers["Connection"] == "close"
    assert wire.is_ended()
    assert list(receiver.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (400, "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
        (400, "Content-Length: 3\r\nContent-Length: 3\r\n"),
        (400, "Content-Length: 3, 3\r\n"),
        (400, "Content-Length: -3\r\n"),
        (400, "Content-Length: +3\r\n"),
        (400, "Content-Length: three\r\n"),
        (400, "Content-Length: ٣\r\n"),
        (400, "Content-Length : 3\r\n"),
        (501, "Transfer-Encoding: gzip, chunked\r\n"),
        (501, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        (501, "Transfer-Encoding: identity\r\n"),
        (411, ""),
        (431, "".join(f"X-{number}: y\r\n" for number in range(200))),
        (431, f"X: {'y' * 70_000}\r\n"),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else None,
)
def test_unclear_framing_is_refused(receiver: Receiver, wire: Wire, status: int, headers: str) -> None:
    wire.send(f"POST /x HTTP/1.1\r\nHost: {wire.host}\r\n{headers}\r\n".encode())
    answer = wire.answer()
    assert answer.status == status
    assert answer.complaint
    assert list(receiver.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (400, "P(ST /x HTTP/1.1"),
        (400, "POST x HTTP/1.1"),
        (400, "POST http://127.0.0.1/x HTTP/1.1"),
        (400, "POST /x y HTTP/1.1"),
        (400, "POST /x HTTP/one"),
        (414, "POST /" + "x" * 70_000 + " HTTP/1.1"),
        (505, "POST /x HTTP/2.0"),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else None,
)
def test_a_malformed_request_line_is_refused_in_json(wire: Wire, status: int, line: str) -> None:
    wire.send(f"{line}\r\nHost: {wire.host}\r\nContent-Length: 0\r\n\r\n".encode())
    answer = wire.answer()
    assert answer.status == status
    assert answer.complaint
    assert wire.is_ended()


def test_an_http_1_0_upload_is_stored_and_the_connection_ends(receiver: Receiver, wire: Wire) -> None:
    wire.send(f"PUT /old.txt HTTP/1.0\r\nHost: {wire.host}\r\nContent-Length: 3\r\n\r\nold".encode())
    assert wire.answer().status == 201
    assert wire.is_ended()
    assert (receiver.folder / "old.txt").read_bytes() == b"old"


def test_chunks_do_not_exist_in_http_1_0(wire: Wire) -> None:
    wire.send(f"PUT /old.txt HTTP/1.0\r\nHost: {wire.host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    assert wire.answer().status == 400


@pytest.mark.parametrize("body", [b"PUT", b"POST"])
def test_two_uploads_and_a_refusal_share_one_connection(receiver: Receiver, wire: Wire, body: bytes) -> None:
    assert wire.upload("/one", body).status == 201
    wire.start("GET", "/files/nothing")
    assert wire.answer().status == 404
    wire.start("PUT", "/two", Transfer_Encoding="chunked")
    wire.send(chunked(b"2", b"3") + b"GET / HTTP/1.1\r\nHost: " + wire.host.encode() + b"\r\n\r\n")
    assert wire.answer().status == 201
    assert wire.answer().status == 200
    assert {file.name: file.read_bytes() for file in receiver.folder.iterdir()} == {"one": body, "two": b"23"}


def test_a_client_that_expects_continue_is_told_to_go_on(wire: Wire) -> None:
    wire.start("PUT", "/x", Content_Length="3", Expect="100-continue")
    assert wire.incoming.readline() == b"HTTP/1.1 100 Continue\r\n"
    assert wire.incoming.readline() == b"\r\n"
    wire.send(b"abc")
    assert wire.answer().status == 201


def test_a_client_that_expects_continue_is_refused_without_it(wire: Wire) -> None:
    wire.start("PUT", "/x", Content_Length=str(2**60), Expect="100-continue")
    assert wire.answer().status == 507


def test_an_unknown_expectation_is_refused(receiver: Receiver, wire: Wire) -> None:
    wire.start("PUT", "/x", Content_Length="3", Expect="applause")
    assert wire.answer().status == 417
    assert list(receiver.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content_Length": "700000"}, LARGE[:-1]),
        ({"Content_Length": "9"}, b""),
        ({"Transfer_Encoding": "chunked"}, b"ffff\r\nabc"),
        ({"Transfer_Encoding": "chunked"}, b"3\r\nabc\r\n"),
        ({"Transfer_Encoding": "chunked"}, b"3\r\nabc\r\n0\r\n"),
        ({"Content_Length": "9999", "Content_Type": FORM_TYPE}, form(part(b"abc", "file", "a"))),
        ({"Content_Length": "9999", "Content_Type": FORM_TYPE}, form(part(b"abc", "file", "a"))[:-8]),
    ],
    ids=range(7),
)
def test_a_cut_body_gets_400_and_leaves_nothing(
    receiver: Receiver, wire: Wire, headers: dict[str, str], body: bytes
) -> None:
    wire.start("POST", "/cut", **headers)
    wire.send(body)
    wire.socket.shutdown(socket.SHUT_WR)
    answer = wire.answer()
    assert (answer.status, answer.complaint) == (
        400,
        "The connection ended before the whole body had arrived.",
    )
    assert list(receiver.folder.iterdir()) == []


def test_bytes_that_came_with_the_head_are_stored_before_more_come(receiver: Receiver, wire: Wire) -> None:
    wire.send(f"PUT /x HTTP/1.1\r\nHost: {wire.host}\r\nContent-Length: 700000\r\n\r\nabc".encode())
    wait_until(lambda: [file.stat().st_size for file in receiver.folder.iterdir()] == [3])


def test_a_reset_connection_leaves_nothing(receiver: Receiver, wire: Wire) -> None:
    wire.start("PUT", "/cut", Content_Length="700000")
    wire.send(LARGE[:300_000])
    wait_until(lambda: any(file.stat().st_size for file in receiver.folder.iterdir()))
    temporary = next(receiver.folder.iterdir()).name
    assert temporary.startswith(".cut-")
    assert temporary.endswith(".part")
    wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    wire.close()
    wait_until(lambda: not list(receiver.folder.iterdir()))


@given(content=st.binary(max_size=300), cuts=st.lists(st.integers(1, 60), min_size=1))
def test_chunks_of_any_size_give_the_content_back(content: bytes, cuts: list[int]) -> None:
    pieces, rest = [], content
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    assert read_chunked(chunked(*filter(None, [*pieces, rest]))) == content


@given(content=st.binary(min_size=1, max_size=300), data=st.data())
def test_a_chunked_body_cut_anywhere_is_refused(content: bytes, data: st.DataObject) -> None:
    whole = chunked(content)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(Refusal):
        read_chunked(whole[:cut])


def read_chunked(wire_bytes: bytes) -> bytes:
    """Send bytes through a real socket pair and read them as a chunked body."""
    sender, taker = socket.socketpair()
    with sender, taker, taker.makefile("rb") as stream:
        sender.sendall(wire_bytes)
        sender.shutdown(socket.SHUT_WR)
        body = ChunkedBody(stream)
        content = b"".join(bytes(piece) for piece in iter(body.read, b""))
        assert not body.read()  # the end stays the end
        return content
