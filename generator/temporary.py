"""Temporary files and folders whose names tell their owner, so that the next run clears away what a killed one left.

A name holds the computer, the process and the second in which it was made. Its owner is dead when this computer has no
such process, or one that was started later. What belongs to a living program, or to another computer that writes into
the same shared folder, is never touched.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_NAME = re.compile(r"\.tianbao-(?P<computer>[0-9a-f]{8})-(?P<process>\d+)-(?P<second>\d+)-.*")
_CLOCKS_DIFFER = 5
"""Seconds by which the start of a process may seem to lie after what it made."""


@contextmanager
def temporary_folder(beside: Path | None = None) -> Iterator[Path]:
    """Yield a new folder for the owner only, in the folder ``beside`` or the system's own; it is gone after the block.

    Raises OSError when none can be made.
    """
    folder = make_folder(beside)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_folder(beside: Path | None = None) -> Path:
    """Make a new folder as :func:`temporary_folder` does; whoever asks for it takes it away. Raises OSError."""
    place = beside or Path(tempfile.gettempdir())
    sweep(place)
    return Path(tempfile.mkdtemp(prefix=_prefix(), dir=place))


def new_temporary(folder: Path, suffix: str) -> Path:
    """Make an empty file for the owner only in ``folder`` and return its path. Raises OSError."""
    sweep(folder)
    handle, name = tempfile.mkstemp(prefix=_prefix(), suffix=suffix, dir=folder)
    os.close(handle)
    return Path(name)


@cache
def sweep(folder: Path) -> None:
    """Remove what dead programs left in ``folder``; once in a run, and nothing that cannot be removed stops it."""
    with suppress(OSError):
        for entry in os.scandir(folder):
            if (found := _NAME.fullmatch(entry.name)) and _is_abandoned(found):
                _remove(Path(entry.path))


def is_temporary(name: str) -> bool:
    """Return whether a file of this name is one of ours, left by a program that was killed or still at work."""
    return _NAME.fullmatch(name) is not None


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _is_abandoned(found: re.Match[str]) -> bool:
    if found["computer"] != _computer() or int(found["process"]) == os.getpid():
        return False
    import psutil  # noqa: PLC0415  # loaded where there is something of another process

    try:
        owner = psutil.Process(int(found["process"]))
        started_later = owner.create_time() > int(found["second"]) + _CLOCKS_DIFFER
        return bool(started_later or owner.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def _prefix() -> str:
    return f".tianbao-{_computer()}-{os.getpid()}-{int(time.time())}-"


@cache
def _computer() -> str:
    return hashlib.sha256(platform.node().encode(errors="surrogateescape")).hexdigest()[:8]
