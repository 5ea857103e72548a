# SPDX-License-Identifier: MIT
"""Where secrets are looked up: this session, the environment, the computer's keychain; never a file.

A secret belongs to one destination and one origin (scheme, host, port), so a changed address asks again.
"""

import contextlib
import functools
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import keyring.backend

from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.links import spellings
from guiuploader.values.redact import blank

_SERVICE = "guiuploader"

# Only keychains that keep secrets encrypted; keyring also finds plain-text ones.
_REAL_KEYCHAINS = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)


@dataclass(frozen=True, slots=True)
class SecretKey:
    """Which secret is meant: a destination's id, the origin it may travel to, and its name there."""

    destination: str
    origin: str
    name: str

    @property
    def variable(self) -> str:
        """The environment variable that may hold it."""
        return f"GUIUPLOADER_SECRET_{self.name.upper().replace('-', '_').replace('.', '_')}"

    @property
    def account(self) -> str:
        """The account name in the keychain; an origin has no blank, so the three cannot run together."""
        return f"{self.destination} {self.origin} {self.name}"

    @property
    def loan(self) -> str:
        """The account name under which the keychain has it only until the uploads that need it have ended."""
        return f"{self.account} (until sent)"


def missing(key: SecretKey) -> DestinationError:
    """Return the error for a secret that is not known, which says what would give it."""
    return DestinationError(
        ErrorCode.SECRET_MISSING,
        name=key.name,
        destination=key.destination,
        origin=key.origin,
        variable=key.variable,
    )


def no_keychain() -> None:
    """Stand for a computer without a keychain."""


def system_keychain() -> keyring.backend.KeyringBackend | None:
    """Return the computer's own keychain, or None where there is none that encrypts."""
    real = [
        found
        for found in keyring.backend.get_all_keyring()
        if type(found).__module__ in _REAL_KEYCHAINS and found.priority > 0
    ]
    return max(real, key=lambda found: found.priority, default=None)


