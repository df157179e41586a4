"""The clerk's file as sheets: .xlsx as returns are read, older workbooks by calamine alone, .csv as texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineWorkbook

from addin.reading.cells import Raw, is_blank
from addin.reading.grid import Grid, Place
from addin.reading.package import DAMAGE, NotOpened, Package, merged
from addin.reading.reader import open_package
from addin.reading.table_file import TableError, read_tables
from addin.submission import FileStatus
from templates.words import say


class ListRefused(Exception):
    """The list cannot go into the ledger and nothing was done; one sentence why, worded by words/import.toml."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(say(f"import.refused.{why}", **values))


@dataclass(frozen=True)
class ListSheet:
    """A sheet of the list. ``errors`` says whether cells with an error value can be told from blank ones."""

    grid: Grid
    hidden: dict[Place, Place] = field(default_factory=dict)
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


def sheets_of(path: Path) -> list[ListSheet]:
    """Return the sheets of the clerk's file in order. Raises :class:`ListRefused`."""
    if not path.is_file():
        raise ListRefused("not_found", file=path.name)
    try:
        return _text_sheets(path) if path.suffix.lower() == ".csv" else _workbook_sheets(path)
    except (TableError, OSError, *DAMAGE) as error:
        raise ListRefused("unreadable", file=path.name) from error


def _text_sheets(path: Path) -> list[ListSheet]:
    rows: dict[int, list[Raw]] = {
        number: list(cells) for number, cells in enumerate(read_tables(path)[0], start=1) if any(cells)
    }
    return [ListSheet(Grid(path.stem, rows))]


def _workbook_sheets(path: Path) -> list[ListSheet]:
    """What the file is, its content says: many an .xls is an .xlsx."""
    try:
        package = open_package(path)
    except NotOpened as refused:
        if refused.status is FileStatus.ENCRYPTED:
            raise ListRefused("encrypted", file=path.name) from refused
        return _old_sheets(path)
    return [_sheet(package, name) for name in package.sheets]


def _sheet(package: Package, name: str) -> ListSheet:
    return ListSheet(package.grid(name), package.merged(name))


def _old_sheets(path: Path) -> list[ListSheet]:
    with CalamineWorkbook.from_filelike(BytesIO(path.read_bytes())) as book:
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        return [ListSheet(Grid(s.name, _rows(s.to_python(skip_empty_area=False))), merged(s), False) for s in sheets]


def _rows(values: list[list[Raw]]) -> dict[int, list[Raw]]:
    return {number: cells for number, cells in enumerate(values, start=1) if cells.count("") < len(cells)}
