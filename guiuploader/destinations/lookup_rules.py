# SPDX-License-Identifier: MIT
"""What the question whether a server has a file must be like."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.lookup_table import Lookup
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.texts import Text, calls_of, request_texts
from guiuploader.values.functions import HASHES, REQUEST_FUNCTIONS
from guiuploader.values.template import compile_template

_IN_QUESTION = frozenset({"headers", "auth", "lookup"})
_OF_STEPS = frozenset({"step", "part", "parts"})
_LONGEST_WAIT = 3600.0  # seconds


def lookup_texts(destination: Destination) -> Iterator[Text]:
    """Yield the templates that read the answer."""
    for key in ("found", "size", "sha256"):
        yield Text(f"lookup.{key}", getattr(destination.lookup, key), multiline=True)


def check_lookup(destination: Destination) -> None:
    """Check the table [lookup], whose templates are right. Raises RuleBroken."""
    lookup = destination.lookup
    if not lookup.url:
        if lookup != Lookup():
            raise RuleBroken("lookup.url", "is missing; it is the address that is asked")
        return
    if not destination.takes_file:
        raise RuleBroken("lookup.url", "asks for a file, and this destination takes none")
    if destination.multipart.files_per_request > 1:
        raise RuleBroken("lookup.url", "asks for one file; so multipart.files_per_request must be 1")
    _check_url(destination)
    _check_before_steps(destination)
    if not (lookup.size or lookup.sha256 or names_hash(lookup.url)):
        raise RuleBroken(
            "lookup.size", "is missing, and so is sha256; a file of the same name may be another one"
        )
    if lookup.sha256 and destination.reply.hash != "sha256":
        raise RuleBroken(
            "lookup.sha256", 'is compared with what was sent; that needs [reply] hash = "sha256"'
        )
    if not 0 <= lookup.wait <= _LONGEST_WAIT:
        raise RuleBroken("lookup.wait", f"must be a number of seconds from 0 to {_LONGEST_WAIT:.0f}")


def names_hash(url: str) -> bool:
    """Tell whether an address asks for the file by its hash, so that nothing else can be found there."""
    return any(call.name in HASHES for call in compile_template(url, REQUEST_FUNCTIONS).calls())


def _check_before_steps(destination: Destination) -> None:
    """Check that the question needs nothing that only a step of the upload gives."""
    for text in request_texts(destination):
        if text.table in _IN_QUESTION and any(call.name in _OF_STEPS for call in calls_of([text])):
            raise RuleBroken(text.key, "is not known yet when [lookup] asks; leave one of both out")


def _check_url(destination: Destination) -> None:
    """Check that secrets stay with their server, and that the address can be sent."""
    url = destination.lookup.url
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise RuleBroken("lookup.url", f"is not an address ({error})") from error
    if parts[:2] != urlsplit(destination.url)[:2]:
        raise RuleBroken("lookup.url", "must be at the same server as url, written in the same way")
    if any(char.isspace() for char in url):
        raise RuleBroken("lookup.url", "must not hold blanks; write %20 for one")
    if "#" in url:
        raise RuleBroken(
            "lookup.url", "must not hold a “#” part; servers never see it (write %23 for the sign)"
        )
