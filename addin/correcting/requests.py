"""更正申请: what units reported otherwise since a version was locked, one for each cell.

Nobody writes a request: it is there as long as what stands for a unit differs from what was handed in, or from what was
approved since. A decision is about one value; where the unit reports yet another one, that is a new request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from addin.auditing.figures import Cells, reported_numbers
from addin.correcting.breaches import find_breaches
from addin.reading.cells import show_as_text
from addin.receiving.changes import list_changes
from addin.receiving.contacts import is_contact
from addin.receiving.outcomes import IncomingFile
from addin.store.acts import UnitStanding, read_standings
from addin.store.corrections import CorrectionDecision, PlainValue, read_corrections
from addin.store.recall import express_today, recall_returns
from addin.store.store import Store
from addin.store.submissions import find_first_readings
from addin.store.versions import LockedVersion, UnitPlace, recall_locked_returns
from addin.submission import Submission
from templates.content import Value
from templates.finding import Finding
from templates.model import Indicator, Survey
from templates.words import say

CellPlace = tuple[str, str]
"""Form and code."""

PlainCells = dict[CellPlace, PlainValue]


class Ruling(StrEnum):
    """How a request stands. The words: ``[ruling]`` in words/correct.toml."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True)
class Correction:
    """One cell that a unit reports otherwise than it was handed in."""

    unit: str
    name: str
    indicator: Indicator
    old: PlainValue
    """As handed in, or as approved last; None where it was blank, or the unit was left out of the version."""
    new: PlainValue
    why: str
    """The unit's 说明 beside the cell, or its answer to a 退回; ``""`` where it wrote neither."""
    file: str
    """The later file."""
    sha256: str
    submission: int | None
    received: str
    """When that was first read."""
    ruling: Ruling = Ruling.OPEN
    decided: CorrectionDecision | None = None
    blocked: str = ""
    """Why it cannot be approved as things stand: a sentence."""

    @property
    def id(self) -> str:
        """By which it is named: ``500103/KX03-26``."""
        return f"{self.unit}/{self.indicator.form}-{self.indicator.code}"

    @property
    def place(self) -> CellPlace:
        """Form and code."""
        return self.indicator.form, self.indicator.code


@dataclass(frozen=True)
class LateReturn:
    """A unit whose return is not the one of the locked version."""

    unit: str
    name: str
    counted: bool
    """Whether its numbers were handed in; else it was left out, and every number that it reports is a request."""
    locked: Cells
    """Its numbers as handed in."""
    approved: PlainCells
    """Values that were approved since, by cell."""
    rows: int
    """How many rows of ledgers came or went."""
    requests: tuple[Correction, ...]
    breaches: tuple[Finding, ...] = ()
    """Rules that the return does not keep with only a part of its corrections approved."""


@dataclass(frozen=True)
class CorrectionState:
    """All that was reported otherwise since a version was locked."""

    survey: Survey
    year: int
    version: LockedVersion
    numbers: Mapping[str, Cells]
    """Numbers as handed in of the units that are counted, by unit code."""
    late: tuple[LateReturn, ...]

    @property
    def requests(self) -> list[Correction]:
        """All requests, by unit and in the order of the forms."""
        return [request for one in self.late for request in one.requests]

    @property
    def open(self) -> list[Correction]:
        """Those that nobody has decided."""
        return [request for request in self.requests if request.ruling is Ruling.OPEN]


def read_correction_state(store: Store, survey: Survey, year: int, version: LockedVersion) -> CorrectionState:
    """Return what stands against what was handed in. Raises StoreError."""
    standings = read_standings(store, survey.id, year)
    before = {code: express_today(one, survey, store) for code, one in _recall_counted(store, survey, version).items()}
    decided = read_corrections(store, survey.id, year, version.number)
    touched = {one.unit for one in decided}
    moved = [one for one in standings.values() if one.code in touched or _is_late(one, version)]
    after = recall_returns(store, survey, moved)
    numbers = dict(zip(before, reported_numbers(survey, year, list(before.values())), strict=True))
    later = dict(zip(after, reported_numbers(survey, year, list(after.values())), strict=True))
    with store.opened(read_only=True) as connection:
        first_read = find_first_readings(connection)
    late = []
    for standing in moved:
        code = standing.code
        sides = _Sides(before.get(code), after.get(code), numbers.get(code, {}), later.get(code, {}))
        if sides.now is not None and survey.kind[sides.now.identity.kind].part:
            continue
        at = first_read.get(standing.sha256)
        received = at.isoformat(timespec="seconds") if at else ""
        late.append(_compare_unit(standing, sides, [one for one in decided if one.unit == code], survey, received))
    return CorrectionState(survey, year, version, numbers, tuple(one for one in late if one.requests or one.approved))


@dataclass(frozen=True)
class _Sides:
    """A unit's return as handed in, and the one that stands now; None where there is none."""

    was: Submission | None
    now: Submission | None
    numbers_then: Cells
    numbers_now: Cells


def _recall_counted(store: Store, survey: Survey, version: LockedVersion) -> dict[str, Submission]:
    counted = {unit.code for unit in version.units if unit.place is UnitPlace.COUNTED}
    found = recall_locked_returns(store, survey, version)
    return {code: one for code, one in found.items() if code in counted}


