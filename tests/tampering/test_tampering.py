"""What units do to workbooks, and what is said of it: vandalisms with all their findings, honest uses with none."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from addin.auditing.audit import audit
from addin.buttons import live
from addin.host import connect
from addin.package.opened import open_package
from addin.reading.reader import read, read_source
from addin.receiving.receive import MergeJob, merge
from addin.roster import ReportingUnit, Roster
from addin.sending.fill import render
from addin.submission import Submission
from addin.tampering.examine import examine, read_examined
from addin.tampering.normal import unify_formula
from generator.lock import Lock
from generator.ooxml.edit import edit_part, part_of
from generator.unit.workbook import build
from templates.checks import load_checks
from templates.content import fingerprint_prior
from templates.layout import COLUMNS, name_column
from tests.support.books import PASSWORD, identity, workbook
from tests.support.entry_return import KIND, LEVEL, filled
from tests.support.office import Office, opened
from tests.support.returns import MINI, worded
from tests.support.vandalisms import (
    COVER,
    FORM,
    HEADING,
    HONEST,
    LAYOUT,
    LIST,
    MESSAGE,
    NAME,
    SHEET,
    SHEETS,
    VALUE,
    VANDALISMS,
)
from tests.support.vandals import Deed, by_openpyxl, put


def taken_in(path: Path) -> Submission:
    found = read_examined(path, surveys=lambda _: MINI)
    assert isinstance(found, Submission), found
    return found


def told(path: Path) -> list[str]:
    """Return rule and cell of everything that reading and examining say, in a fixed order."""
    return sorted(f"{finding.rule} {finding.cell}".strip() for finding in worded(taken_in(path)))


# --- vandalisms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("deed", "findings"), VANDALISMS.values(), ids=VANDALISMS)
def test_what_is_said_of_a_vandalism(path: Path, deed: Deed, findings: list[str]) -> None:
    deed(path)
    assert told(path) == sorted(findings)


def test_every_kind_has_its_vandalism() -> None:
    named = {said.split()[0] for _, findings in VANDALISMS.values() for said in findings}
    elsewhere = {"tamper.prior", "tamper.prior_any", "tamper.prior_unmarked", "tamper.prior_lost"}
    elsewhere |= {"tamper.generation", "tamper.unexamined", "tamper.not_kept", "tamper.not_sent"}
    assert named | elsewhere >= {id for id in load_checks() if id.startswith("tamper.")}
    assert not named & elsewhere


# --- honest uses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", HONEST.values(), ids=HONEST)
def test_nothing_is_said_of_honest_use(path: Path, deed: Deed) -> None:
    deed(path)
    assert [said for said in told(path) if said != f"cell.number_text {SHEET}!{VALUE}"] == []


def test_a_ledger_that_was_generated_larger(tmp_path: Path, lock: Lock) -> None:
    content = filled(MINI)
    rows = content.ledgers["活动"]
    content.ledgers["活动"] = {**rows, 40: rows[5]}
    assert told(workbook(tmp_path, MINI, lock, KIND, LEVEL, content)) == []


def test_what_fill_writes(path: Path, tmp_path: Path) -> None:
    found = read(path, surveys=lambda _: MINI)
    assert isinstance(found, Submission)
    render(MINI, found, path, tmp_path / "filled.xlsx")
    assert told(tmp_path / "filled.xlsx") == []


@pytest.mark.office
def test_checked_and_saved_in_libreoffice(path: Path, tmp_path: Path, office: Office) -> None:
    copy = tmp_path / "saved.xlsx"
    with opened(office, path):
        book = connect(str(path), pipe=office.pipe)
        checked = read_source(str(path), live.OpenSheets(book), surveys=lambda _: MINI)
        assert isinstance(checked, Submission)
        live.show(book, LAYOUT, audit(MINI, checked.identity.year, [checked])[0])
        book.save_copy(copy)
    assert open_package(copy).origin.program.startswith("LibreOffice")
    assert told(copy) == []


PROGRAM: dict[str, tuple[Callable[[Any], None], str]] = {
    "a row": (lambda sheets: sheets(SHEET).Rows.insertByIndex(14, 1), f"tamper.rows {SHEET}!A15"),
    "a column": (lambda sheets: sheets(SHEET).Columns.insertByIndex(4, 1), f"tamper.columns {SHEET}!E1"),
    "a column of the cover": (lambda sheets: sheets(COVER).Columns.insertByIndex(4, 1), f"tamper.columns {COVER}!E1"),
    "a row above the summary": (
        lambda sheets: sheets(SHEETS["summary"]).Rows.insertByIndex(1, 1),
        f"tamper.rows {SHEETS['summary']}!A2",
    ),
    "a row among a ledger's": (lambda sheets: sheets(LIST).Rows.insertByIndex(7, 1), f"tamper.rows {LIST}!A5"),
    "a row above a ledger's": (lambda sheets: sheets(LIST).Rows.insertByIndex(0, 1), f"tamper.rows {LIST}!A1"),
    "another name": (lambda sheets: setattr(sheets(SHEET), "Name", "场馆"), "tamper.sheet_renamed 场馆!A1"),
    "another name for the summary": (
        lambda sheets: setattr(sheets(SHEETS["summary"]), "Name", "总结"),
        "tamper.sheet_renamed 总结!A1",
    ),
    "another name for last year's values": (
        lambda sheets: setattr(sheets(SHEETS["prior"]), "Name", "去年"),
        "tamper.sheet_renamed 去年!A1",
    ),
}


@pytest.mark.office
@pytest.mark.parametrize(("deed", "finding"), PROGRAM.values(), ids=PROGRAM)
def test_moved_by_a_program(path: Path, office: Office, deed: Callable[[Any], None], finding: str) -> None:
    """References follow what is moved. One finding tells of it, and every value is read from its new place."""
    before, copy = taken_in(path).content, path.with_name("moved.xlsx")
    with opened(office, path) as book:
        for sheet in book.document.Sheets:
            sheet.unprotect(PASSWORD)
        deed(book.document.Sheets.getByName)
        connect(str(path), pipe=office.pipe).save_copy(copy)
    assert [said for said in told(copy) if "unprotected" not in said] == [finding]
    after = taken_in(copy).content
    assert (after.values, after.notes, after.summary) == (before.values, before.notes, before.summary)
    assert list(after.ledgers["活动"].values()) == list(before.ledgers["活动"].values())


# --- what has no row in the tables ------------------------------------------------------------------------------------


def test_last_years_values(tmp_path: Path, lock: Lock) -> None:
    content = filled(MINI)
    content.prior["M1"] = {"06": 4.0, "07": 1.0}
    path = workbook(tmp_path, MINI, lock, KIND, LEVEL, content)
    put(SHEETS["prior"], f"{name_column(LAYOUT.marked[SHEET])}{FORM.rows['06']}", 5)(path)
    submission = taken_in(path)
    assert told(path) == [f"tamper.prior_unmarked {SHEETS['prior']}!A1"]
    assert examine(open_package(path), MINI, submission, prior={"M1": {"06": 5.0, "07": 1.0}}) == []
    found = examine(open_package(path), MINI, submission, prior=content.prior)
    assert [(one.check, one.cell, one.code) for one in found] == [
        ("tamper.prior", FORM.address("06", COLUMNS.prior), "06")
    ]


def test_last_years_values_changed_where_nobody_knows_them(lock: Lock, tmp_path: Path) -> None:
    content = filled(MINI)
    content.prior["M1"] = {"06": 4.0, "08": 1.25}
    whose = replace(identity(MINI, KIND, LEVEL), prior=fingerprint_prior(content.prior))
    path = tmp_path / "unit.xlsx"
    build(path, MINI, whose, lock, content)
    assert told(path) == []
    put(SHEETS["prior"], f"{name_column(LAYOUT.marked[SHEET])}{FORM.rows['06']}", 5)(path)
    assert told(path) == [f"tamper.prior_any {SHEETS['prior']}!A1"]


def test_another_version_of_the_program(path: Path) -> None:
    """Hundreds of formulas that are all a little different are nobody's deed, and one remark."""
    for sheet in (SHEETS["audit"], COVER):
        edit_part(path, part_of(path, sheet), lambda xml: xml.replace(b"<f>", b"<f>1*"))
    assert told(path) == ["tamper.generation"]


