# SPDX-License-Identifier: MIT
"""What the system knows of this computer's network."""

from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QAbstractSocket, QHostAddress, QNetworkInformation, QNetworkInterface

_NO_ADDRESS = QAbstractSocket.NetworkLayerProtocol.UnknownNetworkLayerProtocol
_Reach = QNetworkInformation.Reachability


class Reachability(QObject):
    """Asks whatever the system has for it; where that is nothing, there always is a network."""

    came_back = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._network = QNetworkInformation.instance() if QNetworkInformation.loadDefaultBackend() else None
        if self._network is not None:
            self._network.reachabilityChanged.connect(self._on_changed)

    def lets_reach(self, server: str) -> bool:
        """Tell whether there is a network for `server`, a host that may have a scheme and a port."""
        away = self._network is not None and self._network.reachability() is _Reach.Disconnected
        return not away or _is_near(server)

    @Slot(_Reach)
    def _on_changed(self, reachability: QNetworkInformation.Reachability) -> None:
        if reachability not in {_Reach.Disconnected, _Reach.Unknown}:
            self.came_back.emit()


def _is_near(server: str) -> bool:
    """Tell whether a server is this computer, or has its address in a network that it is attached to.

    A network without a way out of it counts for the system as none.
    """
    host = urlsplit(f"//{server.rpartition('://')[2]}").hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = QHostAddress(host)
    return address.protocol() is not _NO_ADDRESS and any(
        address.isInSubnet(entry.ip(), entry.prefixLength())
        for interface in QNetworkInterface.allInterfaces()
        if interface.flags() & QNetworkInterface.InterfaceFlag.IsUp
        for entry in interface.addressEntries()
    )
