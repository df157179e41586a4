"""What 主要数据 shows: sums that may be published, and changes from which no sum of few units can be worked out.

A change is that of the units that report both years. Beside the sum of all it would tell what the others report, so it
is shown where there are no others, or enough of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from addin.handing_up.facts import PackageFacts, show_sum, tell_rate
from addin.summary.disclosure import THRESHOLD, TOTAL, Sum, find_publishable
from generator.handed_up.main_data import MainForm, MainNumber
from templates.expression import list_references
from templates.model import Form, Heading, Indicator


@dataclass(frozen=True)
class _Shown:
    facts: PackageFacts
    sums: frozenset[Sum]

    def tell(self, row: Indicator) -> MainNumber:
        """Return the row with what may be shown of it."""
        told = (row.code, row.name, row.measure)
        total = self.facts.rollup.totals.get(row.form, {}).get(row.code)
        if total is None or not self._may_show(row):
            return MainNumber(*told, "")
        change = self.facts.change_of(row)
        if change is None or not self._may_compare(row, change.units):
            return MainNumber(*told, show_sum(row, total))
        sums = (show_sum(row, change.this), show_sum(row, change.prior))
        return MainNumber(*told, show_sum(row, total), *sums, tell_rate(change))

    def _may_show(self, row: Indicator) -> bool:
        needed = [row.code] if row.over_totals is None else [cell.code for cell in list_references(row.over_totals)]
        return all(((row.form, code), TOTAL) in self.sums for code in needed)

    def _may_compare(self, row: Indicator, units: int) -> bool:
        others = self.facts.rollup.reporters.get((row.form, row.code), 0) - units
        return units >= THRESHOLD and (others == 0 or others >= THRESHOLD)


def list_main_data(facts: PackageFacts) -> list[MainForm]:
    """Return the forms with all numbers that add up, those withheld without their number."""
    shown = _Shown(facts, frozenset(find_publishable(facts.merged, facts.rollup)))
    forms = (MainForm(f"{form.id} {form.title}", list(_list_rows(form, shown))) for form in facts.merged.survey.forms)
    return [form for form in forms if any(isinstance(row, MainNumber) for row in form.rows)]


def _list_rows(form: Form, shown: _Shown) -> Iterator[MainNumber | str]:
    """Yield the rows that have a sum, and the headings over them."""
    heading = ""
    for row in form.rows:
        if isinstance(row, Heading):
            heading = row.name
        elif isinstance(row, Indicator) and row.kind.is_number and (row.adds_up or row.over_totals is not None):
            if heading:
                yield heading
                heading = ""
            yield shown.tell(row)
