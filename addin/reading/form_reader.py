"""A form's sheet, and the blocks on cover and checklist, into the working paper.

Rows are found by the key in the 代码 column and columns by the header's texts, so an inserted row shifts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from math import isfinite, nan
from typing import Any, Final

from addin.package.addresses import Place
from addin.reading.cells import (
    CellReading,
    Raw,
    Spec,
    interpret,
    is_blank,
    quote_cell,
    read_number,
    specify_entry,
    specify_prior,
)
from addin.reading.grid import Grid
from addin.reading.paper import WorkingPaper
from addin.reading.stray import Strays
from templates.content import Value
from templates.layout import COLUMNS, FormLayout, WorkbookLayout
from templates.model import Indicator, Kind
from templates.words import lookup, say

DerivedFormula = Callable[[WorkbookLayout, Indicator], str]
"""Gives the formula that the generator writes into a derived cell."""

_NEEDED: Final = ("name", "code", "value", "explanation")


@dataclass(frozen=True)
class Places:
    """Where the parts of a form lie in one sheet."""

    header: int
    columns: dict[str, int]
    rows: dict[str, int]
    doubtful: frozenset[str] = frozenset()
    """Codes that stand in several rows, and nobody knows which is the official one."""


def find_places(layout: FormLayout, grid: Grid) -> Places | None:
    """Return where a form lies in a sheet, found by header texts and codes; None when the header cannot be found."""
    header = lookup("workbook.header")
    expected = {"".join(text.split()): getattr(COLUMNS, role) for role, text in header.items() if text.strip()}
    for row in _nearest_first(layout.header_row, grid):
        labels = grid.columns(row, expected)
        columns = {role: labels[text] for role, text in header.items() if text in labels}
        if all(role in columns for role in _NEEDED):
            return Places(row, columns, *_rows(layout, grid, row, columns["code"]))
    return None


def _rows(layout: FormLayout, grid: Grid, header: int, column: int) -> tuple[dict[str, int], frozenset[str]]:
    """Return the row of each code, and the codes whose row is in doubt.

    Of several rows with one code that in its place is the official one, as long as no other row has moved.
    """
    found: dict[str, list[int]] = {}
    for row in (row for row in grid.rows if row > header):
        if (code := grid.label(row, column)) in layout.rows:
            found.setdefault(code, []).append(row)
    sole = {code: rows[0] for code, rows in found.items() if len(rows) == 1}
    moved = any(layout.rows[code] != row for code, row in sole.items())
    here = {code: layout.rows[code] for code, rows in found.items() if layout.rows[code] in rows}
    known = sole if moved else here | sole
    return known, frozenset(found.keys() - known.keys())


@dataclass(frozen=True)
class FormReader:
    """Reads one form's sheet."""

    paper: WorkingPaper
    layout: FormLayout
    grid: Grid
    derived_formula: DerivedFormula

    def read(self) -> None:
        """Put values, notes and oddities of the sheet into the working paper."""
        places = self.places
        if places is None:
            self._lost(say("reader.part.header"))
            return
        for indicator in self.layout.form.indicators.values():
            row = places.rows.get(indicator.code)
            if row is None and self._keyless(indicator):
                continue
            if row is None:
                words = "row_twice" if indicator.code in places.doubtful else "row"
                self._lost(say(f"reader.part.{words}", code=indicator.code), indicator.code)
            else:
                self._entry(indicator, row, places.columns["value"])
                self._note(indicator, row, places.columns["explanation"])
        self._strays(places)

    @cached_property
    def places(self) -> Places | None:
        """Header row, columns by role and rows by code; None when the header cannot be found."""
        return find_places(self.layout, self.grid)

    def _keyless(self, indicator: Indicator) -> bool:
        """Whether the row has no key to be found by: a heading whose 本节无此项业务 is closed to the unit."""
        closed = not indicator.open_to(self.paper.identity.kind, self.paper.identity.level)
        return closed and indicator.kind is Kind.NOTHING_HERE

    def _lost(self, part: str, code: str = "") -> None:
        form, sheet = self.layout.form.id, self.layout.sheet
        self.paper.note("sheet.part_missing", form=form, code=code, sheet=sheet, part=part)

    # --- one cell ----------------------------------------------------------------------------------------------------

    def _entry(self, indicator: Indicator, row: int, column: int) -> None:
        cell = EntryCell(self.paper, self.grid, indicator, row, column)
        if indicator.kind is Kind.COMPOSITE:
            return
        derived = indicator.derived_for(self.paper.identity.kind, self.paper.identity.level) is not None
        if derived and cell.holds(self.derived_formula(self.paper.layout, indicator)):
            return
        if not indicator.open_to(self.paper.identity.kind, self.paper.identity.level):
            cell.read_closed()
        elif derived:
            cell.read_derived()
        else:
            cell.read_open()

    def _note(self, indicator: Indicator, row: int, column: int) -> None:
        text = self.paper.take_text(self.grid, (row, column), form=indicator.form, code=indicator.code)
        if not is_blank(text):
            self.paper.content.notes.setdefault(indicator.form, {})[indicator.code] = text

    # --- what stands where nothing belongs ---------------------------------------------------------------------------

    def _strays(self, places: Places) -> None:
        """Remark values in rows that take none, and anything right of the last column of ours."""
        strays = Strays(self.grid)
        indicators = self.layout.form.indicators
        taking = {row for code, row in places.rows.items() if indicators[code].kind is not Kind.COMPOSITE}
        last = max(places.rows.values(), default=places.header)
        moved = max(column - getattr(COLUMNS, role) for role, column in places.columns.items())
        right = max(*astuple(COLUMNS)) + max(moved, 0) + 1
        for row in range(1, last + 1):
            if row > places.header and row not in taking and (row, places.columns["value"]) not in self.grid.formulas:
                strays.add(row, places.columns["value"])
            strays.add_right_of(row, right)
        self.paper.oddities.extend(strays.oddities(form=self.layout.form.id))


