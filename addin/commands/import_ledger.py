"""``import-ledger``: a clerk's own list goes into a ledger of a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.inputs import SurveyOption, find_surveys, read_or_refuse
from addin.commands.outputs import refuse_outputs
from addin.commands.outputs import workbook as as_workbook
from addin.commands.shared import FINDINGS, err, out, refuse, refuse_unwritable, say_json, show_progress
from addin.importing.importer import import_list
from addin.importing.notes import Imported, What
from addin.importing.source import ListRefused
from addin.sending.fill import render
from addin.submission import Submission
from templates.words import say


def import_ledger(
    workbook: Annotated[Path, typer.Argument(help=say("cli.import_ledger.workbook"))],
    source: Annotated[Path, typer.Argument(metavar="LIST", help=say("cli.import_ledger.source"))],
    target: Annotated[Path, typer.Option("--out", "-o", help=say("cli.import_ledger.out"))],
    ledger: Annotated[str, typer.Option(help=say("cli.import_ledger.ledger"))] = "",
    sheet: Annotated[str, typer.Option(help=say("cli.import_ledger.sheet"))] = "",
    replace: Annotated[bool, typer.Option("--replace", help=say("cli.import_ledger.replace"))] = False,
    json_too: Annotated[bool, typer.Option("--json", help=say("cli.import_ledger.json"))] = False,
    survey: SurveyOption = None,
) -> None:
    """Put a clerk's own list into a ledger of a workbook."""
    refuse_outputs([as_workbook(target)], [workbook, source])
    surveys = find_surveys(survey)
    with show_progress(say("import.said.working")):
        submission = read_or_refuse(workbook, surveys)
        definitions = surveys(submission.edition.survey)
        try:
            filled, imported = import_list(definitions, submission, source, ledger=ledger, sheet=sheet, replace=replace)
        except ListRefused as refused:
            refuse(str(refused))
        with refuse_unwritable(target):
            render(definitions, filled, workbook, target)
    _say_imported(imported, submission, target, json_too=json_too)
    raise typer.Exit(FINDINGS if imported.count(What.REFUSED) else 0)


def _say_imported(imported: Imported, submission: Submission, target: Path, *, json_too: bool) -> None:
    for sentence in imported.shown():
        err.print(sentence, style="yellow", markup=False, highlight=False, soft_wrap=True)
    if submission.oddities:
        err.print(say("fill.kept", count=len(submission.oddities)), style="yellow")
    if json_too:
        say_json(imported.as_json() | {"file": str(target)})
        return
    if imported.emptied:
        out.print(say("import.said.emptied", count=imported.emptied))
    out.print(say("import.said.done", file=target, **imported.told()), markup=False, soft_wrap=True)
