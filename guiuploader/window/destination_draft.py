# SPDX-License-Identifier: MIT
"""A destination while it is being edited: from a value to the editor's fields and back.

What has no field of its own stands in `further`, as in the destination's file.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from guiuploader.destinations.destination import FORMAT, Auth, BodyKind, Content, Destination
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.toml_file import checked
from guiuploader.values.errors import DestinationError
from guiuploader.window.further_tables import further_text, with_further
from guiuploader.window.own_names import Rows, secret_rows, secrets_from, variable_rows, variables_from
from guiuploader.window.plain_values import Plain, mistake_in, plain_of, with_plain
from guiuploader.window.wording import translate

Pairs = tuple[tuple[str, str], ...]
AuthKind = Literal["none", "basic", "bearer", "digest", "aws-sigv4", "oauth2"]

_TEXTS = frozenset({BodyKind.TEMPLATE, BodyKind.CONTENT})
_FORMS = frozenset({BodyKind.MULTIPART, BodyKind.BUFFERED})
_REFERENCE = re.compile(r"\{secret:([A-Za-z][A-Za-z0-9_.-]*)\}")


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the editor's fields; `token` and `password` only when newly typed.

    `fields` are of a form with a file, `pairs` of one without; `text` and `content_type` are of a body that
    is a text. `plain` are the keys that are one value each, `further` is TOML.
    """

    name: str = ""
    url: str = ""
    method: str = "POST"
    body: BodyKind = BodyKind.MULTIPART
    file_field: str = "file"
    files_per_request: int = 1
    fields: Pairs = ()
    text: str = ""
    content_type: str = ""
    pairs: Pairs = ()
    query: Pairs = ()
    headers: Pairs = ()
    variables: Rows = ()
    secrets: Rows = ()
    plain: Plain = field(default_factory=dict)
    further: str = ""
    auth_kind: AuthKind = "none"
    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and the key it is said beside."""

    key: str
    reason: str


def draft_of(destination: Destination) -> Draft:
    """Return what the editor shows of a destination; secrets stay where they are."""
    return Draft(
        name=destination.name,
        url=destination.url,
        method=destination.method,
        body=destination.body,
        file_field=destination.multipart.file_field,
        files_per_request=destination.multipart.files_per_request,
        fields=_flat(destination.multipart.fields),
        text=destination.content.text,
        content_type=destination.content.content_type,
        pairs=_flat(destination.form.fields),
        query=tuple(destination.query.items()),
        headers=tuple(destination.headers.items()),
        variables=variable_rows(destination.variables),
        secrets=secret_rows(destination.secrets),
        plain=plain_of(destination),
        further=further_text(destination),
        auth_kind=destination.auth.kind,
        username=destination.auth.username,
    )


def destination_from(draft: Draft, base: Destination | None) -> Destination:
    """Return the destination that a draft describes, with all that `base` has besides; it may break rules."""
    old = base or Destination(format=FORMAT, name="", url="")
    made = msgspec.structs.replace(
        old,
        name=draft.name.strip() or urlsplit_host(draft.url),
        url=draft.url.strip(),
        method=draft.method.strip().upper(),
        body=draft.body,
        query=dict(draft.query),
        headers=dict(draft.headers),
        variables=variables_from(draft.variables, old.variables),
        secrets=secrets_from(draft.secrets),
        auth=_auth(draft, old.auth),
        multipart=msgspec.structs.replace(
            old.multipart,
            file_field=draft.file_field.strip(),
            files_per_request=draft.files_per_request if draft.body in _FORMS else 1,
            fields=_changed(old.multipart.fields, draft.fields),
        ),
        content=_content(draft, old),
        form=msgspec.structs.replace(old.form, fields=_changed(old.form.fields, draft.pairs)),
    )
    made = with_plain(made, draft.plain)
    if draft.further != further_text(old):
        with suppress(RuleBroken):  # `fault_in` says it
            made = with_further(made, draft.further)
    return made


def typed_secrets(draft: Draft, destination: Destination) -> Mapping[str, str]:
    """Return the secrets that were typed, by the name under which the destination refers to them."""
    typed = {destination.auth.token: draft.token, destination.auth.password: draft.password}
    return {
        match[1]: value for text, value in typed.items() if value and (match := _REFERENCE.fullmatch(text))
    }


def fault_in(draft: Draft, base: Destination | None, taken: Collection[str]) -> Fault | None:
    """Return the first mistake, or None; `taken` are the names of the other destinations."""
    destination = destination_from(draft, base)
    if fault := _fault_in_rows(draft):
        return fault
    if destination.name.casefold() in {name.casefold() for name in taken}:
        return Fault("name", translate("destination_draft", "another destination has this name"))
    if destination.is_form and not draft.file_field.strip():
        return Fault("multipart.file_field", translate("destination_draft", "is needed in a form"))
    if mistake := mistake_in(destination, draft.plain):
        return Fault(*mistake)
    try:
        if base is None or draft.further != further_text(base):
            with_further(destination, draft.further)
        checked(destination)
    except DestinationError as error:
        fault = Fault(str(error.problem.facts["key"]), str(error.problem.facts["reason"]))
    except RuleBroken as error:
        fault = Fault(error.key, error.reason)
    return fault


def _fault_in_rows(draft: Draft) -> Fault | None:
    for key, rows, may_repeat in _tables(draft):
        names = [row[0].strip() for row in rows]
        if not all(names):
            return Fault(key, translate("destination_draft", "each row needs a name"))
        if key == "headers":
            names = [name.lower() for name in names]
        if not may_repeat and len(set(names)) < len(names):
            return Fault(key, translate("destination_draft", "the same name stands there twice"))
    return None


def _tables(draft: Draft) -> Iterator[tuple[str, Rows, bool]]:
    """Yield each table's key and rows, and whether a name may stand there more than once."""
    yield "multipart.fields", draft.fields, True
    yield "form.fields", draft.pairs, True
    yield "query", draft.query, False
    yield "headers", draft.headers, False
    yield "variables", draft.variables, False
    yield "secrets", draft.secrets, False


