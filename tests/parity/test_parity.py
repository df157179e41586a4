"""Parity on seeded returns of every kind of unit.

Seeded returns (blanks, zeros, fractions, texts, boundary values, last year's values, closed cells, odd ledger rows) are
put into an open workbook in a live LibreOffice. Every status and message of 审核, every row's state and message, and
the light are compared with the audit of the same values; and the light with what a merge makes of the return: none that
shows 不可以 is counted. ``python -m scripts.parity 1800`` is 300 of each kind.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from templates.load import load
from templates.model import Survey
from tests.parity.run import run, shares
from tests.support.office import Office

RETURNS = {"kx": 100, "mini": 80}
"""For each kind of unit, dealt out over its levels: what a build has the time for; before a release it is more."""

BROKEN = 60
"""So many show what is broken."""

SURVEYS = {"kx": load("kx2023"), "mini": load(Path(__file__).parents[1] / "surveys" / "mini")}

SHARES = [(name, *share) for name, survey in SURVEYS.items() for share in shares(survey, RETURNS[name])]


@pytest.mark.office
@pytest.mark.parametrize(("name", "kind", "level", "seeds"), SHARES)
def test_the_workbook_says_what_the_audit_says(
    name: str, kind: str, level: str, seeds: range, office: Office, tmp_path: Path
) -> None:
    tally = run(office, SURVEYS[name], kind, level, seeds, tmp_path)
    assert tally.differences == []
    assert tally.returns == len(seeds)
    assert len(tally.lights) == 2, "the light is seen on and off"
    assert {(True, True), (False, False)} <= tally.counted <= {(True, True), (True, False), (False, False)}
    assert len(tally.failed) > len(SURVEYS[name].rules_of(kind, level)) / 4, "the seeds give the rules something to say"


@pytest.mark.office
@pytest.mark.parametrize(
    ("broken", "instead"),
    [("generator.formula.find_decimals", lambda *_: 9), ("generator.unit.checks.EXPLAINED", 0)],
    ids=["rounding", "explanations"],
)
def test_an_engine_that_is_broken_is_found_out(
    broken: str, instead: object, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey: Survey = SURVEYS["mini"]
    monkeypatch.setattr(broken, instead)
    kind = survey.kinds[0]
    assert run(office, survey, kind.name, kind.levels[0], range(BROKEN), tmp_path).differences != []
