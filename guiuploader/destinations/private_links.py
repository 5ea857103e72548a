# SPDX-License-Identifier: MIT
"""An address that is a secret in itself: signed by a store, with a token, or with a user and a password.

The destination that it means only refers to the secret. The same address means the same destination, so what
was sent there is found again; and another one, though on the same server, is another destination.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from guiuploader.destinations.destination import FORMAT, Auth, Destination
from guiuploader.values.links import is_secret
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey
from guiuploader.values.template import literal

LINK = "link"
PASSWORD = "password"  # noqa: S105 - a name, not a secret

_COST = 2**12  # rounds that make guessing a short token from its number slow


@dataclass(frozen=True, slots=True)
class Meant:
    """What an address means: a destination, and the secrets that it referred to."""

    destination: Destination
    secrets: Mapping[SecretKey, str]


def meant(url: str) -> Meant:
    """Return what an address means: a form by POST, the file in the field `file`; nothing is checked.

    Raises ValueError when it is no address.
    """
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    place, _, query = url.partition("?")
    name, auth = host, Auth()
    secrets: dict[str, str] = {}
    if at:
        place = place.replace(f"{user}@", "", 1)
        username, colon, password = user.partition(":")
        name = printable(f"{unquote(username)}@{host}")
        auth = Auth(kind="basic", username=literal(unquote(username)))
        if colon:
            auth = Auth(kind="basic", username=auth.username, password=f"{{secret:{PASSWORD}}}")
            secrets[PASSWORD] = unquote(password)
    address = literal(place)
    if is_secret(query) and "#" not in query:
        secrets[LINK] = query
        name = f"{name} ({LINK} {number(place, query)})"
        address += f"?{{link:{LINK}}}"
    elif query:
        address += literal(f"?{query}")
    destination = Destination(format=FORMAT, name=name, url=address, auth=auth)
    if not secrets:
        return Meant(destination, {})
    keys = {SecretKey(name, destination.origin, each): value for each, value in secrets.items()}
    return Meant(destination, keys)


def number(place: str, secret: str) -> str:
    """Return a number for a secret from which nobody gets the secret."""
    found = hashlib.scrypt(secret.encode(), salt=place.encode(), n=_COST, r=8, p=1, dklen=4)
    return found.hex()
