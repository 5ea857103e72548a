# SPDX-License-Identifier: MIT
"""A small upload API as its authors would write it with Flask."""

import hashlib
import os
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from typing import IO

from flask import Flask, request

FOLDER = Path(os.environ["UPLOADS"])

app = Flask(__name__)


def keep(stream: IO[bytes], name: str) -> tuple[int, str]:
    """Store `stream` as `name`; return its size in bytes and its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with (FOLDER / Path(name).name).open("wb") as file:
        while piece := stream.read(1 << 18):
            digest.update(piece)
            size += file.write(piece)
    return size, digest.hexdigest()


@app.post("/upload")
def upload() -> tuple[dict[str, object], int]:
    """Take a multipart form."""
    files = []
    for field, part in request.files.items(multi=True):
        size, sha256 = keep(part.stream, part.filename or "")
        row = {"field": field, "filename": part.filename, "content_type": part.content_type}
        files.append({**row, "size": size, "sha256": sha256})
    link = f"{request.host_url}files/{files[0]['filename']}" if files else None
    return {"files": files, "fields": [*request.form.items(multi=True)], "link": link}, 201


@app.route("/raw/<name>", methods=["PUT", "POST"])
def raw(name: str) -> tuple[dict[str, object], int]:
    """Take a file as the body itself; refuse one that is not what the headers say."""
    size, sha256 = keep(request.stream, name)
    content = (FOLDER / Path(name).name).read_bytes()
    digests = {
        "Content-MD5": b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode(),
        "Repr-Digest": f"sha-256=:{b64encode(hashlib.sha256(content).digest()).decode()}:",
    }
    for header, digest in digests.items():
        if request.headers.get(header, digest) != digest:
            return {"error": f"{header} should be {digest}"}, 400
    return {
        "checked": [header for header in digests if header in request.headers],
        "size": size,
        "sha256": sha256,
        "transfer_encoding": request.headers.get("Transfer-Encoding"),
        "content_length": request.headers.get("Content-Length"),
        "content_type": request.headers.get("Content-Type"),
        "link": f"{request.host_url}files/{name}",
    }, 201


@app.get("/known/<name>")
def known(name: str) -> tuple[dict[str, object], int]:
    """Tell what is stored under a name."""
    path = FOLDER / Path(name).name
    if not path.exists():
        return {"error": f"There is no {name}"}, 404
    content = path.read_bytes()
    return {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}, 200


@app.post("/json")
def document() -> tuple[dict[str, object], int]:
    """Take a file inside JSON: as it is, or in base64."""
    told = request.get_json()
    content = b64decode(told["base64"], validate=True) if "base64" in told else told["text"].encode()
    size, sha256 = keep(BytesIO(content), told["name"])
    return {"size": size, "sha256": sha256, "link": f"{request.host_url}files/{told['name']}"}, 201


@app.route("/echo", methods=["GET", "POST", "PUT", "DELETE"])  # and HEAD, which goes with GET
def echo() -> tuple[dict[str, object], dict[str, str]]:
    """Tell what arrived."""
    told: dict[str, object] = {
        "query": [*request.args.items(multi=True)],
        "form": [*request.form.items(multi=True)],
        "json": request.get_json(silent=True),
        "content_length": request.headers.get("Content-Length"),
        "content_type": request.headers.get("Content-Type"),
    }
    return told, {"X-Method": request.method}


@app.put("/private/<name>")
def private(name: str) -> tuple[dict[str, object], int]:
    """Refuse a stranger without reading what they send."""
    return {"error": f"Sign in to store {name}"}, 401
