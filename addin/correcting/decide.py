"""Approving and refusing corrections: each by itself, done or refused for a reason; nothing of a version is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from addin.correcting.requests import Correction, CorrectionState, Ruling
from addin.store.corrections import CorrectionDecision, record_corrections
from addin.store.store import Store
from templates.words import say


@dataclass(frozen=True)
class DecidedCorrections:
    """What was put on record, and what was not: what was named, and why."""

    done: tuple[Correction, ...]
    refused: tuple[tuple[str, str], ...]


def decide_corrections(
    store: Store, state: CorrectionState, named: Sequence[str] | None, by: str, *, approve: bool, note: str = ""
) -> DecidedCorrections:
    """Approve or refuse the requests that are named by id or by unit; None means all that are open.

    Raises StoreError.
    """
    wanted, refused = _choose(state, named)
    done = []
    for one in wanted:
        if why := _find_refusal(one, approve=approve):
            refused.append((one.id, why))
        else:
            done.append(one)
    decisions = [_make_decision(one, state, by, note, approve=approve) for one in done]
    if decisions:
        record_corrections(store, state.survey.id, state.year, decisions, tell_decision)
    return DecidedCorrections(tuple(done), tuple(refused))


def _choose(state: CorrectionState, named: Sequence[str] | None) -> tuple[list[Correction], list[tuple[str, str]]]:
    if named is None:
        return state.open, []
    by_id = {one.id: one for one in state.requests}
    units = {late.unit for late in state.late}
    chosen: dict[str, Correction] = {}
    refused = []
    for name in named:
        if name in by_id:
            chosen[name] = by_id[name]
        elif name in units:
            own = [one for one in state.open if one.unit == name]
            chosen |= {one.id: one for one in own}
            if not own:
                refused.append((name, say("correct.refused.nothing_open")))
        else:
            refused.append((name, say("correct.refused.unknown")))
    return list(chosen.values()), refused


def _find_refusal(one: Correction, *, approve: bool) -> str:
    if one.ruling is Ruling.APPROVED:
        return say("correct.refused.approved")
    if one.ruling is Ruling.REFUSED and not approve:
        return say("correct.refused.refused")
    return one.blocked if approve else ""


def _make_decision(one: Correction, state: CorrectionState, by: str, note: str, *, approve: bool) -> CorrectionDecision:
    return CorrectionDecision(
        approve,
        state.version.number,
        one.unit,
        one.name,
        *one.place,
        one.old,
        one.new,
        by,
        note,
        one.why,
        one.file,
        one.sha256,
        one.submission,
    )


def tell_decision(one: CorrectionDecision) -> str:
    """Return the sentence in the unit's story: which cell, from what to what, with the officer's note."""
    blank = say("correct.blank")
    old, new = (blank if value is None else str(value) for value in (one.old, one.new))
    note = say("correct.told.note", note=one.note) if one.note else ""
    return say("correct.told.decision", form=one.form, code=one.code, old=old, new=new, version=one.version) + note


def list_ids(corrections: Iterable[Correction]) -> list[str]:
    """Return by what corrections are named."""
    return [one.id for one in corrections]
