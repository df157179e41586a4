"""A return of the tiny survey for tests of data entry, and what one wants to know of it while it is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from addin.auditing.audit import audit
from addin.finding import Finding
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from templates.content import Content, Value
from templates.layout import LedgerLayout, WorkbookLayout, name_column
from templates.model import Survey
from tests.support.agreement import saved
from tests.support.books import identity
from tests.support.office import Book, Office

KIND, LEVEL = "乙类", "市级"


@dataclass(frozen=True)
class Bench:
    """One open workbook: where things lie in it, and who works at it."""

    path: Path
    survey: Survey
    layout: WorkbookLayout
    office: Office
    book: Book

    def at(self, place: str) -> str:
        """Return the address of ``M1 06``, ``活动 日期 5`` or ``活动 5`` (a whole row)."""
        name, *rest = place.split()
        if name in self.layout.forms:
            return self.layout.forms[name].address(rest[0])
        ledger = self.layout.ledgers[name]
        return ledger.address(rest[0], int(rest[1])) if len(rest) == 2 else whole_row(ledger, int(rest[0]))

    def read(self) -> Submission:
        """Return what the receiver reads when the workbook is saved as it stands."""
        return saved(self.office, self.path, self.path.with_name("saved.xlsx"), self.survey)


def filled(survey: Survey) -> Content:
    """Return a return of the tiny survey with something in every row, and no more than an explained warning."""
    content = make_complete_zero(survey, identity(survey, KIND, LEVEL))
    values: dict[str, Value] = {
        "04": "1",
        "04.1": "甲馆",
        "06": 4.0,
        "07": 2.0,
        "08": 5.0,
        "09": 4.0,
        "12": 299.0,
        "13": 1.0,
        "14": 2.0,
    }
    content.values["M1"] |= values
    content.values["M2"] |= {"01": 10.0, "02": 3.0, "x01": 1.0}
    meetings = (("甲", "大型", 200.0, 50.0), ("乙", "小型", 60.0, 0.0), ("丙", "小型", 40.0, 0.0))
    content.notes["M1"] = {"12": "一场活动的人次没有登记在台账里"}
    content.ledgers["活动"] = {
        row: {"活动名称": name, "日期": date(2024, 5, row), "规模": size, "参加人次": people, "线上人次": online}
        for row, (name, size, people, online) in enumerate(meetings, start=5)
    }
    return content


def value_at(submission: Submission, place: str) -> object:
    """Return what was read at such a place as :meth:`Bench.at` takes."""
    name, column, *row = place.split()
    if row:
        return submission.content.ledgers[name].get(int(row[0]), {}).get(column)
    return submission.content.values[name].get(column)


def findings_of(survey: Survey, submission: Submission) -> list[Finding]:
    """Return all that the audit says of it."""
    return audit(survey, submission.identity.year, [submission])[0]


def whole_row(ledger: LedgerLayout, row: int) -> str:
    """Return the address of all cells of a ledger's row."""
    return f"{ledger.sheet}!A{row}:{name_column(len(ledger.ledger.columns))}{row}"
