# SPDX-License-Identifier: MIT
"""What is wrong with things to send that are no plain files, in the form of `explanations.py`."""

from collections.abc import Mapping

from guiuploader.values.errors import ErrorCode
from guiuploader.values.words import QT_TR_NOOP

SOURCE_REFUSALS: Mapping[ErrorCode, tuple[str, str, str]] = {
    ErrorCode.SOURCE_INPUT: (
        QT_TR_NOOP("Standard input cannot be sent."),
        QT_TR_NOOP("The reason: {reason}"),
        QT_TR_NOOP("Start the whole command again, or save the input to a file and send that."),
    ),
    ErrorCode.LIST_ROW: (
        QT_TR_NOOP("A row of the list cannot be used."),
        QT_TR_NOOP("Line {line} of “{path}”: {reason}"),
        QT_TR_NOOP("Correct it and send the list again; what arrived is skipped then."),
    ),
}
