# SPDX-License-Identifier: MIT
"""Whom Linux asks not to fall asleep: logind, which every session and server has, and the desktop."""

from contextlib import ExitStack

import wakepy
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg
from wakepy.core import DBusMethodCall
from wakepy.dbus_adapters.jeepney import JeepneyDBusAdapter

_PATIENCE = 2  # seconds
_WHO = "guiuploader"
_WHY = "Files are being uploaded"
_NAMES = {"application_name": _WHO, "app_id": _WHO, "reason_for_inhibit": _WHY, "reason": _WHY}
_LOGIND = DBusAddress("/org/freedesktop/login1", "org.freedesktop.login1", "org.freedesktop.login1.Manager")


def take_from_logind(held: ExitStack) -> None:
    """Hold logind's lock on falling asleep: a file descriptor, so that it goes when the process does."""
    with open_dbus_connection("SYSTEM", enable_fds=True) as bus:
        wish = new_method_call(_LOGIND, "Inhibit", "ssss", ("idle", _WHO, _WHY, "block"))
        (descriptor,) = unwrap_msg(bus.send_and_get_reply(wish, timeout=_PATIENCE))
        held.callback(descriptor.close)


def take_from_desktop(held: ExitStack) -> None:
    """Hold the lock of GNOME, KDE or whoever else manages the session's power."""
    held.enter_context(wakepy.keep.running(on_fail="pass", dbus_adapter=_Named))


class _Named(JeepneyDBusAdapter):
    """Asks in this program's name, which desktops show; by itself wakepy would ask in its own."""

    timeout = _PATIENCE

    def process(self, call: DBusMethodCall) -> object:
        """Send one call."""
        given = zip(call.method.params or (), call.args, strict=False)
        named = [_NAMES.get(name, value) for name, value in given]
        return super().process(DBusMethodCall(call.method, named if call.method.params else call.args))

    def close_connections(self) -> None:
        """Close them, without wakepy's full garbage collection: it would hold up the window for as long."""
        for bus in list(self._connections):
            self.close_connection(self._connections.pop(bus))
