# SPDX-License-Identifier: MIT
"""What a template may say: names for a request, and names for a reply.

Adding a function is one entry in one of the two tables.
"""

import base64
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from guiuploader.values import patterns
from guiuploader.values.json_paths import check_json_path, json_of
from guiuploader.values.links import query_of
from guiuploader.values.template import Function, TemplateError
from guiuploader.values.text_functions import (
    check_xpath,
    path_number,
    pattern_number,
    pattern_of,
    text_functions,
    xml_of,
)

_START = re.compile(r"[0-9]{1,9}")


def _no_fact(name: str) -> str:
    raise TemplateError(f"“{{{name}}}” is known of an object in a store only, and this is none")


def _no_step(name: str) -> str:
    raise TemplateError(f"“{{step:{name}}}” is not known before that step")


def _no_part(name: str, _: str) -> str:
    raise TemplateError(f"“{{part:{name}}}” is known only where a part of the file is sent")


@dataclass(frozen=True, slots=True)
class RequestScope:
    """What a request's templates may draw on, the same for every template of one upload.

    `relpath` uses "/" and starts with the folder that was added; `size` is in bytes, None when unknown.
    `index` counts the files of one request from 0. `digest` gives a hash of the whole file by its name.
    `environment` holds only what people put there for us (`GUIUPLOADER_VAR_…`, prefix removed). `fact` tells
    what a store knows of its object, by name; it raises TemplateError for a file that is none. `step` tells
    what the reply to an earlier request gave, `part` a fact of the part that is sent, or of that of a number;
    `parts` is how many there are.
    """

    filename: str
    relpath: str
    size: int | None
    content_type: str
    uuid: str
    now: dt.datetime
    variables: Mapping[str, str]
    environment: Mapping[str, str]
    secret: Callable[[str], str]
    digest: Callable[[str], bytes]
    index: int = 0
    fact: Callable[[str], str] = _no_fact
    step: Callable[[str], str] = _no_step
    part: Callable[[str, str], str] = _no_part
    parts: int = 0


@dataclass(frozen=True, slots=True)
class ReplyScope:
    """What a reply's templates may draw on; header names are in lower case, `index` as in a request.

    `url` is where the request went in the end, `filename` the name of the file, or of the first.
    """

    text: str
    headers: Mapping[str, str]
    index: int = 0
    url: str = ""
    filename: str = ""


def _stem(scope: RequestScope, _: Sequence[str]) -> str:
    return PurePosixPath(scope.filename).stem


def _extension(scope: RequestScope, _: Sequence[str]) -> str:
    return PurePosixPath(scope.filename).suffix.removeprefix(".")


def _date(scope: RequestScope, parameters: Sequence[str]) -> str:
    if not parameters:
        return scope.now.date().isoformat()
    try:
        return scope.now.strftime(parameters[0])
    except ValueError as error:
        raise TemplateError(f"“{parameters[0]}” is no form of a date") from error


def _modified(scope: RequestScope, parameters: Sequence[str]) -> str:
    moment = dt.datetime.fromisoformat(scope.fact("modified"))
    try:
        return moment.strftime(parameters[0] if parameters else "%Y-%m-%dT%H:%M:%SZ")
    except ValueError as error:
        raise TemplateError(f"“{parameters[0]}” is no form of a date") from error


def _variable(scope: RequestScope, parameters: Sequence[str]) -> str:
    return scope.variables[parameters[0]]


def _environment(scope: RequestScope, parameters: Sequence[str]) -> str:
    name = parameters[0]
    if name not in scope.environment:
        raise TemplateError(f"the environment has no GUIUPLOADER_VAR_{name}")
    return scope.environment[name]


def _link(scope: RequestScope, parameters: Sequence[str]) -> str:
    """Return the query of a link that is a secret; it goes into the address as it was given."""
    return query_of(scope.secret(parameters[0]))


def _hash(name: str) -> Function[RequestScope]:
    """Return the function that gives a file's hash, in hex or, as most headers want it, in base64."""

    def evaluate(scope: RequestScope, parameters: Sequence[str]) -> str:
        digest = scope.digest(name)
        return base64.b64encode(digest).decode() if parameters else digest.hex()

    return Function(evaluate, most=1, check=_one_of("base64"))


