"""Contents of whole workbooks, drawn from a seed."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from addin.submission import Submission
from templates.content import Content, Value
from templates.model import Column, Indicator, Kind, Ledger, Survey
from templates.words import lookup
from tests.support.books import USCC

LETTERS = "重庆市科协学会演示渝中区会议年度" + string.ascii_letters + string.digits + "=+-@.，（）'\"<>&"


class Draw:
    """Values that cells may hold, drawn from a seed: a workbook is too large for one Hypothesis example."""

    def __init__(self, survey: Survey, seed: int) -> None:
        self.survey = survey
        self.random = random.Random(seed)

    def text(self) -> str:
        """Return a text; now and then one that looks like a formula."""
        return self.random.choice(("", "=", "+", "@")) + "文" + "".join(self.random.choices(LETTERS, k=8)) + "字"

    def day(self) -> date:
        """Return a day that Excel counts right."""
        return date(1950, 1, 1) + timedelta(days=self.random.randrange(50_000))

    def value(self, cell: Indicator | Column, options: Sequence[str], decimals: int = 0) -> Value:
        """Return a value that the cell may hold."""
        kind, most = cell.kind, int(min(self.survey.most_of(cell) or 10**12, 10**12))
        if kind is Kind.DECIMAL:
            return float(self.random.randrange(10**9) / 10**decimals)
        if kind.is_number:
            return float(self.random.choice((0, 1, self.random.randrange(most))))
        if kind.is_date:
            return self.day().replace(day=1) if kind is Kind.YEAR_MONTH else self.day()
        if kind is Kind.USCC:
            return USCC
        return str(self.random.choice(options)) if options else self.text()

    def cell(self, indicator: Indicator) -> Value:
        """Return a value of a form's cell; choices by their printed code."""
        codes = [option.code for option in indicator.options]
        members = self.survey.code_lists[indicator.code_list].values if indicator.code_list else ()
        return self.value(indicator, codes or members, indicator.decimals)

    def row(self, ledger: Ledger) -> dict[str, Value]:
        """Return some columns of a ledger's row; choices by their label."""
        chosen = [column for column in ledger.columns if self.random.random() < 0.7]
        return {column.name: self.value(column, self._labels(column)) for column in chosen}

    def _labels(self, column: Column) -> Sequence[str]:
        if column.code_list:
            return self.survey.code_lists[column.code_list].values
        return ("是", "否") if column.kind is Kind.YES_NO else column.options

    def content(self, kind: str, level: str) -> Content:
        """Return the content of a whole workbook: some cells of every form, some rows of every ledger."""
        content = Content(summary=self.text(), remarks=self.text())
        for form in self.survey.filled_by(kind, level):
            for code, indicator in form.indicators.items():
                if not fillable(indicator, kind, level):
                    continue
                if self.random.random() < 0.7:
                    content.set(form.id, code, self.cell(indicator))
                noted = form.id in self.survey.kind[kind].forms and indicator.kind is not Kind.NOTHING_HERE
                if noted and self.random.random() < 0.2:
                    content.notes.setdefault(form.id, {})[code] = self.text()
        for ledger in self.survey.ledgers_of(kind, level):
            rows = {number: self.row(ledger) for number in range(5, 5 + self.random.randrange(4))}
            content.ledgers[ledger.short] = {number: row for number, row in rows.items() if row}
        return content


def fillable(indicator: Indicator, kind: str, level: str) -> bool:
    """Return whether a unit fills the cell by hand."""
    by_hand = indicator.derived_for(kind, level) is None and indicator.kind is not Kind.COMPOSITE
    return by_hand and indicator.open_to(kind, level)


def data_of(submission: Submission) -> dict[str, Any]:
    """Return a content as :func:`addin.sending.fill.fill` takes it: the inverse of filling."""
    content = submission.content
    data: dict[str, Any] = {
        "forms": {
            form: {code: _plain(value) for code, value in cells.items()} for form, cells in content.values.items()
        },
        "ledgers": {
            short: [{name: _plain(value) for name, value in row.items()} for _, row in sorted(rows.items())]
            for short, rows in content.ledgers.items()
        },
        "notes": content.notes,
    }
    texts = {lookup("fill.summary"): content.summary, lookup("fill.remarks"): content.remarks}
    return data | texts | {lookup("fill.confirmed"): sorted(content.confirmed)}


def _plain(value: Value) -> str | float | int:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value
