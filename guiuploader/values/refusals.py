# SPDX-License-Identifier: MIT
"""What a server's no means and what to do, in the form of `explanations.py`."""

from collections.abc import Mapping

from guiuploader.values.errors import ErrorCode
from guiuploader.values.words import QT_TR_NOOP

REFUSALS: Mapping[ErrorCode, tuple[str, str, str]] = {
    ErrorCode.REDIRECTED: (
        QT_TR_NOOP("The server moved this address ({status})."),
        QT_TR_NOOP("Nothing was sent to the new address: {location}"),
        QT_TR_NOOP("If you trust the new address, put it into the destination and try again."),
    ),
    ErrorCode.REDIRECT_INSECURE: (
        QT_TR_NOOP("The server sent the upload on to an address without encryption ({status})."),
        QT_TR_NOOP("Nothing was sent there: {location}"),
        QT_TR_NOOP("Ask the server's owner; an address that begins with https:// is needed."),
    ),
    ErrorCode.REDIRECT_TO_HTTPS: (
        QT_TR_NOOP("The server takes uploads over an encrypted connection only ({status})."),
        QT_TR_NOOP("Nothing was sent to the new address: {location}"),
        QT_TR_NOOP("Change the beginning of the destination's address to https://{server}"),
    ),
    ErrorCode.REDIRECT_LOOP: (
        QT_TR_NOOP("The server sent the upload from one address to the next without taking it ({status})."),
        QT_TR_NOOP("Addresses tried: {count}. The next would have been: {location}"),
        QT_TR_NOOP("Ask the server's owner which address takes uploads."),
    ),
    ErrorCode.NOT_CHALLENGED: (
        QT_TR_NOOP("The server did not ask who we are ({status})."),
        QT_TR_NOOP("It took an empty request, sent to be asked for a sign-in; the file was not sent."),
        QT_TR_NOOP("Look for an empty file there; set the destination's sign-in to what the server uses."),
    ),
    ErrorCode.UNSIGNABLE: (
        QT_TR_NOOP("A form cannot be signed for an address without encryption."),
        QT_TR_NOOP("The signature would have to cover every byte of the form before it is sent."),
        QT_TR_NOOP("Use an address that begins with https://, or set the destination's body to “raw”."),
    ),
    ErrorCode.UNAUTHORIZED: (
        QT_TR_NOOP("The server wants you to sign in ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Check the token or the password of this destination."),
    ),
    ErrorCode.FORBIDDEN: (
        QT_TR_NOOP("The server does not allow this upload ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Check that this account may store files there."),
    ),
    ErrorCode.NOT_FOUND: (
        QT_TR_NOOP("There is nothing at this address ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Check the path in the destination's address."),
    ),
    ErrorCode.METHOD_NOT_ALLOWED: (
        QT_TR_NOOP("The server does not take {method} here ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Change the destination's method. What the server allows: {allowed}."),
    ),
    ErrorCode.LENGTH_REQUIRED: (
        QT_TR_NOOP("The server does not take a body without a length ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Set the destination's body to “raw” or “multipart”."),
    ),
    ErrorCode.TOO_LARGE: (
        QT_TR_NOOP("Too large for this server ({status})."),
        QT_TR_NOOP("{amount} were refused. {message}"),
        QT_TR_NOOP("Ask the server's owner to raise the limit, or send a smaller file."),
    ),
    ErrorCode.UNSUPPORTED_TYPE: (
        QT_TR_NOOP("The server does not take this kind of file or form ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Check the destination's body and content type."),
    ),
    ErrorCode.RATE_LIMITED: (
        QT_TR_NOOP("The server asks for a pause ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Try again later, with fewer files at once."),
    ),
    ErrorCode.SERVER_REFUSED: (
        QT_TR_NOOP("The server refused the upload ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Check the destination's fields, headers and address."),
    ),
    ErrorCode.SERVER_FAILED: (
        QT_TR_NOOP("The server failed while handling the upload ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Look whether the file arrived before you send it again."),
    ),
    ErrorCode.SERVER_BUSY: (
        QT_TR_NOOP("The server cannot take uploads just now ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Try again in a while."),
    ),
    ErrorCode.REQUEST_TIMEOUT: (
        QT_TR_NOOP("The server waited too long for the rest of the upload ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Try again, with fewer files at once; ask its owner for more time for slow lines."),
    ),
    ErrorCode.CONFLICT: (
        QT_TR_NOOP("The upload does not fit what the server has there ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Look whether a file of this name, or a folder, stands in the way."),
    ),
    ErrorCode.TOO_EARLY: (
        QT_TR_NOOP("The server does not take uploads on a connection this new ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Try again."),
    ),
    ErrorCode.NOT_IMPLEMENTED: (
        QT_TR_NOOP("The server cannot do what this request asks for ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Check the destination's method; a body of “chunked” is better sent as “raw”."),
    ),
    ErrorCode.GATEWAY_FAILED: (
        QT_TR_NOOP("The application behind the server gave no proper answer ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("It may be down, or may refuse large files. Look whether the file arrived."),
    ),
    ErrorCode.GATEWAY_TIMEOUT: (
        QT_TR_NOOP("The application behind the server took too long ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("It may still be at work: look whether the file arrived before you send it again."),
    ),
    ErrorCode.STORAGE_FULL: (
        QT_TR_NOOP("The server has no room left for this file ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Delete files there, or ask its owner for more room."),
    ),
    ErrorCode.DIGEST_MISMATCH: (
        QT_TR_NOOP("What arrived is not what was sent ({status})."),
        QT_TR_NOOP("Sent: {sent}. The server has: {received}."),
        QT_TR_NOOP("Do not use the file there; delete it and try again."),
    ),
    ErrorCode.CHECKSUM_REFUSED: (
        QT_TR_NOOP("A part of the file was damaged on its way ({status})."),
        QT_TR_NOOP("The server noticed it and threw that part away. {message}"),
        QT_TR_NOOP("Try again: it goes on before that part."),
    ),
    ErrorCode.SIZE_OVER_LIMIT: (
        QT_TR_NOOP("Too large for this server: it takes at most {limit}."),
        QT_TR_NOOP("The file has {amount}; nothing of it was sent."),
        QT_TR_NOOP("Ask the server's owner to raise the limit, or send a smaller file."),
    ),
    ErrorCode.PROTOCOL_VERSION: (
        QT_TR_NOOP("The server speaks another version of tus than 1.0.0."),
        QT_TR_NOOP("It names: {versions}"),
        QT_TR_NOOP("Choose another body for this destination, or ask the server's owner."),
    ),
    ErrorCode.PROTOCOL_BROKEN: (
        QT_TR_NOOP("The server's answer is not what {protocol} asks for ({status})."),
        QT_TR_NOOP("{reason}"),
        QT_TR_NOOP("Check that {protocol} is spoken at this address: it may be that of a web page."),
    ),
    ErrorCode.UPLOAD_GONE: (
        QT_TR_NOOP("The server knows nothing any more of this upload, whose end was sent before ({status})."),
        QT_TR_NOOP("The file may have arrived: servers may forget an upload that is whole."),
        QT_TR_NOOP("Look at the server; send again only if it is not there."),
    ),
    ErrorCode.NO_TOKEN: (
        QT_TR_NOOP("The server that hands out tokens gave none ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Try again in a while; check the destination's [auth] token_url."),
    ),
    ErrorCode.STEP_UNANSWERED: (
        QT_TR_NOOP("{host} did not answer one of the upload's requests."),
        QT_TR_NOOP("The file does not exist there yet."),
        QT_TR_NOOP("Try again: it goes on with that request."),
    ),
    ErrorCode.STEP_GAVE_NOTHING: (
        QT_TR_NOOP("The server's answer ({status}) lacks what a later request needs."),
        QT_TR_NOOP("There is no “{name}” in it."),
        QT_TR_NOOP("Check the templates under “gives” in the destination's file."),
    ),
    ErrorCode.NOT_ACCEPTED: (
        QT_TR_NOOP("The server answered {status}, but without the sign of success that is expected here."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Look whether the file arrived; check the destination's [reply] success."),
    ),
}

REMARKS: Mapping[str, str] = {
    "step": QT_TR_NOOP("This came up in the step “{step}”."),
    "part": QT_TR_NOOP("This came up with part {part} of {parts}."),
    "layer": QT_TR_NOOP("The answer came from {layer}."),
    "usual_limit": QT_TR_NOOP("It takes at most {usual_limit} unless it is set otherwise."),
    "spent": QT_TR_NOOP("Standard input was read and is gone, so it is not tried again."),
}
"""What is said besides wherever the problem has this fact."""
