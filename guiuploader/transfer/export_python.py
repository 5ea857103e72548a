# SPDX-License-Identifier: MIT
"""Write a request as a Python program that sends the same with requests and requests-toolbelt."""

from collections.abc import Iterator
from pathlib import Path

from guiuploader.destinations.destination import BodyKind
from guiuploader.network.digest import Login
from guiuploader.network.sigv4 import Keys
from guiuploader.transfer.export import Export, cannot
from guiuploader.transfer.fill_body import FormPart, TextContent

_USUAL = ("Accept", "Connection")
_NEEDED = ("Accept-Encoding", "User-Agent")
_MIDDLES = {
    ("text", "none"): "file_1.read()",
    ("text", "unbroken"): 'file_1.read().translate(None, b"\\r\\n\\0")',
    ("text", "json"): "json.dumps(file_1.read().decode(), ensure_ascii=False)[1:-1].encode()",
    ("text", "url"): 'quote_from_bytes(file_1.read(), safe="").encode()',
    ("text", "form"): "quote_plus(file_1.read()).encode()",
    ("base64", "form"): "quote_plus(base64.b64encode(file_1.read())).encode()",
    ("base64", "url"): 'quote_from_bytes(base64.b64encode(file_1.read()), safe="").encode()',
}


def python_program(export: Export) -> str:
    """Return the program; with `***` in the place of secrets. Raises UsageError where it cannot be said."""
    if isinstance(export.filled.sign_in, Keys):
        raise cannot("requests cannot sign for AWS; take curl")
    body = list(_body(export))
    calls = [*_call(export, has_body=bool(body))]
    paths = [f"open({str(path)!r}, 'rb') as file_{number}" for number, path in enumerate(export.files, 1)]
    lines = [*body, *calls]
    if paths:
        lines = [f"with {', '.join(paths)}:", *(f"    {line}" for line in lines)]
    whole = "\n".join(lines)
    return "\n".join([*_imports(whole), "", f"url = {export.url!r}", *_headers(export), *lines, _ENDING])


_ENDING = "print(reply.status_code, reply.reason)\nprint(reply.text)"


def _imports(text: str) -> Iterator[str]:
    for module in ("base64", "io", "json"):
        if f"{module}." in text:
            yield f"import {module}"
    for name in ("quote_from_bytes", "quote_plus"):
        if f"{name}(" in text:
            yield f"from urllib.parse import {name}"
    yield "import requests"
    if "HTTPDigestAuth" in text:
        yield "from requests.auth import HTTPDigestAuth"
    if "MultipartEncoder" in text:
        yield "from requests_toolbelt import MultipartEncoder"
    yield "from urllib3.util import SKIP_HEADER"


def _headers(export: Export) -> Iterator[str]:
    """Yield the table of headers; those that are not to go out are taken from what requests adds."""
    given = {name.lower() for name in export.headers}
    yield "headers = {"
    for name, value in export.headers.items():
        # Python's own HTTP client writes text as Latin-1.
        yield f"    {name!r}: {value.encode() if not value.isascii() else value!r},"
    for name in _USUAL:
        if name.lower() not in given:
            yield f"    {name!r}: None,"
    for name in _NEEDED:
        if name.lower() not in given:
            yield f"    {name!r}: SKIP_HEADER,"
    yield "}"


def _body(export: Export) -> Iterator[str]:
    filled = export.filled
    if filled.parts:
        yield "body = MultipartEncoder(["
        for part in filled.parts:
            yield f"    ({part.name!r}, {_part(part)}),"
        yield "])"
        yield "headers['Content-Type'] = body.content_type"
    elif filled.text is not None:
        yield f"body = {_text(filled.text)}"
    elif filled.body is not BodyKind.NONE:
        if export.is_chunked:
            yield "body = iter(lambda: file_1.read(65536), b'')"
        else:
            yield "body = file_1" if export.job.size else "body = b''"


def _text(text: TextContent) -> str:
    if text.file is None:
        return repr(text.before)
    middle = _MIDDLES.get((text.file, text.escape))
    if text.file == "base64" and text.escape not in {"url", "form"}:
        middle = "base64.b64encode(file_1.read())"
    if middle is None:
        raise cannot(f"A file that is escaped for {text.escape} cannot be written here")
    return f"{text.before!r} + {middle} + {text.after!r}"


def _part(part: FormPart) -> str:
    if part.file is None and not (part.filename or part.content_type or part.headers):
        return repr(part.value)
    if part.filename and '"' in part.filename:
        raise cannot("File names with escaped quotes cannot be written here; take curl")
    content = repr(part.value) if part.file is None else f"file_{part.file + 1}"
    if part.file is not None and part.as_base64:
        lines = f'base64.encodebytes({content}.read()).replace(b"\\n", b"\\r\\n")[:-2]'
        content = f"io.BytesIO({lines})"
    return f"({part.filename!r}, {content}, {part.content_type!r}, {dict(part.headers)!r})"


def _call(export: Export, *, has_body: bool) -> Iterator[str]:
    network = export.job.destination.network
    yield "session = requests.Session()"
    if network.proxy == "none":
        yield "session.trust_env = False"
    yield "reply = session.request("
    yield f"    {export.filled.method!r},"
    yield "    url,"
    yield "    headers=headers,"
    if has_body:
        yield "    data=body,"
    if export.login is not None:
        kind = "HTTPDigestAuth" if isinstance(export.filled.sign_in, Login) else ""
        yield f"    auth={kind}{export.login!r},"
    if not network.verify or network.ca_file:
        yield f"    verify={_path(network.ca_file) if network.verify else False!r},"
    if network.client_certificate:
        files = tuple(map(_path, filter(None, (network.client_certificate, network.client_key))))
        yield f"    cert={files if len(files) > 1 else files[0]!r},"
    if network.proxy not in {"system", "none"}:
        yield f"    proxies={ {'all': network.proxy}!r},"
    yield f"    timeout=({network.connect_timeout!r}, {network.reply_timeout!r}),"
    yield "    allow_redirects=False,"
    yield ")"


def _path(text: str) -> str:
    return str(Path(text).expanduser()) if text else ""
