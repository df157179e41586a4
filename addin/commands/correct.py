"""``correct list``, ``approve``, ``refuse``: what units report otherwise after a version was handed in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.acts import AsJson, AskedSurvey, AskedYear, By, name_or_refuse, print_sentence
from addin.commands.inputs import load_survey_or_refuse
from addin.commands.shared import FINDINGS, REFUSED, refuse, say_json
from addin.commands.store import StoreFile, find_round_or_refuse, open_store, refuse_unusable_store
from addin.correcting.decide import DecidedCorrections, decide_corrections
from addin.correcting.requests import CorrectionState, read_correction_state
from addin.correcting.revise import revise_totals
from addin.correcting.tell import describe_corrections, describe_decided_corrections, tell_breaches, tell_corrections
from addin.store.store import Store
from addin.store.versions import read_locked_version
from templates.words import say

Named = Annotated[list[str] | None, typer.Argument(metavar="[ID…|UNIT…]", help=say("correct.command.named"))]
Every = Annotated[bool, typer.Option("--all", help=say("correct.command.every"))]
Note = Annotated[str, typer.Option("--note", help=say("correct.command.note"))]
Number = Annotated[int | None, typer.Option("--version", help=say("correct.command.version"), min=1)]


def correct_list(
    store: StoreFile,
    survey: AskedSurvey = None,
    year: AskedYear = None,
    number: Number = None,
    json_too: AsJson = False,
) -> None:
    """List what units reported otherwise since a version was locked."""
    with refuse_unusable_store():
        state = _read_or_refuse(open_store(store), survey, year, number)
    totals = revise_totals(state)
    if json_too:
        say_json(describe_corrections(state, totals))
    else:
        for sentence in tell_corrections(state, totals):
            print_sentence(sentence)
    raise typer.Exit(FINDINGS if state.open else 0)


def correct_approve(
    store: StoreFile,
    by: By,
    named: Named = None,
    every: Every = False,
    note: Note = "",
    survey: AskedSurvey = None,
    year: AskedYear = None,
    json_too: AsJson = False,
) -> None:
    """Approve corrections."""
    _decide(store, by, named, note, (survey, year), every=every, approve=True, json_too=json_too)


def correct_refuse(
    store: StoreFile,
    by: By,
    named: Named = None,
    every: Every = False,
    note: Note = "",
    survey: AskedSurvey = None,
    year: AskedYear = None,
    json_too: AsJson = False,
) -> None:
    """Refuse corrections."""
    if not note.strip():
        refuse(say("correct.refused.no_note"))
    _decide(store, by, named, note, (survey, year), every=every, approve=False, json_too=json_too)


def _decide(
    store: Path,
    by: str,
    named: list[str] | None,
    note: str,
    asked: tuple[str | None, int | None],
    *,
    every: bool,
    approve: bool,
    json_too: bool,
) -> None:
    if bool(named) == every:
        refuse(say("correct.refused.which"))
    officer = name_or_refuse(by)
    with refuse_unusable_store():
        opened = open_store(store)
        state = _read_or_refuse(opened, *asked, None)
        chosen = None if every else named
        done = decide_corrections(opened, state, chosen, officer, approve=approve, note=note.strip())
        after = _read_or_refuse(opened, *asked, None) if done.done else state
    touched = {one.unit for one in done.done}
    breaches = [text for late in after.late if late.unit in touched for text in tell_breaches(late)]
    _end(done, breaches, approve=approve, json_too=json_too)


def _read_or_refuse(store: Store, survey: str | None, year: int | None, number: int | None) -> CorrectionState:
    id, in_year = find_round_or_refuse(store, survey, year)
    if in_year is None:
        refuse(say("correct.refused.no_year"))
    version = read_locked_version(store, id, in_year, number)
    if version is None:
        key = "no_number" if number else "no_version"
        refuse(say(f"correct.refused.{key}", number=number, year=in_year))
    return read_correction_state(store, load_survey_or_refuse(survey or id), in_year, version)


def _end(done: DecidedCorrections, breaches: list[str], *, approve: bool, json_too: bool) -> None:
    if json_too:
        say_json(describe_decided_corrections(done, approve=approve) | {"breaches": breaches})
    else:
        _tell(done, approve=approve)
        for sentence in breaches:
            print_sentence(sentence.strip())
    if done.refused or breaches:
        raise typer.Exit(FINDINGS if done.done else REFUSED)


def _tell(done: DecidedCorrections, *, approve: bool) -> None:
    key = "done_approved" if approve else "done_refused"
    for one in done.done:
        blank = say("correct.blank")
        old, new = (blank if value is None else value for value in (one.old, one.new))
        print_sentence(say(f"correct.told.{key}", name=one.name, code=one.unit, id=one.id, old=old, new=new))
    for name, why in done.refused:
        print_sentence(say("correct.told.not_done", id=name, why=why))
    if not done.done and not done.refused:
        print_sentence(say("correct.told.nothing"))
