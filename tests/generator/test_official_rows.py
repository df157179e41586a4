"""Every row that was read out of the survey's text stands in the workbooks, to the letter.

``cases/official_rows.csv`` holds the rows of the seven forms as read out of the text: code (``x01`` … in order
where the code is lost), official name, measure, and how sure the code is. It does not come from the definitions.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook

from generator.lock import Lock
from scripts.rule_table import TARGET, page
from templates.layout import COLUMNS, WorkbookLayout
from templates.model import Survey
from tests.support.books import workbook

with (Path(__file__).parents[1] / "cases" / "official_rows.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))
FORMS = sorted({row["form"] for row in ROWS})


@pytest.mark.parametrize("form", FORMS)
def test_code_name_and_measure_stand_in_the_workbook(form: str, kx: Survey, lock: Lock, tmp_path: Path) -> None:
    kind = next(kind for kind in kx.kinds if form in kind.forms)
    book = load_workbook(workbook(tmp_path, kx, lock, kind.name, kind.levels[-1]), read_only=True)
    layout = WorkbookLayout(kx, kind.name, kind.levels[-1]).forms[form]
    shown = [
        (cells[COLUMNS.code - 1], cells[COLUMNS.name - 1], cells[COLUMNS.measure - 1] or "")
        for cells in book[form].iter_rows(
            min_row=layout.header_row + 1, max_row=layout.last_row, max_col=COLUMNS.code, values_only=True
        )
    ]
    official = [(row["code"], row["name"], row["measure"]) for row in ROWS if row["form"] == form]
    assert [row for row in shown if row in set(official)] == official, "all of them, in the form's order"


def test_how_sure_the_codes_are(kx: Survey) -> None:
    """242 codes are printed, 23 settled by inference; 33 rows are known by name only."""
    counts = Counter(row["status"] for row in ROWS)
    assert counts == {"settled": 242, "inferred": 23, "open": 33, "contact": 14}
    declared = Counter(kx.form[row["form"]].indicators[row["code"]].code_status.value for row in ROWS)
    assert declared == {"settled": 242 + 14, "inferred": 23, "open": 33}


def test_the_page_of_counted_rules_is_up_to_date() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "run python -m scripts.rule_table"
