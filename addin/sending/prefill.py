"""Values that the authority has before the survey, put into the workbooks by credit code before they are sent out.

A line that cannot be put in is a warning with its row number; none is passed over in silence.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from addin.reading.cells import interpret, specify_indicator
from addin.reading.table_file import Table, TableError, describe_unread, read_tables
from addin.roster import HEADER_SEARCH, ReportingUnit, Roster, tidy
from addin.sending.dispatch import Prior
from templates.content import Value
from templates.model import Form, Indicator, Kind, Survey
from templates.spelling import make_name_key
from templates.words import lookup, say

_HARMLESS = {"number_text", "date_text"}
"""A table of texts: numbers and days are spelled in it, and that is no fault."""


class PrefillError(Exception):
    """The file is no table of values; one sentence why."""


@dataclass
class Prefill:
    """Values by unit code, form and code, and one sentence for each line that needs a look."""

    values: dict[str, Prior] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    warnings: list[str] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """How many cells are filled."""
        return sum(len(cells) for forms in self.values.values() for cells in forms.values())


class _Line(Exception):
    """A line cannot be put in; why."""


def read_prefill(path: Path, roster: Roster, survey: Survey) -> Prefill:
    """Return the values in ``path`` for the units of ``roster``. Raises :class:`PrefillError`."""
    table, header, places = _table(path)
    filling = _Prefilling(roster, survey)
    for number, row in enumerate(table[header + 1 :], start=header + 2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        if any(cells.values()):
            filling.take(number, cells)
    return filling.done


def _table(path: Path) -> tuple[Table, int, dict[str, int]]:
    """Return the first sheet with the header, the header's index and the columns that are there."""
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise _refusal("wrong_type", path)
    try:
        tables = read_tables(path)
    except FileNotFoundError:
        raise _refusal("not_found", path) from None
    except (TableError, OSError) as error:
        raise _refusal("unreadable", path, reason=describe_unread(error)) from error
    for table in tables:
        for index, row in enumerate(table[:HEADER_SEARCH]):
            places = _places(row)
            if {"form", "code", "value"} <= places.keys() and {"uscc", "unit"} & places.keys():
                return table, index, places
    raise _refusal("no_header", path)


def _refusal(why: str, path: Path, **values: object) -> PrefillError:
    return PrefillError(say(f"prefill.file.{why}", file=path.name, **values))


def _places(row: list[str]) -> dict[str, int]:
    keys = [make_name_key(cell) for cell in row]
    wanted = {name: make_name_key(text) for name, text in lookup("prefill.columns").items()}
    return {name: keys.index(key) for name, key in wanted.items() if key in keys}


class _Prefilling:
    """Lines taken one by one; each is put in or said."""

    def __init__(self, roster: Roster, survey: Survey) -> None:
        self.done = Prefill()
        self._roster = roster
        self._survey = survey
        self._rows: dict[tuple[str, str, str], int] = {}
        self._by_uscc: dict[str, list[ReportingUnit]] = defaultdict(list)
        for unit in roster.units:
            self._by_uscc[unit.uscc].append(unit)

    def take(self, number: int, cells: dict[str, str]) -> None:
        """Put a line in, or say why not."""
        try:
            unit = self._unit(tidy("uscc", cells.get("uscc", "")), tidy("code", cells.get("unit", "")))
            indicator = self._indicator(unit, cells["form"], tidy("code", cells["code"]))
            value = self._value(number, indicator, cells["value"])
        except _Line as refused:
            self.done.warnings.append(say("prefill.line.place", row=number, reason=refused))
        else:
            self._put(number, unit, indicator, value)

    def _unit(self, uscc: str, code: str) -> ReportingUnit:
        """Return the unit of the line; where both codes are given, they must mean the same one."""
        if code:
            unit = self._roster.by_code.get(code)
            if unit is None:
                raise _said("unknown_unit", value=code)
            if uscc and uscc != unit.uscc:
                raise _said("disagree", uscc=uscc, code=code)
            return unit
        if not uscc:
            raise _said("no_unit")
        found = self._by_uscc.get(uscc, [])
        if len(found) > 1:
            codes = lookup("roster.new.levels_join").join(unit.code for unit in found)
            raise _said("several", value=uscc, codes=codes)
        if not found:
            raise _said("unknown_uscc", value=uscc)
        return found[0]

    def _indicator(self, unit: ReportingUnit, named: str, written: str) -> Indicator:
        """Return the cell of the line, one that the unit fills by hand."""
        form = self._form(unit, named)
        indicator = form.indicators.get(_code(form, written))
        place = {"form": form.id, "code": written, "unit": unit.name}
        if indicator is None:
            raise _said("unknown_code", **place)
        if indicator.kind is Kind.COMPOSITE:
            raise _said("composite", **place)
        if indicator.derive is not None:
            raise _said("derived", **place)
        if not indicator.open_to(unit.kind, unit.level):
            raise _said("closed", **place)
        return indicator

    def _form(self, unit: ReportingUnit, named: str) -> Form:
        form = next((form for id, form in self._survey.form.items() if make_name_key(id) == make_name_key(named)), None)
        if form is None:
            raise _said("unknown_form", form=named)
        if form is not self._survey.cover and form not in self._survey.forms_of(unit.kind):
            raise _said("other_form", form=form.id, unit=unit.name)
        return form

    def _value(self, number: int, indicator: Indicator, text: str) -> Value:
        """Return what the cell will hold: never anything that the unit would be told off for."""
        reading = interpret(text, specify_indicator(indicator, self._survey))
        remarks = [remark for remark in reading.remarks if remark.check not in _HARMLESS]
        place = {"form": indicator.form, "code": indicator.code, "value": text}
        if reading.value is None:
            raise _said("blank")
        if any(remark.check != "fraction" for remark in remarks):
            raise _said("value", **place)
        for remark in remarks:
            self._remark(number, "fraction", **place, rounded=remark.number)
        return reading.value

    def _put(self, number: int, unit: ReportingUnit, indicator: Indicator, value: Value) -> None:
        cells = self.done.values[unit.code][indicator.form]
        other = self._rows.setdefault((unit.code, indicator.form, indicator.code), number)
        if cells.get(indicator.code, value) != value:
            self._remark(number, "repeated", form=indicator.form, code=indicator.code, other=other)
        self._rows[unit.code, indicator.form, indicator.code] = number
        cells[indicator.code] = value

    def _remark(self, number: int, why: str, **values: object) -> None:
        reason = say(f"prefill.line.{why}", **values)
        self.done.warnings.append(say("prefill.line.remark", row=number, reason=reason))


def _said(why: str, **values: object) -> _Line:
    return _Line(say(f"prefill.line.{why}", **values))


def _code(form: Form, written: str) -> str:
    """Return the code as the form has it: spreadsheets make 1 of 01."""
    if written in form.indicators:
        return written
    alike = [code for code in form.indicators if code.lstrip("0") == written.lstrip("0")]
    return alike[0] if len(alike) == 1 else written
