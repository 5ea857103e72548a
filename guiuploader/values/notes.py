# SPDX-License-Identifier: MIT
"""What a person should know of an upload that succeeded."""

from enum import StrEnum


class Note(StrEnum):
    """A remark on a success; the value is what scripts see."""

    VERIFIED = "verified"
    """The server's answer names the hash of the very bytes that were sent."""
    ASKED_LATER = "asked-later"
    """No answer to the upload came; the server was asked afterwards, and has the file."""
    UNPROVED = "unproved"
    """The server was to be asked whether what arrived is what was sent, and did not tell."""
    SOURCE_CHANGED = "source-changed"
    """The file changed while it was being sent; the server has the bytes of the receipt's hash."""
    SIGN_IN_DROPPED = "sign-in-dropped"
    """The address carries its own signature, so the destination's Authorization was left out."""
    NO_LINK = "no-link"
    """The destination names a link in the reply, and the reply has none."""
