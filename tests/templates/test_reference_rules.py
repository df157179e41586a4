"""Every rule that was read out of the survey's text exists here, or says why it cannot yet.

``cases/reference_rules.csv`` lists the rules implied by the text (those of the museum notice apart) with the ids they
have here: a rule of the survey, a whole family (``*.yoy``) or a structural check (``cell.required``); and its severity
after the corrections.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from templates.checks import load_checks
from templates.model import Survey

with (Path(__file__).parents[1] / "cases" / "reference_rules.csv").open(encoding="utf-8", newline="") as stream:
    CASES = list(csv.DictReader(stream))


@pytest.mark.parametrize("case", CASES, ids=[case["reference"] for case in CASES])
def test_the_rule_exists_with_its_severity(case: dict[str, str], kx: Survey) -> None:
    found = {severity for id in case["ours"].split() for severity in severities(id, kx)}
    assert found == set(case["severity"].split())
    assert case["ours"] or case["remark"], "a rule that is not here says why"


def severities(id: str, survey: Survey) -> set[str]:
    """Return the severities of a rule, a family or a structural check; empty when there is none of that id."""
    if id in load_checks():
        return {load_checks()[id].severity.value}
    return {rule.severity.value for rule in survey.rules if id in (rule.id, f"*.{rule.family}")}


def test_nothing_is_listed_twice() -> None:
    listed = [case["reference"] for case in CASES]
    assert len(listed) == len(set(listed)) == 312
