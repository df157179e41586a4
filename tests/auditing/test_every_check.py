"""Every kind of finding has a case: the smallest return, or edit of a workbook, in which it is found.

What reading finds is asked of files, what the audit finds of returns in memory; for each the complete list of ids. What
concerns tampering has its table in ``tests/tampering/test_tampering.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from addin.auditing.audit import audit
from addin.facts import Oddity
from addin.reading.older import translate_codes
from addin.reading.reader import read
from addin.submission import Submission
from generator.unit.checks import Check, draw_up_checks
from scripts.check_table import TARGET, page
from templates.checks import Room, load_checks
from templates.content import Value
from templates.expression import parse
from templates.layout import COLUMNS, WorkbookLayout, name_column
from templates.migration import Migration
from templates.model import Indicator, Kind, Survey
from templates.words import lookup
from tests.support.bare_return import Formula, derived, identity, surveys, write
from tests.support.returns import COMPLETE, FIRST_ROW, MINI, YEAR, a_complete_return, a_return, a_rule

LAYOUT = WorkbookLayout(MINI, "甲类", "市级")
FORM, LEDGER = LAYOUT.forms["M1"], LAYOUT.ledgers["活动"]
ROW: dict[str, Value] = {"活动名称": "甲", "日期": date(2024, 5, 1), "规模": "小型", "参加人次": 5.0}
FIRST = LEDGER.first_row
PRIOR = f"{lookup('workbook.sheets.prior')}!{name_column(LAYOUT.marked['M1'])}{FORM.rows['06']}"

# --- what reading finds ----------------------------------------------------------------------------------------------

READ: dict[str, dict[str, object]] = {
    "cell.text": {FORM.address("06"): "约30"},
    "cell.digits": {FORM.address("06"): 1e15},
    "cell.most": {FORM.address("09"): 9e11},
    "cell.digits_lost": {FORM.address("02"): "9.15E+17"},
    "cell.number_text": {FORM.address("06"): "3座"},
    "cell.fraction": {FORM.address("06"): 1.5},
    "cell.negative": {FORM.address("06"): -1},
    "cell.choice": {FORM.address("04"): "不清楚"},
    "cell.date": {FORM.address("05"): "去年"},
    "cell.date_text": {FORM.address("05"): "2001年5月"},
    "cell.uscc": {FORM.address("02"): "123"},
    "cell.uscc_checksum": {FORM.address("02"): "91110000600037342L"},
    "cell.error": {FORM.address("06"): Formula("=NA()", "#N/A")},
    "cell.formula": {FORM.address("06"): Formula("=1+1", 2)},
    "cell.uncached": {FORM.address("06"): Formula("=A1", None)},
    "ledger.text": {LEDGER.address("参加人次", FIRST): "很多"},
    "ledger.digits": {LEDGER.address("参加人次", FIRST): 1e15},
    "ledger.most": {LEDGER.address("参加人次", FIRST): 9e11},
    "ledger.number_text": {LEDGER.address("参加人次", FIRST): "5人次"},
    "ledger.fraction": {LEDGER.address("参加人次", FIRST): 1.5},
    "ledger.negative": {LEDGER.address("参加人次", FIRST): -1},
    "ledger.choice": {LEDGER.address("规模", FIRST): "超大型"},
    "ledger.date": {LEDGER.address("日期", FIRST): "去年"},
    "ledger.date_text": {LEDGER.address("日期", FIRST): "2024年5月1日"},
    "ledger.error": {LEDGER.address("参加人次", FIRST): Formula("=1/0", "#DIV/0!")},
    "ledger.formula": {LEDGER.address("参加人次", FIRST): Formula("=1+1", 2)},
    "ledger.uncached": {LEDGER.address("参加人次", FIRST): Formula("=A1", None)},
    "ledger.beyond": {LEDGER.address("活动名称", LEDGER.end_row + 1): "乙"},
    "note.error": {FORM.address("06", COLUMNS.explanation): Formula("=NA()", "#N/A")},
    "note.uncached": {FORM.address("06", COLUMNS.explanation): Formula("=A1", None)},
    "prior.error": {PRIOR: Formula("=NA()", "#N/A")},
    "note.stray": {f"{LEDGER.sheet}!Z{FIRST}": "备忘"},
    "sheet.part_missing": {FORM.address("06", COLUMNS.code): ""},
}


def taken(path: Path) -> list[str]:
    """Return the ids of what reading finds in a file."""
    found = read(path, surveys=surveys, derived_formula=derived)
    assert isinstance(found, Submission), found
    return [oddity.check for oddity in found.oddities]


@pytest.mark.parametrize(("check", "cells"), READ.items(), ids=READ)
def test_reading_finds_it(check: str, cells: dict[str, object], tmp_path: Path) -> None:
    assert taken(write(tmp_path / "a.xlsx", cells)) == [check]


def test_reading_finds_what_a_closed_cell_holds(tmp_path: Path) -> None:
    assert taken(write(tmp_path / "a.xlsx", {FORM.address("13"): 5}, identity(level="县级"))) == ["cell.closed"]


def test_reading_finds_that_a_sheet_is_missing(tmp_path: Path) -> None:
    assert taken(write(tmp_path / "a.xlsx", without=(lookup("workbook.sheets.summary"),))) == ["sheet.missing"]


# --- codes that the tiny survey does not ask for ---------------------------------------------------------------------


def with_codes(survey: Survey, kind: Kind) -> Survey:
    """Return the survey with codes of a kind in the column 备注 of its ledger, and in the first cell of M1."""
    (ledger,) = survey.ledgers
    columns = tuple(replace(one, kind=kind) if one.name == "备注" else one for one in ledger.columns)
    first, *others = survey.forms
    rows = tuple(
        replace(row, kind=kind) if isinstance(row, Indicator) and row.code == "01" else row for row in first.rows
    )
    forms = (replace(first, rows=rows), *others)
    return replace(survey, forms=forms, ledgers=(replace(ledger, columns=columns),))


@pytest.mark.parametrize(
    ("check", "kind", "address", "typed"),
    [
        ("ledger.uscc", Kind.USCC, LEDGER.address("备注", FIRST), "123"),
        ("ledger.digits_lost", Kind.PHONE, LEDGER.address("备注", FIRST), "1.38E+10"),
        ("ledger.zero_lost", Kind.POSTCODE, LEDGER.address("备注", FIRST), "14010"),
        ("cell.zero_lost", Kind.AREA_CODE, FORM.address("01"), "23"),
    ],
)
def test_reading_finds_what_is_wrong_with_codes(
    check: str, kind: Kind, address: str, typed: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", {address: typed})
    found = read(path, surveys=lambda _: with_codes(MINI, kind), derived_formula=derived)
    assert isinstance(found, Submission), found
    assert [oddity.check for oddity in found.oddities] == [check]


# --- what the audit finds --------------------------------------------------------------------------------------------


def without(code: str) -> Submission:
    """Return a complete return without a cell."""
    submission = a_complete_return()
    del submission.content.values["M1"][code]
    return submission


def empty_section() -> Submission:
    """Return a return that says there is nothing in a section, and has a number there."""
    cells = {code: value for code, value in COMPLETE.items() if code not in ("06", "07", "08")}
    submission = a_complete_return()
    submission.content.values["M1"] = cells | {"s1": "本节无此项业务", "09": 3.0}
    return submission


def dated(day: date) -> Submission:
    """Return a complete return that was signed on the day."""
    submission = a_complete_return()
    submission.content.values[MINI.cover.id]["报出日期"] = day
    return submission


def silent() -> Submission:
    """Return a complete return without 工作总结."""
    submission = a_complete_return()
    submission.content.summary = ""
    return submission


def of_unit(**identity: str) -> Submission:
    """Return a complete return whose workbook was made for another unit."""
    submission = a_complete_return()
    return replace(submission, identity=replace(submission.identity, **identity))  # type: ignore[arg-type]


AUDITED: dict[str, Callable[[], Submission]] = {
    "cell.required": lambda: without("14"),
    "cell.section": empty_section,
    "cell.derived": lambda: replace(a_complete_return(), typed={("M1", "10"): float("nan")}),
    "ledger.required": lambda: a_complete_return({"12": 5.0}, [{k: v for k, v in ROW.items() if k != "规模"}]),
    "ledger.duplicate": lambda: a_complete_return({"12": 10.0}, [ROW, ROW]),
    "ledger.unconfirmed": lambda: of_unit(carried="L01=2"),
    "cover.late": lambda: dated(date(2025, 4, 12)),
    "summary.required": silent,
    "identity.uscc": lambda: of_unit(uscc="91110000MA01234567"),
}


@pytest.mark.parametrize(("check", "made"), AUDITED.items(), ids=AUDITED)
def test_the_audit_finds_it(check: str, made: Callable[[], Submission]) -> None:
    assert [finding.rule for finding in audit(MINI, YEAR, [made()])[0]] == [check]


def test_the_audit_finds_that_it_cannot_judge() -> None:
    broken = replace(a_rule("[06] = 0"), check=parse("[M1!99] = 0"))
    survey = replace(MINI, rules=(broken,))
    assert [finding.rule for finding in audit(survey, YEAR, [a_complete_return()])[0]] == ["engine.failed"]


# --- what older versions leave ---------------------------------------------------------------------------------------

DROPS = Migration("0", drop=(("M1", "06"), ("活动", "备注")))


def test_a_translation_tells_what_it_leaves_out() -> None:
    older = a_return({"06": 3.0}, [{"活动名称": "甲", "备注": "乙"}])
    found = translate_codes(older, MINI, DROPS)
    assert [oddity.check for oddity in found.oddities] == ["version.older", "version.dropped", "version.dropped_row"]


# --- the registry ----------------------------------------------------------------------------------------------------

ELSEWHERE = {"cell.closed", "sheet.missing", "engine.failed"}
ELSEWHERE |= {"ledger.uscc", "ledger.digits_lost", "ledger.zero_lost", "cell.zero_lost"}
ELSEWHERE |= {"version.older", "version.dropped", "version.dropped_row"}


def test_every_check_has_a_case() -> None:
    """Those of tampering, and the sheet that reading finds under another name, in the table of vandalisms."""
    cases = {*READ, *AUDITED, *ELSEWHERE}
    assert len(cases) == len(READ) + len(AUDITED) + len(ELSEWHERE)
    registered = {id for id, kind in load_checks().items() if kind.found_by is not Room.TAMPERING}
    assert cases == registered - {"tamper.sheet_renamed"}


def test_a_check_that_is_not_registered_is_none() -> None:
    with pytest.raises(KeyError, match=r"cell\.strange"):
        Oddity.of("cell.strange")


def words_of(check: Check) -> str:
    """Return the words of a row of 审核 that is no rule."""
    owner, _, kind = check.id.partition(".")
    if owner == "summary":
        return owner
    forms = {"cell.required": "unfilled", "cell": "cells", "cell.warning": "checks"}
    return forms[kind] if check.form else f"ledger_{kind}"


def test_the_workbook_says_the_same_where_the_registry_says_so() -> None:
    """Every row of 审核 that is no rule is what some check is told by there, and the other way round."""
    survey = with_codes(MINI, Kind.USCC)
    layout = WorkbookLayout.of(survey, replace(a_return().identity, carried="L01=2"))
    rules = {rule.id for rule in survey.rules}
    rows = {words_of(check) for check in draw_up_checks(layout, YEAR).rows if check.id not in rules}
    assert rows == {kind.live for kind in load_checks().values()} - {"", "beside"}


def test_the_page_is_up_to_date() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "run python -m scripts.check_table"


def test_rows_start_where_these_cases_put_them() -> None:
    assert FIRST == FIRST_ROW
