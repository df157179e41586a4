"""Mailing out: a workbook for every unit of the roster, with last year's values where there are any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from addin.keys import Key, sign
from addin.progress import Progress, track
from addin.roster import ReportingUnit, Roster, name_workbooks
from addin.sending.last_year import LastYear, carry
from addin.sending.zero import name_areas
from generator.blueprint.kept import keep_blueprints
from generator.blueprint.source import BlueprintSource, fetch_blueprint
from generator.blueprint.stamp import Stamper
from generator.files import MODE
from generator.lock import Lock
from templates.content import Content, Identity, Value
from templates.model import Kind, Survey
from templates.program import name_program
from templates.words import lookup

ENOUGH: Final = 100
"""For so many workbooks each a program more is worth starting."""

CHUNK: Final = 10
"""So many units are given to a program at once."""

Prior = dict[str, dict[str, Value]]
"""Values of one unit by form and code."""


@dataclass(frozen=True)
class Dispatched:
    """One workbook that was written."""

    unit: ReportingUnit
    path: Path


@dataclass(frozen=True)
class Mailing:
    """What workbooks are made of: everything but whose they are. It travels whole to programs that share the work."""

    survey: Survey
    year: int
    folder: Path
    lock: Lock
    previous: Mapping[str, LastYear]
    imported: Mapping[str, Prior]
    key: Key | None
    upper: Mapping[str, ReportingUnit]
    """The roster's units to which others report, by code."""

    def fill(self, unit: ReportingUnit) -> tuple[Identity, Content]:
        """Return what the workbook of ``unit`` says of itself, and what stands in it."""
        content = prefill_content(unit, self.survey, self.imported.get(unit.code, {}))
        identity = self._identify(unit)
        if unit.code in self.previous:
            identity = carry(self.previous[unit.code], self.survey, identity, content)
        identity = name_program(identity)
        return sign(identity, self.key) if self.key else identity, content

    def blueprints(self, units: Iterable[ReportingUnit]) -> dict[BlueprintSource, bytes]:
        """Return the blueprints that the workbooks of ``units`` are stamped out of."""
        identities = (self._identify(unit) for unit in units)
        sources = dict.fromkeys(BlueprintSource.of(self.survey, identity) for identity in identities)
        return {source: fetch_blueprint(source) for source in sources}

    def _identify(self, unit: ReportingUnit) -> Identity:
        identity = make_identity(unit, self.survey, self.year)
        return replace(identity, receiver=tell_receiver(self.upper.get(unit.parent)))


def tell_receiver(upper: ReportingUnit | None) -> str:
    """Return to whom a unit reports: name, person and telephone of its upper unit; "" where the roster has none."""
    return "　".join(filter(None, (upper.name, upper.contact, upper.phone))) if upper else ""


def make_identity(unit: ReportingUnit, survey: Survey, year: int, now: datetime | None = None) -> Identity:
    """Return what the workbook of ``unit`` says of itself."""
    return Identity(
        survey=survey.id,
        version=survey.version,
        hash=survey.hash,
        year=year,
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        level=unit.level,
        uscc=unit.uscc,
        region=unit.region,
        parent=unit.parent,
        generated_at=(now or datetime.now()).isoformat(timespec="seconds"),
    )


def dispatch(
    roster: Roster,
    survey: Survey,
    year: int,
    folder: Path,
    lock: Lock,
    previous: Mapping[str, LastYear] | None = None,
    progress: Progress | None = None,
    imported: Mapping[str, Prior] | None = None,
    key: Key | None = None,
    *,
    workers: int = 1,
    keep: bool = False,
) -> list[Dispatched]:
    """Write one workbook per unit into ``folder``.

    ``previous`` holds last year's returns by unit code; ``imported`` values of this year that the authority has;
    ``key`` signs whose workbook each is. ``workers`` programs share the work. With ``keep`` the blueprints that the
    workbooks were stamped out of are left beside them, and what each workbook says of itself.
    """
    folder.mkdir(parents=True, exist_ok=True)
    above = {unit.parent for unit in roster.units}
    upper = {unit.code: unit for unit in roster.units if unit.code in above}
    mailing = Mailing(survey, year, folder, lock, previous or {}, imported or {}, key, upper)
    blueprints = mailing.blueprints(roster.units)
    names = name_workbooks(roster.units)
    asked = [(unit, names[unit.code]) for unit in roster.units]
    written = write_all(mailing, blueprints, asked, workers)
    sent = list(track(written, len(asked), progress))
    if keep and blueprints:
        keep_blueprints(folder, blueprints, sent)
    return [Dispatched(unit, folder / name) for unit, name in asked]


def write_all(
    mailing: Mailing,
    blueprints: Mapping[BlueprintSource, bytes],
    asked: Sequence[tuple[ReportingUnit, str]],
    workers: int,
) -> Iterator[Identity]:
    """Write a workbook for each unit under its name, and yield what each says of itself, in their order.

    Raises what one of the programs raised.
    """
    workers = min(workers, 1 + len(asked) // ENOUGH)
    if workers < 2:
        stamper = Stamper(mailing.survey, mailing.lock, blueprints)
        for unit, name in asked:
            yield _write_one(mailing, stamper, unit, name)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (mailing, blueprints)) as programs:
        yield from programs.map(_write, asked, chunksize=CHUNK)


_at_work: list[tuple[Mailing, Stamper]] = []
"""In a program that shares the work: what it is at."""


def _begin(mailing: Mailing, blueprints: Mapping[BlueprintSource, bytes]) -> None:
    _at_work.append((mailing, Stamper(mailing.survey, mailing.lock, blueprints)))


def _write(asked: tuple[ReportingUnit, str]) -> Identity:
    [(mailing, stamper)] = _at_work
    return _write_one(mailing, stamper, *asked)


def _write_one(mailing: Mailing, stamper: Stamper, unit: ReportingUnit, name: str) -> Identity:
    identity, content = mailing.fill(unit)
    stamper.write(mailing.folder / name, identity, content)
    return identity


def prefill_content(unit: ReportingUnit, survey: Survey, imported: Prior | None = None) -> Content:
    """Return what is known already; the unit checks it.

    The roster knows name, credit code, area and contact; values that were ``imported`` win over it.
    """
    content = Content()
    areas = name_areas(survey, unit.region) if unit.region else {}
    known = {"unit_name": unit.name, "contact_name": unit.contact, "contact_phone": unit.phone}
    for form in survey.filled_by(unit.kind, unit.level):
        for indicator in form.indicators.values():
            by_kind = unit.uscc if indicator.kind is Kind.USCC else ""
            if value := known.get(indicator.role, "") or by_kind or areas.get(indicator.code_list, ""):
                content.set(form.id, indicator.code, value)
    for form_id, cells in (imported or {}).items():
        for code, known_value in cells.items():
            content.set(form_id, code, known_value)
    return content


def keep_password(folder: Path, password: str) -> Path:
    """Write the run's password beside the workbooks, for the city's eyes only, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / str(lookup("workbook.password_file"))
    path.touch(MODE)
    path.chmod(MODE)
    path.write_text(password + "\n", encoding="utf-8")
    return path
