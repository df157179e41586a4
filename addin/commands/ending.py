"""How commands end: as they say themselves, or with one sentence and the code of what was not done.

A traceback tells a clerk nothing. What the world does to files has a sentence of its own for each kind; what nobody
expected is written to the log, by kind and place, and the sentence names the log.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn, TextIO

import typer

from addin.workers.faults import CannotRead
from templates.characters import show_halves
from templates.system import find_reason
from templates.words import say

_SHOWN = "tianbao.shown"
"""What Python calls our way with half characters."""

NOT_DONE = 2
"""The exit code of whatever did not do what it was asked for."""


@contextmanager
def end_well(command: str) -> Iterator[None]:
    """Let ``command`` end as it says itself; whatever else ends it becomes one sentence and :data:`NOT_DONE`."""
    try:
        with flushed():
            yield
    except (typer.Exit, typer.Abort, typer.TyperException):
        raise
    except BrokenPipeError:
        raise typer.Exit(NOT_DONE) from None
    except KeyboardInterrupt:
        end(say("cli.ended.interrupted"))
    except MemoryError:
        end(say("cli.ended.memory"))
    except OSError as error:
        end(_of_the_system(error))
    except CannotRead as error:
        end(str(error))
    except Exception as error:  # noqa: BLE001  # the last resort: the clerk gets a sentence and we get a log
        end(_unexpected(command, error))


@contextmanager
def flushed() -> Iterator[None]:
    """See that all that was printed has arrived; where it cannot arrive, let the rest run into nothing."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError:
        deafen(sys.stdout)
        raise


def deafen(stream: TextIO) -> None:
    """Let what is still to be printed run into nothing where nobody listens any more."""
    try:
        stream.flush()
    except OSError:
        with suppress(OSError, ValueError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, stream.fileno())
            os.close(nothing)


def _of_the_system(error: OSError) -> str:
    reason = find_reason(error)
    if error.filename is None:
        return say("cli.ended.system", reason=reason)
    return say("cli.ended.file", file=os.fsdecode(error.filename), reason=reason)


def _unexpected(command: str, error: Exception) -> str:
    from addin.logbook import keep_in_log  # noqa: PLC0415  # loaded where something went wrong, and nowhere else

    kind = type(error).__name__
    try:
        return say("cli.ended.unexpected", kind=kind, log=keep_in_log(command, error))
    except OSError:
        return say("cli.ended.unlogged", kind=kind)


def end(sentence: str) -> NoReturn:
    """Say why it could not be done, and end."""
    print_error(sentence)
    raise typer.Exit(NOT_DONE) from None


def print_error(sentence: str) -> None:
    """Print to standard error, without the library that colours it: it may be what failed."""
    with suppress(OSError):
        sys.stderr.write(show_halves(sentence) + "\n")
        sys.stderr.flush()


def speak_utf8() -> None:
    """Make both streams speak UTF-8, whatever the console; half characters are shown and stop nothing."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors=_SHOWN)


def _show(error: UnicodeError) -> tuple[str, int]:
    """Return what is printed for characters that UTF-8 cannot hold, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return show_halves(error.object[error.start : error.end]), error.end


codecs.register_error(_SHOWN, _show)
