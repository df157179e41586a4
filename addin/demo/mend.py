"""Draft returns made free of faults: audited again and again, each finding answered by changing the cell it names.

Knows no rule: a rule that says how large a number must at least or at most be is obeyed to the letter, any other is
answered by trying another value where its finding stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from math import ceil

import numpy as np

from addin.auditing.audit import audit
from addin.auditing.batch import Batch
from addin.auditing.evaluate import evaluate
from addin.demo.actor import Actor, Cell
from addin.demo.draw import give_rows
from addin.finding import Finding
from templates.expression import CellRef, Compare, Node
from templates.model import Indicator, Rule, Severity, Survey
from templates.words import say

ROUNDS = 12
"""After so many, warnings stay and a return with errors becomes one with nothing to report."""


def mend(survey: Survey, year: int, actors: Sequence[Actor]) -> None:
    """Change what the actors report until the audit finds no error, and as few warnings as it can be helped."""
    rules = {rule.id: rule for rule in survey.rules}
    unsettled = list(actors)
    for turn in range(ROUNDS):
        # First wholes are lifted to their parts; a whole that something else keeps down has its parts lowered.
        answers = _Answers(rules, lift=turn < ROUNDS // 2)
        unsettled = [actor for actor, findings in _audited(survey, year, unsettled) if answers.change(actor, findings)]
    for actor, findings in _audited(survey, year, unsettled):
        _give_up_on(actor, findings)


def _audited(survey: Survey, year: int, actors: Sequence[Actor]) -> list[tuple[Actor, list[Finding]]]:
    return list(zip(actors, audit(survey, year, [actor.submission for actor in actors]), strict=True))


def _give_up_on(actor: Actor, findings: list[Finding]) -> None:
    if any(finding.severity is Severity.ERROR for finding in findings):
        actor.content = deepcopy(actor.zero)
        actor.recount()


@dataclass(frozen=True)
class _Answers:
    """Answers findings. ``lift`` says which side of a comparison gives way first, the larger or the smaller."""

    rules: dict[str, Rule]
    lift: bool

    def change(self, actor: Actor, findings: list[Finding]) -> bool:
        """Answer what was found; return whether anything was changed, so that another look is due."""
        grave = [finding for finding in findings if finding.severity is not Severity.INFO]
        # One answer a cell and turn: a second one would undo the first, and a 0 that satisfies all would never stay.
        first = {(finding.form, finding.code): finding for finding in reversed(grave)}
        changed = [self._answered(actor, finding) for finding in reversed(first.values())]
        if any(changed):
            return True
        _give_up_on(actor, findings)
        return False

    def _answered(self, actor: Actor, finding: Finding) -> bool:
        rule = self.rules.get(finding.rule)
        if rule is not None and isinstance(rule.check, Compare) and _obeyed(actor, rule.check, self.lift):
            return True
        cell = (finding.form, finding.code)
        indicator = actor.open.get(cell)
        if indicator is None:
            return _other_rows(actor, cell)
        if cell in actor.figures and finding.severity is Severity.WARNING:
            return False
        _try_another(actor, cell, indicator)
        return True


# --- rules that say how large ----------------------------------------------------------------------------------------


def _obeyed(actor: Actor, check: Compare, lift: bool) -> bool:
    """Put the number in that the comparison asks for; return False where neither side is a cell that may change."""
    for cell, bound in _settling(check, lift):
        indicator = actor.open.get(cell)
        if indicator is not None and indicator.kind.is_number and cell not in actor.figures:
            actor.put(cell, max(0.0, _evaluated(actor, bound, indicator)))
            return True
    return False


def _settling(check: Compare, lift: bool) -> Iterator[tuple[Cell, Node]]:
    """Yield cells that settle the comparison with what they must then hold."""
    smaller, larger = (check.left, check.right) if check.operator != ">=" else (check.right, check.left)
    if check.operator not in ("<=", ">=", "="):
        return
    for side, other in ((larger, smaller), (smaller, larger)) if lift else ((smaller, larger), (larger, smaller)):
        if isinstance(side, CellRef) and side.view == "now":
            yield (side.form, side.code), other


def _evaluated(actor: Actor, node: Node, indicator: Indicator) -> float:
    batch = Batch(actor.survey, actor.identity.year, [actor.submission])
    number = float(np.nan_to_num(evaluate(node, batch).numbers)[0])
    return number if indicator.decimals else float(ceil(number))


# --- any other -------------------------------------------------------------------------------------------------------


def _try_another(actor: Actor, cell: Cell, indicator: Indicator) -> None:
    """Put another value in: a smaller number, or one where there was none; a choice that asks for nothing more."""
    if indicator.kind.is_number:
        actor.put(cell, _another_number(actor, cell, indicator))
    elif indicator.options or indicator.kind.is_date or indicator.required:
        actor.nothing(cell)
        _without_parts(actor, indicator)
    else:
        actor.put(cell, None if actor.value(cell) else say("zero.text"))


def _another_number(actor: Actor, cell: Cell, indicator: Indicator) -> float:
    number = actor.number(cell)
    if not number:
        return actor.draw(indicator, max(actor.size(indicator) / 4, 1)) or 1.0
    return 0.0 if actor.random.random() < 0.5 else float(round(number * actor.random.random(), indicator.decimals))


def _other_rows(actor: Actor, cell: Cell) -> bool:
    """Withdraw the rows that a derived cell counts, or give one where there are none; False for any other cell."""
    indicator = actor.survey.form[cell[0]].indicators.get(cell[1]) if cell[0] else None
    if indicator is None or indicator.derived_for(actor.identity.kind, actor.identity.level) is None:
        return False
    give_rows(actor, indicator.ledger, 0 if indicator.ledger in actor.content.ledgers else 1)
    actor.recount()
    return True


def _without_parts(actor: Actor, whole: Indicator) -> None:
    for cell, row in actor.open.items():
        if row.item and (row.form, row.item) == (whole.form, whole.code):
            actor.nothing(cell)
