"""What came after the last version: a new one takes up what was approved, and nothing that nobody decided about."""

from __future__ import annotations

from collections.abc import Collection

from addin.correcting.requests import Correction, CorrectionState, Ruling, read_correction_state
from addin.store.store import Store
from addin.store.versions import read_locked_version
from templates.model import Survey
from templates.words import say

NAMED = 8
"""So many requests a refusal names."""


def read_later(store: Store, survey: Survey, year: int) -> CorrectionState | None:
    """Return what was reported otherwise since the last version; None where none was locked. Raises StoreError."""
    version = read_locked_version(store, survey.id, year)
    return read_correction_state(store, survey, year, version) if version else None


def tell_unsettled(state: CorrectionState | None, counted: Collection[str]) -> str:
    """Return why what units report now cannot be handed in: ``""`` where all of it was approved.

    ``counted`` are the codes of the units that would be in the new version. A value that was refused still stands in
    the unit's file, and would go up with it.
    """
    if state is None:
        return ""
    unsettled = [one for one in state.requests if one.unit in counted and one.ruling is not Ruling.APPROVED]
    if not unsettled:
        return ""
    refused = sum(one.ruling is Ruling.REFUSED for one in unsettled)
    told = {"number": state.version.number, "open": len(unsettled) - refused, "refused": refused}
    return say("package.refused.corrections", ids=_list_ids(unsettled), **told)


def _list_ids(requests: list[Correction]) -> str:
    told = say("package.open.join").join(one.id for one in requests[:NAMED])
    rest = len(requests) - NAMED
    return told + (say("package.open.more_places", count=rest) if rest > 0 else "")
