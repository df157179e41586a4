"""What stands in the form cells of many returns, as two arrays: a row a cell, a column a return.

Gathered form by form, in one pass over each return's cells, when a form is first asked for.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import nan

import numpy as np

from addin.auditing.arrays import (
    Bools,
    Floats,
    Indices,
    States,
    Status,
    Texts,
    Values,
    clean_texts,
    make_numbers,
    make_text_array,
)
from addin.auditing.places import CellPlaces, FormPlaces, find_places
from addin.facts import Gaps
from addin.submission import Submission
from templates.content import Value
from templates.expression import CellRef, View
from templates.model import Indicator, Survey

Cells = Mapping[str, Value]


@dataclass(eq=False)
class Entries:
    """The entries of all returns of a batch. Asked for a cell, it has the whole form."""

    survey: Survey
    submissions: Sequence[Submission]
    gaps: Sequence[Gaps]
    sorts: Mapping[tuple[str, str], Indices]
    """The returns of each kind and level of unit."""

    def __post_init__(self) -> None:
        """Make room for all cells; none is gathered yet."""
        self.places: CellPlaces = find_places(self.survey)
        count = len(self.submissions)
        self.numbers: Floats = np.full((len(self.places.numbers), count), nan)
        self.number_states: States = np.zeros(self.numbers.shape, dtype=np.int8)
        self.texts: Texts = np.full((len(self.places.texts), count), "", dtype=np.object_)
        self.text_states: States = np.zeros(self.texts.shape, dtype=np.int8)
        self._gathered: set[tuple[str, View]] = set()
        self._declared: dict[tuple[str, tuple[str, ...]], Bools] = {}

    def cell(self, reference: CellRef) -> Values:
        """Return what was entered, with what is not known of it. Raises KeyError for an undeclared cell."""
        self.gather(reference.form, reference.view)
        place = self.places.numbers.get(reference)
        if place is not None:
            return Values(self.numbers[place], self.number_states[place])
        place = self.places.texts[reference]
        return Values(self.texts[place], self.text_states[place])

    def gather(self, form: str, view: View) -> None:
        """See to it that the arrays hold the cells of ``form``. Raises KeyError for an undeclared form or view."""
        if (form, view) in self._gathered:
            return
        places = self.places.forms[form, view]
        cells = [_find_cells(submission, form, view) for submission in self.submissions]
        if any(cells):
            self._gather_quantities(places, cells)
            self._gather_days(places, cells)
            self._gather_texts(places, cells)
        if view == "now":
            self._note_gaps(form, places)
            self._close_sections(form)
        self._gathered.add((form, view))

    def is_declared_empty(self, form: str, section: tuple[str, ...]) -> Bools:
        """Return for each return whether it said 本节无此项业务 in one of the cells of ``section``."""
        if (form, section) not in self._declared:
            said = [self.places.texts[said] for code in section if (said := CellRef(form, code)) in self.places.texts]
            self._declared[form, section] = np.asarray((self.texts[said] != "").any(axis=0), dtype=np.bool_)
        return self._declared[form, section]

    def _open_to(self, indicator: Indicator) -> Bools:
        """Return for each return whether its unit fills the cell."""
        fits = np.zeros(len(self.submissions), dtype=np.bool_)
        for (kind, level), places in self.sorts.items():
            fits[places] = indicator.open_to(kind, level)
        return fits

    def _gather_quantities(self, places: FormPlaces, cells: Sequence[Cells]) -> None:
        flat = array("d")
        odd: list[int] = []
        for place, own in enumerate(cells):
            start = len(flat)
            try:
                flat.extend(map(own.get, places.quantities, repeat(nan)))  # type: ignore[arg-type]
            except TypeError:  # a text or a day among the numbers
                del flat[start:]
                flat.extend(repeat(nan, len(places.quantities)))
                odd.append(place)
        rows = slice(places.first_number, places.first_number + len(places.quantities))
        self.numbers[rows] = np.array(flat).reshape(len(cells), len(places.quantities)).T
        infinite = np.flatnonzero(np.isinf(self.numbers[rows]).any(axis=0)).tolist()
        for place in (*odd, *infinite):
            found = make_numbers([*map(cells[place].get, places.quantities)])
            self.numbers[rows, place], self.number_states[rows, place] = found.data, found.state

    def _gather_days(self, places: FormPlaces, cells: Sequence[Cells]) -> None:
        for row, code in enumerate(places.days, start=places.first_number + len(places.quantities)):
            found = make_numbers([own.get(code) for own in cells])
            self.numbers[row], self.number_states[row] = found.data, found.state

    def _gather_texts(self, places: FormPlaces, cells: Sequence[Cells]) -> None:
        flat = [value for own in cells for value in map(own.get, places.texts, repeat(""))]
        found = make_text_array(clean_texts(flat)).reshape(len(cells), len(places.texts))
        self.texts[places.first_text : places.first_text + len(places.texts)] = found.T

    def _note_gaps(self, form: str, places: FormPlaces) -> None:
        """Mark the cells that are not known: quantities and days where no number stands, texts in any case."""
        for place, gaps in enumerate(self.gaps):
            if not (gaps.forms or gaps.cells or gaps.days):
                continue
            first = places.first_number
            for row, code in enumerate((*places.quantities, *places.days), start=first):
                unknown = gaps.has_cell(form, code) and np.isnan(self.numbers[row, place])
                if unknown or (form, code) in gaps.days:
                    self.number_states[row, place] = Status.NOT_EVALUATED
            for row, code in enumerate(places.texts, start=places.first_text):
                if gaps.has_cell(form, code) or (form, code) in gaps.days:
                    self.text_states[row, place] = Status.NOT_EVALUATED

    def _close_sections(self, form: str) -> None:
        """Put 0 into the blank quantities of units that said that there is nothing of the kind."""
        for cell in self.survey.form[form].indicators.values():
            if not (cell.section and cell.kind.is_number):
                continue
            empty = self.is_declared_empty(form, cell.section)
            if empty.any():
                row = self.places.numbers[cell.reference]
                blank = np.isnan(self.numbers[row]) & (self.number_states[row] != Status.NOT_EVALUATED)
                self.numbers[row, blank & empty & self._open_to(cell)] = 0.0


def _find_cells(submission: Submission, form: str, view: View) -> Cells:
    content = submission.content
    return (content.prior if view == "prior" else content.values).get(form, {})
