# SPDX-License-Identifier: MIT
"""A small upload API as its authors would write it with Django, in one file."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

FOLDER = Path(os.environ["UPLOADS"])

settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, USE_TZ=True)


def keep(pieces: Iterator[bytes], name: str) -> tuple[int, str]:
    """Store `pieces` as `name`; return the size in bytes and the SHA-256."""
    digest, size = hashlib.sha256(), 0
    with (FOLDER / Path(name).name).open("wb") as file:
        for piece in pieces:
            digest.update(piece)
            size += file.write(piece)
    return size, digest.hexdigest()


def link(request: HttpRequest, name: str) -> str:
    """Return the address of a stored file."""
    return f"{request.scheme}://{request.get_host()}/files/{name}"


def upload(request: HttpRequest) -> JsonResponse:
    """Take a multipart form."""
    files = []
    for field, parts in request.FILES.lists():
        for part in parts:
            size, sha256 = keep(part.chunks(), part.name)
            row = {"field": field, "filename": part.name, "content_type": part.content_type}
            files.append({**row, "size": size, "sha256": sha256})
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    first = link(request, files[0]["filename"]) if files else None
    return JsonResponse({"files": files, "fields": fields, "link": first}, status=201)


def raw(request: HttpRequest, name: str) -> JsonResponse:
    """Take a file as the body itself."""
    size, sha256 = keep(iter(lambda: request.read(1 << 18), b""), name)
    told = {
        "size": size,
        "sha256": sha256,
        "transfer_encoding": request.headers.get("Transfer-Encoding"),
        "content_length": request.headers.get("Content-Length"),
        "content_type": request.headers.get("Content-Type"),
        "link": link(request, name),
    }
    return JsonResponse(told, status=201)


urlpatterns = [path("upload", upload), path("raw/<str:name>", raw)]

app = get_wsgi_application()
