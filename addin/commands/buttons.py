"""``addin``: the add-in file, and what its buttons do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.buttons.ribbon import press
from addin.commands.shared import err, out, refuse, saving, surveys_for
from generator.ooxml.addin_file import build_addin, installed_program, keep_program_path
from templates.words import lookup, say

addin_app = typer.Typer(help=say("cli.addin_about"), no_args_is_help=True)


@addin_app.command("build", help=lookup("cli.addin.build"))
def addin_build(
    path: Annotated[Path, typer.Argument(help=say("cli.addin.file"))] = Path("tianbao.xlam"),
) -> None:
    """Write the add-in, and beside it where this program is."""
    program = installed_program()
    try:
        with saving(path):
            build_addin(path)
            note = keep_program_path(path, program) if program else None
    except UnicodeError:
        refuse(say("cli.addin.odd_path", program=program))
    out.print(say("cli.addin.done", file=path), markup=False, soft_wrap=True)
    if note:
        out.print(say("cli.addin.noted", file=note), markup=False, soft_wrap=True)
    else:
        err.print(say("cli.addin.no_program"), style="yellow", markup=False)


@addin_app.command("press", help=lookup("cli.addin.press"))
def addin_press(
    button: Annotated[str, typer.Argument(help=say("cli.addin.button"))],
    book: Annotated[str, typer.Option(help=say("cli.addin.book"))] = "",
    window: Annotated[int, typer.Option(help=say("cli.addin.window"))] = 0,
    pipe: Annotated[str, typer.Option(envvar="TIANBAO_PIPE", help=say("cli.addin.pipe"))] = "",
    survey: Annotated[str | None, typer.Option(envvar="TIANBAO_SURVEY", help=say("cli.addin.survey"))] = None,
) -> None:
    """Do in the open workbook what a button of the ribbon does."""
    if sentence := press(button, book or None, window or None, pipe or None, surveys=surveys_for(survey)):
        refuse(sentence)
