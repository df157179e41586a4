"""``survey handbook``: the definitions as a document to fill in by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.inputs import load_survey_or_refuse
from addin.commands.outputs import Output, refuse_outputs
from addin.commands.shared import DEFAULT_SURVEY, FIRST_YEAR, LAST_YEAR, out, refuse, refuse_unwritable, show_progress
from generator.handbook.book import write_handbook
from generator.handbook.scope import HandbookScope, ScopeError
from templates.words import say


def survey_handbook(
    target: Annotated[Path, typer.Option("--out", "-o", help=say("cli.handbook.out"))],
    survey: Annotated[str, typer.Argument(help=say("cli.handbook.survey"))] = DEFAULT_SURVEY,
    year: Annotated[int | None, typer.Option(help=say("cli.handbook.year"), min=FIRST_YEAR, max=LAST_YEAR)] = None,
    kind: Annotated[str, typer.Option(help=say("cli.handbook.kind"))] = "",
    level: Annotated[str, typer.Option(help=say("cli.handbook.level"))] = "",
) -> None:
    """Write the handbook of a survey, or of some of its units."""
    refuse_outputs([Output(target, (".docx",))])
    try:
        scope = HandbookScope(load_survey_or_refuse(survey), kind, level, year)
    except ScopeError as error:
        refuse(str(error))
    with refuse_unwritable(target), show_progress(say("cli.handbook.working")) as progress:
        write_handbook(target, scope, progress)
    out.print(say("cli.handbook.done", file=target), markup=False, soft_wrap=True)
