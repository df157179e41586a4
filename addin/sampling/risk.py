"""重点核查: the units that most likely have something wrong, by what is known before anybody looks. No lot is drawn.

What an officer had to take although nobody could believe it unseen weighs most, a number far from those of its peers
next, then an explained warning. Such units say nothing about all others: their errors are told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from addin.auditing.audit import audit
from addin.auditing.figures import reported_numbers
from addin.sampling.population import Population
from addin.sampling.strata import Candidate
from addin.summary.outliers import scored
from templates.model import Survey
from templates.words import say

HELD, OUTLIER, EXPLAINED = 3, 2, 1
"""How much each weighs."""

_EMPTY: Final = ("unit", "kind", "level", "form", "code", "x")


@dataclass(frozen=True, slots=True)
class Risk:
    """What is known of one unit."""

    unit: Candidate
    held: int = 0
    outliers: int = 0
    explained: int = 0

    @property
    def score(self) -> int:
        """How much it all weighs."""
        return HELD * self.held + OUTLIER * self.outliers + EXPLAINED * self.explained

    @property
    def reasons(self) -> str:
        """What it is, in words."""
        counts = {"held": self.held, "outliers": self.outliers, "explained": self.explained}
        told = [say(f"sampling.risk.{name}", count=count) for name, count in counts.items() if count]
        return say("sampling.join").join(told)


def weigh_risks(survey: Survey, year: int, population: Population) -> list[Risk]:
    """Return what is known of each unit, the most first; units of which nothing is known last."""
    submissions = [population.submissions[unit.code] for unit in population.units]
    findings = audit(survey, year, submissions)
    outliers = _count_outliers(survey, year, population)
    risks = [
        Risk(
            unit,
            held=sum(one.hold and bool(one.explanation) for one in found),
            outliers=outliers[unit.code],
            explained=sum(bool(one.explanation) and not one.hold for one in found),
        )
        for unit, found in zip(population.units, findings, strict=True)
    ]
    return sorted(risks, key=lambda risk: (-risk.score, risk.unit.code))


def choose_risky(risks: Iterable[Risk], drawn: set[str], count: int) -> list[Risk]:
    """Return so many units with the highest risk that were not drawn by lot, and of which anything is known."""
    return [risk for risk in risks if risk.score and risk.unit.code not in drawn][:count]


def _count_outliers(survey: Survey, year: int, population: Population) -> Counter[str]:
    submissions = [population.submissions[unit.code] for unit in population.units]
    numbers = reported_numbers(survey, year, submissions)
    lines = [
        (unit.code, unit.kind, unit.level, form, code, value)
        for unit, cells in zip(population.units, numbers, strict=True)
        for (form, code), value in cells.items()
    ]
    frame = pd.DataFrame(lines, columns=list(_EMPTY))
    return Counter(str(unit) for unit in scored(frame)["unit"]) if lines else Counter()
