"""An open workbook that is none: a file's cells behind the host protocol, with what was done to it kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from addin.host import Block, Cell, ErrorValue, Formula
from addin.package.opened import open_package
from addin.reading.grids import PackageSheets


@dataclass
class FakeBook:
    """Reads a saved workbook as if it were open; writes, moves and messages are only remembered."""

    path: str
    written: dict[str, list[list[Cell]]] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    selected: tuple[str, str] = ("封面", "A1")

    def __post_init__(self) -> None:
        self._package = PackageSheets(open_package(Path(self.path)))

    @property
    def name(self) -> str:
        return Path(self.path).name

    @property
    def sheets(self) -> list[str]:
        return list(self._package.sheets)

    def read(self, sheet: str) -> Block:
        if sheet in self.written:
            listed = [[_shown(cell) for cell in row] for row in self.written[sheet]]
            above: list[list[Cell]] = [[] for _ in range(4)]
            return Block(above + listed, [["" for _ in row] for row in above + listed])
        grid = self._package.grid(sheet)
        last = max([*grid.rows, *(row for row, _ in grid.formulas), 1])
        width = max(
            [column for cells in grid.rows.values() for column in cells] + [column for _, column in grid.formulas] + [1]
        )
        values: list[list[Cell]] = [
            [grid.value(row, column) for column in range(1, width + 1)] for row in range(1, last + 1)
        ]
        formulas = [["" for _ in row] for row in values]
        for (row, column), text in grid.formulas.items():
            formulas[row - 1][column - 1] = f"={text}"
        for (row, column), error in grid.errors.items():
            values[row - 1][column - 1] = ErrorValue(error)
        return Block(values, formulas)

    def write(self, sheet: str, row: int, column: int, block: Sequence[Sequence[Cell]]) -> None:
        self.written[sheet] = [list(cells) for cells in block]

    def go_to(self, sheet: str, cell: str) -> None:
        self.selected = (sheet, cell)
        self.places.append(f"{sheet}!{cell}")

    def selection(self) -> tuple[str, str]:
        return self.selected

    def status(self, text: str) -> None:
        self.statuses.append(text)

    def alert(self, text: str) -> None:
        self.alerts.append(text)

    def save_copy(self, path: Path) -> None:
        path.write_bytes(Path(self.path).read_bytes())


def _shown(cell: Cell) -> Cell:
    """Return what a cell shows: of a link its address."""
    return cell.text.split('"')[-2] if isinstance(cell, Formula) else cell
