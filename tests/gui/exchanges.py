# SPDX-License-Identifier: MIT
"""Requests and replies as a transfer would record them."""

from dataclasses import replace

from guiuploader.transfer.receipt import Exchange, Reply, Timings
from guiuploader.uploads.upload import Upload

REQUEST = """\
POST /api/v1/files?folder=inbox HTTP/1.1
Host: acme.example
Authorization: Bearer ***
Accept: application/json
Content-Type: multipart/form-data; boundary=5f3c9a1e
Content-Length: 300392

--5f3c9a1e
Content-Disposition: form-data; name="title"

Notes
--5f3c9a1e
Content-Disposition: form-data; name="file"; filename="notes.pdf"
Content-Type: application/pdf

<300000 bytes of notes.pdf>
--5f3c9a1e--"""
HEADERS = (
    ("Server", "nginx/1.24.0"),
    ("Content-Type", "application/json"),
    ("Location", "https://acme.example/f/71"),
    ("Set-Cookie", "session=***; HttpOnly"),
)
BODY = '{"id":71,"links":{"self":"https://acme.example/f/71"},"tags":["notes","2026"],"size":300000}'
FRESH = Timings(connect=0.0123, tls=0.0312, send=2.41, wait=0.503)


def answered(
    upload: Upload, body: str = BODY, *, status: int = 201, reason: str = "Created", truncated: bool = False
) -> Upload:
    """Return the row with a request on record and this reply."""
    reply = Reply(status, reason, HEADERS, body, truncated)
    return replace(upload, exchange=Exchange(REQUEST, reply, FRESH))


def unanswered(upload: Upload, timings: Timings = FRESH) -> Upload:
    """Return the row with a request on record that nobody answered."""
    return replace(upload, exchange=Exchange(REQUEST, None, timings))
