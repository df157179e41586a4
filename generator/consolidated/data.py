"""What the consolidated workbook shows, as plain values: filled by the add-in, written by the generator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.consolidated.insight_data import Insights
from templates.content import Identity, Value
from templates.model import Severity, Survey

Totals = Mapping[str, Mapping[str, float]]
"""By form and code; what nobody reports has no entry."""


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A reporting unit, or a file that stands for none, as the first sheet lists it."""

    code: str
    name: str
    kind: str
    level: str
    region: str
    state: str
    """For a unit one of the keys ``missing``, ``received``, ``passed``; for a file its status in words."""
    state_shown: str
    file: str
    errors: int | None
    warnings: int | None
    infos: int | None
    reason: str
    opinion: str = ""
    """处理意见: what people typed, kept from one merge to the next."""


@dataclass(frozen=True)
class GroupTotals:
    """The sums of one level, kind or region."""

    by: str
    value: str
    totals: Totals


@dataclass(frozen=True)
class ReturnLine:
    """One unit's return with everything in it; derived cells hold the recomputed numbers."""

    code: str
    name: str
    kind: str
    level: str
    region: str
    """One of the regions of :attr:`Consolidated.groups`."""
    forms: tuple[str, ...]
    counted: bool
    part: bool
    """Composed into another return: never counts by itself."""
    values: Mapping[str, Mapping[str, Value]]
    ledgers: Mapping[str, Mapping[int, Mapping[str, Value]]]


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding, with whose it is."""

    unit_code: str
    unit: str
    severity: Severity
    form: str
    code: str
    cell: str
    ledger: str
    row: int | None
    message: str
    hint: str
    explanation: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One cell or ledger row that a unit changed when it sent its return again."""

    unit_code: str
    unit: str
    file: str
    replaced: str
    what: str
    """A key of ``[changes.what]`` in words/merge.toml."""
    form: str
    code: str
    ledger: str
    row: int | None
    old: str
    new: str


@dataclass(frozen=True)
class Consolidated:
    """The whole of 汇总.xlsx."""

    survey: Survey
    year: int | None
    units: tuple[StatusLine, ...]
    unused_files: tuple[StatusLine, ...]
    left_over: tuple[StatusLine, ...]
    """Opinions on units and files that are there no more."""
    totals: Totals
    groups: tuple[GroupTotals, ...]
    """Levels, kinds and regions; regions in their order, those without a return that counts too."""
    reporters: Mapping[tuple[str, str], int]
    """How many units that count report a number, by form and code."""
    files: Mapping[str, str]
    """The path of each unit's file, relative to the workbook, by the unit's code; none where there is no copy."""
    returns: tuple[ReturnLine, ...]
    findings: tuple[FindingLine, ...]
    """In the order in which they are shown."""
    insights: Insights
    identity: Identity | None = None
    """Who made it, for the level above; None where nobody said a year."""
    records: tuple[str, ...] = ()
    """Every unit with all that it sent, for the level above."""
    changes: tuple[ChangeLine, ...] = ()
    """What resubmissions changed, by unit."""
