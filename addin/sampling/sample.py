"""The whole of drawing: who is checked, the sheets and the protocol, then it is put on record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from pathlib import Path
from typing import Any

from addin.auditing.figures import reported_numbers
from addin.progress import Progress, track
from addin.roster import ReportingUnit, name_workbook
from addin.sampling.draw import draw_units
from addin.sampling.population import NoDraw, Population, read_population
from addin.sampling.protocol import make_protocol
from addin.sampling.record import Draw, DrawnStratum, DrawnUnit, number_draw, read_draws, record_draw
from addin.sampling.risk import Risk, choose_risky, weigh_risks
from addin.sampling.sheet_content import CheckPlan, list_checked_cells, list_checked_rows
from addin.sampling.strata import Candidate, Stratum, make_strata, name_group, read_share
from addin.sending.dispatch import keep_password
from addin.store.store import Store
from generator.files import write_together
from generator.lock import Lock
from generator.spot_checks.protocol import write_protocol
from generator.spot_checks.sheet import DOCUMENT, CheckSheet, write_check_sheet
from templates.file_names import tell_apart
from templates.model import Survey
from templates.sampling import Sampling
from templates.words import say


@dataclass(frozen=True)
class SampleJob:
    """What is to be drawn, and how."""

    survey: Survey
    year: int
    store: Store
    sampling: Sampling
    seed: int
    share: float
    risky: int | None = None
    """How many units are checked for their risk; None takes half as many as are drawn by lot."""
    again: str = ""
    """Why it is drawn again, where there is another draw already."""

    @property
    def round(self) -> str:
        """What tells the draw of this survey and year from others of the same seed."""
        return f"{self.survey.id} {self.year}"


@dataclass(frozen=True)
class Sample:
    """A draw with what its sheets are made of."""

    draw: Draw
    population: Population
    known: bool
    """Whether this very draw is on record already: its sheets are written once more."""


def draw_sample(job: SampleJob) -> Sample:
    """Return the draw. Raises StoreError, and NoDraw where nothing can be drawn or another draw is on record."""
    population = read_population(job.survey, job.store, job.year)
    groups = [(kind.name, level) for kind in job.survey.kinds for level in kind.levels]
    strata = make_strata(population.units, groups, job.share)
    lot = [unit for _, unit in draw_units(strata, job.seed, job.round)]
    most = ceil(len(lot) / 2) if job.risky is None else job.risky
    risks = weigh_risks(job.survey, job.year, population) if most else []
    risky = choose_risky(risks, {unit.code for unit in lot}, most)
    draw = _make_draw(job, population, strata, _list_units(job, population, strata, lot, risky))
    known = _refuse_another(job, draw)
    return Sample(known or draw, population, known is not None)


def _list_units(
    job: SampleJob,
    population: Population,
    strata: Sequence[Stratum],
    lot: Sequence[Candidate],
    risky: Sequence[Risk],
) -> tuple[DrawnUnit, ...]:
    places = _place_strata(strata)
    reasons = {risk.unit.code: risk.reasons for risk in risky}
    units = [*lot, *(risk.unit for risk in risky)]
    submissions = [population.submissions[unit.code] for unit in units]
    plan = CheckPlan(job.survey, job.sampling, job.seed, job.round)
    numbers = reported_numbers(job.survey, job.year, submissions)
    files = tell_apart(_name_file(unit, risky=unit.code in reasons) for unit in units)
    return tuple(
        DrawnUnit(
            unit,
            unit.code in reasons,
            places[unit.code],
            population.standings[unit.code].content,
            file,
            tuple(list_checked_cells(plan, submission, cells)),
            tuple(list_checked_rows(plan, submission)),
            reasons.get(unit.code, ""),
        )
        for unit, submission, cells, file in zip(units, submissions, numbers, files, strict=True)
    )


def _place_strata(strata: Sequence[Stratum]) -> dict[str, int]:
    return {unit.code: place for place, stratum in enumerate(strata) for unit in stratum.units}


def _name_file(unit: Candidate, *, risky: bool) -> str:
    words = "sampling.risky_file" if risky else "sampling.file"
    return name_workbook(ReportingUnit(unit.code, unit.name, "", unit.kind, unit.level, ""), words)


def _make_draw(job: SampleJob, population: Population, strata: Sequence[Stratum], units: tuple[DrawnUnit, ...]) -> Draw:
    contents = [[unit.code, population.standings[unit.code].content] for unit in population.units]
    asked = [f"{cell.form}!{cell.code}" for cell in job.sampling.indicators]
    what = [asked, job.sampling.ledgers, job.sampling.ledger_rows, [one.unit.code for one in units]]
    return Draw(
        number_draw(job.round, job.seed, str(read_share(job.share)), what, contents),
        job.seed,
        job.share,
        tuple(DrawnStratum(one.name, len(one.units), one.drawn) for one in strata),
        population.units,
        _place_strata(strata),
        units,
        population.left_out,
        population.apart,
        job.again,
    )


def _refuse_another(job: SampleJob, draw: Draw) -> Draw | None:
    """Return the draw on record where it is this very one. Raises NoDraw where it is another, and nobody says why.

    Who may draw until he likes what is drawn has no random sample.
    """
    last = next(reversed(read_draws(job.store, job.survey.id, job.year)), None)
    if last and last.number == draw.number:
        return last
    if last and not job.again:
        raise NoDraw(say("sampling.refused.drawn", number=last.number, seed=last.seed, count=len(last.units)))
    return None


def write_sample(job: SampleJob, sample: Sample, folder: Path, password: str, progress: Progress | None = None) -> None:
    """Write a 复核表 for each unit and the protocol, all or nothing, and put the draw on record.

    The password that protects the sheets is kept beside them.

    Raises OSError, and StoreError.
    """
    draw, lock = sample.draw, Lock.of(password)
    with _leave_no_half(folder), write_together(folder) as together:
        for one in track(draw.units, len(draw.units), progress):
            write_check_sheet(together / one.file, _make_sheet(job, sample, one), lock)
        keep_password(together, password)
        protocol = make_protocol(job.survey, job.year, draw, date.today())
        write_protocol(together / say("sampling.protocol_file"), protocol)
        if not sample.known:
            record_draw(job.store, job.survey.id, job.year, draw)


@contextmanager
def _leave_no_half(folder: Path) -> Iterator[None]:
    """Take away what the block has put into the folder where it raises.

    The draw may be on record by then: the same seed writes its sheets the next time.
    """
    before = set(folder.iterdir()) if folder.exists() else set[Path]()
    existed = folder.exists()
    try:
        yield
    except BaseException:
        for path in set(folder.iterdir()) - before if folder.exists() else ():
            path.unlink(missing_ok=True)
        if not existed and folder.exists():
            folder.rmdir()
        raise


def _make_sheet(job: SampleJob, sample: Sample, one: DrawnUnit) -> CheckSheet:
    identity = sample.population.submissions[one.unit.code].identity
    return CheckSheet(
        job.survey.title,
        replace(identity, name=one.unit.name, document=DOCUMENT, signature="", sealed_at=""),
        name_group(one.unit.kind, one.unit.level),
        sample.draw.number,
        one.risky,
        one.cells,
        one.rows,
    )


def describe_draw(draw: Draw) -> dict[str, Any]:
    """Return what ``sample --json`` prints."""
    return {
        "draw": draw.number,
        "seed": draw.seed,
        "share": draw.share,
        "population": len(draw.population),
        "strata": [
            {"name": one.name, "population": one.population, "drawn": one.drawn, "probability": one.probability}
            for one in draw.strata
        ],
        "units": [_describe_unit(draw, one) for one in draw.random],
        "risk": [_describe_unit(draw, one) | {"reason": one.reasons} for one in draw.risky],
        "left_out": list(draw.left_out),
    }


def _describe_unit(draw: Draw, one: DrawnUnit) -> dict[str, Any]:
    told = {"code": one.unit.code, "name": one.unit.name, "kind": one.unit.kind, "level": one.unit.level}
    stratum = draw.strata[one.stratum]
    return told | {"stratum": stratum.name, "probability": stratum.probability, "file": one.file}
