"""What every command shares: two consoles, a bar, refusals."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from addin.commands.ending import NOT_DONE, deafen
from addin.progress import Progress
from templates.characters import show_halves
from templates.system import find_reason
from templates.words import lookup, say

FINDINGS, REFUSED = 1, NOT_DONE
FIRST_YEAR, LAST_YEAR = 1900, 2199
DEFAULT_SURVEY: str = lookup("cli.default_survey")


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """End quietly where nobody listens; rich would end with the code of findings."""
        self.quiet = True
        deafen(sys.stdout)
        raise typer.Exit(REFUSED)


out = _Console()
err = _Console(stderr=True)


def say_json(value: object) -> None:
    """Answer a program: JSON and nothing else on standard output."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    print(text if text.isascii() else show_halves(text, in_json=True))


@contextmanager
def show_progress(sentence: str, total: int | None = None) -> Iterator[Progress]:
    """Show a bar on standard error, if somebody looks; the block tells it how many are done, of how many."""
    if not err.is_terminal:
        yield lambda _done, _of: None
        return
    from rich.progress import Progress as Bar  # noqa: PLC0415  # loaded where there is somebody to see it

    with Bar(console=err, transient=True) as bar:
        task = bar.add_task(sentence, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@contextmanager
def refuse_unwritable(path: Path) -> Iterator[None]:
    """Refuse with the system's reason where ``path`` cannot be written."""
    try:
        yield
    except BrokenPipeError:
        raise  # somebody stopped listening to us; no fault of the file
    except OSError as error:
        refuse(say("cli.refused.no_folder", path=path, reason=find_reason(error)))


def refuse(sentence: str) -> NoReturn:
    """Say why it could not be done, and end."""
    err.print(sentence, style="bold red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(REFUSED)