def test_a_workbook_that_says_that_another_program_made_it(path: Path) -> None:
    put(SHEET, "B9", "别的")(path)
    assert told(path) == [f"tamper.label {SHEET}!B9"]
    places = {row[0].value: row[1].coordinate for row in load_workbook(path)[SHEETS["meta"]].iter_rows()}
    put(SHEETS["meta"], places["made_by"], "0123456789abcdef")(path)
    assert told(path) == ["tamper.generation"]


MOVED_BY_ANOTHER: dict[str, Deed] = {
    "a formula elsewhere, its old place blank": by_openpyxl(
        lambda book: book[SHEET].move_range(f"{MESSAGE}:{MESSAGE}", 1)
    ),
    "a formula gone": put(SHEET, MESSAGE, None),
    "a text where there was none": put(SHEET, f"J{HEADING}", "新增说明"),
    "a line more": by_openpyxl(lambda book: book[SHEETS["audit"]].insert_rows(6)),
    "a column less": by_openpyxl(lambda book: book[SHEETS["audit"]].delete_cols(11)),
}


@pytest.mark.parametrize("deed", MOVED_BY_ANOTHER.values(), ids=MOVED_BY_ANOTHER)
def test_what_another_program_put_elsewhere_accuses_nobody(path: Path, deed: Deed) -> None:
    """Not only words and formulas that are others: a cell that is blank now, or was, a line or a column."""
    places = {row[0].value: row[1].coordinate for row in load_workbook(path)[SHEETS["meta"]].iter_rows()}
    put(SHEETS["meta"], places["made_by"], "0123456789abcdef")(path)
    deed(path)
    assert told(path) == ["tamper.generation"]


