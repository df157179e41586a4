"""``fill``: values from another system go into a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.inputs import SurveyOption, readable, surveys_for
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
    submission = readable(workbook, surveys_for(survey))
    try:
        with refuse_unwritable(target):
            filled = fill_in(submission, read_data(data))
            render(submission, workbook, target)
    except FillError as error:
        refuse("\n".join(error.problems))
    for remark in filled.remarks:
        err.print(remark, style="yellow", markup=False, highlight=False)
    if submission.findings:
        err.print(say("fill.kept", count=len(submission.findings)), style="yellow")
    out.print(say("fill.done", cells=filled.cells, file=target), markup=False, soft_wrap=True)
