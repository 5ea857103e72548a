# SPDX-License-Identifier: MIT
"""What the destination editor explains."""

from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.values.redact import redact_url
from guiuploader.window.wording import translate


def body_name(kind: BodyKind) -> str:
    """Name a way to send the file, or a request without one."""
    return {
        BodyKind.MULTIPART: translate("editor", "Form, streamed (multipart)"),
        BodyKind.RAW: translate("editor", "The file alone, streamed (raw)"),
        BodyKind.CHUNKED: translate("editor", "The file alone, in chunks (chunked)"),
        BodyKind.BUFFERED: translate("editor", "Form, held in memory (buffered)"),
        BodyKind.TUS: translate("editor", "The file in an upload that can be resumed (tus)"),
        BodyKind.OBJECT_STORE: translate("editor", "An object in a store: S3, Google, Azure (object-store)"),
        BodyKind.TEMPLATE: translate("editor", "A text with the file in it (template)"),
        BodyKind.CONTENT: translate("editor", "A text without a file (content)"),
        BodyKind.FORM: translate("editor", "Names and values without a file (form)"),
        BodyKind.NONE: translate("editor", "Nothing (none)"),
    }[kind]


def body_help(destination: Destination) -> str:
    """Say what the kind of body is for, and what of it the fields below do not show."""
    said = [_purpose(destination.body)]
    if destination.is_form:
        form = destination.multipart
        headers = [
            (name.lower(), value.lower()) for part in form.parts() for name, value in part.headers.items()
        ]
        if form.part:
            said.append(translate("editor", "Its parts are written in its file and stay as they are."))
        if ("content-transfer-encoding", "base64") in headers:
            said.append(
                translate(
                    "editor",
                    "A part header has the file written as base64; most servers would store that text.",
                )
            )
    return " ".join(said)


def _purpose(kind: BodyKind) -> str:
    return {
        BodyKind.MULTIPART: translate("editor", "A form with fields and the file; what most servers expect."),
        BodyKind.RAW: translate(
            "editor", "The request is the file itself; for PUT addresses, presigned links and WebDAV."
        ),
        BodyKind.CHUNKED: translate(
            "editor", "The file itself without its length beforehand; only for servers that ask for it."
        ),
        BodyKind.BUFFERED: translate(
            "editor", "The same form, made whole in memory first; for small files and very simple servers."
        ),
        BodyKind.TUS: translate(
            "editor",
            "For servers that speak tus: after a broken line, a pause or a restart it goes on where it was."
            " The address is the one where uploads are made.",
        ),
        BodyKind.OBJECT_STORE: translate(
            "editor",
            "For backups. The address is s3://CONNECTION@bucket/{relpath}, also gs:// or az://; the keys are"
            " in the connection.",
        ),
        BodyKind.TEMPLATE: translate("editor", "For servers that take a file inside JSON or XML."),
        BodyKind.CONTENT: translate("editor", "A request that is sent for its own sake, such as JSON."),
        BodyKind.FORM: translate(
            "editor", "A request that is sent for its own sake, its body written like an address's query."
        ),
        BodyKind.NONE: translate(
            "editor", "A request that is sent for its own sake; all is in its address and headers."
        ),
    }[kind]


def address_help(*, takes_file: bool) -> str:
    """Say what may stand in an address."""
    if not takes_file:
        return translate("editor", "Where the request goes.")
    return translate("editor", "Where the files go. {filename} and the like are filled in for each file.")


def address_missing() -> str:
    """Say why nothing can be saved yet."""
    return translate("editor", "Type the address to send to.")


def fields_help() -> str:
    """Say what fields are for."""
    return translate("editor", "Sent with each file, in this order; a name may stand there more than once.")


def text_help() -> str:
    """Say what stands in the text of a body."""
    return translate(
        "editor",
        "The whole body. In the file's place stands {file:base64} or {file:text}; another { is written \\{.",
    )


def pairs_help() -> str:
    """Say what the pairs of a request without a file are for."""
    return translate("editor", "Sent in this order; a name may stand there more than once.")


def variables_help() -> str:
    """Say what variables are."""
    return translate(
        "editor",
        "{var:NAME} in any value. Asked for when files are added; with choices, as “local, staging, live”,"
        ' they are a switch above the queue. A default of "" lets it stay empty.',
    )


def query_help() -> str:
    """Say what the query is."""
    return translate("editor", "Stands behind the address, after a “?”.")


def secrets_help() -> str:
    """Say what secrets are."""
    return translate(
        "editor", "How whoever needs {secret:NAME} is asked for it. The secret itself is kept apart."
    )


def further_help() -> str:
    """Say what the text of further tables is."""
    return translate(
        "editor",
        "What has no field here, as TOML: [tus], [raw], [lookup], [[multipart.part]] and the like.",
    )


def other_server(host: str) -> str:
    """Say that saved secrets stay with the server they were saved for."""
    return translate(
        "editor", "{host} is another server: the saved secrets do not go there, and are asked for again."
    ).format(host=host)


def remark(key: str, reason: str, *, with_key: bool) -> str:
    """Say what is wrong; the key is named where the field alone does not tell, as in one row of a table."""
    if key.startswith("further."):  # there the whole key is what tells
        key, with_key = key.removeprefix("further."), True
    inner = key.rpartition(".")[2] if "." in key else ""
    named = (
        key
        if with_key
        else inner
        if key.startswith(
            ("headers.", "query.", "multipart.fields.", "form.fields.", "auth.", "variables.", "secrets.")
        )
        else ""
    )
    if named:
        return translate("editor", "{key}: {reason}").format(key=named, reason=reason)
    return translate("editor", "This {reason}.").format(reason=reason) if _continues(reason) else reason


def effect(destination: Destination) -> str:
    """Say what a drop will do: "POST https://… as a form, file in the field “file”"."""
    if destination.takes_file:
        start = translate("editor", "A drop sends: {method} {url}")
    else:
        start = translate("editor", "“Send request” sends: {method} {url}")
    start = start.format(method=destination.method, url=redact_url(destination.url))
    return f"{start} {_with_body(destination)}"


def _with_body(destination: Destination) -> str:
    if destination.is_form:
        if destination.multipart.part:
            return translate("editor", "as a form")
        return translate("editor", "as a form, the file in the field “{field}”").format(
            field=destination.multipart.file_field
        )
    return {
        BodyKind.TEMPLATE: translate("editor", "with the text as the body, the file in it"),
        BodyKind.CONTENT: translate("editor", "with the text as the body"),
        BodyKind.OBJECT_STORE: translate("editor", "by the store's connection"),
        BodyKind.FORM: translate("editor", "with the names and values as the body"),
        BodyKind.NONE: translate("editor", "without a body"),
    }.get(destination.body, translate("editor", "with the file itself as the body"))


def _continues(reason: str) -> bool:
    return reason.startswith(("must ", "is ", "names "))
