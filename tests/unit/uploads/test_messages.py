# SPDX-License-Identifier: MIT
"""What travels between a second start and the instance: whole, small, and nothing else."""

import os
import struct
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.destinations.library import from_url
from guiuploader.sources.store_address import Place, parse_address
from guiuploader.uploads.messages import (
    LARGEST_ANSWER,
    LARGEST_REQUEST,
    VERSION,
    Accepted,
    AddFiles,
    Answer,
    Ended,
    Event,
    MessageError,
    NoWindow,
    Refused,
    Request,
    Resume,
    Show,
    Stop,
    add_files,
    answer_frames,
    framed,
    request_frames,
)
from guiuploader.values.errors import DestinationError

TO = from_url("http://127.0.0.1/")
REQUESTS: list[Request] = [
    AddFiles(paths=(b"/a", b"/\xff\xfe"), destination=TO, variables={"id": "7"}, follow=True, again=True),
    Resume(),
    Show(),
    Stop(),
]
ANSWERS: list[Answer] = [
    Accepted(),
    Event(line='{"event":"queued"}'),
    Ended(code=1),
    Refused(reason="no"),
    NoWindow(),
]


def frame(content: bytes, *, version: int = VERSION) -> bytes:
    return struct.pack(">HI", version, len(content)) + content


def test_every_message_arrives_as_it_was() -> None:
    sent = b"".join(map(framed, REQUESTS))
    assert list(request_frames().feed(sent)) == REQUESTS
    assert list(answer_frames().feed(b"".join(map(framed, ANSWERS)))) == ANSWERS


@given(st.lists(st.sampled_from(REQUESTS), max_size=5), st.lists(st.integers(0, 400), max_size=8))
def test_it_does_not_matter_in_which_pieces_they_come(requests: list[Request], cuts: list[int]) -> None:
    sent, frames = b"".join(map(framed, requests)), request_frames()
    heard: list[Request] = []
    edges = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    for start, end in pairwise(edges):
        heard += frames.feed(sent[start:end])
    assert heard == requests
    assert not frames.is_partial


def test_one_that_has_begun_is_known_as_such() -> None:
    frames = request_frames()
    assert list(frames.feed(framed(Show())[:-1])) == []
    assert frames.is_partial


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (frame(b"", version=VERSION + 1), "it speaks version 2, this program version 1"),
        (struct.pack(">HI", VERSION, LARGEST_REQUEST + 1), "a message of 1048577 bytes is too large"),
        (frame(b""), "what it said makes no sense"),
        (frame(b"\xc1"), "what it said makes no sense"),
        (frame(b"\x91" * 100_000), "what it said makes no sense"),
        (frame(msgspec.msgpack.encode({"type": "Format"})), "what it said makes no sense"),
        (frame(msgspec.msgpack.encode({"type": "Show", "more": 1})), "what it said makes no sense"),
        (frame(msgspec.msgpack.encode({"type": "Accepted"})), "what it said makes no sense"),
        (frame(msgspec.msgpack.encode({"type": "AddFiles", "paths": [b"a"]})), "what it said makes no sense"),
        (
            frame(msgspec.msgpack.encode({"type": "AddFiles", "paths": [b"/\0"]})),
            "what it said makes no sense",
        ),
        (b"GET / HTTP/1.1\r\n\r\n", "it speaks version 18245, this program version 1"),
    ],
)
def test_what_is_no_message_of_ours_is_an_error(data: bytes, reason: str) -> None:
    with pytest.raises(MessageError) as caught:
        list(request_frames().feed(data))
    assert str(caught.value) == reason


def test_a_destination_must_keep_the_rules() -> None:
    good = msgspec.to_builtins(AddFiles(paths=(), destination=TO))
    bad = {**good, "destination": {**good["destination"], "url": "file:///etc"}}
    with pytest.raises(MessageError):
        list(request_frames().feed(frame(msgspec.msgpack.encode(bad))))
    with pytest.raises(DestinationError):
        AddFiles(paths=(), destination=msgspec.structs.replace(TO, method="no word"))


def test_what_is_too_large_is_not_sent() -> None:
    with pytest.raises(MessageError):
        framed(AddFiles(paths=(b"/" * LARGEST_REQUEST,)))
    with pytest.raises(MessageError):
        framed(Event(line="x" * LARGEST_ANSWER))
    assert list(answer_frames().feed(framed(Event(line="x" * LARGEST_REQUEST))))


@given(st.binary(max_size=200))
def test_no_bytes_are_too_much(data: bytes) -> None:
    for content in (data, frame(data)):
        try:
            heard: list[Request | Answer] = list(request_frames().feed(content))
        except MessageError:
            continue
        assert heard == [] or isinstance(heard[0], Request)


def test_many_files_go_in_several_messages_of_one_batch() -> None:
    paths = [Path("/", "folder" * 10, f"{number}") for number in range(20_000)]
    paths.append(Path(os.fsdecode(b"/\xff")))
    messages = list(add_files(paths, destination=TO, variables={"id": "7"}, follow=True))
    assert len(messages) > 1
    assert [message.more for message in messages] == [True] * (len(messages) - 1) + [False]
    assert [path for message in messages for path in message.files] == paths
    assert {message.variables["id"] for message in messages} == {"7"}
    assert all(message.follow and message.destination == TO for message in messages)
    assert max(len(framed(message)) for message in messages) < LARGEST_REQUEST


def test_paths_are_whole_wherever_the_program_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (message,) = add_files([Path("a.bin")])
    assert message.files == (tmp_path / "a.bin",)


def test_no_files_are_a_message_too() -> None:
    assert list(add_files([])) == [AddFiles(paths=())]


def test_addresses_of_objects_travel_with_the_files_in_their_order() -> None:
    places: list[Place] = [Path("/a"), parse_address("s3://minio@bucket/é //b"), Path("/c")]
    (message,) = add_files(places)
    (again,) = request_frames().feed(framed(message))
    assert isinstance(again, AddFiles)
    assert list(again.files) == places


@pytest.mark.parametrize("path", [b"s3:///x", b"s3:/bucket/x", b"a"])
def test_what_is_neither_a_whole_path_nor_an_address_is_refused(path: bytes) -> None:
    content = msgspec.msgpack.encode({"type": "AddFiles", "paths": [path]})
    with pytest.raises(MessageError):
        list(request_frames().feed(struct.pack(">HI", VERSION, len(content)) + content))
