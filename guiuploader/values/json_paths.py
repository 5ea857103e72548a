# SPDX-License-Identifier: MIT
"""JSON paths (RFC 9535) through a foreign text, with a clock, and with the habits of ShareX's."""

import functools
import json
from collections.abc import Sequence

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError, JSONPathQuery

from guiuploader.values.json_clock import SECONDS, TookTooLong, under_clock
from guiuploader.values.template import TemplateError

_LONGEST_PATH = 1000  # characters


# `match` and `search` run a pattern that may hang on purpose-made text, so they are unknown names here.
def _json_environment() -> JSONPathEnvironment:
    environment = JSONPathEnvironment()
    for name in ("match", "search"):
        environment.function_extensions.pop(name, None)
    return environment


def _rooted(path: str) -> str:
    """Give a path its root: `data.link`, `[0].url`, `$.data.link` and ShareX's `$.[0].url` all work."""
    if path.startswith("$"):
        return f"${path[2:]}" if path.startswith("$.[") else path
    return f"${path}" if path.startswith("[") else f"$.{path}"


@functools.lru_cache(maxsize=256)
def _compiled(path: str) -> JSONPathQuery:
    """Compile a path once: thousands of replies are searched by the same one."""
    if len(path) > _LONGEST_PATH:
        raise TemplateError(
            f"“{path[:60]}…” is not a JSON path, which may have {_LONGEST_PATH} characters at most"
        )
    try:
        return _json_environment().compile(_rooted(path))
    except JSONPathError as error:
        raise TemplateError(f"“{path}” is not a JSON path ({error.args[0]})") from error
    except (ArithmeticError, RecursionError) as error:  # a number or a nesting that Python cannot hold
        raise TemplateError(f"“{path}” is not a JSON path that can be followed") from error


def check_json_path(path: str) -> None:
    """Raise TemplateError for what is no JSON path."""
    _compiled(path)


def json_of(parameters: Sequence[str], text: str) -> str:
    """Return what `{json:path}` finds in a text, `{json:text|path}` in its own. Raises TemplateError."""
    path = parameters[-1]
    try:
        document = json.loads(parameters[0] if len(parameters) > 1 else text)
    except (ValueError, RecursionError) as error:
        raise TemplateError("the reply is not JSON") from error
    query = _compiled(path)
    try:
        found = query.find_one(document if query.singular_query() else under_clock(document))
    except TookTooLong as error:
        raise TemplateError(f"“{path[:60]}” took longer than {SECONDS:g} s and was stopped") from error
    except (JSONPathError, RecursionError) as error:
        raise TemplateError(f"“{path}” cannot be followed through the reply's JSON") from error
    if found is None:
        raise TemplateError(f"the reply's JSON has no “{path}”")
    value = found.value
    if isinstance(value, (dict, list)):
        raise TemplateError(f"“{path}” in the reply's JSON is not a single value")
    if value is None:
        return ""
    try:
        return value if isinstance(value, str) else json.dumps(value, allow_nan=False)
    except ValueError as error:
        raise TemplateError(f"“{path}” in the reply's JSON is not a number that can be written") from error
