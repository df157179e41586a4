"""What the formulas of a form's rows have in common."""

from __future__ import annotations

from generator.row_text import RowText
from templates.layout import COLUMNS, FormLayout, WorkbookLayout, name_column

IN_ROW = ("value", "explanation", "own", "bad", "text", "head", "taken", "state")
"""Columns that formulas read in their own row, none of which reads back.

Not those of what explanations are worth: they read the row above, and to an engine that takes ranges as a whole that
were a circle.
"""


def make_row_text(layout: WorkbookLayout, form: FormLayout) -> RowText:
    """Return how the formulas on a form's sheet are spelled."""
    columns = {name_column(getattr(COLUMNS, role)): form.name(role) for role in IN_ROW}
    first_rows = dict.fromkeys([*columns.values(), form.name("prior")], form.header_row)
    return RowText(first_rows | {layout.mark_names[form.sheet]: 1}, columns)
