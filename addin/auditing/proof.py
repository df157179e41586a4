"""Definitions put to the proof: rules are judged over their own examples, and a workbook of every kind is made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from addin.auditing.arrays import Status
from addin.auditing.batch import Batch
from addin.auditing.evaluate import judge
from generator.lock import Lock
from generator.temporary import temporary_folder
from generator.unit.workbook import build
from templates.content import Identity
from templates.families import EXAMPLE_YEAR
from templates.lint import lint
from templates.load import load
from templates.model import Example, Rule, Survey, UnitKind
from templates.problems import Problem, SurveyError, make_problem
from templates.sound import list_unusable, name_rule_file
from templates.words import say


def check_definitions(folder: Path) -> tuple[Survey | None, list[Problem]]:
    """Return the survey in ``folder``, if it loads, and every problem of its definitions; errors come first.

    What nothing can be made of is not proved by examples and workbooks. Whatever the definitions hold, this returns.
    """
    survey = None
    try:
        survey = load(folder)
        found = lint(survey)
        return survey, found if list_unusable(survey) else [*prove(survey), *prove_workbooks(survey), *found]
    except SurveyError as error:
        return None, error.problems.found
    except Exception as error:  # noqa: BLE001  # a mistake that no check foresaw: whoever made it is told, not we
        return survey, [make_problem("D042", folder.name, reason=f"{type(error).__name__}: {error}")]


def prove_workbooks(survey: Survey) -> Iterator[Problem]:
    """Yield D041 for every kind of unit whose workbook cannot be made, at the first of its levels."""
    with temporary_folder() as folder:
        for kind in survey.kinds:
            whose = (EXAMPLE_YEAR, "0", "0", kind.name, kind.levels[0])
            identity = Identity(survey.id, survey.version, survey.hash, *whose)
            try:
                build(Path(folder, "0.xlsx"), survey, identity, Lock("", ""))
            except Exception as error:  # noqa: BLE001  # whatever it is, it is a problem of these definitions
                reason = f"{type(error).__name__}: {error}"
                yield make_problem("D041", "survey.toml", kind=kind.name, level=kind.levels[0], reason=reason)


def prove(survey: Survey) -> Iterator[Problem]:
    """Yield D040 for every example that does not come out as it says."""
    for rule in survey.rules:
        for side, examples, wanted in sides(rule):
            for number, example in enumerate(examples, start=1):
                status = outcome(survey, rule, example)
                if status is not wanted:
                    shown = say(f"lint_status.{status.name.lower()}")
                    yield make_problem(
                        "D040", name_rule_file(survey, rule), rule=rule.id, number=number, side=side, status=shown
                    )


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
