"""``history`` and ``sql``: what the store knows. ``merge --store`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from addin.commands.shared import err, out, refuse, saving, say_json
from addin.store.history import NoSuchUnit, as_json, lines, story_of
from addin.store.query import Answer, NoAnswer, ask
from addin.store.store import Store, StoreError
from templates.words import lookup, say

StoreFile = Annotated[Path, typer.Option("--store", help=say("store.sql.store"))]


def store_at(path: Path) -> Store:
    """Return the store; whoever waits for it is told so."""
    return Store(path, lambda sentence: err.print(sentence, style="yellow", markup=False, highlight=False))


@contextmanager
def keeping() -> Iterator[None]:
    """Refuse with the store's own sentence where it cannot be used."""
    try:
        yield
    except StoreError as error:
        refuse(str(error))


def history(
    unit: Annotated[str, typer.Argument(help=say("store.history.unit"))],
    store: StoreFile,
    json_too: Annotated[bool, typer.Option("--json", help=say("store.history.json"))] = False,
) -> None:
    """Tell what happened to a unit and its files."""
    try:
        with keeping():
            story = story_of(store_at(store), unit)
    except NoSuchUnit as error:
        refuse(str(error))
    if json_too:
        say_json(as_json(story))
        return
    out.print(say("store.history.heading", code=story.code, name=story.name), markup=False, highlight=False)
    _show(list(lookup("store.history.columns")), lines(story))


def sql(
    statement: Annotated[str, typer.Argument(help=say("store.sql.statement"))],
    store: StoreFile,
    json_too: Annotated[bool, typer.Option("--json", help=say("store.sql.json"))] = False,
    target: Annotated[Path | None, typer.Option("--out", help=say("store.sql.out"))] = None,
) -> None:
    """Answer a question in SQL."""
    if target and target.resolve() == store.resolve():
        refuse(say("cli.refused.same_file", path=target))
    try:
        with keeping():
            answer = ask(store_at(store), statement)
    except NoAnswer as error:
        refuse(str(error))
    if target:
        _save(answer, target)
    if json_too:
        say_json(answer.as_json())
    elif not target:
        _show(answer.columns, answer.lines())
        err.print(say("store.sql.count", count=len(answer.rows)))


def _save(answer: Answer, target: Path) -> None:
    with saving(target):
        answer.save(target)
    err.print(say("store.sql.done", count=len(answer.rows), file=target), markup=False, soft_wrap=True)


def _show(columns: list[str], rows: Iterator[tuple[str, ...]] | Iterator[list[str]]) -> None:
    table = Table(pad_edge=False)
    for column in columns:
        table.add_column(escape(column), overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)
