# SPDX-License-Identifier: MIT
"""The hash is of the bytes that were sent, and what computes it ends with the transfer, however that ends."""

import hashlib
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.transfer.hashing import AHEAD, SMALL, Hasher, ThreadedHasher, hasher
from guiuploader.values.errors import ErrorCode, TransferCancelled
from tests.helpers.scripted_server import StartServer, answer
from tests.helpers.waiting import wait_until
from tests.unit.transfer.stage import MemorySource, Stage, Tripwire, to

KINDS = ["raw", "chunked", "multipart", "buffered"]
CONTENT = hashlib.shake_128(b"content").digest(3 * SMALL)


def helpers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "hash"]


@given(st.lists(st.binary(max_size=200), max_size=60), st.sampled_from(["sha256", "md5"]))
def test_both_ways_give_the_hash_of_all_blocks(blocks: list[bytes], algorithm: str) -> None:
    expected = hashlib.new(algorithm, b"".join(blocks)).hexdigest()
    for way in (Hasher, ThreadedHasher):
        made = way(algorithm)
        for block in blocks:
            made.update(block)
        assert made.hexdigest() == expected
        made.close()


@pytest.mark.parametrize("size", [0, SMALL, SMALL + 1, None])
def test_only_a_large_file_or_one_of_unknown_length_gets_a_thread(size: int | None) -> None:
    made = hasher("sha256", size)
    assert made is not None
    assert len(helpers()) == (size is None or size > SMALL)
    made.close()
    assert helpers() == []
    assert hasher("none", size) is None


def test_it_takes_only_so_much_in_advance() -> None:
    made = ThreadedHasher("sha256")
    gate = threading.Event()
    made._hash = Gated(gate)  # type: ignore[assignment] # one whose update waits
    taken: list[int] = []

    def feed() -> None:
        for number in range(100):
            made.update(b"x")
            taken.append(number)

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        wait_until(lambda: len(taken) == AHEAD)
    finally:
        gate.set()
        feeder.join()
    assert (made.hexdigest(), len(taken)) == ("100", 100)


def test_what_goes_wrong_in_the_thread_is_raised_to_whoever_asks() -> None:
    made = ThreadedHasher("sha256")
    made._hash = Gated(None)  # type: ignore[assignment] # one that fails
    with pytest.raises(MemoryError):  # noqa: PT012 - the block that finds it is a matter of time
        for _ in range(100):
            made.update(b"x")
        made.hexdigest()
    with pytest.raises(MemoryError):
        made.hexdigest()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_the_receipt_has_the_hash_that_was_asked_for(
    stage: Stage, scripted_server: StartServer, kind: str, algorithm: str
) -> None:
    server = scripted_server(answer(201))
    destination = to(f"{server.url}/up", f'body = "{kind}"\n[reply]\nhash = "{algorithm}"')
    for content in (b"", b"small", CONTENT):
        receipt = stage.send(destination, MemorySource(content))
        expected = hashlib.new(algorithm, content).hexdigest()
        found = {"sha256": receipt.sha256, "md5": receipt.md5}
        assert found == {"sha256": None, "md5": None, algorithm: expected}


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_file_is_hashed_beside_and_the_thread_ends_with_the_transfer(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    server = scripted_server(answer(201))
    during: list[int] = []
    reader = Tripwire(CONTENT, 1, lambda: during.append(len(helpers())))
    source = MemorySource(size=len(CONTENT), reader=reader)  # type: ignore[arg-type] # a reader as well
    receipt = stage.send(to(f"{server.url}/up", f'body = "{kind}"'), source)
    assert (during, helpers()) == ([1], [])
    assert receipt.sha256 == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_the_thread_ends_with_a_transfer_that_fails_or_is_cancelled(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    server = scripted_server(answer(201))
    destination = to(f"{server.url}/up", f'body = "{kind}"')
    short = MemorySource(CONTENT[:-1], size=len(CONTENT))
    assert stage.fails(destination, short).code is ErrorCode.SOURCE_SHORT
    assert helpers() == []
    reader = Tripwire(CONTENT, 2, stage.cancel)
    with pytest.raises(TransferCancelled):
        stage.send(destination, MemorySource(size=len(CONTENT), reader=reader))  # type: ignore[arg-type]
    assert helpers() == []


class Gated:
    """A hash that counts blocks, each of which waits for the gate; without one it fails."""

    def __init__(self, gate: threading.Event | None) -> None:
        self._gate = gate
        self._count = 0

    def update(self, _block: bytes) -> None:
        if self._gate is None:
            raise MemoryError
        self._gate.wait(10)
        self._count += 1

    def hexdigest(self) -> str:
        return str(self._count)
