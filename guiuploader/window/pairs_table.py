# SPDX-License-Identifier: MIT
"""A small table of names and values, in order; a name may stand there twice."""

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from guiuploader.window.destination_draft import Pairs
from guiuploader.window.rows_table import RowsTable
from guiuploader.window.wording import translate


class PairsTable(RowsTable):
    """A table of two columns."""

    def __init__(self, name: str, *, ordered: bool, parent: QWidget | None = None) -> None:
        columns = (translate("PairsTable", "Name"), translate("PairsTable", "Value"))
        super().__init__(name, columns, ordered=ordered, parent=parent)

    def set_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Show these, and an empty row."""
        self.set_rows(pairs)

    def pairs(self) -> Pairs:
        """Return what was typed, without empty rows."""
        return tuple((name, value) for name, value in self.rows())
