# SPDX-License-Identifier: MIT
"""A D-Bus of a test's own, with a desktop on it that notes what it is asked."""

import os
import select
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from jeepney import HeaderFields, MessageType, message_bus, new_method_return
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

_NAMES = ("org.freedesktop.login1", "org.freedesktop.PowerManagement", "org.freedesktop.Notifications")
_TURN = 0.1  # seconds between two looks whether the test is over
_COOKIE = 7
_NOTICE = 3


@dataclass
class Desktop:
    """Plays logind, the power manager and the notifications of a desktop; the lists fill as it is asked."""

    address: str
    asked: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)  # method, arguments
    _pipes: list[int] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What lets a program find this bus as the system's and the session's."""
        return {"DBUS_SYSTEM_BUS_ADDRESS": self.address, "DBUS_SESSION_BUS_ADDRESS": self.address}

    def times(self, method: str) -> int:
        """Return how often a method was called."""
        return sum(name == method for name, _ in self.asked)

    def holds(self) -> list[bool]:
        """Tell of each of logind's locks whether it is held still: its pipe is closed with its last copy."""
        return [not select.select([pipe], [], [], 0)[0] for pipe in self._pipes]

    def answer(self, method: str, body: tuple[Any, ...]) -> tuple[str, Any]:
        """Return signature and value of an answer."""
        if method == "login1.Manager.Inhibit":
            mine, theirs = os.pipe()
            self._pipes.append(mine)
            self.asked.append((method, body))
            return "h", theirs
        self.asked.append((method, body))
        if method.endswith(".Notify"):
            return "u", _NOTICE
        if method.endswith(".GetCapabilities"):
            return "as", ["body"]
        return ("", None) if method.endswith(".UnInhibit") else ("u", _COOKIE)

    def serve(self, bus: DBusConnection, over: threading.Event) -> None:
        """Answer until the test is over."""
        while not over.is_set():
            with suppress(TimeoutError):
                message = bus.receive(timeout=_TURN)
                if message.header.message_type is not MessageType.method_call:
                    continue
                fields = message.header.fields
                interface = str(fields[HeaderFields.interface]).removeprefix("org.freedesktop.")
                method = f"{interface}.{fields[HeaderFields.member]}"
                signature, value = self.answer(method, message.body)
                body = () if value is None else (value,)
                bus.send(new_method_return(message, signature or None, body))
                if signature == "h":
                    os.close(value)

    def close(self) -> None:
        for pipe in self._pipes:
            os.close(pipe)


@contextmanager
def private_bus() -> Iterator[Desktop]:
    """Run a bus and a desktop on it."""
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        over = threading.Event()
        try:
            desktop = Desktop(daemon.stdout.readline().strip() if daemon.stdout else "")
            with open_dbus_connection(desktop.address, enable_fds=True) as bus:
                for name in _NAMES:
                    unwrap_msg(bus.send_and_get_reply(message_bus.RequestName(name)))
                thread = threading.Thread(target=desktop.serve, args=(bus, over))
                thread.start()
                try:
                    yield desktop
                finally:
                    over.set()
                    thread.join()
                    desktop.close()
        finally:
            daemon.terminate()
