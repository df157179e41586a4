"""汇总.xlsx open in LibreOffice: its sums are formulas that yield the stored totals, and they follow 计入."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup
from templates.across import Across, LevelGroup
from templates.expression import bind, parse
from templates.model import RollUp, Survey
from tests.support.hands import Hands
from tests.support.mailbag import FAKE, fake_audit, put, roster, seeded, survey, unit
from tests.support.office import Book, Office, opened

pytestmark = pytest.mark.office

HEADER = 3
"""The header row of 汇总, from 0."""


def declared() -> Survey:
    """Return the tests' survey with every way of rolling up, and with two levels that are read together.

    02 is the largest, 03 not at all, 04 a ratio, 08 by level; the rest is added.
    """
    form = survey().forms[0]
    ratio = bind(parse("[01] / [07] * 100"), form.id, "")
    changed = {"02": {"rollup": RollUp.MAX}, "03": {"rollup": RollUp.NONE}, "04": {"over_totals": ratio}}
    rows = [replace(row, **changed.get(getattr(row, "code", ""), {})) for row in form.rows]  # type: ignore[arg-type]
    added = replace(form.indicators["01"], code="07", name="编制数")
    by_level = replace(added, code="08", name="活动站", rollup=RollUp.LEVEL)
    across = Across(groups=(LevelGroup("地方", ("市级", "县级")), LevelGroup("两级", ("省级", "市级", "县级"))))
    return replace(survey(), forms=(replace(form, rows=(*rows, added, by_level)), *survey().forms[1:]), across=across)


def gathered(folder: Path, kind: Survey) -> Merged:
    """Merge forty returns, one with a text for a number, counted although it is faulty."""
    units, records = seeded(folder)
    odd = unit("odd", "科协", "县级", "110102")
    put(folder / "odd.xlsx", odd, {"A01": {"01": "约 5", "02": "许多", "07": 7.0}}, errors=1)
    for record in records:
        values, held = record["values"] | {"07": 3.0, "08": record["values"].get("01", 4.0)}, {"名称": "会"}
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
    """Return the numbers of a 汇总 sheet by code and column; 05 is spread over choices."""
    header = rows[HEADER]
    return {
        (row[2], header[place]): value
        for row in rows[HEADER + 1 :]
        if row[2] not in ("", "05")
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
    assert rows[7] == ["指标名称", "计量单位", "代码", "本年合计", "地方", "上年", "增减"]
    shown = {row[2]: row[3:5] for row in rows[8:] if row[2] not in ("", "—", "05")}
    assert list(shown) == ["01", "02", "03", "04", "06", "07", "08"]
    assert [code for code, row in shown.items() if row[0] == "—"] == ["03", "06"]
    assert shown.pop("08") == ["不加总", "—"]
    assert {code: row[0] for code, row in shown.items() if row[0] != "—"} == pytest.approx(rollup.totals["A01"])
    local = {code: row[1] for code, row in shown.items() if row[1] != "—"}
    assert local == pytest.approx(of_levels(rollup, "市级", "县级"))
    recalculated = [list(row[3:5]) for row in live.block("综合-A01", f"A9:E{len(rows)}")]
    assert [row for row in recalculated if isinstance(row[0], float)] == [
        pytest.approx(row[3:5]) for row in rows[8:] if isinstance(row[3], float)
    ]


def of_levels(rollup: Rollup, *levels: str) -> dict[str, float]:
    """Return what the levels come to together, worked out of what the sums of each are."""
    totals = [group.totals["A01"] for group in rollup.groups if group.by == "level" and group.value in levels]
    added = {code: sum(one[code] for one in totals) for code in ("01", "07")}
    return added | {"02": max(one["02"] for one in totals), "04": round(added["01"] / added["07"] * 100, 2)}


def test_what_does_not_add_over_levels_stands_by_level(book: tuple[Book, Path, Rollup]) -> None:
    """A mark, no sum, the levels' own, and a note below."""
    _, path, rollup = book
    with CalamineWorkbook.from_path(str(path)) as cached:
        rows = cached.get_sheet_by_name("汇总-A01").to_python()
    header, (row,) = rows[HEADER], [row for row in rows if row[2] == "08"]
    cells = rollup.long[rollup.long["code"] == "08"]
    assert (row[0], row[3], row[4]) == ("活动站※", "不加总", float(len(cells)))
    levels = {group.value: group.totals["A01"]["08"] for group in rollup.groups if group.by == "level"}
    assert {name: row[header.index(name)] for name in levels} == levels
    assert sum(levels.values()) == cells["value"].sum()
    others = [name for name in header[5:] if name not in levels]
    assert {row[header.index(name)] for name in others} == {"—"}
    assert str(rows[-1][0]).startswith("※ 分级填报，不可加总")
    assert "08" not in rollup.totals["A01"]


def half_up(part: int, whole: int) -> float:
    return float((Decimal(part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP))


def test_choices_are_spread(book: tuple[Book, Path, Rollup]) -> None:
    """How many answered, how many chose each, which share: over all and by level, live, stored and counted by hand."""
    live, path, _ = book
    with CalamineWorkbook.from_path(str(path)) as cached:
        rows = cached.get_sheet_by_name("汇总-A01").to_python()
        units = cached.get_sheet_by_name("明细-A01").to_python()[3:]
    header = rows[HEADER]
    first = next(place for place, row in enumerate(rows) if row[2] == "05")
    spread = rows[first : first + 5]
    assert [row[:3] for row in spread] == [
        ["有无机构", "家", "05"],
        ["1 有", "家", ""],
        ["占比", "%", ""],
        ["2 无", "家", ""],
        ["占比", "%", ""],
    ]
    for column, level in ((3, None), *((header.index(name), name) for name in ("省级", "市级", "县级"))):
        told = [row[10] for row in units if row[5] == 1 and level in (None, row[3])]
        yes, no = told.count("1 有"), told.count("2 无")
        shares = [half_up(count * 100, yes + no) for count in (yes, no)]
        assert [row[column] for row in spread] == [yes + no, yes, shares[0], no, shares[1]]
    shown = live.block("汇总-A01", f"A{first + 1}:{chr(ord('A') + len(header) - 1)}{first + 5}")
    assert [list(row[5:]) for row in shown] == [row[5:] for row in spread]


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
