"""Lists as clerks keep them, written in a test's folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import xlsxwriter

from addin.importing.importer import import_list
from addin.importing.notes import Imported
from addin.reading.reader import read
from addin.submission import Edition, Submission
from templates.content import LedgerCells, Value
from templates.model import Survey
from tests.support.returns import MINI, a_return

Line = Sequence[object]
Sheets = dict[str, list[list[object]]]
Rows = dict[int, dict[str, Value]]
HEADER = "活动名称,日期,规模,参加人次,线上人次,主题,备注\n"
NAME, DAY, SIZE, PEOPLE, ONLINE, TOPIC = (column for column in HEADER.split(",")[:6])
FIRST: Rows = {5: {NAME: "甲（一）", DAY: date(2024, 3, 5), PEOPLE: 3.0}, 8: {NAME: "乙", "记录状态": "注销"}}
MEETINGS: list[list[object]] = [["会议名称", "时间", "参会人数"], ["甲会", "2024.3.5", 3]]
SOCIETIES: list[list[object]] = [["科协名称", "批复日期"], ["甲科协", "2020-1-1"]]


@dataclass(frozen=True)
class Broken:
    """A formula with the error value that it yields."""

    result: str = "#DIV/0!"


def text_list(path: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    """Write a .csv."""
    path.write_text(text, encoding=encoding)
    return path


def list_book(path: Path, sheets: Mapping[str, Sequence[Line]], merged: Sequence[str] = ()) -> Path:
    """Write a workbook with these sheets; ``merged`` are areas of every sheet, filled by their first cell."""
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy/m/d"})
    for name, lines in sheets.items():
        page = book.add_worksheet(name)
        for area in merged:
            page.merge_range(area, "")
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, Broken):
                    page.write_formula(row, column, "=1/0", None, value.result)
                elif isinstance(value, date):
                    page.write_datetime(row, column, value, day)
                elif value != "":
                    page.write(row, column, value)
    book.close()
    return path


def imported(
    folder: Path, text: str, submission: Submission | None = None, *, replace: bool = False
) -> tuple[LedgerCells, Imported]:
    """Import a .csv and return the ledger's rows with what was told."""
    submission = submission or a_return()
    submission, found = import_list(MINI, submission, text_list(folder / "清单.csv", text), replace=replace)
    return submission.content.ledgers["活动"], found


def told(found: Imported) -> list[str]:
    """Return every sentence about the list."""
    return [note.message for note in found.notes]


def with_rows(rows: Rows) -> Submission:
    """Return a return with these rows in its ledger."""
    submission = a_return()
    submission.content.ledgers["活动"] = deepcopy(rows)
    return submission


def readable(path: Path, survey: Survey = MINI) -> Submission:
    """Return what stands in the file."""
    found = read(path, surveys=lambda _: survey)
    assert isinstance(found, Submission), found
    return found


def kx_empty(kx: Survey) -> Submission:
    """Return an empty return of a 科协, in memory."""
    submission = a_return(kind="科协", level="市级科协")
    return replace(submission, edition=Edition.of(kx))
