"""``addin build``: the add-in file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.outputs import Output, refuse_outputs
from addin.commands.shared import err, out, refuse, refuse_unwritable
from generator.ooxml.addin_file import build_addin, find_program, keep_program_path
from templates.words import say


def addin_build(
    path: Annotated[Path, typer.Argument(help=say("cli.addin.file"))] = Path("tianbao.xlam"),
) -> None:
    """Write the add-in, and beside it where this program is."""
    refuse_outputs([Output(path, (".xlam",))])
    program = find_program()
    try:
        with refuse_unwritable(path):
            build_addin(path)
            note = keep_program_path(path, program) if program else None
    except UnicodeError:
        refuse(say("cli.addin.odd_path", program=program))
    out.print(say("cli.addin.done", file=path), markup=False, soft_wrap=True)
    if note:
        out.print(say("cli.addin.noted", file=note), markup=False, soft_wrap=True)
    else:
        err.print(say("cli.addin.no_program"), style="yellow", markup=False)