@dataclass(frozen=True)
class EntryCell:
    """One entry cell of a form, and what to say about it."""

    paper: WorkingPaper
    grid: Grid
    indicator: Indicator
    row: int
    column: int

    @property
    def place(self) -> Place:
        """Where the cell lies."""
        return self.row, self.column

    @property
    def raw(self) -> Raw:
        """What stands in the cell."""
        return self.grid.day(*self.place) if self.indicator.kind.is_date else self.grid.value(*self.place)

    def holds(self, formula: str) -> bool:
        """Return whether the cell holds this formula, however it is spaced and quoted."""
        found = self.grid.formulas.get(self.place)
        return found is not None and normalize_formula(found) == normalize_formula(formula)

    def read_open(self) -> None:
        """Take the value in."""
        failed = self._failed()
        reading = CellReading(failed) if failed else interpret(self.raw, self.spec)
        if not failed or self.indicator.kind is not Kind.NOTHING_HERE:
            self._keep(reading)
        self._remark(reading)
        if self.place in self.grid.formulas and not failed:
            self._say("cell.formula", value=quote_cell(self.raw))

    def _keep(self, reading: CellReading) -> None:
        # A section is empty only when its cell says so: any other text there must not turn blanks into zeros.
        if self.indicator.kind is not Kind.NOTHING_HERE or not reading.remarks:
            self.paper.content.set(self.indicator.form, self.indicator.code, reading.value)

    def read_closed(self) -> None:
        """Accept blank and 0; quote anything else and leave it out."""
        found = self.grid.errors.get(self.place) or quote_cell(self.raw)
        if found and interpret(self.raw, Spec(Kind.DECIMAL)).value != 0:
            note = self.indicator.closed_note or say("reader.closed_note")
            self._say("cell.closed", value=found, note=note)

    def read_derived(self) -> None:
        """Keep what stands in place of the formula, however large it is; NaN where nothing does."""
        blank = self._failed() or is_blank(self.raw)
        reading = CellReading(nan) if blank else read_number(self.raw, Spec(self.indicator.kind))
        self._remark(replace(reading, remarks=tuple(remark for remark in reading.remarks if remark.check == "text")))
        typed = reading.value if isinstance(reading.value, float) else self.raw
        number = float(typed) if isinstance(typed, float) and isfinite(typed) else nan
        self.paper.typed[self.indicator.form, self.indicator.code] = number

    @property
    def spec(self) -> Spec:
        """What the cell may hold."""
        return specify_entry(self.indicator, self.paper.survey)

    def _failed(self) -> str:
        """Remark an error value or a formula without a result, and return it: a text no rule takes for a number."""
        if error := self.grid.errors.get(self.place):
            self._say("cell.error", value=error)
            return error
        if self.place in self.grid.uncached:
            self._say("cell.uncached")
            return f"={self.grid.formulas[self.place]}"
        return ""

    def _remark(self, reading: CellReading) -> None:
        for remark in reading.remarks:
            self._say(f"cell.{remark.check}", value=remark.value, number=remark.number, options=remark.options)

    def _say(self, check: str, **values: Any) -> None:
        name = self.indicator.plain_name
        cell = self.grid.address(*self.place)
        form, code = self.indicator.form, self.indicator.code
        self.paper.note(check, form=form, code=code, cell=cell, name=name, **values)


