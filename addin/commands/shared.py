"""What every command shares: two consoles, a bar, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from addin.progress import Progress
from templates.words import lookup, say

FINDINGS, REFUSED = 1, 2
DEFAULT_SURVEY: str = lookup("cli.default_survey")

out = Console()
err = Console(stderr=True)


def say_json(value: object) -> None:
    """Answer a program: JSON and nothing else on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


@contextmanager
def show_progress(sentence: str, total: int | None = None) -> Iterator[Progress]:
    """Show a bar on standard error; the block tells it how many are done, of how many."""
    with Bar(console=err, transient=True) as bar:
        task = bar.add_task(sentence, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@contextmanager
def refuse_unwritable(path: Path) -> Iterator[None]:
    """Refuse with the system's reason where ``path`` cannot be written."""
    try:
        yield
    except OSError as error:
        refuse(say("cli.refused.no_folder", path=path, reason=error.strerror))


def refuse(sentence: str) -> NoReturn:
    """Say why it could not be done, and end."""
    err.print(sentence, style="bold red", markup=False, highlight=False)
    raise typer.Exit(REFUSED)


def keep_apart(written: list[Path], read_from: list[Path]) -> None:
    """Refuse to write over a workbook that is read, or one result over the other."""
    taken = {path.resolve() for path in read_from}
    for path in written:
        if path.resolve() in taken:
            refuse(say("cli.refused.same_file", path=path))
        taken.add(path.resolve())
