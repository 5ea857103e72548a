# SPDX-License-Identifier: MIT
"""A pane that shows what was sent, or what the server answered: plain text to read, mark and copy."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from guiuploader.uploads.upload import Upload
from guiuploader.window import announce
from guiuploader.window.exchange_words import Told, legible
from guiuploader.window.labels import ElidedLabel, WrappedLabel
from guiuploader.window.theme import SPACE, TARGET, bold
from guiuploader.window.wording import number

SHOWN = 32 * 1024
"""Characters that are shown: Qt takes 30 ms to break one line of these, and 110 ms for twice as many."""


class ExchangePane(QWidget):
    """Shows what `tell` says of the selected rows, once for each of its values."""

    def __init__(self, tell: Callable[[Sequence[Upload]], Told], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tell = tell
        self._uploads: tuple[Upload, ...] = ()
        self._told = Told()
        self._title = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._title.setFont(bold(self.font()))
        self._copy = QPushButton(self.tr("&Copy"))
        self._copy.setMinimumHeight(TARGET)
        self._copy.clicked.connect(self._on_copy)
        self._remark = WrappedLabel()
        self._field = QPlainTextEdit()
        self._field.setUndoRedoEnabled(False)
        self._field.setReadOnly(True)
        self._field.setTabChangesFocus(True)
        self._field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._field.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._lay_out()
        self._show(tell(()))

    def name(self, pane: str, copy: str) -> None:
        """Say how the text and its button are called aloud."""
        self._field.setAccessibleName(pane)
        self._copy.setAccessibleName(copy)
        self._copy.setToolTip(copy)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._field.toPlainText()

    @property
    def remark(self) -> str:
        """What is said above it."""
        return self._remark.text()

    def show_uploads(self, uploads: Sequence[Upload]) -> None:
        """Tell of the selected rows; most of the ticks of one that is being sent change nothing here."""
        first_two = tuple(uploads[:2])
        if len(first_two) == 1 == len(self._uploads) and not _differ(first_two[0], self._uploads[0]):
            return
        self._uploads = first_two
        self._show(self._tell(uploads))

    def minimumSizeHint(self) -> QSize:
        """Need little, so that a window stays as small as a person made it."""
        return QSize(1, TARGET + SPACE)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the fonts when the system's changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._title.setFont(bold(self.font()))
            self._field.setFont(self._font_of(self._told))

    def _show(self, told: Told) -> None:
        """Set what changed: setting the same text again would take away what a person has marked in it."""
        self._told = told
        remarks = [told.remark]
        rest = len(told.foreign) - SHOWN
        if rest > 0:
            remarks.append(
                self.tr("These are the first {shown} characters; “Copy” takes the other {rest} too.").format(
                    shown=number(SHOWN), rest=number(rest)
                )
            )
        self._title.setText(told.title)
        self._remark.setText("\n".join(filter(None, remarks)))
        self._remark.setVisible(bool(self._remark.text()))
        self._copy.setEnabled(bool(told.foreign))
        self._field.setFont(self._font_of(told))
        text = told.sentence or legible(told.foreign[:SHOWN])
        if self.text != text:
            self._field.setPlainText(text)

    def _font_of(self, told: Told) -> QFont:
        if told.sentence:
            return QFont(self.font())
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPointSizeF(self.font().pointSizeF())
        return fixed

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(legible(self._told.foreign))
        announce.say(self, self.tr("Copied"))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._title, stretch=1)
        top.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE // 2, 2 * SPACE, SPACE // 2)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(top)
        layout.addWidget(self._remark)
        layout.addWidget(self._field, stretch=1)


def _differ(one: Upload, other: Upload) -> bool:
    """Tell whether two values of a row may be told differently."""
    is_same = one.id == other.id and one.state is other.state and one.exchange is other.exchange
    return not is_same
