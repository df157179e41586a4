"""发布版: nothing of single units, and nothing from which it could be computed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from addin.summary.disclosure import THRESHOLD, TOTAL, Atom, Column, SumBlock, balances, covers
from addin.summary.public import write_published
from addin.summary.rollup import Rollup
from templates.model import Survey
from tests.support.mailbag import merged, put, roster, unit
from tests.support.returns import a_rule
from tianbao import app

ONE = ("A01", "01")
A, B, C, D = ("省", "科协"), ("市", "科协"), ("县", "科协"), ("市", "学会")


def shown(counts: Mapping[Atom, int]) -> set[str]:
    """Return the columns that may be published of one indicator."""
    return {value or "合计" for _, (_, value) in SumBlock({ONE: counts}, []).safe()}


@pytest.mark.parametrize(
    ("counts", "published"),
    [
        ({A: 3, B: 4, C: 5}, {"合计", "省", "市", "县", "科协"}),
        ({A: 2}, set()),
        ({A: 2, B: 4, C: 5}, {"合计", "县", "科协"}),  # 省 would be the rest of 合计
        ({A: 1, B: 1, C: 5}, {"合计", "科协"}),  # two units together: each knows its own number
        ({A: 2, B: 2, C: 5}, {"合计", "县", "科协"}),  # four units together
        ({A: 5, B: 5, D: 2}, {"合计", "市", "省"}),  # 科协 and 合计 would give 学会
        ({A: 5, B: 5, C: 2, D: 7}, {"合计", "市", "科协", "学会"}),
    ],
)
def test_what_may_be_published(counts: Mapping[Atom, int], published: set[str]) -> None:
    assert shown(counts) == published


@pytest.mark.parametrize("seed", range(40))
def test_nobody_computes_a_small_sum(seed: int) -> None:
    """By trying all: whatever numbers fit what is published, every small atom could have been another one."""
    chance = Random(seed)
    atoms = chance.sample([A, B, C, D, ("省", "学会")], 4)
    counts = {atom: chance.choice([1, 1, 2, 3, 8]) for atom in atoms}
    published = [column for _, column in SumBlock({ONE: counts}, []).safe()]
    worlds = [dict(zip(atoms, numbers, strict=True)) for numbers in product(range(5), repeat=4)]
    true = dict(zip(atoms, (2, 2, 2, 2), strict=True))
    fitting = [world for world in worlds if all(_sum(world, c) == _sum(true, c) for c in published)]
    for atom in (atom for atom, number in counts.items() if number < THRESHOLD):
        assert len({world[atom] for world in fitting}) > 1, (counts, published, atom)


def _sum(world: Mapping[Atom, int], column: Column) -> int:
    return sum(number for atom, number in world.items() if covers(column, atom))


def test_what_adds_up_is_judged_together() -> None:
    """02 is reported by too few; 01 = 02 + 03 would give it away, so 03 (the fewer units) is withdrawn."""
    counts = {("F", "01"): {A: 9}, ("F", "02"): {A: 2}, ("F", "03"): {A: 8}}
    tie = {("F", "01"): 1.0, ("F", "02"): -1.0, ("F", "03"): -1.0}
    assert {cell[1] for cell, column in SumBlock(counts, [tie]).safe() if column == TOTAL} == {"01"}
    assert {cell[1] for cell, column in SumBlock(counts, []).safe() if column == TOTAL} == {"01", "03"}


def test_balances_are_the_sums_that_rules_demand_always(mini: Survey) -> None:
    rules = [
        a_rule("[06] = [07] + [12]"),
        a_rule("[06] = [07]", when="[06] > 0"),
        a_rule("[06] >= [07]"),
        a_rule("[06] = [07] * [12]"),
    ]
    cells = {("M1", "06"): 1.0, ("M1", "07"): -1.0, ("M1", "12"): -1.0}
    assert list(balances(replace(mini, rules=tuple(rules)))) == [cells]


def test_nothing_of_a_unit_is_in_any_part(tmp_path: Path) -> None:
    chance, senders = Random(3), []
    levels = ["县级"] * 7 + ["市级"] * 4 + ["省级"] * 1
    for number, level in enumerate(levels):
        sender = unit(f"UNIT-{number:03d}", "科协", level, "110101", name=f"演示某某单位{number:03d}")
        cells = {code: float(chance.randrange(10**6, 10**7)) for code in ("01", "02", "03")}
        put(tmp_path / "in" / f"来件{sender.code}.xlsx", sender, {"A01": cells})
        senders.append((sender, cells))
    result = merged(tmp_path / "in", roster(*(sender for sender, _ in senders)))
    rollup, path = Rollup.of(result), tmp_path / "发布版.xlsx"
    write_published(result, rollup, path)
    text = "".join(_parts(path))
    numbers = {float(found) for found in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", text)}
    for sender, cells in senders:
        assert sender.name not in text and sender.code not in text
        assert not numbers & set(cells.values())
    assert "来件" not in text and "hyperlink" not in text and "<f>" not in text
    assert rollup.totals["A01"]["01"] in numbers
    province = next(group for group in rollup.groups if group.value == "市级").totals["A01"]["01"]
    assert province not in numbers, "合计 − 县级 − 市级 is the one unit of 省级"
    with CalamineWorkbook.from_path(str(path)) as book:
        assert book.sheet_names == ["说明", "汇总-A01", "汇总-B01"]
        row = book.get_sheet_by_name("汇总-A01").to_python()[5]
    assert row[2] == "01" and row[4:8] == ["—", "—", pytest.approx(row[6]), pytest.approx(row[7])]


def _parts(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            yield package.read(name).decode("utf-8")


def test_the_command_writes_it(tmp_path: Path) -> None:
    units = tmp_path / "名录.csv"
    header = "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码"
    units.write_text(f"{header}\n1,甲,,科协,县级科协,500103\n", encoding="utf-8")
    (tmp_path / "in").mkdir()
    asked = ["merge", str(tmp_path / "in"), "--roster", str(units), "--survey", "kx2023", "--out"]
    public = tmp_path / "发布版.xlsx"
    done = CliRunner().invoke(app, [*asked, str(tmp_path / "汇总.xlsx"), "--public", str(public)])
    assert done.exit_code == 0, done.output
    assert public.exists() and "发布版" in done.output
    same = CliRunner().invoke(app, [*asked, str(public), "--public", str(public)])
    assert same.exit_code == 2
