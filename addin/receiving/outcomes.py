"""What merging yields: units with their states, files with what became of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Self

from addin.finding import Finding
from addin.package.opened import Origin
from addin.package.refusal import FileStatus
from addin.receiving.archive import Found
from addin.roster import ReportingUnit
from addin.submission import Refusal, Submission
from generator.consolidated.data import Change
from templates.content import Identity
from templates.model import Severity, Survey
from templates.words import lookup, say

LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


class State(StrEnum):
    """How far a unit is, as far as merging can tell. The words stand in words/merge.toml."""

    MISSING = "missing"
    RECEIVED = "received"
    PASSED = "passed"

    @property
    def shown(self) -> str:
        """The Chinese word."""
        return str(lookup("merge.state")[self.value])


class Role(StrEnum):
    """What became of a file."""

    COUNTED = "counted"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    STRAY = "stray"
    UNDECIDED = "undecided"
    """As new as another file of the unit that holds something else: an officer has to decide."""


@dataclass(frozen=True)
class FromBelow:
    """What the consolidated workbook of the level below says of one of its units."""

    unit: ReportingUnit
    counted: bool
    """Whether the unit's numbers are in the totals below: above they count if, and only if, they do there."""
    source: str
    """The consolidated workbook, as people call it."""
    producer: str
    """The code of the unit that made it."""
    reason: str = ""
    """What is odd about ``counted``."""


@dataclass(frozen=True)
class IncomingFile:
    """A return that came in, by itself or within a consolidated workbook, and what reading made of it."""

    shown: str
    path: Path | None
    content: Submission | Refusal | None
    """None for a unit of the level below that had sent nothing."""
    modified: datetime = LONG_AGO
    """When the workbook says it was last saved."""
    changed: datetime = LONG_AGO
    """When the file system says it was changed: copying renews it, so it only breaks ties."""
    digest: str = ""
    carried: FromBelow | None = None
    order: int = 0
    """Which of the files that came in it is, or came with."""

    @property
    def when(self) -> datetime:
        """When the return was made: sealed, if it was, else saved."""
        sealed = self.identity.sealed_at if self.identity else ""
        try:
            return datetime.fromisoformat(sealed).astimezone() if sealed else self.modified
        except ValueError:
            return self.modified

    @property
    def age(self) -> tuple[datetime, bool, datetime, str]:
        """What the newest of several files has most of. Of one file that came twice the level below knows more."""
        return self.when, self.carried is not None, self.changed, self.shown

    @classmethod
    def of(cls, file: Found, read: Submission | Refusal, order: int) -> Self:
        """Return the file with what tells which of several is the newest, and which are the same."""
        content = replace(read, file=file.shown)
        if isinstance(content, Refusal):
            return cls(file.shown, file.path, content, order=order)
        origin = content.origin or Origin("")
        return cls(
            file.shown, file.path, content, origin.saved_at or file.changed, file.changed, origin.sha256, order=order
        )

    @property
    def submission(self) -> Submission | None:
        """The data, if they could be taken in."""
        return self.content if isinstance(self.content, Submission) else None

    @property
    def identity(self) -> Identity | None:
        """Whose file it says it is."""
        return self.content.identity if self.content else None


@dataclass(frozen=True)
class FileOutcome:
    """A file as it is listed: what it is, what became of it, and why."""

    shown: str
    role: Role
    status: FileStatus
    reason: str = ""
    path: Path | None = None
    modified: datetime = LONG_AGO
    identity: Identity | None = None
    changed: datetime = LONG_AGO
    digest: str = ""
    order: int = 0
    """Which of the files that came in it is, or came with."""

    @property
    def counted(self) -> bool:
        """Whether it is the one that stands for its unit, or one of those between which an officer has to decide."""
        return self.role in (Role.COUNTED, Role.UNDECIDED)


