"""One 复核表 that came back: what was found, by the lines of the sheet, wherever they have been moved to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cattrs

from addin.package.opened import open_package
from addin.package.refusal import FileStatus, NotOpened
from addin.reading.cells import is_blank, show_as_text
from addin.reading.grid import Grid
from addin.reading.grids import PackageSheets
from addin.reading.reader import read_identity
from addin.submission import Refusal
from addin.workers.pool import Task, WorkerAnswer, read_all
from generator.spot_checks.protocol import list_protocol_sheets
from generator.spot_checks.sheet import DOCUMENT, DRAW, FOOT
from templates.content import Identity
from templates.spelling import narrow_number
from templates.words import lookup, say


@dataclass(frozen=True)
class SheetLine:
    """A line of a 复核表: a number or a ledger row."""

    part: str
    """The form or the ledger."""
    key: str
    """The code, or the row of the ledger."""
    shown: str
    """The name, or what the row says."""
    reported: str
    """上报数 as a person reads it; ``""`` for a blank cell, and for ledger rows."""
    found: str
    """复核值 or 复核结论, as a person reads it."""
    evidence: str
    by: str


@dataclass(frozen=True)
class SheetAnswer:
    """All that stands in one 复核表."""

    identity: Identity
    draw: str
    cells: tuple[SheetLine, ...]
    rows: tuple[SheetLine, ...]
    foot: Mapping[str, str]
    """What is written below the table, by key of ``[foot]``."""
    sha256: str


def read_check_sheets(paths: Sequence[Path]) -> Iterator[SheetAnswer | Refusal]:
    """Yield what each workbook says, or why nothing can be taken from it, read in workers, in the order of the paths.

    No file raises. A protocol of ours is a refusal without a reason. Raises
    :class:`addin.workers.faults.CannotRead` where workers do not run.
    """
    return (_understand(answer) for answer in read_all(Task("addin.sampling.answers:read_for_parent", {}), paths))


def read_for_parent(path: Path, _options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a worker tells of the workbook at ``path``."""
    try:
        return asdict(_read(path))
    except NotOpened as refused:
        return {"status": refused.status.value, "reason": refused.reason}


def _understand(answered: WorkerAnswer) -> SheetAnswer | Refusal:
    file = str(answered.path)
    if answered.fault:
        return Refusal(file, FileStatus.UNREADABLE, answered.fault.sentence)
    told = answered.value
    if "status" in told:
        return Refusal(file, FileStatus(told["status"]), told["reason"])
    return cattrs.structure(told, SheetAnswer)


def _read(path: Path) -> SheetAnswer:
    package = open_package(path)
    sheets = PackageSheets(package)
    has_table = say("sampling.sheet.name") in sheets.sheets
    if not has_table and list_protocol_sheets() & set(sheets.sheets):
        raise NotOpened(FileStatus.NOT_OURS, "")
    identity = read_identity(sheets)
    if identity.document != DOCUMENT or not has_table:
        raise NotOpened(FileStatus.NOT_OURS, say("sampling.unread.not_a_sheet"))
    grid = sheets.grid(say("sampling.sheet.name"))
    cells = list(_read_lines(grid, lookup("sampling.sheet.cell_columns"), reported=4, found=5))
    rows = list(_read_lines(grid, lookup("sampling.sheet.row_columns"), reported=None, found=3))
    draw = _find_draw(sheets.grid(lookup("workbook.sheets.meta")))
    return SheetAnswer(identity, draw, tuple(cells), tuple(rows), _read_foot(grid), package.origin.sha256)


def _find_draw(grid: Grid) -> str:
    return next((grid.label(row, 2) for row in grid.rows if grid.label(row, 1) == DRAW), "")


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _read_lines(grid: Grid, header: Sequence[str], *, reported: int | None, found: int) -> Iterator[SheetLine]:
    """Yield the lines below a header; ``reported`` and ``found`` are places in it. None where it is not there."""
    texts = [_squeeze(text) for text in header]
    at = next((row for row in sorted(grid.rows) if set(texts) <= set(grid.labels(row))), None)
    if at is None:
        return
    columns = [grid.labels(at)[text] for text in texts]
    ends = {_squeeze(text) for text in (*lookup("sampling.foot").values(), *_list_first_columns())}
    for row in sorted(number for number in grid.rows if number > at):
        part = grid.label(row, columns[0])
        if part in ends:
            return
        told = [_show(grid, row, column) for column in columns]
        if any(told):
            shown = "" if reported is None else told[reported]
            yield SheetLine(told[0], told[1], told[2], shown, told[found], told[-2], told[-1])


def _list_first_columns() -> tuple[str, str]:
    return lookup("sampling.sheet.cell_columns")[0], lookup("sampling.sheet.row_columns")[0]


def _show(grid: Grid, row: int, column: int) -> str:
    """Return a cell as a person reads it; what is an error, or a formula without a result, says so."""
    if (row, column) in grid.errors or (row, column) in grid.uncached:
        return grid.errors.get((row, column), "") or say("sampling.unread.uncached")
    raw = grid.value(row, column)
    return "" if is_blank(raw) else show_as_text(raw)


def _read_foot(grid: Grid) -> dict[str, str]:
    labels = {_squeeze(str(lookup("sampling.foot")[key])): key for key in FOOT}
    found: dict[str, str] = {}
    for row in sorted(grid.rows):
        for label, column in grid.labels(row).items():
            if label in labels:
                beside = sorted(other for other in grid.rows[row] if other > column)
                found[labels[label]] = _show(grid, row, beside[0]) if beside else ""
    return found


def parse_number(text: str) -> float | None:
    """Return the number that is written; None for any other text, and for numbers below zero."""
    try:
        number = float(narrow_number(text).replace(",", ""))
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
