"""Mailing out: a workbook for every unit of the roster, with last year's values where there are any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from addin.keys import Key, sign
from addin.progress import Progress, track
from addin.roster import ReportingUnit, Roster, name_workbooks
from addin.sending.last_year import LastYear, carry
from addin.sending.zero import name_areas
from generator.blueprint.stamp import Stamper
from generator.files import MODE
from generator.strict import Lock
from templates.content import Content, Identity, Value
from templates.model import Kind, Survey
from templates.words import lookup

Prior = dict[str, dict[str, Value]]
"""Values of one unit by form and code."""


@dataclass(frozen=True)
class Dispatched:
    """One workbook that was written."""

    unit: ReportingUnit
    path: Path


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
) -> list[Dispatched]:
    """Write one workbook per unit into ``folder``.

    ``previous`` holds last year's returns by unit code; ``imported`` values of this year that the authority has;
    ``key`` signs whose workbook each is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names, stamper = name_workbooks(roster.units), Stamper(survey, lock)
    written = []
    for unit in track(roster.units, len(roster.units), progress):
        path = folder / names[unit.code]
        content = prefill_content(unit, survey, (imported or {}).get(unit.code, {}))
        identity = make_identity(unit, survey, year)
        if previous and unit.code in previous:
            identity = carry(previous[unit.code], survey, identity, content)
        stamper.write(path, sign(identity, key) if key else identity, content)
        written.append(Dispatched(unit, path))
    return written


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
