# SPDX-License-Identifier: MIT
"""A running receiver with an empty folder, and a socket to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from guiuploader.receiver import Receiver
from tests.unit.receiver.wire import Wire


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with Receiver(tmp_path / "received") as receiver:
        yield receiver


@pytest.fixture
def wire(receiver: Receiver) -> Iterator[Wire]:
    with Wire(receiver.url) as wire:
        yield wire
