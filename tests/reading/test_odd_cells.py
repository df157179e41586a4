"""Cells as no clerk means them, in whole files: every finding they earn, and what is taken in of the rest.

Each is spelled as the file spells it, so that what the opening makes of a cell is held too.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from addin.auditing.audit import audit
from addin.finding import Finding
from addin.package.opened import open_package
from addin.reading.grids import PackageSheets
from addin.reading.reader import read
from addin.submission import Submission
from templates.layout import COLUMNS, WorkbookLayout, name_column
from templates.words import lookup
from tests.support.bare_return import derived, mini, rewrite, surveys, write
from tests.support.returns import worded

LAYOUT, SHEETS = WorkbookLayout(mini(), "甲类", "市级"), lookup("workbook.sheets")
COVER, FORM, LEDGER = LAYOUT.cover, LAYOUT.forms["M1"], LAYOUT.ledgers["活动"]
NUMBER, CHOICE, CODE, PHONE = (FORM.address("06"), FORM.address("04"), FORM.address("02"), COVER.address("联系电话"))
PLACEHOLDER = 7700000


def put(path: Path, cells: dict[str, str]) -> Submission:
    """Return what is read of a bare return in which cells are spelled so: the attributes, a bar, what is in them."""
    numbers = {address: PLACEHOLDER + place for place, address in enumerate(cells)}
    write(path, dict[str, object](numbers))
    for address, number in numbers.items():
        attributes, _, inner = cells[address].partition("|")
        spelled = rf"\g<1> {attributes}>{inner}</c>".encode()
        rewrite(path, lambda xml, n=number, s=spelled: re.sub(rb'(<c r="\w+")><v>%d</v></c>' % n, s, xml))  # type: ignore[misc]
    found = read(path, surveys=surveys, derived_formula=derived)
    assert isinstance(found, Submission), found
    return found


def told(findings: list[Finding]) -> list[tuple[str, str, str, str]]:
    """Rule, code or row, cell, message: all that a test has to say about a finding."""
    return [(f.rule, f.code or str(f.row or ""), f.cell, f.message) for f in findings]


def text(value: str) -> str:
    return f't="inlineStr"|<is><t xml:space="preserve">{value}</t></is>'


def number(value: str) -> str:
    return f"|<v>{value}</v>"


def error(literal: str) -> str:
    return f't="e"|<v>{literal}</v>'


MORE_THAN_15 = "06「场馆数」的「{}」超过 15 位数字，存不准、算不准，没有计入"
LONG_IN_LEDGER = "的「{}」超过 15 位数字，存不准、算不准，没有计入"
CUT = "的「{}」被 Excel 当成数字，末尾的数字已被截去"

IN_FORMS = [
    # address, as it is spelled, the finding's rule and message
    (NUMBER, number("1E+400"), "cell.text", "06「场馆数」应填数字，现为「1E+400」"),
    (NUMBER, number("-1e309"), "cell.text", "06「场馆数」应填数字，现为「-1e309」"),
    (NUMBER, number("INF"), "cell.text", "06「场馆数」应填数字，现为「INF」"),
    (NUMBER, number("NaN"), "cell.text", "06「场馆数」应填数字，现为「NaN」"),
    (NUMBER, number("915001121234567890"), "cell.digits", MORE_THAN_15.format("915001121234567890")),
    (NUMBER, number("9.1500112123456704E+17"), "cell.digits", MORE_THAN_15.format("9.15001121234567E+17")),
    (NUMBER, number("1000000000000000"), "cell.digits", MORE_THAN_15.format("1000000000000000")),
    (NUMBER, number("-1E+15"), "cell.digits", MORE_THAN_15.format("-1E+15")),
    (NUMBER, text("9" * 400), "cell.digits", MORE_THAN_15.format("9" * 60 + "…")),
    (NUMBER, text("1234567890123456"), "cell.digits", MORE_THAN_15.format("1234567890123456")),
    (NUMBER, text("1,234,567,890,123,456座"), "cell.digits", MORE_THAN_15.format("1,234,567,890,123,456座")),
    (NUMBER, text("0.1234567890123456"), "cell.digits", MORE_THAN_15.format("0.1234567890123456")),
    (NUMBER, text("12\u2060"), "cell.text", "06「场馆数」应填数字，现为「12〔零宽不间断符 U+2060〕」"),
    (NUMBER, error("#SPILL!"), "cell.error", "06「场馆数」是错误值 #SPILL!"),
    (NUMBER, error("#GETTING_DATA"), "cell.error", "06「场馆数」是错误值 #GETTING_DATA"),
    (NUMBER, error("#未知"), "cell.error", "06「场馆数」是错误值 #未知"),
    (NUMBER, error("#N/A"), "cell.error", "06「场馆数」是错误值 #N/A"),
    (
        FORM.address("09"),
        number("900000000000"),
        "cell.most",
        "09「场馆经费」为 900000000000，超过了可能的最大数 100,000,000,000，没有计入",
    ),
    *(
        (CHOICE, text(typed), "cell.choice", f"04「有无场馆」的「{typed}」不是可选项")
        for typed in ("1/2", "1或2", "1？", "1 没有", "1 有吗", "*", "?", "1、有", "有无")
    ),
    (CHOICE, error("#SPILL!"), "cell.error", "04「有无场馆」是错误值 #SPILL!"),
    (
        CODE,
        number("915001121234567890"),
        "cell.digits_lost",
        "02「统一社会信用代码」" + CUT.format("915001121234567890"),
    ),
    (CODE, number("9.15E+17"), "cell.digits_lost", "02「统一社会信用代码」" + CUT.format("9.15E+17")),
    (CODE, text("9.15E+17"), "cell.digits_lost", "02「统一社会信用代码」" + CUT.format("9.15E+17")),
    (CODE, text("９.15e+17"), "cell.digits_lost", "02「统一社会信用代码」" + CUT.format("９.15e+17")),
    (PHONE, text("1.38E+10"), "cell.digits_lost", "「联系电话」" + CUT.format("1.38E+10")),
    (PHONE, number("2363659806023636598"), "cell.digits_lost", "「联系电话」" + CUT.format("2363659806023636598")),
    (PHONE, error("#BUSY!"), "cell.error", "「联系电话」是错误值 #BUSY!"),
]


@pytest.mark.parametrize(("address", "spelled", "rule", "message"), IN_FORMS)
def test_an_odd_cell_of_a_form_is_one_finding(
    address: str, spelled: str, rule: str, message: str, tmp_path: Path
) -> None:
    found = put(tmp_path / "a.xlsx", {address: spelled, FORM.address("13"): number("3")})
    assert [(f.rule, f.cell, f.message) for f in worded(found)] == [(rule, address, message)]
    assert found.content.values["M1"]["13"] == 3.0, "the rest is read"
    audited = audit(mini(), 2024, [found])[0]
    assert [f.rule for f in audited if f.cell == address] == [rule], "and nothing else is said of the cell"


@pytest.mark.parametrize(
    ("spelled", "value"),
    [
        ("|<v><![CDATA[12]]></v>", 12.0),
        ("|<v>1<!-- no digit -->2</v>", 12.0),
        ("|<v>&#49;2</v>", 12.0),
        (number("999999999999999"), 999999999999999.0),
    ],
)
def test_a_number_is_a_number_however_it_is_spelled(spelled: str, value: float, tmp_path: Path) -> None:
    found = put(tmp_path / "a.xlsx", {NUMBER: spelled})
    assert (worded(found), found.content.values["M1"]["06"]) == ([], value)


@pytest.mark.parametrize("typed", ["<r>&</r>", "<is><t>x</t></is>", "&amp;", "]]>"])
def test_what_looks_like_markup_is_a_text(typed: str, tmp_path: Path) -> None:
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found = put(tmp_path / "a.xlsx", {FORM.address("01"): text(escaped)})
    assert (worded(found), found.content.values["M1"]["01"]) == ([], typed)


ROW = {"活动名称": text("甲会"), "规模": text("小型"), "参加人次": number("3")}

IN_LEDGERS = [
    ("参加人次", number("1E+400"), "ledger.text", "应填数字，现为「1E+400」"),
    (
        "参加人次",
        number("915001121234567890"),
        "ledger.digits",
        LONG_IN_LEDGER.format("915001121234567890"),
    ),
    ("参加人次", number("20000000001"), "ledger.most", "为 20000000001，超过了可能的最大数 20,000,000,000，没有计入"),
    (
        "参加人次",
        text("1234567890123456"),
        "ledger.digits",
        LONG_IN_LEDGER.format("1234567890123456"),
    ),
    ("参加人次", error("#SPILL!"), "ledger.error", "是错误值 #SPILL!"),
    ("活动名称", error("#未知"), "ledger.error", "是错误值 #未知"),
    ("规模", text("小型 "), "ledger.choice", "的「小型〔空格 U+0020〕」不是可选项"),
    ("规模", text("小型\u200b"), "ledger.choice", "的「小型〔零宽空格 U+200B〕」不是可选项"),
    ("规模", text("*"), "ledger.choice", "的「*」不是可选项"),
    ("主题：科普", text("1 是"), "ledger.choice", "的「1 是」不是可选项"),
    ("主题：科普", text("是/否"), "ledger.choice", "的「是/否」不是可选项"),
    ("主题：科普", 't="b"|<v>1</v>', "ledger.choice", "的「TRUE」不是可选项"),
    ("日期", text("\u3000"), "ledger.date", "的「〔全角空格 U+3000〕」不是日期"),
]


@pytest.mark.parametrize(("column", "spelled", "rule", "message"), IN_LEDGERS)
def test_an_odd_cell_of_a_ledger_is_one_finding(
    column: str, spelled: str, rule: str, message: str, tmp_path: Path
) -> None:
    row = LEDGER.first_row
    found = put(
        tmp_path / "a.xlsx", {LEDGER.address(name, row): cell for name, cell in (ROW | {column: spelled}).items()}
    )
    assert told(worded(found)) == [(rule, str(row), LEDGER.address(column, row), f"第 {row} 行「{column}」{message}")]
    audited = audit(mini(), 2024, [found])[0]
    assert [f.rule for f in audited if f.cell == LEDGER.address(column, row)] == [rule]


def test_error_values_outside_the_entry_cells_are_told_too(tmp_path: Path) -> None:
    note, remarks = FORM.address("06", COLUMNS.explanation), f"{SHEETS['notes']}!B6"
    prior = f"{SHEETS['prior']}!{name_column(LAYOUT.marked['M1'])}{FORM.rows['06']}"
    found = put(tmp_path / "a.xlsx", dict.fromkeys((note, remarks, prior), error("#SPILL!")))
    assert told(worded(found)) == [
        ("note.error", "06", note, f"{note} 应写文字，现为错误值 #SPILL!，未计入"),
        ("note.error", "", remarks, f"{remarks} 应写文字，现为错误值 #SPILL!，未计入"),
        ("prior.error", "06", prior, "06「场馆数」的上年数是错误值 #SPILL!"),
    ]


WORDS = {
    FORM.address("06", COLUMNS.explanation): "06",
    f"{SHEETS['notes']}!B6": "",
    f"{SHEETS['summary']}!B6": "",
}


@pytest.mark.parametrize("cell", WORDS)
@pytest.mark.parametrize(
    ("spelled", "told_as", "what"),
    [
        ("|<f>1.0</f>", "note.uncached", "公式「=1.0」，文件里没有计算结果"),
        ('t="b"|<f>A1&amp;B1</f><v/>', "note.uncached", "公式「=A1&B1」，文件里没有计算结果"),
        ('t="e"|<f>A1</f><v></v>', "note.uncached", "公式「=A1」，文件里没有计算结果"),
        ('t="e"|<f>A1</f><v>#REF!</v>', "note.error", "错误值 #REF!"),
        (error("#SPILL!"), "note.error", "错误值 #SPILL!"),
    ],
)
def test_words_that_are_lost_are_told(cell: str, spelled: str, told_as: str, what: str, tmp_path: Path) -> None:
    found = worded(put(tmp_path / "a.xlsx", {cell: spelled}))
    assert told(found) == [(told_as, WORDS[cell], cell, f"{cell} 应写文字，现为{what}，未计入")]


@pytest.mark.parametrize(
    "spelled", ["|<f></f>", '|<f t="shared" si="7"/>', 't="str"|<f>IF(A1=1,1,"")</f><v></v>', text(" ")]
)
@pytest.mark.parametrize("cell", WORDS)
def test_words_that_are_none_are_not_told(cell: str, spelled: str, tmp_path: Path) -> None:
    assert told(worded(put(tmp_path / "a.xlsx", {cell: spelled}))) == []


@pytest.mark.parametrize("format", ["yyyy-mm-dd", "General"])
def test_a_day_is_the_same_whichever_day_a_workbook_counts_from(format: str, tmp_path: Path) -> None:
    """Excel on old Macs counts from 1904; a format that was pasted over tells no day."""
    path = tmp_path / "mac.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": True})
    book.add_worksheet("S").write_number("A1", 45413 - 1462, book.add_format({"num_format": format}))
    book.close()
    assert PackageSheets(open_package(path)).grid("S").day(1, 1) in (date(2024, 5, 1), 45413.0)
