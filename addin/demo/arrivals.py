"""The days on which made-up returns came in: those of a real year, not that of the demo, on which all would be late."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from generator.files import write_beside

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
        moment = start + timedelta(days=place * _DAYS // len(paths), minutes=place)
        if path.suffix == ".zip":
            _date_members(path, moment)
        os.utime(path, (moment.timestamp(), moment.timestamp()))


def _date_members(path: Path, moment: datetime) -> None:
    """Give what is in a zip the day, too: by that of the member it is told when a return was sent."""
    with zipfile.ZipFile(path) as package:
        members = [(member.filename, package.read(member)) for member in package.infolist()]
    with write_beside(path) as beside, zipfile.ZipFile(beside, "w") as package:
        for name, data in members:
            package.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), data)
