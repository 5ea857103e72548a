# SPDX-License-Identifier: MIT
"""What is wrong with a destination, in the form of `explanations.py`."""

from collections.abc import Mapping

from guiuploader.values.errors import ErrorCode
from guiuploader.values.words import QT_TR_NOOP

DESTINATION_TEXTS: Mapping[ErrorCode, tuple[str, str, str]] = {
    ErrorCode.DESTINATION_INVALID: (
        QT_TR_NOOP("There is a mistake in the destination “{destination}”."),
        QT_TR_NOOP("{key}: {reason}"),
        QT_TR_NOOP("Correct it and try again."),
    ),
    ErrorCode.DESTINATIONS_UNREADABLE: (
        QT_TR_NOOP("The folder with your destinations cannot be read."),
        QT_TR_NOOP("{path}: {reason}"),
        QT_TR_NOOP("Make it readable, or choose another with “--home DIR”."),
    ),
    ErrorCode.DESTINATION_UNKNOWN: (
        QT_TR_NOOP("There is no destination called “{destination}”."),
        QT_TR_NOOP("Saved are: {known}"),
        QT_TR_NOOP("Name one of these, a .toml file, or an address that starts with http:// or https://."),
    ),
    ErrorCode.DESTINATION_EXISTS: (
        QT_TR_NOOP("There already is a destination called “{destination}”."),
        "",
        QT_TR_NOOP("Remove it first, or give the new one another name."),
    ),
}