def read_block(paper: WorkingPaper, layout: FormLayout, grid: Grid) -> None:
    """Put the sign-off or the checklist in. Their rows are found by their labels, left of the entry cell."""
    for code, indicator in layout.form.indicators.items():
        found = find_block_cell(layout, grid, code)
        if found is None:
            part, form = say("reader.part.row", code=indicator.label), layout.form.id
            paper.note("sheet.part_missing", form=form, code=code, sheet=layout.sheet, part=part)
        else:
            EntryCell(paper, grid, indicator, *found).read_open()


def find_block_cell(layout: FormLayout, grid: Grid, code: str) -> Place | None:
    """Return the entry cell of a block's row: in the row of its label, in the column that the sheet's header tells."""
    labels = grid.places("".join(layout.form.indicators[code].label.split()))
    near = [row for row, column in labels if column == COLUMNS.code]
    if near:
        return min(near, key=lambda row: abs(row - layout.rows[code])), _entry_column(layout, grid) or COLUMNS.value
    if len(labels) != 1:
        return None
    row, column = labels[0]
    return row, _entry_column(layout, grid) or column + COLUMNS.value - COLUMNS.code


def _entry_column(layout: FormLayout, grid: Grid) -> int | None:
    """Return the column under the header text that stands over the entry cells; None where there is no such header."""
    header = lookup("workbook.cover.header" if layout.is_cover else "workbook.checklist.header")
    texts = {getattr(COLUMNS, role): text for role, text in header.items()}
    expected = {"".join(text.split()): column for column, text in texts.items()}
    for row in grid.rows:
        if len(found := grid.columns(row, expected)) == len(expected):
            return found["".join(texts[COLUMNS.value].split())]
    return None


def read_prior(paper: WorkingPaper, grid: Grid) -> None:
    """Put last year's values in: a column a form, a row for each row of the form's sheet."""
    for form in paper.layout.forms.values():
        column = paper.layout.marked[form.sheet]
        for indicator in form.form.indicators.values():
            spec = specify_prior(indicator, paper.survey)
            at = (form.rows[indicator.code], column)
            raw = grid.day(*at) if spec.kind.is_date else grid.value(*at)
            value: Value | None = grid.errors.get(at) or interpret(raw, spec).value
            if error := grid.errors.get(at):
                form_id, code, name = form.form.id, indicator.code, indicator.plain_name
                paper.note("prior.error", form=form_id, code=code, cell=grid.address(*at), name=name, value=error)
            if value is not None:
                paper.content.prior.setdefault(form.form.id, {})[indicator.code] = value


_MEANINGLESS: Final = str.maketrans("", "", " \n\r\t$'")


def normalize_formula(formula: str) -> str:
    """Return ``formula`` without what spreadsheet programs change on their own: blanks, ``$``, quotes, case."""
    return formula.removeprefix("=").replace("_xlfn.", "").translate(_MEANINGLESS).upper()


def _nearest_first(expected: int, grid: Grid) -> Iterator[int]:
    """Yield the sheet's rows, the expected one and its neighbours first."""
    yield from sorted(grid.rows, key=lambda row: abs(row - expected))
