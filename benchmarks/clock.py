"""Processor time: of a call in this process, of a command with all that it starts; and memory, of all of it together.

The clock on the wall says more about a machine's other work than about ours. What is compared takes turns (A B A B …),
so that a busy minute falls on all alike, and medians are taken.
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final

import psutil

ROOT: Final = Path(__file__).parents[1]
_TICK: Final = 0.1
"""Seconds between two looks at the memory of a command."""

Timed = Callable[[], float]
"""Does something and returns the processor seconds it took."""


class CommandFailed(Exception):
    """A command that is measured was refused; what it said."""


@dataclass(frozen=True)
class Spent:
    """What a whole command took: processor seconds with its children's, and the most memory at any moment, in bytes."""

    seconds: float
    peak: int
    said: str


def spend(action: Callable[[], object]) -> Timed:
    """Return a timed call of ``action`` in this process; what an earlier one left is cleared away before."""

    def timed() -> float:
        gc.collect()
        start = time.process_time()
        action()
        return time.process_time() - start

    return timed


def race(contenders: Mapping[str, Timed], rounds: int, told: Callable[[str], None] | None = None) -> dict[str, float]:
    """Return the median seconds of each contender over ``rounds`` in which they take turns; a first one counts not."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, timed in contenders.items():
            if told:
                told(f"round {turn} of {rounds}: {name}")
            seconds = timed()
            if turn:
                times[name].append(seconds)
    return {name: statistics.median(found) for name, found in times.items()}


# --- whole commands --------------------------------------------------------------------------------------------------


def run_python(arguments: Sequence[object], *, cache: Path | None = None, good: Sequence[int] = (0,)) -> Spent:
    """Run a Python program of this checkout to its end. Raises :class:`CommandFailed` where its code is no good one."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TIANBAO_CACHE": str(cache or "")}
    command = [sys.executable, *map(str, arguments)]
    before = _used_by_children()
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **output)  # type: ignore[call-overload]  # noqa: S603
    with watch_memory(process.pid) as memory:
        said, _ = process.communicate()
    if process.returncode not in good:
        raise CommandFailed(f"{' '.join(command)[:200]}\n{said[-2000:]}")
    return Spent(_used_by_children() - before, memory.peak, said)


def run_command(*arguments: object, cache: Path | None = None) -> Spent:
    """Run a ``tianbao`` command to its end; 1 is said of returns with errors, not of the command."""
    return run_python(["-m", "tianbao", *arguments], cache=cache, good=(0, 1))


def _used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def race_commands(
    contenders: Mapping[str, Callable[[], Spent]], turns: int, told: Callable[[str], None]
) -> dict[str, Spent]:
    """Return what each command took in the median of ``turns`` in which they take turns, and the most memory of any."""
    found: dict[str, list[Spent]] = {name: [] for name in contenders}
    for turn in range(1, turns + 1):
        for name, run in contenders.items():
            told(f"turn {turn} of {turns}: {name}")
            found[name].append(run())
    return {
        name: Spent(statistics.median(one.seconds for one in spent), max(one.peak for one in spent), spent[-1].said)
        for name, spent in found.items()
    }


class watch_memory:  # noqa: N801  # reads as what it does in a with statement
    """Looks at the memory of a process and its children, and keeps the most that they held together."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._process = psutil.Process(pid)
        self._over = Event()
        self._thread = Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> watch_memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._over.wait(_TICK):
            with suppress(psutil.Error):
                family = [self._process, *self._process.children(recursive=True)]
                self.peak = max(self.peak, sum(map(_weigh, family)))


def _weigh(process: psutil.Process) -> int:
    """Return what a process holds: its share of what several hold together, where the system tells shares."""
    with suppress(psutil.Error):
        held = process.memory_full_info()
        return int(getattr(held, "pss", 0) or held.rss)
    return 0
