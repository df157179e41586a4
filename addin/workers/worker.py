"""One worker, seen from the program that wants files read: started, asked, watched, ended and started again."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import psutil

from addin.workers.faults import CannotRead, WorkerFault, describe_death
from addin.workers.frames import Reply, Request, receive, send
from addin.workers.limits import STARTING, WorkerLimits
from templates.system import find_reason

TICK: Final = 0.05
"""Seconds between two looks at a worker."""

_LONGEST_GAP: Final = 4 * TICK
"""More than that between two looks was no reading: the lid was closed, or the machine stood still."""

_PATIENCE: Final = 5.0
"""Seconds to wait for a worker that is ending: a dead share holds even the killed."""

_TAIL: Final = 2000


@dataclass(frozen=True)
class WorkerAnswer:
    """What came of one file: what was read, or the fault that stands in its place."""

    path: Path
    value: Any = None
    fault: WorkerFault | None = None


@dataclass
class _Errand:
    """What a worker is doing, and what it has cost so far."""

    limits: WorkerLimits
    processor: float
    """Seconds of processor time that the worker had used before."""
    seconds: float = 0.0
    verdict: WorkerFault | None = None
    """Why the worker is being ended."""


class Worker:
    """A reading program, started when it is first asked. One thread asks, another watches."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = modules
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._seen: psutil.Process | None = None
        """The process that reads: a virtual environment's python.exe on Windows only starts it."""
        self._noise: IO[bytes] | None = None
        """Where its messages go: a file, so that nobody has to drain it."""
        self._errand: _Errand | None = None
        self._over = False

    def ask(self, request: Request, limits: WorkerLimits) -> WorkerAnswer:
        """Return what becomes of the file; never raises over it. Raises :class:`CannotRead`."""
        process = self._ready()
        path = Path(request.path)
        self._forget_noise()
        with self._watched(limits) as errand:
            reply = _exchanged(process, request)
        if reply is None or errand.verdict:
            return WorkerAnswer(path, fault=self._fate(process, errand))
        if reply.unfit:
            raise CannotRead(reply.error)
        if reply.last or self._is_fat(limits):
            self.close()
        return WorkerAnswer(path, reply.value, WorkerFault("raised", {"error": reply.error}) if reply.error else None)

    def watch(self, gap: float) -> None:
        """End the program where its file is over a limit; ``gap`` is how many seconds passed since the last look."""
        with self._lock:
            errand = self._errand
            if errand is None or errand.verdict or self._seen is None:
                return
            errand.seconds += min(gap, _LONGEST_GAP)
            with contextlib.suppress(psutil.Error):  # it has just ended by itself; whoever asked it sees that
                errand.verdict = self._excess(errand, self._seen)
                if errand.verdict:
                    self._seen.kill()

    def close(self) -> None:
        """End the program; does nothing where none runs."""
        process, noise = self._process, self._noise
        self._process = self._seen = self._noise = None
        if process is not None:
            process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE)
        for pipe in (process.stdin, process.stdout, noise) if process is not None else (noise,):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what it was still to be told interests nobody any more
                    pipe.close()

    def kill(self) -> None:
        """End the program for good, from another thread; whoever waits for its answer gets none."""
        self._over = True
        process = self._process
        if process is not None:
            process.kill()

    # --- starting ----------------------------------------------------------------------------------------------------

    def _ready(self) -> subprocess.Popen[bytes]:
        """Return the running program; one that ended while it had nothing to do blames nobody and is replaced."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        try:
            self._noise = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the worker
            self._process = process = _started(self._modules, self._noise)
        except OSError as error:
            raise CannotRead(find_reason(error)) from error
        with contextlib.suppress(psutil.Error):
            self._seen = psutil.Process(process.pid)
        if self._over:
            process.kill()
        self._greet(process)
        return process

    def _greet(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until the program is ready, and learn which process it is. Raises :class:`CannotRead`."""
        with self._watched(STARTING) as errand:
            hello = receive(process.stdout) if process.stdout else None
        if hello is None or errand.verdict:
            said = errand.verdict.sentence if errand.verdict else self._last_words()
            self.close()
            raise CannotRead(said)
        with contextlib.suppress(psutil.Error):
            self._seen = psutil.Process(int(hello))

    def _last_words(self) -> str:
        """Return the last line that it wrote: of a traceback the one that names the error."""
        if self._noise is None:
            return ""
        self._noise.seek(max(0, os.fstat(self._noise.fileno()).st_size - _TAIL))
        lines = self._noise.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _forget_noise(self) -> None:
        """Empty the file of messages: each file has its own limit."""
        if self._noise is not None:
            self._noise.seek(0)  # the worker writes at the same place
            self._noise.truncate()

    # --- watching ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _watched(self, limits: WorkerLimits) -> Iterator[_Errand]:
        """Have the program watched while the block lasts; afterwards it is not ended any more for what it did in it."""
        errand = _Errand(limits, self._processor_time())
        with self._lock:
            self._errand = errand
        try:
            yield errand
        finally:
            with self._lock:
                self._errand = None

    def _processor_time(self) -> float:
        try:
            times = self._seen.cpu_times() if self._seen else None
        except psutil.Error:
            times = None
        return times.user + times.system if times else 0.0

    def _excess(self, errand: _Errand, seen: psutil.Process) -> WorkerFault | None:
        """Return the first limit that is passed."""
        limits, times = errand.limits, seen.cpu_times()
        noise = os.fstat(self._noise.fileno()).st_size >> 20 if self._noise else 0
        if _held(seen) > limits.megabytes:
            return WorkerFault("memory", {"limit": limits.megabytes})
        if times.user + times.system - errand.processor > limits.processor:
            return WorkerFault("time", {"limit": f"{limits.processor:g}"})
        if errand.seconds > limits.seconds:
            return WorkerFault("time", {"limit": f"{limits.seconds:g}"})
        return WorkerFault("noise", {"limit": limits.noise}) if noise > limits.noise else None

    def _is_fat(self, limits: WorkerLimits) -> bool:
        """Whether so much memory stays behind that the next file might be blamed for it."""
        try:
            return self._seen is not None and 2 * _held(self._seen) > limits.megabytes
        except psutil.Error:
            return True

    def _fate(self, process: subprocess.Popen[bytes], errand: _Errand) -> WorkerFault:
        """Return why there is no answer: over a limit, dead, or alive and talking nonsense. The program is replaced."""
        try:
            code = process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            return errand.verdict or WorkerFault("nonsense")
        finally:
            self.close()
        return errand.verdict or describe_death(code)


def _held(seen: psutil.Process) -> int:
    """Return the megabytes that a process holds; on Windows what is paged out counts as well."""
    memory = seen.memory_info()
    return int(max(memory.rss, getattr(memory, "private", 0))) >> 20


def _exchanged(process: subprocess.Popen[bytes], request: Request) -> Reply | None:
    """Return what the program answers; None where it does not, or nothing that can be understood."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        send(process.stdin, request.packed())
        body = receive(process.stdout)
        return Reply.unpacked(body) if body is not None else None
    except (OSError, ValueError, TypeError):
        return None


def _started(modules: Sequence[str], noise: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the program, out of reach of Ctrl-C and without a window of its own. Raises OSError."""
    # -P: no module is taken from the folder in which somebody keeps his returns
    command = [sys.executable, "-P", "-X", "utf8", "-m", "addin.workers.program", *modules]
    paths = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)  # noqa: PTH100  may be no path at all
    quiet: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        quiet = {"creationflags": subprocess.CREATE_NO_WINDOW}
    return subprocess.Popen(  # noqa: S603  our own program
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=noise,
        env=os.environ | {"PYTHONPATH": paths},
        **quiet,
    )
