# SPDX-License-Identifier: MIT
"""What came of asking a server whether it has a file, in the form of `explanations.py`."""

from collections.abc import Mapping

from guiuploader.values.errors import ErrorCode
from guiuploader.values.words import QT_TR_NOOP

LOOKUP_TEXTS: Mapping[ErrorCode, tuple[str, str, str]] = {
    ErrorCode.FOUND_THERE: (
        QT_TR_NOOP("The server has this file already."),
        QT_TR_NOOP("It was asked before sending: its file is the same by {proof}."),
        QT_TR_NOOP("Use “Send again”, or “send --again”, to send it all the same."),
    ),
    ErrorCode.LOOKUP_FAILED: (
        QT_TR_NOOP("{host} could not say whether it has the file."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP("Nothing was sent after that question. Try again in a while."),
    ),
    ErrorCode.LOOKUP_REFUSED: (
        QT_TR_NOOP("The server does not say whether it has the file ({status})."),
        QT_TR_NOOP("{message}"),
        QT_TR_NOOP(
            "Check the destination's [lookup]: its address, its method, and that this account may ask."
        ),
    ),
    ErrorCode.LOOKUP_UNCLEAR: (
        QT_TR_NOOP("The server's answer does not tell whether it has this very file ({status})."),
        QT_TR_NOOP("What [lookup] reads there comes out empty, or as something else than it should."),
        QT_TR_NOOP("Check the destination's [lookup]; “Send again”, or “send --again”, does not ask."),
    ),
    ErrorCode.LOOKUP_OTHER: (
        QT_TR_NOOP("The server has another file in this place than the one that was sent."),
        QT_TR_NOOP("Sent: {sent}. The server has: {received}. Whether the upload arrived is not known."),
        QT_TR_NOOP("Look at the server; “Send again” sends it without asking."),
    ),
    ErrorCode.LOOKUP_MISSING: (
        QT_TR_NOOP("The server took the file, but does not find it when it is asked."),
        QT_TR_NOOP("It was asked for {seconds} seconds."),
        QT_TR_NOOP("Look at the server; check the address in the destination's [lookup]."),
    ),
    ErrorCode.SIZE_MISMATCH: (
        QT_TR_NOOP("What arrived is not what was sent ({status})."),
        QT_TR_NOOP("Sent: {sent}. The server has: {received}."),
        QT_TR_NOOP("Do not use the file there; delete it and try again."),
    ),
}
