# SPDX-License-Identifier: MIT
"""What stands in the connection editor's fields, and the connection that it makes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from msgspec import structs

from guiuploader.sources.store_address import CONNECTION_NAME
from guiuploader.sources.store_connection import FORMAT, Named, StoreConnection, fault_in
from guiuploader.values.secrets import SecretKey
from guiuploader.window.wording import translate

KindOfStore = Literal["s3", "google", "azure"]
Style = Literal["", "path", "host"]
Way = Literal["keys", "temporary", "sas", "profile", "file", "environment", "anonymous"]
"""Whose keys: typed ones (with a session token), a shared signature, a file's, the environment's, none."""

WAYS: Mapping[KindOfStore, tuple[Way, ...]] = {
    "s3": ("keys", "temporary", "profile", "environment", "anonymous"),
    "google": ("file", "environment", "anonymous"),
    "azure": ("keys", "sas", "environment", "anonymous"),
}

_NEEDED: Mapping[Way, str] = {
    "temporary": "access_key",
    "profile": "profile",
    "file": "service_account",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields; secrets are empty unless newly typed."""

    name: str = ""
    kind: KindOfStore = "s3"
    endpoint: str = ""
    region: str = ""
    style: Style = ""
    way: Way = "keys"
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    profile: str = ""
    service_account: str = ""
    account: str = ""
    sas: str = field(default="", repr=False)


def draft_of(named: Named) -> Draft:
    """Return what to show of a saved connection; its secrets are not."""
    given = named.connection
    return Draft(
        name=named.name,
        kind=given.kind,
        endpoint=given.endpoint,
        region=given.region,
        style=given.style,
        way=way_of(given),
        access_key="" if named.secret(given.access_key) else given.access_key,
        profile=given.profile,
        service_account=given.service_account,
        account=given.account,
    )


def saved_secrets(named: Named) -> Collection[str]:
    """Return which fields of a saved connection stand for secrets."""
    given = named.connection
    return tuple(key for key in ("secret_key", "session_token", "sas") if getattr(given, key))


def way_of(given: StoreConnection) -> Way:
    """Return whose keys a connection goes by."""
    ways: tuple[tuple[object, Way], ...] = (
        (given.anonymous, "anonymous"),
        (given.session_token, "temporary"),
        (given.secret_key, "keys"),
        (given.sas, "sas"),
        (given.profile, "profile"),
        (given.service_account, "file"),
    )
    return next((way for has, way in ways if has), "environment")


def connection_from(draft: Draft, base: Named | None) -> StoreConnection:
    """Return the connection; what the editor does not show stays as it is in `base`."""
    before = base.connection if base else StoreConnection(format=FORMAT, kind=draft.kind)
    is_s3, way = draft.kind == "s3", draft.way
    has_keys = way in {"keys", "temporary"}
    access = draft.access_key.strip()
    if base and not access and base.secret(before.access_key):
        access = before.access_key
    return structs.replace(
        before,
        kind=draft.kind,
        endpoint=draft.endpoint.strip(),
        region=draft.region.strip() if is_s3 else "",
        style=draft.style if is_s3 else "",
        anonymous=way == "anonymous",
        access_key=access if is_s3 and has_keys else "",
        secret_key=(before.secret_key or "{secret:secret-key}") if has_keys else "",
        session_token=(before.session_token or "{secret:session-token}") if way == "temporary" else "",
        profile=draft.profile.strip() if way == "profile" else "",
        service_account=draft.service_account.strip() if way == "file" else "",
        account=draft.account.strip() if draft.kind == "azure" else "",
        sas=(before.sas or "{secret:sas}") if way == "sas" else "",
    )


def typed_secrets(draft: Draft, named: Named) -> Mapping[SecretKey, str]:
    """Return the secrets that were typed, without the line end that a paste brings as a blank."""
    given = named.connection
    pairs = (
        (given.secret_key, draft.secret_key),
        (given.session_token, draft.session_token),
        (given.sas, draft.sas),
    )
    return {key: typed.strip() for text, typed in pairs if (key := named.secret(text)) and typed.strip()}


def mistake_in(draft: Draft, base: Named | None, taken: Collection[str]) -> tuple[str, str] | None:
    """Return which field is wrong, and a sentence about it; None where all is well."""
    name = draft.name.strip()
    if not name:
        return "name", translate("connection_draft", "It needs a name.")
    if not CONNECTION_NAME.fullmatch(name):
        return "name", translate("connection_draft", "Letters, digits, “-”, “_” and “.” make a name.")
    if name.casefold() in map(str.casefold, taken):
        return "name", translate("connection_draft", "There is another connection of this name.")
    connection = connection_from(draft, base)
    needed = "access_key" if draft.kind == "s3" and draft.way == "keys" else _NEEDED.get(draft.way, "")
    if needed and not getattr(connection, needed):
        return needed, translate("connection_draft", "This is missing.")
    fault = fault_in(connection)
    if fault is None:
        return None
    key, reason = fault
    return key, f"{reason[:1].upper()}{reason[1:]}."
