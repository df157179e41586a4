"""Consolidated workbooks of the level below, opened in workers: the lines of records in them, and the column 计入.

Only the very hidden sheets are read, and of the visible ones the column 计入: an officer may leave a unit out there.
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


@dataclass(frozen=True)
class Below:
    """What a consolidated workbook hands to the level above, as it stands there."""

    lines: tuple[str, ...]
    """A digest, then one record a unit."""
    switches: dict[str, set[bool]] = field(default_factory=dict)
    """What the column 计入 of the sheets with every unit's values says, by unit code."""


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
    return Below(tuple(told["lines"]), {code: set(said) for code, said in told["switches"].items()})


# --- in the worker ---------------------------------------------------------------------------------------------------


def open_below(path: Path, _options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lines and switches of a consolidated workbook as plain data, or why it could not be opened."""
    try:
        package = PackageSheets(open_package(path, most=SUMMARY))
        switches = {code: sorted(said) for code, said in _switches(package).items()}
        return {"lines": _lines(package), "switches": switches}
    except NotOpened as refused:
        return {"status": refused.status.value, "reason": refused.reason}


def _lines(package: PackageSheets) -> list[str]:
    sheet = say("merge.machine.sheet")
    if sheet not in package.sheets:
        return []
    rows = package.grid(sheet).rows
    return ["".join(str(cell) for _, cell in sorted(rows[row].items())) for row in sorted(rows)]


def _switches(package: PackageSheets) -> dict[str, set[bool]]:
    found: dict[str, set[bool]] = defaultdict(set)
    prefix = say("consolidated.sheets.details", form="")
    for sheet in (name for name in package.sheets if name.startswith(prefix)):
        _read_switches(package.grid(sheet), found)
    return found


def _read_switches(grid: Grid, found: dict[str, set[bool]]) -> None:
    words = lookup("merge.machine")
    header: dict[str, int] = {}
    for row in sorted(grid.rows):
        if header:
            code = show_as_text(grid.value(row, header[words["code"]]))
            said = show_as_text(grid.value(row, header[words["counted"]])).strip()
            if code:
                found[code].add(said in words["yes"])
        elif row <= _HEADER_SEARCH and {words["code"], words["counted"]} <= grid.labels(row).keys():
            header = grid.labels(row)
