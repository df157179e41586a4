"""Stamped workbooks against rendered ones, part by part: every kind and level, blank and with all that is known.

Three things may differ: the order of the string table, the moment at which the file was made, and the spans that rows
may tell of themselves and those that are put in do not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from generator.blueprint.source import BlueprintSource, fetch_blueprint
from generator.blueprint.stamp import Stamper
from generator.lock import Lock
from generator.unit.workbook import build
from templates.cache_folder import PLACE
from templates.content import Content, Identity, Value, state_carried_rows
from templates.layout import WorkbookLayout
from templates.load import load
from templates.model import Kind, Survey
from tests.support.alike import resolved_parts
from tests.support.books import identity, units

SURVEYS = {"kx2023": load("kx2023"), "mini": load(Path(__file__).parents[1] / "surveys" / "mini")}

ODD = ' <甲>&"乙"\n=x\x01_x0041_ {0} %s ZQ '
"""What a text may have in it that XML, formulas or our own marks could take for something else."""


@pytest.fixture(scope="module")
def stampers(lock: Lock) -> dict[str, Stamper]:
    """One for each survey, as a run has it."""
    return {name: Stamper(survey, lock) for name, survey in SURVEYS.items()}


def blank(who: Identity, layout: WorkbookLayout) -> tuple[Identity, Content]:
    """Nothing is known but who the unit is."""
    return who, Content()


def unknown(who: Identity, layout: WorkbookLayout) -> tuple[Identity, Content]:
    """The roster has neither a credit code nor an area."""
    return replace(who, uscc="", region="", parent=""), Content()


def prefilled(who: Identity, layout: WorkbookLayout) -> tuple[Identity, Content]:
    """A signed workbook of a unit with an odd name, in which every cell that takes a value has one."""
    values = {id: {code: value_of(row, n) for n, (code, row) in enumerate(form.form.indicators.items())}
              for id, form in layout.forms.items()}  # fmt: skip
    return replace(who, name=f"某{ODD}单位", signature="key:mac", parent="500000"), Content(values)


def last_year(who: Identity, layout: WorkbookLayout) -> tuple[Identity, Content]:
    """Every value of last year, without rows."""
    _, content = prefilled(who, layout)
    return replace(who, prior="f" * 16), Content(prior=content.values)


def carried(who: Identity, layout: WorkbookLayout) -> tuple[Identity, Content]:
    """Rows in every second ledger, the unit having gone through those of one."""
    filled = list(layout.ledgers.values())[::2]
    rows: dict[str, Mapping[int, Mapping[str, Value]]] = {
        ledger.ledger.short: {
            ledger.first_row + 3 * number: {column.name: value_of(column, number) for column in ledger.ledger.columns}
            for number in range(12)
        }
        for ledger in filled
    }
    lasting = [ledger.ledger for ledger in filled if ledger.ledger.carried]
    counts = state_carried_rows({ledger.id: 12 for ledger in lasting})
    return replace(who, carried=counts), Content(ledgers=rows, confirmed={one.short for one in lasting[:1]})


def everything(who: Identity, layout: WorkbookLayout) -> tuple[Identity, Content]:
    """All of it together."""
    who, content = prefilled(who, layout)
    who, rows = carried(who, layout)
    return replace(who, prior="f" * 16), replace(rows, values=content.values, prior=content.values)


def value_of(row: object, number: int) -> Value:
    """Return a value of the row's or column's kind."""
    kind: Kind = row.kind  # type: ignore[attr-defined]
    if kind.is_number:
        return 1234567.125 * number
    return date(2024, 1, 1 + number % 28) if kind.is_date else f"{ODD}{number}"


FILLED = {"kx2023": (blank, everything), "mini": (blank, unknown, prefilled, last_year, carried, everything)}
WORKBOOKS = [
    (filled, name, *unit) for name, survey in SURVEYS.items() for unit in units(survey) for filled in FILLED[name]
]


@pytest.mark.parametrize(("filled", "name", "kind", "level"), WORKBOOKS)
def test_a_stamped_workbook_is_the_rendered_one(
    filled: object, name: str, kind: str, level: str, stampers: dict[str, Stamper], lock: Lock, tmp_path: Path
) -> None:
    survey = SURVEYS[name]
    plain = identity(survey, kind, level)
    who, content = filled(plain, WorkbookLayout.of(survey, plain))  # type: ignore[operator]
    build(tmp_path / "rendered.xlsx", survey, who, lock, content)
    stampers[name].write(tmp_path / "stamped.xlsx", who, content)
    rendered, stamped = (without_spans(tmp_path / f"{how}.xlsx") for how in ("rendered", "stamped"))
    assert [part for part in rendered | stamped if rendered.get(part) != stamped.get(part)] == []
    assert BlueprintSource.of(survey, who) in stampers[name].used
    assert (tmp_path / "stamped.xlsx").stat().st_size <= 1.01 * (tmp_path / "rendered.xlsx").stat().st_size


def without_spans(path: Path) -> dict[str, str]:
    """Return the parts of a workbook without what rows tell of their own width."""
    return {name: re.sub(r'(<row [^>]*?) spans="[\d:]*"', r"\1", text) for name, text in resolved_parts(path).items()}


def test_what_no_hole_can_hold_is_rendered_afresh(lock: Lock, tmp_path: Path) -> None:
    """More rows than are declared, what a unit writes, a credit code that is spelled in another way."""
    survey = SURVEYS["mini"]
    kind, level = next(iter(units(survey)))
    who = identity(survey, kind, level)
    (short, ledger), *_ = WorkbookLayout.of(survey, who).ledgers.items()
    stamper = Stamper(survey, lock)
    for odd, content in (
        (who, Content(ledgers={short: {ledger.end_row + 3: {ledger.ledger.names_row: "甲"}}})),
        (who, Content(remarks="说明")),
        (who, Content(summary="总结")),
        (who, Content(notes={"M1": {"12": "因为"}})),
        (replace(who, uscc=who.uscc.lower()), Content()),
    ):
        build(tmp_path / "rendered.xlsx", survey, odd, lock, content)
        stamper.write(tmp_path / "stamped.xlsx", odd, content)
        assert resolved_parts(tmp_path / "stamped.xlsx") == resolved_parts(tmp_path / "rendered.xlsx")
    assert stamper.used == {}


def test_a_blueprint_is_rendered_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged one is rendered again; without a cache it is rendered each time."""
    survey: Survey = SURVEYS["mini"]
    kind, level = next(iter(units(survey)))
    source = BlueprintSource.of(survey, identity(survey, kind, level))
    monkeypatch.setenv(PLACE, str(tmp_path / "cache"))
    first = fetch_blueprint(source)
    (kept,) = (tmp_path / "cache").rglob("*.xlsx")
    assert fetch_blueprint(source) == kept.read_bytes() == first
    kept.write_bytes(first[:1000])
    again = fetch_blueprint(source)
    assert again == kept.read_bytes() != first[:1000]
    monkeypatch.setenv(PLACE, "")
    assert fetch_blueprint(source) is not None


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    survey: Survey = SURVEYS["mini"]
    (tmp_path / "file").touch()
    monkeypatch.setenv(PLACE, str(tmp_path / "file" / "cache"))
    assert fetch_blueprint(BlueprintSource.of(survey, identity(survey, *next(iter(units(survey)))))).startswith(b"PK")


def test_each_thing_that_a_blueprint_depends_on_tells_it_from_others() -> None:
    survey: Survey = SURVEYS["mini"]
    who = identity(survey, *next(iter(units(survey))))
    (short, ledger), *_ = WorkbookLayout.of(survey, who).ledgers.items()
    sources = [
        BlueprintSource.of(survey, who),
        BlueprintSource.of(survey, replace(who, year=who.year + 1)),
        BlueprintSource.of(survey, replace(who, uscc="")),
        BlueprintSource.of(survey, replace(who, region="")),
        BlueprintSource.of(survey, who, {short: ledger.end_row + 1}),
    ]
    assert len({source.fingerprint for source in sources}) == len(sources)
    assert sources[0].fingerprint == BlueprintSource.of(survey, replace(who, code="9", name="乙")).fingerprint
