"""A command line that cannot be understood: told in one Chinese sentence, with the place to look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from addin.commands.ending import NOT_DONE, print_error
from templates.words import lookup, say


@contextmanager
def tell_usage() -> Iterator[None]:
    """Tell what is wrong with the command line, or how it is used where nothing was asked for, and leave."""
    try:
        yield
    except typer.Abort:
        print_error(say("cli.ended.interrupted"))
    except typer.TyperException as error:
        print_error(_sentence(error))
    else:
        return
    raise SystemExit(NOT_DONE)


def in_our_words(page: str) -> str:
    """Return a help page with the parts that Typer itself writes in the clerk's words."""
    for pattern, words in lookup("cli.usage.page"):
        page = re.sub(pattern, words, page, flags=re.MULTILINE)
    return page


def _sentence(error: Any) -> str:
    """Return the sentence for what Typer found; Typer tells its kinds of errors by their classes alone."""
    kind, message = type(error).__name__, error.format_message()
    if kind == "NoArgsIsHelpError":
        return str(message)
    words = lookup("cli.usage.wrong")
    kind = next((ours for ours, pattern in lookup("cli.usage.tell_apart").items() if re.search(pattern, message)), kind)
    told: str = words[kind].format(**_found(error)) if kind in words else message
    path = error.ctx.command_path if error.ctx else ""
    return told + (say("cli.usage.see_help", command=path) if path else "")


def _found(error: Any) -> dict[str, object]:
    """Return what the sentences quote: the option or argument, and the value that does not fit."""
    param = getattr(error, "param", None)
    option = getattr(error, "option_name", "") or (" / ".join(param.opts) if param and param.opts else "")
    if param is not None and param.param_type_name == "argument":
        option = param.display_name_raw.upper()
    near = getattr(error, "possibilities", None) or ()
    hint = say("cli.usage.did_you_mean", command=near[0]) if near else ""
    value, wanted = _unfit(error.__cause__)
    extra = error.message.rpartition("(")[2].rstrip(")")
    return {"option": option, "hint": hint, "value": value, "wanted": wanted, "extra": extra}


def _unfit(cause: Any) -> tuple[object, str]:
    """Return the value that does not fit and what is wanted in its place."""
    problems = cause.errors() if hasattr(cause, "errors") else ()
    if not problems:
        return "", ""
    problem = problems[0]
    wanted = lookup("cli.usage.wanted").get(problem["type"], lookup("cli.usage.wanted")["any"])
    return problem["input"], wanted.format(**problem.get("ctx", {}))
