"""Which sums may be published: none that fewer than three units report, none from which such a sum could be computed.

The unknowns are what the units of one level and kind report of one indicator together (*atoms*). Every sum that is
published is an equation over them, and so is every rule that demands that indicators add up. A small sum is safe when
it does not follow from those equations; as long as one does, another sum is withdrawn: of those it follows from, the
one of the fewest units, the total last. That a level or kind reports nothing is taken for known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from addin.auditing.arrays import Floats
from addin.receiving.outcomes import Merged
from addin.summary.rollup import Rollup
from templates.expression import Arithmetic, CellRef, Compare, Node, Number
from templates.model import Severity, Survey

THRESHOLD = 3
"""Sums of fewer units are not published."""

TOLERANCE = 1e-9

Column = tuple[str, str]
"""``("level", 市级科协)``, ``("kind", 学会)``, or :data:`TOTAL`."""

TOTAL: Column = ("total", "")
Cell = tuple[str, str]
"""A form and a code."""

Atom = tuple[str, str]
"""A level and a kind."""

Counts = Mapping[Cell, Mapping[Atom, int]]
"""How many units report each cell, by level and kind; no entry for none."""

Equation = dict[Cell, float]
"""Cells with coefficients whose sum is 0."""

Sum = tuple[Cell, Column]


def find_publishable(merged: Merged, rollup: Rollup) -> set[Sum]:
    """Return every sum that may be published."""
    adding = {(row.form, row.code) for form in merged.survey.forms for row in form.indicators.values() if row.adds_up}
    counts = {cell: atoms for cell, atoms in counted(merged, rollup).items() if cell in adding}
    equations = [one for one in balances(merged.survey) if set(one) <= adding]
    shown: set[Sum] = set()
    for cells, ties in _blocks(counts, equations):
        shown |= SumBlock({cell: counts[cell] for cell in cells if cell in counts}, ties).safe()
    return shown


def counted(merged: Merged, rollup: Rollup) -> dict[Cell, dict[Atom, int]]:
    """Return how many units that count report each number, by level and kind."""
    atom_of = {unit.code: (unit.level, unit.kind) for unit in merged.units}
    found: dict[Cell, dict[Atom, int]] = {}
    for unit, form, code in zip(*(rollup.long[name] for name in ("unit", "form", "code")), strict=True):
        atoms = found.setdefault((form, code), {})
        atoms[atom_of[unit]] = atoms.get(atom_of[unit], 0) + 1
    return found


def balances(survey: Survey) -> Iterator[Equation]:
    """Yield what rules demand always: indicators whose sums and differences are 0."""
    for rule in survey.rules:
        check = rule.check
        always = rule.when is None and not rule.each and rule.severity is Severity.ERROR
        if always and isinstance(check, Compare) and check.operator == "=":
            equation = _linear(Arithmetic("-", check.left, check.right))
            if equation:
                yield equation


def _linear(node: Node) -> Equation | None:
    """Return the cells of a sum or difference with their signs; None for anything else."""
    match node:
        case CellRef(form=form, code=code, view="now"):
            return {(form, code): 1.0}
        case Number(value) if value == 0:
            return {}
        case Arithmetic(operator, left, right) if operator in "+-":
            first, second = _linear(left), _linear(right)
            if first is None or second is None:
                return None
            sign = 1.0 if operator == "+" else -1.0
            return {cell: first.get(cell, 0.0) + sign * second.get(cell, 0.0) for cell in {**first, **second}}
    return None


def _blocks(counts: Counts, equations: list[Equation]) -> Iterator[tuple[set[Cell], list[Equation]]]:
    """Yield cells that equations tie together, with those equations: each block can be judged by itself."""
    left = set(counts)
    while left:
        cells, ties = {left.pop()}, list[Equation]()
        waiting = list(equations)
        while joined := [one for one in waiting if cells & set(one)]:
            ties += joined
            waiting = [one for one in waiting if not cells & set(one)]
            cells = cells.union(*joined)
        left -= cells
        yield cells, ties


def covers(column: Column, atom: Atom) -> bool:
    """Return whether a sum of ``column`` takes in the units of ``atom``."""
    return column == TOTAL or column in (("level", atom[0]), ("kind", atom[1]))


@dataclass(frozen=True)
class SumBlock:
    """Cells that are judged together."""

    counts: Counts
    equations: list[Equation]

    def safe(self) -> set[Sum]:
        """Return the sums that may stand side by side."""
        shown = {one for one, number in self.sums.items() if number >= THRESHOLD}
        while (exposed := self._exposed(shown)) is not None:
            shown.remove(self._culprit(exposed, shown))
        return self._restored(shown)

    def _restored(self, shown: set[Sum]) -> set[Sum]:
        """Return also what was withdrawn without need, as others went after it: those of the most units first."""
        withdrawn = [one for one, number in self.sums.items() if number >= THRESHOLD and one not in shown]
        for one in sorted(withdrawn, key=lambda one: (-self.sums[one], one)):
            if self._exposed(shown | {one}) is None:
                shown = shown | {one}
        return shown

    @cached_property
    def unknowns(self) -> dict[tuple[Cell, Atom], int]:
        """The place of each unknown."""
        keys = [(cell, atom) for cell, atoms in self.counts.items() for atom in atoms]
        return {key: place for place, key in enumerate(keys)}

    @cached_property
    def sums(self) -> dict[Sum, int]:
        """Every sum that a table could hold, with the number of its units."""
        found: dict[Sum, int] = {}
        for cell, atoms in self.counts.items():
            for (level, kind), number in atoms.items():
                for column in (TOTAL, ("level", level), ("kind", kind)):
                    found[cell, column] = found.get((cell, column), 0) + number
        return dict(sorted(found.items()))

    @cached_property
    def small(self) -> list[Floats]:
        """What must not follow from what is published: whatever fewer units than the threshold make together.

        Not only each sum and atom, but several atoms of one unit each together: of two units each knows its own number.
        """
        sums = [self._row(one) for one, number in self.sums.items() if number < THRESHOLD]
        several = [
            self._signed({(cell, atom): 1.0 for atom in chosen})
            for cell, atoms in self.counts.items()
            for size in range(1, THRESHOLD)
            for chosen in combinations(atoms, size)
            if sum(atoms[atom] for atom in chosen) < THRESHOLD
        ]
        return sums + several

    @cached_property
    def ties(self) -> list[Floats]:
        """What the rules say of the unknowns, atom by atom."""
        atoms = sorted({atom for _, atom in self.unknowns})
        return [
            self._signed({(cell, atom): sign for cell, sign in equation.items()})
            for equation in self.equations
            for atom in atoms
        ]

    def _row(self, one: Sum) -> Floats:
        cell, column = one
        return self._signed({(cell, atom): 1.0 for atom in self.counts[cell] if covers(column, atom)})

    def _signed(self, signs: Mapping[tuple[Cell, Atom], float]) -> Floats:
        row = np.zeros(len(self.unknowns))
        for key, sign in signs.items():
            if key in self.unknowns:
                row[self.unknowns[key]] = sign
        return row

    def _known(self, shown: list[Sum]) -> Floats:
        rows = [*(self._row(one) for one in shown), *self.ties]
        return np.array(rows) if rows else np.zeros((0, len(self.unknowns)))

    def _exposed(self, shown: set[Sum]) -> Floats | None:
        """Return something small that follows from what is shown, or None."""
        _, sizes, basis = np.linalg.svd(self._known(sorted(shown)), full_matrices=False)
        basis = basis[sizes > TOLERANCE]
        for row in self.small:
            if np.linalg.norm(row - basis.T @ (basis @ row)) < TOLERANCE * 100:
                return row
        return None

    def _culprit(self, exposed: Floats, shown: set[Sum]) -> Sum:
        """Return which of the sums that ``exposed`` follows from is best withdrawn."""
        listed = sorted(shown)
        parts = np.linalg.lstsq(self._known(listed).T, exposed, rcond=None)[0][: len(listed)]
        used = [one for one, part in zip(listed, parts, strict=True) if abs(part) > TOLERANCE * 100]
        return min(used, key=lambda one: (one[1] == TOTAL, self.sums[one], one))
