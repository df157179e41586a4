"""Several files read side by side: answers in the order of the paths, few of them held at a time.

Whether one worker reads or eight, what is answered is the same.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, Self

from addin.workers.faults import WorkerFault, detect_special
from addin.workers.frames import Request
from addin.workers.limits import USUAL, WorkerLimits, choose_worker_count
from addin.workers.program import Work, describe
from addin.workers.worker import TICK, Worker, WorkerAnswer

__all__ = ["Pool", "Task", "WorkerAnswer", "attempt", "read_all", "read_here"]

_AHEAD: Final = 4
"""So many files a worker are read before somebody asks for their answers."""


@dataclass(frozen=True)
class Task:
    """What is to be done with each of many files."""

    work: str
    """The function that reads a file, as ``package.module:function``; it returns JSON."""
    options: Mapping[str, Any] = field(default_factory=dict)
    limits: WorkerLimits = USUAL

    @property
    def module(self) -> str:
        """The module of the function."""
        return self.work.partition(":")[0]

    @property
    def function(self) -> Work:
        """The function itself, for a file that this process reads."""
        found: Work = getattr(import_module(self.module), self.work.partition(":")[2])
        return found

    def request(self, path: Path) -> Request:
        """Return what a worker is asked."""
        return Request(str(path), self.work, self.options, self.limits.seconds)


def read_all(task: Task, paths: Sequence[Path], workers: int | None = None) -> Iterator[WorkerAnswer]:
    """Yield an answer for each of the paths, in their order, read by ``workers`` programs (by default as many as pay).

    No file raises, whatever it does. Raises :class:`addin.workers.faults.CannotRead` where reading itself does not
    work.
    """
    if not paths:
        return
    count = min(workers, len(paths)) if workers else choose_worker_count(len(paths))
    with Pool(count, [task.module]) as pool:
        yield from pool.read(task, paths)


def read_here(task: Task, path: Path) -> WorkerAnswer:
    """Return the answer for a file that this process reads itself, because no native code has to."""
    return attempt(path, partial(task.function, path, task.options))


def attempt(path: Path, work: Callable[[], Any]) -> WorkerAnswer:
    """Return what ``work`` makes of the file, in the words of :func:`read_all` where that raises."""
    if fault := detect_special(path):
        return WorkerAnswer(path, fault=fault)
    try:
        return WorkerAnswer(path, work())
    except Exception as error:  # noqa: BLE001  a foreign file may raise anything
        return WorkerAnswer(path, fault=WorkerFault("raised", {"error": describe(error)}))


class Pool:
    """Workers that share the files among them. Whoever leaves the ``with`` block early waits for no file."""

    def __init__(self, count: int, modules: Sequence[str]) -> None:
        self._workers = [Worker(modules) for _ in range(count)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._over = threading.Event()
        self._askers = ThreadPoolExecutor(count, "tianbao-asks")
        self._watcher = threading.Thread(target=self._watch, name="tianbao-watches", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._askers.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.kill()
        self._askers.shutdown()
        self._over.set()
        self._watcher.join()
        for worker in self._workers:
            worker.close()

    def read(self, task: Task, paths: Iterable[Path]) -> Iterator[WorkerAnswer]:
        """Yield the answers in the order of the paths."""
        ahead: deque[Future[WorkerAnswer]] = deque()
        for path in paths:
            ahead.append(self._askers.submit(self._answer, task, path))
            if len(ahead) >= _AHEAD * len(self._workers):
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def _answer(self, task: Task, path: Path) -> WorkerAnswer:
        if fault := detect_special(path):
            return WorkerAnswer(path, fault=fault)
        worker = self._idle.get()
        try:
            return worker.ask(task.request(path), task.limits)
        finally:
            self._idle.put(worker)

    def _watch(self) -> None:
        before = time.monotonic()
        while not self._over.wait(TICK):
            gap, before = time.monotonic() - before, time.monotonic()
            for worker in self._workers:
                worker.watch(gap)
