"""The demo from end to end: roster, workbooks mailed out, returns, the consolidated workbook, and where to look."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

from addin.demo.actor import Actor
from addin.demo.cast import Cast, DemoError, read_cast
from addin.demo.faults import FAULTS, NoFault, parcels
from addin.demo.parcel import Desk, Parcel, write_parcels
from addin.demo.seed import plausible
from addin.dispatch import keep_password, prefilled
from addin.merging.consolidate import write_summary
from addin.merging.merge import merge
from addin.merging.merged import Merged, Role, State, UnitReturn
from addin.merging.rollup import Rollup
from addin.progress import Progress
from addin.reading.reader import read
from addin.roster import ReportingUnit, read_roster, workbook_name
from generator.roster_sheet import new_roster
from generator.strict import Lock
from templates.content import Content
from templates.model import Survey
from templates.words import lookup, say

PASSWORD_BYTES = 9


@dataclass(frozen=True)
class Places:
    """Where everything lies."""

    folder: Path

    @property
    def roster(self) -> Path:
        """The roster."""
        return self.folder / "roster.xlsx"

    @property
    def workbooks(self) -> Path:
        """The workbooks as mailed out."""
        return self.folder / "workbooks"

    @property
    def returns(self) -> Path:
        """The workbooks as mailed back."""
        return self.folder / "returns"

    @property
    def summary(self) -> Path:
        """The consolidated workbook."""
        return self.folder / str(lookup("consolidated.file_name"))

    @property
    def guide(self) -> Path:
        """What to look at; also the sign that the demo may write over what is here."""
        return self.folder / say("demo.guide")


@dataclass(frozen=True)
class DemoResult:
    """What the demo left, how it went, and lines that say what to look at and what to try."""

    places: Places
    units: int
    returned: int
    fine: int
    with_errors: int
    refused: int
    missing: int
    tour: tuple[str, ...]


def demo(
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
    cast = read_cast(survey)
    places = Places(out)
    _clear(places)
    new_roster(places.roster, survey, [astuple(unit) for unit in cast.reporting_units(survey)])
    roster = read_roster(places.roster, survey)
    actors = plausible(survey, roster.units, cast, year, seed)
    _write(survey, places, _mail(places, roster.units, actors, cast), progress, workers)
    merged = merge([places.returns], roster, survey, year=year, read=partial(read, surveys=lambda _: survey))
    write_summary(merged, Rollup.of(merged), places.summary)
    return _result(places, merged)


def _clear(places: Places) -> None:
    """Make the folders, without what an earlier demo left in them. Raises :class:`DemoError` over anybody else's."""
    for folder in (places.workbooks, places.returns):
        folder.mkdir(parents=True, exist_ok=True)
        found = list(folder.iterdir())
        if found and not places.guide.exists():
            raise DemoError(say("demo.not_empty", folder=folder))
        for path in found:
            if path.is_file():
                path.unlink()
    places.guide.touch()


def _mail(
    places: Places, units: tuple[ReportingUnit, ...], actors: list[Actor], cast: Cast
) -> list[tuple[Path, Parcel]]:
    """Return every file with its folder: what is mailed out first."""
    if unknown := sorted(cast.fault_names - FAULTS.keys()):
        raise DemoError(say("demo.unknown_fault", faults="、".join(unknown), known="、".join(FAULTS)))
    out = [
        (places.workbooks, Parcel(workbook_name(unit), actor.identity, _as_mailed(unit, actor)))
        for unit, actor in zip(units, actors, strict=True)
    ]
    back = [
        (places.returns, parcel)
        for unit, actor in zip(units, actors, strict=True)
        for parcel in _sent(actor, workbook_name(unit), cast)
    ]
    return out + back


def _as_mailed(unit: ReportingUnit, actor: Actor) -> Content:
    content = prefilled(unit, actor.survey)
    content.prior = actor.content.prior
    return content


def _sent(actor: Actor, name: str, cast: Cast) -> list[Parcel]:
    try:
        return parcels(actor, name, cast.faults.get(actor.identity.code, ()))
    except NoFault as error:
        raise DemoError(say("demo.no_occasion", fault=error)) from error


def _write(
    survey: Survey, places: Places, files: list[tuple[Path, Parcel]], progress: Progress | None, workers: int | None
) -> None:
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    keep_password(places.folder, password)
    write_parcels(Desk(survey, Lock.of(password)), files, progress, workers)


def _result(places: Places, merged: Merged) -> DemoResult:
    states = Counter(unit.state for unit in merged.units)
    counts = {
        "units": len(merged.units),
        "returned": sum(bool(unit.files) for unit in merged.units),
        "fine": states[State.PASSED],
        "with_errors": states[State.RECEIVED],
        "refused": sum(file.role is Role.REFUSED for file in merged.strays),
        "missing": states[State.MISSING],
    }
    tour = _tour(places, merged, counts)
    places.guide.write_text("\n".join(tour) + "\n", encoding="utf-8")
    return DemoResult(places, **counts, tour=tour)


def _tour(places: Places, merged: Merged, counts: dict[str, int]) -> tuple[str, ...]:
    named = {
        "survey": merged.survey.id,
        "next_year": (merged.year or 0) + 1,
        "folder": places.folder,
        "summary": places.summary,
        "good": _first(places, [unit for unit in merged.units if unit.state is State.PASSED and not _pending(unit)]),
        "bad": _first(places, [unit for unit in merged.units if unit.state is State.RECEIVED]),
        "empty": next(iter(sorted(places.workbooks.iterdir())), ""),
    }
    return tuple(line.format(**counts, **named) for line in lookup("demo.tour"))


def _pending(unit: UnitReturn) -> bool:
    return any(finding.pending for finding in unit.findings)


def _first(places: Places, units: list[UnitReturn]) -> Path:
    """Return the first of these returns that lies open in the folder, not in a zip."""
    sent = (places.returns / unit.files[0].shown for unit in units)
    return next((path for path in sent if path.exists()), places.returns)
