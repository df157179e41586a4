"""``roster``: the list of reporting units, and its check by the units."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from addin.commands.inputs import find_survey_behind, load_survey_or_refuse, read_roster_or_refuse
from addin.commands.outputs import refuse_folder, refuse_outputs
from addin.commands.outputs import workbook as as_workbook
from addin.commands.shared import (
    DEFAULT_SURVEY,
    FINDINGS,
    FIRST_YEAR,
    LAST_YEAR,
    err,
    out,
    refuse,
    refuse_unwritable,
    say_json,
    show_progress,
)
from addin.rosters import tell
from addin.rosters.make import find_due_day, make_forms
from addin.rosters.merge import merge_checks
from addin.sending.dispatch import keep_password
from generator.files import write_together
from generator.lock import Lock
from generator.rosters.sheet import write_roster_book
from templates.words import lookup, say


def roster_new(
    path: Annotated[Path, typer.Argument(help=say("cli.roster.file"))],
    survey: Annotated[str, typer.Option(help=say("cli.generate.survey"))] = DEFAULT_SURVEY,
) -> None:
    """Write an empty roster to fill in."""
    if path.exists():
        refuse(say("cli.refused.exists", path=path))
    refuse_outputs([as_workbook(path)])
    with refuse_unwritable(path):
        write_roster_book(path, load_survey_or_refuse(survey))
    out.print(say("cli.roster.done", file=path))


def roster_check_make(
    year: Annotated[int, typer.Option(help=say("cli.generate.year"), min=FIRST_YEAR, max=LAST_YEAR)],
    roster: Annotated[Path, typer.Option(help=say("cli.generate.roster"))],
    folder: Annotated[Path, typer.Option("--out", help=say("cli.roster_check.folder"))],
    survey: Annotated[str, typer.Option(help=say("cli.generate.survey"))] = DEFAULT_SURVEY,
    password: Annotated[str, typer.Option(help=say("cli.generate.password"))] = "",
) -> None:
    """Write one 名录核定表 per unit of the roster."""
    definitions = load_survey_or_refuse(survey)
    units = read_roster_or_refuse(roster, definitions)
    refuse_folder(folder, len(units.units), [lookup("workbook.password_file")])
    secret = password or secrets.token_urlsafe(9)
    if find_due_day(definitions, year) is None:
        err.print(say("roster_check.said.no_due", step=say("roster_check.step")), style="yellow")
    with (
        refuse_unwritable(folder),
        show_progress(say("roster_check.said.working_make"), len(units.units)) as progress,
        write_together(folder) as together,
    ):
        kept = folder / keep_password(together, secret).name
        written = make_forms(units, definitions, year, together, Lock.of(secret), progress)
    out.print(say("roster_check.said.made", count=len(written), folder=folder))
    out.print(say("cli.generate.password_kept", file=kept))


def roster_check_merge(
    paths: Annotated[list[Path], typer.Argument(help=say("cli.roster_check.paths"))],
    roster: Annotated[Path, typer.Option(help=say("cli.roster_check.roster"))],
    target: Annotated[Path, typer.Option("--out", help=say("cli.roster_check.out"))],
    survey: Annotated[str | None, typer.Option(help=say("cli.merge.survey"))] = None,
    year: Annotated[int | None, typer.Option(help=say("cli.merge.year"), min=FIRST_YEAR, max=LAST_YEAR)] = None,
    drop_withdrawn: Annotated[bool, typer.Option("--drop-withdrawn", help=say("cli.roster_check.drop"))] = False,
    take_contacts: Annotated[bool, typer.Option("--take-contacts", help=say("cli.roster_check.contacts"))] = False,
    json_too: Annotated[bool, typer.Option("--json", help=say("cli.merge.json"))] = False,
) -> None:
    """Read the answers back and write the new roster."""
    refuse_outputs([as_workbook(target)], [roster, *(path for path in paths if path.is_file())])
    definitions = find_survey_behind(paths, survey)
    units = read_roster_or_refuse(roster, definitions, guessed=survey is None)
    with show_progress(say("roster_check.said.working_merge")) as progress:
        wanted = {"year": year, "drop_withdrawn": drop_withdrawn, "take_contacts": take_contacts}
        check = merge_checks(paths, units, definitions, **wanted, progress=progress)  # type: ignore[arg-type]
    with refuse_unwritable(target):
        tell.write_roster(check, definitions, target)
    if json_too:
        say_json(tell.describe_check(check))
    else:
        for line in tell.tell_check(check, target):
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(FINDINGS if check.open else 0)
