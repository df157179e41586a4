"""Why a file could not be read by a worker, as one sentence. The words stand in words/workers.toml."""

from __future__ import annotations

import signal
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from templates.words import lookup, say

_SPECIAL = {
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}
"""What opens like a file and may never come to an end."""


@dataclass(frozen=True)
class WorkerFault:
    """What happened instead of an answer: the key of the sentence, and the values in it."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What happened, and what to do."""
        return say(f"workers.fault.{self.kind}", **self.values)


class CannotRead(Exception):
    """The reading program itself does not work; no file is to blame, and the run ends with this sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(say("workers.cannot_start", reason=reason or lookup("workers.silent")))


def detect_special(path: Path) -> WorkerFault | None:
    """Return the fault of what is no file but a pipe, a socket or a device; None where it is none of these."""
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except (OSError, ValueError):  # whoever reads it tells why that is not possible
        return None
    return WorkerFault("special", {"what": lookup("workers.special")[_SPECIAL[kind]]}) if kind in _SPECIAL else None


def describe_death(code: int) -> WorkerFault:
    """Return the fault of a file over which a worker ended with this code."""
    return WorkerFault("died", {"how": say("workers.signal", name=_signal(-code)) if code < 0 else _ending(code)})


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _ending(code: int) -> str:
    """Return the code as people look it up: Windows gives its reasons as large numbers."""
    return say("workers.code", code=code if code < 0x100 else f"{code:#x}")
