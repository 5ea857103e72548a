# SPDX-License-Identifier: MIT
"""Answer a server's Digest challenge (RFC 7616), without the password ever travelling."""

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# In the order of strength: where a server offers several, the best one is answered.
_HASHES: Mapping[str, str] = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}

_LONGEST = 8 * 1024  # characters of a header that are looked at
_LETTER = r"[!#$%&'*+.^_`|~0-9A-Za-z-]"
_TOKEN = rf"{_LETTER}++"  # RFC 9110, section 5.6.2
# A parameter, or the name of the next scheme. It is tried only where a token begins, and nothing is tried
# twice: all parts of a long token would take the square of its length.
_PIECE = re.compile(rf'(?<!{_LETTER})({_TOKEN})(?:\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|({_TOKEN}))|(?=[\s,]|$))')


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server wants to see proved; `stale` means that only the nonce was too old."""

    realm: str
    nonce: str
    opaque: str | None
    algorithm: str | None
    has_qop: bool
    stale: bool
    hides_user: bool

    @property
    def hash(self) -> str:
        """The name of the hash without `-sess`, MD5 where none is named."""
        return (self.algorithm or "MD5").upper().removesuffix("-SESS")

    @property
    def is_session(self) -> bool:
        """Whether the key is made once and mixed with the first nonces."""
        return (self.algorithm or "").upper().endswith("-SESS")


def strongest(header: str) -> Challenge | None:
    """Return the best Digest challenge in a WWW-Authenticate header, None when none can be answered."""
    found = [challenge for challenge in _challenges(header[:_LONGEST]) if challenge.hash in _HASHES]
    return min(found, key=lambda challenge: [*_HASHES].index(challenge.hash), default=None)


class Digest:
    """Answers one challenge, request after request."""

    def __init__(self, challenge: Challenge, login: Login) -> None:
        self._challenge = challenge
        self._login = login
        self._count = 0

    def authorization(self, method: str, target: str, *, cnonce: str = "") -> str:
        """Return the Authorization header for the next request; `target` is what its first line names.

        `cnonce` is made up where none is given.
        """
        asked = self._challenge
        self._count += 1
        cnonce = cnonce or secrets.token_urlsafe(18)
        user = self._login.username
        key = self._hashed(user, asked.realm, self._login.password)
        if asked.is_session:
            key = self._hashed(key, asked.nonce, cnonce)
        count = f"{self._count:08x}"
        between = (count, cnonce, "auth") if asked.has_qop else ()
        response = self._hashed(key, asked.nonce, *between, self._hashed(method, target))
        said = {
            "username": _quoted(self._hashed(user, asked.realm) if asked.hides_user else user),
            "realm": _quoted(asked.realm),
            "nonce": _quoted(asked.nonce),
            "uri": _quoted(target),
            "response": _quoted(response),
        }
        if asked.algorithm:
            said["algorithm"] = asked.algorithm
        if asked.opaque is not None:
            said["opaque"] = _quoted(asked.opaque)
        if asked.has_qop:
            said |= {"qop": "auth", "nc": count}
        if asked.has_qop or asked.is_session:
            said["cnonce"] = _quoted(cnonce)
        if asked.hides_user:
            said["userhash"] = "true"
        return "Digest " + ", ".join(f"{name}={value}" for name, value in said.items())

    def _hashed(self, *parts: str) -> str:
        made = hashlib.new(_HASHES[self._challenge.hash], usedforsecurity=False)
        made.update(":".join(parts).encode())
        return made.hexdigest()


def _challenges(header: str) -> Iterator[Challenge]:
    """Yield the Digest challenges of a header that may hold several schemes."""
    schemes: list[tuple[str, dict[str, str]]] = []
    for piece in _PIECE.finditer(header):
        name, quoted, token = piece.groups()
        if quoted is None and token is None:
            schemes.append((name.lower(), {}))
        elif schemes:
            value = token if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            schemes[-1][1].setdefault(name.lower(), value)
    for scheme, given in schemes:
        offered = {each.strip().lower() for each in given.get("qop", "").split(",")}
        answerable = "qop" not in given or "auth" in offered
        if scheme == "digest" and {"realm", "nonce"} <= given.keys() and answerable:
            yield Challenge(
                given["realm"],
                given["nonce"],
                given.get("opaque"),
                given.get("algorithm"),
                "qop" in given,
                given.get("stale", "").lower() == "true",
                given.get("userhash", "").lower() == "true",
            )


def _quoted(text: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", text)
    return f'"{escaped}"'
