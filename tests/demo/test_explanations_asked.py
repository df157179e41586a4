"""Honest years ask for little: no error in twenty of them, and about ten explanations of a county of real size."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import pytest

from addin.auditing.audit import audit
from addin.demo.cast import read_cast
from addin.demo.seed import make_plausible
from scripts.explanations import YEAR, draw_actors, measure
from templates.model import Severity, Survey

YEARS = 20


def test_twenty_honest_years_of_every_kind_are_without_error(kx: Survey) -> None:
    """Each year is that of a unit of its own, so that all are drawn from one pool of rows and audited together."""
    cast = read_cast(kx)
    of_a_kind = {(unit.kind, unit.level): unit for unit in cast.reporting_units(kx)}
    units = [replace(unit, code=f"{unit.code}-{year}") for unit in of_a_kind.values() for year in range(YEARS)]
    actors = make_plausible(kx, units, cast, YEAR, seed=3)
    assert {kind for kind, _ in of_a_kind} == set(kx.kind)
    found = audit(kx, YEAR, [actor.submission for actor in actors])
    assert [one for findings in found for one in findings if one.severity is Severity.ERROR] == []
    assert [actor.identity.kind for actor in actors if actor.content.values == actor.zero.values] == []


@pytest.mark.parametrize(("times", "about"), [(1, 5), (10, 12), (50, 15)])
def test_a_county_writes_about_ten_explanations_whatever_its_size(times: int, about: int, kx: Survey) -> None:
    counts, _ = measure(draw_actors(kx, "县级科协", 1), times)
    assert len(counts) > 5
    assert 0 < median(counts) <= about
