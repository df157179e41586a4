"""Units of several levels in one list: the roster's, and those that consolidated workbooks of the level below bring.

The roster of a level names whom it asks itself; a consolidated workbook brings its own units. Every unit stands in the
list once, however many ways lead to it. Each authority gives codes for itself, so two units of two counties may have
one code: below, a code is a unit's only together with its name or its credit code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, count

from addin.receiving.outcomes import FromBelow, IncomingFile
from addin.roster import ReportingUnit, Roster
from templates.content import Identity
from templates.model import Survey
from templates.spelling import make_name_key, normalize_credit_code


class KnownUnits:
    """The roster's units, then those of the levels below."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.added: list[ReportingUnit] = []
        self.by_code = dict(roster.by_code)
        self.by_name = dict(roster.by_name)
        self._by_credit_code = {_credit_key(unit): unit for unit in reversed(roster.units) if unit.uscc}

    @property
    def units(self) -> tuple[ReportingUnit, ...]:
        """All of them, each once."""
        return (*self.roster.units, *self.added)

    def sender(self, identity: Identity) -> ReportingUnit | None:
        """Return whose file it is. On the roster the code decides; below also name or credit code have to be right."""
        unit = self.by_code.get(identity.code)
        sure = unit is None or unit.code in self.roster.by_code or _alike(unit, identity)
        return unit if sure else None

    def adopt(self, carried: FromBelow) -> ReportingUnit:
        """Return the unit among those known that ``carried`` is about; add it where there is none yet."""
        unit = carried.unit
        same = self.by_code.get(unit.code)
        if same is None or not _alike(same, unit):
            same = self._by_credit_code.get(_credit_key(unit)) if unit.uscc else None
        return same or self._add(replace(unit, code=self._free(unit.code, carried.producer)))

    def _add(self, unit: ReportingUnit) -> ReportingUnit:
        self.added.append(unit)
        self.by_code[unit.code] = unit
        self.by_name.setdefault(make_name_key(unit.name), unit)
        if unit.uscc:
            self._by_credit_code.setdefault(_credit_key(unit), unit)
        return unit

    def _free(self, code: str, producer: str) -> str:
        """Return the code, or one made of it that nobody has: another unit keeps its own."""
        longer = f"{producer}-{code}"
        tried = chain((code, longer), (f"{longer}-{number}" for number in count(2)))
        return next(free for free in tried if free not in self.by_code)


def adopt_units(incoming: Iterable[IncomingFile], roster: Roster) -> tuple[list[IncomingFile], KnownUnits]:
    """Return the files, each that came from below with its unit as the list has it; and the list."""
    units = KnownUnits(roster)
    files = [
        replace(file, carried=replace(file.carried, unit=units.adopt(file.carried))) if file.carried else file
        for file in incoming
    ]
    return files, units


def find_producer(units: Sequence[ReportingUnit], survey: Survey) -> ReportingUnit:
    """Return the unit that merges: the parent of most of ``units``, else the first of the widest level."""
    by_code = {unit.code: unit for unit in units}
    parents = Counter(unit.parent for unit in units if unit.parent in by_code and unit.parent != unit.code)
    if parents:
        return by_code[parents.most_common(1)[0][0]]
    return min(units, key=lambda unit: survey.levels.index(unit.level) if unit.level in survey.levels else len(units))


def _alike(one: ReportingUnit | Identity, other: ReportingUnit | Identity) -> bool:
    """Return whether two units of one code are one: by their names, or by their credit codes."""
    codes = {normalize_credit_code(one.uscc), normalize_credit_code(other.uscc)}
    return make_name_key(one.name) == make_name_key(other.name) or (len(codes) == 1 and "" not in codes)


def _credit_key(unit: ReportingUnit) -> tuple[str, str, str]:
    """Return what is one unit's whatever code it was given: parts share their parent's credit code, not its name."""
    return normalize_credit_code(unit.uscc), make_name_key(unit.name), unit.kind
