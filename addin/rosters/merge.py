"""Answers into the roster: whose they are, which of several counts, what they change, what cannot be taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from addin.package.refusal import FileStatus
from addin.progress import Progress, track
from addin.receiving.archive import Found, Unpacker
from addin.receiving.collect import collect
from addin.roster import ReportingUnit, Roster
from addin.rosters.answers import Answer, read_answers
from addin.rosters.checked import AnswerState, Conflict, Question, RosterCheck, UnitCheck
from addin.rosters.correct import Corrected, correct, list_doubts_left
from addin.rosters.make import find_due_day
from addin.submission import Refusal
from generator.temporary import temporary_folder
from templates.model import Survey
from templates.spelling import make_name_key
from templates.words import say


@dataclass(frozen=True)
class Received:
    """An answer with the file it came in."""

    answer: Answer
    file: str
    saved: datetime
    changed: datetime

    @property
    def age(self) -> tuple[datetime, datetime, str]:
        """What the newest of several has most of."""
        return self.saved, self.changed, self.file

    @property
    def said(self) -> tuple[object, ...]:
        """What two answers that do not contradict each other have in common."""
        answer = self.answer
        return answer.result, sorted(answer.entries.items()), answer.note, answer.broken


def merge_checks(
    paths: Iterable[Path],
    roster: Roster,
    survey: Survey,
    *,
    year: int | None = None,
    drop_withdrawn: bool = False,
    take_contacts: bool = True,
    progress: Progress | None = None,
) -> RosterCheck:
    """Return what the forms in ``paths`` (files, folders, zips) make of ``roster``. No file, however damaged, raises.

    ``year`` is what most forms state when it is not given. Withdrawn units stay in the new roster unless they are to
    be dropped. Without ``take_contacts`` other contact persons than the roster's are told and not taken.
    """
    with temporary_folder() as folder:
        outcomes = _read_all(list(collect(paths, Unpacker(folder))), survey, progress)
    expected = year or _stated_year(outcomes)
    received, refused = _sorted_out(outcomes, roster, expected)
    due = find_due_day(survey, expected) if expected else None
    return _checked(roster, survey, received, refused, expected, due, drop_withdrawn, take_contacts)


def _read_all(found: Sequence[Found | Refusal], survey: Survey, progress: Progress | None) -> list[Received | Refusal]:
    answers = read_answers([file.path for file in found if isinstance(file, Found)], survey.id)
    files = track(found, len(found), progress)
    return [file if isinstance(file, Refusal) else _received(file, next(answers)) for file in files]


def _received(file: Found, answer: Answer | Refusal) -> Received | Refusal:
    if isinstance(answer, Refusal):
        return replace(answer, file=file.shown)
    return Received(answer, file.shown, answer.saved_at or file.changed, file.changed)


def _stated_year(outcomes: Iterable[Received | Refusal]) -> int | None:
    """Return the year most forms state, of several the newest."""
    stated = Counter(one.answer.identity.year for one in outcomes if isinstance(one, Received))
    return max(stated, key=lambda year: (stated[year], year)) if stated else None


def _sorted_out(
    outcomes: Iterable[Received | Refusal], roster: Roster, year: int | None
) -> tuple[dict[str, list[Received]], list[Refusal]]:
    """Return the answers by unit code, the newest first, and the files that count for no unit."""
    received: dict[str, list[Received]] = defaultdict(list)
    refused: list[Refusal] = []
    for one in outcomes:
        if isinstance(one, Refusal):
            refused.append(one)
        elif reason := _no_place(one, roster, year):
            refused.append(replace(reason, file=one.file, identity=one.answer.identity))
        else:
            received[one.answer.identity.code].append(one)
    newest = {code: sorted(files, key=lambda file: file.age, reverse=True) for code, files in received.items()}
    return newest, refused


def _no_place(one: Received, roster: Roster, year: int | None) -> Refusal | None:
    identity = one.answer.identity
    if identity.year != year:
        reason = say("reader.refused.other_year", found=identity.year, expected=year)
        return Refusal("", FileStatus.OTHER_YEAR, reason)
    if identity.code not in roster.by_code:
        return Refusal("", FileStatus.OK, say("roster_check.refused.stray", code=identity.code, name=identity.name))
    return None


def _checked(
    roster: Roster,
    survey: Survey,
    received: dict[str, list[Received]],
    refused: list[Refusal],
    year: int | None,
    due: date | None,
    drop: bool,
    take: bool,
) -> RosterCheck:
    units = [_unit(unit, received.get(unit.code, []), due) for unit in roster.units]
    corrected = [_corrected(unit, received.get(unit.unit.code, []), survey, take=take) for unit in units]
    kept = [one.unit for one, unit in zip(corrected, units, strict=True) if not (drop and unit.withdrawn)]
    questions = [question for one in corrected for question in one.questions]
    return RosterCheck(
        year,
        tuple(units),
        tuple(change for one in corrected for change in one.changes),
        (*questions, *_same_names(corrected, kept), *list_doubts_left(kept, survey, questions)),
        tuple(_conflicts(roster, received)),
        tuple(refused),
        Roster(tuple(kept), own=roster.own),
        drop,
        tuple(change for one in corrected for change in one.contacts),
    )


def _unit(unit: ReportingUnit, files: list[Received], due: date | None) -> UnitCheck:
    filled = [file for file in files if not file.answer.blank]
    if not filled:
        words = "blank" if files else "nothing"
        reason = say(f"roster_check.reason.{words}", file=files[0].file if files else "")
        return UnitCheck(unit, AnswerState.MISSING, remarks=(reason,))
    newest = filled[0]
    late = due is not None and newest.saved.astimezone().date() > due
    answer = newest.answer
    remarks = tuple(_remarks(filled, due if late else None))
    return UnitCheck(unit, AnswerState.RECEIVED, answer.result, newest.file, newest.saved, late, answer.note, remarks)


def _remarks(filled: list[Received], due: date | None) -> Iterable[str]:
    if due:
        yield say("roster_check.reason.late", due=due)
    same = sum(file.said == filled[0].said for file in filled) - 1
    if same:
        yield say("roster_check.reason.duplicate", count=same)
    if other := len(filled) - 1 - same:
        yield say("roster_check.reason.older", count=other)


def _corrected(unit: UnitCheck, files: list[Received], survey: Survey, *, take: bool) -> Corrected:
    counted = next((file for file in files if file.file == unit.file), None)
    if counted is None:
        return Corrected(unit.unit)
    return correct(unit.unit, counted.answer, counted.file, survey, take_contacts=take)


def _conflicts(roster: Roster, received: dict[str, list[Received]]) -> Iterable[Conflict]:
    for unit in roster.units:
        filled = [file for file in received.get(unit.code, []) if not file.answer.blank]
        others = tuple(file.file for file in filled if file.said != filled[0].said)
        if others:
            yield Conflict(unit, filled[0].file, others)


def _same_names(corrected: Iterable[Corrected], kept: Iterable[ReportingUnit]) -> Iterable[Question]:
    """Yield units whose new name is another unit's name as well."""
    owners: dict[str, list[str]] = defaultdict(list)
    for unit in kept:
        owners[make_name_key(unit.name)].append(unit.code)
    for change in (change for one in corrected for change in one.changes if change.field == "name"):
        others = [code for code in owners[make_name_key(change.after)] if code != change.unit.code]
        if others:
            reason = say("roster_check.question.same_name", other=say("roster_check.join").join(others))
            yield Question(change.unit, "name", change.after, reason)
