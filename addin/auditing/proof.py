"""Every rule's own examples, judged by the engine that judges returns."""

from __future__ import annotations

from collections.abc import Iterator

from addin.auditing.arrays import Status
from addin.auditing.batch import Batch
from addin.auditing.evaluate import judge
from templates.expand import Problem
from templates.families import EXAMPLE_YEAR
from templates.lint import make_problem
from templates.model import Example, Rule, Survey, UnitKind
from templates.words import say


def prove(survey: Survey) -> Iterator[Problem]:
    """Yield D040 for every example that does not come out as it says."""
    for rule in survey.rules:
        for side, examples, wanted in sides(rule):
            for number, example in enumerate(examples, start=1):
                status = outcome(survey, rule, example)
                if status is not wanted:
                    shown = say(f"lint_status.{status.name.lower()}")
                    file = f"rules/{rule.form}.toml"
                    yield make_problem("D040", file, rule=rule.id, number=number, side=side, status=shown)


def sides(rule: Rule) -> tuple[tuple[str, tuple[Example, ...], Status], ...]:
    """Return the rule's passing and failing examples, each side with its word and what is to come out."""
    return (
        (say("lint_status.passing"), rule.passing, Status.PASSED),
        (say("lint_status.failing"), rule.failing, Status.FAILED),
    )


def outcome(survey: Survey, rule: Rule, example: Example) -> Status:
    """Return what becomes of ``rule`` on a return that holds ``example`` and nothing else."""
    batch = Batch.of_example(survey, EXAMPLE_YEAR, example, *place_of(survey, rule, example))
    return judge(rule, batch).of_unit(0)


def place_of(survey: Survey, rule: Rule, example: Example) -> tuple[str, str]:
    """Return kind and level of a unit that the rule applies to: as the example says, and where its cells are open."""
    able = [kind for kind in survey.kinds if rule in survey.rules_of(kind.name)]
    named = [kind for kind in able if kind.name == example.kind]
    levelled = [kind for kind in able if example.level in kind.levels]
    places = [(kind.name, level) for kind in named or levelled or able for level in _levels(kind, example)]
    return next((place for place in places if all_open(survey, example, *place)), places[0])


def all_open(survey: Survey, example: Example, kind: str, level: str) -> bool:
    """Return whether such a unit fills every cell of the example; what stands in a closed one reaches no rule."""
    cells = [survey.indicator(reference) for reference in example.values if reference.view != "prior"]
    return all(cell is None or cell.open_to(kind, level) for cell in cells)


def _levels(kind: UnitKind, example: Example) -> tuple[str, ...]:
    return (example.level,) if example.level in kind.levels else kind.levels
