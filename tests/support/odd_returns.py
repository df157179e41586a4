"""Returns with odd values in odd places, for whoever holds two ways of judging against each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import inf, nan
from random import Random

from addin.facts import Oddity
from addin.submission import Edition, Submission
from templates.content import Content, Identity, Value
from templates.layout import LEDGER_HEADER_ROW, WorkbookLayout
from templates.model import Column, Form, Kind, Ledger, Survey
from templates.words import lookup

ODD: Sequence[Value] = (
    0.0,
    -0.0,
    1.0,
    2.5,
    -3.0,
    1e9,
    0.1 + 0.2,
    inf,
    nan,
    45000.0,
    "",
    "　",
    "约30",
    "1",
    "2",
    date(2024, 5, 1),
    date(1899, 1, 1),
    date(2025, 6, 1),
)
NOTES = ("今年新建两座场馆，人数增加", "同上", "核实无误", "短", "")


def make_odd_return(survey: Survey, chance: Random, year: int) -> Submission:
    """Return a return of any kind and level: much is blank, some is odd, some is not known."""
    kind = chance.choice(survey.kinds)
    carried = ";".join(f"{ledger.id}={chance.randint(1, 9)}" for ledger in survey.ledgers if chance.random() < 0.1)
    uscc = chance.choice(["", "91110000MA01234567"])
    level = chance.choice(kind.levels)
    whose = (survey.id, survey.version, survey.hash, year, "1", "甲", kind.name, level)
    identity = Identity(*whose, uscc, carried=carried)
    layout = WorkbookLayout.of(survey, identity)
    content = Content(summary=chance.choice(["", "  短  ", "一、统计工作由办公室负责，三月完成。"]))
    for form in (survey.cover, *survey.forms_of(kind.name)):
        content.values[form.id] = _fill(form, chance)
        content.prior[form.id] = _fill(form, chance)
        content.notes[form.id] = {code: chance.choice(NOTES) for code in _some(form.indicators, chance, 0.2)}
    for short, placed in layout.ledgers.items():
        if chance.random() < 0.7:
            content.ledgers[short] = _fill_rows(placed.ledger, chance)
    typed = {
        (row.form, row.code): chance.choice([0.0, 1.0, 5.0, nan])
        for form in survey.forms_of(kind.name)
        for row in form.indicators.values()
        if row.derived_for(identity.kind, identity.level) and chance.random() < 0.2
    }
    return Submission("甲.xlsx", identity, Edition.of(survey), content, tuple(_list_oddities(layout, chance)), typed)


def _some(codes: Iterable[str], chance: Random, share: float) -> list[str]:
    return [code for code in codes if chance.random() < share]


def _fill(form: Form, chance: Random) -> dict[str, Value]:
    share = chance.choice([0.0, 0.6, 0.95])
    return {code: _draw(form.indicators[code].kind, chance) for code in _some(form.indicators, chance, share)}


def _draw(kind: Kind, chance: Random) -> Value:
    if chance.random() < 0.1:
        return chance.choice(ODD)
    if kind.is_number:
        return float(chance.choice([0, 0, 1, 2, 3, 7, 40, 1000]))
    return chance.choice(["1", "2", "甲", "本节无此项业务"])


def _fill_rows(ledger: Ledger, chance: Random) -> dict[int, dict[str, Value]]:
    first = LEDGER_HEADER_ROW + 1
    return {
        number: _draw_row(ledger, chance) for number in chance.sample(range(first, first + 9), chance.randint(0, 5))
    }


def _draw_row(ledger: Ledger, chance: Random) -> dict[str, Value]:
    row = {column.name: _draw_cell(column, chance) for column in ledger.columns if chance.random() < 0.8}
    if chance.random() < 0.1:
        status = lookup("workbook.row_status")
        row[status["name"]] = chance.choice(status["options"])
    return row | {lookup("workbook.row_remark.name"): chance.choice(NOTES)}


def _draw_cell(column: Column, chance: Random) -> Value:
    if column.options and chance.random() < 0.7:
        return chance.choice(column.options)
    if column.kind.is_date and chance.random() < 0.7:
        return date(chance.choice([2023, 2024]), 5, 1)
    return chance.choice(["AI展(春)", " ai 展（春） ", "乙"]) if chance.random() < 0.5 else chance.choice(ODD)


def _list_oddities(layout: WorkbookLayout, chance: Random) -> list[Oddity]:
    """Return what reading may have noted: cells, rows and sheets of which nothing is known."""
    found = []
    form = chance.choice(list(layout.forms.values()))
    code = chance.choice(list(form.form.indicators))
    if chance.random() < 0.3:
        found.append(Oddity.of("cell.error", form=form.form.id, code=code, cell="E1", name="甲", value="#N/A"))
    if chance.random() < 0.1:
        found.append(Oddity.of("sheet.missing", form=form.form.id, sheet=form.form.id))
    for short, placed in layout.ledgers.items():
        if chance.random() < 0.1:
            cell = placed.address(chance.choice(placed.ledger.columns).name, LEDGER_HEADER_ROW + 1)
            check = chance.choice(["ledger.text", "ledger.error", "ledger.number_text"])
            quotes = {"column": "乙", "value": "#N/A", "number": "1"}
            found.append(Oddity.of(check, ledger=short, row=LEDGER_HEADER_ROW + 1, cell=cell, **quotes))
        if chance.random() < 0.05:
            found.append(Oddity.of("sheet.missing", ledger=short, sheet=short))
    return found
