"""Which row of a batch's arrays each cell has: quantities and days in one array, texts and choices in another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from addin.auditing.kept import keep_for_survey
from templates.expression import CellRef, View
from templates.model import Form, Survey

ENTERED: Final[tuple[View, ...]] = ("now", "prior")
"""The views of a cell that stand in a return; what is typed over a derived cell is kept apart."""


@dataclass(frozen=True)
class FormPlaces:
    """The cells of one form in one view: which codes stand from which row on."""

    quantities: tuple[str, ...]
    days: tuple[str, ...]
    """Follow the quantities in the array of numbers."""
    texts: tuple[str, ...]
    first_number: int
    first_text: int

    @property
    def numbers(self) -> slice:
        """The rows of quantities and days."""
        return slice(self.first_number, self.first_number + len(self.quantities) + len(self.days))


@dataclass
class CellPlaces:
    """The rows of all cells."""

    forms: dict[tuple[str, View], FormPlaces] = field(default_factory=dict)
    numbers: dict[CellRef, int] = field(default_factory=dict)
    """Quantities and days. What is typed into a derived cell has the row by its plain reference."""
    texts: dict[CellRef, int] = field(default_factory=dict)


@keep_for_survey
def find_places(survey: Survey) -> CellPlaces:
    """Return the rows of the cells of ``survey``."""
    places = CellPlaces()
    for form in survey.form.values():
        for view in ENTERED:
            _place_form(places, form, view)
    return places


def _place_form(places: CellPlaces, form: Form, view: View) -> None:
    rows = form.indicators.values()
    quantities = tuple(row.code for row in rows if row.kind.is_number)
    days = tuple(row.code for row in rows if row.kind.is_date)
    texts = tuple(row.code for row in rows if not (row.kind.is_number or row.kind.is_date))
    first_number, first_text = len(places.numbers), len(places.texts)
    places.forms[form.id, view] = FormPlaces(quantities, days, texts, first_number, first_text)
    for number, code in enumerate((*quantities, *days), start=first_number):
        places.numbers[CellRef(form.id, code, view)] = number
    for number, code in enumerate(texts, start=first_text):
        places.texts[CellRef(form.id, code, view)] = number
