"""The days on which made-up returns came in: those of a real year, not that of the demo, on which all would be late."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

_RETURNED: Final = (3, 3)
"""Month and day, of the year after the one reported, on which the first return came in."""
_ANSWERED: Final = (3, 25)
"""The same for the first answer to what was sent back."""
_DAYS: Final = 12
"""Over how many days returns are spread."""


def date_returns(folder: Path, year: int) -> None:
    """Give every file below ``folder`` a day on which it came in, in the order of their names."""
    _date(sorted(path for path in folder.rglob("*") if path.is_file()), year, _RETURNED)


def date_answers(paths: Iterable[Path], year: int) -> None:
    """Give every answer a day, some weeks after the returns."""
    _date(sorted(paths), year, _ANSWERED)


def _date(paths: list[Path], year: int, first: tuple[int, int]) -> None:
    start = datetime(year + 1, *first, 9).astimezone()
    for place, path in enumerate(paths):
        moment = (start + timedelta(days=place * _DAYS // len(paths), minutes=place)).timestamp()
        os.utime(path, (moment, moment))
