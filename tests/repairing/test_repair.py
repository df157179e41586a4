"""Repair: vandalised workbooks give the values that they held, in a fresh workbook, and lose none of the rest."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from addin.auditing.audit import audit
from addin.repairing.repair import Repaired, repair, save_receipt
from addin.sending.fill import read_lock
from addin.submission import Submission
from addin.tampering.examine import read_examined
from generator.lock import Lock
from generator.unit.workbook import build
from templates.checks import find_check
from templates.content import Content, fingerprint_prior
from templates.layout import COLUMNS, WorkbookLayout
from templates.words import lookup
from tests.support import vandals
from tests.support.books import identity
from tests.support.entry_return import KIND, LEVEL, filled
from tests.support.lists import readable
from tests.support.returns import MINI, worded
from tests.support.vandals import Deed, by_openpyxl, put
from tianbao import app

LAYOUT = WorkbookLayout(MINI, KIND, LEVEL)
FORM, LEDGER = LAYOUT.forms["M1"], LAYOUT.ledgers["活动"]
SHEET, LIST = FORM.sheet, LEDGER.sheet
VALUE, NAME = FORM.cell("06"), FORM.cell("06", COLUMNS.name)
REASONS = lookup("tamper.receipt.reason")


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Path:
    content = filled(MINI)
    content.prior["M1"] = {"06": 4.0, "07": 2.0}
    path = tmp_path_factory.mktemp("received") / "received.xlsx"
    unit = replace(identity(MINI, KIND, LEVEL), prior=fingerprint_prior(content.prior))
    build(path, MINI, unit, lock, content)
    return path


@pytest.fixture
def path(received: Path, tmp_path: Path) -> Path:
    copy = tmp_path / received.name
    copy.write_bytes(received.read_bytes())
    return copy


def repaired(path: Path) -> tuple[Repaired, Path]:
    target = path.with_name("修复.xlsx")
    return repair(MINI, readable(path), path, target), target


def unplaced(done: Repaired) -> list[tuple[str, str, str]]:
    return [(line.source, line.found, line.reason) for line in done.unplaced]


def without_rows(content: Content) -> tuple[object, ...]:
    """Return a content to compare, ledger rows without their numbers."""
    rows = {short: list(rows.values()) for short, rows in content.ledgers.items()}
    return content.values, content.notes, rows, content.remarks, content.summary, content.prior


# --- every value in its place ----------------------------------------------------------------------------------------

LOSSLESS: dict[str, Deed] = {
    "nothing": lambda path: None,
    "formulas emptied": put(SHEET, FORM.cell("06", COLUMNS.message), None),
    "a form renamed": vandals.title(SHEET, "场馆"),
    "a ledger renamed": vandals.rename(LIST, "活动"),
    "rows inserted": by_openpyxl(lambda book: book[SHEET].insert_rows(1, 3)),
    "a column inserted": by_openpyxl(lambda book: book[SHEET].insert_cols(5)),
    "a ledger's rows moved down": by_openpyxl(lambda book: book[LIST].insert_rows(2, 2)),
    "a ledger's rows moved up": by_openpyxl(lambda book: book[LIST].delete_rows(1)),
    "a ledger's columns moved": by_openpyxl(lambda book: book[LIST].insert_cols(2, 2)),
    "sheets in another order": by_openpyxl(lambda book: book.move_sheet(LIST, -2)),
    "macros": vandals.part("xl/vbaProject.bin"),
    "a sheet without data deleted": by_openpyxl(lambda book: book.remove(book[lookup("workbook.sheets.audit")])),
}


@pytest.mark.parametrize("deed", LOSSLESS.values(), ids=LOSSLESS)
def test_all_comes_back(path: Path, received: Path, deed: Deed) -> None:
    deed(path)
    done, target = repaired(path)
    assert unplaced(done) == []
    found = read_examined(target, surveys=lambda _: MINI)
    assert isinstance(found, Submission)
    expected = readable(received)
    assert without_rows(found.content) == without_rows(expected.content)
    assert (found.identity, worded(found)) == (expected.identity, [])
    assert found.content.ledgers["活动"].keys() == expected.content.ledgers["活动"].keys()
    year = found.identity.year
    assert audit(MINI, year, [found]) == audit(MINI, year, [expected])
    assert read_lock(target) == read_lock(received)


def test_every_value_has_its_line(path: Path) -> None:
    by_openpyxl(lambda book: book[SHEET].insert_rows(9))(path)
    done, _ = repaired(path)
    lines = {line.target: (line.source, line.found) for line in done.lines}
    moved = f"{SHEET}!E{FORM.rows['06'] + 1}"
    assert lines[FORM.address("06")] == (moved, "4")
    assert lines[LEDGER.address("活动名称", 5)] == (LEDGER.address("活动名称", 5), "甲")
    content = filled(MINI)
    values = sum(len(cells) for cells in content.values.values()) + sum(len(cells) for cells in content.notes.values())
    rows = sum(len(cells) for rows in content.ledgers.values() for cells in rows.values())
    assert len(done.lines) == len(lines) == values + rows + len([text for text in (content.summary,) if text])


# --- what has no place -----------------------------------------------------------------------------------------------


def test_what_is_not_placed_is_told(path: Path) -> None:
    for deed in (
        put(SHEET, NAME, "场馆总数"),
        put(SHEET, FORM.cell("06", COLUMNS.message), "已核对"),
        put(SHEET, FORM.cell("10"), 9),
        put(SHEET, "W20", "旁注"),
        by_openpyxl(lambda book: book.create_sheet("底稿").append(["另有", 7])),
        vandals.comment(SHEET, VALUE, "估计的"),
    ):
        deed(path)
    done, target = repaired(path)
    stray = find_check("note.stray").message.format(cell=f"{SHEET}!W20", value="旁注")
    assert sorted(unplaced(done)) == sorted(
        [
            (f"{SHEET}!{NAME}", "场馆总数", REASONS["label"]),
            (FORM.address("06", COLUMNS.message), "已核对", REASONS["formula"]),
            (FORM.address("10"), "9", REASONS["formula"]),
            (f"{SHEET}!W20", "旁注", stray),
            ("底稿!A1", "另有", REASONS["sheet"]),
            ("底稿!B1", "7", REASONS["sheet"]),
            (f"{SHEET}!{VALUE}", "估计的", REASONS["comment"]),
        ]
    )
    assert worded(readable(target)) == []


def test_a_form_without_its_header_is_told_cell_by_cell(path: Path) -> None:
    put(SHEET, f"E{FORM.header_row}", "数")(path)
    done, _ = repaired(path)
    told = {line.source: line.found for line in done.unplaced}
    assert told[FORM.address("06")] == "4"
    assert told[FORM.address("12", COLUMNS.explanation)] == "一场活动的人次没有登记在台账里"
    assert {line.source for line in done.lines if line.placed and line.part == "M1"} == set()


def test_a_code_that_stands_twice_among_moved_rows_is_not_guessed(path: Path) -> None:
    def vandal(book: Any) -> None:
        sheet = book[SHEET]
        sheet.insert_rows(9, 2)
        sheet.cell(9, COLUMNS.code, "06")
        sheet.cell(9, COLUMNS.value, 99)

    by_openpyxl(vandal)(path)
    done, target = repaired(path)
    told = {line.source: line.found for line in done.unplaced}
    assert (told[f"{SHEET}!E9"], told[f"{SHEET}!E{FORM.rows['06'] + 2}"]) == ("99", "4")
    assert "06" not in readable(target).content.values["M1"]


def test_without_protection_there_is_a_remark(path: Path) -> None:
    def vandal(book: Any) -> None:
        for sheet in book:
            sheet.protection.disable()

    by_openpyxl(vandal)(path)
    done, target = repaired(path)
    assert done.remarks == (lookup("tamper.repair.no_password"),)
    assert read_lock(target) is not None


# --- the command -----------------------------------------------------------------------------------------------------


def repair_by_command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["repair", *arguments, "--survey", str(MINI.folder)])


def test_receipts(path: Path, tmp_path: Path) -> None:
    put(SHEET, "W20", "=危险")(path)
    done, _ = repaired(path)
    save_receipt(done, tmp_path / "r.csv")
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.reader(stream))
    assert table[0] == lookup("tamper.receipt.columns")
    assert len(table) == 1 + len(done.lines)
    assert not [text for row in table[1:] for text in row if text.startswith(("=", "@"))]
    save_receipt(done, tmp_path / "r.xlsx")
    sheet = load_workbook(tmp_path / "r.xlsx").active
    assert sheet is not None and sheet.max_row == 2 + len(done.lines)


def test_the_command(path: Path, tmp_path: Path) -> None:
    put(SHEET, "W20", "旁注")(path)
    target, receipt = tmp_path / "新.xlsx", tmp_path / "回执.csv"
    done = repair_by_command(str(path), "-o", str(target), "--receipt", str(receipt))
    assert (done.exit_code, target.is_file(), receipt.is_file()) == (1, True, True)
    assert f"{SHEET}!W20" in done.stdout
    answered = repair_by_command(str(path), "-o", str(target), "--json")
    found = json.loads(answered.stdout)
    assert (found["unit"], found["unplaced"], found["errors"]) == ("001", 1, 0)


@pytest.mark.parametrize("arguments", [["-o", "{path}"], ["-o", "{folder}/b.xlsx", "--receipt", "{folder}/r.txt"]])
def test_refusals(path: Path, arguments: list[str]) -> None:
    before = path.read_bytes()
    filled_in = [argument.format(path=path, folder=path.parent) for argument in arguments]
    assert repair_by_command(str(path), *filled_in).exit_code == 2
    assert path.read_bytes() == before
    assert repair_by_command(str(path.with_name("没有.xlsx")), "-o", "b.xlsx").exit_code == 2
