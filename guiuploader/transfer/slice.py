# SPDX-License-Identifier: MIT
"""A part of a file as a source of its own, so that it travels in any body that a whole file does."""

import hashlib
from collections.abc import Callable
from contextlib import ExitStack, closing

from guiuploader.network.session import READ_SIZE
from guiuploader.sources.object_reader import ObjectReader
from guiuploader.sources.source import Placeable, Reader, Source
from guiuploader.transfer.control import Control

Watch = Callable[[int, bytes], None]
"""Sees where in the file a block was read, and the block."""


class Slice:
    """`length` bytes of a file from `offset` on, None for all to its end.

    All else is said of the whole file.
    """

    def __init__(
        self, whole: Source, offset: int, length: int | None, control: Control, watch: Watch
    ) -> None:
        self.name = whole.name
        self.relpath = whole.relpath
        self.content_type = whole.content_type
        self.location = whole.location
        self.size = length
        self._whole = whole
        self._offset = offset
        self._control = control
        self._watch = watch

    def open(self) -> "SliceReader":
        """Start a fresh pass. Raises as the whole file does."""
        return SliceReader(self._whole, self._offset, self._control, self._watch)

    def renewed(self) -> "Slice":
        """Return this part as it is now."""
        return self

    def digest(self, name: str) -> bytes:
        """Return the part's hash, for which it is read. Raises SourceError and TransferCancelled."""
        made = hashlib.new(name, usedforsecurity=False)
        left = self.size
        with closing(self.open()) as reader:
            while block := reader.read(READ_SIZE if left is None else min(READ_SIZE, left)):
                self._control.raise_if_cancelled()
                made.update(block)
                left = None if left is None else left - len(block)
                if left == 0:
                    break
        return made.digest()


class SliceReader:
    """One pass over a file from `at` on; a stop ends its wait for a store."""

    def __init__(self, whole: Source, at: int, control: Control, watch: Watch) -> None:
        self._at = at
        self._watch = watch
        self._stack = ExitStack()
        try:
            is_there = at == 0 or isinstance(whole, Placeable)
            reader = whole.open_at(at) if at and isinstance(whole, Placeable) else whole.open()
            self._reader: Reader = self._stack.enter_context(closing(reader))
            if isinstance(reader, ObjectReader):
                self._stack.enter_context(control.waking(reader.wake))
                reader.ready()
            if not is_there:
                self._pass_over(at, control)
        except BaseException:
            self._stack.close()
            raise

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and `b""` only at the file's end. Raises SourceError."""
        data = self._reader.read(size)
        self._watch(self._at, data)
        self._at += len(data)
        return data

    def changed(self) -> bool:
        """Tell whether the file is no longer what it was when it was opened."""
        return self._reader.changed()

    def close(self) -> None:
        """Let go of what was opened; may be called twice."""
        self._stack.close()

    def _pass_over(self, left: int, control: Control) -> None:
        while left and (block := self._reader.read(min(READ_SIZE, left))):
            control.raise_if_cancelled()
            left -= len(block)
