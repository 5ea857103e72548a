# SPDX-License-Identifier: MIT
"""The address in a curl command, as curl reads it: guessed scheme, no patterns, no dots, no fragment."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from guiuploader.destinations.curl_options import URL, Options
from guiuploader.destinations.curl_secrets import Secrets
from guiuploader.destinations.private_links import LINK
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.values.links import is_secret
from guiuploader.values.template import literal

_KEY = "--url"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PATTERN = re.compile(r"\\([{}\[\]])|([{}\[\]])")
_NUMBERED_HOST = re.compile(r"((?:\w+://)?(?:[^/?#@\[\]{}]*@)?)(\[[0-9A-Fa-f:.%]+\])")
_PATTERNS = "is a pattern for several addresses, of which one can be taken; give --globoff if it is meant so"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request goes; `url` is a template, `user` and `password` those in the address, if any."""

    url: str
    host: str
    user: str | None
    password: str | None


def address(options: Options, secrets: Secrets, *, more_query: str, takes_name: bool) -> Address:
    """Return the command's address; `more_query` is added to it.

    With `takes_name` the name of the file is added where the address ends with a “/”. Raises RuleBroken.
    """
    given = [each.value for each in options.all(URL)]
    if len(given) != 1:
        raise RuleBroken(_KEY, "several addresses cannot be taken; give one" if given else "is missing")
    url = (given[0] if options.is_on("globoff") else without_patterns(given[0], _KEY)).partition("#")[0]
    scheme = _SCHEME.match(url)
    if scheme is None:
        url = f"http://{url}"
    elif scheme[1].lower() not in {"http", "https"}:
        raise RuleBroken(_KEY, f"{scheme[1][:20]}:// is not spoken here, only HTTP and HTTPS")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise RuleBroken(_KEY, f"is not an address ({error})") from error
    login, at, host = parts.netloc.rpartition("@")
    path = parts.path if options.is_on("path-as-is") else _without_dots(parts.path)
    name = "{filename}" if takes_name and path.endswith(("/",)) else ""
    if takes_name and not path:
        path, name = "/", "{filename}"
    query = "&".join(filter(None, (parts.query, more_query)))
    user, colon, password = login.partition(":")
    return Address(
        f"{parts.scheme}://{host}{literal(path)}{name}{_query(query, secrets)}",
        host,
        unquote(user) if at else None,
        unquote(password) if colon else None,
    )


def without_patterns(text: str, key: str) -> str:
    """Return a text without the escapes of curl's patterns. Raises RuleBroken where it is one."""
    host = _NUMBERED_HOST.match(text) if key == _KEY else None
    start = host[0] if host else ""

    def plain(found: re.Match[str]) -> str:
        if found[2]:
            raise RuleBroken(key, f"“{found[2]}” {_PATTERNS}")
        return found[1]

    return start + _PATTERN.sub(plain, text[len(start) :])


def _query(query: str, secrets: Secrets) -> str:
    if not query:
        return ""
    if not is_secret(query):
        return literal(f"?{query}")
    secrets.values[LINK] = query
    return f"?{{link:{LINK}}}"


def _without_dots(path: str) -> str:
    """Return a path without “.” and “..” (RFC 3986, section 5.2.4), which curl resolves."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for number, segment in enumerate(segments, 1):
        if segment not in {".", ".."}:
            kept.append(segment)
            continue
        if segment == "..":
            kept = kept[:-1]
        if number == len(segments):
            kept.append("")
    return "/" + "/".join(kept)
