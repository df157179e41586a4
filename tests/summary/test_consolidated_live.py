"""汇总.xlsx open in LibreOffice: its sums are formulas that yield the stored totals, and they follow 计入."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup
from templates.expression import bind, parse
from templates.model import RollUp, Survey
from tests.support.hands import Hands
from tests.support.mailbag import FAKE, fake_audit, put, roster, seeded, survey, unit
from tests.support.office import Book, Office, opened

pytestmark = pytest.mark.office

HEADER = 3
"""The header row of 汇总, from 0."""


def declared() -> Survey:
    """Return the tests' survey with every way of rolling up: 02 largest, 03 not at all, 04 a ratio, the rest added."""
    form = survey().forms[0]
    ratio = bind(parse("[01] / [07] * 100"), form.id, "")
    changed = {"02": {"rollup": RollUp.MAX}, "03": {"rollup": RollUp.NONE}, "04": {"over_totals": ratio}}
    rows = [replace(row, **changed.get(getattr(row, "code", ""), {})) for row in form.rows]  # type: ignore[arg-type]
    added = replace(form.indicators["01"], code="07", name="编制数")
    return replace(survey(), forms=(replace(form, rows=(*rows, added)), *survey().forms[1:]))


def gathered(folder: Path, kind: Survey) -> Merged:
    """Merge forty returns, one with a text for a number, counted although it is faulty."""
    units, records = seeded(folder)
    odd = unit("odd", "科协", "县级", "110102")
    put(folder / "odd.xlsx", odd, {"A01": {"01": "约 5", "02": "许多", "07": 7.0}}, errors=1)
    for record in records:
        values, held = record["values"] | {"07": 3.0}, {"名称": "会"}
        sender, meetings = record["unit"], {str(row): held for row in range(5, 5 + record["meetings"])}
        ledgers = {"会议": meetings} if sender.kind == "学会" else {}
        put(folder / f"{sender.code}.xlsx", sender, {"A01": values}, ledgers=ledgers, errors=int(record["faulty"]))
    job = MergeJob([folder], roster(*units.units, odd), kind, include_faulty=True)
    return merge(job, read=FAKE, audit=fake_audit)


@pytest.fixture(scope="module")
def book(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Book, Path, Rollup]]:
    """汇总.xlsx of every way of rolling up, recalculated."""
    folder = tmp_path_factory.mktemp("live")
    merged = gathered(folder / "in", declared())
    rollup, path = Rollup.of(merged), folder / "汇总.xlsx"
    write_summary(merged, rollup, path)
    with opened(office, path) as opened_book:
        yield opened_book, path, rollup


def numbers(rows: Any) -> dict[tuple[str, str], float]:
    """Return the numbers of a 汇总 sheet by code and column."""
    header = rows[HEADER]
    return {
        (row[2], header[place]): value
        for row in rows[HEADER + 1 :]
        for place, value in enumerate(row)
        if place > 2 and isinstance(value, float)
    }


def stored(rollup: Rollup, form: str) -> dict[tuple[str, str], float]:
    """Return what the sheet shall show by code and column."""
    found = {(code, "合计"): value for code, value in rollup.totals[form].items()}
    found |= {(code, "填报单位数"): float(n) for (at, code), n in rollup.reporters.items() if at == form}
    for group in (*rollup.groups, *rollup.regions):
        if group.by != "region" or group in rollup.regions:
            found |= {(code, group.value): value for code, value in group.totals.get(form, {}).items()}
    return {key: value for key, value in found.items() if key[0] != "03" and key != ("04", "填报单位数")}


@pytest.mark.parametrize("form", ["A01", "B01"])
def test_caches_and_live_sums_are_the_stored_totals(book: tuple[Book, Path, Rollup], form: str) -> None:
    live, path, rollup = book
    assert live.formula_errors() == []
    with CalamineWorkbook.from_path(str(path)) as cached:
        rows = cached.get_sheet_by_name(f"汇总-{form}").to_python()
    assert numbers(rows) == pytest.approx(stored(rollup, form))
    width = len(rows[HEADER])
    shown = live.document.Sheets.getByName(f"汇总-{form}").getCellRangeByPosition(0, 0, width - 1, len(rows) - 1)
    assert numbers(shown.getDataArray()) == pytest.approx(numbers(rows))
    assert len(numbers(rows)) >= 10


def test_the_official_form_shows_the_totals(book: tuple[Book, Path, Rollup]) -> None:
    """Every row of the form in its order; what does not roll up has a dash."""
    live, path, rollup = book
    with CalamineWorkbook.from_path(str(path)) as cached:
        rows = cached.get_sheet_by_name("综合-A01").to_python()
    assert rows[7] == ["指标名称", "计量单位", "代码", "本年合计"]
    shown = {row[2]: row[3] for row in rows[8:] if row[2] not in ("", "—")}
    assert list(shown) == ["01", "02", "03", "04", "05", "06", "07"]
    assert {code: value for code, value in shown.items() if value != "—"} == pytest.approx(rollup.totals["A01"])
    assert [row[3] for row in live.block("综合-A01", f"A9:D{len(rows)}")] == pytest.approx([row[3] for row in rows[8:]])


def test_the_ways_of_rolling_up(book: tuple[Book, Path, Rollup]) -> None:
    _, _, rollup = book
    cells = rollup.long[rollup.long["form"] == "A01"]
    by_code = {code: cells[cells["code"] == code]["value"] for code in ("01", "02", "07")}
    totals = rollup.totals["A01"]
    assert totals["02"] == by_code["02"].max()
    assert totals["04"] == pytest.approx(round(by_code["01"].sum() / by_code["07"].sum() * 100, 2))
    assert "03" not in totals and by_code["01"].sum() == totals["01"]


@pytest.mark.parametrize(("source", "target"), [("F4", "F9"), ("F4:F5", "F20"), ("F44", "F4"), ("F10", "F44")])
def test_moving_a_switch_bends_no_sum(
    book: tuple[Book, Path, Rollup], office: Office, source: str, target: str
) -> None:
    """The first and the last unit's 计入, dragged elsewhere and over one another."""
    with opened(office, book[1]) as live:
        hands = Hands(office, live)
        before = hands.references()
        hands.drag(f"明细-A01!{source}", f"明细-A01!{target}")
        assert live.cell(f"明细-A01!{source.split(':', maxsplit=1)[0]}").getString() == ""
        assert hands.references() == before


def test_the_sums_follow_what_counts(book: tuple[Book, Path, Rollup]) -> None:
    live, _, rollup = book
    before = live.cell("汇总-A01!D6").Value
    first = live.block("明细-A01", "A4:G4")[0]
    live.poke("明细-A01!F4", 0)
    live.recalculate()
    assert before == rollup.totals["A01"]["01"]
    assert live.cell("汇总-A01!D6").Value == before - (first[6] or 0)
    live.poke("明细-A01!F4", first[5])
    live.recalculate()
