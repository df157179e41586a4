"""One sheet of an export: its headers found, each of its cells with the unit and the indicator that it tells of.

Two shapes are known, and both may stand on one sheet, one below the other: units in rows and indicators in columns; and
indicators in rows, as the 网报录入稿 lists them, for one unit, for units in columns, or for a unit that each row names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from addin.importing.source import ListSheet
from addin.package.addresses import format_place
from addin.reading.cells import Raw, is_blank, show_as_text
from addin.reconciling.accepted import AcceptedReturns
from addin.reconciling.export_units import ExportUnit, find_mentioned, find_unit
from addin.reconciling.meanings import UNKNOWN, Meaning, Meanings
from templates.model import Indicator
from templates.spelling import make_name_key
from templates.words import lookup

ABOVE: Final = 3
"""So many rows above a header may name the form that its columns belong to."""

_YEAR: Final = re.compile(lookup("reconcile.year"))


@dataclass(frozen=True)
class ExportCell:
    """A value of the export."""

    unit: ExportUnit
    indicator: Indicator
    meaning: Meaning
    raw: Raw
    sheet: str
    place: str
    is_error: bool = False
    """Whether an error value stands in it."""


@dataclass(frozen=True)
class Unplaced:
    """A column or row that could not be mapped, or that nothing is compared with: one line each."""

    sheet: str
    place: str
    heading: str
    why: str
    """A key of ``[unmapped]`` in words/reconcile.toml."""
    told: Mapping[str, object] = field(default_factory=dict)


@dataclass
class SheetReading:
    """What a sheet of an export tells."""

    cells: list[ExportCell] = field(default_factory=list)
    unmapped: list[Unplaced] = field(default_factory=list)
    strangers: list[Unplaced] = field(default_factory=list)
    """Rows, columns or sheets of units that are not ours, or that the store has not accepted."""
    remarks: list[Unplaced] = field(default_factory=list)
    """What has to be said and leaves nothing out."""


@dataclass(frozen=True)
class _Header:
    """A header row: columns by what stands in them."""

    row: int
    special: Mapping[str, int]
    """Columns by their part: ``unit_code``, ``unit_name``, ``form``, ``code``, ``name``, ``measure``, ``value``."""
    units: Mapping[int, ExportUnit] = field(default_factory=dict)
    """In lists of indicators: whose each column is."""
    meanings: Mapping[int, Meaning] = field(default_factory=dict)
    """In lists of units: what each column holds."""

    @property
    def upright(self) -> bool:
        """Whether indicators stand in rows."""
        return bool({"code", "name"} & set(self.special)) and ("value" in self.special or bool(self.units))


class SheetReader:
    """Reads one sheet from its first row to its last."""

    def __init__(self, sheet: ListSheet, accepted: AcceptedReturns, meanings: Meanings, whose: ExportUnit | None):
        """Take the sheet; ``whose`` is the unit that the file's name speaks of."""
        self._sheet, self._accepted, self._meanings = sheet, accepted, meanings
        self._form = meanings.find_form(sheet.name)
        self._whose = find_mentioned(sheet.name, accepted) or whose
        self._header: _Header | None = None
        self._found = SheetReading()
        self._uncached: list[str] = []

    def read(self) -> SheetReading:
        """Return all that the sheet tells; what cannot be mapped is told, too."""
        for row in sorted(self._sheet.grid.rows):
            if not self._is_listed(row) and (header := self._find_header(row)):
                self._header = header
            elif self._header is None or not self._read_row(self._header, row):
                self._read_title(row)
        if self._header is None:
            self._found.unmapped.append(Unplaced(self._sheet.name, "", self._sheet.name, "no_header"))
        if self._uncached:
            told = {"count": len(self._uncached)}
            self._found.unmapped.append(Unplaced(self._sheet.name, self._uncached[0], "", "uncached", told))
        return self._found

    # --- headers -----------------------------------------------------------------------------------------------------

    def _is_listed(self, row: int) -> bool:
        """Return whether the row tells of an indicator, whatever it is called: 单位名称 may be one."""
        if self._header is None or not self._header.upright:
            return False
        code, name = (self._special(self._header, row, part) for part in ("code", "name"))
        found = self._meanings.find_row(code, name, "", self._form)
        return bool(found.indicator or found.rivals)

    def _find_header(self, row: int) -> _Header | None:
        labels = self._labels(row)
        special = {part: column for column, text in labels.items() if (part := _PARTS.find(text))}
        if {"code", "name"} & set(special):
            header = _Header(row, special, {} if "value" in special else self._find_units(labels, special))
            return header if header.upright else None
        if {"unit_code", "unit_name"} & set(special) and len(labels) > 1:
            return self._lay_columns(row, special)
        return None

    def _find_units(self, labels: Mapping[int, str], special: Mapping[str, int]) -> dict[int, ExportUnit]:
        """Return whose each column of a list of indicators is; none where no column is one of ours."""
        rest = {column: text for column, text in labels.items() if column not in special.values()}
        named = {column: find_mentioned(text, self._accepted) for column, text in rest.items()}
        if not any(named.values()):
            return {}
        others = {column: find_unit(text, text, self._accepted) for column, text in rest.items()}
        return {
            column: unit or others[column]
            for column, unit in named.items()
            if unit or not _PARTS.is_about_units(rest[column])
        }

    def _lay_columns(self, row: int, special: Mapping[str, int]) -> _Header:
        """Return the header of a list of units with what each of its columns means; what means nothing is told."""
        last = self._end_header(row, special)
        meanings: dict[int, Meaning] = {}
        for column in self._sheet.columns:
            texts = [self._show(at, column) for at in range(max(1, row - ABOVE), last + 1)]
            own = [text for text in texts[-(last - row + 1) :] if text]
            if column in special.values() or not own:
                continue
            form = next((form for text in texts if (form := self._meanings.find_form(text))), self._form)
            meaning = next((one for text in reversed(own) if (one := self._meanings.find(text, form)) != UNKNOWN), None)
            if meaning and meaning.indicator and not meaning.other_measure:
                meanings[column] = meaning
            elif meaning or not any(_PARTS.is_about_units(text) for text in own):
                self._tell_unmapped(row, column, " ".join(dict.fromkeys(own)), meaning or UNKNOWN)
        return _Header(last, special, {}, meanings)

    def _end_header(self, row: int, special: Mapping[str, int]) -> int:
        """Return the last row of the header: rows below it without a unit whose texts are headings belong to it."""
        last = row
        for below in (row + 1, row + 2):
            whose = [self._show(below, special[part]) for part in ("unit_code", "unit_name") if part in special]
            above = [self._show(row, special[part]) for part in ("unit_code", "unit_name") if part in special]
            headings = [text for column, text in self._labels(below).items() if column not in special.values()]
            known = [text for text in headings if self._meanings.find(text, self._form_of_block(row)) != UNKNOWN]
            if (not any(whose) or whose == above) and known:
                last = below
        return last

    def _form_of_block(self, row: int) -> str:
        texts = self._labels(row).values()
        return next((form for text in texts if (form := self._meanings.find_form(text))), self._form)

    def _tell_unmapped(self, row: int, column: int, heading: str, meaning: Meaning) -> None:
        why, told = _explain(meaning)
        self._found.unmapped.append(Unplaced(self._sheet.name, format_place((row, column)), heading, why, told))

    # --- rows --------------------------------------------------------------------------------------------------------

    def _read_row(self, header: _Header, row: int) -> bool:
        """Take the values of a row; return whether it is one with values."""
        if row <= header.row:
            return True
        return self._read_upright(header, row) if header.upright else self._read_across(header, row)

    def _read_across(self, header: _Header, row: int) -> bool:
        code, name = (self._special(header, row, part) for part in ("unit_code", "unit_name"))
        filled = [column for column in header.meanings if self._sheet.filled(row, column)]
        if not (code or name):
            if filled:
                place = format_place((row, filled[0]))
                self._found.unmapped.append(Unplaced(self._sheet.name, place, str(row), "no_unit"))
            return bool(filled)
        unit = find_unit(code, name, self._accepted)
        if not (filled or unit.code) and len(self._labels(row)) == 1:
            return False  # a title, a note
        if self._is_ours(unit, row, header.special.get("unit_code", header.special.get("unit_name", 1))):
            for column, meaning in header.meanings.items():
                self._take(unit, meaning, row, column)
        return True

    def _read_upright(self, header: _Header, row: int) -> bool:
        code, name, measure, named = (self._special(header, row, p) for p in ("code", "name", "measure", "form"))
        form = self._meanings.find_form(named) if named else self._form
        meaning = self._meanings.find_row(code, name, measure, form)
        columns = header.units or {header.special["value"]: self._name_unit(header, row)}
        is_heading = meaning == UNKNOWN or ("code" in header.special and not code)
        if is_heading and not any(self._sheet.filled(row, column) for column in columns):
            return False  # 「场馆」 may be the heading of a section, and a number's name elsewhere
        if meaning.indicator is None or meaning.other_measure:
            at = header.special.get("code", header.special.get("name", 1))
            self._tell_unmapped(row, at, " ".join(part for part in (named, code, name) if part), meaning)
            return True
        for column, unit in columns.items():
            if self._is_ours(unit, row, column):
                self._take(unit, meaning, row, column)
        return True

    def _name_unit(self, header: _Header, row: int) -> ExportUnit:
        """Return whose a row of a list of indicators is: that of its own columns, else the sheet's."""
        if not {"unit_code", "unit_name"} & set(header.special):
            return self._whose or ExportUnit()
        return find_unit(
            self._special(header, row, "unit_code"), self._special(header, row, "unit_name"), self._accepted
        )

    def _read_title(self, row: int) -> None:
        """Take what a row outside of lists says of the form, the unit and the year of what follows."""
        for column in self._sheet.grid.occupied(row, 1):
            text = show_as_text(self._sheet.value(row, column))
            self._form = self._meanings.find_form(text) or self._form
            self._whose = find_mentioned(text, self._accepted) or self._whose
            years = {int(year) for year in _YEAR.findall(make_name_key(text))}
            if years and self._accepted.year not in years:
                told = {"found": min(years), "expected": self._accepted.year}
                place = format_place((row, column))
                self._found.remarks.append(Unplaced(self._sheet.name, place, text, "other_year", told))

    def _is_ours(self, unit: ExportUnit, row: int, column: int) -> bool:
        """Return whether the unit is one that the store has accepted; what else it is, is told once a sheet."""
        if unit.code in self._accepted.units:
            if unit.renamed:
                self._tell_once(self._found.remarks, unit, row, column, "renamed")
            return True
        if unit.total:
            self._tell_once(self._found.remarks, unit, row, column, "total")
        elif unit.code:
            told = {"state": self._accepted.others[unit.code].state.shown}
            self._tell_once(self._found.strangers, unit, row, column, "not_accepted", told)
        elif unit.several:
            self._tell_once(self._found.strangers, unit, row, column, "several_units")
        else:
            why = "unknown_unit" if unit.shown else "nobody"
            self._tell_once(self._found.strangers, unit, row, column, why)
        return False

    def _tell_once(
        self, told: list[Unplaced], unit: ExportUnit, row: int, column: int, why: str, more: Mapping[str, object] = {}
    ) -> None:
        if any((one.heading, one.why) == (unit.shown, why) for one in told):
            return
        told.append(Unplaced(self._sheet.name, format_place((row, column)), unit.shown, why, more))

    def _take(self, unit: ExportUnit, meaning: Meaning, row: int, column: int) -> None:
        if meaning.indicator is None:
            return
        at, place = self._sheet.origin(row, column), format_place((row, column))
        grid = self._sheet.grid
        if at in grid.uncached:
            self._uncached.append(place)
            return
        raw, is_error = grid.errors.get(at, grid.value(*at)), at in grid.errors
        self._found.cells.append(ExportCell(unit, meaning.indicator, meaning, raw, self._sheet.name, place, is_error))

    # --- texts -------------------------------------------------------------------------------------------------------

    def _special(self, header: _Header, row: int, part: str) -> str:
        column = header.special.get(part)
        return self._show(row, column) if column else ""

    def _labels(self, row: int) -> dict[int, str]:
        texts = {column: self._show(row, column) for column in self._sheet.columns}
        return {column: text for column, text in texts.items() if text}

    def _show(self, row: int, column: int) -> str:
        """Return what a person sees in the cell, whichever cell of a merged area it is."""
        at = self._sheet.hidden.get((row, column), (row, column))
        raw = self._sheet.grid.value(*at)
        return "" if is_blank(raw) else " ".join(show_as_text(raw).split())


def _explain(meaning: Meaning) -> tuple[str, dict[str, object]]:
    """Return why a heading maps nothing, and what that quotes."""
    if meaning.rivals:
        named = lookup("reconcile.gap").join(f"{row.form}-{row.code}" for row in meaning.rivals)
        return "several", {"choices": named}
    if meaning.indicator and meaning.other_measure:
        return "measure", {"found": meaning.other_measure, "measure": meaning.indicator.measure}
    return "unknown", {}


class _HeadingParts:
    """What headings that are no indicators mean."""

    @cached_property
    def _parts(self) -> dict[str, str]:
        words: Mapping[str, list[str]] = lookup("reconcile.headings")
        return {make_name_key(text): part for part, texts in words.items() for text in texts}

    @cached_property
    def _about(self) -> set[str]:
        own = [*lookup("roster.columns").values(), *lookup("reconcile.about_units")]
        return {make_name_key(text) for text in own}

    def find(self, text: str) -> str:
        """Return the part, ``""`` for none."""
        return self._parts.get(make_name_key(text), "")

    def is_about_units(self, text: str) -> bool:
        """Return whether the column tells of the unit and holds no indicator."""
        return make_name_key(text) in self._about


_PARTS: Final = _HeadingParts()
