# SPDX-License-Identifier: MIT
"""What happened and what to do, for every error code.

A placeholder in braces is a fact of the problem. Facts are foreign text: show the result as plain text. Some
come with a full stop and some without, so a text that ends with a fact is closed by `explain`.
"""

from collections.abc import Mapping

from guiuploader.values.destination_words import DESTINATION_TEXTS
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.lookup_words import LOOKUP_TEXTS
from guiuploader.values.quantities import size_text
from guiuploader.values.redact import printable
from guiuploader.values.refusals import REFUSALS, REMARKS
from guiuploader.values.source_refusals import SOURCE_REFUSALS
from guiuploader.values.store_words import STORE_TEXTS
from guiuploader.values.words import QT_TR_NOOP, Explanation, Translate, untranslated

_TEXTS: Mapping[ErrorCode, tuple[str, str, str]] = {
    ErrorCode.USAGE: (
        QT_TR_NOOP("This command cannot be carried out."),
        QT_TR_NOOP("{reason}"),
        QT_TR_NOOP("“{program} --help” lists what can be said."),
    ),
    ErrorCode.VALUE_MISSING: (
        QT_TR_NOOP("A value is missing: {name}."),
        QT_TR_NOOP("“{destination}” asks for it and has no default."),
        QT_TR_NOOP("Give it with “--set {name}=VALUE”, or in the window when you add the file."),
    ),
    ErrorCode.VALUE_NOT_ALLOWED: (
        QT_TR_NOOP("A value cannot be sent as it is."),
        QT_TR_NOOP("{key}: {reason}"),
        QT_TR_NOOP("Rename the file or change the destination, then try again."),
    ),
    ErrorCode.SECRET_MISSING: (
        QT_TR_NOOP("The secret “{name}” for “{destination}” is not known here."),
        QT_TR_NOOP("It is kept for {origin} alone; a changed address asks again."),
        QT_TR_NOOP("Enter it in the window, or set {variable} in the environment."),
    ),
    ErrorCode.KEYCHAIN_FAILED: (
        QT_TR_NOOP("The keychain of this computer did not answer."),
        QT_TR_NOOP("{reason}"),
        QT_TR_NOOP("The secret is kept for this session only; unlock the keychain to save it."),
    ),
    ErrorCode.FOLDER_NOT_WRITABLE: (
        QT_TR_NOOP("guiuploader cannot write in its folder."),
        QT_TR_NOOP("“{path}”: {reason}"),
        QT_TR_NOOP("Make the folder writable, or choose another with “--home DIR”."),
    ),
    ErrorCode.SOURCE_MISSING: (
        QT_TR_NOOP("There is no such file."),
        QT_TR_NOOP("“{path}”"),
        QT_TR_NOOP("Check the path, or put the file back, and try again."),
    ),
    ErrorCode.SOURCE_UNREADABLE: (
        QT_TR_NOOP("The file cannot be read."),
        QT_TR_NOOP("“{path}”: {reason}"),
        QT_TR_NOOP("Check its permissions and its disk, then try again."),
    ),
    ErrorCode.SOURCE_NOT_A_FILE: (
        QT_TR_NOOP("This is not a file that can be sent: it is {kind}."),
        QT_TR_NOOP("“{path}”"),
        QT_TR_NOOP("Choose a regular file instead."),
    ),
    ErrorCode.SOURCE_LENGTHLESS: (
        QT_TR_NOOP("This file has content but no length, as system files do."),
        QT_TR_NOOP("“{path}”"),
        QT_TR_NOOP("Copy it to a regular file and send that."),
    ),
    ErrorCode.SOURCE_LOOP: (
        QT_TR_NOOP("This link leads back into its own folder."),
        QT_TR_NOOP("“{path}”"),
        QT_TR_NOOP("The rest of the folder was taken; remove the link if that is not wanted."),
    ),
    ErrorCode.SOURCE_EMPTY_FOLDER: (
        QT_TR_NOOP("The folder holds no file."),
        QT_TR_NOOP("“{path}”"),
        "",
    ),
    ErrorCode.SOURCE_CHANGED: (
        QT_TR_NOOP("The file changed since it was added."),
        QT_TR_NOOP("“{path}”: it had {before} bytes, now it has {now}."),
        QT_TR_NOOP("Try again to send it as it is now."),
    ),
    ErrorCode.SOURCE_SHORT: (
        QT_TR_NOOP("The file became shorter while it was being sent."),
        QT_TR_NOOP("“{path}”: {missing} of {size} bytes are missing, so the server got no whole file."),
        QT_TR_NOOP("Try again when nothing writes to it any more."),
    ),
    ErrorCode.SOURCE_TOO_LARGE_TO_BUFFER: (
        QT_TR_NOOP("The file is too large to be held in memory."),
        QT_TR_NOOP("It has {amount}; “buffered” needs twice that in memory and takes at most {limit}."),
        QT_TR_NOOP("Set the destination's body to “multipart”, which sends the same form as a stream."),
    ),
    ErrorCode.SOURCE_NOT_TEXT: (
        QT_TR_NOOP("The file is no text, and this destination puts it into one."),
        QT_TR_NOOP("“{path}” is not UTF-8, or holds control characters that cannot stand there."),
        QT_TR_NOOP("Let the destination write it as base64 there, if the server can take that."),
    ),
    ErrorCode.NAME_NOT_FOUND: (
        QT_TR_NOOP("No server has the name {host}."),
        QT_TR_NOOP("The name could not be looked up."),
        QT_TR_NOOP("Check the address for a typing error, and that you are online."),
    ),
    ErrorCode.CONNECTION_REFUSED: (
        QT_TR_NOOP("{host} does not accept connections."),
        QT_TR_NOOP("The computer answered, but nothing listens at that port."),
        QT_TR_NOOP("Check the port in the address, and that the server is running."),
    ),
    ErrorCode.CONNECT_TIMEOUT: (
        QT_TR_NOOP("{host} did not answer in time."),
        QT_TR_NOOP("No connection within {seconds} seconds."),
        QT_TR_NOOP("Check the address, your network and any firewall between."),
    ),
    ErrorCode.UNREACHABLE: (
        QT_TR_NOOP("{host} cannot be reached from here."),
        QT_TR_NOOP("{reason}"),
        QT_TR_NOOP("Check your network and the address."),
    ),
    ErrorCode.NO_NETWORK: (
        QT_TR_NOOP("This computer has no network."),
        QT_TR_NOOP("{host} could not be reached."),
        QT_TR_NOOP("Connect the computer to its network, then try again."),
    ),
    ErrorCode.CERTIFICATE_NOT_TRUSTED: (
        QT_TR_NOOP("The identity of {host} could not be proved."),
        QT_TR_NOOP("Its certificate was not accepted: {reason}"),
        QT_TR_NOOP(
            "If the server is yours, name its certificate in the destination ([network] ca_file); "
            "otherwise do not send."
        ),
    ),
    ErrorCode.CLIENT_CERTIFICATE_WANTED: (
        QT_TR_NOOP("This server wants a client certificate."),
        QT_TR_NOOP("{host} ended the connection because it was shown none, or none that it accepts."),
        QT_TR_NOOP("Name yours in the destination ([network] client_certificate and client_key)."),
    ),
    ErrorCode.PROXY_UNREACHABLE: (
        QT_TR_NOOP("The proxy {proxy} cannot be reached."),
        QT_TR_NOOP("{reason}"),
        QT_TR_NOOP("Check the proxy in the destination ([network] proxy) or in this computer's settings."),
    ),
    ErrorCode.PROXY_UNAUTHORIZED: (
        QT_TR_NOOP("The proxy {proxy} wants you to sign in."),
        QT_TR_NOOP("It did not accept the user and password, or there were none."),
        QT_TR_NOOP(
            "Set [network] proxy_username and proxy_password in the destination. A proxy that signs you in "
            "through Windows (NTLM, Negotiate) needs a helper program such as px between."
        ),
    ),
    ErrorCode.PROXY_REFUSED: (
        QT_TR_NOOP("The proxy {proxy} did not connect to {host}."),
        QT_TR_NOOP("Its answer: {answer}"),
        QT_TR_NOOP("Check the server's address; the proxy may also forbid it."),
    ),
    ErrorCode.TLS_FAILED: (
        QT_TR_NOOP("No secure connection to {host} came about."),
        QT_TR_NOOP("{reason}"),
        QT_TR_NOOP("Check that the address should begin with https:// and that the port is right."),
    ),
    ErrorCode.SEND_STALLED: (
        QT_TR_NOOP("{host} stopped taking data."),
        QT_TR_NOOP("Nothing was accepted for {seconds} seconds."),
        QT_TR_NOOP("Try again; if it happens at the same place, ask the server's owner."),
    ),
    ErrorCode.CONNECTION_LOST: (
        QT_TR_NOOP("{host} closed the connection during the upload."),
        QT_TR_NOOP("It did so without an answer, before the whole file was sent."),
        QT_TR_NOOP("Often this is a size limit or a sign-in problem at the server. Try again."),
    ),
    ErrorCode.REPLY_LOST: (
        QT_TR_NOOP("The file was sent, but the connection broke before {host} answered."),
        QT_TR_NOOP("The file may have arrived."),
        QT_TR_NOOP("Look at the server; send again only if it is not there."),
    ),
    ErrorCode.REPLY_TIMEOUT: (
        QT_TR_NOOP("The file was sent, but {host} gave no answer."),
        QT_TR_NOOP("Nothing came within {seconds} seconds. The file may have arrived."),
        QT_TR_NOOP("Look at the server; send again only if it is not there."),
    ),
    ErrorCode.REPLY_INVALID: (
        QT_TR_NOOP("The file was sent, but what {host} answered is not HTTP."),
        QT_TR_NOOP("The file may have arrived."),
        QT_TR_NOOP("Check the address and port; send again only if the file is not there."),
    ),
    ErrorCode.CANCELLED_LATE: (
        QT_TR_NOOP("You cancelled after everything had been sent to {host}."),
        QT_TR_NOOP("The file may have arrived."),
        QT_TR_NOOP("Look at the server; send again only if it is not there."),
    ),
    ErrorCode.LEFT_BEHIND: (
        QT_TR_NOOP("A part of “{name}” is still at {host}, which could not be told to drop it."),
        "",
        "",
    ),
    ErrorCode.BROKEN_OFF: (
        QT_TR_NOOP("The request was broken off, as another file in it could not be read."),
        QT_TR_NOOP("Part of it had been sent to {host}; this file may have arrived."),
        QT_TR_NOOP("Look at the server; send again only if it is not there."),
    ),
    ErrorCode.PARTED: (
        QT_TR_NOOP("The files that were sent with this one are no longer all there."),
        QT_TR_NOOP("{host} knows them by one key, and never answered for it; this file may have arrived."),
        QT_TR_NOOP("Look at the server; send again only if it is not there."),
    ),
    ErrorCode.REPLY_EARLY: (
        QT_TR_NOOP("{host} said yes and hung up before it had everything."),
        QT_TR_NOOP("At most {sent} of {total} bytes had reached it; part of the file may be stored."),
        QT_TR_NOOP("Look at the server, and send again if the file there is not whole."),
    ),
    ErrorCode.INTERRUPTED: (
        QT_TR_NOOP("guiuploader ended before the server answered."),
        QT_TR_NOOP("The file may have arrived."),
        QT_TR_NOOP("Look at the server; send again only if it is not there."),
    ),
    ErrorCode.SENT_BEFORE: (
        QT_TR_NOOP("It was sent there before."),
        QT_TR_NOOP("It went to {place} on {when}, and has not changed since."),
        QT_TR_NOOP("Send it again only if it is not there any more."),
    ),
    ErrorCode.MAY_BE_THERE: (
        QT_TR_NOOP("It may have been sent there before, and no answer said so."),
        QT_TR_NOOP("“{path}” went to {place} on {when}."),
        QT_TR_NOOP("Look there; if it is missing, use “Send again” on its row, or “send --again”."),
    ),
    ErrorCode.LEDGER_IN_USE: (
        QT_TR_NOOP("Another guiuploader is open."),
        QT_TR_NOOP("It holds the queue “{path}”."),
        QT_TR_NOOP("Use that one, or choose another folder with “--home DIR”."),
    ),
    ErrorCode.LEDGER_NEWER: (
        QT_TR_NOOP("The queue was written by a newer guiuploader."),
        QT_TR_NOOP("“{path}” has format {version}; this program knows formats up to {known}."),
        QT_TR_NOOP("Update guiuploader, or choose another folder with “--home DIR”."),
    ),
    ErrorCode.LEDGER_DAMAGED: (
        QT_TR_NOOP("The queue's file is damaged and was put aside; a new, empty queue was begun."),
        QT_TR_NOOP("It is kept as “{path}”: {reason}"),
        QT_TR_NOOP("Look at the servers for what was sent, and add the rest again."),
    ),
    ErrorCode.LEDGER_FULL: (
        QT_TR_NOOP("The queue cannot be written: the disk is full."),
        QT_TR_NOOP("“{path}”"),
        QT_TR_NOOP("Make room on that disk, then try again."),
    ),
    ErrorCode.LEDGER_FAILED: (
        QT_TR_NOOP("The queue cannot be used."),
        QT_TR_NOOP("“{path}”: {reason}"),
        QT_TR_NOOP("Check the folder and its disk, then try again."),
    ),
    **REFUSALS,
    **DESTINATION_TEXTS,
    **LOOKUP_TEXTS,
    **STORE_TEXTS,
    **SOURCE_REFUSALS,
    ErrorCode.CANCELLED: (QT_TR_NOOP("You cancelled this upload."), "", ""),
    ErrorCode.INTERNAL: (
        QT_TR_NOOP("guiuploader made a mistake of its own."),
        QT_TR_NOOP("{reason}"),
        QT_TR_NOOP("The other uploads go on. Please report this with the log file."),
    ),
}

_AMOUNTS = frozenset({"amount", "limit", "usual_limit"})
"""Facts in bytes that are shown as sizes; where two of them are compared, every byte is shown instead."""


def explain(problem: Problem, translate: Translate = untranslated) -> Explanation:
    """Say a problem in words, its facts filled in: each text whole sentences on one line, or empty."""
    given = {"status": problem.status or "", **problem.facts}
    facts = {name: _fact(name, fact, translate) for name, fact in given.items()}
    title, detail, advice = (
        _closed(translate(text).format_map(facts)) if text else "" for text in _TEXTS[problem.code]
    )
    remarks = [translate(text).format_map(facts) for name, text in REMARKS.items() if facts.get(name)]
    return Explanation(title, " ".join(filter(None, [detail, *remarks])), advice)


def _fact(name: str, fact: str | int, translate: Translate) -> str | int:
    if isinstance(fact, str):
        return printable(fact)
    return size_text(fact, translate) if name in _AMOUNTS else fact


def _closed(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) or not text else f"{text}."
