"""What a clerk sees of a form beside its cells, held against the printed 制度.

- what the lost pages leave open is marked on the row, whatever else stands beside it, on 指标解释 and in the foot
- a row stands to the right of its heading; rows that the print does not call 其中 look like no part of the row above
- 本节无此项业务 is asked only where a unit types something below the heading
- every locked number says what it counts
- the head reads code and name from the form with the basic facts, and the older code is asked for as printed
"""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from addin.auditing.audit import audit
from addin.reading.reader import read
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from generator.formats import DOUBTED
from generator.lock import Lock
from generator.unit.sheets.foot import list_foot_notes
from generator.unit.workbook import build
from templates.content import Content
from templates.families import EXAMPLE_YEAR
from templates.layout import COLUMNS, FormLayout, WorkbookLayout
from templates.model import Heading, Survey
from tests.support.books import USCC, identity, workbook
from tests.support.locks import locks
from tests.support.office import Office, opened

CITY = ("科协", "市级科协")
NAME = "重庆市演示单位（演示）"


@pytest.fixture(scope="module")
def book(kx: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """A fresh workbook of a city."""
    return load_workbook(workbook(tmp_path_factory.mktemp("printed"), kx, lock, *CITY))


def form_of(survey: Survey, form: str, unit: tuple[str, str] = CITY) -> FormLayout:
    """Return where the form's cells lie."""
    return WorkbookLayout(survey, *unit).forms[form]


# --- what the lost pages leave open ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "code", "signed", "beside"),
    [
        ("KX05", "x01", ("code",), "台账自动"),
        ("KX05", "x04", ("code",), None),
        ("KX05", "x08", ("code", "measure"), None),
        ("KX04", "19", (), "台账自动"),
        ("KX04", "08", ("measure",), None),
    ],
)
def test_what_is_open_is_signed_beside_it(
    form: str, code: str, signed: tuple[str, ...], beside: str | None, kx: Survey, book: Workbook
) -> None:
    """The sign is shown, and stands in no cell: a code is the code, whoever reads it."""
    cells = {name: book[form][form_of(kx, form).cell(code, getattr(COLUMNS, name))] for name in ("code", "measure")}
    assert tuple(name for name, cell in cells.items() if cell.number_format == DOUBTED) == signed
    assert (cells["code"].value, cells["measure"].value) == (code, kx.form[form].indicators[code].measure)
    assert book[form][form_of(kx, form).cell(code, COLUMNS.ledger)].value == beside
    legend = book[form].cell(4, COLUMNS.change).value
    assert str(legend).startswith("※ 代码待补、计量单位待核。"), "one line says what the sign means"


@pytest.mark.office
def test_a_sum_beside_a_doubtful_code_is_a_number(kx: Survey, lock: Lock, office: Office, tmp_path: Path) -> None:
    content = Content(ledgers={"决策咨询机构": {5: {"机构名称": "甲", "研究人员数": 1234.0}}})
    path = workbook(tmp_path, kx, lock, *CITY, content)
    with opened(office, path) as live:
        live.recalculate()
        assert live.cell(form_of(kx, "KX05").address("x03", COLUMNS.ledger)).getValue() == 1234
        assert live.cell(form_of(kx, "KX05").address("x03", COLUMNS.code)).getString() == "x03※"


@pytest.mark.parametrize(
    ("form", "code", "doubt"),
    [
        ("KX03", "x01", "代码待补\n计量单位待核"),
        ("KX04", "01", "代码推定"),
        ("KX04", "04", "代码推定\n计量单位待核"),
        ("KX05", "20", "代码推定"),
        ("KX05", "21", ""),
    ],
)
def test_the_list_of_definitions_marks_them_too(form: str, code: str, doubt: str, book: Workbook) -> None:
    rows = {(row[0], row[1]): row[7] for row in book["指标解释"].iter_rows(min_row=5, values_only=True)}
    assert rows[form, code] == doubt


