# SPDX-License-Identifier: MIT
"""What a person should know of an upload that succeeded."""

from enum import StrEnum


class Note(StrEnum):
    """A remark on a success; the value is what scripts see."""

    SOURCE_CHANGED = "source-changed"
    """The file changed while it was being sent; the server has the bytes of the receipt's hash."""
    NO_LINK = "no-link"
    """The destination names a link in the reply, and the reply has none."""
