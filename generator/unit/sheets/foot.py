"""The notes in the foot of a form: 填报说明 as printed, then what the lost pages leave open of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from templates.model import CodeStatus, Form, Indicator
from templates.words import lookup, say


def list_foot_notes(form: Form) -> list[str]:
    """Return the notes in their order; a single one is printed without a number."""
    numbered = [f"{number}. {note}" for number, note in enumerate(form.notes, start=1)]
    return [*(numbered if len(numbered) > 1 else form.notes), *_of_lost_rows(form)]


def _of_lost_rows(form: Form) -> Iterator[str]:
    rows = [row for row in form.rows if isinstance(row, Indicator)]
    doubts: dict[str, Callable[[Indicator], bool]] = {
        "missing": lambda row: row.code_status is CodeStatus.OPEN,
        "inferred": lambda row: row.code_status is CodeStatus.INFERRED,
        "guessed": lambda row: not row.measure_verified,
    }
    for words, doubted in doubts.items():
        if codes := lookup("workbook.form.codes_join").join(_runs(rows, doubted)):
            yield say(f"workbook.form.{words}", codes=codes)


def _runs(rows: list[Indicator], doubted: Callable[[Indicator], bool]) -> Iterator[str]:
    """Yield the codes of the rows in doubt, those that follow each other as first and last."""
    for found, run in groupby(rows, key=doubted):
        codes = [row.code for row in run]
        if found:
            yield say("workbook.form.codes", first=codes[0], last=codes[-1]) if codes[1:] else codes[0]
