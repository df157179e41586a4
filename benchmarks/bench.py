"""What every measurement is given: returns, sizes, rounds, where to work, whom to tell; and the register of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.clock import Timed, race, run_command, run_python
from benchmarks.returns import Returns
from benchmarks.tables import Table


@dataclass(frozen=True)
class Bench:
    """One run of the benchmarks."""

    returns: Returns
    work: Path
    """A folder for what is written meanwhile, and for the cache of blueprints."""
    units: tuple[int, ...] = (50, 200)
    rounds: int = 5
    peers_up_to: int = 50
    """Loops of others take so long that they read no more returns than this; what they cost grows evenly."""
    started: float = field(default_factory=time.monotonic)

    @property
    def cache(self) -> Path:
        """Where commands that are measured keep their blueprints."""
        return self.work / "cache"

    def tell(self, text: str) -> None:
        """Say what goes on."""
        seconds = time.monotonic() - self.started
        print(f"{seconds:7,.0f} s  {text}", file=sys.stderr, flush=True)

    def race(self, what: str, contenders: Mapping[str, Timed], rounds: int = 0) -> dict[str, float]:
        """Return the median seconds of contenders that take turns."""
        return race(contenders, rounds or self.rounds, lambda text: self.tell(f"{what}: {text}"))

    def command(self, *arguments: object) -> Timed:
        """Return the timed run of a ``tianbao`` command, blueprints at hand."""
        return lambda: run_command(*arguments, cache=self.cache).seconds

    def python(self, *arguments: object) -> Timed:
        """Return the timed run of a Python program."""
        return lambda: run_python(arguments, cache=self.cache).seconds


Measure = Callable[[Bench], Iterator[Table]]

MEASURES: Final[dict[str, Measure]] = {}
"""Every measurement by name, in the order of the page."""


def measures(name: str) -> Callable[[Measure], Measure]:
    """Return the decorator that puts a measurement into the register."""

    def put(measure: Measure) -> Measure:
        MEASURES[name] = measure
        return measure

    return put