def urlsplit_host(url: str) -> str:
    """Return the server in an address, "" while it is none: the name of a destination that got no other."""
    try:
        return urlsplit(url.strip()).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _content(draft: Draft, old: Destination) -> Content:
    """Return the text of the body; what the file's place is in means nothing to the other kinds of body."""
    if draft.body not in _TEXTS:
        return Content() if old.body is BodyKind.TEMPLATE else old.content
    return msgspec.structs.replace(old.content, text=draft.text, content_type=draft.content_type.strip())


def _auth(draft: Draft, old: Auth) -> Auth:
    kept = old if old.kind == draft.auth_kind else Auth(kind=draft.auth_kind)
    if draft.auth_kind == "bearer":
        return Auth(kind="bearer", token=_reference(kept.token, draft.token, "token"))
    if draft.auth_kind in {"basic", "digest"}:
        password = _reference(kept.password, draft.password, "password")
        return Auth(kind=draft.auth_kind, username=draft.username.strip(), password=password)
    return kept


def _reference(kept: str, typed: str, name: str) -> str:
    """Return the template of a secret: the old one as long as nothing new was typed over it."""
    if not typed or _REFERENCE.fullmatch(kept):
        return kept
    return f"{{secret:{name}}}"


def _changed(before: dict[str, str | list[str]], pairs: Pairs) -> dict[str, str | list[str]]:
    """Return pairs as a table, in the old spelling as long as they are the same."""
    return before if _flat(before) == pairs else _grouped(pairs)


def _flat(fields: Mapping[str, str | list[str]]) -> Pairs:
    return tuple(
        (name, value)
        for name, values in fields.items()
        for value in ([values] if isinstance(values, str) else values)
    )


def _grouped(pairs: Pairs) -> dict[str, str | list[str]]:
    grouped: dict[str, str | list[str]] = {}
    for name, value in pairs:
        before = grouped.get(name)
        if before is None:
            grouped[name] = value
        else:
            grouped[name] = [*([before] if isinstance(before, str) else before), value]
    return grouped
