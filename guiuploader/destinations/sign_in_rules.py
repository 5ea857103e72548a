# SPDX-License-Identifier: MIT
"""Which keys each kind of sign-in takes, and that none of them keeps a secret in clear."""

import re
from collections.abc import Mapping

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.rule_broken import RuleBroken

ONE_SECRET = re.compile(r"\{secret:[^{}|]+\}")
"""A text that is one secret and nothing else."""

# For each kind of sign-in, the keys that it needs and those that it may have besides.
_SIGN_INS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "none": ((), ()),
    "bearer": (("token",), ()),
    "basic": (("username",), ("password",)),
    "digest": (("username",), ("password",)),
    "aws-sigv4": (("access_key", "secret_key", "region", "service"), ("session_token",)),
    "oauth2": (("token_url", "client_id", "client_secret"), ("scope",)),
}
_WHOLE = frozenset({"secret_key", "client_secret"})
SIGN_IN_KEYS = tuple(dict.fromkeys(key for keys in _SIGN_INS.values() for key in (*keys[0], *keys[1])))


def check_sign_in(destination: Destination) -> None:
    """Check the table [auth]. Raises RuleBroken."""
    auth = destination.auth
    needs, allows = _SIGN_INS[auth.kind]
    for key in SIGN_IN_KEYS:
        if key in needs and not getattr(auth, key):
            raise RuleBroken(f"auth.{key}", f'is needed for kind = "{auth.kind}"')
        if key not in {*needs, *allows} and getattr(auth, key):
            raise RuleBroken(f"auth.{key}", f'is not used by kind = "{auth.kind}"')
    if auth.kind != "none" and any(name.lower() == "authorization" for name in destination.headers):
        raise RuleBroken("headers.Authorization", "stands beside [auth]; keep one of the two")
    for key in ("token", "password", "secret_key", "session_token", "client_secret"):
        text, name = getattr(auth, key), key.replace("_", "-")
        # A key that signs is never made of parts: anything else there would be a key kept in clear.
        if text and ("{" not in text or (key in _WHOLE and not ONE_SECRET.fullmatch(text))):
            raise RuleBroken(
                f"auth.{key}",
                f"would be kept in clear; write “{{secret:{name}}}” and guiuploader asks for it once",
            )
    if ":" in re.sub(r"\{[^}]*\}", "", auth.username):
        raise RuleBroken("auth.username", "must not hold a “:”, which parts it from the password")  # RFC 7617
