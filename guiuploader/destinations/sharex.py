# SPDX-License-Identifier: MIT
"""Read a ShareX custom uploader (`.sxcu`) as the destination that sends the same request.

The file is a stranger's: no code in it is run, no file that it names is read, and what it would tell of this
computer is asked for.
"""

import re
from pathlib import Path
from urllib.parse import unquote, unquote_plus, urlsplit

from guiuploader.destinations.curl_command import Imported, without_empty_tables
from guiuploader.destinations.curl_secrets import Secrets
from guiuploader.destinations.destination import FORMAT, Auth, Destination, Reply
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.rules import FRAMING, check
from guiuploader.destinations.sharex_body import body
from guiuploader.destinations.sharex_codes import ODD
from guiuploader.destinations.sharex_file import FILES, LARGEST, LINKS, TEXTS, Uploader, read
from guiuploader.destinations.sharex_syntax import plain, split
from guiuploader.destinations.sharex_texts import Texts
from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey
from guiuploader.values.template import Node, literal

SUFFIX = ".sxcu"

_CALLED = "ShareX uploader"
_LEGACY_LINKS = {"RedirectionURL": "{responseurl}", "LocationHeader": "{header:Location}"}


def is_one(path: Path) -> bool:
    """Tell whether a file is a ShareX uploader by its name."""
    return path.suffix.casefold() == SUFFIX


def read_file(path: Path, *, name: str = "") -> Imported:
    """Return what a file means. Raises DestinationError, which names the member that is wrong."""
    try:
        if path.exists() and not path.is_file():
            raise _invalid(path.name, "the file", "is none, but a folder or a device")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise _invalid(path.name, "the file", error.strerror or "cannot be read") from error
    except ValueError as error:  # a path with a null character
        raise _invalid(path.name, "the file", "has a name that no file can have") from error
    if len(data) > LARGEST:
        raise _invalid(
            path.name, "the file", f"has more than {LARGEST} bytes, too many for a ShareX uploader"
        )
    try:
        text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _invalid(path.name, "the file", "is not UTF-8 text") from error
    return imported(text, name=name, called=path.name)


def imported(text: str, *, name: str = "", called: str = _CALLED) -> Imported:
    """Return what a file's text means. Raises DestinationError, which names the member that is wrong."""
    try:
        return _imported(text.removeprefix("\ufeff"), name)
    except RuleBroken as error:
        raise _invalid(called, error.key, error.reason) from error


def _imported(text: str, name: str) -> Imported:
    uploader = read(text)
    if not uploader.url:
        raise RuleBroken("RequestURL", "is missing: it is where the request goes")
    if uploader.kinds & LINKS and not uploader.kinds & (FILES | TEXTS):
        raise RuleBroken("DestinationType", "is a shortener of links, and sends no file")
    secrets = Secrets(foreign=True)
    texts = Texts(uploader, secrets)
    headers, content_type = _headers(uploader, texts)
    # A header goes before what stands in the address.
    has_login = not any(each.lower() == "authorization" for each in headers)
    url, query, auth = _address(uploader, texts, has_login=has_login)
    said = body(uploader, texts, content_type)
    reply = Reply(link=_link(uploader, texts), error=texts.reply("ErrorMessage", uploader.error))
    destination = without_empty_tables(
        Destination(
            format=FORMAT,
            name=printable(name or uploader.name.strip() or urlsplit(url).netloc.removeprefix("www.")),
            url=url,
            method=uploader.method,
            body=said.kind,
            query=query,
            headers=headers,
            auth=auth,
            multipart=said.multipart,
            raw=said.raw,
            content=said.content,
            form=said.form,
            variables=texts.variables,
            secrets=secrets.tables,
            reply=reply,
        )
    )
    check(destination)
    return Imported(
        destination,
        {
            SecretKey(destination.name, destination.origin, each): value
            for each, value in secrets.values.items()
            if value
        },
        (),
        (*uploader.notes, *texts.notes, *texts.codes.notes, *_notes(uploader)),
        (),
    )


