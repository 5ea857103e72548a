# SPDX-License-Identifier: MIT
"""The notifications of a Linux desktop, by its D-Bus."""

import html
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

_ADDRESS = DBusAddress(
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications"
)
_AS_LONG_AS_THE_DESKTOP_DOES = -1


class NotificationBus:
    """Stays connected from the first notification on: some desktops withdraw those of whoever has left."""

    def __init__(self, name: str, *, patience: float) -> None:
        self._name = name
        self._patience = patience
        self._open = ExitStack()
        self._bus: DBusConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def show(self, title: str, text: str) -> None:
        """Show one; raises what the bus and the desktop let go wrong."""
        bus = self._bus or self._open.enter_context(open_dbus_connection("SESSION"))
        self._bus = bus
        hints = {"desktop-entry": ("s", self._name)}
        actions: list[str] = []
        body = html.escape(text, quote=False)  # desktops read markup there
        wish = (self._name, 0, self._name, title, body, actions, hints, _AS_LONG_AS_THE_DESKTOP_DOES)
        message = new_method_call(_ADDRESS, "Notify", "susssasa{sv}i", wish)
        unwrap_msg(bus.send_and_get_reply(message, timeout=self._patience))
