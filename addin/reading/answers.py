"""What a unit wrote beside the list of what was sent back to it."""

from __future__ import annotations

from addin.facts import UnitAnswer
from addin.reading.grid import Grid
from addin.reading.raw import show_as_text, strip_invisible
from templates.result_layout import RESULTS


def read_answers(grid: Grid) -> tuple[UnitAnswer, ...]:
    """Return the answers on 校验结果 in their order; what is left blank is none.

    A line of the officer's is known by its key, wherever it stands; text below his list is no answer.
    """
    keyed = [row for row in sorted(grid.rows) if row > 1 and _text(grid, row, RESULTS.key)]
    told = [(row, _text(grid, row, RESULTS.answer)) for row in keyed]
    number = read_round(grid)
    beside = (RESULTS.key, RESULTS.place, RESULTS.problem, RESULTS.opinion)

    def answer(row: int, text: str) -> UnitAnswer:
        key, place, problem, opinion = (_text(grid, row, column) for column in beside)
        # a link is a formula, whose result not every program keeps
        return UnitAnswer(number, key, place or "".join(key.split("|")[1:2]), problem, opinion, text)

    return tuple(answer(row, text) for row, text in told if text)


def read_round(grid: Grid) -> int:
    """Return which 退回 the list belongs to; 0 for a workbook that was not sent back."""
    last = _text(grid, 1, RESULTS.key).rpartition(" ")[2]
    return int(last) if last.isdecimal() else 0


def _text(grid: Grid, row: int, column: int) -> str:
    return strip_invisible(show_as_text(grid.value(row, column))).strip()
