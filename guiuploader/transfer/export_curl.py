# SPDX-License-Identifier: MIT
"""Write a request as the curl command, for a POSIX shell, that sends the same."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from guiuploader.destinations.destination import BodyKind
from guiuploader.network.sigv4 import Keys
from guiuploader.transfer.export import Export, cannot
from guiuploader.transfer.fill_body import FormPart, TextContent

_JOINT = " \\\n  "


def curl_command(export: Export) -> str:
    """Return the command; with `***` in the place of secrets. Raises UsageError where curl cannot say it."""
    before, body, usual_method = _body(export)
    method = export.filled.method
    words = ["curl", *_switches(export, body)]
    if method == "HEAD" and usual_method == "GET":
        words.append("--head")
    elif method != usual_method:
        words.append(f"--request {shlex.quote(method)}")
    words += _headers(export, body)
    words += _sign_in(export)
    words += body
    words += _way(export)
    words.append(shlex.quote(export.url))
    return before + _JOINT.join(words)


def _switches(export: Export, body: list[str]) -> Iterator[str]:
    if any(char in export.url + " ".join(body) for char in "{}[]"):
        yield "--globoff"
    if "/." in export.url:
        yield "--path-as-is"
    if export.job.destination.multipart.filename_escaping == "backslash" and export.filled.parts:
        yield "--form-escape"


def _headers(export: Export, body: list[str]) -> Iterator[str]:
    lower = {name.lower() for name in export.headers}
    own = {name.lower() for name, _ in export.filled.headers}
    for name, value in export.headers.items():
        if name.lower() == "accept-encoding":
            yield "--compressed"
        if name.lower() in {"user-agent", "accept"} and name.lower() not in own:
            continue  # curl has its own, which say the same
        yield f"--header {shlex.quote(f'{name}: {value}' if value else f'{name};')}"
    for name in ("Accept", "User-Agent"):
        if name.lower() not in lower:
            yield f"--header {shlex.quote(f'{name}:')}"
    has_default_type = any(each.startswith("--data") for each in body)
    if "content-type" not in lower and has_default_type:
        yield "--header 'Content-Type:'"


def _sign_in(export: Export) -> Iterator[str]:
    if export.login is None:
        return
    sign_in = export.filled.sign_in
    if isinstance(sign_in, Keys):
        yield f"--aws-sigv4 {shlex.quote(f'aws:amz:{sign_in.region}:{sign_in.service}')}"
    elif sign_in is not None:
        yield "--digest"
    yield f"--user {shlex.quote(':'.join(export.login))}"


def _body(export: Export) -> tuple[str, list[str], str]:
    """Return what goes before the command, the body's options, and the method that curl would use."""
    filled = export.filled
    if filled.parts:
        return "", [_part(part, export) for part in filled.parts], "POST"
    if filled.text is not None:
        return *_text(filled.text, export), "POST"
    if filled.body is BodyKind.NONE:
        has_length = "Content-Length" in export.request.headers
        return ("", ["--data ''"], "POST") if has_length else ("", [], "GET")
    path = _given(export.files[0])
    if export.url.partition("?")[0].endswith("/"):  # where curl would add the file's name
        chunked = ["--header 'Transfer-Encoding: chunked'"] if export.is_chunked else []
        return "", [*chunked, f"--data-binary {shlex.quote(f'@{path}')}"], "POST"
    chunked = ["--header 'Transfer-Encoding: chunked'"] if export.is_chunked else []
    return "", [*chunked, f"--upload-file {shlex.quote(path)}"], "PUT"


def _text(text: TextContent, export: Export) -> tuple[str, list[str]]:
    """Return a text as it is, or, around a file, as what a pipe brings."""
    before, after = text.before.decode(), text.after.decode()
    if text.file is None:
        return "", [f"--data-raw {shlex.quote(before)}"]
    path = shlex.quote(_given(export.files[0]))
    if text.file == "base64" and text.escape not in {"url", "form"}:
        middle = f"base64 < {path} | tr -d '\\n'"
    elif text.escape == "none":
        middle = f"cat {path}"
    elif text.escape == "unbroken":
        middle = f"tr -d '\\r\\n\\000' < {path}"
    else:
        raise cannot(f"A file that is escaped for {text.escape} cannot be written for curl; take python")
    pieces = [f"printf %s {shlex.quote(before)}" if before else "", middle]
    pieces.append(f"printf %s {shlex.quote(after)}" if after else "")
    return f"{{ {'; '.join(filter(None, pieces))}; }} |\n", ["--data-binary @-"]


def _part(part: FormPart, export: Export) -> str:
    if "=" in part.name:
        raise cannot(f"The field “{part.name}” has a “=” in its name, which curl cannot write")
    if '"' in part.name and export.job.destination.multipart.filename_escaping == "backslash":
        raise cannot(f"The field “{part.name}” has a quote in its name, which curl would write otherwise")
    if part.file is None and not (part.filename or part.content_type or part.headers):
        return f"--form-string {shlex.quote(f'{part.name}={part.value}')}"
    content = part.value or "" if part.file is None else _given(export.files[part.file])
    said = [f"{part.name}={'' if part.file is None else '@'}{_quoted(content)}"]
    if part.filename is not None:
        escaped = export.job.destination.multipart.filename_escaping == "backslash"
        name = re.sub(r"\\(.)", r"\1", part.filename) if escaped else part.filename
        said.append(f"filename={_quoted(name)}")
    if part.content_type:
        said.append(f"type={part.content_type}")
    for name, value in part.headers:
        if name.lower() == "content-transfer-encoding":
            said.append(f"encoder={value.lower()}")
        else:
            said.append(f"headers={_quoted(f'{name}: {value}')}")
    return f"--form {shlex.quote(';'.join(said))}"


def _quoted(text: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", text)
    return f'"{escaped}"'


def _given(path: Path) -> str:
    return f"./{path}" if str(path).startswith("-") else str(path)


def _way(export: Export) -> Iterator[str]:
    network, limits = export.job.destination.network, export.job.destination.limits
    if not network.verify:
        yield "--insecure"
    for option, path in (
        ("cacert", network.ca_file),
        ("cert", network.client_certificate),
        ("key", network.client_key),
    ):
        if path:
            yield f"--{option} {shlex.quote(str(Path(path).expanduser()))}"
    if network.client_key_password:
        yield "--pass '***'"
    if network.proxy == "none":
        yield "--noproxy '*'"
    elif network.proxy != "system":
        yield f"--proxy {shlex.quote(network.proxy)}"
    if network.proxy_username:
        yield "--proxy-user '***:***'"
    if limits.bytes_per_second:
        yield f"--limit-rate {limits.bytes_per_second}"
