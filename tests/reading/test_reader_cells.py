"""What single cells mean: one table for each kind of cell, each line a cell as typed and all that becomes of it."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from addin.package.addresses import shift_formula
from addin.reading.cells import CellReading, Raw, Remark, Spec, interpret, quote_cell, show_as_text, show_number_text
from addin.reading.form_reader import normalize_formula
from addin.reading.raw import LongNumber
from templates.content import Value
from templates.model import Kind, Option

HAVE = (Option("1", "有"), Option("2", "否"))


def text(value: str, told: str = "") -> CellReading:
    """A text in a number cell: kept, remarked; what nobody sees is named."""
    return CellReading(value, (Remark("text", told or value),))


def beyond(value: str, told: str = "", kept: str = "") -> CellReading:
    """A number that no cell keeps: not taken in, quoted as it stands there."""
    return CellReading(kept or value, (Remark("digits", told or value),))


def understood(number: float, value: str, shown: str) -> CellReading:
    """A number that was written as a text."""
    return CellReading(number, (Remark("number_text", value, shown),))


NUMBERS: list[tuple[Raw, CellReading]] = [
    (12, CellReading(12.0)),
    (12.0, CellReading(12.0)),
    (0, CellReading(0.0)),
    (2.0000000001, CellReading(2.0)),
    ("", CellReading(None)),
    ("  \u3000\xa0\u200b", CellReading(None)),
    ("１２", understood(12.0, "１２", "12")),
    ("1,234", understood(1234.0, "1,234", "1234")),
    ("1，234，567", understood(1234567.0, "1，234，567", "1234567")),
    ("12 345", text("12 345")),
    ("1\n2", text("1\n2", "1〔换行 U+000A〕2")),
    ("12\u2060", text("12", "12〔零宽不间断符 U+2060〕")),
    ("1\u00ad2", text("12", "1〔软连字符 U+00AD〕2")),
    ("约\u3000三十", text("约\u3000三十", "约〔全角空格 U+3000〕三十")),
    ("12\u200b", understood(12.0, "12", "12")),
    (" 12\xa0", understood(12.0, "12", "12")),
    ("\u202d12\u202c", understood(12.0, "12", "12")),
    ("+5", understood(5.0, "+5", "5")),
    ("'5", understood(5.0, "'5", "5")),
    ("5人", understood(5.0, "5人", "5")),
    ("5 人次", understood(5.0, "5 人次", "5")),
    ("7座", understood(7.0, "7座", "7")),
    ("1.00", understood(1.0, "1.00", "1")),
    ("2000万", text("2000万")),
    ("约30", text("约30")),
    ("5万元", text("5万元")),
    ("—", text("—")),
    ("无", text("无")),
    ("1-2", text("1-2")),
    ("1 2", text("1 2")),
    ("1,23", text("1,23")),
    ("12,34,567", text("12,34,567")),
    ("1e5", text("1e5")),
    ("1.2.3", text("1.2.3")),
    ("三", text("三")),
    ("50%", text("50%")),
    (True, text("TRUE")),
    (date(2024, 1, 2), text("2024-01-02")),
    (time(12, 30), text("12:30:00")),
    (2.5, CellReading(3.0, (Remark("fraction", "2.5", "3"),))),
    (0.4, CellReading(0.0, (Remark("fraction", "0.4", "0"),))),
    (1.005e2, CellReading(101.0, (Remark("fraction", "100.5", "101"),))),
    (-3, CellReading(-3.0, (Remark("negative", "-3"),))),
    (-2.5, CellReading(-3.0, (Remark("fraction", "-2.5", "-3"), Remark("negative", "-3")))),
    ("-0.2", CellReading(0.0, (Remark("number_text", "-0.2", "-0.2"), Remark("fraction", "-0.2", "0")))),
    ("－3", CellReading(-3.0, (Remark("number_text", "－3", "-3"), Remark("negative", "-3")))),
]


@pytest.mark.parametrize(("raw", "expected"), NUMBERS)
def test_number(raw: Raw, expected: CellReading) -> None:
    assert interpret(raw, Spec(Kind.COUNT, "座")) == expected


@pytest.mark.parametrize(
    ("raw", "measure", "expected"),
    [
        ("5万元", "万元", understood(5.0, "5万元", "5")),
        ("50000元", "万元", text("50000元")),
        ("5人次", "万人次", text("5人次")),
        ("50%", "%", understood(50.0, "50%", "50")),
        ("3平方米", "平方米", understood(3.0, "3平方米", "3")),
        ("5元", "", understood(5.0, "5元", "5")),
    ],
)
def test_measure_behind_a_number(raw: str, measure: str, expected: CellReading) -> None:
    assert interpret(raw, Spec(Kind.MONEY, measure)) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (1.25, CellReading(1.25)),
        ("1.25", understood(1.25, "1.25", "1.25")),
        (-0.5, CellReading(-0.5, (Remark("negative", "-0.5"),))),
    ],
)
def test_decimal_keeps_its_fraction(raw: Raw, expected: CellReading) -> None:
    assert interpret(raw, Spec(Kind.DECIMAL)) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (999999999999999.0, CellReading(999999999999999.0)),
        (1e15, beyond("1E+15")),
        (-1e15, beyond("-1E+15")),
        (float("inf"), beyond("INF")),
        (LongNumber(915001121234567890.0, "915001121234567890"), beyond("915001121234567890")),
        (LongNumber(9.1500112123456704e17, "9.1500112123456704E+17"), beyond("9.15001121234567E+17")),
        ("9" * 400, beyond("9" * 400, "9" * 60 + "…")),
        ("1234567890123456", beyond("1234567890123456")),
        ("123,456,789,012,345,678元", beyond("123,456,789,012,345,678元")),
        ("０．１２３４５６７８９０１２３４５６", beyond("０．１２３４５６７８９０１２３４５６")),
        ("123456789012345", understood(123456789012345.0, "123456789012345", "123456789012345")),
        ("000000000000000012", understood(12.0, "000000000000000012", "12")),
    ],
)
def test_a_number_is_one_that_a_cell_keeps(raw: Raw, expected: CellReading) -> None:
    assert interpret(raw, Spec(Kind.COUNT)) == expected


def test_fifteen_digits_behind_the_point_are_kept() -> None:
    text = "0.123456789012345"
    assert interpret(text, Spec(Kind.DECIMAL)) == understood(0.123456789012345, text, text)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (1000.0, CellReading(1000.0)),
        (1000.4, CellReading(1000.0, (Remark("fraction", "1000.4", "1000"),))),
        (1001.0, CellReading("1001", (Remark("most", "1001", "1,000"),))),
        (1000.5, CellReading("1000.5", (Remark("most", "1000.5", "1,000"),))),
        ("1001元", CellReading("1001元", (Remark("most", "1001元", "1,000"),))),
        (-2000.0, CellReading(-2000.0, (Remark("negative", "-2000"),))),
    ],
)
def test_more_than_possible_is_no_number(raw: Raw, expected: CellReading) -> None:
    assert interpret(raw, Spec(Kind.MONEY, "元", most=1000)) == expected


CODES: list[tuple[Kind, Raw, str]] = [
    # kind, raw, what Excel has done to it
    (Kind.USCC, 915001121234567890.0, "digits_lost"),
    (Kind.USCC, LongNumber(915001121234567890.0, "915001121234567890"), "digits_lost"),
    (Kind.USCC, "9.15E+17", "digits_lost"),
    (Kind.USCC, "９.15E+17", "digits_lost"),
    (Kind.USCC, " 9.15001121234568e+17 ", "digits_lost"),
    (Kind.PHONE, "1.38E+10", "digits_lost"),
    (Kind.PHONE, 1.3800000000e15, "digits_lost"),
    (Kind.PHONE, 13800000000.0, ""),
    (Kind.PHONE, "023-63659806", ""),
    (Kind.PHONE, "总机 E+1", ""),
    (Kind.AREA_CODE, 23.0, "zero_lost"),
    (Kind.AREA_CODE, "755", "zero_lost"),
    (Kind.AREA_CODE, "２３", "zero_lost"),
    (Kind.AREA_CODE, 0.0, "zero_lost"),
    (Kind.AREA_CODE, "023", ""),
    (Kind.AREA_CODE, "0755", ""),
    (Kind.AREA_CODE, "(023)", ""),
    (Kind.POSTCODE, 0.0, "zero_lost"),
    (Kind.POSTCODE, 14010.0, "zero_lost"),
    (Kind.POSTCODE, "10000", "zero_lost"),
    (Kind.POSTCODE, "1E+5", "digits_lost"),
    (Kind.POSTCODE, 400010.0, ""),
    (Kind.POSTCODE, "014010", ""),
]


@pytest.mark.parametrize(("kind", "raw", "damage"), CODES)
def test_what_excel_does_to_codes_is_told(kind: Kind, raw: Raw, damage: str) -> None:
    remarks = (Remark(damage, quote_cell(raw)),) if damage else ()
    assert interpret(raw, Spec(kind)) == CellReading(quote_cell(raw), remarks)


DAYS: list[tuple[Raw, Value, str]] = [
    # raw, day, the remark's number ("" when nothing had to be interpreted)
    (date(2024, 6, 30), date(2024, 6, 30), ""),
    (datetime(2024, 6, 30, 8), date(2024, 6, 30), ""),
    (45473, date(2024, 6, 30), ""),
    ("2024-06-30", date(2024, 6, 30), "2024-06-30"),
    ("2024/6/30", date(2024, 6, 30), "2024-06-30"),
    ("2024.6.30", date(2024, 6, 30), "2024-06-30"),
    ("2024年6月30日", date(2024, 6, 30), "2024-06-30"),
    ("２０２４年６月", date(2024, 6, 1), "2024-06-01"),
    ("2024年6月份", date(2024, 6, 1), "2024-06-01"),
    ("2024 - 6 - 30", date(2024, 6, 30), "2024-06-30"),
    ("2024-6-30 00:00:00", date(2024, 6, 30), "2024-06-30"),
    ("2024-06", date(2024, 6, 1), "2024-06-01"),
    ("202406", date(2024, 6, 1), "2024-06-01"),
    ("20240630", date(2024, 6, 30), "2024-06-30"),
    (20240630, date(2024, 6, 30), "2024-06-30"),
    (202406, date(2024, 6, 1), "2024-06-01"),
    (2001.5, date(2001, 5, 1), "2001-05-01"),
    (2001.12, date(2001, 12, 1), "2001-12-01"),
    ("2001.1", date(2001, 1, 1), "2001-01-01"),
    ("2001.10", date(2001, 10, 1), "2001-10-01"),
]


@pytest.mark.parametrize(("raw", "day", "shown"), DAYS)
def test_date(raw: Raw, day: Value, shown: str) -> None:
    remarks = (Remark("date_text", quote_cell(raw), shown),) if shown else ()
    assert interpret(raw, Spec(Kind.DATE)) == CellReading(day, remarks)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (2001.1, "2001.1"),  # January or October: Excel dropped the last figure
        (2001, "2001"),
        ("2001", "2001"),
        ("2001年", "2001年"),
        ("2024-13", "2024-13"),
        ("2024-02-30", "2024-02-30"),
        ("1024-02-03", "1024-02-03"),
        ("去年六月", "去年六月"),
        (True, "TRUE"),
        (time(12), "12:00:00"),
        (date(1905, 6, 23), "2001"),  # a year typed into a cell with a date format
        (0, "0"),
        (-1, "-1"),
    ],
)
def test_no_date(raw: Raw, kept: str) -> None:
    assert interpret(raw, Spec(Kind.DATE)) == CellReading(kept, (Remark("date", kept),))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (date(2001, 5, 17), CellReading(date(2001, 5, 1))),
        ("2001年5月17日", CellReading(date(2001, 5, 1), (Remark("date_text", "2001年5月17日", "2001-05"),))),
        (date(2447, 11, 12), CellReading(date(2001, 5, 1), (Remark("date_text", "200105", "2001-05"),))),
        (datetime(1905, 6, 23, 12), CellReading(date(2001, 5, 1), (Remark("date_text", "2001.5", "2001-05"),))),
    ],
)
def test_month(raw: Raw, expected: CellReading) -> None:
    assert interpret(raw, Spec(Kind.YEAR_MONTH)) == expected


NONE_OF_TWO = [
    "1/2",
    "1或2",
    "1？",
    "1 没有",
    "*",
    "?",
    "~",
    "1*",
    "1 有吗",
    "1、有",
    "1 有（详见附件）",
    "是",
    "有 否",
    "12",
]


@pytest.mark.parametrize(
    "raw", ["1 有", "1", 1.0, "有", "1有", "１ 有", " 1  有 ", "1\u3000有", "1\u200b", True, "TRUE"]
)
def test_option(raw: Raw) -> None:
    assert interpret(raw, Spec(Kind.YES_NO, options=HAVE)) == CellReading("1")


@pytest.mark.parametrize("raw", ["1 否", "3", "无", 12.0, "1.5", "1、2", "11", *NONE_OF_TWO])
def test_no_option(raw: Raw) -> None:
    kept = show_as_text(raw)
    expected = CellReading(kept, (Remark("choice", kept, options="1 有、2 否"),))
    assert interpret(raw, Spec(Kind.YES_NO, options=HAVE)) == expected


def told(value: str) -> CellReading:
    """No member, quoted so that one sees why."""
    return CellReading(value, (Remark("choice", value, options="重庆市、香港（特别行政区）"),))


PLACES = Spec(Kind.CHOICE, members=("重庆市", "香港（特别行政区）"))
DATABASES = Spec(Kind.CHOICE, members=("SCI", "EI"))
LEDGER_YES_NO = Spec(Kind.YES_NO, members=("是", "否"))


@pytest.mark.parametrize(
    ("raw", "spec", "expected"),
    [
        ("重庆市", PLACES, CellReading("重庆市")),
        (" 重庆 市 ", PLACES, CellReading("重庆市")),
        ("香港(特别行政区)", PLACES, CellReading("香港（特别行政区）")),
        ("sci", DATABASES, CellReading("SCI")),
        ("重庆", PLACES, CellReading("重庆", (Remark("choice", "重庆", options="重庆市、香港（特别行政区）"),))),
        ("是", LEDGER_YES_NO, CellReading("是")),
        ("2 否", LEDGER_YES_NO, CellReading("否")),
        (1.0, LEDGER_YES_NO, CellReading("是")),
        (False, LEDGER_YES_NO, CellReading("否")),
        ("√", LEDGER_YES_NO, CellReading("√", (Remark("choice", "√", options="是、否"),))),
    ],
)
def test_member(raw: Raw, spec: Spec, expected: CellReading) -> None:
    assert interpret(raw, spec) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("重庆市", CellReading("重庆市")),
        ("重庆市 ", told("重庆市〔空格 U+0020〕")),
        ("重庆市\u200b", told("重庆市〔零宽空格 U+200B〕")),
        ("重庆*", told("重庆*")),
        ("香港(特别行政区)", told("香港(特别行政区)")),
        ("*", told("*")),
    ],
)
def test_a_member_is_one_to_the_letter_where_formulas_compare_it(raw: Raw, expected: CellReading) -> None:
    assert interpret(raw, PLACES.in_a_workbook()) == expected


@pytest.mark.parametrize("raw", ["1", "1 是", "2 否", 1.0, True, "TRUE", "是 ", "是/否", "*", "？", "√"])
def test_yes_and_no_of_a_ledger_are_what_its_formulas_count(raw: Raw) -> None:
    reading = interpret(raw, LEDGER_YES_NO.in_a_workbook())
    assert [remark.check for remark in reading.remarks] == ["choice"]
    assert reading.value not in LEDGER_YES_NO.members


def test_long_lists_are_not_spelled_out() -> None:
    spec = Spec(Kind.CHOICE, members=tuple(f"第{number}区" for number in range(13)))
    assert interpret("某区", spec) == CellReading("某区", (Remark("choice", "某区", options="下拉列表中的名称"),))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("91110000600037341L", CellReading("91110000600037341L")),
        (" 91110000 600037341l", CellReading("91110000600037341L")),
        ("９１１１０００0600037341L", CellReading("91110000600037341L")),
        ("91110000600037341A", CellReading("91110000600037341A", (Remark("uscc_checksum", "91110000600037341A"),))),
        ("9111000060003734", CellReading("9111000060003734", (Remark("uscc", "9111000060003734"),))),
        ("12345678-9", CellReading("12345678-9", (Remark("uscc_checksum", "12345678-9"),))),
        ("a23456789", CellReading("A23456789", (Remark("uscc_checksum", "A23456789"),))),
        ("53500000DEM00000IQ", CellReading("53500000DEM00000IQ", (Remark("uscc_checksum", "53500000DEM00000IQ"),))),
        ("12345678+9", CellReading("12345678+9", (Remark("uscc", "12345678+9"),))),
        ("无", CellReading("无", (Remark("uscc", "无"),))),
    ],
)
def test_uscc(raw: Raw, expected: CellReading) -> None:
    assert interpret(raw, Spec(Kind.USCC)) == expected


@pytest.mark.parametrize(
    ("raw", "kind", "expected"),
    [
        (123.0, Kind.TEXT, "123"),
        (13800000000.0, Kind.PHONE, "13800000000"),
        ("023-12345678 ", Kind.PHONE, "023-12345678"),
        ("一\r\n二_x000D_", Kind.TEXT, "一\n二"),
        (date(2024, 1, 2), Kind.TEXT, "2024-01-02"),
        (datetime(2024, 1, 2, 3, 4), Kind.TEXT, "2024-01-02 03:04:00"),
        (True, Kind.TEXT, "TRUE"),
        (0.1, Kind.TEXT, "0.1"),
    ],
)
def test_text(raw: Raw, kind: Kind, expected: str) -> None:
    assert interpret(raw, Spec(kind)) == CellReading(expected)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1e15, "1E+15"),
        (915001121234567890.0, "9.15001121234568E+17"),
        (999999999999999.0, "999999999999999"),
        (float("inf"), "INF"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
    ],
)
def test_number_text(number: float, shown: str) -> None:
    assert show_number_text(number) == shown


def test_quotes_are_short_and_on_one_line() -> None:
    assert quote_cell("一\n二  三") == "一 二 三"
    assert quote_cell("长" * 100) == "长" * 60 + "…"


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("A1+B$2+$C3+$D$4", "C4+D$2+$C6+$D$4"),
        ("SUM(A1:B2)*LOG10(A1)", "SUM(C4:D5)*LOG10(C4)"),
        ("'A1 表'!A1&\"A1\"&value_A1", "'A1 表'!C4&\"A1\"&value_A1"),
    ],
)
def test_shared_formula_moves(formula: str, moved: str) -> None:
    assert shift_formula(formula, 3, 2) == moved


def test_normal_formula() -> None:
    assert normalize_formula("= sum( 'A'!$b$1 )") == normalize_formula("=SUM(A!B1)")
