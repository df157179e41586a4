"""``send-back``: each unit with something open gets its own workbook back, and a page that says what to mend."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.acts import (
    AsJson,
    AskedSurvey,
    AskedYear,
    By,
    name_or_refuse,
    print_sentence,
    read_due_day_or_refuse,
)
from addin.commands.inputs import load_survey_or_refuse, read_roster_or_refuse
from addin.commands.outputs import refuse_folder
from addin.commands.shared import FINDINGS, refuse_unwritable, say_json, show_progress
from addin.commands.store import StoreFile, find_round_or_refuse, open_store, refuse_unusable_store
from addin.sending_back.open_returns import ReturningOfficer
from addin.sending_back.send_back import SendBackJob, SentBack, describe_sent_back
from addin.sending_back.send_back import send_back as send_all_back
from templates.words import say


def send_back(
    store: StoreFile,
    by: By,
    roster: Annotated[Path, typer.Option(help=say("sent_back.command.roster"))],
    folder: Annotated[Path, typer.Option("--out", help=say("sent_back.command.out"))],
    units: Annotated[list[str] | None, typer.Argument(help=say("sent_back.command.units"))] = None,
    reason: Annotated[str, typer.Option(help=say("sent_back.command.reason"))] = "",
    due: Annotated[str, typer.Option(help=say("sent_back.command.due"))] = "",
    phone: Annotated[str, typer.Option(help=say("sent_back.command.phone"))] = "",
    survey: AskedSurvey = None,
    year: AskedYear = None,
    password: Annotated[str, typer.Option(help=say("sent_back.command.password"))] = "",
    json_too: AsJson = False,
) -> None:
    """Send returns back to their units."""
    refuse_folder(folder)
    until = read_due_day_or_refuse(due) if due else None
    sender = ReturningOfficer(name_or_refuse(by), phone.strip(), reason.strip(), until)
    with refuse_unusable_store():
        opened = open_store(store)
        id, in_year = find_round_or_refuse(opened, survey, year)
        definitions = load_survey_or_refuse(survey or id)
        listed = read_roster_or_refuse(roster, definitions)
        job = SendBackJob(definitions, in_year, listed, opened, folder, sender, tuple(units or ()), password)
        with refuse_unwritable(folder), show_progress(say("sent_back.command.working")) as progress:
            done = send_all_back(job, progress)
    _say(done, folder, json_too=json_too)
    raise typer.Exit(FINDINGS if done.refused else 0)


def _say(done: SentBack, folder: Path, *, json_too: bool) -> None:
    if json_too:
        say_json(describe_sent_back(done))
        return
    if done.written:
        contacts = len({one.workbook.parent for one in done.written})
        group = say("sent_back.paste.group_file")
        told = {"count": len(done.written), "contacts": contacts, "folder": folder, "group": group}
        print_sentence(say("sent_back.command.done", **told))
    for one in done.written:
        if one.renewed:
            print_sentence(say("sent_back.command.renewed", name=one.slip.name))
    if done.refused:
        print_sentence(say("sent_back.command.refused", count=len(done.refused)))
        for sentence in done.refused:
            print_sentence(f"  {sentence}")
    if not done.written and not done.refused:
        print_sentence(say("sent_back.refused.nothing"))
