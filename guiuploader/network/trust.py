# SPDX-License-Identifier: MIT
"""Whose word on a server's identity counts."""

import ssl
from pathlib import Path

from guiuploader.values.errors import DestinationError, ErrorCode


def authorities(file: str, *, destination: str) -> str:
    """Return the path of a file with certificates, a leading “~” resolved.

    Raises DestinationError naming `network.ca_file` when it cannot be used: found out later it would look
    like a mistake of the server.
    """
    try:
        path = str(Path(file).expanduser())
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError as error:
        raise _unusable(destination, f"“{file}” holds no certificate in PEM form") from error
    except (OSError, RuntimeError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        raise _unusable(destination, f"“{file}” cannot be read ({said or 'no such path'})") from error
    return path


def _unusable(destination: str, reason: str) -> DestinationError:
    return DestinationError(
        ErrorCode.DESTINATION_INVALID, destination=destination, key="network.ca_file", reason=reason
    )
