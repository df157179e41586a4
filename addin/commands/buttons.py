"""``addin press``: what the add-in's buttons do."""

from __future__ import annotations

from typing import Annotated

import typer

from addin.buttons.ribbon import press
from addin.commands.inputs import find_surveys
from addin.commands.shared import refuse
from templates.words import say


def addin_press(
    button: Annotated[str, typer.Argument(help=say("cli.addin.button"))],
    book: Annotated[str, typer.Option(help=say("cli.addin.book"))] = "",
    window: Annotated[int, typer.Option(help=say("cli.addin.window"))] = 0,
    pipe: Annotated[str, typer.Option(envvar="TIANBAO_PIPE", help=say("cli.addin.pipe"))] = "",
    survey: Annotated[str | None, typer.Option(envvar="TIANBAO_SURVEY", help=say("cli.addin.survey"))] = None,
) -> None:
    """Do in the open workbook what a button of the ribbon does."""
    if sentence := press(button, book or None, window or None, pipe or None, surveys=find_surveys(survey)):
        refuse(sentence)