def _headers(uploader: Uploader, texts: Texts) -> tuple[dict[str, str], str]:
    """Return the headers, and apart from them the type of the body's content."""
    headers: dict[str, str] = {}
    content_type = ""
    for name, text in uploader.headers.items():
        key = f"Headers.{name}"
        run = texts.read(key, text, codes=True)
        if name.lower() == "content-type":
            content_type = texts.request(key, run)
        elif name.lower() in FRAMING:
            texts.notes[f"{key}: is set as the body needs it, and left out"] = None
        else:
            headers[name] = texts.value(key, name, run, is_header=True)
    return headers, content_type


def _address(uploader: Uploader, texts: Texts, *, has_login: bool) -> tuple[str, dict[str, str], Auth]:
    """Return the address without its query, that with the parameters, and a sign-in in the address."""
    key = "RequestURL"
    url = uploader.url if "://" in uploader.url else f"https://{uploader.url}"
    whole = split(texts.read(key, url, codes=False), "#", 1)
    if len(whole) > 1:
        texts.notes["RequestURL: what follows its “#” is never sent, and left out"] = None
    place, *rest = split(whole[0], "?", 1)
    query: dict[str, str] = {}
    bare: list[str] = []
    pairs: dict[str, tuple[Node, ...]] = {
        name: texts.read(f"Parameters.{name}", text, codes=True) for name, text in uploader.parameters.items()
    }
    for pair in split(rest[0], "&") if rest else ():
        name_run, *value = split(pair, "=", 1)
        name = plain(name_run)
        if name is None:
            raise RuleBroken(key, "has a parameter whose name is not known beforehand")
        if name or value:
            run = value[0] if value else ()
            pairs.setdefault(_decoded(name), tuple(_decoded(n) if isinstance(n, str) else n for n in run))
    for name, run in pairs.items():
        if run and name:
            query[name] = texts.value(f"Parameters.{name}", name, run)
        elif name:
            bare.append(literal(re.sub(r"[\s&#%+]", lambda found: f"%{ord(found[0]):02X}", name)))
    address, auth = _without_login(texts.request(key, place), texts, has_login=has_login)
    return address + (f"?{'&'.join(bare)}" if bare else ""), query, auth


def _decoded(text: str) -> str:
    decoded = unquote_plus(text)
    if ODD.search(decoded):
        raise RuleBroken("RequestURL", "holds characters that no text may hold")
    return decoded


def _without_login(address: str, texts: Texts, *, has_login: bool) -> tuple[str, Auth]:
    """Return an address without the user and the password in it, and these as a sign-in."""
    try:
        login, at, host = urlsplit(address).netloc.rpartition("@")
    except ValueError as error:
        raise RuleBroken("RequestURL", f"is not an address ({error})") from error
    if not at or set("{}\\") & set(login):
        return address, Auth()
    address = address.replace(f"{login}@{host}", host, 1)
    if not has_login:
        return address, Auth()
    user, _, password = login.partition(":")
    user, password = unquote(user), unquote(password)
    reference = texts.secrets.reference("password", password, label=f"Password of {user}") if password else ""
    return address, Auth(kind="basic", username=literal(user), password=reference)


def _link(uploader: Uploader, texts: Texts) -> str:
    """Return the template of the link; a blank one means the whole answer, or what the old files name."""
    legacy = _LEGACY_LINKS.get(uploader.response, "{response}")
    return texts.reply("URL", uploader.link, whole=legacy) if uploader.link.strip() else legacy


def _notes(uploader: Uploader) -> list[str]:
    notes = []
    if uploader.kinds & LINKS:
        notes.append("DestinationType: its shortener of links is left out")
    for name, text in (("ThumbnailURL", uploader.thumbnail), ("DeletionURL", uploader.deletion)):
        if text:
            notes.append(f"{name}: is not kept; the row shows the server's whole answer")
    if uploader.response == "Headers":
        notes.append("ResponseType: is Headers; write which one into [reply] link, as “{header:NAME}”")
    if uploader.response == "RedirectionURL" or "{responseurl}" in uploader.link.lower():
        notes.append(
            "URL: a redirect that keeps the method (307, 308) is followed within the server;"
            " any other is an error that names the new address"
        )
    return notes


def _invalid(called: str, key: str, reason: str) -> DestinationError:
    return DestinationError(
        ErrorCode.DESTINATION_INVALID,
        destination=printable(called),
        key=printable(key),
        reason=printable(reason),
    )
