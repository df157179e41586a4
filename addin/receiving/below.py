"""Consolidated workbooks of the level below, opened in workers: the lines of records in them, and what 明细 shows.

The very hidden sheets are read, and of the visible ones those with a row a unit: an officer may leave a unit out there,
and their numbers have to be those of the records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from addin.package.limits import SUMMARY
from addin.package.opened import open_package
from addin.package.refusal import FileStatus, NotOpened
from addin.reading.cells import show_as_text
from addin.reading.grid import Grid
from addin.reading.grids import PackageSheets
from addin.submission import Refusal
from addin.workers.limits import WorkerLimits
from addin.workers.pool import Task, WorkerAnswer, read_all
from templates.words import lookup, say

TASK: Final = Task(
    "addin.receiving.below:open_below", {}, WorkerLimits(processor=600.0, seconds=1800.0, megabytes=4096)
)
"""A workbook of thousands of units may take more than a return."""

_HEADER_SEARCH: Final = 20


ShownCells = Mapping[str, Mapping[str, float | None]]
"""Numbers by form and code, None where no number stands."""


@dataclass(frozen=True)
class Below:
    """What a consolidated workbook hands to the level above, as it stands there."""

    lines: tuple[str, ...]
    """A digest, then one record a unit."""
    switches: dict[str, set[bool]] = field(default_factory=dict)
    """What the column 计入 of the sheets with every unit's values says, by unit code."""
    shown: Mapping[str, ShownCells] = field(default_factory=dict)
    """What those sheets show of each unit, by its code."""


def read_below(paths: Sequence[Path]) -> Iterator[Below | Refusal]:
    """Yield what each of the consolidated workbooks holds, or why that could not be read, in their order."""
    return (understand(answer) for answer in read_all(TASK, paths))


def understand(answer: WorkerAnswer) -> Below | Refusal:
    """Return what a worker's answer means here."""
    if answer.fault:
        return Refusal(str(answer.path), FileStatus.UNREADABLE, answer.fault.sentence)
    told = answer.value
    if "status" in told:
        return Refusal(str(answer.path), FileStatus(told["status"]), told["reason"])
    switches = {code: set(said) for code, said in told["switches"].items()}
    return Below(tuple(told["lines"]), switches, told["shown"])


# --- in the worker ---------------------------------------------------------------------------------------------------


def open_below(path: Path, _options: Mapping[str, Any]) -> dict[str, Any]:
    """Return lines, switches and numbers of a consolidated workbook as plain data, or why it could not be opened."""
    try:
        package = PackageSheets(open_package(path, most=SUMMARY))
        details = _Details()
        prefix = say("consolidated.sheets.details", form="")
        for sheet in (name for name in package.sheets if name.startswith(prefix)):
            details.read(package.grid(sheet), sheet.removeprefix(prefix))
        switches = {code: sorted(said) for code, said in details.switches.items()}
        return {"lines": _lines(package), "switches": switches, "shown": details.shown}
    except NotOpened as refused:
        return {"status": refused.status.value, "reason": refused.reason}


def _lines(package: PackageSheets) -> list[str]:
    sheet = say("merge.machine.sheet")
    if sheet not in package.sheets:
        return []
    rows = package.grid(sheet).rows
    return ["".join(str(cell) for _, cell in sorted(rows[row].items())) for row in sorted(rows)]


class _Details:
    """What the sheets with every unit's values say."""

    def __init__(self) -> None:
        self.switches: dict[str, set[bool]] = defaultdict(set)
        self.shown: dict[str, dict[str, dict[str, float | None]]] = defaultdict(dict)

    def read(self, grid: Grid, form: str) -> None:
        """Take in one sheet: the row over the header holds the codes, each row below it a unit."""
        words = lookup("merge.machine")
        header: dict[str, int] = {}
        codes: dict[str, int] = {}
        for row in sorted(grid.rows):
            if header:
                self._take(grid, row, form, header, codes)
            elif row <= _HEADER_SEARCH and {words["code"], words["counted"]} <= grid.labels(row).keys():
                header, codes = grid.labels(row), grid.labels(row - 1)

    def _take(self, grid: Grid, row: int, form: str, header: Mapping[str, int], codes: Mapping[str, int]) -> None:
        words = lookup("merge.machine")
        unit = show_as_text(grid.value(row, header[words["code"]]))
        if not unit:
            return
        said = show_as_text(grid.value(row, header[words["counted"]])).strip()
        self.switches[unit].add(said in words["yes"])
        values = {code: grid.value(row, column) for code, column in codes.items()}
        self.shown[unit][form] = {code: _number(value) for code, value in values.items()}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
