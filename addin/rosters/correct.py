"""One answer against one line of the roster: what it changes, and what of it cannot be taken as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from addin.roster import ReportingUnit, RosterProblem, list_problems, spell_officially, tidy
from addin.rosters.answers import Answer
from addin.rosters.checked import Question, RosterChange
from templates.model import Survey
from templates.spelling import make_name_key
from templates.words import lookup, say

_TOGETHER = (("kind", "level"),)
"""Columns that are right or wrong only together: taken both or not at all."""

_CONTACTS = ("contact", "phone")

_MAY_BE_BLANK = ("uscc", "parent", "contact", "phone")


@dataclass(frozen=True)
class Corrected:
    """A unit after its answer."""

    unit: ReportingUnit
    changes: tuple[RosterChange, ...] = ()
    questions: tuple[Question, ...] = ()
    contacts: tuple[RosterChange, ...] = ()
    """Another person or telephone than the roster has, not taken yet."""


def correct(unit: ReportingUnit, answer: Answer, file: str, survey: Survey, *, take_contacts: bool = True) -> Corrected:
    """Return ``unit`` with what ``answer`` changes. An entry that the roster could not hold is a question instead.

    Without ``take_contacts`` a person or telephone that replaces another one waits: reminders and returned workbooks
    go to whoever stands there.
    """
    wanted = _wanted(unit, answer, survey)
    refused, questions = _refused(unit, wanted, survey)
    good = {field: value for field, value in wanted.items() if field not in refused}
    waiting = set() if take_contacts else _replaced_contacts(unit, good)
    taken = {field: value for field, value in good.items() if field not in waiting}
    changes, contacts = (
        tuple(RosterChange(unit, field, getattr(unit, field), good[field], file) for field in fields)
        for fields in (taken, [field for field in good if field in waiting])
    )
    general = _general(unit, answer, bool(wanted or answer.broken))
    asked = (*general, *_broken(unit, answer), *questions)
    return Corrected(replace(unit, **taken), changes, asked, contacts)


def _replaced_contacts(unit: ReportingUnit, good: dict[str, str]) -> set[str]:
    """Return person and telephone where one of them replaces another; what fills blanks only is nobody's loss."""
    named = {field for field in _CONTACTS if field in good}
    return named if any(getattr(unit, field) for field in named) else set()


def _wanted(unit: ReportingUnit, answer: Answer, survey: Survey) -> dict[str, str]:
    """Return the entries that say something else than the roster, spelt as rosters are."""
    cleared = say("roster_check.cleared")
    idle = {make_name_key(phrase) for phrase in lookup("roster_check.unchanged")}
    entries = {
        field: text for field, text in answer.entries.items() if field != "code" and make_name_key(text) not in idle
    }
    tidied = {
        field: "" if text == cleared and field in _MAY_BE_BLANK else tidy(field, text)
        for field, text in entries.items()
    }
    spelt = spell_officially(replace(unit, **tidied), survey)
    wanted = {field: str(getattr(spelt, field)) for field in tidied}
    return {field: text for field, text in wanted.items() if not _same(field, text, getattr(unit, field))}


def _same(field: str, one: str, other: str) -> bool:
    return make_name_key(one) == make_name_key(other) if field == "name" else one == other


def _refused(unit: ReportingUnit, wanted: dict[str, str], survey: Survey) -> tuple[set[str], list[Question]]:
    """Return the columns that stay as they were, and why: what a roster would be told off for, or cannot mean."""
    found = {field: [reason] for field, reason in _not_a_value(wanted)}
    for problem in list_problems([(1, replace(unit, **wanted))], survey):
        field = _field(problem)
        group = next((group for group in _TOGETHER if field in group), (field,))
        if any(member in wanted for member in group) and not (field in _MAY_BE_BLANK and not wanted.get(field, "-")):
            for member in (member for member in group if member in wanted):
                found.setdefault(member, []).append(_reason("not_taken", problem))
    questions = [Question(unit, field, wanted[field], reasons[0]) for field, reasons in found.items()]
    return set(found), questions


def _not_a_value(wanted: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield columns that cannot be made blank, but were."""
    for field, text in wanted.items():
        if text == say("roster_check.cleared"):
            yield field, say("roster_check.question.not_blank")


def _field(problem: RosterProblem) -> str:
    return next((field for field, header in lookup("roster.columns").items() if header == problem.column), "")


def _reason(words: str, problem: RosterProblem) -> str:
    return say(f"roster_check.question.{words}", message=problem.message, hint=problem.hint)


def _general(unit: ReportingUnit, answer: Answer, changed: bool) -> Iterator[Question]:
    """Yield where the choice and the entries contradict each other."""
    results = lookup("roster_check.results")
    shown = results.get(answer.result, answer.result)
    field = "result"
    if answer.result == "same" and changed:
        yield Question(unit, field, shown, say("roster_check.question.same_but_changed", **results))
    elif answer.result == "changed" and not changed:
        yield Question(unit, field, shown, say("roster_check.question.nothing_changed", **results))
    elif not answer.result:
        yield Question(unit, field, shown, say("roster_check.question.no_result"))
    elif answer.result not in results:
        yield Question(unit, field, shown, say("roster_check.question.odd_result", value=answer.result))


def _broken(unit: ReportingUnit, answer: Answer) -> Iterator[Question]:
    for field in answer.broken:
        yield Question(unit, field, "", say("roster_check.question.broken"))
    if code := answer.entries.get("code", ""):
        yield Question(unit, "code", code, say("roster_check.question.fixed"))


def list_doubts_left(units: Sequence[ReportingUnit], survey: Survey, asked: Iterable[Question]) -> Iterator[Question]:
    """Yield credit codes of the new roster that are wrong, where no answer has been asked about already."""
    known = {question.unit.code for question in asked if question.field == "uscc"}
    for problem in list_problems(list(enumerate(units)), survey):
        unit = units[problem.row]
        if _field(problem) == "uscc" and unit.uscc and unit.code not in known:
            yield Question(unit, "uscc", unit.uscc, _reason("kept", problem))
