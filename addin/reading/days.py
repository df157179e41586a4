"""Days and months however they are spelled: ``2001-05``, ``2001年5月3日``, ``200105``, 2001.5, serial numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from templates.nature import DAYS, YEARS
from templates.nature import EPOCH as DAY_0
from templates.words import lookup

EPOCH: Final = datetime.combine(DAY_0, time())
"""The moment at which Excel's serial numbers begin."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and whether it had to be made out of something that Excel does not take for one."""

    day: date
    interpreted: bool


def read_day(raw: object) -> Day | None:
    """Return the day that ``raw`` means, or None. ``raw`` is a cell's value; texts have narrow characters."""
    if isinstance(raw, bool | time | timedelta):
        return None
    if isinstance(raw, date):
        return _number(_serial(raw))
    if isinstance(raw, int | float):
        return _number(float(raw))
    return _spelled(str(raw))


def undo_date_format(day: date) -> date | float:
    """Return ``day``, or the number that was typed where a date format has made a senseless day of it."""
    serial = _serial(day)
    return day if DAYS.start <= serial < DAYS.stop else serial


def _serial(day: date) -> float:
    moment = day if isinstance(day, datetime) else datetime.combine(day, time())
    return (moment - EPOCH) / timedelta(days=1)


def _number(number: float) -> Day | None:
    """Read a number: a serial number, or digits such as 200105 that a date format has turned into a far day."""
    if DAYS.start <= number < DAYS.stop:
        return Day((EPOCH + timedelta(days=int(number))).date(), interpreted=False)
    text = f"{number:.10g}"
    # 2001.10 loses its last figure in a number cell: 2001.1 may be January or October.
    return None if re.fullmatch(r"\d{4}(\.1)?", text) else _spelled(text)


def _spelled(text: str) -> Day | None:
    for pattern in _patterns():
        if found := pattern.fullmatch(text):
            year, month, *day = (int(part) for part in found.groups() if part)
            return _checked(year, month, day[0] if day else 1)
    return None


def _checked(year: int, month: int, day: int) -> Day | None:
    if year not in YEARS:
        return None
    try:
        return Day(date(year, month, day), interpreted=True)
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    after_year, after_month = (f"[{re.escape(lookup(f'reader.{key}'))}]" for key in ("after_year", "after_month"))
    end, month_end = (f"[{re.escape(lookup(f'reader.{key}'))}]*" for key in ("after_day", "month_end"))
    clock = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2})?)?"
    return (
        re.compile(rf"(\d{{4}}) *{after_year} *(\d{{1,2}}) *{after_month} *(\d{{1,2}}) *{end}{clock}"),
        re.compile(rf"(\d{{4}}) *{after_year} *(\d{{1,2}}) *{month_end}"),
        re.compile(r"(\d{4})(\d{2})(\d{2})?"),
    )
