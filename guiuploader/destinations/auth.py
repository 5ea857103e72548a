# SPDX-License-Identifier: MIT
"""How a destination's requests prove who sends them."""

from typing import Literal

import msgspec


class Auth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The table [auth]; all but `kind` and `token_url`, where a token is fetched, are templates."""

    kind: Literal["none", "basic", "bearer", "digest", "aws-sigv4", "oauth2"] = "none"
    token: str = ""
    username: str = ""
    password: str = ""
    access_key: str = ""
    secret_key: str = ""
    session_token: str = ""
    region: str = ""
    service: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""
