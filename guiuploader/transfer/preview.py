# SPDX-License-Identifier: MIT
"""Show exactly what would be sent, secrets masked, without sending anything."""

from contextlib import closing
from urllib.parse import urlsplit

from requests_toolbelt import MultipartEncoder

from guiuploader.network.session import HttpSession, target_of
from guiuploader.network.sigv4 import SCHEME, UNSIGNED, Keys
from guiuploader.transfer.body import FileBytes, build, form_fields
from guiuploader.transfer.control import Control
from guiuploader.transfer.exchange import header_text
from guiuploader.transfer.fill import fill
from guiuploader.transfer.job import Job
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.sign_in import signing
from guiuploader.values.redact import MASK, printable


class _Unheard:
    """Events of a transfer that never runs."""

    def progressed(self, _sent: int, /) -> None:
        """Say nothing."""

    def before_commit_point(self) -> None:
        """Let nothing wait."""

    def body_sent(self) -> None:
        """Say nothing."""


def http_text(job: Job) -> str:
    """Return the request as it would stand on the wire, the file's bytes named in one line.

    The head comes from the same code that sends, lengths included. Raises SourceError or DestinationError.
    """
    filled = fill(job.destination, job.scope(lambda _: MASK), masked=True)
    control = Control()
    with closing(job.source.open()) as reader, closing(HttpSession()) as session:
        file = FileBytes(reader, job.source, control)
        body = build(filled, file, job.source.size, control, Meter(_Unheard()))
        request = session.prepare(
            filled.method, filled.url, {name: value.encode() for name, value in filled.headers}
        )
        body.attach(request)
        if isinstance(filled.sign_in, Keys):
            signing(filled.sign_in, filled, UNSIGNED)(request)
            request.headers["Authorization"] = f"{SCHEME} {MASK}"
    url = request.url or ""
    head = [f"{filled.method} {target_of(url)} HTTP/1.1", f"Host: {urlsplit(url).netloc}"]
    for name, value in request.headers.items():
        head.append(f"{name}: {header_text(value)}")
    size = "?" if job.source.size is None else job.source.size
    content = f"<{size} bytes of {printable(job.source.name)}>"
    if filled.file is not None:
        boundary = str(request.headers["Content-Type"]).partition("boundary=")[2]
        form = MultipartEncoder(form_fields(filled, filled.file, content.encode()), boundary=boundary)
        content = form.to_string().decode()
    lines = [*head, "", *content.replace("\r\n", "\n").split("\n")]
    return "\n".join(printable(line) for line in lines)
