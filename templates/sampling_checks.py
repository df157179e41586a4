"""Checks of sampling.toml: D048 levels and ledgers that there are, D049 cells that hold numbers."""

from __future__ import annotations

from collections.abc import Iterator

from templates.model import Survey
from templates.problems import Problem, make_problem
from templates.sampling import SAMPLING


def check_sampling(survey: Survey) -> Iterator[Problem]:
    """Yield what is wrong with what is declared for spot checks."""
    declared = survey.sampling
    unknown = [level for level in declared.levels if level not in survey.levels]
    unknown += [short for short in declared.ledgers if short not in survey.ledger]
    for name in unknown:
        yield make_problem("D048", SAMPLING, name=name)
    for cell in declared.indicators:
        indicator = survey.indicator(cell)
        if indicator is None or not indicator.kind.is_number:
            yield make_problem("D049", SAMPLING, place=f"{cell.form}!{cell.code}")
