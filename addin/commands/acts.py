"""``accept``, ``extend``, ``remind``: what an officer does about units, put on record in the store."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from addin.commands.inputs import load_survey_or_refuse, read_roster_or_refuse
from addin.commands.outputs import refuse_folder
from addin.commands.shared import FINDINGS, FIRST_YEAR, LAST_YEAR, REFUSED, out, refuse, refuse_unwritable, say_json
from addin.commands.store import StoreFile, find_round_or_refuse, open_store, refuse_unusable_store
from addin.reminding.remind import describe_owing, write_and_record
from addin.store.decide import DecidedUnits, decide, describe_decided
from addin.tracking.moves import Happening
from addin.tracking.orders import Unmet, read_due_day
from templates.words import lookup, say

Units = Annotated[list[str] | None, typer.Argument(help=say("acts.options.units"))]
By = Annotated[str, typer.Option("--by", help=say("acts.options.by"))]
AskedSurvey = Annotated[str | None, typer.Option("--survey", help=say("acts.options.survey"))]
AskedYear = Annotated[int | None, typer.Option("--year", help=say("acts.options.year"), min=FIRST_YEAR, max=LAST_YEAR)]
AsJson = Annotated[bool, typer.Option("--json", help=say("acts.options.json"))]


def accept(
    store: StoreFile,
    by: By,
    units: Units = None,
    every: Annotated[bool, typer.Option("--all", help=say("acts.accept.all"))] = False,
    note: Annotated[str, typer.Option(help=say("acts.accept.note"))] = "",
    survey: AskedSurvey = None,
    year: AskedYear = None,
    json_too: AsJson = False,
) -> None:
    """Accept what units reported."""
    if bool(units) == every:
        refuse(say("acts.accept.which"))
    officer = name_or_refuse(by)
    with refuse_unusable_store():
        opened = open_store(store)
        asked = find_round_or_refuse(opened, survey, year)
        done = decide(opened, *asked, Happening.ACCEPT, None if every else units, officer, reason=note.strip())
    _end(done, json_too=json_too)


def extend(
    store: StoreFile,
    by: By,
    until: Annotated[str, typer.Option(help=say("acts.extend.until"))],
    units: Annotated[list[str], typer.Argument(help=say("acts.options.units"))],
    reason: Annotated[str, typer.Option(help=say("acts.extend.reason"))] = "",
    survey: AskedSurvey = None,
    year: AskedYear = None,
    json_too: AsJson = False,
) -> None:
    """Give units until another day."""
    officer = name_or_refuse(by)
    due = read_due_day_or_refuse(until)
    with refuse_unusable_store():
        opened = open_store(store)
        asked = find_round_or_refuse(opened, survey, year)
        done = decide(opened, *asked, Happening.EXTEND, units, officer, reason=reason.strip(), due=due)
    _end(done, json_too=json_too)


def remind(
    store: StoreFile,
    by: By,
    roster: Annotated[Path, typer.Option(help=say("acts.remind.roster"))],
    folder: Annotated[Path, typer.Option("--out", help=say("acts.remind.out"))],
    survey: AskedSurvey = None,
    year: AskedYear = None,
    json_too: AsJson = False,
) -> None:
    """Write whom to remind."""
    officer, path = name_or_refuse(by), folder / say("remind.file")
    refuse_folder(folder, reserved=[path.name])
    with refuse_unusable_store():
        opened = open_store(store)
        id, in_year = find_round_or_refuse(opened, survey, year)
        definitions = load_survey_or_refuse(survey or id)
        listed = read_roster_or_refuse(roster, definitions)
        with refuse_unwritable(path):
            folder.mkdir(parents=True, exist_ok=True)
            lines = write_and_record(opened, definitions, in_year, listed, path, officer, date.today())
    if json_too:
        say_json(describe_owing(lines))
    else:
        print_sentence(say("acts.remind.done", count=len(lines), file=path))


def name_or_refuse(by: str) -> str:
    """Return the officer's name: nothing is put on record for which nobody answers."""
    if not by.strip():
        refuse(say("acts.options.no_name"))
    return by.strip()


def read_due_day_or_refuse(text: str) -> date:
    """Return the day by which units have to answer."""
    try:
        return read_due_day(text, date.today())
    except Unmet as why:
        refuse(str(why))


def _end(decided: DecidedUnits, *, json_too: bool) -> None:
    if json_too:
        say_json(describe_decided(decided))
    else:
        _tell(decided)
    if decided.refused:
        raise typer.Exit(FINDINGS if decided.done else REFUSED)


def _tell(decided: DecidedUnits) -> None:
    words = lookup("acts.what")
    for act in decided.done:
        print_sentence(
            say("acts.options.done", name=act.name, code=act.unit, what=words[act.kind.value], due=act.due or "")
        )
    for code, name, why in decided.refused:
        print_sentence(say("acts.options.refused", name=name, code=code, why=why))
    if not decided.done and not decided.refused:
        print_sentence(say("acts.options.nothing"))


def print_sentence(sentence: str) -> None:
    """Say a sentence as it is, however long."""
    out.print(sentence, markup=False, highlight=False, soft_wrap=True)
