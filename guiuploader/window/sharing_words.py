# SPDX-License-Identifier: MIT
"""What the window says of a row that goes, or went, in one request with others."""

from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode
from guiuploader.values.states import ACTIVE, State
from guiuploader.window import wording
from guiuploader.window.wording import number, translate

_SHOWN = ACTIVE | {State.PAUSED, State.RETRYING, State.DONE, State.FAILED, State.UNCONFIRMED}


def is_together(upload: Upload) -> bool:
    """Tell whether a row is, or was at its last attempt, in one request with others that are known."""
    return bool(upload.shared and upload.shared.ids) and upload.state in _SHOWN


def sentence(upload: Upload) -> str:
    """Return the whole row as one sentence, and with how many others it goes."""
    said = wording.sentence(upload)
    if not is_together(upload):
        return said
    count = _others(upload)
    if count == 1:
        return translate("sharing_words", "{row}, in one request with 1 other").format(row=said)
    return translate("sharing_words", "{row}, in one request with {n} others", "", count).format(
        row=said, n=number(count)
    )


def particulars(upload: Upload) -> str:
    """Return everything there is to say about an upload, and what it shares with others."""
    said = wording.particulars(upload)
    return f"{said}\n{_shared(upload)}" if is_together(upload) else said


def _shared(upload: Upload) -> str:
    count = _others(upload)
    files = translate("sharing_words", "1 other file")
    if count > 1:
        files = translate("sharing_words", "{n} other files", "", count).format(n=number(count))
    if upload.state is State.RETRYING or upload.is_bound:
        text = translate("sharing_words", "It goes again in one request with {files}.")
    elif upload.state is State.AWAITING_REPLY:
        text = translate("sharing_words", "In one request with {files}: the answer is for all of them.")
    elif upload.state in ACTIVE or upload.state is State.PAUSED:
        text = translate(
            "sharing_words",
            "In one request with {files}: a pause is for all of them. If you cancel this one before any can"
            " have arrived, the others start again without it.",
        )
    elif upload.problem and upload.problem.code is ErrorCode.TOO_LARGE:
        text = translate(
            "sharing_words",
            "It went in one request with {files}; fewer at once may pass (“files_per_request”).",
        )
    else:
        text = translate(
            "sharing_words", "It went in one request with {files}; one answer is for all of them."
        )
    return text.format(files=files)


def _others(upload: Upload) -> int:
    return len(upload.shared.ids) - 1 if upload.shared else 0
