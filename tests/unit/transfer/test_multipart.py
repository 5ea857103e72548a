# SPDX-License-Identifier: MIT
"""The fast encoder gives the stock encoder's bytes, and does not touch a file's blocks on the way."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests_toolbelt import MultipartEncoder
from urllib3.fields import RequestField

from guiuploader.transfer.multipart import FormEncoder

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
small = st.one_of(st.binary(max_size=40), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
files = st.tuples(
    names,
    st.binary(max_size=300),
    st.sampled_from(["text/plain", "application/x-test"]),
    st.dictionaries(st.sampled_from(["X-One", "X-Two"]), st.sampled_from(["a", "é", ""])),
)
forms = st.lists(st.tuples(names, st.one_of(small, files)), max_size=6)
Field = tuple[str, object]


class Streamed:
    """A part that gives at most `at_once` bytes at a time and keeps what it gave."""

    def __init__(self, content: bytes, at_once: int = 1 << 20) -> None:
        self._content = io.BytesIO(content)
        self._at_once = at_once
        self.len = len(content)
        self.given: list[bytes] = []

    def read(self, size: int, /) -> bytes:
        data = self._content.read(min(size, self._at_once))
        self.len -= len(data)
        self.given.append(data)
        return data


def ours(form: list[Field], make: Callable[[bytes], object] = Streamed) -> FormEncoder:
    """Return our encoder with each file's content as a part that is read."""
    fields = []
    for name, value in form:
        content: object = value
        filename, kind, headers = None, None, dict[str, str]()
        if isinstance(value, tuple):
            filename, content, kind, *more = value
            content = make(content) if isinstance(content, bytes) else content
            headers = more[0] if more else {}
        field = RequestField(name, content, filename, headers)  # type: ignore[arg-type] # read later
        field.make_multipart(content_type=kind)
        fields.append(field)
    return FormEncoder(fields)


def stock(form: list[Field], like: FormEncoder) -> MultipartEncoder:
    """Return the stock encoder of the same form, with the same boundary."""
    files = [
        (name, (value[0], io.BytesIO(value[1]), *value[2:])) if isinstance(value, tuple) else (name, value)
        for name, value in form
    ]
    return MultipartEncoder(files, like.boundary_value)


def read_out(encoder: FormEncoder, sizes: list[int]) -> list[bytes]:
    """Read to the end with these sizes over and over."""
    blocks: list[bytes] = []
    while block := encoder.read(sizes[len(blocks) % len(sizes)]):
        blocks.append(block)
    return blocks


@given(forms, st.lists(st.integers(1, 400), min_size=1, max_size=4))
def test_every_form_is_the_stock_encoders_in_full_blocks(form: list[Field], sizes: list[int]) -> None:
    encoder = ours(form)
    expected = stock(form, encoder)
    assert (encoder.len, encoder.content_type) == (expected.len, expected.content_type)
    blocks = read_out(encoder, sizes)
    assert b"".join(blocks) == expected.to_string()
    assert len(b"".join(blocks)) == encoder.len
    assert all(len(block) == sizes[at % len(sizes)] for at, block in enumerate(blocks[:-1]))


@given(forms, st.integers(1, 400), st.integers(1, 50))
def test_a_part_that_gives_little_at_a_time_changes_no_byte(
    form: list[Field], size: int, at_once: int
) -> None:
    encoder = ours(form, lambda content: Streamed(content, at_once))
    assert b"".join(read_out(encoder, [size])) == stock(form, encoder).to_string()


@given(forms, st.integers(0, 400), st.integers(1, 50))
def test_a_negative_size_gives_all_that_is_left(form: list[Field], first: int, at_once: int) -> None:
    encoder = ours(form, lambda content: Streamed(content, at_once))
    begun = encoder.read(first)
    assert begun + encoder.read() == stock(form, encoder).to_string()
    assert (encoder.read(), encoder.read(5)) == (b"", b"")


def test_a_file_s_full_block_is_the_very_object_that_was_read() -> None:
    file = Streamed(b"x" * 1000)
    encoder = ours([("file", ("name", file, "text/plain"))])
    blocks = read_out(encoder, [100])
    assert sum(any(block is given for given in file.given) for block in blocks) >= 8


def test_a_small_form_is_one_block() -> None:
    form: list[Field] = [("a", "1"), ("b", "2"), ("file", ("name", Streamed(b"x" * 4096), "text/plain"))]
    encoder = ours(form)
    assert len(read_out(encoder, [64 * 1024])) == 1


def test_what_a_part_holds_back_holds_nothing_else_back() -> None:
    file = Streamed(b"x" * 30, at_once=10)
    encoder = ours([("file", ("name", file, "text/plain"))])
    blocks = read_out(encoder, [1000])
    assert blocks[0].endswith(b"\r\n\r\n" + b"x" * 10)
    assert blocks[1] == b"x" * 10
    assert blocks[2] == b"x" * 10 + f"\r\n--{encoder.boundary_value}--\r\n".encode()


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_long_text_is_read_like_a_part(size: int) -> None:
    form: list[Field] = [("text", "y" * 50_000)]
    encoder = ours(form)
    assert b"".join(read_out(encoder, [size])) == stock(form, encoder).to_string()
