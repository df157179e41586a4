"""Rows of 汇总 and 综合 for an item with choices: how many answered, how many chose each, and which share that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generator.consolidated.data import Choices, Column
from generator.page import Page
from templates.model import Indicator, Option
from templates.words import say


@dataclass(frozen=True)
class ChoiceLine:
    """One of these rows."""

    indicator: Indicator
    option: Option | None = None
    """None where it is told how many answered."""
    is_share: bool = False

    @property
    def key(self) -> tuple[str, str, bool]:
        """What tells the row from the others of its form."""
        return self.indicator.code, self.option.code if self.option else "", self.is_share

    @property
    def decimals(self) -> int:
        """A share has one."""
        return int(self.is_share)

    def count(self, choices: Choices, *columns: Column) -> float | None:
        """Return what the row shows for all of these columns together; no share of nothing."""
        if self.is_share:
            part, whole = (replace(self, is_share=False, option=option) for option in (self.option, None))
            number, of = part.count(choices, *columns) or 0.0, whole.count(choices, *columns)
            return (2000 * number + of) // (2 * of) / 10 if of else None  # half up, as Excel rounds
        codes = [option.code for option in self.indicator.options if self.option in (None, option)]
        cell = (self.indicator.form, self.indicator.code)
        return float(sum(choices.get(column, {}).get((*cell, code), 0) for column in columns for code in codes))


def list_choice_lines(indicator: Indicator) -> Iterator[ChoiceLine]:
    """Yield the rows of one item."""
    yield ChoiceLine(indicator)
    for option in indicator.options:
        yield ChoiceLine(indicator, option)
        yield ChoiceLine(indicator, option, is_share=True)


def write_choice_head(page: Page, row: int, line: ChoiceLine) -> None:
    """Write what the row is about: into the first three columns."""
    share, indent = say("consolidated.choices.share"), line.indicator.indent + 1
    name = share if line.is_share else line.option.shown if line.option else line.indicator.name
    page.text(row, 0, name, "cell_wrap", indent=indent + bool(line.option) + line.is_share)
    page.text(
        row, 1, say("consolidated.choices.per_cent" if line.is_share else "consolidated.choices.units"), "cell_center"
    )
    page.text(row, 2, "" if line.option else line.indicator.code, "code")


def formulate_share(part: str, whole: str) -> str:
    """Return the share of a cell in another in per cent, ``""`` of nothing."""
    return f'IF(N({whole})=0,"",ROUND({part}/{whole}*100,1))'
