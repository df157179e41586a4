"""A merge against what people decided before it: what holds, what a later file voids, what is ordered now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from addin.receiving.acts import NO_ACTS, Act, ActKind, UnitActs
from addin.receiving.outcomes import Merged, UnitOutcome
from addin.tracking.orders import Order, Unmet, carry_out


@dataclass(frozen=True)
class Known:
    """What is known beside the files: by unit code, or by the digest of a file."""

    acts: Mapping[str, UnitActs] = field(default_factory=dict)
    """What was done before."""
    orders: Mapping[str, Order] = field(default_factory=dict)
    """What an officer asks for now."""
    first_read: Mapping[str, datetime] = field(default_factory=dict)
    """When a file was there at the latest, by its digest."""

    @property
    def own(self) -> frozenset[str]:
        """The digests of workbooks that were sent back."""
        return frozenset(act.wrote for told in self.acts.values() for act in told.acts if act.wrote)


NOTHING_KNOWN: Final = Known()


@dataclass(frozen=True)
class SettledMerge:
    """The merge with what people did about its units, and the acts that are new."""

    merged: Merged
    acts: tuple[Act, ...]


def settle(merged: Merged, known: Known) -> SettledMerge:
    """Return the merge settled: decisions hold, or are voided by what came; orders are done, or it says why not."""
    units = [_settle_unit(unit, known, merged.moment) for unit in merged.units]
    new = [act for unit, before in units for act in unit.acts.acts[before:]]
    return SettledMerge(replace(merged, units=tuple(unit for unit, _ in units)), tuple(new))


def _settle_unit(unit: UnitOutcome, known: Known, moment: datetime) -> tuple[UnitOutcome, int]:
    """Return the unit with all acts on it, and how many of them are old."""
    acts = known.acts.get(unit.code, NO_ACTS)
    unit = replace(unit, acts=acts, first_read=known.first_read.get(unit.sha256))
    for act in _note_later_file(unit, moment):
        unit = _with(unit, act)
    if order := known.orders.get(unit.code):
        try:
            unit = replace(_with(unit, carry_out(order, unit, moment)), done=True)
        except Unmet as why:
            unit = replace(unit, unmet=str(why))
    return unit, len(acts.acts)


def _with(unit: UnitOutcome, act: Act) -> UnitOutcome:
    return replace(unit, acts=UnitActs((*unit.acts.acts, act)))


def _note_later_file(unit: UnitOutcome, moment: datetime) -> Iterator[Act]:
    """Yield what the file that stands for the unit does to the decision: voids it, or comes back as it was."""
    decision = unit.acts.decision
    if decision is None or unit.submission is None or unit.undecided:
        return
    if unit.acts.decide(unit.content, unit.sha256) is None:
        if decision.kind is ActKind.ACCEPTED:
            yield _noted(ActKind.VOIDED, unit, moment)
    elif decision.kind is ActKind.SENT_BACK and unit.sha256 not in _seen(unit.acts):
        yield _noted(ActKind.UNCHANGED, unit, moment)


def _seen(acts: UnitActs) -> set[str]:
    """Return the files that were there when the unit was sent back, that we sent, or that were told already."""
    return {digest for act in acts.acts for digest in (act.sha256, act.wrote)}


def _noted(kind: ActKind, unit: UnitOutcome, moment: datetime) -> Act:
    rounds, content, sha256 = unit.acts.rounds, unit.content, unit.sha256
    file = unit.files[0].shown
    return Act(kind, unit.code, unit.name, round=rounds, content=content, sha256=sha256, file=file, at=moment)
