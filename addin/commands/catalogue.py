"""Commands by name, loaded when they are called: ``tianbao --help`` reads their words and none of their modules."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from addin.commands.ending import end_well, speak_utf8
from addin.commands.usage import in_our_words, tell_usage
from templates.words import lookup, say

PROGRAM = "tianbao"


@dataclass(frozen=True)
class Command:
    """Where a command's function stands, ``module:function`` below ``addin.commands``, and the key of its help."""

    place: str
    help: str

    def load(self) -> Callable[..., None]:
        """Import the module and return the function."""
        module, _, function = self.place.partition(":")
        return getattr(import_module(f"addin.commands.{module}"), function)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class CommandGroup:
    """Commands under one word, and the key of what they are for."""

    help: str
    commands: Mapping[str, Command | CommandGroup]
    own: Command | None = None
    """What the word does by itself, where none of the commands follows."""


class InOurWords:
    """Help whose fixed parts are in the language of the rest."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return in_our_words(super().get_help(ctx))  # type: ignore[misc]  # mixed into Typer's commands


class Lazy(InOurWords, TyperGroup):
    """A group whose commands are imported only when they are called; their help is known before."""

    def __init__(self, *, entries: Mapping[str, Command | CommandGroup] | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self.entries = entries or {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names, in the order in which they are declared."""
        return list(self.entries)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of that name with its module loaded; None where there is none."""
        entry = self.entries.get(cmd_name)
        if isinstance(entry, CommandGroup):
            return Lazy(entries=entry.commands, name=cmd_name, help=say(entry.help), **_HOUSE_STYLE)
        return _loaded(cmd_name, entry) if entry else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands with the first paragraph of their help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _in_short(lookup(entry.help))) for name, entry in self.entries.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As Typer's; what is no command is refused in our words, with the one that may be meant."""
        own = self._find_own(args)
        if own is not None:
            return args[0], _loaded(args[0], own), args[1:]
        if args[0] in self.entries or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        near = get_close_matches(args[0], self.entries, n=1)
        hint = say("cli.usage.did_you_mean", command=near[0]) if near else ""
        return ctx.fail(say("cli.usage.no_command", command=args[0], hint=hint, known="、".join(self.entries)))

    def _find_own(self, args: Sequence[str]) -> Command | None:
        """Return what a word does by itself that none of its commands follows."""
        entry = self.entries.get(args[0])
        if not isinstance(entry, CommandGroup) or args[1:2] in [[name] for name in entry.commands]:
            return None
        return entry.own


class Root(Lazy):
    """The whole command line: every way in which a command may end leads to one sentence and a code (decision 0022)."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; whatever goes wrong is told."""
        with end_well(ctx.invoked_subcommand or ""):
            return super().invoke(ctx)

    def main(self, args: Sequence[str] | None = None, *_ignored: object, **extra: Any) -> NoReturn:
        """Run the command line and leave with its exit code, whatever happens."""
        speak_utf8()
        gc.set_threshold(*_COLLECTING)
        with tell_usage():
            code = super().main(args, **extra | {"prog_name": PROGRAM, "standalone_mode": False})
        raise SystemExit(code or 0)


_COLLECTING = (50_000, 20, 50)
"""How seldom Python looks for circles among objects: definitions and sheets make a hundred thousand, and no circles."""

_HOUSE_STYLE: dict[str, Any] = {"no_args_is_help": True, "rich_markup_mode": None}


def make_app(entries: Mapping[str, Command | CommandGroup]) -> typer.Typer:
    """Return the command line with these commands."""

    class Declared(Root):
        def __init__(self, **settings: Any) -> None:
            super().__init__(entries=entries, **settings)

    app = typer.Typer(name=PROGRAM, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.callback(cls=Declared, help=say("cli.about"), no_args_is_help=True)(lambda: None)
    return app


class _Command(InOurWords, TyperCommand):
    pass


def _loaded(name: str, entry: Command) -> TyperCommand:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=_Command, help=lookup(entry.help))(entry.load())
    command = get_command(app)
    if not isinstance(command, TyperCommand):
        raise TypeError(f"{name} is no single command")
    return command


def _in_short(help: str) -> str:
    return inspect.cleandoc(help).partition("\n\n")[0]
