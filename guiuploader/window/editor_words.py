# SPDX-License-Identifier: MIT
"""What the destination editor explains."""

from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.values.redact import redact_url
from guiuploader.window.wording import translate


def body_name(kind: BodyKind) -> str:
    """Name a way to send the file."""
    return {
        BodyKind.MULTIPART: translate("editor", "Form, streamed (multipart)"),
        BodyKind.RAW: translate("editor", "The file alone, streamed (raw)"),
        BodyKind.CHUNKED: translate("editor", "The file alone, in chunks (chunked)"),
        BodyKind.BUFFERED: translate("editor", "Form, held in memory (buffered)"),
    }[kind]


def body_help(kind: BodyKind) -> str:
    """Say in one sentence what it is for."""
    return {
        BodyKind.MULTIPART: translate(
            "editor", "A form with the fields below and the file; what most upload addresses expect."
        ),
        BodyKind.RAW: translate(
            "editor", "The request is the file itself; for PUT addresses, presigned links and WebDAV."
        ),
        BodyKind.CHUNKED: translate(
            "editor", "The file itself without its length beforehand; only for servers that ask for it."
        ),
        BodyKind.BUFFERED: translate(
            "editor", "The same form, made whole in memory first; for small files and very simple servers."
        ),
    }[kind]


def address_help() -> str:
    """Say what may stand in an address."""
    return translate("editor", "Where the files go. {filename} and the like are filled in for each file.")


def address_missing() -> str:
    """Say why nothing can be saved yet."""
    return translate("editor", "Type the address to send to.")


def fields_help() -> str:
    """Say what fields are for."""
    return translate("editor", "Sent with each file, in this order; a name may stand there more than once.")


def remark(key: str, reason: str, *, with_key: bool) -> str:
    """Say what is wrong; the key is named where the field alone does not tell, as in one row of a table."""
    inner = key.rpartition(".")[2] if "." in key else ""
    named = key if with_key else inner if key.startswith(("headers.", "multipart.fields.", "auth.")) else ""
    if named:
        return translate("editor", "{key}: {reason}").format(key=named, reason=reason)
    return translate("editor", "This {reason}.").format(reason=reason) if _continues(reason) else reason


def effect(destination: Destination) -> str:
    """Say what a drop will do: "POST https://… as a form, file in the field “file”"."""
    start = translate("editor", "A drop sends: {method} {url}").format(
        method=destination.method, url=redact_url(destination.url)
    )
    if destination.is_form:
        end = translate("editor", "as a form, the file in the field “{field}”").format(
            field=destination.multipart.file_field
        )
    else:
        end = translate("editor", "with the file itself as the body")
    return f"{start} {end}"


def _continues(reason: str) -> bool:
    return reason.startswith(("must ", "is ", "names "))
