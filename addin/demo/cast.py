"""Who takes part in a survey's demo: templates/surveys/<id>/demo.toml as values."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from cattrs import Converter, transform_error
from cattrs.errors import ClassValidationError
from stdnum.cn import uscc

from addin.roster import ReportingUnit
from templates.folders import DEMO
from templates.model import Indicator, Survey
from templates.words import say


class DemoError(Exception):
    """A survey cannot be shown: it has no demo data, or wrong ones. The text is one Chinese sentence."""


@dataclass(frozen=True)
class Sizes:
    """How large made-up numbers may be: by cell, by measure, by ledger column; levels are factors."""

    default: float = 20
    ledger_rows: int = 8
    ledger_number: float = 300
    measures: dict[str, float] = field(default_factory=dict)
    levels: dict[str, float] = field(default_factory=dict)
    cells: dict[str, dict[str, float]] = field(default_factory=dict)
    columns: dict[str, dict[str, float]] = field(default_factory=dict)

    def of_cell(self, indicator: Indicator, level: str) -> float:
        """Return about how large a cell's number may be."""
        usual = self.measures.get(indicator.measure, self.default)
        return self.cells.get(indicator.form, {}).get(indicator.code, usual) * self.levels.get(level, 1)

    def of_column(self, ledger: str, column: str) -> float | None:
        """Return about how large a column's numbers may be; None where it is like the others of its row."""
        return self.columns.get(ledger, {}).get(column)


@dataclass(frozen=True)
class CastDetails:
    """What units of the roster have in common."""

    uscc_stem: str
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Member:
    """One unit of the roster."""

    code: str
    name: str
    kind: str
    level: str
    region: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Area:
    """A unit for every area of a code list that lies within a wider one."""

    code_list: str
    within: str
    name: str
    kind: str
    level: str
    parent: str = ""


@dataclass(frozen=True)
class RosterReplies:
    """What units answer when they check their line of the roster; those that are not named find nothing to change."""

    month: int
    day: int
    """When they sign, in the year after the one that is reported on."""
    checker: str = ""
    missing: tuple[str, ...] = ()
    """Units that do not answer."""
    units: dict[str, dict[str, str]] = field(default_factory=dict)
    """Entries by unit code and row of the form; ``result`` is a key of the results that may be chosen."""


@dataclass(frozen=True)
class Cast:
    """Everybody, and what they send back."""

    roster: CastDetails
    units: tuple[Member, ...] = ()
    areas: tuple[Area, ...] = ()
    roster_check: RosterReplies | None = None
    """None where the units are not asked."""
    faults: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sizes: Sizes = field(default_factory=Sizes)
    cells: dict[str, dict[str, str]] = field(default_factory=dict)
    shared: tuple[str, ...] = ()
    """Units that all report one row more in each ledger they fill, the same one."""

    def reporting_units(self, survey: Survey) -> tuple[ReportingUnit, ...]:
        """Return the roster: areas after the unit they report to."""
        members = sorted([*self.units, *self._of_areas(survey)], key=lambda member: member.code)
        return tuple(self._reporting_unit(member, number) for number, member in enumerate(members, start=1))

    def _of_areas(self, survey: Survey) -> Iterator[Member]:
        for area in self.areas:
            codes = survey.code_lists[area.code_list]
            for value, code, within in zip(codes.values, codes.codes, codes.parents, strict=True):
                if within == area.within:
                    yield Member(code, area.name.format(area=value), area.kind, area.level, code, area.parent)

    def _reporting_unit(self, member: Member, number: int) -> ReportingUnit:
        stem = f"{self.roster.uscc_stem}{number:05d}"
        return ReportingUnit(
            code=member.code,
            name=member.name,
            uscc=stem + uscc.calc_check_digit(stem),
            kind=member.kind,
            level=member.level,
            region=member.region,
            parent=member.parent,
            contact=self.roster.contact,
            phone=self.roster.phone.format(number=number),
        )

    @cached_property
    def fault_names(self) -> frozenset[str]:
        """Every fault that somebody makes."""
        return frozenset(name for names in self.faults.values() for name in names)


def read_cast(survey: Survey) -> Cast:
    """Return the demo data of ``survey``. Raises :class:`DemoError` where there are none, or where they are wrong."""
    path = survey.folder / DEMO
    try:
        return Converter(forbid_extra_keys=True).structure(tomllib.loads(path.read_text(encoding="utf-8")), Cast)
    except FileNotFoundError:
        raise DemoError(say("demo.no_cast", survey=survey.title)) from None
    except ClassValidationError as error:
        raise DemoError(say("demo.bad_cast", reason="；".join(transform_error(error, path=DEMO)))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DemoError(say("demo.bad_cast", reason=error)) from error
