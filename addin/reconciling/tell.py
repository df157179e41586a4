"""What comparing with an export yields, as sentences and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from addin.reading.cells import show_as_text
from addin.reconciling.compare import CellDifference, ExportComparison, ReadAs
from addin.reconciling.export_sheet import Unplaced
from templates.content import Value
from templates.words import lookup, say

QUOTED_PLACES = 5
"""So many cells that were read as something else are named; of the others it is said how many they are."""


def describe_comparison(found: ExportComparison) -> dict[str, Any]:
    """Return what ``reconcile --json`` prints."""
    accepted = found.accepted
    return {
        "survey": accepted.survey.id,
        "year": accepted.year,
        "files": list(found.files),
        "equal": found.equal,
        "compared": {"units": found.units, "cells": found.compared},
        "differences": [_describe_difference(one) for one in found.differences],
        "units_only_ours": [{"unit": unit.code, "name": unit.name, "form": form} for unit, form in found.missing],
        "units_only_theirs": [_describe_unplaced(one) for one in found.strangers],
        "columns_only_ours": [{"form": row.form, "code": row.code, "name": row.name} for row in found.missing_columns],
        "columns_unmapped": [_describe_unplaced(one) for one in found.unmapped],
        "forms_not_compared": list(found.missing_forms),
        "read_as": [
            {"sheet": one.sheet, "what": one.what, "measure": one.measure, "cells": list(one.places)}
            for one in found.read_as
        ],
        "remarks": [_describe_unplaced(one) for one in found.remarks],
    }


def tell_comparison(found: ExportComparison) -> Iterator[str]:
    """Yield the same as lines for people: what is equal in one, each thing that is not in a line of its own."""
    yield say("reconcile.told.compared", units=found.units, cells=found.compared)
    for one in found.read_as:
        yield _tell_read_as(one)
    for remark in found.remarks:
        yield tell_unplaced(remark)
    if found.differences:
        yield say("reconcile.told.differences", count=len(found.differences))
    for difference in found.differences:
        yield _tell_difference(difference)
    for unit, form in found.missing:
        key = "missing_form" if form else "missing_unit"
        yield say(f"reconcile.told.{key}", name=unit.name, code=unit.code, form=form)
    for row in found.missing_columns:
        yield say("reconcile.told.missing_column", form=row.form, code=row.code, name=row.name)
    for other in (*found.strangers, *found.unmapped):
        yield tell_unplaced(other)
    if found.missing_forms:
        yield say("reconcile.told.missing_forms", forms=lookup("reconcile.gap").join(found.missing_forms))
    if found.equal:
        yield say("reconcile.told.equal")


def tell_unplaced(one: Unplaced) -> str:
    """Return the line on a row, a column or a sheet that could not be placed."""
    where = f"{one.sheet}!{one.place}" if one.place else one.sheet
    return say(f"reconcile.unplaced.{one.why}", where=where, heading=one.heading, **one.told)


def _describe_difference(one: CellDifference) -> dict[str, Any]:
    return {
        "unit": one.unit.code,
        "name": one.unit.name,
        "form": one.indicator.form,
        "code": one.indicator.code,
        "cell": one.cell,
        "ours": _plain(one.ours),
        "theirs": _plain(one.theirs),
        "measure": one.measure or one.indicator.measure,
        "why": one.why,
        "sentence": _explain(one),
        "export_cell": f"{one.sheet}!{one.place}",
    }


def _describe_unplaced(one: Unplaced) -> dict[str, Any]:
    return {
        "sheet": one.sheet,
        "cell": one.place,
        "heading": one.heading,
        "why": one.why,
        "sentence": tell_unplaced(one),
    }


def _tell_difference(one: CellDifference) -> str:
    told = {"ours": _show(one.ours), "theirs": _show(one.theirs) + one.measure, "why": _explain(one)}
    about = {"name": one.unit.name, "code": one.unit.code, "cell": one.cell or f"{one.indicator.form}"}
    return say(
        "reconcile.told.difference",
        **about,
        indicator=f"{one.indicator.code}「{one.indicator.name}」",
        place=f"{one.sheet}!{one.place}",
        **told,
    )


def _explain(one: CellDifference) -> str:
    times = one.times if one.times >= 1 else 1 / one.times if one.times else 0
    key = f"{one.why}_theirs" if one.why == "times" and one.times < 1 else one.why
    return say(f"reconcile.why.{key}", times=f"{times:,.0f}", measure=one.indicator.measure)


def _tell_read_as(one: ReadAs) -> str:
    places = lookup("reconcile.gap").join(one.places[:QUOTED_PLACES])
    rest = len(one.places) - QUOTED_PLACES
    more = say("reconcile.told.more", count=rest) if rest > 0 else ""
    told = {"sheet": one.sheet, "places": places + more, "count": len(one.places), "measure": one.measure}
    return say(f"reconcile.read_as.{one.what}", **told)


def _show(value: Value | None) -> str:
    return lookup("reconcile.blank") if value is None else show_as_text(value)


def _plain(value: Value | None) -> Value | int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, date) else value