@dataclass(frozen=True)
class UnitOutcome:
    """A unit of the roster and what it sent."""

    unit: ReportingUnit
    files: tuple[FileOutcome, ...] = ()
    """The one that stands for the unit first."""
    submission: Submission | None = None
    findings: tuple[Finding, ...] = ()
    part: bool = False
    """A part is composed into another return and never rolled up by itself."""
    include_faulty: bool = False
    remarks: tuple[str, ...] = ()
    below: bool | None = None
    """Whether it counts in the consolidated workbook that it came with; None for a unit that sent its own file."""
    added: bool = False
    """It is not on this level's roster: a consolidated workbook of the level below brought it."""

    undecided: bool = False
    """Several files are equally new and say different things; until an officer decides nothing of it counts."""
    changes: tuple[Change, ...] = ()
    """What each file changed in the one before it."""

    @property
    def code(self) -> str:
        """The unit's code."""
        return self.unit.code

    @property
    def name(self) -> str:
        """The unit's name on the roster."""
        return self.unit.name

    @property
    def kind(self) -> str:
        """The unit's kind on the roster."""
        return self.unit.kind

    @property
    def level(self) -> str:
        """The unit's level on the roster."""
        return self.unit.level

    @property
    def region(self) -> str:
        """The unit's 行政区划代码."""
        return self.unit.region

    @cached_property
    def errors(self) -> int:
        """How many error findings there are."""
        return self._count(Severity.ERROR)

    @cached_property
    def warnings(self) -> int:
        """How many warnings there are, explained or not."""
        return self._count(Severity.WARNING)

    @cached_property
    def infos(self) -> int:
        """How many remarks there are."""
        return self._count(Severity.INFO)

    @property
    def state(self) -> State:
        """未报, 已收 or 通过."""
        if self.submission is None:
            return State.MISSING
        return State.RECEIVED if self.errors or self.undecided else State.PASSED

    @property
    def counts(self) -> bool:
        """Whether its numbers go into totals."""
        if self.submission is None or self.undecided:
            return False
        if self.below is not None:
            return self.below
        return not self.part and (self.include_faulty or not self.errors)

    @property
    def reason(self) -> str:
        """Why the state is what it is, and what else is worth knowing; ``""`` when there is nothing to say."""
        faulty = [say("merge.reason.faulty_counted")] if self.counts and self.errors else []
        return join_sentences([*self.remarks, *faulty])

    def judged(self, findings: tuple[Finding, ...]) -> Self:
        """Return the unit with the audit's findings, and its file with the status they give it."""
        faulty = any(finding.severity is Severity.ERROR for finding in findings)
        status = FileStatus.HAS_ERRORS if faulty else FileStatus.OK
        files = tuple(replace(file, status=status) if file.counted else file for file in self.files)
        return replace(self, findings=findings, files=files)

    def _count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)


@dataclass(frozen=True)
class Merged:
    """Every unit of the roster in its order, then those of the levels below; and every file that stands for none."""

    survey: Survey
    year: int | None
    """None when no file states a year: nothing was received."""
    units: tuple[UnitOutcome, ...]
    strays: tuple[FileOutcome, ...]
    """Files not on the roster, or refused (those of a unit are in its ``files``, too)."""
    taken_apart: tuple[FileOutcome, ...] = ()
    """Consolidated workbooks of the level below: what was in them stands with the units."""

    @property
    def files(self) -> list[tuple[FileOutcome, UnitOutcome | None]]:
        """Every file that came in, in the order they came, with the unit whose it is."""
        listed: list[tuple[FileOutcome, UnitOutcome | None]] = [(file, None) for file in self.taken_apart]
        listed += [(file, unit) for unit in self.units for file in unit.files]
        known = {(file.order, file.shown) for file, _ in listed}
        listed += [(file, None) for file in self.strays if (file.order, file.shown) not in known]
        return sorted(listed, key=lambda one: one[0].order)

    @property
    def counted(self) -> list[Submission]:
        """The submissions that count in totals, in the roster's order."""
        return [unit.submission for unit in self.units if unit.counts and unit.submission is not None]

    @property
    def unused(self) -> list[FileOutcome]:
        """Every file that stands for no unit: strays, refused, superseded, duplicates."""
        replaced = {Role.SUPERSEDED, Role.DUPLICATE}
        older = [file for unit in self.units for file in unit.files if file.role in replaced]
        return [*self.strays, *older]


def join_sentences(sentences: list[str]) -> str:
    """Return sentences as one, with semicolons between."""
    stop = say("merge.stop")
    text = say("merge.join").join(sentence.removesuffix(stop) for sentence in sentences)
    return text + stop if text else ""
