"""Every rule's own examples, poked into an open workbook and recalculated by LibreOffice, come out as they say.

The array engine judges the same examples in test_evaluate.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from addin.auditing.arrays import Status, serial
from addin.auditing.batch import Batch
from addin.auditing.proof import all_open, outcome, place_of, sides
from generator.formula import Formulas
from generator.lock import Lock
from generator.unit.checks import EXPLAINED, FIRST_ROW, NOT_APPLICABLE, NOT_EVALUATED, Checks
from generator.unit.sheets.entry import show_value
from templates.content import Value
from templates.families import EXAMPLE_YEAR
from templates.layout import COLUMNS, WorkbookLayout, name_column
from templates.model import Example, Rule, Survey
from templates.words import lookup
from tests.support.books import PASSWORD, with_small_ledgers, workbook
from tests.support.office import Book, Office

STATUS = {0: Status.PASSED, EXPLAINED: Status.FAILED, NOT_APPLICABLE: Status.NOT_APPLICABLE}
STATUS |= {NOT_EVALUATED: Status.NOT_EVALUATED, 1: Status.FAILED, 2: Status.FAILED, 3: Status.FAILED}

SHARES = 4
"""The rules are dealt out, so that several workers share them."""


@dataclass
class Bench:
    """One open, empty workbook of a kind and level: examples come and go."""

    survey: Survey
    layout: WorkbookLayout
    book: Book

    def __post_init__(self) -> None:
        checks = Checks(Formulas(self.layout, EXAMPLE_YEAR)).rows
        self.rows = {check.id: FIRST_ROW + index for index, check in enumerate(checks)}

    def judge(self, rule: Rule, example: Example) -> Status:
        """Return the status that the audit sheet gives ``rule`` while the example's values stand in the workbook."""
        poked = self._poke(example)
        sheet = lookup("workbook.sheets.audit")
        status = STATUS[int(self.book.cell(f"{sheet}!J{self.rows[rule.id]}").getValue())]
        for cell, formula in reversed(poked):
            self.book.restore(cell, formula, PASSWORD)
            assert self.book.cell(cell).getFormula() == formula, f"{cell} must not colour the next example"
        return status

    def _poke(self, example: Example) -> list[tuple[str, str]]:
        """Put the example in and return what stood there, formulas of derived cells above all."""
        batch = Batch.of_example(self.survey, EXAMPLE_YEAR, example, self.layout.kind, self.layout.level)
        content, before = batch.submissions[0].content, []
        for form, values in content.values.items():
            before += [self._put(self.layout.forms[form].address(code), form, code, v) for code, v in values.items()]
        for (form, code), number in batch.fixed.items():
            before.append(self._put(self.layout.forms[form].address(code, COLUMNS.taken), form, code, number))
        for (form, code), number in batch.submissions[0].typed.items():
            before.append(self._put(self.layout.forms[form].address(code), form, code, number))
        for form, values in content.prior.items():
            column = name_column(self.layout.marked[self.layout.forms[form].sheet])
            for code, value in values.items():
                place = f"{lookup('workbook.sheets.prior')}!{column}{self.layout.forms[form].rows[code]}"
                before.append(self._put(place, form, code, value))
        for short, rows in content.ledgers.items():
            ledger = self.layout.ledgers[short]
            for number, row in rows.items():
                for name, value in row.items():
                    before.append(self._put(ledger.address(name, number), "", "", value))
        return before

    def _put(self, address: str, form: str, code: str, value: Value) -> tuple[str, str]:
        cell = self.book.cell(address)
        before = cell.getFormula()
        known = show_value(self.survey.form[form].indicators[code], value) if form else value
        self.book.poke(address, serial(known) if isinstance(known, date) else known)
        return address, before


@pytest.fixture(scope="module")
def benches(
    office: Office, lock: Lock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Survey, str, str], Bench]]:
    """Open workbooks by kind and level, each opened once."""
    folder, opened = tmp_path_factory.mktemp("examples"), dict[tuple[str, str, str], Bench]()

    def bench(survey: Survey, kind: str, level: str) -> Bench:
        key = (survey.id, kind, level)
        if key not in opened:
            small = with_small_ledgers(survey)
            book = office.open(workbook(folder, small, lock, kind, level))
            opened[key] = Bench(small, WorkbookLayout(small, kind, level), book)
        return opened[key]

    yield bench
    for each in opened.values():
        each.book.close()


@pytest.mark.office
@pytest.mark.parametrize(("name", "share"), [*(("kx", share) for share in range(SHARES)), ("mini", None)])
def test_examples_come_out_alike_in_both_engines(
    name: str, share: int | None, benches: Callable[[Survey, str, str], Bench], request: pytest.FixtureRequest
) -> None:
    survey: Survey = request.getfixturevalue(name)
    rules = survey.rules if share is None else survey.rules[share::SHARES]
    compared, different = 0, []
    for rule in rules:
        for side, examples, _wanted in sides(rule):
            for number, example in enumerate(examples, start=1):
                kind, level = place_of(survey, rule, example)
                if not all_open(survey, example, kind, level):
                    continue  # what stands in a closed cell is refused by the reader, and reaches no rule
                live = benches(survey, kind, level).judge(rule, example)
                arrays = outcome(survey, rule, example)
                compared += 1
                if live is not arrays:
                    different.append((rule.id, side, number, f"workbook {live.name}", f"arrays {arrays.name}"))
    assert different == []
    assert compared >= 2 * len(rules) - 1, "every rule has examples on both sides, one of them in a closed cell"
