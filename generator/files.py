"""Files that are either whole or not there: written beside their place, then put in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from generator.temporary import new_temporary, temporary_folder

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


@contextmanager
def write_together(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder; when the block ends well, all files in it take their places in ``folder``.

    When the block raises, ``folder`` is as it was, or is not there if it was not. Raises OSError.
    """
    missing = [place for place in (folder, *folder.absolute().parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with temporary_folder(folder) as together:
            yield together
            for path in sorted(together.iterdir()):
                path.replace(folder / path.name)
    except BaseException:
        for place in missing:
            with suppress(OSError):
                place.rmdir()
        raise


def _to_disk(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
