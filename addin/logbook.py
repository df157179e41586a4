"""The log of what nobody expected: kinds and places of errors, and never a value of a unit."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

LOG_BYTES = 200_000


def keep_in_log(what: str, error: BaseException) -> Path:
    """Write kind and place of ``error`` to the log and return its path. Messages may quote data, so none is kept.

    ``what`` says what was being done. Raises OSError where the log cannot be written.
    """
    import logging  # noqa: PLC0415  # loaded where something went wrong, and nowhere else
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415

    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.Logger("tianbao")
    logger.addHandler(handler)
    places = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    logger.error("%s %s\n  %s", what, type(error).__name__, "\n  ".join(places))
    handler.close()
    return path


def log_path() -> Path:
    """Return the log's place: the user's own application data on Windows, the state folder elsewhere."""
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "tianbao" / "tianbao.log"
