"""Corrections as 汇总.xlsx shows them."""

from __future__ import annotations

from datetime import date

from addin.correcting.requests import Correction, CorrectionState, Ruling, read_correction_state
from addin.correcting.revise import RevisedTotal, revise_totals
from addin.correcting.tell import tell_version
from addin.store.store import Store
from addin.store.versions import read_locked_version
from generator.consolidated.corrections import CorrectedTotal, CorrectionLine, CorrectionSheets
from templates.content import Value
from templates.model import Survey
from templates.words import lookup, say

_LIGHTS = {Ruling.OPEN: "warning", Ruling.APPROVED: "fine_box", Ruling.REFUSED: "info"}


def gather_corrections(store: Store, survey: Survey, year: int | None) -> CorrectionSheets:
    """Return what the sheets show; nothing where no version is locked. Raises StoreError."""
    version = read_locked_version(store, survey.id, year) if year is not None else None
    if version is None or year is None:
        return CorrectionSheets()
    state = read_correction_state(store, survey, year, version)
    return show_corrections(state)


def show_corrections(state: CorrectionState) -> CorrectionSheets:
    """Return what the sheets show of what stands against a version."""
    lines = tuple(_make_line(one) for one in state.requests)
    return CorrectionSheets(
        tell_version(state.version), lines, tuple(_make_total(one) for one in revise_totals(state).changed)
    )


def _make_line(one: Correction) -> CorrectionLine:
    old, new = (_restore(value, is_date=one.indicator.kind.is_date) for value in (one.old, one.new))
    state, remark = lookup("correct.sheet.states")[one.ruling.value], ""
    if one.decided:
        note = say("correct.told.note", note=one.decided.note) if one.decided.note else ""
        remark = one.decided.by + note
    told = (one.why, one.file, state, _LIGHTS[one.ruling], remark)
    return CorrectionLine(one.id, one.name, one.indicator, old, new, *told)


def _restore(value: str | int | float | None, *, is_date: bool) -> Value | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if is_date else value
        except ValueError:
            return value
    return None if value is None else float(value)


def _make_total(one: RevisedTotal) -> CorrectedTotal:
    remark = "" if one.known else say("correct.unknown")
    return CorrectedTotal(one.indicator, one.handed_in, one.revised, one.requested, remark)
