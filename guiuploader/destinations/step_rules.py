# SPDX-License-Identifier: MIT
"""What steps and parts must be: named, at the destination's own server, and speaking of what was before."""

import re
from collections.abc import Iterator, Mapping, Sequence

from guiuploader.destinations.destination import BodyKind, Destination, origin_of
from guiuploader.destinations.names import (
    CONTROL,
    TOKEN,
    check_header_names,
    check_pair_names,
    check_refusals,
)
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.step import Step
from guiuploader.destinations.texts import Text, request_texts
from guiuploader.values.functions import CONTENT_FUNCTIONS, FILE, PARTS
from guiuploader.values.template import Call, TemplateError, compile_template

SMALLEST_PART = 64 * 1024
"""Bytes; smaller parts would cost more in answers than they save."""

MOST_PARALLEL = 16
"""Parts of one file at once."""

PART_FACTS = ("number", "index", "count", "offset", "end", "length", "last", "md5", "sha256")
"""What is known of a part when it goes."""

_LISTED_FACTS = ("number", "index")  # what is known of it when it went, besides what its reply gave

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_FROM_A_STEP = re.compile(r"\{\s*step:")


def check_steps(destination: Destination) -> None:
    """Check the tables [[before]], [parts] and [[after]]. Raises RuleBroken."""
    given = _check_names(destination)
    for key, step in _numbered(destination):
        _check_step(key, step, destination)
    _check_parts(destination, given)
    for text in request_texts(destination):
        _check_mentions(text, destination, given)
    if destination.has_steps:
        if destination.body in {BodyKind.TUS, BodyKind.OBJECT_STORE}:
            raise RuleBroken("body", f'cannot be "{destination.body}" beside steps and parts of your own')
        if destination.is_form and destination.multipart.files_per_request > 1:
            raise RuleBroken("multipart.files_per_request", "must be 1 beside steps and parts")


def _numbered(destination: Destination) -> Iterator[tuple[str, Step]]:
    for table, steps in (("before", destination.before), ("after", destination.after)):
        for number, step in enumerate(steps, 1):
            yield f"{table}[{number}]", step


def _check_names(destination: Destination) -> Mapping[str, Sequence[str]]:
    """Return what each step gives, by its name."""
    given: dict[str, Sequence[str]] = {}
    for key, step in _numbered(destination):
        if not _NAME.fullmatch(step.name):
            raise RuleBroken(f"{key}.name", "must be a letter, then letters, digits, “-” and “_”")
        if step.name in given:
            raise RuleBroken(f"{key}.name", f"“{step.name}” is another step's name")
        given[step.name] = tuple(step.gives)
    return given


def _check_step(key: str, step: Step, destination: Destination) -> None:
    if not TOKEN.fullmatch(step.method):
        raise RuleBroken(f"{key}.method", "must be a word like POST, PUT or PATCH")
    _check_address(f"{key}.url", step.url, destination)
    check_header_names(f"{key}.headers", step.headers)
    for name in step.headers:
        if name.lower() in {"content-length", "transfer-encoding", "host"}:
            raise RuleBroken(f"{key}.headers.{name}", "is set by guiuploader, as the body needs it")
        if name.lower() == "content-type" and (step.text or step.fields):
            raise RuleBroken(f"{key}.headers.{name}", "is set by the body; write content_type instead")
    check_pair_names(f"{key}.query", step.query)
    check_pair_names(f"{key}.fields", step.fields)
    if step.text and step.fields:
        raise RuleBroken(f"{key}.fields", "stands beside text; a step has one body")
    if step.content_type and not step.text:
        raise RuleBroken(f"{key}.content_type", "is not used without text")
    for name in step.gives:
        if not _NAME.fullmatch(name):
            raise RuleBroken(
                f"{key}.gives.{name}", "must be named by a letter, then letters, digits, “-”, “_”"
            )
    check_refusals(f"{key}.accepts", step.accepts)
    if step.stores and not key.startswith("after"):
        raise RuleBroken(f"{key}.stores", "can stand in [[after]] only: before that the file is not there")


def _check_address(key: str, url: str, destination: Destination) -> None:
    """Check an address that may begin with what a step gave; else it is one at the destination's server."""
    if not url or url.startswith("/") or _FROM_A_STEP.match(url):
        if url.startswith("//"):
            raise RuleBroken(key, "must begin with one “/” for a path at the destination's server")
        return
    try:
        is_ours = origin_of(url) == destination.origin.partition("+")[0]
    except ValueError:
        is_ours = False
    if not is_ours:
        raise RuleBroken(
            key, "must begin with “/”, with the destination's own server, or with “{step:…}” from a reply"
        )
    if CONTROL.search(url) or any(char.isspace() for char in url) or "#" in url:
        raise RuleBroken(key, "must not hold blanks, control characters or a “#” part")


