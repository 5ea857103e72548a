# SPDX-License-Identifier: MIT
"""A small upload API as its authors would write it with FastAPI."""

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI, Request, Response
from pydantic import Base64Bytes, BaseModel
from starlette.datastructures import UploadFile

FOLDER = Path(os.environ["UPLOADS"])

app = FastAPI()


async def keep(pieces: AsyncIterator[bytes], name: str) -> tuple[int, str]:
    """Store `pieces` as `name`; return the size in bytes and the SHA-256."""
    digest, size = hashlib.sha256(), 0
    with (FOLDER / Path(name).name).open("wb") as file:
        async for piece in pieces:
            digest.update(piece)
            size += file.write(piece)
    return size, digest.hexdigest()


async def content(part: UploadFile) -> AsyncIterator[bytes]:
    """Yield what `part` holds."""
    while piece := await part.read(1 << 18):
        yield piece


@app.post("/upload", status_code=201)
async def upload(request: Request) -> dict[str, object]:
    """Take a multipart form."""
    files, fields = [], []
    async with request.form() as form:
        for name, part in form.multi_items():
            if isinstance(part, str):
                fields.append((name, part))
                continue
            size, sha256 = await keep(content(part), part.filename or "")
            row = {"field": name, "filename": part.filename, "content_type": part.content_type}
            files.append({**row, "size": size, "sha256": sha256})
    link = f"{request.base_url}files/{files[0]['filename']}" if files else None
    return {"files": files, "fields": fields, "link": link}


@app.api_route("/raw/{name}", methods=["PUT", "POST"], status_code=201)
async def raw(name: str, request: Request) -> dict[str, object]:
    """Take a file as the body itself."""
    size, sha256 = await keep(request.stream(), name)
    return {
        "size": size,
        "sha256": sha256,
        "transfer_encoding": request.headers.get("Transfer-Encoding"),
        "content_length": request.headers.get("Content-Length"),
        "content_type": request.headers.get("Content-Type"),
        "link": f"{request.base_url}files/{name}",
    }


class Document(BaseModel):
    """A file inside JSON: as it is, or in base64."""

    name: str
    text: str = ""
    base64: Base64Bytes | None = None


@app.post("/json", status_code=201)
async def document(told: Document, request: Request) -> dict[str, object]:
    """Take a file inside JSON."""

    async def pieces() -> AsyncIterator[bytes]:
        yield told.text.encode() if told.base64 is None else told.base64

    size, sha256 = await keep(pieces(), told.name)
    return {"size": size, "sha256": sha256, "link": f"{request.base_url}files/{told.name}"}


@app.api_route("/echo", methods=["GET", "HEAD", "POST", "PUT", "DELETE"])
async def echo(request: Request, response: Response) -> dict[str, object]:
    """Tell what arrived."""
    response.headers["X-Method"] = request.method
    content_type = request.headers.get("Content-Type")
    return {
        "query": request.query_params.multi_items(),
        "form": (await request.form()).multi_items(),
        "json": await request.json() if content_type == "application/json" else None,
        "content_length": request.headers.get("Content-Length"),
        "content_type": content_type,
    }
