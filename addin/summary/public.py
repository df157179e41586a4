"""发布版 of merged returns: only what may be published reaches the writer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from addin.receiving.outcomes import Merged
from addin.summary.disclosure import THRESHOLD, TOTAL, Column, Sum, find_publishable
from addin.summary.rollup import Rollup, Totals
from generator.consolidated.public import Public, PublicForm, write_public
from templates.expression import list_references
from templates.model import Form, Indicator, Survey


def write_published(merged: Merged, rollup: Rollup, path: Path) -> None:
    """Write 发布版 to ``path``, whole or not at all. Raises OSError when that cannot be."""
    write_public(path, published(merged, rollup))


def published(merged: Merged, rollup: Rollup) -> Public:
    """Return the sums by level and kind that may be published."""
    shown = find_publishable(merged, rollup)
    forms = tuple(_form(form, merged, rollup, shown) for form in merged.survey.forms)
    return Public(merged.survey, merged.year, THRESHOLD, forms)


def _form(form: Form, merged: Merged, rollup: Rollup, shown: set[Sum]) -> PublicForm:
    columns = list(_columns(form, merged.survey))
    totals = {TOTAL: rollup.totals} | {(group.by, group.value): group.totals for group in rollup.groups}
    values = {
        (row.code, column): number
        for row in form.indicators.values()
        for column in (TOTAL, *columns)
        if (number := _number(row, column, totals.get(column, {}), shown)) is not None
    }
    filed = [unit for unit in merged.units if unit.counts and form.id in merged.survey.kind[unit.kind].forms]
    return PublicForm(form, len(filed) if len(filed) >= THRESHOLD else None, columns, values)


def _columns(form: Form, survey: Survey) -> Iterator[Column]:
    """Yield the levels and kinds that file the form."""
    kinds = [kind for kind in survey.kinds if form.id in kind.forms and not kind.part]
    filing = {level for kind in kinds for level in kind.levels}
    yield from (("level", level) for level in survey.levels if level in filing)
    yield from (("kind", kind.name) for kind in kinds)


def _number(row: Indicator, column: Column, totals: Totals, shown: set[Sum]) -> float | None:
    """Return a sum that may be shown; a ratio, when all that it is made of may. The largest of all is one unit's."""
    needed = [row.code] if row.over_totals is None else [cell.code for cell in list_references(row.over_totals)]
    open_to_all = all(((row.form, code), column) in shown for code in needed)
    return totals.get(row.form, {}).get(row.code) if open_to_all else None
