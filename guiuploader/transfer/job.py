# SPDX-License-Identifier: MIT
"""What one request carries: its files, where they go, and the values for its templates."""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from guiuploader.destinations.destination import Destination
from guiuploader.sources.facts import facts_of
from guiuploader.sources.object_store import StoreObject
from guiuploader.sources.source import Source
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.values.functions import RequestScope
from guiuploader.values.links import spellings
from guiuploader.values.secrets import SecretKey, SecretStore
from guiuploader.values.template import TemplateError

_VARIABLE_PREFIX = "GUIUPLOADER_VAR_"


@dataclass(frozen=True, slots=True)
class Job:
    """One request's files, or none for a request without.

    `uuid` and `added` stay the same over all attempts; `checkpoint` is what the one before left, and `doubt`
    since when it may have arrived. With `again` it is sent also where the server has it.
    """

    sources: tuple[Source, ...]
    destination: Destination
    variables: Mapping[str, str]
    uuid: str
    added: dt.datetime
    checkpoint: Checkpoint | None = None
    again: bool = False
    doubt: dt.datetime | None = None

    def scopes(
        self, secret: Callable[[str], str], digest_of: Callable[[int], Callable[[str], bytes]]
    ) -> tuple[RequestScope, ...]:
        """Return what the destination's templates may draw on, for each file.

        A request without a file has one scope too. Given values go before defaults.
        """
        defaults = {
            name: variable.default
            for name, variable in self.destination.variables.items()
            if variable.default is not None
        }
        general = RequestScope(
            filename="",
            relpath="",
            size=0,
            content_type="",
            uuid=self.uuid,
            now=self.added,
            variables={**defaults, **self.variables},
            environment=_Environment(),
            secret=secret,
            digest=_no_digest,
        )
        if not self.sources:
            return (general,)
        return tuple(
            replace(
                general,
                filename=source.name,
                relpath=source.relpath,
                size=source.size,
                content_type=source.content_type,
                digest=digest_of(index),
                index=index,
                fact=facts_of(source) if isinstance(source, StoreObject) else general.fact,
            )
            for index, source in enumerate(self.sources)
        )

    @property
    def size(self) -> int | None:
        """The bytes of all files, None when one's are not known."""
        sizes = [source.size for source in self.sources]
        return None if None in sizes else sum(size or 0 for size in sizes)


def _no_digest(name: str) -> bytes:
    raise TemplateError(f"“{{{name}}}” is a file's, and this request has none")


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
        self._used.update(spellings(value))
        return value

    @property
    def used(self) -> frozenset[str]:
        """The secrets of this request."""
        return frozenset(self._used)
