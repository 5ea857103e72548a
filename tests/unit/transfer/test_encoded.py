# SPDX-License-Identifier: MIT
"""A file in another writing: as long as was said, read in pieces, and the very bytes when it is read back."""

import base64
import email
import email.policy
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.network.session import READ_SIZE
from guiuploader.transfer.control import Control
from guiuploader.transfer.encoded import LINE, Base64, Encoded, Escaped
from guiuploader.transfer.file_bytes import FileBytes
from guiuploader.transfer.throttle import Limit
from guiuploader.values.errors import ErrorCode, SourceError
from tests.helpers.scripted_server import Request, ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import Heard, MemoryReader, MemorySource, Stage, to

PART = 'body = "{kind}"\n[multipart]\npart_headers = {{ Content-Transfer-Encoding = "base64" }}'


class Stingy(io.BytesIO):
    """A file that gives less than it is asked for, as a network drive may."""

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__(content)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._most if size is None or size < 0 else min(size, self._most))


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(201))


def file_of(content: bytes, *, most: int = 1 << 20, rate: int = 0) -> FileBytes:
    source = MemorySource(content, reader=MemoryReader(Stingy(content, most)))
    return FileBytes(source.open(), source, Control((Limit(rate),) if rate else ()))


def read_out(encoded: Encoded, size: int) -> bytes:
    """Read to the end, each block being neither empty nor larger than what was asked for."""
    blocks = []
    while encoded.len:
        left = encoded.len
        blocks.append(encoded.read(size))
        assert 0 < len(blocks[-1]) <= size
        assert encoded.len == left - len(blocks[-1])
    return b"".join(blocks)


def content(size: int) -> bytes:
    return bytes(number * 7 % 256 for number in range(size))


@pytest.mark.parametrize("line", [LINE, None])
def test_every_size_is_as_long_as_was_said_and_decodes_to_the_file(line: int | None) -> None:
    for size in range(201):
        encoder = Base64(line=line)
        length = encoder.length(size)
        text = read_out(Encoded(file_of(content(size), most=50), encoder, length), 33)
        assert len(text) == length
        assert base64.b64decode(text) == content(size)
        lines = text.split(b"\r\n")
        assert b"\n" not in b"".join(lines)
        if line is None:
            assert len(lines) == 1
        else:
            assert all(len(each) == 76 for each in lines[:-1])
            assert len(lines[-1]) <= 76


@given(st.binary(max_size=30_000), st.integers(1, 9000), st.integers(1, 9000), st.sampled_from([LINE, None]))
def test_no_size_of_blocks_changes_a_byte(data: bytes, most: int, size: int, line: int | None) -> None:
    encoder = Base64(line=line)
    text = read_out(Encoded(file_of(data, most=most), encoder, encoder.length(len(data))), size)
    wide = 76 if line else len(text) or 1
    whole = base64.b64encode(data)
    assert text == b"\r\n".join(whole[at : at + wide] for at in range(0, len(whole), wide))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 9), st.integers(1, 20))
def test_an_escaped_text_has_the_length_that_was_measured(text: str, most: int, size: int) -> None:
    data = text.encode()
    blocks = [data[at : at + most] for at in range(0, len(data), most)]
    length = Escaped("json", as_base64=False).length(blocks)
    encoded = Encoded(file_of(data, most=most), Escaped("json", as_base64=False), length)
    assert json.loads(b'"' + read_out(encoded, size) + b'"') == text


@pytest.mark.parametrize("data", [b"\xff", b"abc\xc3", b"\xed\xa0\x80", b"\xc3(", b"a\x80"])
def test_what_is_no_utf_8_is_no_text(data: bytes) -> None:
    blocks = [data[at : at + 1] for at in range(len(data))]
    with pytest.raises(UnicodeDecodeError):
        Escaped("json", as_base64=False).length(blocks)
    assert Escaped("url", as_base64=True).length(blocks) >= 4


@pytest.mark.parametrize(
    ("measured", "now"),
    [(b'a"', b"ab"), (b"ab", b'a"'), (b"ab" * 5000, b'"' * 5000 + b"a" * 5000), (b"a" * 8192, b'"' * 8192)],
    ids=["shorter", "longer", "as long half-way", "as long after the first block"],
)
def test_another_file_than_the_measured_one_is_an_error_and_never_a_shorter_one(
    measured: bytes, now: bytes
) -> None:
    encoder = Escaped("json", as_base64=False)
    length = Escaped("json", as_base64=False).length([measured])
    with pytest.raises(SourceError) as caught:
        read_out(Encoded(file_of(now, most=4096), encoder, length), 4096)
    assert caught.value.problem.code is ErrorCode.SOURCE_CHANGED
    assert caught.value.index == 0


def decoded_part(request: Request) -> tuple[str, bytes]:
    """Return the name and the content of a form's file as Python's own reader of mails has them."""
    head = f"Content-Type: {request.header('Content-Type')}\r\n\r\n".encode()
    form = email.message_from_bytes(head + bytes(request.body), policy=email.policy.HTTP)
    assert not form.defects
    (part,) = form.iter_parts()
    assert part["Content-Transfer-Encoding"] == "base64"
    decoded = part.get_payload(decode=True)
    assert isinstance(decoded, bytes)
    return part.get_filename() or "", decoded


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 200_000, 3 * READ_SIZE + 5])
@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_a_base64_part_is_really_in_base64(
    stage: Stage, server: ScriptedServer, kind: str, size: int
) -> None:
    receipt = stage.send(to(f"{server.url}/up", PART.format(kind=kind)), MemorySource(content(size)))
    request = server.request()
    assert request.header("Content-Length") == str(len(request.body))
    assert decoded_part(request) == ("file.bin", content(size))
    assert receipt.size == size
    assert stage.heard.counts[-1] == size, "progress counts the file's bytes, not those of its writing"
    assert stage.heard.commit_points == 1


def test_a_base64_part_is_read_in_pieces(stage: Stage, server: ScriptedServer) -> None:
    source = MemorySource(content(1000) * 2000)
    stage.send(to(f"{server.url}/up", PART.format(kind="multipart")), source)
    assert max(source.reader.asked) <= READ_SIZE
    assert len(source.reader.asked) >= 2_000_000 // READ_SIZE
    assert decoded_part(server.request())[1] == content(1000) * 2000


def test_a_limit_cuts_the_reads_and_not_the_text(stage: Stage, server: ScriptedServer) -> None:
    source = MemorySource(content(100_001))
    job = stage.job(to(f"{server.url}/up", PART.format(kind="multipart")), source)
    stage.sender.send(job, Control((Limit(10_000_019),)), Heard())
    assert decoded_part(server.request())[1] == content(100_001)


def test_a_base64_part_that_ends_early_is_short(stage: Stage, server: ScriptedServer) -> None:
    source = MemorySource(content(300_000), size=300_001)
    problem = stage.fails(to(f"{server.url}/up", PART.format(kind="multipart")), source)
    assert (problem.code, problem.facts["missing"]) == (ErrorCode.SOURCE_SHORT, 1)
    assert not server.request().complete
