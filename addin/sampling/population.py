"""Who may be drawn: the counted 基层 units of the last merge, by what the store holds of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from addin.receiving.outcomes import State
from addin.sampling.strata import Candidate
from addin.store.acts import UnitStanding, read_standings
from addin.store.packed import unpack_reading
from addin.store.store import Store
from addin.store.submissions import fetch
from addin.submission import Edition, Submission
from templates.model import Survey
from templates.words import say

AT_ONCE: Final = 200
"""So many returns are taken out of the store together."""


class NoDraw(Exception):
    """Nothing can be drawn, or read back; the text is one sentence that says why and what to do."""


@dataclass(frozen=True)
class Population:
    """The units that may be drawn, in the order of their codes."""

    units: tuple[Candidate, ...]
    submissions: dict[str, Submission]
    """What stands for each of them, by its code."""
    standings: dict[str, UnitStanding]
    left_out: tuple[str, ...] = ()
    """Counted units whose returns are not in this store, a sentence each."""
    apart: dict[str, int] = field(default_factory=dict)
    """How many counted units are no 基层 units: parts, and levels above."""

    @property
    def by_code(self) -> dict[str, Candidate]:
        """The units by code."""
        return {unit.code: unit for unit in self.units}


def read_population(survey: Survey, store: Store, year: int | None) -> Population:
    """Return who may be drawn. Raises StoreError, and NoDraw where nobody may, or returns have to be merged anew."""
    standings = read_standings(store, survey.id, year)
    counted = [one for one in standings.values() if one.state.counts and not one.undecided]
    here = [one for one in counted if one.submission is not None]
    left_out = [say("sampling.left_out.below", name=one.name, code=one.code) for one in counted if one not in here]
    read = _read(store, here)
    _refuse_others(survey, read)
    return _sort_out(survey, standings, read, left_out, {one.code for one in here})


def _read(store: Store, standings: Sequence[UnitStanding]) -> dict[str, Submission]:
    found: dict[str, Submission] = {}
    for start in range(0, len(standings), AT_ONCE):
        found |= _read_some(store, standings[start : start + AT_ONCE])
    return found


def _read_some(store: Store, standings: Sequence[UnitStanding]) -> dict[str, Submission]:
    with store.opened(read_only=True) as connection:
        heads: dict[int, dict[str, Any]] = fetch(
            connection, [one.submission for one in standings if one.submission is not None]
        )
    found: dict[str, Submission] = {}
    for one in standings:
        try:
            read = unpack_reading(heads[one.submission]) if one.submission in heads else None
        except ValueError as error:
            raise NoDraw(say("sampling.refused.edited", name=one.name)) from error
        if isinstance(read, Submission):
            found[one.code] = read
    return found


def _refuse_others(survey: Survey, read: dict[str, Submission]) -> None:
    """Refuse where returns were read by other definitions: a population with holes is none."""
    others = [one for one in read.values() if one.edition != Edition.of(survey)]
    if others:
        told = {"count": len(others), "name": others[0].identity.name}
        raise NoDraw(say("sampling.refused.other_edition", **told))


def _sort_out(
    survey: Survey,
    standings: dict[str, UnitStanding],
    read: dict[str, Submission],
    left_out: Iterable[str],
    here: set[str],
) -> Population:
    levels = survey.sampling.levels or survey.levels
    kinds = {code: survey.kind[one.identity.kind] for code, one in read.items()}
    parts = {code for code in read if kinds[code].part}
    above = {code for code, one in read.items() if code not in parts and one.identity.level not in levels}
    units = [
        Candidate(code, standings[code].name, one.identity.kind, one.identity.level)
        for code, one in sorted(read.items())
        if code not in parts | above
    ]
    if not units:
        accepted = say("sampling.refused.nobody", states=_tell_states(), levels="、".join(levels))
        raise NoDraw(accepted)
    lost = [say("sampling.left_out.lost", name=standings[code].name, code=code) for code in sorted(here - set(read))]
    apart = {"parts": len(parts), "above": len(above)}
    own = {unit.code: read[unit.code] for unit in units}
    return Population(tuple(units), own, standings, (*left_out, *lost), apart)


def _tell_states() -> str:
    return "、".join(state.shown for state in (State.PASSED, State.ACCEPTED))
