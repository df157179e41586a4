"""To whom, by when and how a return is sent, on the cover beside the light."""

from __future__ import annotations

from collections.abc import Iterator

from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from templates.cover_layout import RIGHT
from templates.words import lookup

STRONG = ("due", "secret")
"""Lines that nobody may overlook."""


def write_sending(desk: SheetContext, sheet: StrictWorksheet, first: int) -> None:
    """Write the lines from the row ``first`` on."""
    role = desk.formats.role
    for row, (name, label, text) in enumerate(_lines(desk), start=first - 1):
        sheet.write_string(row, RIGHT.name - 1, label, role("label_strong"))
        style = role("value_strong" if name in STRONG else "value")
        sheet.merge_range(row, RIGHT.mark - 1, row, RIGHT.pending - 1, text, style)


def _lines(desk: SheetContext) -> Iterator[tuple[str, str, str]]:
    """Yield key, label and text: what the roster or the survey knows, else what holds for every unit."""
    survey, identity = desk.survey, desk.identity
    due = survey.find_due_day(identity.year, identity.level) or survey.deadlines[-1].due(identity.year)
    known = {"to": desk.identity.receiver or survey.send_to, "how": survey.send_how}
    days = {"year": due.year, "month": due.month, "day": due.day}
    for name, (label, text) in lookup("workbook.cover.send").items():
        yield name, label, known.get(name) or text.format(**days)
