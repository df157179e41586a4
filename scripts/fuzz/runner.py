"""Cases in programs of their own: one that dies or hangs is a failure of its case, and the run goes on."""

from __future__ import annotations

import resource
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

from scripts.fuzz.cases import make_case
from scripts.fuzz.judge import Judge
from scripts.fuzz.originals import load_survey, open_original
from scripts.fuzz.summary import Line, Summary

MEGABYTES: Final = 1024.0
_HANGS: Final = 120.0
"""Seconds of the clock after which a worker is taken to hang; what is judged are seconds of the processor."""
_ADDRESS_SPACE: Final = 6 << 30
_TOLD: Final = 100


@dataclass(frozen=True)
class Task:
    """What every worker needs to know."""

    survey: str
    files: tuple[Path, ...]
    seed: int
    only: tuple[str, ...]


@dataclass
class Worker:
    """A running program, and the case that it is at."""

    process: SpawnProcess
    pipe: Connection
    number: int | None = None
    since: float = 0.0

    @classmethod
    def start(cls, task: Task) -> Worker:
        """Start a program."""
        ours, theirs = get_context("spawn").Pipe()
        process = get_context("spawn").Process(target=work, args=(task, theirs), daemon=True)
        process.start()
        theirs.close()
        return cls(process, ours)

    def give(self, number: int) -> None:
        """Give it a case."""
        self.number, self.since = number, time.monotonic()
        with suppress(OSError):
            self.pipe.send(number)

    def hangs(self) -> bool:
        """Return whether it has been at its case for too long."""
        return self.number is not None and time.monotonic() - self.since > _HANGS


def run(
    survey: str, files: Sequence[Path], seed: int, numbers: range, only: Sequence[str], workers: int, summary: Summary
) -> None:
    """Judge the cases and count them in ``summary``."""
    task, waiting = Task(survey, tuple(files), seed, tuple(only)), deque(numbers)
    running = [Worker.start(task) for _ in range(workers)]
    for worker in running:
        worker.give(waiting.popleft())
    begun = time.monotonic()
    while running:
        wait([worker.pipe for worker in running], timeout=5)
        running = [_attend(worker, task, waiting, summary) for worker in running]
        running = [worker for worker in running if worker.number is not None]
        _tell(summary, len(numbers), begun)


def _attend(worker: Worker, task: Task, waiting: deque[int], summary: Summary) -> Worker:
    """Take what the worker has to say, and return it, or another one in its place, with another case."""
    try:
        if worker.hangs():
            raise EOFError("hangs")
        if not worker.pipe.poll():
            return worker
        summary.add(worker.pipe.recv())
    except (EOFError, OSError) as error:
        worker = _replaced(worker, task, summary, str(error))
    worker.number = None
    if waiting:
        worker.give(waiting.popleft())
    else:
        worker.process.kill()
    return worker


def _replaced(worker: Worker, task: Task, summary: Summary, why: str) -> Worker:
    worker.process.kill()
    worker.process.join()
    died = f"died: {why or f'exit code {worker.process.exitcode}'}"
    summary.add(Line(worker.number or 0, (), "died", "", 0.0, 0.0, (died,)))
    return Worker.start(task)


def _tell(summary: Summary, count: int, begun: float) -> None:
    if summary.cases and summary.cases % _TOLD == 0 and summary.cases != _tell.__dict__.get("last"):
        _tell.__dict__["last"] = summary.cases
        pace = summary.cases / (time.monotonic() - begun)
        kinds = len(summary.failures)
        print(
            f"{summary.cases:,}/{count:,}, {pace:.0f} a second, {kinds} kinds of failures", file=sys.stderr, flush=True
        )


# --- in the worker ---------------------------------------------------------------------------------------------------


def work(task: Task, pipe: Connection) -> None:
    """Judge the cases that come through the pipe, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program that gives out the cases ends this one
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    originals = [open_original(path, load_survey(task.survey)) for path in task.files]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, suppress(EOFError):
        judges = {original.name: Judge(original, Path(folder, "case.xlsx")) for original in originals}
        while True:
            number = pipe.recv()
            case = make_case(originals, task.seed, number, task.only)
            held = _forget_peak()
            verdict = judges[case.original.name].judge(case)
            taken = _peak() - held
            failures = [*verdict.failures, *([f"large: {taken:.0f} MB"] if taken > MEGABYTES else [])]
            pipe.send(
                Line(number, case.mutators, verdict.state, verdict.second, verdict.seconds, taken, tuple(failures))
            )


def _forget_peak() -> float:
    """Return the memory that the worker holds without its case, its originals above all; what came before is forgotten.

    In megabytes; where Linux does not say, the most that it ever held.
    """
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> float:
    """Return the most memory since it was last forgotten, in megabytes; where Linux does not say, since the start."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
