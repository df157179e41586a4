"""Seeded returns as people leave them: blanks, zeros, slips, texts, boundary values, odd ledger rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc

from addin.auditing.arrays import serial
from generator.unit.sheets.entry import show_value
from templates.content import Value
from templates.layout import COLUMNS, SUMMARY_CELL, FormLayout, LedgerLayout, WorkbookLayout, name_column
from templates.model import Column, Indicator, Kind, Survey
from templates.words import lookup
from tests.support.books import USCC
from tests.support.error_cell import ErrorCell

Poke = tuple[str, Value | ErrorCell | None]
"""A cell as findings quote it, and what is put there."""

TEXTS = (
    "约30",
    "—",
    "2000万",
    "　",
    "n/a",
    "12",
    "１２",
    "1,230",
    "1，230 人",
    "5.5",
    "-3",
    "1,23",
    "1-2",
    "3.4.5",
    " 7 ",
    "12 345",
    "12\u200b",
    "1\n2",
    "1\u20602",
    "*",
    "?",
    "9" * 18,
    "9" * 400,
    "0.123456789012345",
    "0.1234567890123456",
    "000000000000000012",
    "1,234,567,890,123,456",
)
"""What people type into number cells, some of it numbers after all."""

HUGE = (9.15001121234567e17, 1e15, 999999999999999.0, -1e16, 9e11, 1e11, 20000000001.0, 1e300)
"""Numbers that nobody can have, and some just below."""

ODD_CHOICES: tuple[Value, ...] = (
    *("1/2", "1或2", "1？", "1?", "1 没有", "1 有吗", "是", "2 否 ", "有", "1有", "１ 有", "TRUE", 1.0, 3.0),
    *("*", "?", "~", "1*"),
)
"""What people type for choices, some of it choices after all."""

ERRORS = ("#N/A", "#VALUE!", "#DIV/0!")

CODES = (
    "9.15E+17",
    9.15001121234567e17,
    "1.38E+10",
    13800000000.0,
    23.0,
    "23",
    "023",
    "０２３",
    "0",
    0.0,
    14010.0,
    "400010",
    "10",
    "010",
    "755",
    "0755",
    "023-1234",
    "\u3000",
)
"""Codes, and what Excel makes of them."""

DAYS = ("去年", "2024年5月", "2024-03-05", 2024.0, 200105.0)
"""What people type for days and months, some of it days after all."""

NOTES = (
    "",
    "无",
    "核实无误",
    "已核",
    "同上",
    "同上。",
    "本年度新增两个下属单位，业务量因此上升",
    "受疫情影响，线下活动改为线上举办",
)

LARGEST = 1e9
"""Sums of fractions beyond it run out of the 15 digits that spreadsheets calculate with."""

_MADE_UP = "53500000DEM000002"
OTHER = _MADE_UP + uscc.calc_check_digit(_MADE_UP)
"""A right code that is not the roster's."""

USCCS = (USCC, OTHER, USCC[:-1] + "X", "53500000DEM00000", "５３5", "12345678-9", "A23456789", "53500000DEM00000IQ")


