# SPDX-License-Identifier: MIT
"""Our transfers in threads, without queue, window or report: what one file costs by itself.

`python transfers.py URL WORKERS FILE…` posts each file as a form and prints the seconds that took.
"""

import datetime as dt
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.toml_file import parse
from guiuploader.sources.local_file import LocalFile, local_file
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.job import Job
from guiuploader.transfer.receipt import Exchange
from guiuploader.transfer.send import Sender
from guiuploader.transfer.stage import Stage
from guiuploader.transfer.throttle import Limit
from guiuploader.values.secrets import SecretStore, no_keychain


class Unheard:
    """Takes what a transfer tells, and does nothing with it."""

    def progressed(self, sent: int, /) -> None:
        """Let it go on."""

    def resumed(self, at: int, /) -> None:
        """Let it go on."""

    def checkpoint(self, value: Checkpoint | None, /) -> None:
        """Let it go on."""

    def reading_ahead(self) -> None:
        """Let it go on."""

    def not_there(self) -> None:
        """Let it go on."""

    def before_commit_point(self) -> None:
        """Let it go on."""

    def entered(self, stage: Stage, /) -> None:
        """Let it go on."""

    def body_sent(self, sent: int, /) -> None:
        """Let it go on."""

    def went_out(self, whole: tuple[bool, ...], /) -> None:
        """Let it go on."""

    def exchanged(self, exchange: Exchange, /) -> None:
        """Let it go on."""


def main(destination: Destination, workers: int, files: list[LocalFile]) -> None:
    """Post all, each worker with a sender of its own."""
    started = time.perf_counter()

    def share(number: int) -> None:
        with closing(Sender(SecretStore(no_keychain))) as sender:
            for file in files[number::workers]:
                job = Job((file,), destination, {}, "bench", dt.datetime.now().astimezone())
                sender.send(job, Control((Limit(), Limit())), Unheard())

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(share, range(workers)))
    sys.stdout.write(f"{time.perf_counter() - started}\n")


if __name__ == "__main__":
    text = f"format = 1\nname = 'Bench'\nurl = '{sys.argv[1]}'\n[reply]\nhash = 'none'\n"
    given = [Path(word) for word in sys.argv[3:]]
    paths = [path for each in given for path in (sorted(each.iterdir()) if each.is_dir() else [each])]
    main(parse(text, called="bench"), int(sys.argv[2]), [local_file(path) for path in paths])
