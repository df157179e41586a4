"""Corrections as sentences and as JSON, with the totals as handed in and as revised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from addin.correcting.decide import DecidedCorrections
from addin.correcting.requests import Correction, CorrectionState, LateReturn, Ruling
from addin.correcting.revise import RevisedTotal, RevisedTotals
from addin.store.corrections import PlainValue
from addin.store.versions import LockedVersion
from addin.summary.rollup import convert_totals
from templates.nature import format_grouped
from templates.words import lookup, say

SHOWN = 20
"""So many cells of a unit are shown to people; all of them are in the JSON and in 汇总."""


def describe_corrections(state: CorrectionState, totals: RevisedTotals) -> dict[str, Any]:
    """Return what ``correct list --json`` prints."""
    version = state.version
    return {
        "survey": state.survey.id,
        "year": state.year,
        "version": {"number": version.number, "by": version.by, "at": version.at, "seal": version.seal},
        "corrections": [describe_correction(one) for one in state.requests],
        "units": [
            {
                "unit": one.unit,
                "name": one.name,
                "handed_in": one.counted,
                "ledger_rows": one.rows,
                "breaches": list(tell_breaches(one)),
            }
            for one in state.late
        ],
        "open": len(state.open),
        "totals": {
            "handed_in": convert_totals({form: dict(cells) for form, cells in totals.handed_in.items()}),
            "revised": convert_totals(totals.revised),
            "changed": [_describe_total(one) for one in totals.changed],
        },
    }


def describe_correction(one: Correction) -> dict[str, Any]:
    """Return one correction as JSON has it."""
    decided = one.decided
    return {
        "id": one.id,
        "unit": one.unit,
        "name": one.name,
        "form": one.indicator.form,
        "code": one.indicator.code,
        "indicator": one.indicator.name,
        "old": one.old,
        "new": one.new,
        "why": one.why,
        "file": one.file,
        "received": one.received,
        "state": one.ruling.value,
        "blocked": one.blocked,
        "by": decided.by if decided else None,
        "decided_at": decided.at if decided else None,
        "note": decided.note if decided else None,
    }


def _describe_total(one: RevisedTotal) -> dict[str, Any]:
    return {
        "form": one.indicator.form,
        "code": one.indicator.code,
        "indicator": one.indicator.name,
        "handed_in": _whole(one.handed_in),
        "revised": _whole(one.revised),
        "requested": _whole(one.requested),
        "known": one.known,
    }


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


def tell_corrections(state: CorrectionState, totals: RevisedTotals) -> Iterator[str]:
    """Yield the same as lines for people: unit by unit, then the totals that change."""
    yield say("correct.told.version", version=tell_version(state.version))
    if not state.requests:
        yield say("correct.told.none")
        return
    for late in state.late:
        yield from _tell_unit(late)
    if totals.changed:
        yield say("correct.told.totals")
    for one in totals.changed:
        yield _tell_total(one)
    yield say("correct.told.count", total=len(state.requests), open=len(state.open))


def tell_version(version: LockedVersion) -> str:
    """Return which version it is, when and by whom it was locked, and its 校验码."""
    day = f"{datetime.fromisoformat(version.at):%Y-%m-%d %H:%M}"
    return say("correct.version", number=version.number, day=day, by=version.by, seal=version.seal)


def _tell_unit(late: LateReturn) -> Iterator[str]:
    first = next(iter(late.requests), None)
    rows = say("correct.told.rows", count=late.rows) if late.rows else ""
    left_out = "" if late.counted else say("correct.told.left_out")
    received = f"{datetime.fromisoformat(first.received):%Y-%m-%d}" if first and first.received else ""
    told = {"name": late.name, "code": late.unit, "file": first.file if first else "", "day": received}
    yield say("correct.told.unit", rows=rows, left_out=left_out, **told)
    if first and first.blocked:
        yield say("correct.told.blocked", why=first.blocked)
    for one in late.requests[:SHOWN]:
        yield tell_correction(one)
    if len(late.requests) > SHOWN:
        yield say("correct.told.more", count=len(late.requests) - SHOWN)
    yield from tell_breaches(late)


def tell_breaches(late: LateReturn) -> Iterator[str]:
    """Yield which rules the return does not keep as it is revised so far."""
    for finding in late.breaches:
        told = {"form": finding.form, "code": finding.code, "message": finding.message}
        yield say("correct.told.breach", name=late.name, unit=late.unit, **told)


def tell_correction(one: Correction) -> str:
    """Return the line of one correction."""
    why = say("correct.told.why", why=one.why) if one.why else say("correct.told.no_why")
    return say(
        "correct.told.line",
        id=one.id,
        indicator=one.indicator.name,
        old=_show(one.old),
        new=_show(one.new),
        measure=f" {one.indicator.measure}" if one.indicator.measure else "",
        why="" if one.ruling is Ruling.APPROVED and not one.why else why,
        ruling=_tell_ruling(one),
    )


def _tell_ruling(one: Correction) -> str:
    """Return how a correction stands, who decided it and what he noted."""
    decided = one.decided
    note = say("correct.told.note", note=decided.note) if decided and decided.note else ""
    ruling: str = lookup("correct.ruling")[one.ruling.value]
    return ruling.format(by=decided.by if decided else "") + note


def _tell_total(one: RevisedTotal) -> str:
    place = {"form": one.indicator.form, "code": one.indicator.code, "indicator": one.indicator.name}
    if not one.known:
        return say("correct.told.unknown_total", **place, handed_in=_show(one.handed_in))
    numbers = {key: _show(_whole(getattr(one, key))) for key in ("handed_in", "revised", "requested")}
    key = "total" if one.revised == one.requested else "total_open"
    return say(f"correct.told.{key}", **place, **numbers)


def _show(value: PlainValue) -> str:
    if value is None:
        return say("correct.blank")
    return format_grouped(float(value)) if isinstance(value, int | float) else value


def describe_decided_corrections(done: DecidedCorrections, *, approve: bool) -> dict[str, Any]:
    """Return what ``correct approve`` and ``correct refuse`` print with ``--json``."""
    return {
        "what": (Ruling.APPROVED if approve else Ruling.REFUSED).value,
        "done": [{"id": one.id, "unit": one.unit, "old": one.old, "new": one.new} for one in done.done],
        "refused": [{"id": name, "reason": why} for name, why in done.refused],
    }
