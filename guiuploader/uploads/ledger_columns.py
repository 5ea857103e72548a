# SPDX-License-Identifier: MIT
"""The ledger's rows to and from columns."""

import datetime as dt
import sqlite3
from dataclasses import replace

from msgspec import UNSET

from guiuploader.sources.saved import restored, saved
from guiuploader.sources.source import Source
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.receipt import Receipt
from guiuploader.uploads.ledger_rows import Change, Row, Snapshot
from guiuploader.values.errors import Problem
from guiuploader.values.json_text import from_json, to_json
from guiuploader.values.states import ENDED, State

KEPT_OF_REPLY = 4096
"""Characters of a reply's body, and of its headers together, that the ledger keeps."""

Columns = dict[str, str | bytes | int | float | None]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_PLAIN = ("place", "repeats_are_safe", "idempotency_key", "attempts", "may_have_arrived", "sent", "again")


def columns_of(row: Row, destination: int, now: dt.datetime) -> Columns:
    """Return all columns of a new row, whose destination stands under this number."""
    return {
        "id": row.id,
        "run": row.run,
        "batch": row.batch,
        "destination": destination,
        "variables": to_json(row.variables),
        "uuid": row.uuid,
        "added": row.added.isoformat(),
        "place": row.place,
        "repeats_are_safe": row.repeats_are_safe,
        "idempotency_key": row.idempotency_key,
        "attempts": row.attempts,
        "may_have_arrived": row.may_have_arrived,
        "sent": row.sent,
        **_source(row.source),
        **_state(row.state, row.finished or now),
        "retry_at": _stamp(row.retry_at),
        "problem": problem_text(row.problem),
        **_receipt(row.receipt),
        "checkpoint": _checkpoint(row.checkpoint),
        "again": row.again,
    }


def changed_columns(change: Change, now: dt.datetime) -> Columns:
    """Return the columns that a change sets, without its destination's."""
    columns: Columns = {name: value for name in _PLAIN if (value := getattr(change, name)) is not UNSET}
    if change.source is not UNSET:
        columns |= _source(change.source)
    if change.state is not UNSET:
        columns |= _state(change.state, now)
    if change.retry_at is not UNSET:
        columns["retry_at"] = _stamp(change.retry_at)
    if change.problem is not UNSET:
        columns["problem"] = problem_text(change.problem)
    if change.receipt is not UNSET:
        columns |= _receipt(change.receipt)
    if change.checkpoint is not UNSET:
        columns["checkpoint"] = _checkpoint(change.checkpoint)
    return columns


def row_of(columns: sqlite3.Row, destination: Snapshot) -> Row:
    """Return the row that stands in these columns. Raises ValueError when this version cannot read it."""
    try:
        return Row(
            id=columns["id"],
            run=columns["run"],
            batch=columns["batch"],
            place=columns["place"],
            source=restored(columns["source"], columns["relpath"]),
            destination=destination,
            variables=from_json(columns["variables"], dict[str, str]),
            uuid=columns["uuid"],
            added=dt.datetime.fromisoformat(columns["added"]),
            state=State(columns["state"]),
            repeats_are_safe=bool(columns["repeats_are_safe"]),
            idempotency_key=columns["idempotency_key"],
            attempts=columns["attempts"],
            may_have_arrived=bool(columns["may_have_arrived"]),
            sent=columns["sent"],
            retry_at=moment(columns["retry_at"]),
            problem=columns["problem"] and from_json(columns["problem"], Problem),
            receipt=columns["receipt"] and from_json(columns["receipt"], Receipt),
            finished=moment(columns["finished"]),
            checkpoint=columns["checkpoint"] and from_json(columns["checkpoint"], Checkpoint),
            again=bool(columns["again"]),
        )
    except TypeError as error:
        raise ValueError(str(error)) from error


def stamp(moment: dt.datetime) -> int:
    """Return a time in microseconds since 1970, as the ledger keeps those that are compared."""
    return (moment - _EPOCH) // _MICROSECOND


def _source(source: Source) -> Columns:
    kept = saved(source)
    return {
        "source": kept.text,
        "relpath": kept.relpath,
        "same": kept.identity,
        "location": source.location,
    }


def _state(state: State, now: dt.datetime) -> Columns:
    return {"state": state.value, "finished": stamp(now) if state in ENDED else None}


def problem_text(problem: Problem | None) -> str | None:
    """Return a problem as JSON."""
    return None if problem is None else to_json(problem)


def _receipt(receipt: Receipt | None) -> Columns:
    if receipt is None:
        return {"receipt": None, "link": None}
    return {"receipt": to_json(_capped(receipt)), "link": receipt.link}


def _checkpoint(checkpoint: Checkpoint | None) -> str | None:
    return None if checkpoint is None else to_json(checkpoint)


def _capped(receipt: Receipt) -> Receipt:
    reply, headers, length = receipt.reply, [], 0
    for name, value in reply.headers:
        length += len(name) + len(value)
        if length > KEPT_OF_REPLY:
            break
        headers.append((name, value))
    truncated = reply.truncated or len(reply.body) > KEPT_OF_REPLY
    kept = replace(reply, headers=tuple(headers), body=reply.body[:KEPT_OF_REPLY], truncated=truncated)
    return replace(receipt, reply=kept)


def _stamp(moment: dt.datetime | None) -> int | None:
    return None if moment is None else stamp(moment)


def moment(microseconds: int | None) -> dt.datetime | None:
    """Return the time that stands in such a column."""
    return None if microseconds is None else _EPOCH + microseconds * _MICROSECOND
