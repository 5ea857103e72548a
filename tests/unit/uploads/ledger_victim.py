# SPDX-License-Identifier: MIT
"""Works with a ledger until it is killed, and says on standard output what it was promised: one line each.

`added`, `done` and `marked` are said when they are durable, `marking` before the mark is asked for.
"""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_rows import Change
from guiuploader.uploads.ledger_writer import Ticket
from guiuploader.values.states import State
from tests.unit.uploads.ledger_scene import ended, never, receipt, row

WORKERS = 3
ADDED_TOGETHER = 4


def say(word: str, upload_id: int) -> None:
    """Write a line at once and whole."""
    os.write(sys.stdout.fileno(), f"{word} {upload_id}\n".encode())


def once_durable(word: str, *ids: int) -> Callable[[Ticket], None]:
    """Return a callback that says so when the ticket kept its promise."""

    def tell(ticket: Ticket) -> None:
        ticket.result()
        for upload_id in ids:
            say(word, upload_id)

    return tell


def work(ledger: Ledger, ids: SimpleQueue[int]) -> None:
    """Take rows through an attempt each, as a worker does."""
    while True:
        upload_id = ids.get()
        start = Change(id=upload_id, state=State.UPLOADING, attempts=1, may_have_arrived=False)
        ledger.update([start])
        say("marking", upload_id)
        ledger.mark([upload_id], given_up=never)
        say("marked", upload_id)
        done = ledger.update([ended(upload_id, State.DONE, sent=upload_id, receipt=receipt(upload_id))])
        done.add_done_callback(once_durable("done", upload_id))


def main() -> None:
    """Add rows for the workers, without end."""
    ledger = Ledger(Path(sys.argv[1]))
    ids: SimpleQueue[int] = SimpleQueue()
    for _ in range(WORKERS):
        threading.Thread(target=work, args=(ledger, ids), daemon=True).start()
    while True:
        new = ledger.new_ids(ADDED_TOGETHER)
        ticket = ledger.add([row(number, run=ledger.run) for number in new])
        ticket.add_done_callback(once_durable("added", *new))
        ticket.result()
        for number in new:
            ids.put(number)


if __name__ == "__main__":
    main()
