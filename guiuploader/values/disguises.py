# SPDX-License-Identifier: MIT
r"""Find a secret in a text in whatever form a program may have written it there.

A server that repeats what it was sent writes it as its own language has it: PHP escapes slashes in JSON, Go
and Flask write `\u003c`, .NET percent-encodes in small letters, headers come back as misread Latin-1. So
each character of a secret is sought in all its spellings rather than the whole in some. Every repetition is
bounded: the text may be made to be slow.
"""

import base64
import functools
import html.entities
import re
from collections.abc import Iterator

_WORTH_DISGUISING = 4  # characters; an encoded form of less would be found everywhere by chance
_WORTH_A_CORE = 8  # characters of base64 that are the same wherever the secret stands in what was encoded
_ENTITIES = {
    point: "|".join(
        sorted(name.rstrip(";") for name, text in html.entities.html5.items() if text == chr(point))
    )
    for point in map(ord, "\"&'<>/+ =:;,?@\\!#$%()*[]{}|")
}
_PADDING = r"(?:=|%3[dD]){0,2}"
_BREAK = r"(?:\\[rn]|\s){0,4}"  # base64 is often broken into lines
_SHORT = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}  # JSON's (RFC 8259, section 7)


@functools.lru_cache(maxsize=64)
def pattern(secrets: frozenset[str]) -> re.Pattern[str] | None:
    """Return what finds each of these secrets, the longer one where two begin alike; None for no secret."""
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    longest_first = sorted(forms, key=lambda form: len(form[0]), reverse=True)
    return re.compile("|".join(_spelled(*form) for form in longest_first)) if forms else None


def _forms(secret: str) -> Iterator[tuple[str, str]]:
    """Yield texts to be sought, each with a pattern of what may follow and goes with it."""
    yield secret, ""
    if len(secret) < _WORTH_DISGUISING:
        return
    data = secret.encode(errors="surrogatepass")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(data).decode().rstrip("="), _PADDING
        for shift in (1, 2):  # inside a longer text, such as "user:password"
            core = encode(bytes(shift) + data).decode()[shift + 1 :].rstrip("=")[:-1]
            if len(core) >= _WORTH_A_CORE:
                yield core, _PADDING


def _spelled(form: str, end: str) -> str:
    if len(form) < _WORTH_DISGUISING:
        return re.escape(form)
    joint = _BREAK if end else ""
    return joint.join(map(_spellings, form)) + end


@functools.lru_cache(maxsize=1024)
def _spellings(char: str) -> str:
    """Return a pattern for one character, as it is or as a format writes it; letters and digits stay.

    Encodings may lie over one another: JSON in JSON doubles backslashes, HTML in HTML its ampersands.
    """
    if char.isascii() and char.isalnum():
        return char
    point, data = ord(char), char.encode(errors="surrogatepass")
    units = char.encode("utf-16-be", errors="surrogatepass").hex()
    in_json = "".join(rf"\\{{1,7}}u(?i:{units[at : at + 4]})" for at in range(0, len(units), 4))
    kinds = [
        rf"\\{{0,7}}{re.escape(char)}",
        in_json,
        rf"\\{{1,7}}x(?i:{point:02x})",
        "".join(rf"%(?:25){{0,3}}(?i:{byte:02x})" for byte in data),
        rf"&(?:amp;){{0,3}}\#0{{0,6}}{point};?",
        rf"&(?:amp;){{0,3}}\#[xX]0{{0,6}}(?i:{point:x});?",
    ]
    if _ENTITIES.get(point):
        kinds.append(rf"&(?:amp;){{0,3}}(?:{_ENTITIES[point]});?")
    if char in _SHORT:
        kinds.append(rf"\\{{1,7}}{_SHORT[char]}")
    if char == " ":
        kinds.append(r"\+")
    if not char.isascii():  # UTF-8 that was read as Latin-1, as headers often are
        misread = data.decode("latin-1")
        kinds.append("".join(rf"(?:{re.escape(each)}|\\{{1,7}}u(?i:{ord(each):04x}))" for each in misread))
    return f"(?:{'|'.join(kinds)})"
