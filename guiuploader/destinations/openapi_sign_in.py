# SPDX-License-Identifier: MIT
"""How an operation is signed in to: a header, a query parameter, a user's name and password, or a token."""

from dataclasses import dataclass, field

from guiuploader.destinations.destination import Auth
from guiuploader.destinations.openapi_asked import Asked
from guiuploader.destinations.openapi_document import Node
from guiuploader.destinations.openapi_operations import Operation
from guiuploader.values.redact import printable


@dataclass(slots=True)
class SignIn:
    """What a sign-in adds to a request; the values are references to secrets."""

    auth: Auth = field(default_factory=Auth)
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


def sign_in(operation: Operation, asked: Asked) -> SignIn:
    """Return the first way to sign in that a request can say; none where nobody asks for one."""
    document = asked.document
    own = document.get(operation.at, "security")
    said = own if isinstance(own.value, list) else document.get(document.root, "security")
    ways = [way for way in document.entries(said) if isinstance(way.value, dict)]
    named = [list(way.value) for way in ways if isinstance(way.value, dict) and way.value]
    if not named:
        return SignIn()
    schemes = document.get(document.root, "components", "securitySchemes")
    for names in named:
        nodes = [(name, document.get(schemes, name)) for name in names]
        if all(_is_known(node, asked) for _, node in nodes):
            if len(named) > 1:
                taken = printable(" with ".join(names))
                asked.notes.append(f"security: of several ways to sign in “{taken}” is taken")
            return _made(nodes, asked)
    asked.notes.append(
        f"security: {printable(' with '.join(named[0]))} is a way to sign in that is not known here;"
        " write what the server wants into [headers] or [auth]"
    )
    return SignIn()


def _is_known(node: Node, asked: Asked) -> bool:
    document = asked.document
    kind = document.text(node, "type")
    if kind == "http":
        return document.text(node, "scheme").lower() in {"basic", "bearer", "digest"}
    if kind == "apiKey":
        return document.text(node, "in") in {"header", "query", "cookie"} and bool(
            document.text(node, "name")
        )
    return kind in {"oauth2", "openIdConnect", "mutualTLS"}


def _made(nodes: list[tuple[str, Node]], asked: Asked) -> SignIn:
    found = SignIn()
    for name, node in nodes:
        kind = asked.document.text(node, "type")
        if kind == "apiKey":
            _api_key(name, node, asked, found)
        elif kind == "mutualTLS":
            asked.notes.append(
                "security: wants a certificate of yours; name its file in [network] client_certificate"
            )
        elif found.auth.kind != "none":
            asked.notes.append(f"security: {printable(name)} stands beside another sign-in, and is left out")
        elif kind == "http":
            found.auth = _http(name, node, asked)
        else:
            found.auth = _token(name, node, asked)
    return found


def _http(name: str, node: Node, asked: Asked) -> Auth:
    document = asked.document
    scheme = document.text(node, "scheme").lower()
    if scheme == "bearer":
        said = document.text(node, "bearerFormat")
        label = f"{_label(name, node, asked)} ({printable(said[:20])})" if said else _label(name, node, asked)
        return Auth(kind="bearer", token=asked.secrets.reference("token", None, label=label))
    return Auth(
        kind="digest" if scheme == "digest" else "basic",
        username=asked.secrets.reference("username", None, label="User name"),
        password=asked.secrets.reference("password", None, label="Password"),
    )


def _token(name: str, node: Node, asked: Asked) -> Auth:
    """Return a token's place: it comes from a server that is asked in another way, which a person does."""
    document = asked.document
    flows = [each for _, each in document.members(document.get(node, "flows"))]
    address = next((url for flow in flows if (url := document.text(flow, "tokenUrl"))), "")
    where = address or document.text(node, "openIdConnectUrl")
    hint = f" from {printable(where[:120])}" if where else ""
    asked.notes.append(
        f"security: {printable(name)} is OAuth 2; get an access token{hint}, which is asked for as a secret"
    )
    return Auth(kind="bearer", token=asked.secrets.reference("access-token", None, label="Access token"))


def _api_key(name: str, node: Node, asked: Asked, found: SignIn) -> None:
    document = asked.document
    key, place = document.text(node, "name"), document.text(node, "in")
    reference = asked.secrets.reference(key, None, label=_label(name, node, asked))
    table = {"header": found.headers, "query": found.query, "cookie": found.cookies}[place]
    table[key] = reference


def _label(name: str, node: Node, asked: Asked) -> str:
    said = " ".join(asked.document.text(node, "description").split())
    return printable(said[:80] if said else name[:80])
