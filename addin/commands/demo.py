"""``demo``: the whole line once, on made-up units."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from addin.commands.inputs import load_survey_or_refuse
from addin.commands.outputs import refuse_folder
from addin.commands.shared import DEFAULT_SURVEY, FIRST_YEAR, LAST_YEAR, out, refuse, refuse_unwritable, show_progress
from addin.demo import DemoError
from addin.demo import play_demo as make_demo
from addin.roster import RosterError
from templates.words import say

DEMO_FILES: Final = 100
"""About so many workbooks a demo leaves; together they take the room of far more blank ones."""


def demo(
    folder: Annotated[Path, typer.Option("--out", help=say("cli.demo.out"))] = Path("demo-output"),
    survey: Annotated[str, typer.Option(help=say("cli.demo.survey"))] = DEFAULT_SURVEY,
    year: Annotated[int, typer.Option(help=say("cli.demo.year"), min=FIRST_YEAR, max=LAST_YEAR)] = 2024,
) -> None:
    """Run the whole line once on made-up units."""
    definitions = load_survey_or_refuse(survey)
    refuse_folder(folder, DEMO_FILES)
    with refuse_unwritable(folder), show_progress(say("cli.demo.working")) as progress:
        try:
            result = make_demo(definitions, folder, year=year, progress=progress)
        except (DemoError, RosterError) as error:
            refuse(str(error))
    for line in result.tour:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
