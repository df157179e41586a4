"""What the consolidated workbook shows, as plain values: filled by the add-in, written by the generator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from generator.consolidated.corrections import CorrectionSheets
from generator.consolidated.double_data import Doubles
from generator.consolidated.insight_data import Insights
from templates.content import Identity, Value
from templates.finding import Finding
from templates.model import Form, Indicator, Survey

Column = tuple[str, str]
"""What a column of sums is by, and whose it is: ``("level", 市级科协)``."""

ALL: Column = ("total", "")
"""The column of all units."""

Choices = Mapping[Column, Mapping[tuple[str, str, str], int]]
"""How many units chose what, by form, code and option."""

Totals = Mapping[str, Mapping[str, float]]
"""By form and code; what nobody reports has no entry."""


@dataclass(frozen=True, slots=True)
class OfficerCells:
    """What an officer writes beside a unit."""

    what: str = ""
    """处理: one of ``[orders]`` in words/acts.toml, blank once it is done."""
    text: str = ""
    """退回原因, or until when more time is given."""
    by: str = ""
    """经办人."""
    stamped: str = ""
    """盖章件: that the stamped copy came, or the code on it."""


NO_CELLS: Final = OfficerCells()


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A reporting unit, or a file that stands for none, as the first sheet lists it."""

    code: str
    name: str
    kind: str
    level: str
    region: str
    state: str
    """For a unit a key of ``[state]`` in words/consolidated.toml; for a file what became of it."""
    state_shown: str
    file: str
    counts: tuple[int, ...]
    """Findings: errors, warnings to be explained, for an officer to look at, explained, others. None of a file."""
    reason: str
    opinion: str = ""
    """处理意见: what people typed, kept from one merge to the next."""
    received: str = ""
    """When it came, or that nothing did."""
    late: int = 0
    """Days."""
    round: int = 0
    cells: OfficerCells = NO_CELLS
    acts: str = ""
    """What was done about the unit, for the next merge."""


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
    finding: Finding


@dataclass(frozen=True, slots=True)
class Change:
    """One cell, or one row of a ledger, that is not what it was when the unit sent its return before."""

    file: str
    replaced: str
    """The older file."""
    what: str
    """``value``, ``note`` (说明), ``row``, ``remarks`` (报表说明) or ``summary`` (工作总结)."""
    form: str = ""
    code: str = ""
    ledger: str = ""
    row: int | None = None
    """The row's number in the file that has it."""
    old: str = ""
    """As people see it; blank for what was not there."""
    new: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change, with whose it is."""

    unit_code: str
    unit: str
    change: Change


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What a unit answered to one line of what was sent back to it."""

    unit_code: str
    unit: str
    round: int
    place: str
    problem: str
    opinion: str
    answer: str
    stands: bool
    """Whether the same is still found."""


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
    list_files: Mapping[str, str]
    """The path of the file with all rows of a ledger, relative to the workbook, by its short; of long ledgers alone."""
    returns: tuple[ReturnLine, ...]
    findings: tuple[FindingLine, ...]
    """In the order in which they are shown."""
    insights: Insights
    choices: Choices = field(default_factory=dict)
    """How the answers to items with choices are spread."""
    together: Mapping[str, Totals] = field(default_factory=dict)
    """The sums of levels that are read together, by the name of the group."""
    identity: Identity | None = None
    """Who made it, for the level above; None where nobody said a year."""
    records: Iterable[str] = ()
    """Every unit with all that it sent, for the level above."""
    doubles: Doubles = field(default_factory=Doubles)
    """What seems to stand in two units' ledgers."""
    unsigned: tuple[str, ...] = ()
    """The results of the level below that no key vouches for."""
    changes: tuple[ChangeLine, ...] = ()
    """What resubmissions changed, by unit."""
    moment: str = ""
    """As of when it holds."""
    answers: tuple[AnswerLine, ...] = ()
    """What units answered to what was sent back to them."""
    corrections: CorrectionSheets = field(default_factory=CorrectionSheets)
    """What units reported otherwise after a version was handed in."""


def find_distributed(form: Form) -> tuple[Indicator, ...]:
    """Return the items of a form whose answers are counted by choice."""
    return tuple(row for row in form.indicators.values() if row.has_spread)
