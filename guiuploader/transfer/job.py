# SPDX-License-Identifier: MIT
"""What one request carries: a source, where it goes, and the values for its templates."""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from guiuploader.destinations.destination import Destination
from guiuploader.sources.source import Source
from guiuploader.values.functions import RequestScope
from guiuploader.values.secrets import SecretKey, SecretStore

_VARIABLE_PREFIX = "GUIUPLOADER_VAR_"


@dataclass(frozen=True, slots=True)
class Job:
    """One upload's request; `uuid` and `added` stay the same over all attempts."""

    source: Source
    destination: Destination
    variables: Mapping[str, str]
    uuid: str
    added: dt.datetime

    def scope(self, secret: Callable[[str], str]) -> RequestScope:
        """Return what the destination's templates may draw on; given values go before defaults."""
        defaults = {
            name: variable.default
            for name, variable in self.destination.variables.items()
            if variable.default is not None
        }
        return RequestScope(
            filename=self.source.name,
            relpath=self.source.relpath,
            size=self.source.size,
            content_type=self.source.content_type,
            uuid=self.uuid,
            now=self.added,
            variables={**defaults, **self.variables},
            environment=_Environment(),
            secret=secret,
        )


class _Environment(Mapping[str, str]):
    """The variables that templates may read; looked up when one does, as few do and there are many."""

    def __getitem__(self, name: str) -> str:
        return os.environ[_VARIABLE_PREFIX + name]

    def __iter__(self) -> Iterator[str]:
        return (
            name.removeprefix(_VARIABLE_PREFIX) for name in os.environ if name.startswith(_VARIABLE_PREFIX)
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)


class SecretLookup:
    """Finds a destination's secrets by name and remembers which were used, so that they can be blanked."""

    def __init__(self, store: SecretStore, destination: Destination) -> None:
        self._store = store
        self._destination = destination
        self._used: set[str] = set()

    def __call__(self, name: str) -> str:
        """Return the secret. Raises DestinationError(SECRET_MISSING)."""
        value = self._store.get(SecretKey(self._destination.name, self._destination.origin, name))
        self._used.add(value)
        return value

    @property
    def used(self) -> frozenset[str]:
        """The secrets of this request."""
        return frozenset(self._used)
