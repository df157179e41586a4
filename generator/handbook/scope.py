"""Whom a handbook speaks to, and what of the survey concerns them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from templates.expression import CellRef
from templates.model import Form, Indicator, Ledger, Rule, Survey
from templates.words import say

Unit = tuple[str, str]
"""Kind and level."""


class ScopeError(Exception):
    """There are no such units; the message says so to the user."""


@dataclass(frozen=True)
class HandbookScope:
    """The reporting units of one kind, of one level, of both, or all; what they file together."""

    survey: Survey
    kind: str = ""
    level: str = ""
    year: int | None = None

    def __post_init__(self) -> None:
        """Raise ScopeError where the survey has no such units."""
        if self.kind and self.kind not in self.survey.kind:
            raise ScopeError(say("handbook.no_kind", kind=self.kind, known="、".join(self.survey.kind)))
        levels = dict.fromkeys(level for kind in self.survey.kinds for level in kind.levels)
        if self.level and self.level not in levels:
            raise ScopeError(say("handbook.no_level", level=self.level, known="、".join(levels)))
        if not self.units:
            known = "、".join(self.survey.kind[self.kind].levels)
            raise ScopeError(say("handbook.no_unit", kind=self.kind, level=self.level, known=known))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units, by kind and level, in the survey's order."""
        return tuple(
            (kind.name, level)
            for kind in self.survey.kinds
            for level in kind.levels
            if self.kind in ("", kind.name) and self.level in ("", level)
        )

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the units."""
        return tuple(dict.fromkeys(kind for kind, _ in self.units))

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms that any of the units files."""
        return tuple(form for form in self.survey.forms if self.filing(form))

    @cached_property
    def ledgers(self) -> tuple[Ledger, ...]:
        """The ledgers that any of the units has."""
        return tuple(ledger for ledger in self.survey.ledgers if self.keeping(ledger))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that a return of any of the units is judged by, those about closed cells only left out."""
        judged = {rule.id for unit in self.units for rule in self.survey.rules_of(*unit)}
        return tuple(rule for rule in self.survey.rules if rule.id in judged and self._concerns(rule))

    def _concerns(self, rule: Rule) -> bool:
        return not rule.reads or any(self._fills(cell) for cell in rule.reads)

    def _fills(self, cell: CellRef) -> bool:
        indicator = self.survey.indicator(cell)
        return indicator is not None and bool(self.filling(indicator))

    @cached_property
    def items(self) -> tuple[Indicator, ...]:
        """The items of the checklist that any of the units confirms."""
        items = self.survey.checklist.indicators.values() if self.survey.checklist else ()
        return tuple(item for item in items if self.filling(item))

    def filing(self, form: Form) -> tuple[Unit, ...]:
        """Return the units that file ``form``; the cover and the checklist are everybody's."""
        if form not in self.survey.forms:
            return self.units
        return tuple(unit for unit in self.units if form.id in self.survey.kind[unit[0]].forms)

    def keeping(self, ledger: Ledger) -> tuple[Unit, ...]:
        """Return the units that have ``ledger``."""
        return tuple(unit for unit in self.units if ledger in self._ledgers_of[unit])

    @cached_property
    def _ledgers_of(self) -> dict[Unit, tuple[Ledger, ...]]:
        return {unit: self.survey.ledgers_of(*unit) for unit in self.units}

    def filling(self, indicator: Indicator) -> tuple[Unit, ...]:
        """Return the units that fill a cell."""
        return tuple(unit for unit in self.filing(self.survey.form[indicator.form]) if indicator.open_to(*unit))

    def named(self, units: Iterable[Unit]) -> str:
        """Return units in words: 「科协（县级科协）、学会」; levels are said where not all of a kind are meant."""
        levels: dict[str, list[str]] = {}
        for kind, level in units:
            levels.setdefault(kind, []).append(level)
        return "、".join(self._kind_named(kind, tuple(found)) for kind, found in levels.items())

    def _kind_named(self, kind: str, levels: tuple[str, ...]) -> str:
        if levels == self.survey.kind[kind].levels:
            return kind
        return say("handbook.kind_levels", kind=kind, levels="、".join(levels))
