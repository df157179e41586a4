"""Files that are either whole or not there: written beside their place, then put in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from generator.temporary import new_temporary

UNDATED = datetime(1980, 1, 1)
"""When every file was made that shall be the same each time that it is made; ZIP knows no earlier day."""

MODE = 0o600
"""Returns hold data of units: for the owner only."""


@contextmanager
def write_beside(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of ``path``; when the block ends well, it takes the place of ``path``.

    When the block raises, whatever stood at ``path`` is as it was. Raises OSError when the folder cannot be written.
    """
    beside = new_temporary(path.parent, path.suffix)
    try:
        yield beside
        _to_disk(beside)
        beside.chmod(MODE)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
