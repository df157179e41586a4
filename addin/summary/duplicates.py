"""疑似重复: the same event or thing in the ledgers of two units, told by what the survey declares.

Parts are left out: what they list is handed up in the return that they are composed into. So are units of which several
files contend. Nobody is accused by it: an officer decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from addin.auditing.arrays import Bools, Indices, convert_to_text
from addin.auditing.batch import Batch, LedgerRows
from addin.receiving.outcomes import Merged, UnitOutcome
from addin.summary.likeness import contradict, pair_alike, pair_within, spell_names
from templates.across import SameThing
from templates.model import Survey
from templates.spelling import make_name_key
from templates.words import say

LEAST_ID = 4
"""A shorter number is none: people write that there is none."""


@dataclass(frozen=True)
class SameRow:
    """A row in a unit's ledger that is the same thing as another unit's."""

    unit: UnitOutcome
    ledger: str
    row: int
    """Its row in the sheet."""
    cell: str
    """Where it stands in the unit's workbook."""
    title: str
    """What the unit calls the thing."""


@dataclass(frozen=True)
class SameGroup:
    """Rows of two or more units that seem to be one thing."""

    same: SameThing
    why: str
    rows: tuple[SameRow, ...]


def find_same_things(merged: Merged) -> list[SameGroup]:
    """Return what seems to stand in the ledgers of two units, ledger by ledger, in the order of the roster."""
    senders = [one for one in merged.units if one.submission is not None and not one.part and not one.undecided]
    if merged.year is None or not senders:
        return []
    batch = Batch(merged.survey, merged.year, [one.submission for one in senders if one.submission is not None])
    places = _list_areas(merged.survey) if merged.survey.across.duplicates else frozenset()
    return [
        group
        for same in merged.survey.across.duplicates
        for group in _Compared(batch.rows(same.ledger), same, merged.year, places).list_groups(senders)
    ]


def _list_areas(survey: Survey) -> frozenset[str]:
    """Return the names of areas in code lists that form a cascade; also without the last character: 渝中区, 渝中."""
    lists = survey.code_lists.values()
    cascade = {one.id for one in lists if one.parent} | {one.parent for one in lists if one.parent}
    names = {make_name_key(name) for one in lists if one.id in cascade for name in one.values}
    return frozenset(names | {name[:-1] for name in names if len(name) > 2})


class _Compared:
    """The live rows of one ledger, all units' below each other, as they are compared. Places are rows."""

    def __init__(self, rows: LedgerRows, same: SameThing, year: int, places: frozenset[str]) -> None:
        self.rows, self.same, self.places = rows, same, places
        self.texts = {
            name: spell_names(rows.column(name).texts.tolist(), year) for name in same.columns if name != same.day
        }
        if same.id:
            self.texts[same.id] = [text if len(text) >= LEAST_ID else "" for text in self.texts[same.id]]

    def list_groups(self, senders: Sequence[UnitOutcome]) -> Iterator[SameGroup]:
        """Yield the groups of rows that are linked with each other, of two units at least."""
        if not self.rows.size:
            return
        pairs = list(self._list_pairs())
        for members in _connect(pairs):
            if len({int(self.rows.units[place]) for place in members}) > 1:
                rows = tuple(self._make_row(place, senders) for place in members)
                yield SameGroup(self.same, self._say_why(members), rows)

    def _list_pairs(self) -> Iterator[tuple[int, int]]:
        """Yield pairs of rows of different units that seem to be one thing."""
        codes, names = pd.factorize(np.array(self.texts[self.same.name], dtype=np.object_))
        order = np.argsort(self._days, kind="stable")  # same names: those of one day beside each other
        found = [pair_within(codes[order], order), self._pair_ids(), self._pair_names(codes, names.tolist())]
        one, other = (np.concatenate(sides) for sides in zip(*found, strict=True))
        kept = self._may_be_one(one, other)
        for pair in dict.fromkeys(zip(one[kept].tolist(), other[kept].tolist(), strict=True)):
            if self._agree(*pair):
                yield pair

    @property
    def _days(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return self.rows.column(self.same.day).numbers if self.same.day else np.zeros(self.rows.size)

    def _pair_ids(self) -> tuple[Indices, Indices]:
        if not self.same.id:
            return pair_within(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
        ids = np.array(self.texts[self.same.id], dtype=np.object_)
        filled = np.flatnonzero(ids != "")
        return pair_within(pd.factorize(ids[filled])[0], filled, skip_crowds=True)

    def _pair_names(self, codes: Indices, names: list[str]) -> tuple[Indices, Indices]:
        """Return pairs of rows whose names are alike without being the same."""
        one, other = pair_alike(names, self.same.alike)
        pairs = zip(one.tolist(), other.tolist(), strict=True)
        told = [(a, b) for a, b in pairs if not contradict(names[a], names[b], self.places)]
        asked = {name for pair in told for name in pair}
        members: dict[int, list[int]] = {name: [] for name in asked}
        for place in np.flatnonzero(np.isin(codes, list(asked))).tolist():
            members[int(codes[place])].append(place)
        rows = [(min(a, b), max(a, b)) for x, y in told for a in members[x] for b in members[y]]
        found = np.array(rows, dtype=np.intp).reshape(-1, 2)
        return found[:, 0], found[:, 1]

    def _may_be_one(self, one: Indices, other: Indices) -> Bools:
        """Return which pairs are of two units, named, and of days that are close."""
        units, named = self.rows.units, np.array([bool(text) for text in self.texts[self.same.name]], dtype=np.bool_)
        kept = (units[one] != units[other]) & named[one] & named[other]
        if self.same.day:
            apart = np.abs(self._days[one] - self._days[other])
            kept &= apart <= self.same.days
        return np.asarray(kept, dtype=np.bool_)

    def _agree(self, one: int, other: int) -> bool:
        """Return whether what else is known of two rows fits: the same number, or none that differ."""
        for name in filter(None, (self.same.id, *self.same.agree)):
            first, second = sorted((self.texts[name][one], self.texts[name][other]), key=len)
            if first not in second:  # a blank is in everything, 长安汽车 in 重庆长安汽车公司
                return False
        return True

    def _say_why(self, members: Sequence[int]) -> str:
        names = {self.texts[self.same.name][place] for place in members}
        ids = {self.texts[self.same.id][place] for place in members} if self.same.id else {""}
        same_id = len(ids) == 1 and ids != {""}
        key, column = ("id", self.same.id) if same_id else ("same" if len(names) == 1 else "alike", self.same.name)
        told = say(f"consolidated.doubles.why.{key}", column=column)
        days = say("consolidated.doubles.why.day", column=self.same.day, days=self.same.days) if self.same.day else ""
        return told + days

    def _make_row(self, place: int, senders: Sequence[UnitOutcome]) -> SameRow:
        unit, row, short = int(self.rows.units[place]), int(self.rows.sheet_rows[place]), self.same.ledger
        layout = self.rows.layouts[unit].ledgers.get(short)
        cell = layout.address(self.same.name, row) if layout else ""
        title = convert_to_text(self.rows.row(place).get(self.same.name))
        return SameRow(senders[unit], short, row, cell, title)


def _connect(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the members that pairs link with each other, group by group, all in their order."""
    leader: dict[int, int] = {}

    def lead(place: int) -> int:
        while leader.setdefault(place, place) != place:
            leader[place] = place = leader[leader[place]]
        return place

    for one, other in pairs:
        first, second = sorted((lead(one), lead(other)))
        leader[second] = first
    groups: dict[int, list[int]] = {}
    for place in sorted(leader):
        groups.setdefault(lead(place), []).append(place)
    return sorted(groups.values())
