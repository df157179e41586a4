"""What the answers come to: units with their states, changes, and everything that a person has to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from addin.roster import ReportingUnit, Roster
from addin.submission import Refusal
from templates.words import lookup


class AnswerState(StrEnum):
    """Whether a unit has answered. The words stand in words/roster_check.toml."""

    MISSING = "missing"
    RECEIVED = "received"

    @property
    def shown(self) -> str:
        """The Chinese word."""
        return str(lookup("roster_check.state")[self.value])


@dataclass(frozen=True)
class RosterChange:
    """One entry of the roster that a unit corrected. ``field`` is the roster's column in code."""

    unit: ReportingUnit
    field: str
    before: str
    after: str
    file: str


@dataclass(frozen=True)
class Question:
    """Something in an answer, or in the line of a unit, that a person must decide."""

    unit: ReportingUnit
    field: str
    value: str
    reason: str


@dataclass(frozen=True)
class Conflict:
    """A unit that answered differently more than once: the file that counts, and those that do not."""

    unit: ReportingUnit
    counted: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class UnitCheck:
    """A unit as the old roster has it, and what became of its answer."""

    unit: ReportingUnit
    state: AnswerState
    result: str = ""
    file: str = ""
    saved: datetime | None = None
    late: bool = False
    note: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def withdrawn(self) -> bool:
        """Whether the unit says that it no longer exists."""
        return self.result == "withdrawn"

    @property
    def shown_result(self) -> str:
        """The choice as the form words it."""
        return str(lookup("roster_check.results").get(self.result, self.result))


@dataclass(frozen=True)
class RosterCheck:
    """The whole step. ``roster`` is the new one: the old one with the changes."""

    year: int | None
    units: tuple[UnitCheck, ...]
    changes: tuple[RosterChange, ...]
    questions: tuple[Question, ...]
    conflicts: tuple[Conflict, ...]
    refused: tuple[Refusal, ...]
    roster: Roster
    dropped: bool = False
    """Whether withdrawn units were left out of ``roster``."""
    contacts: tuple[RosterChange, ...] = ()
    """Persons and telephones that would replace others, and were not taken."""

    @property
    def withdrawn(self) -> list[UnitCheck]:
        """Units that say that they no longer exist."""
        return [unit for unit in self.units if unit.withdrawn]

    @property
    def missing(self) -> list[UnitCheck]:
        """Units that have not answered."""
        return [unit for unit in self.units if unit.state is AnswerState.MISSING]

    @property
    def late(self) -> list[UnitCheck]:
        """Units whose answer was saved after the deadline."""
        return [unit for unit in self.units if unit.late]

    @property
    def open(self) -> bool:
        """Whether something still needs a person: a unit without answer, a question, another contact person."""
        return bool(self.missing or self.questions or self.contacts)
