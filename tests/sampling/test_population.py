"""Who may be drawn, and who is looked at for what is known of him."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from addin.receiving.outcomes import State
from addin.sampling.population import NoDraw, read_population
from addin.sampling.risk import Risk, choose_risky
from addin.sampling.strata import Candidate
from addin.store.events import Event, add_events
from addin.store.store import Store
from addin.store.submissions import hold_transaction
from templates.sampling import Sampling
from tests.support.mailbag import ONE, put, roster, survey, unit
from tests.support.stores import mail

BASIC = replace(survey(), sampling=Sampling(levels=("市级", "县级")))
UNITS = [
    unit("1", "科协", "省级"),
    unit("2", "科协", "市级"),
    unit("3", "科协", "县级"),
    unit("4", "学会", "市级"),
    unit("5", "部室", "省级"),
    unit("6", "科协", "县级"),
    unit("7", "科协", "县级"),
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Of seven units 6 is faulty, and 7 has sent nothing; 1 is a level above, 5 a part."""
    for number, one in enumerate(UNITS[:6], start=1):
        put(tmp_path / "in" / f"{one.code}.xlsx", one, {"A01": ONE["A01"] | {"03": float(number)}}, errors=number == 6)
    mail(tmp_path / "S.duckdb", tmp_path / "in", roster(*UNITS))
    return Store(tmp_path / "S.duckdb")


def test_counted_units_that_are_no_part_and_no_level_above(store: Store) -> None:
    found = read_population(BASIC, store, 2024)
    assert [(one.code, one.kind, one.level) for one in found.units] == [
        ("2", "科协", "市级"),
        ("3", "科协", "县级"),
        ("4", "学会", "市级"),
    ]
    assert (found.apart, found.left_out) == ({"parts": 1, "above": 1}, ())
    assert [one.code for one in read_population(survey(), store, 2024).units] == ["1", "2", "3", "4"]


def test_who_is_only_in_a_result_of_the_level_below_is_left_out_and_told(store: Store) -> None:
    below = Event(State.PASSED.value, "small", 2024, "8", "下县科协", details={"reason": ""})
    with store.opened() as connection, hold_transaction(connection):
        add_events(connection, [below])
    found = read_population(BASIC, store, 2024)
    assert [one.code for one in found.units] == ["2", "3", "4"]
    assert found.left_out == ("下县科协（8）：数来自下级的汇总，本存档里没有它的报表，不在抽样范围，请由下级抽",)


REFUSED = [
    (replace(BASIC, version="2"), "有 5 家的报表（如单位1）是按别的定义版本读的，没有抽样：请先合并一次"),
    (
        replace(BASIC, levels=("乡级",), sampling=Sampling(levels=("乡级",))),
        "没有可以抽的单位，没有抽样：要有校验通过、审核通过的基层单位（乡级），各部分和上级不算",
    ),
]


@pytest.mark.parametrize(("definitions", "sentence"), REFUSED)
def test_a_population_with_holes_is_none(definitions: object, sentence: str, store: Store) -> None:
    with pytest.raises(NoDraw) as refused:
        read_population(definitions, store, 2024)  # type: ignore[arg-type]  # a survey
    assert str(refused.value).startswith(sentence)


def test_the_riskiest_that_were_not_drawn() -> None:
    risks = [
        Risk(Candidate("1", "甲", "", ""), held=1, explained=1),
        Risk(Candidate("2", "乙", "", ""), outliers=2),
        Risk(Candidate("3", "丙", "", ""), held=1),
        Risk(Candidate("4", "丁", "", "")),
    ]
    assert [risk.score for risk in risks] == [4, 4, 3, 0]
    assert risks[0].reasons == "人工放行的可疑数 1 处；有说明的警示 1 处"
    chosen = {count: [one.unit.code for one in choose_risky(risks, {"2"}, count)] for count in (0, 1, 5)}
    assert chosen == {0: [], 1: ["1"], 5: ["1", "3"]}
