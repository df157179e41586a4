"""``fill``: values from another system go into a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.inputs import SurveyOption, find_surveys, read_or_refuse
from addin.commands.outputs import refuse_outputs
from addin.commands.outputs import workbook as as_workbook
from addin.commands.shared import err, out, refuse, refuse_unwritable
from addin.sending.fill import FillError, read_data, render
from addin.sending.fill import fill as fill_in
from templates.words import say


def fill(
    workbook: Annotated[Path, typer.Argument(help=say("cli.fill.workbook"))],
    data: Annotated[Path, typer.Argument(help=say("cli.fill.data"))],
    target: Annotated[Path, typer.Option("--out", "-o", help=say("cli.fill.out"))],
    survey: SurveyOption = None,
) -> None:
    """Put values from another system into a workbook."""
    refuse_outputs([as_workbook(target)], [data])
    surveys = find_surveys(survey)
    submission = read_or_refuse(workbook, surveys)
    definitions = surveys(submission.edition.survey)
    try:
        with refuse_unwritable(target):
            filled = fill_in(definitions, submission, read_data(data))
            render(definitions, filled.submission, workbook, target)
    except FillError as error:
        refuse("\n".join(error.problems))
    for remark in filled.remarks:
        err.print(remark, style="yellow", markup=False, highlight=False)
    if submission.oddities:
        err.print(say("fill.kept", count=len(submission.oddities)), style="yellow")
    out.print(say("fill.done", cells=filled.cells, file=target), markup=False, soft_wrap=True)