def _check_parts(destination: Destination, given: Mapping[str, Sequence[str]]) -> None:
    parts = destination.parts
    _check_address("parts.url", parts.url, destination)
    if parts.size and parts.size < SMALLEST_PART:
        raise RuleBroken("parts.size", f"must be 0, for one request, or at least {SMALLEST_PART} bytes")
    if not 1 <= parts.parallel <= MOST_PARALLEL:
        raise RuleBroken("parts.parallel", f"must be a number from 1 to {MOST_PARALLEL}")
    if parts.renews and parts.parallel > 1:
        raise RuleBroken("parts.renews", "needs one part after another; take parallel away")
    if (parts.size or parts.gives or parts.renews) and not destination.takes_file:
        raise RuleBroken("parts", "needs a body with a file")
    for name in parts.gives:
        if not _NAME.fullmatch(name) or name in PART_FACTS:
            raise RuleBroken(
                f"parts.gives.{name}", "must be a name of its own, not one that parts have anyway"
            )
    for name in parts.renews:
        step, _, value = name.partition(".")
        if value not in given.get(step, ()):
            raise RuleBroken(
                f"parts.renews.{name}", "must be named for a step and what it gives: “step.value”"
            )


def _check_mentions(text: Text, destination: Destination, given: Mapping[str, Sequence[str]]) -> None:
    """Check that a text speaks only of steps that went before, and of parts where there are some."""
    try:
        template = compile_template(text.text, CONTENT_FUNCTIONS)
    except TemplateError as error:
        raise RuleBroken(text.key, str(error)) from error
    known = _known_at(text, destination)
    for call in template.calls():
        if call.name == "step":
            _check_mention(text.key, _plain(call), given, known)
        elif call.name == "part" and text.table != "parts" and not _is_of_the_file(text):
            raise RuleBroken(text.key, "cannot say “{part:…}”: only the requests with the file are parts")
        elif call.name == "part" and _plain(call) not in (facts := _facts(text, destination)):
            reason = f"“{{part:{_plain(call)}}}” is not known there; known are: {', '.join(facts)}"
            raise RuleBroken(text.key, reason)
        elif call.name == PARTS and not (text.key.startswith("after") and text.key.endswith(".text")):
            raise RuleBroken(
                text.key, "cannot say “{parts}”: the list stands in the text of a step in [[after]]"
            )
        elif call.name == PARTS and not destination.parts.item:
            raise RuleBroken(
                text.key, "says “{parts}”; write in [parts] item what stands there for each of them"
            )
        elif call.name == FILE and _is_of_a_step(text):
            raise RuleBroken(text.key, "cannot hold the file: it goes in the destination's own request")


def _facts(text: Text, destination: Destination) -> Sequence[str]:
    """Return what may be said of a part: before it goes, and in the list of those that went."""
    return (*_LISTED_FACTS, *destination.parts.gives) if text.key == "parts.item" else PART_FACTS


def _check_mention(key: str, mention: str, given: Mapping[str, Sequence[str]], known: Sequence[str]) -> None:
    step, _, value = mention.partition(".")
    if step not in known:
        places = ", ".join(known) or "none"
        raise RuleBroken(key, f"speaks of the step “{step}”, which is not one of those before it: {places}")
    if value not in given[step]:
        gives = ", ".join(given[step]) or "nothing"
        raise RuleBroken(key, f"“{{step:{mention}}}” is not among what that step gives: {gives}")


def _known_at(text: Text, destination: Destination) -> list[str]:
    """Return the names of the steps whose replies are there when a text is filled."""
    before = [step.name for step in destination.before]
    if text.table == "network":
        return []
    if not _is_of_a_step(text):
        return before
    number = int(text.table.partition("[")[2].rstrip("]")) - 1
    if text.table.startswith("before"):
        return before[:number]
    return before + [step.name for step in destination.after][:number]


def _is_of_a_step(text: Text) -> bool:
    return text.table.startswith(("before[", "after["))


def _is_of_the_file(text: Text) -> bool:
    return not _is_of_a_step(text) and text.table not in {"auth", "network"}


def _plain(call: Call) -> str:
    nodes = call.parameters[0]
    return nodes[0] if len(nodes) == 1 and isinstance(nodes[0], str) else ""