@dataclass
class Drawing:
    """Draws the pokes that turn an all-zero, complete return into another one."""

    survey: Survey
    layout: WorkbookLayout
    seed: int

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.share = self.random.choice((0.001, 0.004, 0.01, 0.05, 0.2, 0.6))
        self.last = 0.0

    def pokes(self) -> list[Poke]:
        """Return every cell that is changed, forms first."""
        found = [poke for form in self.layout.forms.values() for poke in self._form(form)]
        found += [poke for ledger in self.layout.ledgers.values() for poke in self._ledger(ledger)]
        if self._happens(self.share):
            found.append((f"{lookup('workbook.sheets.summary')}!{SUMMARY_CELL}", "太短"))
        for ledger in self.layout.ledgers.values():
            if ledger.carried and self._happens(self.share):
                found.append((f"{ledger.sheet}!{ledger.confirmation}", self.random.choice(("", "看过了"))))
        return found

    def _happens(self, chance: float) -> bool:
        return self.random.random() < chance

    # --- forms -------------------------------------------------------------------------------------------------------

    def _form(self, form: FormLayout) -> Iterator[Poke]:
        plain = form in self.layout.blocks
        for code, indicator in form.form.indicators.items():
            if indicator.kind is Kind.COMPOSITE or self._derived(indicator):
                continue
            is_open = indicator.open_to(self.layout.kind, self.layout.level)
            if self._happens(self.share if is_open else self.share / 10):
                yield form.address(code), self._cell(indicator)
            if not plain and self._happens(self.share):
                yield form.address(code, COLUMNS.explanation), self.random.choice(NOTES)
            if not plain and indicator.kind.is_number and self._happens(self.share):
                yield self._prior(form, code), self._near()

    def _derived(self, indicator: Indicator) -> bool:
        return indicator.derived_for(self.layout.kind, self.layout.level) is not None

    def _prior(self, form: FormLayout, code: str) -> str:
        return f"{lookup('workbook.sheets.prior')}!{name_column(self.layout.marked[form.sheet])}{form.rows[code]}"

    def _cell(self, indicator: Indicator) -> Value | ErrorCell | None:
        if self._happens(0.1):
            return None
        if self._happens(0.02):
            return ErrorCell(self.random.choice(ERRORS))
        if indicator.kind.is_number:
            return self._number(indicator.decimals if indicator.kind is Kind.DECIMAL else 0)
        if indicator.kind.is_date:
            return self._day() if self._happens(0.9) else self.random.choice(DAYS)
        if indicator.kind is Kind.USCC:
            return self.random.choice((*USCCS, *CODES))
        if indicator.kind.is_code:
            return self.random.choice(CODES)
        members = self.survey.code_lists[indicator.code_list].values if indicator.code_list else ()
        choices = [option.code for option in indicator.options] or members
        if not choices:
            return self.random.choice(("演示", "演示单位（演示）", "演" * 40))
        if self._happens(0.1):
            return self.random.choice(ODD_CHOICES)
        return show_value(indicator, self.random.choice(choices)) if self._happens(0.95) else "其他选项"

    def _number(self, decimals: int) -> Value:
        """A number; neighbours are often equal or one apart, where comparisons turn."""
        draw = self.random.random()
        if draw < 0.03:
            return self.random.choice(TEXTS)
        if draw < 0.06:
            return self.random.choice((-1.0, -20.0, 0.5, 2.5, 3.49999))
        if draw < 0.07:
            return self.random.choice(HUGE)
        if decimals and draw < 0.3:
            self.last = self.random.randrange(10**6) / 10 ** (decimals + 1)
        elif draw > 0.97:
            self.last = float(self.random.randrange(10**9))
        else:
            self.last = self._near()
        return self.last

    def _near(self) -> float:
        self.last = min(self.last, LARGEST)
        near = (0.0, 1.0, 2.0, float(self.random.randrange(40)), self.last, self.last + 1, max(self.last - 1, 0.0))
        return self.random.choice((*near, min(self.last * self.random.choice((2, 3, 10, 10000)), LARGEST)))

    def _day(self) -> float:
        year = self.random.choice((2023, 2024, 2024, 2024, 2025))
        month, day = self.random.choice(((1, 1), (12, 31), (2, 28), (self.random.randrange(1, 13), 15)))
        return serial(date(year, month, day))

    # --- ledgers -----------------------------------------------------------------------------------------------------

    def _ledger(self, ledger: LedgerLayout) -> Iterator[Poke]:
        if not self._happens(min(0.5, 5 * self.share)):
            return
        for number in range(self.random.choice((1, 2, 5))):
            row = ledger.first_row + number + (3 if self._happens(0.05) else 0)
            for column in ledger.ledger.columns:
                if self._happens(0.97 if column.required else 0.6):
                    yield ledger.address(column.name, row), self._entry(column)

    def _entry(self, column: Column) -> Value | ErrorCell:
        if self._happens(0.01):
            return ErrorCell(self.random.choice(ERRORS))
        status = lookup("workbook.row_status")
        if column.name == status["name"]:
            return str(self.random.choice(status["options"]))
        if column.kind.is_number:
            return self._number(2 if column.kind is Kind.DECIMAL else 0)
        if column.kind.is_date:
            return self._day() if self._happens(0.95) else self.random.choice(DAYS)
        if column.kind is Kind.USCC:
            return self.random.choice((*USCCS, *CODES))
        if column.kind.is_code:
            return self.random.choice(CODES)
        members = self.survey.code_lists[column.code_list].values if column.code_list else column.options
        if column.kind is Kind.YES_NO:
            members = tuple(text.split(" ", 1)[1] for text in lookup("workbook.yes_no"))
        if members and self._happens(0.03):
            near: tuple[Value, ...] = tuple(f"{members[0]}{more}" for more in (" ", "\u200b", "*"))
            return self.random.choice(near + ODD_CHOICES)
        if members:
            return self.random.choice(members) if self._happens(0.97) else "其他选项"
        return self.random.choice(("演示甲", "演示乙（演示）", "演示丙", "演示丁", *NOTES[3:]))