def _is_late(standing: UnitStanding, version: LockedVersion) -> bool:
    """Return whether what stands for the unit is not what was handed in; a part of another return is none's.

    What was left out as it stands, and stands as it did, asks for nothing before an officer accepts it. The same bytes
    are the same return, whatever reads them today.
    """
    unit = version.by_code.get(standing.code)
    if standing.submission is None or (unit is not None and unit.place is UnitPlace.PART):
        return False
    if unit is None:
        return True
    same = standing.content == unit.content or standing.sha256 == unit.sha256
    return not same or (unit.place is UnitPlace.LEFT_OUT and standing.state.counts)


def _compare_unit(
    standing: UnitStanding, sides: _Sides, decided: Sequence[CorrectionDecision], survey: Survey, received: str
) -> LateReturn:
    was = _gather(sides.was, sides.numbers_then, survey, numbers_only=False) if sides.was else {}
    approved = {(one.form, one.code): one.new for one in decided if one.approved}
    requests = tuple(_list_requests(standing, was, approved, sides, decided, survey, received))
    rows = _count_rows(sides.was, sides.now) if sides.now else 0
    in_part = bool(approved) and sides.was and any(one.ruling is not Ruling.APPROVED for one in requests)
    breaches = find_breaches(survey, sides.was, sides.now, approved) if sides.was and sides.now and in_part else ()
    told = (standing.code, standing.name, sides.was is not None, sides.numbers_then, approved, rows)
    return LateReturn(*told, requests, breaches)


def _list_requests(
    standing: UnitStanding,
    was: PlainCells,
    approved: PlainCells,
    sides: _Sides,
    decided: Sequence[CorrectionDecision],
    survey: Survey,
    received: str,
) -> Iterator[Correction]:
    if sides.now is None:
        return
    now = _gather(sides.now, sides.numbers_now, survey, numbers_only=sides.was is None)
    reasons = _Reasons(sides.now, survey)
    for place in _order({**was, **now, **approved}, survey):
        base, value = approved.get(place, was.get(place)), now.get(place)
        own = [one for one in decided if (one.form, one.code) == place and one.new == value]
        ruling = _rule(own, base, value, is_approved=place in approved)
        if ruling is None:
            continue
        last = own[-1] if own and ruling is not Ruling.OPEN else None
        yield Correction(
            standing.code,
            standing.name,
            survey.form[place[0]].indicators[place[1]],
            last.old if last and last.approved else base,
            value,
            reasons.find(place),
            standing.file,
            standing.sha256,
            standing.submission,
            received,
            ruling,
            last,
            _find_block(standing),
        )


def _rule(
    own: Sequence[CorrectionDecision], base: PlainValue, value: PlainValue, *, is_approved: bool
) -> Ruling | None:
    """Return how the request for a value stands, by the decisions on it; None where nothing is asked for.

    What was refused is asked again where another value has taken the place of the one that it was to replace.
    """
    if base == value:
        return Ruling.APPROVED if is_approved and own and own[-1].approved else None
    return Ruling.REFUSED if own and not own[-1].approved and own[-1].old == base else Ruling.OPEN


def _find_block(standing: UnitStanding) -> str:
    if standing.undecided:
        return say("correct.blocked.undecided")
    return "" if standing.state.counts else say("correct.blocked.open", state=standing.state.shown)


def _gather(submission: Submission, numbers: Cells, survey: Survey, *, numbers_only: bool) -> PlainCells:
    """Return the cells of the forms that the unit files: numbers as they are added up, all else as it was reported.

    Who a person is, and how to reach one, is nothing that is handed in.
    """
    cells: PlainCells = {place: _plain(value) for place, value in numbers.items()}
    for form in () if numbers_only else survey.forms_of(submission.identity.kind):
        for code, value in submission.content.values.get(form.id, {}).items():
            indicator = form.indicators.get(code)
            if indicator and not (indicator.kind.is_number or indicator.kind.is_code or is_contact(indicator)):
                cells[form.id, code] = _plain(value)
    return cells


def _order(cells: Iterable[CellPlace], survey: Survey) -> Iterator[CellPlace]:
    wanted = set(cells)
    for form in survey.forms:
        yield from ((form.id, code) for code in form.indicators if (form.id, code) in wanted)


def _plain(value: Value) -> PlainValue:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def _count_rows(before: Submission | None, after: Submission) -> int:
    """Return how many rows of ledgers only one of the two returns has."""
    files = [IncomingFile("", None, after), IncomingFile("", None, before)]
    return sum(change.what == "row" for change in list_changes(files))


class _Reasons:
    """What the unit wrote about its cells."""

    def __init__(self, submission: Submission, survey: Survey) -> None:
        self._notes = submission.content.notes
        layout = submission.layout(survey)
        self._addresses = {form.form.id: form for form in layout.forms.values()}
        self._answers = {answer.place: answer.text for answer in submission.answers if answer.text}

    def find(self, place: CellPlace) -> str:
        """Return the 说明 beside the cell, else the answer to what was sent back about it."""
        form, code = place
        if note := self._notes.get(form, {}).get(code, ""):
            return show_as_text(note)
        layout = self._addresses.get(form)
        address = layout.address(code) if layout and code in layout.rows else ""
        return self._answers.get(address, "")
