"""How much of the machine one file may take. An honest return takes a second and 200 MB with everything around it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

import psutil


@dataclass(frozen=True)
class WorkerLimits:
    """What one file may cost before its worker is ended."""

    processor: float = 60.0
    """Seconds of processor time: the fair limit, the same on a busy machine."""
    seconds: float = 180.0
    """Seconds by the clock, generous: other programs may have the processor, and shares may be slow."""
    megabytes: int = 1024
    noise: int = 16
    """Megabytes of messages: a library that prints without end fills no disk."""


USUAL: Final = WorkerLimits()
STARTING: Final = WorkerLimits(processor=60.0, seconds=120.0)
"""What a worker may take to import what it needs; security software may look at every module."""

_FILES_A_WORKER: Final = 3
"""A worker takes half a second to start, and learns the survey once: for fewer files the next one does not pay."""


def choose_worker_count(files: int) -> int:
    """Return how many workers to read ``files`` files with: no more than there are cores that we may use."""
    wanted = -(-files // _FILES_A_WORKER)
    return max(1, min(count_cores(), wanted))


def count_cores() -> int:
    """Return how many cores this process may run on; macOS does not say, and counts them all."""
    process = psutil.Process()
    allowed = process.cpu_affinity() if hasattr(process, "cpu_affinity") else None
    return len(allowed) if allowed else os.cpu_count() or 1
