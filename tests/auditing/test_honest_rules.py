"""Rules at the border between what an honest unit may meet and what nobody can believe: ``cases/honest.toml``.

Each example is put into a return of the installed survey that reports nothing else and is complete. The honest one
earns no finding of the rule and no error; the other one earns exactly the rule, with its severity and its mark.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from addin.auditing.audit import audit
from addin.auditing.examples import build_example
from addin.finding import Finding
from addin.sending.zero import make_complete_zero
from addin.submission import Edition, Submission
from templates.content import Content
from templates.expand import bind_reference
from templates.families import EXAMPLE_YEAR
from templates.model import Column, Example, Ledger, Severity, Survey
from tests.support.books import identity

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "honest.toml").read_text(encoding="utf-8")
)["cases"]
NAMES = [f"{case['rule']} {case.get('name', '')}".strip() for case in CASES]


def findings(survey: Survey, case: Mapping[str, Any], which: str) -> list[Finding]:
    """Return what the audit says of the case's example."""
    unit = identity(survey, case.get("kind", "科协"), case.get("level", "县级科协"))
    content = make_complete_zero(survey, unit)
    put_in(survey, content, case.get("both", {}) | case[which], unit.kind, unit.level)
    return audit(survey, EXAMPLE_YEAR, [Submission("", unit, Edition.of(survey), content)])[0]


def put_in(survey: Survey, content: Content, given: Mapping[str, Any], kind: str, level: str) -> None:
    """Put cells, last year's cells and ledger rows into a content; what rows do not say is filled in."""
    rows = {
        short: tuple(complete(survey.ledger[short], survey, row) for row in listed)
        for short, listed in given.items()
        if short in survey.ledger
    }
    cells = {bind_reference(key, ""): value for key, value in given.items() if key not in survey.ledger}
    example, _ = build_example(survey, EXAMPLE_YEAR, Example(cells, rows), kind, level)
    for form, values in example.content.values.items():
        content.values.setdefault(form, {}).update(values)
    content.prior.update(example.content.prior)
    content.ledgers.update(example.content.ledgers)


def complete(ledger: Ledger, survey: Survey, row: Mapping[str, object]) -> dict[str, object]:
    """Return the row with something in each column that has to be filled, whatever the row is."""
    wanted = [column for column in ledger.columns if column.required or column.required_when]
    return {column.name: anything(column, survey) for column in wanted} | dict(row)


def anything(column: Column, survey: Survey) -> object:
    """Return what any row may hold in the column."""
    if column.kind.is_number:
        return 0
    if column.kind.is_date:
        return date(EXAMPLE_YEAR, 5, 6)
    options = survey.code_lists[column.code_list].values if column.code_list else column.options
    return options[0] if options else "否" if column.kind.is_choice else "甲"


def of_rule(found: list[Finding], rule: str) -> list[tuple[str, bool]]:
    """Return severity and mark of each finding of the rule."""
    return [(finding.severity.value, finding.hold) for finding in found if finding.rule == rule]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_an_honest_unit_is_left_alone(case: dict[str, Any], kx: Survey) -> None:
    found = findings(kx, case, "honest")
    assert of_rule(found, case["rule"]) == []
    assert [finding for finding in found if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_other_one_is_told(case: dict[str, Any], kx: Survey) -> None:
    found = findings(kx, case, "told")
    assert of_rule(found, case["rule"]) == [(case["severity"], case.get("hold", False))] * case.get("times", 1)
    graver = [finding.rule for finding in found if finding.severity is Severity.ERROR]
    assert graver == ([case["rule"]] if case["severity"] == "error" else [])
