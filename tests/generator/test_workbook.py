"""The unit workbook as the contract fixes it.

- every sheet but 校验结果, _marks and _prior is protected (SHA-512), and the structure too
- every entry cell is unlocked and every other cell locked, resolved cell → row → column
- no formula of a freshly generated workbook is in error; what they may use is held by test_compatibility.py
- a unit's text never becomes a formula
- visible sheets, hidden sheets, names, header texts as the contract says
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content
from templates.layout import COLUMNS, NOTES_CELL, SUMMARY_CELL, WorkbookLayout
from templates.model import Indicator, Kind, Survey
from templates.words import lookup
from tests.support.books import identity, units, workbook
from tests.support.locks import SheetLocks, locks
from tests.support.office import Office, opened

UNPROTECTED = {"校验结果", "_marks", "_prior"}
HIDDEN = {"_codes": "hidden", "_marks": "hidden", "_prior": "hidden", "_meta": "veryHidden"}


@pytest.fixture(scope="module")
def books(
    kx: Survey, mini: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str, str], Path]:
    """A fresh workbook of every kind and level of both surveys."""
    folder = tmp_path_factory.mktemp("books")
    return {
        (survey.id, kind, level): workbook(folder, survey, lock, kind, level)
        for survey in (kx, mini)
        for kind, level in units(survey)
    }


def test_protection(books: dict[tuple[str, str, str], Path]) -> None:
    for path in books.values():
        found = {name for name, sheet in locks(path).items() if not sheet.protected}
        assert found == UNPROTECTED, path.name
        with zipfile.ZipFile(path) as package:
            structure = package.read("xl/workbook.xml").decode()
            assert re.search(r'<workbookProtection workbookAlgorithmName="SHA-512"[^>]* lockStructure="1"', structure)
            for name in package.namelist():
                for protection in re.findall(r"<sheetProtection[^>]*>", package.read(name).decode("utf-8", "ignore")):
                    assert 'algorithmName="SHA-512"' in protection, (path.name, name)
                    assert 'password="' not in protection, (path.name, name)


def test_entry_cells_are_unlocked_and_no_others(
    kx: Survey, mini: Survey, books: dict[tuple[str, str, str], Path]
) -> None:
    surveys = {survey.id: survey for survey in (kx, mini)}
    for (survey, kind, level), path in books.items():
        layout = WorkbookLayout(surveys[survey], kind, level)
        found = {name: unlocked(sheet, layout, name) for name, sheet in locks(path).items() if sheet.protected}
        assert found == expected(layout) | {name: set() for name in found if name not in expected(layout)}, path.name


def unlocked(sheet: SheetLocks, layout: WorkbookLayout, name: str) -> set[tuple[int, int]]:
    """Every unlocked cell of the area a person would look at, in a ledger only around its edges."""
    ledger = next((ledger for ledger in layout.ledgers.values() if ledger.sheet == name), None)
    last = ledger.end_row + 1 if ledger else 120
    rows = range(1, last + 1) if ledger is None else (*range(1, ledger.first_row + 3), *range(last - 3, last + 1))
    return {(row, column) for row in rows for column in range(1, 31) if sheet.is_unlocked(row, column)}


def expected(layout: WorkbookLayout) -> dict[str, set[tuple[int, int]]]:
    """The entry cells by sheet, from the definitions alone."""
    entries: dict[str, set[tuple[int, int]]] = {}
    for form in layout.forms.values():
        cells = entries.setdefault(form.sheet, set())
        for row in form.form.indicators.values():
            number = form.rows[row.code]
            derived = row.derived_for(layout.kind, layout.level) is not None
            if row.kind is not Kind.COMPOSITE and not derived and row.open_to(layout.kind, layout.level):
                cells.add((number, COLUMNS.value))
            if form not in layout.blocks and row.kind.takes_a_note:
                cells.add((number, COLUMNS.explanation))
    for ledger in layout.ledgers.values():
        near = (*range(ledger.first_row, ledger.first_row + 3), ledger.end_row - 2, ledger.end_row - 1)
        width = len(ledger.ledger.columns)
        entries[ledger.sheet] = {(row, column) for row in near for column in range(1, width + 1)}
    heights = {"notes": 14, "summary": 30}
    return entries | {
        lookup(f"workbook.sheets.{name}"): {(row, column) for row in range(6, 6 + rows) for column in range(2, 9)}
        for name, rows in heights.items()
    }


@pytest.mark.office
def test_no_formula_is_in_error(office: Office, books: dict[tuple[str, str, str], Path]) -> None:
    for path in books.values():
        with opened(office, path) as book:
            assert book.formula_errors() == [], path.name


def test_sheets_and_headers(kx: Survey, books: dict[tuple[str, str, str], Path]) -> None:
    book = load_workbook(books["kx2023", "学会", "省级学会"])
    ledgers = [f"台账-{ledger.short}" for ledger in kx.ledgers_of("学会", "省级学会")]
    assert book.sheetnames == [
        *("封面", "待办", *ledgers, "X01-02", *(form.id for form in kx.forms_of("学会")[1:])),
        *("待确认", "报表说明", "工作总结", "审核", "指标解释", "网报录入稿", "校验结果"),
        *("_codes", "_marks", "_prior", "_meta"),
    ]
    assert {sheet.title: sheet.sheet_state for sheet in book if sheet.sheet_state != "visible"} == HIDDEN
    header = [cell.value for cell in book["KX03"][7]][:10]
    assert {"指标名称", "计量单位", "代码", "本年实际", "上年实际", "说明"} <= set(header)
    form = kx.form["KX03"]
    codes = [row[3].value for row in book["KX03"].iter_rows(min_row=8, max_row=7 + len(form.rows))]
    assert [code for code in codes if code != "—"] == list(
        dict.fromkeys(row.code if isinstance(row, Indicator) else row.section for row in form.rows if _keyed(row))
    )


def _keyed(row: object) -> bool:
    return bool(getattr(row, "code", "") or getattr(row, "section", ""))


def test_official_names_and_measures_stand_to_the_letter(kx: Survey, books: dict[tuple[str, str, str], Path]) -> None:
    book = load_workbook(books["kx2023", "科协", "市级科协"])
    shown = {row[3].value: (row[1].value, row[2].value or "") for row in book["K01-01"].iter_rows(min_row=8)}
    for indicator in kx.form["K01-01"].indicators.values():
        assert shown[indicator.code] == (indicator.name, indicator.measure)
    assert shown["44.1"][0] == "是否采用信息化应用系统推进核心业务工作：OA办公系统"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "http://example.org"])
def test_a_text_never_becomes_a_formula(text: str, kx: Survey, lock: Lock, tmp_path: Path) -> None:
    content = Content(
        values={"K01-01": {"42": text}},
        notes={"K01-01": {"05": text}},
        ledgers={"农技协": {5: {"农技协名称": text}}},
        remarks=text,
        summary=text,
    )
    path = tmp_path / "t.xlsx"
    build(path, kx, identity(kx, "科协", "市级科协"), lock, content)
    book, layout = load_workbook(path), WorkbookLayout(kx, "科协", "市级科协")
    form, ledger = layout.forms["K01-01"], layout.ledgers["农技协"]
    cells = [
        book["K01-01"][form.cell("42")],
        book["K01-01"][form.cell("05", COLUMNS.explanation)],
        book[ledger.sheet][ledger.cell("农技协名称", 5)],
        book["报表说明"][NOTES_CELL],
        book["工作总结"][SUMMARY_CELL],
    ]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [(text, "s", None)] * 5


def test_files_are_for_their_owner_only(books: dict[tuple[str, str, str], Path]) -> None:
    assert {oct(path.stat().st_mode & 0o777) for path in books.values()} == {"0o600"}


def test_a_failing_build_leaves_the_old_file(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_text("as it was")
    broken = Content(values={"K01-01": {"42": float("inf")}})
    with pytest.raises(TypeError):
        build(path, kx, identity(kx, "科协", "市级科协"), lock, broken)
    assert path.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [path]
