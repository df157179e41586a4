"""The demo from end to end: roster, workbooks mailed out, returns, the consolidated workbook, and where to look."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from addin.demo.actor import Actor
from addin.demo.answering import answer_some, send_open_back
from addin.demo.arrivals import date_answers, date_returns
from addin.demo.cast import Cast, DemoError, read_cast
from addin.demo.composing import Family, compose_returns, find_families, look_back
from addin.demo.faults import FAULTS, NoFault, pack_parcels
from addin.demo.parcel import Parcel, ReturnWriter, write_parcels
from addin.demo.places import DemoPlaces
from addin.demo.roster_step import prepare_roster
from addin.demo.seed import make_plausible
from addin.demo.tour import Rounds, tell_tour
from addin.progress import Progress
from addin.receiving.outcomes import Merged, Role, State
from addin.receiving.receive import MergeJob
from addin.roster import ReportingUnit, Roster, name_workbook
from addin.sending.dispatch import keep_password, prefill_content
from addin.store.remember import merge_into
from addin.store.store import Store, StoreError
from addin.summary.consolidate import write_summary
from addin.summary.opinions import SummaryError
from addin.summary.rollup import Rollup
from generator.lock import Lock
from generator.temporary import temporary_folder
from templates.content import Content
from templates.model import Survey
from templates.words import say

PASSWORD_BYTES = 9


@dataclass(frozen=True)
class DemoResult:
    """What the demo left, how it went, and lines that say what to look at and what to try."""

    places: DemoPlaces
    units: int
    returned: int
    fine: int
    with_errors: int
    refused: int
    missing: int
    tour: tuple[str, ...]


def play_demo(
    survey: Survey,
    out: Path,
    *,
    year: int = 2024,
    seed: int = 2024,
    progress: Progress | None = None,
    workers: int | None = None,
) -> DemoResult:
    """Play a whole round of ``survey`` in the folder ``out``, the same for the same seed.

    Raises :class:`DemoError` when the survey has no demo data or the folder holds something else, RosterError when the
    demo data make no good roster, OSError when the folder cannot be written.
    """
    cast, places = _prepared(survey, out)
    lock = _locked(places)
    roster, check = prepare_roster(survey, year, cast, places, lock)
    actors = make_plausible(survey, roster.units, cast, year, seed)
    families = find_families(actors)
    for family in families:
        look_back(survey, year, family)
    desk = ReturnWriter(survey, lock)
    write_parcels(desk, _mail(places, roster, actors, families, cast), progress, workers)
    compositions = [compose_returns(survey, family, roster, places) for family in families]
    rounds = _two_rounds(desk, year, roster, places, actors, families)
    lines = tell_tour(places, rounds, check, compositions)
    places.guide.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return DemoResult(places, **_counts(rounds.merged), tour=lines)


def _two_rounds(
    desk: ReturnWriter,
    year: int,
    roster: Roster,
    places: DemoPlaces,
    actors: Sequence[Actor],
    families: Sequence[Family],
) -> Rounds:
    """Merge what was mailed back, send back what is open, and merge again with what units answered."""
    composed = {family.own.identity.code for family in families}
    try:
        date_returns(places.returns, year)
        first = _merged(desk.survey, year, roster, places)
        done = send_open_back(desk.survey, year, roster, places)
        answered = answer_some(desk, done, actors, composed, places)
        date_answers(answered, year)
        return Rounds(first, done, answered, _merged(desk.survey, year, roster, places))
    except (SummaryError, StoreError) as error:
        raise DemoError(str(error)) from error


def _merged(survey: Survey, year: int, roster: Roster, places: DemoPlaces) -> Merged:
    """Merge what was mailed back into store and consolidated workbook. Raises StoreError and SummaryError."""
    with temporary_folder() as unpacked:
        job = MergeJob([places.returns], roster, survey, year, unpacked=unpacked)
        merged = merge_into(Store(places.store), job)
        write_summary(merged, Rollup.of(merged), places.summary)
    return merged


def _prepared(survey: Survey, out: Path) -> tuple[Cast, DemoPlaces]:
    """Return who takes part and where; the folders are there and empty."""
    cast, places = read_cast(survey), DemoPlaces(out)
    if unknown := sorted(cast.fault_names - FAULTS.keys()):
        raise DemoError(say("demo.unknown_fault", faults="、".join(unknown), known="、".join(FAULTS)))
    places.clear()
    return cast, places


def _locked(places: DemoPlaces) -> Lock:
    """Return the lock of everything that is mailed out; its password is kept beside."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    keep_password(places.folder, password)
    return Lock.of(password)


# --- the mail --------------------------------------------------------------------------------------------------------


def _mail(
    places: DemoPlaces, roster: Roster, actors: Sequence[Actor], families: Sequence[Family], cast: Cast
) -> list[tuple[Path, Parcel]]:
    """Return every file with its folder: what is mailed out first.

    What a unit with parts has filled itself is not mailed back: its return is yet to be composed.
    """
    out = [
        (places.workbooks, Parcel(name_workbook(unit), actor.identity, _as_mailed(unit, actor)))
        for unit, actor in zip(roster.units, actors, strict=True)
    ]
    kept = {family.own.identity.code for family in families}
    if kept:
        places.composing.mkdir(exist_ok=True)
    back = [
        (places.composing if unit.code in kept else places.returns, parcel)
        for unit, actor in zip(roster.units, actors, strict=True)
        for parcel in _sent(actor, name_workbook(unit), cast)
    ]
    return out + back


def _as_mailed(unit: ReportingUnit, actor: Actor) -> Content:
    content = prefill_content(unit, actor.survey)
    content.prior = actor.content.prior
    return content


def _sent(actor: Actor, name: str, cast: Cast) -> list[Parcel]:
    try:
        return pack_parcels(actor, name, cast.faults.get(actor.identity.code, ()))
    except NoFault as error:
        raise DemoError(say("demo.no_occasion", fault=error)) from error


# --- how it went -----------------------------------------------------------------------------------------------------


def _counts(merged: Merged) -> dict[str, int]:
    states = Counter(unit.state for unit in merged.units)
    return {
        "units": len(merged.units),
        "returned": len(merged.units) - states[State.MISSING],
        "fine": states[State.PASSED],
        "with_errors": states[State.FAULTY],
        "refused": sum(file.role is Role.REFUSED for file in merged.strays),
        "missing": states[State.MISSING],
    }
