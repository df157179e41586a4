"""What merging yields: units with their states, files with what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from addin.codec import digest_content
from addin.finding import Finding, judge_status
from addin.package.opened import Origin
from addin.package.refusal import FileStatus
from addin.receiving.acts import NO_ACTS, ActKind, UnitActs
from addin.receiving.archive import Found
from addin.receiving.told import tell_acts
from addin.roster import ReportingUnit
from addin.submission import Refusal, Submission
from generator.consolidated.data import Change
from templates.content import Identity
from templates.model import Severity, Survey
from templates.words import lookup, say

LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)

TOLD: Final = 2
"""So many findings the reason of a state tells; of the others it says how many they are."""


class State(StrEnum):
    """How far a unit is, as far as merging can tell; in the order of whose turn it is. The words: words/merge.toml."""

    HELD = "held"
    """Explained, but nobody can believe it unseen, or several files contend: an officer has to look."""
    FAULTY = "faulty"
    UNEXPLAINED = "unexplained"
    PASSED = "passed"
    """The machine's word; whether it is accepted says a person."""
    MISSING = "missing"
    SENT_BACK = "sent_back"
    """退回: an officer asked the unit to look at it once more; it is the unit's turn."""
    ACCEPTED = "accepted"
    """审核通过: an officer's word, bound to the content that he saw."""

    @property
    def open(self) -> bool:
        """Whether something came in that somebody has to do something about."""
        return self in (State.HELD, State.FAULTY, State.UNEXPLAINED, State.SENT_BACK)

    @property
    def counts(self) -> bool:
        """Whether a unit in it goes into totals without anybody asking for it."""
        return self in (State.PASSED, State.ACCEPTED)

    @property
    def shown(self) -> str:
        """The Chinese word."""
        return str(lookup("merge.state")[self.value])


_DECIDED: Final = {ActKind.ACCEPTED: State.ACCEPTED, ActKind.SENT_BACK: State.SENT_BACK}


def decide_state(verdict: State, acts: UnitActs, content: str, sha256: str, *, undecided: bool = False) -> State:
    """Return the state of a unit: what people decided holds as long as the content is the one that they saw.

    ``verdict`` is what the audit says of it. Nothing is decided about a unit of which nothing came, or several files
    that contend.
    """
    decision = None if undecided or verdict is State.MISSING else acts.decide(content, sha256)
    return _DECIDED[decision.kind] if decision else verdict


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
    """What is odd about ``counted``, or about the numbers."""
    vouched: bool = False
    """Whether a key says that nobody changed the consolidated workbook since."""


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
    doubt: str = ""
    """Why it does not stand for its unit before an officer named it."""

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
    included: frozenset[State] = frozenset()
    """Open states in which its numbers go into totals all the same, as whoever merges asked."""
    remarks: tuple[str, ...] = ()
    below: bool | None = None
    """Whether it counts in the consolidated workbook that it came with; None for a unit that sent its own file."""
    added: bool = False
    """It is not on this level's roster: a consolidated workbook of the level below brought it."""

    undecided: bool = False
    """Several files are equally new and say different things; until an officer decides nothing of it counts."""
    changes: tuple[Change, ...] = ()
    """What each file changed in the one before it."""
    first_read: datetime | None = None
    """When the file that stands for it was read for the first time, where somebody remembers."""
    acts: UnitActs = NO_ACTS
    """What people did about it."""
    unmet: str = ""
    """Why what an officer asked for beside it was not done."""
    done: bool = False
    """Whether what an officer asked for beside it was done."""

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
    def unexplained(self) -> int:
        """How many warnings ask for a 说明 and have none that is accepted."""
        return sum(finding.unexplained for finding in self.findings)

    @cached_property
    def held(self) -> int:
        """How many explained warnings an officer has to look at all the same."""
        return sum(finding.hold and bool(finding.explanation) for finding in self.findings)

    @cached_property
    def explained(self) -> int:
        """How many warnings are explained, and that is all that is asked for."""
        return sum(bool(finding.explanation) and not finding.hold for finding in self.findings)

    @cached_property
    def others(self) -> int:
        """How many findings ask the unit for nothing: remarks, and what was done to the workbook."""
        return len(self.findings) - self.errors - self.unexplained - self.held - self.explained

    @cached_property
    def content(self) -> str:
        """The digest of its content, which decisions are bound to; ``""`` without a return."""
        return digest_content(self.submission) if self.submission else ""

    @property
    def sha256(self) -> str:
        """The digest of the file that stands for it."""
        return next((file.digest for file in self.files if file.counted), "")

    @property
    def state(self) -> State:
        """What people decided about the very content that stands for it; else what the audit says of that."""
        return decide_state(self.verdict, self.acts, self.content, self.sha256, undecided=self.undecided)

    @property
    def received(self) -> datetime | None:
        """When its file came: when it was first read, or what the file system says, whichever is earlier."""
        file = next((file for file in self.files if file.counted), None)
        if file is None:
            return None
        changed = file.changed if file.changed > LONG_AGO else file.modified
        return min(changed, self.first_read or changed)

    @property
    def round(self) -> int:
        """Which 退回 it is in, or, once it has answered, which return it is; 0 where nothing came."""
        back = self.state is State.SENT_BACK
        return 0 if self.verdict is State.MISSING else self.acts.rounds + (not back)

    @cached_property
    def verdict(self) -> State:
        """What its return is by itself, as the workbook's own light has it; 未报 without one."""
        if self.submission is None:
            return State.MISSING
        if self.undecided:
            return State.HELD
        status = judge_status(self.findings)
        if status is not FileStatus.OK:
            return State.FAULTY if status is FileStatus.HAS_ERRORS else State.UNEXPLAINED
        return State.HELD if self.held else State.PASSED

    @property
    def counts(self) -> bool:
        """Whether its numbers go into totals."""
        if self.submission is None or self.undecided:
            return False
        if self.below is not None:
            return self.below and self.state is not State.SENT_BACK
        return not self.part and (self.state.counts or self.state in self.included)

    @property
    def reason(self) -> str:
        """Why the state is what it is, and what else is worth knowing; ``""`` when there is nothing to say."""
        counted = [say("merge.reason.counted_open", state=self.state.shown)] if self.counts and self.state.open else []
        unmet = [say("acts.unmet", why=self.unmet)] if self.unmet else []
        decided = tell_acts(self.acts, self.state.value, self.verdict.value)
        return join_sentences([*unmet, *decided, *self._found, *counted])

    @property
    def reason_found(self) -> str:
        """What merging says of it by itself, whatever people decided."""
        return join_sentences(self._found)

    @property
    def _found(self) -> list[str]:
        return [*self.remarks, *self._told] if self.undecided else [*self._told, *self.remarks]

    @property
    def _told(self) -> list[str]:
        """What is open, as far as there is room: the first findings with their numbers, and how many more there are."""
        found = [finding for finding in self.findings if finding.pending or finding.hold]
        more = [say("merge.reason.more", count=len(found) - TOLD)] if len(found) > TOLD else []
        return [*(finding.told for finding in found[:TOLD]), *more]

    def judged(self, findings: tuple[Finding, ...]) -> Self:
        """Return the unit with the audit's findings, and its file with the status they give it."""
        status = judge_status(findings)
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
    moment: datetime = field(default_factory=lambda: datetime.now().astimezone())
    """As of when it holds: what is late is late on this day."""
    taken_apart: tuple[FileOutcome, ...] = ()
    """Consolidated workbooks of the level below: what was in them stands with the units."""
    unsigned: tuple[str, ...] = ()
    """Those of them, as people call them, that no key vouches for."""

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
