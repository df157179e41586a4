"""Ledgers that a unit has nothing for: every section with a number out of them says 本节无此项业务."""

from __future__ import annotations

from generator.formula import Formulas
from templates.layout import LedgerLayout


def formulate_nothing(formulas: Formulas, ledger: LedgerLayout) -> str:
    """Return a formula that is TRUE where nothing has to be registered; ``""`` where no sections can say so."""
    layout, short = formulas.layout, ledger.ledger.short
    rows = (row for form in layout.survey.forms_of(layout.kind) for row in form.indicators.values())
    readers = [row for row in rows if row.ledger == short and row.open_to(layout.kind, layout.level)]
    said = [formulas.sections(row) for row in readers]
    if not readers or not all(said):
        return ""
    each = dict.fromkeys(f"OR({','.join(sections)})" for sections in said)
    return f"AND({','.join(each)})"
