"""Which rules of a kind of unit can be judged together: those whose trees differ only in the cells that they name.

``[07] <= [06]`` and ``[46] <= [42]`` are one comparison of two arrays, each of many cells. A survey of a thousand rules
has about fifty such shapes. Worked out once for a survey and kind of unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np

from addin.auditing.arrays import Indices
from addin.auditing.kept import keep_for_survey
from addin.auditing.places import find_places
from templates.expression import (
    Aggregate,
    Arithmetic,
    Call,
    CellRef,
    ColumnRef,
    Compare,
    Logic,
    Node,
    Number,
    Text,
    Variable,
    View,
)
from templates.model import Rule, Survey
from templates.nature import find_decimals, is_text

Leaf = CellRef | ColumnRef | Aggregate
Shape = tuple[object, ...]
"""What two trees have in common that are worked out by the same steps."""


class LeafSource(StrEnum):
    """Where the values of a leaf stand."""

    NUMBERS = "numbers"
    """In the array of quantities and days that were entered."""
    TEXTS = "texts"
    """In the array of texts and choices that were entered."""
    WORKED_OUT = "worked out"
    """In that of derived cells and of what ledgers come to."""
    ROWS = "rows"
    """In each ledger's rows, rule by rule."""


class NotStackable(Exception):
    """The rule reads something that has no place in the arrays; it is judged alone, and its faults are told there."""


@dataclass(frozen=True, eq=False)
class Stack:
    """The values of one leaf of a shape, for each of its rules."""

    source: LeafSource
    leaves: tuple[Leaf, ...]
    rows: Indices
    """The row of each in the array of its source; none where that is :attr:`LeafSource.ROWS`."""


@dataclass(frozen=True, eq=False)
class RuleGroup:
    """Rules of one shape."""

    rules: tuple[Rule, ...]
    orders: tuple[int, ...]
    """The place of each among all rules of the kind."""
    stacks: dict[Leaf, Stack]
    """By the leaf of the first rule."""

    @property
    def first(self) -> Rule:
        """The rule whose trees stand for those of all."""
        return self.rules[0]


@dataclass
class Plan:
    """How the rules of a kind of unit are judged."""

    groups: list[RuleGroup] = field(default_factory=list)
    alone: list[tuple[int, Rule]] = field(default_factory=list)
    """Rules that cannot be stacked, with their places among all."""
    worked_out: dict[CellRef | Aggregate, int] = field(default_factory=dict)
    """Derived cells and what ledgers come to, each once, with its row."""
    forms: set[tuple[str, View]] = field(default_factory=set)
    """The forms, and their views, whose entries are read."""


@keep_for_survey
def make_plan(survey: Survey, kind: str) -> Plan:
    """Return how the rules of ``kind`` are judged."""
    plan = Plan()
    shaped: dict[Shape, list[tuple[int, Rule, tuple[Leaf, ...]]]] = {}
    for order, rule in enumerate(survey.rules_of(kind)):
        reader = _ShapeReader(survey, bool(rule.each))
        try:
            shape = reader.read_rule(rule)
        except NotStackable:
            plan.alone.append((order, rule))
        else:
            shaped.setdefault(shape, []).append((order, rule, tuple(reader.leaves)))
    place = _Placing(survey, plan)
    for members in shaped.values():
        plan.groups.append(_make_group(members, place))
    return plan


def _make_group(members: Sequence[tuple[int, Rule, tuple[Leaf, ...]]], place: _Placing) -> RuleGroup:
    orders, rules, leaves = zip(*members, strict=True)
    alike = list(zip(*leaves, strict=True))
    stacks = {same[0]: place.stack(same, in_rows=bool(rules[0].each)) for same in alike}
    return RuleGroup(rules, orders, stacks)


@dataclass
class _ShapeReader:
    """Reads the shape of one rule, and the leaves that stand in it, each once."""

    survey: Survey
    in_rows: bool
    leaves: dict[Leaf, int] = field(default_factory=dict)

    def read_rule(self, rule: Rule) -> Shape:
        """Return the rule's shape. Raises :class:`NotStackable`."""
        return (self.in_rows, self._read(rule.check), self._read(rule.when) if rule.when else None)

    def _read(self, node: Node) -> Shape:
        match node:
            case Number(value) | Text(value) | Variable(value):
                return type(node).__name__, value
            case Arithmetic(operator, left, right) | Compare(operator, left, right):
                return type(node).__name__, operator, self._read(left), self._read(right)
            case Logic(name, terms) | Call(name, terms):
                return type(node).__name__, name, *map(self._read, terms)
        return self._read_leaf(node)

    def _read_leaf(self, leaf: Leaf) -> Shape:
        source = find_source(leaf, self.survey)
        number = self.leaves.setdefault(leaf, len(self.leaves))
        nature = is_text(leaf, self.survey), find_decimals(leaf, self.survey)
        return type(leaf).__name__, number, LeafSource.ROWS if self.in_rows else source, *nature


def find_source(leaf: Leaf, survey: Survey) -> LeafSource:
    """Return where the values of a leaf stand. Raises :class:`NotStackable` for what is not declared, or odd."""
    match leaf:
        case Aggregate():
            return LeafSource.WORKED_OUT
        case ColumnRef(ledger, name):
            if ledger in survey.ledger and name in survey.ledger[ledger].by_name:
                return LeafSource.ROWS
            raise NotStackable
    indicator, text = survey.indicator(leaf), is_text(leaf, survey)
    if indicator is None:
        raise NotStackable
    if indicator.derive is None or leaf.view == "prior":
        return LeafSource.TEXTS if text else LeafSource.NUMBERS
    if text:
        raise NotStackable
    return LeafSource.WORKED_OUT


@dataclass
class _Placing:
    """Finds the rows of leaves; those of what is worked out are given out here."""

    survey: Survey
    plan: Plan

    def stack(self, leaves: tuple[Leaf, ...], *, in_rows: bool) -> Stack:
        """Return where leaves of one source stand."""
        source = LeafSource.ROWS if in_rows else find_source(leaves[0], self.survey)
        find = _FINDERS[source]
        return Stack(source, leaves, np.array([find(self, leaf) for leaf in leaves], dtype=np.intp))

    def find_number(self, leaf: Leaf) -> int:
        """Return the row of an entered quantity or day."""
        return find_places(self.survey).numbers[self._read_form(leaf)]

    def find_text(self, leaf: Leaf) -> int:
        """Return the row of an entered text or choice."""
        return find_places(self.survey).texts[self._read_form(leaf)]

    def give_row(self, leaf: Leaf) -> int:
        """Return the row of what is worked out."""
        if isinstance(leaf, ColumnRef):
            raise NotStackable
        return self.plan.worked_out.setdefault(leaf, len(self.plan.worked_out))

    def find_none(self, _leaf: Leaf) -> int:
        """Return that there is no row: each ledger has its own arrays."""
        return -1

    def _read_form(self, leaf: Leaf) -> CellRef:
        """Return how an entered value is named; what is typed over a cell that is not derived is its value."""
        if not isinstance(leaf, CellRef):
            raise NotStackable
        entered = CellRef(leaf.form, leaf.code, "prior" if leaf.view == "prior" else "now")
        self.plan.forms.add((entered.form, entered.view))
        return entered


_FINDERS: Final[dict[LeafSource, Callable[[_Placing, Leaf], int]]] = {
    LeafSource.NUMBERS: _Placing.find_number,
    LeafSource.TEXTS: _Placing.find_text,
    LeafSource.WORKED_OUT: _Placing.give_row,
    LeafSource.ROWS: _Placing.find_none,
}
