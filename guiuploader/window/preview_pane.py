# SPDX-License-Identifier: MIT
"""The right side of the destination editor: what would be sent for a sample file, and a button to try it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from guiuploader.window.exchange_words import legible
from guiuploader.window.labels import ElidedLabel, WrappedLabel
from guiuploader.window.reading_field import ReadingField
from guiuploader.window.theme import SPACE, TARGET, bold


class PreviewPane(QWidget):
    """Shows the text of a request; what is pressed is told by signals."""

    try_requested = Signal()
    sample_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("What would be sent"))
        title.setFont(bold(self.font(), scale=1.1))
        self._sample = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._other = QPushButton(self.tr("Other fi&le…"))
        self._other.setMinimumHeight(TARGET)
        self._other.clicked.connect(self.sample_requested)
        self._field = ReadingField(self.tr("What would be sent"))
        title.setBuddy(self._field)
        self._link = WrappedLabel()
        self._link.hide()
        self._try = QPushButton(self.tr("T&ry it…"))
        self._try.setToolTip(self.tr("Really send it, and see the answer (Ctrl+T)"))
        QShortcut(QKeySequence("Ctrl+T"), self, self._try.click, context=Qt.ShortcutContext.WindowShortcut)
        self._try.setMinimumHeight(TARGET)
        self._try.clicked.connect(self.try_requested)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._sample, stretch=1)
        top.addWidget(self._other)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, 2 * SPACE, 2 * SPACE, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(title)
        layout.addLayout(top)
        layout.addWidget(self._field, stretch=1)
        layout.addWidget(self._link)
        layout.addWidget(self._try, alignment=Qt.AlignmentFlag.AlignRight)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._field.toPlainText()

    def show_sample(self, name: str) -> None:
        """Name the file that is shown on its way, "" where none travels."""
        self._sample.setText(self.tr("for {name}").format(name=name) if name else "")
        self._other.setVisible(bool(name))

    def show_request(self, text: str) -> None:
        """Show a request."""
        self._field.show_foreign(legible(text))

    def show_sentence(self, text: str) -> None:
        """Say why there is none."""
        self._field.show_sentence(text)

    def show_link(self, link: str) -> None:
        """Say which link was found in the answer to a try."""
        self._link.setText(self.tr("The link, as the answer has it: {link}").format(link=link))
        self._link.show()

    @property
    def link(self) -> str:
        """What is said of the link."""
        return self._link.text()

    def show_rightness(self, *, is_right: bool) -> None:
        """Let only what is right be tried; what was shown last stays, until then, for comparing."""
        self._try.setEnabled(is_right)
        self._field.setEnabled(is_right)
