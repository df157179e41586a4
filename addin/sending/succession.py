"""Whose values of last year a unit goes on from, where units were merged, split, or given other codes.

The roster's 原单位代码 says of which units of last year a unit of this year is made up; where it is blank, of the one
with its own code. A unit of which two units of this year are made up was split: nobody knows whose its numbers are, so
nobody gets them. Numbers are added up only where all of them are known: else some would be compared with all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum

from addin.auditing.arrays import convert_to_number
from addin.roster import ReportingUnit
from addin.sending.last_year import LastYear
from templates.content import Value
from templates.migration import Place
from templates.model import Indicator, Survey
from templates.older import show_place
from templates.words import say

FEW = 8
"""So many places are named in a sentence; of more it says how many they are."""

Cells = dict[str, dict[str, Value]]
"""Values by form and code."""


@dataclass(frozen=True)
class Succession:
    """Of which units of last year those of this year are made up."""

    predecessors: Mapping[str, tuple[str, ...]]
    """By code of this year's unit."""
    heirs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By code of last year's unit: who names it."""

    @property
    def split(self) -> frozenset[str]:
        """Units of last year that several of this year are made up of."""
        return frozenset(code for code, heirs in self.heirs.items() if len(heirs) > 1)

    def find_predecessors(self, code: str) -> tuple[str, ...]:
        """Return of which units one is made up; one that is not on the roster goes on from itself."""
        return self.predecessors.get(code, (code,))


def trace_units(units: Iterable[ReportingUnit]) -> Succession:
    """Return what 原单位代码 of the roster's units says."""
    predecessors = {unit.code: unit.predecessors for unit in units}
    heirs: dict[str, list[str]] = {}
    for code, former in predecessors.items():
        for one in former:
            heirs.setdefault(one, []).append(code)
    return Succession(predecessors, {code: tuple(named) for code, named in heirs.items()})


@dataclass(frozen=True)
class SucceededYears(Mapping[str, LastYear]):
    """What is put into this year's workbooks, by the codes of this year."""

    former: Mapping[str, LastYear]
    """What was reported last year, by the codes of then."""
    survey: Survey
    succession: Succession

    def __getitem__(self, code: str) -> LastYear:
        """Return what a unit goes on from. Raises KeyError where none of its predecessors reported."""
        codes = self.succession.find_predecessors(code)
        if code not in self:
            raise KeyError(code)
        split = self.succession.split
        whole = [self.former[one] for one in codes if one in self.former and one not in split]
        if len(codes) == 1 and whole:
            return whole[0]
        values = add_up(self.survey, whole)[0] if len(whole) == len(codes) else {}
        return LastYear(values, _join_rows(whole))

    def __contains__(self, code: object) -> bool:
        """Return whether a predecessor reported; nothing is added up for that."""
        return isinstance(code, str) and any(one in self.former for one in self.succession.find_predecessors(code))

    def __iter__(self) -> Iterator[str]:
        return (code for code in self.succession.predecessors if code in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def add_up(survey: Survey, years: Sequence[LastYear]) -> tuple[Cells, tuple[Place, ...]]:
    """Return the sums over what several units reported, and the number cells that do not add up and stay blank.

    Texts and choices are those of one unit and belong to none of the new one's; they stay blank, too.
    """
    levels = {last.level for last in years}
    sums: Cells = {}
    blank: list[Place] = []
    places = ((form, code) for last in years for form, cells in last.values.items() for code in cells)
    for form, code in dict.fromkeys(places):
        indicator = survey.form[form].indicators.get(code)
        if indicator is None or not indicator.kind.is_number:
            continue
        if _adds_up(indicator, levels):
            told = (convert_to_number(last.values.get(form, {}).get(code)) for last in years)
            sums.setdefault(form, {})[code] = round(fsum(one for one in told if one is not None), indicator.decimals)
        else:
            blank.append((form, code))
    return sums, tuple(blank)


def _adds_up(indicator: Indicator, levels: set[str]) -> bool:
    """Return whether units' numbers make a sum; those that add up within a level do where all are of one."""
    within = indicator.adds_by_level and indicator.over_totals is None and len(levels) == 1
    return indicator.adds_up or within


def _join_rows(years: Sequence[LastYear]) -> dict[str, list[Mapping[str, Value]]]:
    rows: dict[str, list[Mapping[str, Value]]] = {}
    for last in years:
        for short, own in last.rows.items():
            rows.setdefault(short, []).extend(own)
    return rows


def tell_succession(years: SucceededYears, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what whoever sends workbooks out has to know: renumbered, merged, split, unknown, and left behind.

    ``names`` are the names of this year's units by code.
    """
    succession, former = years.succession, years.former
    renumbered = [c for c, codes in succession.predecessors.items() if len(codes) == 1 and codes[0] not in (c, "")]
    alone = [code for code in renumbered if succession.predecessors[code][0] in former]
    if count := sum(succession.predecessors[code][0] not in succession.split for code in alone):
        yield say("succession.renumbered", count=count)
    for code, codes in succession.predecessors.items():
        if len(codes) > 1:
            yield _tell_merged(years, code, names.get(code, code), codes)
    for code in sorted(succession.split & set(former)):
        heirs = _join(f"{heir} {names.get(heir, '')}".rstrip() for heir in succession.heirs[code])
        yield say("succession.split", code=code, heirs=heirs)
    for code in renumbered:
        if code not in alone:
            told = {"code": code, "name": names.get(code, ""), "former": succession.predecessors[code][0]}
            yield say("succession.unknown", **told)
    if left := [code for code in former if code not in succession.heirs]:
        yield say("succession.left", count=len(left), codes=_join_few(left))


def _tell_merged(years: SucceededYears, code: str, name: str, codes: tuple[str, ...]) -> str:
    """Return what a unit that was merged out of several gets of their values."""
    told = {"code": code, "name": name, "codes": _join(codes)}
    if missing := [one for one in codes if one not in years.former]:
        return say("succession.merged_missing", missing=_join(missing), **told)
    if split := [one for one in codes if one in years.succession.split]:
        return say("succession.merged_split", split=_join(split), **told)
    _, blank = add_up(years.survey, [years.former[one] for one in codes])
    note = say("succession.blank", count=len(blank), places=_join_few(show_place(p, years.survey) for p in blank))
    return say("succession.merged", note=note if blank else "", **told)


def _join(texts: Iterable[str]) -> str:
    return say("succession.join").join(texts)


def _join_few(texts: Iterable[str]) -> str:
    listed = list(texts)
    few = _join(listed[:FEW])
    return few if len(listed) <= FEW else say("succession.and_more", texts=few)
