"""One 名录核定表 that came back: what the unit chose, and what it wrote beside its line of the roster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from addin.package.opened import open_package
from addin.package.refusal import FileStatus, NotOpened
from addin.reading.cells import is_blank, narrow_text, show_as_text
from addin.reading.days import read_day
from addin.reading.grid import Grid
from addin.reading.grids import PackageSheets
from addin.reading.reader import Source, read_identity
from addin.submission import Refusal
from addin.workers.pool import Task, WorkerAnswer, read_all
from generator.rosters.form import DOCUMENT, HEADER_ROW, label_row, list_asked_columns, list_form_rows
from templates.content import Identity
from templates.words import lookup, say

_SIGN_OFF: Final = ("head", "checker", "day")


@dataclass(frozen=True)
class Answer:
    """What stands in a form. Two forms that say the same are equal, whatever files they came in."""

    identity: Identity
    result: str
    """``same``, ``changed`` or ``withdrawn``; ``""`` when nothing was chosen; else the text that is none of them."""
    entries: dict[str, str]
    """What was written under 核定后, by column of the roster; blank cells have no entry."""
    note: str = ""
    signed: tuple[str, ...] = ()
    """单位负责人, 核对人, 核对日期."""
    broken: tuple[str, ...] = ()
    """Columns whose cell is an error value, or a formula without a result."""
    saved_at: datetime | None = field(default=None, compare=False)

    @property
    def blank(self) -> bool:
        """Whether the unit wrote nothing at all: the form came back as it was sent."""
        return not (self.result or self.entries or self.note or self.broken or any(self.signed))


def read_answers(paths: Sequence[Path], survey: str) -> Iterator[Answer | Refusal]:
    """Yield the answer in each workbook, or why there is none, read in workers, in the order of the paths.

    No file raises. Raises :class:`addin.workers.faults.CannotRead` where workers do not run.
    """
    task = Task("addin.rosters.answers:read_for_parent", {"survey": survey})
    return (_understood(answer) for answer in read_all(task, paths))


def read_for_parent(path: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a worker tells of the workbook at ``path``."""
    found = read_answer(path, options["survey"])
    if isinstance(found, Refusal):
        identity = asdict(found.identity) if found.identity else None
        return {"status": found.status.value, "reason": found.reason, "identity": identity}
    return asdict(found) | {"saved_at": found.saved_at.isoformat() if found.saved_at else None}


def _understood(answered: WorkerAnswer) -> Answer | Refusal:
    file = str(answered.path)
    if answered.fault:
        return Refusal(file, FileStatus.UNREADABLE, answered.fault.sentence)
    told = dict(answered.value)
    identity = Identity(**told.pop("identity")) if told["identity"] else None
    if "status" in told or identity is None:
        return Refusal(file, FileStatus(told["status"]), told["reason"], identity)
    saved_at = datetime.fromisoformat(told["saved_at"]) if told["saved_at"] else None
    signed, broken = tuple(told["signed"]), tuple(told["broken"])
    return Answer(identity, told["result"], told["entries"], told["note"], signed, broken, saved_at)


def read_answer(path: Path, survey: str | None = None, year: int | None = None) -> Answer | Refusal:
    """Return the answer in the workbook at ``path``, or why there is none. No file raises.

    Forms of another version of the definitions are good: units check the roster while the forms are still being made.
    """
    identity: Identity | None = None
    try:
        package = open_package(path)
        sheets = PackageSheets(package)
        identity = read_identity(sheets)
        _check(identity, survey, year)
        return replace(_answer(identity, sheets), saved_at=package.origin.saved_at)
    except NotOpened as refused:
        return Refusal(str(path), refused.status, refused.reason, identity)


def _check(identity: Identity, survey: str | None, year: int | None) -> None:
    if identity.document != DOCUMENT:
        kind = "other" if identity.document else "return"
        raise NotOpened(FileStatus.NOT_OURS, lookup("roster_check.refused")[kind])
    if survey is not None and identity.survey != survey:
        reason = say("reader.refused.other_survey", found=identity.survey, expected=survey)
        raise NotOpened(FileStatus.OTHER_SURVEY, reason)
    if year is not None and identity.year != year:
        raise NotOpened(FileStatus.OTHER_YEAR, say("reader.refused.other_year", found=identity.year, expected=year))


def _answer(identity: Identity, package: Source) -> Answer:
    sheet = say("roster_check.form.sheet")
    if sheet not in package.sheets:
        raise unreadable_form()
    grid = package.grid(sheet)
    rows, column = _places(grid)
    texts = {key: "" if is_blank(raw := grid.value(row, column)) else show_as_text(raw) for key, row in rows.items()}
    broken = {key for key, row in rows.items() if (row, column) in grid.uncached or (row, column) in grid.errors}
    if texts["code"] == say("roster_check.form.fixed"):
        texts["code"] = ""
    texts["day"] = _day(grid, rows["day"], column)
    return Answer(
        identity,
        _result(texts["result"]),
        {key: texts[key] for key in list_asked_columns() if texts[key]},
        texts["note"],
        tuple(texts[key] for key in _SIGN_OFF),
        tuple(key for key in rows if key in broken),
    )


def unreadable_form() -> NotOpened:
    """Return the refusal of a form whose table is lost."""
    return NotOpened(FileStatus.UNREADABLE, say("roster_check.refused.no_table"))


def _places(grid: Grid) -> tuple[dict[str, int], int]:
    """Return the row of each key and the column of the entries, wherever they have been moved to."""
    header = lookup("roster_check.form.header")
    for number in sorted(grid.rows, key=lambda row: (abs(row - HEADER_ROW), row)):
        labels = grid.labels(number)
        if header[0] in labels and header[2] in labels:
            rows = _rows(grid, number, labels[header[0]])
            if len(rows) == len(list_form_rows()):
                return rows, labels[header[2]]
    raise unreadable_form()


def _rows(grid: Grid, header: int, column: int) -> dict[str, int]:
    keys = {"".join(label_row(key).split()): key for key in list_form_rows()}
    found: dict[str, int] = {}
    for row in sorted(row for row in grid.rows if row > header):
        if key := keys.get(grid.label(row, column)):
            found.setdefault(key, row)
    return found


def _result(text: str) -> str:
    known: dict[str, str] = {narrow_text(shown): key for key, shown in lookup("roster_check.results").items()}
    return known.get(narrow_text(text), text)


def _day(grid: Grid, row: int, column: int) -> str:
    """Return the day of the sign-off as 2025-03-20; what is no day stays the text it is."""
    raw = grid.value(row, column)
    found = None if is_blank(raw) else read_day(narrow_text(raw) if isinstance(raw, str) else raw)
    return found.day.isoformat() if found else show_as_text(raw)
