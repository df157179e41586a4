"""Where the program keeps what it would otherwise make again: the user's own folder for such things."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

PLACE: Final = "TIANBAO_CACHE"
"""The environment variable that names another folder; empty, it turns caches off."""


_KEPT_DAYS: Final = 60


def forget_old(folder: Path) -> None:
    """Take away what was kept in a folder of the cache so long ago that nobody will ask for it. Raises OSError."""
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > _KEPT_DAYS * 86_400:
            old.unlink(missing_ok=True)


def find_cache_folder() -> Path | None:
    """Return the folder: the one that is named, else in the user's application data on Windows, in the cache elsewhere.

    None where there is none, or none is wanted.
    """
    if (named := os.environ.get(PLACE)) is not None:
        return Path(named) if named else None
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(base or Path.home() / ".cache") / "tianbao"
    except RuntimeError:  # a user without a home
        return None
