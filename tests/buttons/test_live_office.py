"""校验 in a live LibreOffice, over the same xlwings calls as in Excel.

- on seeded returns, typed texts, own formulas and error cells among them, the open workbook yields the very
  findings that the saved file yields
- the marks light up the cells, protection stays, nothing else is written
"""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from addin.auditing.arrays import serial
from addin.auditing.audit import audit
from addin.buttons import live
from addin.buttons.live import OpenSheets
from addin.finding import Finding
from addin.host import connect
from addin.reading.reader import read, read_source
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from generator.lock import Lock
from generator.unit.sheets.entry import show_value
from generator.unit.workbook import build
from templates.layout import WorkbookLayout
from templates.model import Survey
from templates.result_layout import RESULTS_HEADER
from tests.support.books import PASSWORD, identity, with_small_ledgers
from tests.support.contents import Draw, fillable
from tests.support.office import Book, Office, opened

SEEDS = 6
"""For each of two kinds of units. LibreOffice takes seconds to save a copy: few copies, each with much that is odd."""

ODD = ("约30", "１２人", "2,000", "2000万", "—", " 7 ", "=1+2", "=1/0", "=NA()", '="文"', -3.0, 2.5, None)
"""What people type into number cells."""


class Poking:
    """Seeded changes of an open workbook that can be taken back."""

    def __init__(self, book: Book, survey: Survey, layout: WorkbookLayout, seed: int) -> None:
        self.book, self.survey, self.layout = book, survey, layout
        self.draw = Draw(survey, seed)
        self.random = random.Random(seed)
        self.before: list[tuple[str, str]] = []

    def poke(self) -> None:
        """Change some cells of the forms and add some ledger rows."""
        self.book.document.enableAutomaticCalculation(False)
        for form in self.layout.forms.values():
            for code, indicator in form.form.indicators.items():
                if fillable(indicator, self.layout.kind, self.layout.level) and self.random.random() < 0.25:
                    odd = indicator.kind.is_number and self.random.random() < 0.3
                    value = self.random.choice(ODD) if odd else show_value(indicator, self.draw.cell(indicator))
                    self._put(form.address(code), value)
        for ledger in self.layout.ledgers.values():
            for number in range(ledger.first_row, ledger.first_row + self.random.choice((0, 0, 1, 2, 3))):
                for name, value in self.draw.row(ledger.ledger).items():
                    odd = ledger.ledger.by_name[name].kind.is_number and self.random.random() < 0.1
                    self._put(ledger.address(name, number), self.random.choice(ODD) if odd else value)
        self.book.document.enableAutomaticCalculation(True)

    def _put(self, address: str, value: object) -> None:
        cell = self.book.cell(address)
        self.before.append((address, cell.getFormula()))
        if value in ODD and isinstance(value, str) and value.startswith("="):
            cell.setFormula(value)
        else:
            self.book.poke(address, serial(value) if isinstance(value, date) else value)

    def take_back(self) -> None:
        """Put back what stood there."""
        self.book.document.enableAutomaticCalculation(False)
        for address, formula in reversed(self.before):
            self.book.restore(address, formula, PASSWORD)


UNITS = pytest.mark.parametrize(("kind", "level"), [("科协", "市级科协"), ("学会", "省级学会")], ids=lambda text: text)


def complete(folder: Path, survey: Survey, kind: str, level: str, lock: Lock) -> Path:
    """Return an all-zero return of a kind of unit."""
    path = folder / f"{kind} 2024=演示.xlsx"
    unit = identity(survey, kind, level)
    build(path, survey, unit, lock, make_complete_zero(survey, unit))
    return path


@pytest.mark.office
@UNITS
def test_the_open_workbook_yields_what_its_file_yields(
    kind: str, level: str, office: Office, kx: Survey, lock: Lock, tmp_path: Path
) -> None:
    survey = with_small_ledgers(kx)
    path, layout = complete(tmp_path, survey, kind, level, lock), WorkbookLayout(survey, kind, level)
    different, errors = [], 0
    with opened(office, path) as book:
        here = connect(str(path), pipe=office.pipe)
        for seed in range(SEEDS):
            poking = Poking(book, survey, layout, seed)
            poking.poke()
            open_now = judged(read_source("x", OpenSheets(here), surveys=lambda _: survey), survey)
            copy = tmp_path / "copy.xlsx"
            here.save_copy(copy)
            saved = judged(read(copy, surveys=lambda _: survey), survey)
            if open_now != saved:
                different.append(
                    (seed, [f for f in open_now if f not in saved], [f for f in saved if f not in open_now])
                )
            errors += len(open_now)
            poking.take_back()
    assert different == []
    assert errors > 5 * SEEDS, "the seeds give the audit something to find"


def judged(found: object, survey: Survey) -> list[Finding]:
    """Return the findings of the audit."""
    assert isinstance(found, Submission), found
    return audit(survey, found.identity.year, [found])[0]


@pytest.mark.office
@UNITS
def test_marks_light_up_and_protection_stays(
    kind: str, level: str, office: Office, kx: Survey, lock: Lock, tmp_path: Path
) -> None:
    path, layout = complete(tmp_path, kx, kind, level, lock), WorkbookLayout(kx, kind, level)
    form = layout.forms["KX03"]
    with opened(office, path) as book:
        here = connect(str(path), pipe=office.pipe)
        book.poke(form.address("25"), 3.0)
        before = {sheet: book.block(sheet, "A1:J60") for sheet in ("KX03", "报表说明", "工作总结")}
        checked = live.check(here)
        assert checked.first is not None
        assert checked.first.rule == "KX03-25.companion"
        assert here.selection() == ("KX03", form.cell("25"))
        assert book.cell(f"校验结果!D{RESULTS_HEADER + 1}").getString() == checked.findings[0].message
        assert book.cell(f"校验结果!B{RESULTS_HEADER + 1}").getString() == form.address("25")
        assert {sheet: book.block(sheet, "A1:J60") for sheet in before} == before
        assert all(book.document.Sheets.getByName(sheet).isProtected() for sheet in layout.marked)
        mark = f"_marks!{'ABCDEFGHIJKLMNOP'[layout.marked['KX03'] - 1]}{form.rows['25']}"
        assert book.cell(mark).getValue() == 3
        live.clear(here)
        assert book.cell(mark).getString() == ""
