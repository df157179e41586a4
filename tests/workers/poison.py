"""What a foreign file may do to the program that reads it: kinds of work that only tests hand to workers.

The file says in its text what happens; anything else is read and given back.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from addin.receiving.returns import read_for_parent

_HELD: list[bytearray] = []


class Panic(BaseException):
    """What a panic of Rust comes as: no Exception."""


def read(path: Path, options: Mapping[str, Any]) -> Any:
    """Return what stands in the file, or do what it says."""
    said = path.read_text(encoding="utf-8")
    happen(said)
    return {"said": said, **options}


def read_return(path: Path, options: Mapping[str, Any]) -> Any:
    """Do what the file says where it says one of these things, else read it as the product does."""
    said = path.read_bytes()[:16].decode("latin-1")
    if said == "wait":
        return killed_by(path, options)
    happen(said)
    return read_for_parent(path, options)


def happen(said: str) -> None:
    """Do what the text says."""
    HAPPENINGS.get(said, lambda: None)()


def _raise(error: BaseException) -> None:
    raise error


def _eat() -> None:
    """Take 3 GB, and touch them."""
    _HELD.extend(bytearray(b"x" * (1 << 24)) for _ in range(192))


def _print() -> None:
    print("noise " * 9999, flush=True)
    os.write(1, b"TBW1 more")
    os.write(2, b"and more")


def _flood() -> None:
    while True:
        os.write(2, b"x" * (1 << 20))


def _ask() -> None:
    sys.stdin.read()


HAPPENINGS: dict[str, Callable[[], object]] = {
    "raise": lambda: _raise(ValueError("boom")),
    "panic": lambda: _raise(Panic("index out of bounds")),
    "recursion": lambda: _raise(RecursionError("too deep")),
    "hang": lambda: time.sleep(3600),
    "spin": lambda: re.match(r"(a+)+$", "a" * 64 + "b"),  # native, for ever, and nobody else gets the interpreter
    "eat": _eat,
    "keep": lambda: _HELD.append(bytearray(b"x" * (150 << 20))),
    "segfault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "exit": lambda: os._exit(3),
    "leave": lambda: sys.exit(0),
    "print": _print,
    "flood": _flood,
    "ask": _ask,
}


def unreadable_value(_path: Path, _options: Mapping[str, Any]) -> Any:
    """Return what is no JSON."""
    return {1, 2}


def killed_by(path: Path, _options: Mapping[str, Any]) -> Any:
    """Write down which process reads, and wait to be killed from outside."""
    path.with_suffix(".pid").write_text(str(os.getpid()))
    time.sleep(3600)


def who(_path: Path, _options: Mapping[str, Any]) -> Any:
    """Return which process reads."""
    return os.getpid()


def die_afterwards(_path: Path, _options: Mapping[str, Any]) -> Any:
    """Answer, and end before the next file comes."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    return "done"
