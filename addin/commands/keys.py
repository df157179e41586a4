"""``key``: secrets that sign what is sent out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from addin.commands.outputs import Output, refuse_outputs
from addin.commands.shared import out, refuse, refuse_unwritable
from addin.keys import Key, KeyRefused, make_key, read_key
from templates.words import say


def key_new(path: Annotated[Path, typer.Option("--out", "-o", help=say("keys.out"))]) -> None:
    """Write a new key."""
    if path.exists():
        refuse(say("cli.refused.exists", path=path))
    refuse_outputs([Output(path)])
    with refuse_unwritable(path):
        key = make_key(path)
    out.print(say("keys.done", id=key.id, file=path), markup=False, soft_wrap=True)


def read_keys(paths: Sequence[Path]) -> list[Key]:
    """Return the keys in the files, or refuse."""
    try:
        return [read_key(path) for path in paths]
    except KeyRefused as error:
        refuse(str(error))
