# SPDX-License-Identifier: MIT
"""What is said of an upload of several requests while one of them runs."""

from PySide6.QtCore import QCoreApplication

from guiuploader.uploads.upload import Upload
from guiuploader.values.states import State

translate = QCoreApplication.translate


def stage_text(upload: Upload, usual: str) -> str:
    """Return what is going on; `usual` is said of an upload that is one request."""
    stage = upload.stage
    if stage is None or upload.state not in {State.UPLOADING, State.AWAITING_REPLY}:
        return usual
    if stage.kind == "before":
        return translate("stage_words", "Preparing")
    if stage.kind == "after":
        return translate("stage_words", "Finishing")
    if stage.count == 1:
        return usual
    return translate("stage_words", "{done} · part {number} of {count}").format(
        done=usual, number=stage.number, count=stage.count
    )
