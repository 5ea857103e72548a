# SPDX-License-Identifier: MIT
"""The built-in demo server as a process of its own, and the destination that leads there."""

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from guiuploader.destinations.destination import FORMAT, Destination, Reply

_DEADLINE = 30_000  # milliseconds until it must have named its address
_ENDING = 2_000  # milliseconds it may take to end


class DemoReceiver(QObject):
    """Runs `guiuploader receive`; it ends even if we are killed, as its input closes then."""

    started = Signal(str)  # its address
    failed = Signal(str)  # it did not start; the reason, as far as it is known
    ended = Signal(str)  # it ended by itself after it had started; the reason, as far as it is known

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._url = ""
        self._is_late = False
        self._is_stopping = False
        self._process = QProcess(self)
        # A source tree need not be installed: its package is found from the folder it stands in.
        self._process.setWorkingDirectory(str(Path(__file__).resolve().parent.parent))
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)
        self._deadline = QTimer(self, singleShot=True, interval=_DEADLINE)
        self._deadline.timeout.connect(self._on_late)

    def start(self) -> None:
        """Start it, or tell its address again if it runs; answers by `started` or `failed`."""
        if self._url:
            self.started.emit(self._url)
        elif self._process.state() is QProcess.ProcessState.NotRunning:
            self._is_late = self._is_stopping = False
            frozen = getattr(sys, "frozen", False)
            words = [] if frozen else ["-m", "guiuploader"]
            words += ["receive", "--port", "0", "--dir", str(self._folder), "--until-stdin-closes"]
            self._deadline.start()
            self._process.start(sys.executable, words)

    def stop(self) -> None:
        """End it and wait until it has ended."""
        self._is_stopping = True
        self._deadline.stop()
        if self._process.state() is QProcess.ProcessState.NotRunning:
            return
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(_ENDING):
            self._process.kill()
            self._process.waitForFinished(_ENDING)

    def _on_output(self) -> None:
        if self._url or not self._process.canReadLine():
            return
        self._deadline.stop()
        self._url = self._process.readLine().toStdString().strip()
        self.started.emit(self._url)

    def _on_late(self) -> None:
        self._is_late = True
        self._process.kill()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        """Tell of a start that failed; after any other error `finished` comes as well."""
        if error is QProcess.ProcessError.FailedToStart:
            self._deadline.stop()
            self.failed.emit(self._process.errorString())

    def _on_finished(self) -> None:
        self._deadline.stop()
        signal = self.ended if self._url else self.failed
        self._url = ""
        if self._is_stopping:
            return
        said = self._process.readAllStandardError().toStdString().strip()
        signal.emit(self.tr("It did not answer in time.") if self._is_late else said)


def demo_destination(url: str) -> Destination:
    """Return the destination for the demo server at `url`."""
    return Destination(format=FORMAT, name="Demo", url=f"{url}/upload", reply=Reply(link="{json:link}"))
