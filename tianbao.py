"""The command line: which commands there are. What each does stands in ``addin/commands``.

Exit codes: 0 fine, 1 findings of severity error, 2 could not do it (one clear sentence, never a traceback).
"""

from __future__ import annotations

import typer

from addin.commands.buttons import addin_app
from addin.commands.definitions import survey_app
from addin.commands.dispatching import demo, generate
from addin.commands.keys import key_app
from addin.commands.merge import merge
from addin.commands.repair import repair
from addin.commands.returns import compose, fill, import_ledger, validate
from addin.commands.rosters import roster_app
from addin.commands.store import history, sql
from templates.words import lookup, say

app = typer.Typer(
    help=say("cli.about"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (generate, fill, import_ledger, validate, repair, compose, merge, demo):
    app.command(help=lookup(f"cli.{command.__name__}.help"))(command)
for asking in (history, sql):
    app.command(help=lookup(f"store.{asking.__name__}.help"))(asking)
for name, group in {"survey": survey_app, "roster": roster_app, "addin": addin_app, "key": key_app}.items():
    app.add_typer(group, name=name)

if __name__ == "__main__":
    app()
