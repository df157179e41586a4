"""The clerk's file as sheets: .xlsx as returns are opened, older workbooks, .csv as texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from addin.package.addresses import Place
from addin.package.foreign import read_foreign
from addin.package.opened import open_bytes, read_bytes
from addin.package.refusal import FileStatus, NotOpened
from addin.reading.cells import Raw, is_blank
from addin.reading.grid import Grid
from addin.reading.grids import PackageSheets
from addin.reading.table_file import TableError, describe_unread, is_workbook, read_tables
from templates.words import say


class ListRefused(Exception):
    """The list cannot go into the ledger and nothing was done; one sentence why, worded by words/import.toml."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(say(f"import.refused.{why}", **values))


@dataclass(frozen=True)
class ListSheet:
    """A sheet of the list. ``errors`` says whether cells with an error value can be told from blank ones."""

    grid: Grid
    hidden: Mapping[Place, Place] = field(default_factory=dict)
    """For each cell that a merged area hides the cell that shows its value."""
    errors: bool = True

    @property
    def name(self) -> str:
        """The sheet's name; of a .csv the file's."""
        return self.grid.sheet

    @cached_property
    def columns(self) -> list[int]:
        """The columns in which anything stands; a stray cell far to the right is one more, not sixteen thousand."""
        odd = {column for _, column in (*self.grid.errors, *self.grid.uncached)}
        return sorted(odd.union(*(self.grid.occupied(row, 1) for row in self.grid.rows)))

    def origin(self, row: int, column: int) -> Place:
        """Return the cell that a person sees here: of cells merged downwards the topmost."""
        shown = self.hidden.get((row, column), (row, column))
        return shown if shown[1] == column else (row, column)

    def value(self, row: int, column: int) -> Raw:
        """Return what a person sees in the cell."""
        return self.grid.value(*self.origin(row, column))

    def filled(self, row: int, column: int) -> bool:
        """Return whether anything stands in the cell itself, an error value or a formula without a result too."""
        place = (row, column)
        return place in self.grid.errors or place in self.grid.uncached or not is_blank(self.grid.value(*place))


def read_sheets(path: Path) -> list[ListSheet]:
    """Return the sheets of the clerk's file in order. Raises :class:`ListRefused`."""
    if not path.is_file():
        raise ListRefused("not_found", file=path.name)
    try:
        data = read_bytes(path)
        return _workbook_sheets(data, path) if is_workbook(data) else _text_sheets(path)
    except (NotOpened, TableError, OSError) as error:
        if isinstance(error, NotOpened) and error.status is FileStatus.ENCRYPTED:
            raise ListRefused("encrypted", file=path.name) from error
        raise ListRefused("unreadable", file=path.name, reason=describe_unread(error)) from error


def _text_sheets(path: Path) -> list[ListSheet]:
    return [ListSheet(Grid.of_rows(path.stem, read_tables(path)[0]))]


def _workbook_sheets(data: bytes, path: Path) -> list[ListSheet]:
    """What the file is, its content says: many an .xls is an .xlsx."""
    try:
        package = PackageSheets(open_bytes(data))
    except NotOpened as refused:
        if refused.status is FileStatus.ENCRYPTED:
            raise
        return [ListSheet(Grid.of_rows(s.name, s.rows), s.merged, errors=False) for s in read_foreign(path)]
    return [ListSheet(package.grid(name), package.merged(name)) for name in package.sheets]
