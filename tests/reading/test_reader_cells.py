"""What single cells mean: one table for each kind of cell, each line a cell as typed and all that becomes of it."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from addin.package.addresses import shift_formula
from addin.reading.cells import Raw, Reading, Remark, Spec, interpret, number_text, quote_cell, show_as_text
from addin.reading.form_reader import normalize_formula
from templates.content import Value
from templates.model import Kind, Option

HAVE = (Option("1", "有"), Option("2", "否"))


def text(value: str) -> Reading:
    """A text in a number cell: kept, remarked."""
    return Reading(value, (Remark("text", value),))


def understood(number: float, value: str, shown: str) -> Reading:
    """A number that was written as a text."""
    return Reading(number, (Remark("number_text", value, shown),))


NUMBERS: list[tuple[Raw, Reading]] = [
    (12, Reading(12.0)),
    (12.0, Reading(12.0)),
    (0, Reading(0.0)),
    (2.0000000001, Reading(2.0)),
    ("", Reading(None)),
    ("  \u3000\xa0\u200b", Reading(None)),
    ("１２", understood(12.0, "１２", "12")),
    ("1,234", understood(1234.0, "1,234", "1234")),
    ("1，234，567", understood(1234567.0, "1，234，567", "1234567")),
    ("12 345", text("12 345")),
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
    (2.5, Reading(3.0, (Remark("fraction", "2.5", "3"),))),
    (0.4, Reading(0.0, (Remark("fraction", "0.4", "0"),))),
    (1.005e2, Reading(101.0, (Remark("fraction", "100.5", "101"),))),
    (-3, Reading(-3.0, (Remark("negative", "-3"),))),
    (-2.5, Reading(-3.0, (Remark("fraction", "-2.5", "-3"), Remark("negative", "-3")))),
    ("-0.2", Reading(0.0, (Remark("number_text", "-0.2", "-0.2"), Remark("fraction", "-0.2", "0")))),
    ("－3", Reading(-3.0, (Remark("number_text", "－3", "-3"), Remark("negative", "-3")))),
]


@pytest.mark.parametrize(("raw", "expected"), NUMBERS)
def test_number(raw: Raw, expected: Reading) -> None:
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
def test_measure_behind_a_number(raw: str, measure: str, expected: Reading) -> None:
    assert interpret(raw, Spec(Kind.MONEY, measure)) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (1.25, Reading(1.25)),
        ("1.25", understood(1.25, "1.25", "1.25")),
        (-0.5, Reading(-0.5, (Remark("negative", "-0.5"),))),
    ],
)
def test_decimal_keeps_its_fraction(raw: Raw, expected: Reading) -> None:
    assert interpret(raw, Spec(Kind.DECIMAL)) == expected


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
    assert interpret(raw, Spec(Kind.DATE)) == Reading(day, remarks)


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
    assert interpret(raw, Spec(Kind.DATE)) == Reading(kept, (Remark("date", kept),))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (date(2001, 5, 17), Reading(date(2001, 5, 1))),
        ("2001年5月17日", Reading(date(2001, 5, 1), (Remark("date_text", "2001年5月17日", "2001-05"),))),
        (date(2447, 11, 12), Reading(date(2001, 5, 1), (Remark("date_text", "200105", "2001-05"),))),
        (datetime(1905, 6, 23, 12), Reading(date(2001, 5, 1), (Remark("date_text", "2001.5", "2001-05"),))),
    ],
)
def test_month(raw: Raw, expected: Reading) -> None:
    assert interpret(raw, Spec(Kind.YEAR_MONTH)) == expected


@pytest.mark.parametrize("raw", ["1 有", "1", 1.0, "有", "1有", "１ 有", " 1  有 ", "1、有", True, "1 有（详见附件）"])
def test_option(raw: Raw) -> None:
    assert interpret(raw, Spec(Kind.YES_NO, options=HAVE)) == Reading("1")


@pytest.mark.parametrize("raw", ["1 否", "3", "无", 12.0, "1.5", "1、2", "11"])
def test_no_option(raw: Raw) -> None:
    kept = show_as_text(raw)
    expected = Reading(kept, (Remark("choice", kept, options="1 有、2 否"),))
    assert interpret(raw, Spec(Kind.YES_NO, options=HAVE)) == expected


PLACES = Spec(Kind.CHOICE, members=("重庆市", "香港（特别行政区）"))
DATABASES = Spec(Kind.CHOICE, members=("SCI", "EI"))
LEDGER_YES_NO = Spec(Kind.YES_NO, members=("是", "否"))


@pytest.mark.parametrize(
    ("raw", "spec", "expected"),
    [
        ("重庆市", PLACES, Reading("重庆市")),
        (" 重庆 市 ", PLACES, Reading("重庆市")),
        ("香港(特别行政区)", PLACES, Reading("香港（特别行政区）")),
        ("sci", DATABASES, Reading("SCI")),
        ("重庆", PLACES, Reading("重庆", (Remark("choice", "重庆", options="重庆市、香港（特别行政区）"),))),
        ("是", LEDGER_YES_NO, Reading("是")),
        ("2 否", LEDGER_YES_NO, Reading("否")),
        (1.0, LEDGER_YES_NO, Reading("是")),
        (False, LEDGER_YES_NO, Reading("否")),
        ("√", LEDGER_YES_NO, Reading("√", (Remark("choice", "√", options="是、否"),))),
    ],
)
def test_member(raw: Raw, spec: Spec, expected: Reading) -> None:
    assert interpret(raw, spec) == expected


def test_long_lists_are_not_spelled_out() -> None:
    spec = Spec(Kind.CHOICE, members=tuple(f"第{number}区" for number in range(13)))
    assert interpret("某区", spec) == Reading("某区", (Remark("choice", "某区", options="下拉列表中的名称"),))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("91110000600037341L", Reading("91110000600037341L")),
        (" 91110000 600037341l", Reading("91110000600037341L")),
        ("９１１１０００0600037341L", Reading("91110000600037341L")),
        ("91110000600037341A", Reading("91110000600037341A", (Remark("uscc_checksum", "91110000600037341A"),))),
        ("9111000060003734", Reading("9111000060003734", (Remark("uscc", "9111000060003734"),))),
        ("无", Reading("无", (Remark("uscc", "无"),))),
    ],
)
def test_uscc(raw: Raw, expected: Reading) -> None:
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
    assert interpret(raw, Spec(kind)) == Reading(expected)


@pytest.mark.parametrize(("number", "shown"), [(1e15, "1000000000000000"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001")])
def test_number_text(number: float, shown: str) -> None:
    assert number_text(number) == shown


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
