# SPDX-License-Identifier: MIT
"""Requests as a server recorded them, in a form in which those that mean the same are equal."""

import re
from collections.abc import Iterator

from tests.helpers.scripted_server import Answer, Request, ScriptedServer, answer

NOT_COMPARED = frozenset({"user-agent", "accept", "expect", "host"})

FILES = {
    "a.txt": b"some text\r\nof two lines\n",
    "b.json": b'{"a": 1}',
    "c.png": bytes(range(256)) * 300,
    "empty": b"",
    "pairs": b"x=1&\ny=2\n",
    "größe.bin": "größe\n".encode(),
    'quo"te.xml': b"<a/>",
    "big.bin": b"0123456789abcdef" * 131072,
}


def answering(request: Request) -> Answer:
    """Say yes, to some only once they sign in."""
    if request.target.startswith("/digest") and not request.header("Authorization"):
        challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
        return Answer(status=401, headers=(("WWW-Authenticate", challenge),))
    return answer(200, b"yes")


def seen(server: ScriptedServer) -> Iterator[tuple[object, ...]]:
    """Yield all requests in a form in which those that mean the same are equal."""
    for request in server.requests:
        headers = sorted(
            (name.lower(), compared(name.lower(), value))
            for name, value in request.headers
            if name.lower() not in NOT_COMPARED and (name.lower(), value) != ("content-length", "0")
        )
        body = bytes(request.body)
        content_type = request.header("Content-Type") or ""
        form = content_type.partition("boundary=")[2]
        if form:
            headers = [each for each in headers if each[0] != "content-length"]
        if request.target.startswith("/digest") and not request.header("Authorization"):
            headers = [each for each in headers if each[0] != "content-type"]  # of an empty question
        target = re.sub("%[0-9a-f]{2}", lambda code: code[0].upper(), request.target)
        yield request.method, target, headers, parts(body, form.encode()) if form else body


def compared(name: str, value: str) -> str:
    if name == "content-type":
        return value.partition("boundary=")[0]
    if name == "accept-encoding":
        return "some"  # curl names what it was built with
    if name == "authorization" and value.startswith("Digest"):
        return " ".join(sorted(re.findall(r'(?:username|realm|uri)="[^"]*"', value)))
    if name == "authorization" and value.startswith("AWS4"):
        return re.sub(r"Credential=([^/]*)/\d{8}/([^,]*),.*", r"\1 \2", value)
    return "a time" if name == "x-amz-date" else value


def parts(body: bytes, boundary: bytes) -> list[tuple[list[bytes], bytes]]:
    """Return each part's headers, in any order, and its content."""
    found = []
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        found.append((sorted(head.split(b"\r\n")), content.removesuffix(b"\r\n")))
    return found
