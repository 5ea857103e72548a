# SPDX-License-Identifier: MIT
"""What stands where the table will be: the empty queue as one large drop target, and the veil of a drag."""

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from guiuploader.destinations.destination import Destination
from guiuploader.values.redact import printable, redact_url
from guiuploader.window import wording
from guiuploader.window.actions import Actions
from guiuploader.window.buttons import ActionButton
from guiuploader.window.icons import glyph
from guiuploader.window.labels import WrappedLabel, breakable
from guiuploader.window.theme import SPACE, bold, tokens_for

_DASHES = [5.0, 4.0]
_PICTURE = 56
_TEXT_WIDTH = 480


class DropArea(QWidget):
    """Says what to do first, for whoever opens the window with nothing in it."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture_name = "drop"
        self._picture = QLabel()
        self._heading = WrappedLabel(self)
        self._heading.setFont(bold(self.font(), scale=1.5))
        self._explanation = WrappedLabel(self)
        self._explanation.setMaximumWidth(_TEXT_WIDTH)
        self._warning = WrappedLabel(self)
        self._warning.setText(
            self.tr("The identity of this server is not checked: anybody between could read what you send.")
        )
        for label in (self._heading, self._explanation, self._warning):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._with_destination = [ActionButton(actions.add_files), ActionButton(actions.add_folder)]
        self._with_request = [ActionButton(actions.request)]
        self._without = [
            ActionButton(action) for action in (actions.new_destination, actions.recipes, actions.demo)
        ]
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addStretch()
        for button in (*self._with_destination, *self._with_request, *self._without):
            buttons.addWidget(button)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        layout.addStretch(3)
        layout.addWidget(self._picture, alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addSpacing(2 * SPACE)
        layout.addWidget(self._heading)
        layout.addSpacing(SPACE)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._explanation, stretch=_TEXT_WIDTH)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addSpacing(SPACE)
        layout.addWidget(self._warning)
        layout.addSpacing(3 * SPACE)
        layout.addLayout(buttons)
        layout.addStretch(4)
        self.show_destination(None)

    def show_destination(self, destination: Destination | None) -> None:
        """Name where a drop goes, or offer to make a destination."""
        if destination is None:
            self._picture_name = "server"
            self._heading.setText(self.tr("Where should your files go?"))
            self._explanation.setText(
                self.tr(
                    "Describe a server that takes uploads: its address is enough to begin. "
                    "For common applications there are recipes. "
                    "Or try everything out with a demo server that runs on this computer only."
                )
            )
        elif not destination.takes_file:
            self._picture_name = "send"
            self._heading.setText(self.tr("Send a request"))
            self._explanation.setText(
                self.tr("{place} takes no files. It is sent {method} {address}").format(
                    place=wording.place(destination),
                    method=printable(destination.method),
                    address=printable(redact_url(destination.url)),
                )
            )
        else:
            self._picture_name = "drop"
            self._heading.setText(self.tr("Drop files or folders here"))
            self._explanation.setText(
                self.tr("They go to {place}. Drop them on another destination to send them there.").format(
                    place=wording.place(destination)
                )
            )
        takes_file = destination is not None and destination.takes_file
        for button in self._with_destination:
            button.setVisible(takes_file)
        for button in self._with_request:
            button.setVisible(destination is not None and not takes_file)
        for button in self._without:
            button.setVisible(destination is None)
        self._warning.setVisible(destination is not None and destination.is_unproved)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the new palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dashed frame that says "drop here"."""
        super().paintEvent(event)
        tokens = tokens_for(self.palette())
        _paint_frame(self, QColor(tokens.base), QColor(tokens.line))

    def _draw(self) -> None:
        """Draw the picture and the warning in the colours of the palette."""
        tokens = tokens_for(self.palette())
        ratio = self.devicePixelRatioF()
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(tokens.bad))
        self._warning.setPalette(palette)
        self._picture.setPixmap(glyph(self._picture_name, tokens.accent, _PICTURE, ratio))


class DropVeil(QWidget):
    """Lies over the window while something is dragged in and names where it would go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = ""
        self.hide()

    def show_text(self, text: str) -> None:
        """Cover the parent with this text."""
        self._text = text
        self.setGeometry(self._covered.rect())
        self.setAccessibleName(text)
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a wash, the frame, and the words in its middle."""
        super().paintEvent(event)
        tokens = tokens_for(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.window))
        painter.end()
        _paint_frame(self, QColor(tokens.accent_wash), QColor(tokens.accent))
        painter = QPainter(self)
        painter.setFont(bold(self.font(), scale=1.3))
        painter.setPen(QColor(tokens.text))
        inner = self.rect().adjusted(4 * SPACE, 4 * SPACE, -4 * SPACE, -4 * SPACE)
        painter.drawText(
            inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, breakable(self._text)
        )
        painter.end()


def _paint_frame(widget: QWidget, fill: QColor, line: QColor) -> None:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(line, 2)
    pen.setDashPattern(_DASHES)
    painter.setPen(pen)
    painter.setBrush(fill)
    inset = SPACE * 1.5
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset), SPACE, SPACE)
    painter.end()
