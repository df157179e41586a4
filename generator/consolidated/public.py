"""发布版: sums by level and kind without anything of single units; what too few units report is withheld."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.consolidated.data import GroupTotals
from generator.consolidated.totals import list_roll_up_lines, write_heading, write_spanners
from generator.files import write_beside
from generator.page import Book, Page
from templates.model import Form, Heading, Indicator, Survey
from templates.words import lookup, say

HEADER = 3
"""The header row, from 0."""

FIRST_VALUE = 3
"""The column of 合计."""

TOTAL = ("total", "")


@dataclass(frozen=True)
class PublicForm:
    """The sums of one form that may be published."""

    form: Form
    counted: int | None
    """How many returns are added up; None when they are too few to say."""
    columns: Sequence[tuple[str, str]]
    """Levels and kinds, as ``("level", 市级科协)``."""
    values: Mapping[tuple[str, tuple[str, str]], float]
    """By code and column; what has no entry is withheld. The total's column is :data:`TOTAL`."""


@dataclass(frozen=True)
class Public:
    """The whole of 发布版."""

    survey: Survey
    year: int | None
    threshold: int
    forms: Sequence[PublicForm]


def write_public(path: Path, data: Public) -> None:
    """Write ``data`` to ``path``, whole or not at all. Raises OSError when the folder cannot be written."""
    with write_beside(path) as beside:
        book = Book(str(beside))
        _guide(book, data)
        for form in data.forms:
            _form_sheet(book, data, form)
        book.close()


def _guide(book: Book, data: Public) -> None:
    """Say what is shown, and what is not."""
    words = lookup("consolidated.public")
    page = book.page(words["sheet"], [110], "lead")
    page.title(say("consolidated.public.title", title=data.survey.title, year=_year(data)))
    for row, text in enumerate(words["guide"], start=2):
        page.text(row, 0, text.format(threshold=data.threshold), "note")
    page.print_across()


def _year(data: Public) -> str:
    return say("consolidated.year", year=data.year) if data.year else ""


def _form_sheet(book: Book, data: Public, public: PublicForm) -> None:
    words, form = lookup("consolidated.public"), public.form
    widths = [*words["widths"], *[words["group_width"]] * len(public.columns)]
    page = book.page(say("consolidated.sheets.totals", form=form.id), widths, "form")
    page.title(say("consolidated.totals.title", form=form.id, title=form.title, year=_year(data)))
    few = words["few"].format(threshold=data.threshold)
    page.text(1, 0, words["counts"].format(counted=few if public.counted is None else public.counted), "muted")
    write_spanners(page, [GroupTotals(by, value, {}) for by, value in public.columns], FIRST_VALUE + 1)
    page.header(HEADER, [*words["fixed"], *(value for _, value in public.columns)])
    row = HEADER
    for row, line in enumerate(list_roll_up_lines(form), start=HEADER + 1):
        if isinstance(line, Heading):
            write_heading(page, row, line)
        else:
            _line(page, row, line, public)
    page.finish(HEADER, row, FIRST_VALUE + 1)
    page.set_heights()


def _line(page: Page, row: int, line: Indicator, public: PublicForm) -> None:
    page.text(row, 0, line.name, "cell_wrap", indent=line.indent + 1)
    page.text(row, 1, line.measure, "cell_center")
    page.text(row, 2, line.code, "code")
    for place, column in enumerate((TOTAL, *public.columns), start=FIRST_VALUE):
        value = public.values.get((line.code, column))
        if value is None:
            page.text(row, place, say("consolidated.public.withheld"), "cell_center")
        else:
            page.number(row, place, value, line.decimals)
