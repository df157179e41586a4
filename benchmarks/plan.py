"""What a loop by hand has to know of the workbooks: the sheets to stack, and the rows of their headers."""

from __future__ import annotations

import json
from pathlib import Path

from templates.layout import LEDGER_HEADER_ROW, WorkbookLayout
from templates.model import Survey


def write_plan(survey: Survey, path: Path) -> Path:
    """Write the sheets of forms and ledgers with their header rows; return the path."""
    layouts = [WorkbookLayout(survey, kind.name, level) for kind in survey.kinds for level in kind.levels]
    plan = {form.sheet: form.header_row for layout in layouts for form in layout.forms.values()}
    plan |= {ledger.sheet: LEDGER_HEADER_ROW for layout in layouts for ledger in layout.ledgers.values()}
    path.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    return path
