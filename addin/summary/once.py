"""The sums with every thing counted once: a reference beside what was reported, never instead of it.

A row that another unit counts is left out of its ledger, and every number of the unit that its ledger gives, or is held
against, becomes as much less as the ledger does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from addin.auditing.batch import Batch
from addin.auditing.evaluate import coerce_numbers, evaluate
from addin.receiving.outcomes import Merged
from addin.submission import Submission
from addin.summary.rollup import Rollup, Totals, add_up
from generator.consolidated.double_data import DoubleLine
from templates.expression import Node, list_ledgers
from templates.filled import FilledLedger
from templates.model import Indicator, Survey

Doubled = Mapping[str, Mapping[str, set[int]]]
"""Rows to leave out by unit code and ledger."""


def sum_once(merged: Merged, rollup: Rollup, lines: Iterable[DoubleLine]) -> Totals:
    """Return the totals without these rows."""
    rows: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for line in lines:
        if line.row is not None:
            rows[line.code][line.ledger].add(line.row)
    less = list(_list_shortfalls(merged, rows))
    if not less:
        return rollup.totals
    known = pd.DataFrame(less, columns=["unit", "form", "code", "less"])
    joined = rollup.long.merge(known, how="left", on=["unit", "form", "code"])
    fewer = (joined["value"] - joined["less"]).clip(lower=0)  # typed without the ledger, it may be less already
    return add_up(joined.assign(value=fewer.where(joined["less"].notna(), joined["value"])), merged.survey)


def _list_shortfalls(merged: Merged, rows: Doubled) -> Iterator[tuple[str, str, str, float]]:
    """Yield by unit, form and code how much less the ledgers give without the rows."""
    sent = {unit.code: unit.submission for unit in merged.units if unit.code in rows and unit.submission}
    shorts = {short for ledgers in rows.values() for short in ledgers}
    whole = Batch(merged.survey, merged.year or 0, list(sent.values()))
    without = Batch(merged.survey, merged.year or 0, [_leave_out(one, rows[code]) for code, one in sent.items()])
    for indicator, tree in _list_trees(merged.survey, shorts):
        more, fewer = (np.nan_to_num(coerce_numbers(evaluate(tree, batch)).data) for batch in (whole, without))
        for place, (code, submission) in enumerate(sent.items()):
            if more[place] != fewer[place] and _gives(indicator, tree, submission):
                yield code, indicator.form, indicator.code, float(more[place] - fewer[place])


def _leave_out(submission: Submission, rows: Mapping[str, set[int]]) -> Submission:
    ledgers = dict(submission.content.ledgers)
    for short, left_out in rows.items():
        kept = {number: row for number, row in ledgers[short].items() if number not in left_out}
        ledgers[short] = FilledLedger.of(kept)
    return replace(submission, content=replace(submission.content, ledgers=ledgers))


def _list_trees(survey: Survey, shorts: set[str]) -> Iterator[tuple[Indicator, Node]]:
    """Yield what cells are worked out by, or held against, where that looks into one of the ledgers."""
    for form in survey.forms:
        for indicator in form.indicators.values():
            trees: Sequence[Node | None] = (indicator.derive, indicator.ledger_sum)
            yield from ((indicator, tree) for tree in trees if tree is not None and shorts & set(list_ledgers(tree)))


def _gives(indicator: Indicator, tree: Node, submission: Submission) -> bool:
    kind, level = submission.identity.kind, submission.identity.level
    derived = indicator.derived_for(kind, level)
    return tree is (derived if derived is not None else indicator.beside_for(kind, level))