class SecretStore:
    """Looks secrets up and keeps those that were asked for; safe to use from several threads.

    `find_keychain` is called when a keychain is first needed. It and the keychain may take long, as the owner
    may be asked to unlock it: never call this on the thread of a window.
    """

    def __init__(
        self,
        find_keychain: Callable[[], keyring.backend.KeyringBackend | None],
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._find_keychain = functools.cache(find_keychain)
        self._environment = environment
        self._session: dict[SecretKey, str] = {}
        self._saved: set[SecretKey] = set()  # those that the keychain has to stay
        self._lent: set[SecretKey] = set()  # and those that it has for a while
        self._given: set[str] = set()
        self._lock = threading.Lock()
        # Apart from the other, so that what is known is had while the keychain waits for its owner.
        self._keychain_lock = threading.Lock()

    @property
    def has_keychain(self) -> bool:
        """Whether a secret can be kept for the next session."""
        return self._keychain() is not None

    def find(self, key: SecretKey) -> str | None:
        """Return the secret, or None when it is not known. A keychain that fails counts as empty."""
        value = self._known(key)
        if value is not None:
            return value
        keychain = self._keychain()
        if keychain is None:
            return None
        with self._keychain_lock:
            value = self._known(key)  # another thread may have asked for the same one meanwhile
            if value is not None:
                return value
            for account, kept in ((key.loan, self._lent), (key.account, self._saved)):
                try:
                    value = keychain.get_password(_SERVICE, account)
                except Exception:  # noqa: BLE001 - backends let through what their bus or system raises
                    return None
                if value is not None:
                    self._remember(key, value)
                    kept.add(key)
                    return value
            return None

    def get(self, key: SecretKey) -> str:
        """Return the secret. Raises DestinationError(SECRET_MISSING) when it is not known."""
        value = self.find(key)
        if value is None:
            raise missing(key)
        return value

    def keep(self, key: SecretKey, value: str, *, save: bool) -> None:
        """Keep a secret for this session and, with `save`, in the keychain.

        Raises DestinationError(KEYCHAIN_FAILED) when it was not saved; the session has it all the same.
        """
        self._remember(key, value)
        with self._lock:
            self._saved.discard(key)  # what the keychain has under this name is another now
            self._lent.discard(key)
        if not save:
            return
        keychain = self._keychain()
        if keychain is None:
            raise DestinationError(ErrorCode.KEYCHAIN_FAILED, reason="There is none that encrypts")
        try:
            with self._keychain_lock:
                keychain.set_password(_SERVICE, key.account, value)
        except Exception as error:  # backends let through what their bus or system raises
            raise DestinationError(ErrorCode.KEYCHAIN_FAILED, reason=type(error).__name__) from error
        self.give_back(key)  # it would be found before the new one
        self._saved.add(key)

    def lend(self, key: SecretKey) -> None:
        """Have the keychain keep what only this session knows, until `give_back`; where it can be.

        What it has already, and what the environment gives, stays as it is.
        """
        with self._lock:
            value = self._session.get(key)
            is_kept = key in self._saved or key in self._lent
        keychain = None if value is None or is_kept else self._keychain()
        if keychain is not None and value is not None:
            with self._keychain_lock, contextlib.suppress(Exception):
                keychain.set_password(_SERVICE, key.loan, value)
                self._lent.add(key)

    def give_back(self, key: SecretKey) -> None:
        """Let the keychain forget what it was lent; this session knows it to its end."""
        keychain = self._keychain()
        if keychain is None:
            return
        with self._keychain_lock, contextlib.suppress(Exception):
            self._lent.discard(key)
            keychain.delete_password(_SERVICE, key.loan)

    def is_saved(self, key: SecretKey) -> bool:
        """Tell whether the keychain is known to have it to stay."""
        return key in self._saved

    def is_fleeting(self, key: SecretKey) -> bool:
        """Tell whether this session knows it, and nothing would give it to the next one."""
        with self._lock:
            return key in self._session and key not in self._saved and key not in self._lent

    def blanked(self, text: str) -> str:
        """Return the text with every secret that this session has known masked."""
        with self._lock:
            given = frozenset(self._given)
        return blank(text, given)

    def forget(self, key: SecretKey) -> None:
        """Remove a secret from the session and the keychain; one that is not there is no error."""
        with self._lock:
            self._session.pop(key, None)
        keychain = self._keychain()
        if keychain is None:
            return
        with self._keychain_lock, contextlib.suppress(Exception):
            keychain.delete_password(_SERVICE, key.account)
        self.give_back(key)

    def move(self, old: SecretKey, new: SecretKey) -> None:
        """Let a secret follow its destination to a new name: in the session, and where the keychain has it.

        Raises DestinationError(KEYCHAIN_FAILED) when the keychain did not play along; nothing is lost then.
        """
        if old == new:
            return
        with self._lock:
            value = self._session.pop(old, None)
            if value is not None:
                self._session[new] = value
        keychain = self._keychain()
        if keychain is None:
            return
        try:
            with self._keychain_lock:
                saved = keychain.get_password(_SERVICE, old.account)
                if saved is not None:
                    keychain.set_password(_SERVICE, new.account, saved)
                    keychain.delete_password(_SERVICE, old.account)
        except Exception as error:  # backends let through what their bus or system raises
            raise DestinationError(ErrorCode.KEYCHAIN_FAILED, reason=type(error).__name__) from error

    def _keychain(self) -> keyring.backend.KeyringBackend | None:
        with self._keychain_lock:
            return self._find_keychain()

    def _known(self, key: SecretKey) -> str | None:
        """Return what the session or the environment has; an empty variable is as good as none."""
        with self._lock:
            value = self._session.get(key)
            if value is None:
                value = self._environment.get(key.variable) or None
                if value is not None:
                    self._given.update(spellings(value))
            return value

    def _remember(self, key: SecretKey, value: str) -> None:
        with self._lock:
            self._session[key] = value
            self._given.update(spellings(value))
