"""Made-up returns to measure with: seeded, of the whole survey, kept in a folder from one run to the next.

Three sorts: ``demo`` (a plausible return), ``heavy`` (200 rows in every ledger) and ``year two`` (last year's values
and carried rows, more of them in one unit than in the next). Beyond :data:`DISTINCT` of a sort, files are copies of
these under another unit's code and name: so many files are read and summed up as any others, and made in a fraction
of the time.
"""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from openpyxl import load_workbook

from addin.demo.actor import Actor
from addin.demo.cast import read_cast
from addin.demo.draw import fill_cells, find_wholes
from addin.demo.parcel import Parcel, ReturnWriter
from addin.demo.rows import place_rows
from addin.demo.seed import make_plausible
from addin.roster import ReportingUnit
from generator.lock import Lock
from scripts.mixed_returns import carry_over, save_in_office
from templates.load import load
from templates.model import Survey
from templates.program import WRITING, fingerprint_program
from templates.words import lookup

SURVEY: Final = "kx2023"
YEAR: Final = 2024
SEED: Final = 2024
HEAVY_ROWS: Final = 200
DISTINCT: Final = 24
"""So many returns of a sort are made up; more are copies with another identity."""
DEMO, HEAVY, SECOND = "demo", "heavy", "year two"
SORTS: Final = (DEMO, HEAVY, SECOND)
LIBREOFFICE, OPENPYXL = "saved by LibreOffice", "saved by openpyxl"

Tell = Callable[[str], None]


@cache
def load_once() -> Survey:
    """Return the survey of all measurements."""
    return load(SURVEY)


def _keep_silent(_text: str) -> None:
    pass


@dataclass(frozen=True)
class Returns:
    """The returns that are kept in a folder; what is not there yet is made when it is asked for."""

    kept: Path
    tell: Tell = _keep_silent
    distinct: int = DISTINCT

    @property
    def survey(self) -> Survey:
        """The survey that they are returns of."""
        return load_once()

    @property
    def place(self) -> Path:
        """The folder of what this very program and survey make."""
        survey = self.survey
        return self.kept / f"{survey.id}-{survey.hash[:8]}-{fingerprint_program(WRITING)[:8]}"

    def folder(self, sort: str, count: int) -> Path:
        """Return a folder with ``returns/`` of so many units, and their ``roster.csv``; made if it is not there."""
        place = self.place / f"{sort.replace(' ', '-')}-{count}"
        if not (place / "roster.csv").exists():
            (place / "returns").mkdir(parents=True, exist_ok=True)
            units = list_units(self.survey, count)
            for unit, source in zip(units, cycle(self._originals(sort)), strict=False):
                rename_unit(source, place / "returns" / f"{unit.code}.xlsx", source.stem, unit.code)
            write_roster(units, place / "roster.csv")
        return place

    def one(self, sort: str) -> Path:
        """Return one return of a sort; also of those that another program has saved again."""
        if sort not in (LIBREOFFICE, OPENPYXL):
            return self._originals(sort)[0]
        again = self.place / f"{sort.replace(' ', '-')}.xlsx"
        if not again.exists():
            shutil.copyfile(self.one(DEMO), again)
            _save_by(sort, again)
        return again

    def _originals(self, sort: str) -> list[Path]:
        """Return made-up returns; each is the return of a unit called as its file."""
        folder = self.place / f"originals-{sort.replace(' ', '-')}"
        paths = [folder / f"{unit.code}.xlsx" for unit in list_units(self.survey, self.distinct)]
        if not all(path.exists() for path in paths):
            folder.mkdir(parents=True, exist_ok=True)
            self.tell(f"making up {len(paths)} returns: {sort}")
            actors = map(deepcopy, make_actors(self.distinct))
            _write(self.survey, [MAKERS[sort](actor) for actor in actors], folder)
        return paths


def list_units(survey: Survey, count: int) -> list[ReportingUnit]:
    """Return made-up units of every kind and level that is rolled up, in turn."""
    sorts = [(kind.name, level) for kind in survey.kinds if not kind.part for level in kind.levels]
    codes = [f"BM{number:05}" for number in range(1, count + 1)]
    regions = cycle(unit.region for unit in read_cast(survey).reporting_units(survey))
    return [
        ReportingUnit(code, f"演示单位{code}", "", kind, level, region)
        for code, (kind, level), region in zip(codes, cycle(sorts), regions, strict=False)
    ]


def write_roster(units: Sequence[ReportingUnit], path: Path) -> None:
    """Write the units as a roster."""
    columns = lookup("roster.columns")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns.values())
        writer.writerows([getattr(unit, name) for name in columns] for unit in units)


def rename_unit(source: Path, target: Path, old: str, new: str) -> None:
    """Copy a return as another unit's: its code, of as many characters, stands in all texts in place of the old one."""
    if old == new:
        shutil.copyfile(source, target)
        return
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for member in package.infolist():
            written.writestr(member, package.read(member).replace(old.encode(), new.encode()))


def _save_by(program: str, path: Path) -> None:
    if program == OPENPYXL:
        load_workbook(path).save(path)
    else:
        save_in_office([path])


# --- what stands in them ---------------------------------------------------------------------------------------------


@cache
def make_actors(count: int) -> tuple[Actor, ...]:
    """Return units with plausible returns, made up once; who changes one takes a copy."""
    survey = load_once()
    return tuple(make_plausible(survey, list_units(survey, count), read_cast(survey), YEAR, SEED))


def fill_up(actor: Actor, rows: int) -> None:
    """Give the return so many rows in every ledger, and numbers that go with them."""
    for ledger in actor.survey.ledgers_of(actor.identity.kind, actor.identity.level):
        if drawn := actor.pool.get(ledger.short):
            taken = list(islice(cycle(drawn), rows))
            actor.content.ledgers[ledger.short] = place_rows(taken, ledger, actor.identity.code)
    actor.recount()
    fill_cells(actor, find_wholes(actor.survey.rules))


def write_heavy(returns: Returns, path: Path, rows: int) -> Path:
    """Write a return with so many rows in every ledger; return its path."""
    survey = returns.survey
    actor = deepcopy(make_actors(returns.distinct)[0])
    fill_up(actor, rows)
    ReturnWriter(survey, Lock.of("x")).write(path.parent, Parcel(path.name, actor.identity, actor.content))
    return path


def _as_it_is(actor: Actor) -> Parcel:
    return Parcel("", actor.identity, actor.content)


def _filled_up(actor: Actor) -> Parcel:
    fill_up(actor, HEAVY_ROWS)
    return _as_it_is(actor)


MAKERS: Final[dict[str, Callable[[Actor], Parcel]]] = {DEMO: _as_it_is, HEAVY: _filled_up, SECOND: carry_over}


def _write(survey: Survey, parcels: Sequence[Parcel], folder: Path) -> None:
    """Write parcels under their units' codes, on two processors."""
    writer = ReturnWriter(survey, Lock.of("x"))
    named = [replace(parcel, name=f"{parcel.identity.code}.xlsx") for parcel in parcels]
    with ProcessPoolExecutor(2) as office:
        list(office.map(partial(writer.write, folder), named))


def list_files(place: Path) -> Iterator[Path]:
    """Yield the returns of a folder in order."""
    yield from sorted((place / "returns").iterdir())