def test_the_foot_says_what_is_open(kx: Survey) -> None:
    single, *rest = list_foot_notes(kx.form["KX05"])
    assert single == kx.form["KX05"].notes[0], "the print has no number before a single note"
    assert [text.partition("：")[0] for text in rest] == [
        "代码 x01—x09（标「※」，代码待补）",
        "代码 20",
        "代码 x08（计量单位标「※」，待核）",
    ]
    notes = list_foot_notes(kx.form["KX04"])
    assert notes[0].startswith("1. 实体科技馆")
    assert [text.partition("：")[0] for text in notes[3:]] == [
        "代码 01—22",
        "代码 04—06、08、11、18（计量单位标「※」，待核）",
    ]
    assert list_foot_notes(kx.form["KX06"])[-1].startswith("4. 指标02、23-28")


# --- indents ---------------------------------------------------------------------------------------------------------


def test_a_row_stands_to_the_right_of_its_heading(kx: Survey, book: Workbook) -> None:
    for form in kx.forms_of(CITY[0]):
        heading = 0
        for number, row in enumerate(form.rows, start=form_of(kx, form.id).header_row + 1):
            indent = book[form.id].cell(number, COLUMNS.name).alignment.indent
            if isinstance(row, Heading):
                heading = row.level
                assert indent == heading - 1, (form.id, row.name)
            else:
                assert indent == heading + row.indent, (form.id, row.code)


def test_rows_that_are_no_part_look_like_none(kx: Survey) -> None:
    rows = kx.form["KX04"].indicators
    assert [rows[code].indent for code in ("34", "35", "36", "37")] == [0, 0, 0, 0]
    rows = kx.form["KX03"].indicators
    assert [rows[code].indent for code in ("45", "46", "47", "48", "49", "50")] == [0, 0, 0, 1, 0, 1]


# --- 本节无此项业务 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "closed"),
    [
        (("科协", "中国科协本级"), ()),
        (("科协", "省级科协"), ("s3", "s9")),
        (CITY, ("s3", "s8", "s9", "s10", "s11")),
        (("机关部室", "市级科协"), ("s3", "s8", "s9", "s10", "s11")),
        (("学会", "全国学会"), ("s3", "s8", "s9", "s10", "s11")),
        (("学会", "省级学会"), ("s3", "s10", "s11")),
    ],
)
def test_a_section_with_nothing_to_type_is_closed(
    unit: tuple[str, str], closed: tuple[str, ...], kx: Survey, lock: Lock, tmp_path: Path
) -> None:
    """KX06 by level: 09, 10 and 22 by 中国科协本级, 23-28 by 省级科协 too, 21 from a ledger but for 省级学会."""
    sections = [row.section for row in kx.form["KX06"].rows if isinstance(row, Heading) and row.section]
    cells = kx.form["KX06"].indicators
    assert tuple(code for code in sections if not cells[code].open_to(*unit)) == closed
    path = workbook(tmp_path, kx, lock, *unit)
    sheet, form = load_workbook(path)["KX06"], form_of(kx, "KX06", unit)
    locked = locks(path)["KX06"]
    for code in sections:
        shown = sheet[form.cell(code, COLUMNS.code)].value
        assert shown == ("—" if code in closed else code)
        assert locked.is_unlocked(form.rows[code], COLUMNS.value) is (code not in closed)
    listed = {str(cell) for validation in sheet.data_validations.dataValidation for cell in validation.sqref.ranges}
    assert not listed & {form.cell(code) for code in closed}