def _one_of(*words: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        if text not in words:
            raise TemplateError(f"“{text}” is not known here; known: {', '.join(words)}")

    return check


def _index(scope: RequestScope | ReplyScope, parameters: Sequence[str]) -> str:
    """Return the number of the file in its request, from 0 or from the number given."""
    start = parameters[0] if parameters else "0"
    _check_start(start)
    return str(scope.index + int(start))


def _check_start(text: str) -> None:
    if not _START.fullmatch(text):
        raise TemplateError(f"“{text}” is no number to count from")


def _alone(_: RequestScope, __: Sequence[str]) -> str:
    raise TemplateError("“{file:…}” must stand by itself, not inside another function")


def _listed(_: RequestScope, __: Sequence[str]) -> str:
    raise TemplateError("“{parts}” must stand by itself, in the text of a step after the parts")


def _part(scope: RequestScope, parameters: Sequence[str]) -> str:
    """Return a fact of a part; which one is told where a list of them is written."""
    return scope.part(parameters[0], parameters[1] if len(parameters) > 1 else "")


HASHES = ("md5", "sha1", "sha256", "sha512")
"""Hashes of the whole file that a request may hold; the file is read once more for them, beforehand."""

REQUEST_FUNCTIONS: Mapping[str, Function[RequestScope]] = {
    **text_functions(),
    "filename": Function(lambda scope, _: scope.filename),
    "stem": Function(_stem),
    "ext": Function(_extension),
    "relpath": Function(lambda scope, _: scope.relpath, url_safe="/"),
    "size": Function(lambda scope, _: "" if scope.size is None else str(scope.size)),
    "content_type": Function(lambda scope, _: scope.content_type),
    "uuid": Function(lambda scope, _: scope.uuid),
    "index": Function(_index, most=1, check=_check_start),
    **{name: _hash(name) for name in HASHES},
    "date": Function(_date, most=1),
    "unix": Function(lambda scope, _: str(int(scope.now.timestamp()))),
    "bucket": Function(lambda scope, _: scope.fact("bucket")),
    "key": Function(lambda scope, _: scope.fact("key"), url_safe="/"),
    "etag": Function(lambda scope, _: scope.fact("etag")),
    "modified": Function(_modified, most=1),
    "meta": Function(lambda scope, parameters: scope.fact(f"meta:{parameters[0]}"), least=1, most=1),
    "var": Function(_variable, least=1, most=1),
    "env": Function(_environment, least=1, most=1),
    "step": Function(lambda scope, parameters: scope.step(parameters[0]), least=1, most=1),
    "part": Function(_part, least=1, most=1),
    "secret": Function(lambda scope, parameters: scope.secret(parameters[0]), least=1, most=1, secret=True),
    "link": Function(_link, least=1, most=1, url_safe="%!$&'()*+,;=:@/?[]", secret=True),
}

SECRET_FUNCTIONS = frozenset({"secret", "link"})
"""Those that draw on a secret, by the name in their first parameter."""

FILE = "file"
PARTS = "parts"
CONTENT_FUNCTIONS: Mapping[str, Function[RequestScope]] = {
    **REQUEST_FUNCTIONS,
    FILE: Function(_alone, least=1, most=1, check=_one_of("base64", "text")),
    PARTS: Function(_listed),
}
"""What the text of a body may say besides: where the file stands in it, or the list of its parts."""


def _header(scope: ReplyScope, parameters: Sequence[str]) -> str:
    name = parameters[0]
    if name.lower() not in scope.headers:
        raise TemplateError(f"the reply has no header “{name}”")
    return scope.headers[name.lower()]


REPLY_FUNCTIONS: Mapping[str, Function[ReplyScope]] = {
    **text_functions(),
    "response": Function(lambda scope, _: scope.text),
    "responseurl": Function(lambda scope, _: scope.url),
    "filename": Function(lambda scope, _: quote(scope.filename, safe="")),
    "json": Function(
        lambda scope, given: json_of(given, scope.text),
        least=1,
        most=2,
        check=check_json_path,
        checked=path_number,
    ),
    "xml": Function(
        lambda scope, given: xml_of(given, scope.text),
        least=1,
        most=2,
        check=check_xpath,
        checked=path_number,
    ),
    "regex": Function(
        lambda scope, given: pattern_of(given, scope.text),
        least=1,
        most=3,
        check=patterns.check,
        checked=pattern_number,
    ),
    "header": Function(_header, least=1, most=1),
    "index": Function(_index, most=1, check=_check_start),
}
