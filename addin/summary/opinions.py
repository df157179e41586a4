"""What people typed into an older 汇总.xlsx: orders and opinions. Whatever is merged again, none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from addin.package.limits import SUMMARY
from addin.package.opened import open_package
from addin.package.refusal import NotOpened
from addin.reading.cells import show_as_text
from addin.reading.grid import Grid
from addin.reading.grids import PackageSheets
from addin.receiving.acts import NO_ACTS, UnitActs
from addin.tracking.kept import unpack_acts
from addin.tracking.orders import Order
from addin.tracking.settle import Known
from generator.consolidated.data import NO_CELLS, OfficerCells, StatusLine
from templates.words import lookup, say


class SummaryError(Exception):
    """What stands where 汇总.xlsx shall be written may hold what people typed, and cannot be read. One sentence."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody typed beside a unit, or beside a file that stands for none."""

    code: str
    name: str
    file: str
    """``""`` beside a unit."""
    text: str
    cells: OfficerCells = NO_CELLS
    acts: UnitActs = NO_ACTS

    @property
    def key(self) -> tuple[str, str]:
        """What it is about: a unit by its code, a file by its name."""
        return ("file", self.file) if self.file else ("unit", self.code)


@dataclass
class Opinions:
    """All opinions of one workbook; each is taken out where its unit or file is found again."""

    found: dict[tuple[str, str], Opinion] = field(default_factory=dict)

    @property
    def known(self) -> Known:
        """What the sheet tells the next merge: what officers ask for, and what was done before."""
        units = {old.code: old for old in self.found.values() if not old.file}
        orders = {code: _order(old.cells) for code, old in units.items() if old.cells.what.strip()}
        return Known({code: old.acts for code, old in units.items() if old.acts.acts}, orders)

    def beside_unit(self, line: StatusLine, done: bool = False) -> StatusLine:
        """Return the unit's line with what was typed beside it; an order that is ``done`` stands there no more."""
        old = self.found.get(("unit", line.code))
        line = self._beside(line, ("unit", line.code))
        if old is None:
            return line
        cells = replace(old.cells, what="", text="") if done else old.cells
        return replace(line, cells=cells)

    def beside_file(self, line: StatusLine) -> StatusLine:
        """Return the file's line with its opinion."""
        return self._beside(line, ("file", line.file))

    def _beside(self, line: StatusLine, key: tuple[str, str]) -> StatusLine:
        opinion = self.found.pop(key, None)
        return replace(line, opinion=opinion.text) if opinion else line

    def left(self) -> tuple[StatusLine, ...]:
        """Return lines for what was not found again."""
        return tuple(
            StatusLine(old.code, old.name, "", "", "", "", "", old.file, (), "", text)
            for old in self.found.values()
            if (text := _all_typed(old))
        )


def read_opinions(path: Path) -> Opinions:
    """Return the opinions in the workbook at ``path``, none when there is no file. Raises :class:`SummaryError`."""
    if not path.exists():
        return Opinions()
    opinions = Opinions()
    for opinion in _opinions(_status_sheet(path), path):
        before = opinions.found.get(opinion.key)
        text = "\n".join(filter(None, (before.text, opinion.text))) if before else opinion.text
        opinions.found[opinion.key] = replace(before or opinion, text=text)
    return opinions


def _order(cells: OfficerCells) -> Order:
    return Order(cells.what, cells.text, cells.by)


def _all_typed(old: Opinion) -> str:
    """Return all that was typed beside what is there no more."""
    return "\n".join(filter(None, (old.text, *(getattr(old.cells, name) for name in _CELLS))))


def open_result_sheet(path: Path, sheet: str) -> Grid | None:
    """Return a sheet of an older 汇总.xlsx, None where it has none so called. Raises :class:`SummaryError`."""
    try:
        package = PackageSheets(open_package(path, lambda name: name == sheet, SUMMARY))
    except NotOpened as refused:
        raise SummaryError(say("consolidated.old.unreadable", file=path, reason=refused.reason)) from refused
    return package.grid(sheet) if sheet in package.sheets else None


def _status_sheet(path: Path) -> Grid:
    grid = open_result_sheet(path, say("consolidated.sheets.status"))
    if grid is None:
        raise SummaryError(say("consolidated.old.not_ours", file=path))
    return grid


def _opinions(grid: Grid, path: Path) -> Iterator[Opinion]:
    """Yield what stands below the headers, block by block; columns are found by their headers."""
    words = lookup("consolidated.status.columns")
    columns: dict[str, int] = {}
    for _, cells in sorted(grid.rows.items()):
        texts = {column: show_as_text(raw) for column, raw in sorted(cells.items())}
        found = {text: column for column, text in reversed(texts.items())}
        if {words["code"], words["opinion"]} <= found.keys():
            columns = {key: found[header] for key, header in words.items() if header in found}
            columns |= {key: found[old] for key, old in _FORMER.items() if key not in columns and old in found}
        elif columns and any(texts.get(columns[key]) for key in _TYPED if key in columns):
            yield _opinion({key: texts.get(place, "") for key, place in columns.items()}, path)


def _opinion(cells: dict[str, str], path: Path) -> Opinion:
    about_unit = cells.get("state", "") in _states()
    file = "" if about_unit else cells.get("file", "")
    code, name = cells["code"], cells.get("name", "")
    typed = OfficerCells(*(cells.get(key, "") for key in _CELLS))
    try:
        acts = unpack_acts(cells["acts"], code, name) if cells.get("acts") else NO_ACTS
    except ValueError as error:
        raise SummaryError(say("consolidated.old.acts", file=path, code=code, name=name)) from error
    return Opinion(code, name, file, cells["opinion"], typed, acts)


def _states() -> set[str]:
    """Return the states of units as the sheet shows them: beside files stand other words."""
    shown = lookup("merge.state")
    now = {text.format(state=shown[key]) for key, text in lookup("consolidated.state").items()}
    return now | set(lookup("consolidated.former_state").values())


_CELLS: Final = ("what", "text", "by", "stamped")
_TYPED: Final = ("opinion", *_CELLS, "acts")
_FORMER: Final = {"file": lookup("consolidated.former_file")}
"""Columns that older workbooks call otherwise."""