def test_a_pretty_printed_workbook_accuses_nobody(path: Path) -> None:
    """Gnumeric and some libraries put every tag on a line of its own."""
    with zipfile.ZipFile(path) as package:
        parts = [name for name in package.namelist() if name.endswith(".xml")]
    for part in parts:
        edit_part(path, part, lambda xml: re.sub(rb">(?=<[^/])(?<!<t>)(?<!<v>)(?<!<f>)", b">\n  ", xml))
    assert told(path) == []


def test_a_part_that_cannot_be_read(path: Path) -> None:
    edit_part(path, "xl/styles.xml", lambda xml: xml[: len(xml) // 2])
    submission = read(path, surveys=lambda _: MINI)
    if isinstance(submission, Submission):
        assert [found.check for found in examine(open_package(path), MINI, submission)] == ["tamper.unexamined"]


@pytest.mark.parametrize(
    ("written", "saved"),
    [
        ("=SUM( A1 , B1 )", "sum(A1,B1)"),
        ("'M1'!$A$1", "M1!A1"),
        ("_xlfn.IFERROR(A1,0.000001)", "IFERROR(A1,1E-6)"),
        ("IF(A1,TRUE,FALSE)", "IF(A1,TRUE(),FALSE())"),
        ("A1*0.10", "A1*.1"),
        ("SUM(E14:E14,E14:E140)", "SUM(E14,E14:E140)"),
        ('INDEX({"1","2","true","甲"},A1)', 'INDEX({1,2,TRUE,"甲"},A1)'),
    ],
)
def test_formulas_that_mean_the_same(written: str, saved: str) -> None:
    assert unify_formula(written) == unify_formula(saved)


@pytest.mark.parametrize(
    ("one", "other"), [("A1+A2", "A1+A3"), ("SUM(A1:A9)", "SUM(A1:A8)"), ("A1*1", "A1*1.5"), ('A1="1"', "A1=1")]
)
def test_formulas_that_do_not(one: str, other: str) -> None:
    assert unify_formula(one) != unify_formula(other)


def test_merging_tells(path: Path) -> None:
    put(SHEET, NAME, "场馆总数")(path)
    who = identity(MINI, KIND, LEVEL)
    roster = Roster((ReportingUnit(who.code, who.name, who.uscc, who.kind, who.level, who.region),))
    merged = merge(MergeJob([path], roster, MINI))
    assert "tamper.label" in [finding.rule for finding in merged.units[0].findings]
