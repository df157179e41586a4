"""What a loop by hand has to know of the workbooks: the sheets to stack, and the rows of their headers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from templates.layout import LEDGER_HEADER_ROW, WorkbookLayout
from templates.model import Survey


def write_plan(survey: Survey, path: Path) -> Path:
    """Write the sheets of forms and ledgers with their header rows; return the path.

    Left out is a sheet whose header lies in another row for another kind of unit, such as the cover: nobody stacks it.
    """
    layouts = [WorkbookLayout(survey, kind.name, level) for kind in survey.kinds for level in kind.levels]
    places = {(form.sheet, form.header_row) for layout in layouts for form in layout.forms.values()}
    places |= {(ledger.sheet, LEDGER_HEADER_ROW) for layout in layouts for ledger in layout.ledgers.values()}
    count = Counter(sheet for sheet, _ in places)
    plan = {sheet: row for sheet, row in sorted(places) if count[sheet] == 1}
    path.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    return path
