# SPDX-License-Identifier: MIT
"""Where a second start finds the instance: a local socket in a folder that is this user's alone."""

import hashlib
import os
import socket
import stat
import struct
import sys
import tempfile
from pathlib import Path

_LONGEST = (
    103  # bytes of a socket's path, less than all systems allow: 104 with its end on macOS, 108 on Linux
)
_BACKLOG = 16


def address(folder: Path) -> Path:
    """Return the socket's path for the queue in this data folder.

    It lies in there, or, where that path is too long for a socket, in the folder for temporary files.
    """
    inside = folder / "instance" / "socket"
    if len(os.fsencode(inside)) <= _LONGEST:
        return inside
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"guiuploader-{os.geteuid()}-{name}", "socket")


def listening(path: Path) -> socket.socket:
    """Return a socket that listens at this path, for whoever holds the queue's lock alone.

    What an instance left there that died is removed: it holds the lock no more. Raises OSError, also when the
    folder belongs to somebody else.
    """
    _make_private(path.parent)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(_BACKLOG)
        listener.settimeout(0)
    except BaseException:
        listener.close()
        raise
    return listener


def connected(path: Path, seconds: float) -> socket.socket:
    """Return a socket to the instance, within this time. Raises OSError when none is there, or not ours."""
    _check_private(path.parent)
    caller = socket.socket(socket.AF_UNIX)
    try:
        caller.settimeout(seconds)
        caller.connect(str(path))
    except BaseException:
        caller.close()
        raise
    if not is_ours(caller):
        caller.close()
        raise PermissionError("another user's program listens there")
    return caller


def is_ours(peer: socket.socket) -> bool:
    """Tell whether the other end is this user's program.

    Only Linux is asked; elsewhere it is the folder's mode that keeps others out.
    """
    if sys.platform != "linux":
        return True
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", credentials)
    return bool(user == os.geteuid())


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_owner(folder)
    folder.chmod(0o700)


def _check_private(folder: Path) -> None:
    if stat.S_IMODE(_check_owner(folder)) & 0o077:
        raise PermissionError(f"{folder} is open to others")


def _check_owner(folder: Path) -> int:
    """Return the folder's mode. Raises OSError; a link could lead into somebody else's."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(f"{folder} is not a folder of this user")
    return found.st_mode
