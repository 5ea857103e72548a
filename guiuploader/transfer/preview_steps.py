# SPDX-License-Identifier: MIT
"""The requests of an upload that is several, as jobs to be shown: what only a reply tells has its name."""

from collections.abc import Iterator
from dataclasses import replace

from guiuploader.transfer.control import Control
from guiuploader.transfer.job import Job
from guiuploader.transfer.parts import PartFacts, parts_of
from guiuploader.transfer.slice import Slice
from guiuploader.transfer.step_requests import for_part, for_step, storing_step
from guiuploader.values.functions import RequestScope

Shown = tuple[str, Job, RequestScope]
"""A title, what is sent, and what its templates draw on."""


def shown_requests(job: Job, general: RequestScope) -> Iterator[Shown]:
    """Yield each request in order; of more than two parts, the first and the last."""
    destination, storing = job.destination, storing_step(job.destination)
    around = replace(general, step=_of_a_reply, part=_of_a_part, parts=1)
    for step in destination.before:
        sent = for_step(destination, step, signs=True, stores=False)
        yield f"Step “{step.name}”", replace(job, destination=sent, sources=()), around
    size = job.sources[0].size if job.sources else None
    parts = parts_of(size, destination.parts.size)
    for part in (parts[0], *parts[-1:])[: len(parts)]:
        sent = for_part(destination, stores=part.is_last and not storing)
        title = f"Part {part.number} of {part.count}" if part.count > 1 else "The file"
        if not job.sources:
            yield "The request itself", replace(job, destination=sent), around
            continue
        content = Slice(job.sources[0], part.offset, part.length, Control(), _unwatched)
        facts = PartFacts(part, content)
        scope = replace(around, part=lambda name, _, facts=facts: facts[name])  # type: ignore[misc] # bound at once
        yield title, replace(job, destination=sent, sources=(content,)), scope
    for step in destination.after:
        sent = for_step(destination, step, signs=True, stores=step.name == storing)
        yield f"Step “{step.name}”", replace(job, destination=sent, sources=()), around


def _of_a_reply(mention: str) -> str:
    return f"~{mention}~"


def _of_a_part(name: str, number: str) -> str:
    known = {"number": number, "index": str(int(number or 1) - 1)}
    return known.get(name, f"~part.{name}~")


def _unwatched(_: int, __: bytes) -> None:
    """Let it be read."""
