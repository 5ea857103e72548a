# SPDX-License-Identifier: MIT
"""How the history is written down, for people and for programs: a line for each upload."""

import msgspec

from guiuploader.uploads.ledger_rows import Row
from guiuploader.values.quantities import size_text
from guiuploader.values.redact import printable
from guiuploader.values.states import State


def line(row: Row) -> str:
    """Return when, how, what and where to, in one line."""
    when = (row.finished or row.added).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    size = "" if row.source.size is None else f" ({size_text(row.source.size)})"
    found = _link(row)
    link = f"  {found}" if found else ""
    said = "  (you said that it arrived)" if _confirmed_by(row) == "person" else ""
    place = printable(row.destination.name)
    return f"{when}  {row.state:11}  {printable(row.source.location)}{size}  to {place}{link}{said}"


def json_line(row: Row) -> str:
    """Return the same and more as one JSON object."""
    receipt, problem = row.receipt, row.problem
    fields = {
        "id": row.id,
        "state": row.state,
        "source": row.source.location,
        "destination": row.destination.name,
        "size": row.source.size,
        "confirmed_by": _confirmed_by(row),
        "status": receipt.reply.status if receipt else problem.status if problem else None,
        "link": _link(row),
        "sha256": receipt.sha256 if receipt else None,
        "md5": receipt.md5 if receipt else None,
        "attempts": row.attempts,
        "error": problem.code if problem else None,
        "added": row.added.isoformat(),
        "finished": row.finished.isoformat() if row.finished else None,
    }
    return msgspec.json.encode(fields).decode()


def _confirmed_by(row: Row) -> str | None:
    """Return who said that it arrived: the server, or, where that never did, the person."""
    if row.state is not State.DONE:
        return None
    return "server" if row.receipt else "person"


def _link(row: Row) -> str | None:
    """Return the link that the server gave, for a skipped file the time before."""
    if row.receipt is not None:
        return row.receipt.link
    known = row.problem.facts.get("link") if row.problem else None
    return str(known) if known else None
