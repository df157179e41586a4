"""``history`` and ``sql``: what the store knows. ``merge --store`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from addin.commands.inputs import load_survey_or_refuse
from addin.commands.outputs import Output, refuse_outputs
from addin.commands.shared import err, out, refuse, refuse_unwritable, say_json
from addin.store.acts import list_rounds
from addin.store.history import NoSuchUnit, describe_story, find_story, tell_story
from addin.store.query import NoAnswer, QueryAnswer, ask
from addin.store.store import Store, StoreError
from templates.words import lookup, say

StoreFile = Annotated[Path, typer.Option("--store", help=say("store.sql.store"))]


def open_store(path: Path) -> Store:
    """Return the store; whoever waits for it is told so."""
    return Store(path, lambda sentence: err.print(sentence, style="yellow", markup=False, highlight=False))


@contextmanager
def refuse_unusable_store() -> Iterator[None]:
    """Refuse with the store's own sentence where it cannot be used."""
    try:
        yield
    except StoreError as error:
        refuse(str(error))


def find_round_or_refuse(store: Store, survey: str | None, year: int | None) -> tuple[str, int | None]:
    """Return the survey's id and the year that were merged last, of those that are asked for. Raises StoreError."""
    asked = load_survey_or_refuse(survey).id if survey else None
    found = [one for one in list_rounds(store) if asked in (None, one[0]) and year in (None, one[1])]
    if not found:
        refuse(say("sent_back.refused.no_round"))
    return found[0]


def history(
    unit: Annotated[str, typer.Argument(help=say("store.history.unit"))],
    store: StoreFile,
    json_too: Annotated[bool, typer.Option("--json", help=say("store.history.json"))] = False,
) -> None:
    """Tell what happened to a unit and its files."""
    try:
        with refuse_unusable_store():
            story = find_story(open_store(store), unit)
    except NoSuchUnit as error:
        refuse(str(error))
    if json_too:
        say_json(describe_story(story))
        return
    out.print(say("store.history.heading", code=story.code, name=story.name), markup=False, highlight=False)
    _show(list(lookup("store.history.columns")), tell_story(story))
    for file, kept in story.kept:
        out.print(say("store.history.kept", file=file, kept=kept), markup=False, highlight=False, soft_wrap=True)


def sql(
    statement: Annotated[str, typer.Argument(help=say("store.sql.statement"))],
    store: StoreFile,
    json_too: Annotated[bool, typer.Option("--json", help=say("store.sql.json"))] = False,
    target: Annotated[Path | None, typer.Option("--out", help=say("store.sql.out"))] = None,
) -> None:
    """Answer a question in SQL."""
    refuse_outputs([Output(target, (".csv",)) if target else None], [store])
    try:
        with refuse_unusable_store():
            answer = ask(open_store(store), statement)
    except NoAnswer as error:
        refuse(str(error))
    if target:
        _save(answer, target)
    if json_too:
        say_json(answer.as_json())
    elif not target:
        _show(answer.columns, answer.lines())
        err.print(say("store.sql.count", count=len(answer.rows)))


def _save(answer: QueryAnswer, target: Path) -> None:
    with refuse_unwritable(target):
        answer.save(target)
    err.print(say("store.sql.done", count=len(answer.rows), file=target), markup=False, soft_wrap=True)


def _show(columns: list[str], rows: Iterator[tuple[str, ...]] | Iterator[list[str]]) -> None:
    table = Table(pad_edge=False)
    for column in columns:
        table.add_column(escape(column), overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)
