"""One 名录核定表 that came back: what the unit chose, and what it wrote beside its line of the roster."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from addin.package.opened import open_package
from addin.package.refusal import FileStatus, NotOpened
from addin.reading.cells import as_text, is_blank, plain
from addin.reading.days import day_of
from addin.reading.grid import Grid
from addin.reading.grids import PackageSheets
from addin.reading.reader import Source, read_identity
from addin.submission import Refusal
from generator.rosters.form import DOCUMENT, HEADER_ROW, form_rows, row_label
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

    @property
    def blank(self) -> bool:
        """Whether the unit wrote nothing at all: the form came back as it was sent."""
        return not (self.result or self.entries or self.note or self.broken or any(self.signed))


def read_answer(path: Path, survey: str | None = None, year: int | None = None) -> Answer | Refusal:
    """Return the answer in the workbook at ``path``, or why there is none. No file raises.

    Forms of another version of the definitions are good: units check the roster while the forms are still being made.
    """
    identity: Identity | None = None
    try:
        package = PackageSheets(open_package(path))
        identity = read_identity(package)
        _check(identity, survey, year)
        return _answer(identity, package)
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
    texts = {key: "" if is_blank(raw := grid.value(row, column)) else as_text(raw) for key, row in rows.items()}
    broken = {key for key, row in rows.items() if (row, column) in grid.uncached or (row, column) in grid.errors}
    if texts["code"] == say("roster_check.form.fixed"):
        texts["code"] = ""
    texts["day"] = _day(grid, rows["day"], column)
    return Answer(
        identity,
        _result(texts["result"]),
        {key: texts[key] for key in lookup("roster.columns") if texts[key]},
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
            if len(rows) == len(form_rows()):
                return rows, labels[header[2]]
    raise unreadable_form()


def _rows(grid: Grid, header: int, column: int) -> dict[str, int]:
    keys = {"".join(row_label(key).split()): key for key in form_rows()}
    found: dict[str, int] = {}
    for row in sorted(row for row in grid.rows if row > header):
        if key := keys.get(grid.label(row, column)):
            found.setdefault(key, row)
    return found


def _result(text: str) -> str:
    known: dict[str, str] = {plain(shown): key for key, shown in lookup("roster_check.results").items()}
    return known.get(plain(text), text)


def _day(grid: Grid, row: int, column: int) -> str:
    """Return the day of the sign-off as 2025-03-20; what is no day stays the text it is."""
    raw = grid.value(row, column)
    found = None if is_blank(raw) else day_of(plain(raw) if isinstance(raw, str) else raw)
    return found.day.isoformat() if found else as_text(raw)