def test_a_blank_closed_section_is_fine_and_a_filled_one_is_not_lost(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    who = identity(kx, *CITY)
    content = make_complete_zero(kx, who)
    build(tmp_path / "a.xlsx", kx, who, lock, content)
    assert findings(kx, tmp_path / "a.xlsx") == []
    content.set("KX06", "s3", "本节无此项业务")
    build(tmp_path / "b.xlsx", kx, who, lock, content)
    assert findings(kx, tmp_path / "b.xlsx") == [("note.stray", form_of(kx, "KX06").address("s3"))]


def findings(survey: Survey, path: Path) -> list[tuple[str, str]]:
    """Return what reading and audit find, by rule and cell."""
    submission = read(path, surveys=lambda _: survey)
    assert isinstance(submission, Submission)
    return [(finding.rule, finding.cell) for finding in audit(survey, EXAMPLE_YEAR, [submission])[0]]


# --- prompts ---------------------------------------------------------------------------------------------------------


def test_every_locked_number_says_what_it_counts(kx: Survey, book: Workbook) -> None:
    seen = 0
    for form in kx.forms_of(CITY[0]):
        said = prompts(book[form.id])
        for row in form.indicators.values():
            if row.derived_for(*CITY) is not None:
                seen += 1
                assert said[form_of(kx, form.id).cell(row.code)].startswith(row.definition), (form.id, row.code)
    assert seen == 27


def prompts(sheet: Worksheet) -> dict[str, str]:
    """Return the input prompt of every cell that has one."""
    found: dict[str, str] = {}
    for validation in sheet.data_validations.dataValidation:
        found |= {str(cells): validation.prompt or "" for cells in validation.sqref.ranges}
    return found


def test_a_month_is_asked_for_as_a_month(kx: Survey, book: Workbook) -> None:
    cell = form_of(kx, "K01-01").cell("43")
    refused = [
        validation.error
        for validation in book["K01-01"].data_validations.dataValidation
        if cell in {str(cells) for cells in validation.sqref.ranges}
    ]
    assert refused == ["请按 2024-06 的样式填写年月。"]


# --- the head --------------------------------------------------------------------------------------------------------


@pytest.mark.office
def test_the_head_follows_the_basic_facts(kx: Survey, lock: Lock, office: Office, tmp_path: Path) -> None:
    """Typed into K01-01 one after the other: the code, the older code, the name; then the head of KX03."""
    steps: list[tuple[str, object, tuple[str, str, str]]] = [
        ("01", "", (USCC, "", NAME)),
        ("01", "12345678901234567X", ("12345678901234567X", "", NAME)),
        ("02", "改名后的科协", ("12345678901234567X", "", "改名后的科协")),
        ("01.1", "12345678-9", ("12345678901234567X", "12345678-9", "改名后的科协")),
        ("01", "", ("", "12345678-9", "改名后的科协")),
        ("02", "", ("", "12345678-9", NAME)),
    ]
    form = form_of(kx, "K01-01")
    with opened(office, workbook(tmp_path, kx, lock, *CITY)) as live:
        for code, value, shown in steps:
            live.poke(form.address(code), value)
            live.recalculate()
            assert [live.cell(f"KX03!B{row}").getString() for row in (4, 5, 6)] == head(*shown), (code, value)


def head(code: str, older: str, name: str) -> list[str]:
    """Return the three lines of the printed head."""
    return [
        f"统一社会信用代码：{code}",
        f"尚未领取统一社会信用代码的填写原组织机构代码：{older}",
        f"单位详细名称：{name}　　2024 年",
    ]


def test_the_head_is_cached_and_without_basic_facts_the_rosters(
    kx: Survey, mini: Survey, lock: Lock, tmp_path: Path
) -> None:
    content = Content(values={"K01-01": {"01.1": "12345678-9", "02": "改名后的科协"}})
    shown = load_workbook(workbook(tmp_path, kx, lock, *CITY, content), data_only=True)["KX03"]
    assert [shown[f"B{row}"].value for row in (4, 5, 6)] == head("", "12345678-9", "改名后的科协")
    shown = load_workbook(workbook(tmp_path, mini, lock, "甲类", "市级"), data_only=True)["M1"]
    assert [shown[f"B{row}"].value for row in (4, 5, 6)] == [
        f"统一社会信用代码：{USCC}",
        f"单位详细名称：{NAME}　　2024 年",
        None,
    ]
