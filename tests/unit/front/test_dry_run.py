# SPDX-License-Identifier: MIT
"""What a dry run says while it looks for a long time."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from guiuploader import dry_run
from guiuploader.destinations.library import Library
from guiuploader.exit_codes import ALL_DONE
from guiuploader.sources.local_file import local_file
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.uploads.doubles import Look
from guiuploader.uploads.tasks import Intake
from guiuploader.values.secrets import SecretStore


def test_it_says_once_a_minute_how_many_there_are_as_yet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"12345")

    def find(look: Look, _stores: Stores, _going_on: Callable[[], bool]) -> Iterator[Intake]:
        for name in "abc":
            yield Intake(look.at([local_file(tmp_path / name)]), ())

    trial = dry_run.Trial(find, Library(tmp_path).meant("http://127.0.0.1:9/"), {}, again=False, data=None)
    stores = Stores(ConnectionLibrary(None), SecretStore(lambda: None))
    clock = map(float, count(0, 40))  # each look at it is 40 s after the last
    assert dry_run.tell(trial, stores, as_json=False, clock=lambda: next(clock)) == ALL_DONE
    assert capsys.readouterr().err.splitlines() == [
        "so far: 2 to send, 10 bytes",
        "Would send 3 files, 15 bytes. Nothing was sent.",
    ]
