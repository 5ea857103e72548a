# SPDX-License-Identifier: MIT
"""Read a curl command as the destination that sends the same request.

What would make it another request is refused, with the option's name; what only behaves otherwise is noted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import msgspec

from guiuploader.destinations import curl_data, curl_options
from guiuploader.destinations.command_line import split
from guiuploader.destinations.curl_address import Address, address
from guiuploader.destinations.curl_body import BodySaid, Reading, body
from guiuploader.destinations.curl_headers import Headers, headers
from guiuploader.destinations.curl_network import way
from guiuploader.destinations.curl_options import Options
from guiuploader.destinations.curl_secrets import Secrets
from guiuploader.destinations.destination import FORMAT, Auth, BodyKind, Destination
from guiuploader.destinations.private_links import number
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.rules import check
from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey
from guiuploader.values.template import literal

_CALLED = "curl"
_SIGV4 = "aws:amz"


@dataclass(frozen=True, slots=True)
class Imported:
    """What a command means: a destination, and the secrets in it, which the destination only refers to.

    `files` are those that it uploads, in the order of its parts; none where it would read standard input.
    `notes` say what behaves otherwise than with curl, `confirm` what a stranger's command is to be asked for.
    """

    destination: Destination
    secrets: Mapping[SecretKey, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()


def imported(
    text: str, *, name: str = "", read: curl_data.Read, as_named: bool = False, foreign: bool = False
) -> Imported:
    """Return what a command means; `read` gives the texts of files that become part of it.

    With `as_named` the files that it names are the ones to be sent, and have the types that curl gives them.
    A `foreign` one may hold words that only stand for a secret. Raises DestinationError, which names the
    option that is wrong, or cannot be taken.
    """
    try:
        return _imported(text, name, Secrets(foreign=foreign), read, as_named=as_named)
    except RuleBroken as error:
        raise DestinationError(
            ErrorCode.DESTINATION_INVALID,
            destination=_CALLED,
            key=printable(error.key),
            reason=printable(error.reason),
        ) from error


def _imported(text: str, name: str, secrets: Secrets, read: curl_data.Read, *, as_named: bool) -> Imported:
    options = curl_options.read(_without_name(split(text)))
    found = headers(options)
    said = body(options, found, Reading(secrets, read, as_named))
    extra = ""
    if options.is_on("get") and options.has_any(*curl_data.OPTIONS):
        extra = curl_data.whole_text(curl_data.pieces(options), read)
    place = address(options, secrets, more_query=extra, takes_name=options.has("upload-file"))
    path = way(options, secrets, expect=found.expect)
    method = _method(options, said)
    auth = _auth(options, found, place, secrets)
    if said.content_type:
        found.values["Content-Type"] = said.content_type
    destination = Destination(
        format=FORMAT,
        name=name or _name(place, secrets),
        url=place.url,
        method=method.upper(),
        body=said.kind,
        headers=found.templates(secrets),
        omit_headers=found.omitted(),
        auth=auth,
        multipart=said.multipart,
        raw=said.raw,
        content=said.content,
        secrets=secrets.tables,
        network=path.network,
        limits=path.limits,
        retry=path.retry,
    )
    destination = without_empty_tables(destination)
    check(destination)
    is_input = curl_data.INPUT in said.files
    notes = (*options.notes, *found.notes, *said.notes, *path.notes, *_notes(options, said, method))
    return Imported(
        destination,
        {
            SecretKey(destination.name, destination.origin, each): value
            for each, value in secrets.values.items()
            if value
        },
        () if is_input else tuple(Path(each) for each in said.files),
        notes,
        path.confirm,
    )


def without_empty_tables(destination: Destination) -> Destination:
    """Return a destination as its file is read again: an empty table is none."""
    tables: dict[str, object] = msgspec.to_builtins(destination)
    return msgspec.convert({key: value for key, value in tables.items() if value != {}}, Destination)


def _without_name(words: list[str]) -> list[str]:
    if words[:1] == ["$"]:  # the prompt, which is copied along
        words = words[1:]
    if not words or PurePath(words[0].replace("\\", "/")).name.lower() not in {"curl", "curl.exe"}:
        raise RuleBroken("the command", "must begin with “curl”")
    if "curl" in words[1:] and words[words.index("curl", 1) - 1] in {"&&", ";", "|"}:
        raise RuleBroken("the command", "is followed by another one")
    return words[1:]


def _method(options: Options, said: BodySaid) -> str:
    if options.has("request"):
        return options.last("request")
    return "HEAD" if options.is_on("head") else "GET" if options.is_on("get") else said.method


def _name(place: Address, secrets: Secrets) -> str:
    """Return a name; other secrets may open another account, and so they are another destination's."""
    known = "\0".join(f"{name}={value}" for name, value in sorted(secrets.values.items()))
    name = printable(place.host)
    return f"{name} (curl {number(place.url, known)})" if known else f"{name} (curl)"


def _auth(options: Options, found: Headers, place: Address, secrets: Secrets) -> Auth:
    """Return how a command signs in; a header of that name goes before all options, as in curl."""
    given = next((name for name in found.values if name.lower() == "authorization"), None)
    if given is not None:
        scheme, _, token = found.values[given].partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return Auth()
        del found.values[given]
        return Auth(kind="bearer", token=secrets.reference("token", token.strip(), label="Token"))
    if options.has("oauth2-bearer"):
        token = options.last("oauth2-bearer")
        return Auth(kind="bearer", token=secrets.reference("token", token, label="Token"))
    user, colon, word = options.last("user").partition(":")
    password = word if colon else None
    if not options.has("user"):
        if place.user is None:
            return Auth()
        user, password = place.user, place.password or ""
    if options.has("aws-sigv4"):
        return _signed(options.last("aws-sigv4"), user, password, place, secrets)
    if options.is_on("basic") and options.is_on("digest"):
        raise RuleBroken("--digest", "stands beside --basic; keep one of the two")
    reference = "" if password == "" else secrets.reference("password", password, label=f"Password of {user}")
    return Auth(
        kind="digest" if options.is_on("digest") else "basic", username=literal(user), password=reference
    )


def _signed(said: str, user: str, password: str | None, place: Address, secrets: Secrets) -> Auth:
    provider, _, rest = said.partition(":")
    kind, _, where = rest.partition(":")
    region, _, service = where.partition(":")
    if f"{provider}:{kind or 'amz'}" != _SIGV4:
        raise RuleBroken(
            "--aws-sigv4", "of the signatures only Amazon's own is known here: aws:amz:REGION:SERVICE"
        )
    names = place.host.partition(":")[0].split(".")
    return Auth(
        kind="aws-sigv4",
        access_key=literal(user),
        secret_key=secrets.reference("secret-key", password, label=f"Secret key of {user}"),
        region=literal(region or (names[1] if len(names) > 1 else "")),
        service=literal(service or names[0]),
    )


def _notes(options: Options, said: BodySaid, method: str) -> list[str]:
    notes = []
    if method != method.upper():
        notes.append(f"--request: the method is written in capitals, {method.upper()}")
    if options.is_on("location"):
        notes.append(
            "--location: a redirect that keeps the method (307, 308) is followed within the server;"
            " any other is an error that names the new address"
        )
    if curl_data.INPUT in said.files:
        notes.append("Standard input: would be read by curl; name the files to send in its place")
    if said.kind is BodyKind.TEMPLATE and said.content.escape == "form":
        notes.append("--data-urlencode: the file must be text in UTF-8")
    return notes
