"""How the units' choices are spread: how many chose what, in all and by level, kind and region."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from addin.receiving.outcomes import Merged, UnitOutcome
from addin.summary.rollup import Rollup
from generator.consolidated.data import ALL, Choices, Column, find_distributed
from templates.model import Indicator


def count_choices(merged: Merged, rollup: Rollup) -> Choices:
    """Return how many units that count chose each option, by column of 汇总. A choice that is none counts nowhere."""
    found: dict[Column, Counter[tuple[str, str, str]]] = defaultdict(Counter)
    asked = {form.id: find_distributed(form) for form in merged.survey.forms}
    for unit in merged.units:
        if unit.counts and unit.submission is not None:
            chosen = list(_list_chosen(unit, merged, asked))
            for column in (ALL, ("level", unit.level), ("kind", unit.kind), ("region", rollup.region_of[unit.code])):
                found[column].update(chosen)
    return found


def _list_chosen(
    unit: UnitOutcome, merged: Merged, asked: dict[str, tuple[Indicator, ...]]
) -> Iterator[tuple[str, str, str]]:
    submission = unit.submission
    kind = merged.survey.kind.get(submission.identity.kind) if submission else None
    for form in kind.forms if submission and kind else ():
        values = submission.content.values.get(form, {}) if submission else {}
        for indicator in asked[form]:
            value = values.get(indicator.code)
            if any(option.code == value for option in indicator.options):
                yield form, indicator.code, str(value)
