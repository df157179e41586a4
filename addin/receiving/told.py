"""What people did about a unit, in the sentences that stand beside its state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from addin.receiving.acts import Act, ActKind, UnitActs
from templates.words import say

WAITING = ("missing", "sent_back")
"""States in which a unit owes something."""

_HERE = ("accepted", "sent_back")


def tell_acts(acts: UnitActs, state: str, verdict: str) -> list[str]:
    """Return what people did and what became of it; ``state`` is the unit's, ``verdict`` what the audit says."""
    return [*_tell_decision(acts, state, verdict), *_tell_days(acts, state)]


def spell_day(day: date | None) -> str:
    """Return a day as officers write it, ``4-09``; the year is that of the round."""
    return f"{day.month}-{day.day:02d}" if day else ""


def show_moment(act: Act) -> str:
    """Return the day on which something was done."""
    return spell_day(act.at.astimezone().date() if act.at else None)


def _tell_decision(acts: UnitActs, state: str, verdict: str) -> Iterator[str]:
    voided = acts.last(ActKind.VOIDED)
    if decision := acts.decision:
        stands = state in _HERE
        if stands or verdict == "missing":
            key = decision.kind.value if stands else f"{decision.kind.value}_away"
            yield _say(key, decision)
            yield from _tell_unchanged(acts, decision)
        elif decision.kind is ActKind.SENT_BACK:
            yield _say("answered", decision)
    elif voided:
        yield _say("voided", voided)


def _tell_unchanged(acts: UnitActs, decision: Act) -> Iterator[str]:
    unchanged = acts.last(ActKind.UNCHANGED)
    if unchanged and unchanged.round == decision.round and decision.kind is ActKind.SENT_BACK:
        yield _say("unchanged", unchanged)


def _tell_days(acts: UnitActs, state: str) -> Iterator[str]:
    extended, reminded = acts.last(ActKind.EXTENDED), acts.last(ActKind.REMINDED)
    if extended and extended.due == acts.due and state not in ("accepted", "passed", "held"):
        yield _say("extended", extended)
    if reminded and state in WAITING:
        yield _say("reminded", reminded)


def _say(key: str, act: Act) -> str:
    by = say("acts.told.by", by=act.by) if act.by else ""
    due = say("acts.told.due", due=spell_day(act.due)) if act.due else ""
    reason = say("acts.told.reason", reason=act.reason) if act.reason else ""
    told = {"day": show_moment(act), "until": spell_day(act.due), "round": act.round, "file": act.file}
    return say(f"acts.told.{key}", by=by, due=due, reason=reason, **told)
