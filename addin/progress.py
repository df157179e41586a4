"""How far a long piece of work has come, told to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

__all__ = ["Progress", "track"]

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Is told how many are done, of how many."""


def track(things: Iterable[T], total: int, progress: Progress | None) -> Iterator[T]:
    """Yield ``things`` and tell ``progress`` each time that one of them has been dealt with."""
    for done, thing in enumerate(things, start=1):
        yield thing
        if progress:
            progress(done, total)
