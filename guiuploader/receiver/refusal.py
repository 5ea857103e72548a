# SPDX-License-Identifier: MIT
"""The one way in which a request is turned down."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

_FULL_DISK = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG})


class Refusal(Exception):  # noqa: N818 - "a refusal" is what the client gets, and it is no fault of ours
    """Carry the status and the sentence that the client gets instead of a stored file."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the file system raises into a Refusal: 507 when it is full, otherwise 500."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL_DISK:
            raise Refusal(HTTPStatus.INSUFFICIENT_STORAGE, "The disk of the receiver is full.") from error
        message = f"The receiver's folder cannot be used: {error.strerror}."
        raise Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, message) from error
