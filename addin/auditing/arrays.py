"""Values side by side, one a unit or one a ledger row, each with a state; and Excel's arithmetic on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from functools import cached_property
from math import isfinite, isnan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from templates.content import Value
from templates.nature import EPOCH

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]
Indices = NDArray[np.intp]
States = NDArray[np.int8]

_EPOCH_DAY: Final = np.datetime64(EPOCH, "D")
_LAST_SERIAL: Final = 2958465
"""9999-12-31, the last day that Excel knows."""
_EXACT: Final = 2.0**51
"""From here on doubles have no half left to round."""


class Status(IntEnum):
    """What became of a rule. The larger one wins where several are joined; the first three also tell of a value."""

    PASSED = 0
    NOT_APPLICABLE = 1
    NOT_EVALUATED = 2
    FAILED = 3
    BROKEN = 4


@dataclass(frozen=True, eq=False)
class Values:
    """Numbers (NaN where blank), truths or texts ("" where blank), each with a state: fine, 0 divided, text in it."""

    data: NDArray[Any]
    state: States

    @property
    def is_text(self) -> bool:
        """Whether the values are texts."""
        return self.data.dtype == np.object_

    @cached_property
    def reported(self) -> Bools:
        """Where something stands, be it a text that is no number."""
        filled = _are_filled(self.data) if self.is_text else ~np.isnan(self.numbers)
        return np.asarray(filled | (self.state == Status.NOT_EVALUATED), dtype=np.bool_)

    @property
    def numbers(self) -> Floats:
        """The numbers, NaN where there is none."""
        return _parsed(self.data) if self.is_text else self.data.astype(np.float64, copy=False)

    @cached_property
    def coerced(self) -> Values:
        """The values as numbers, blank as 0; a text that is no number is *not evaluated*."""
        numbers, state = self.numbers, self.state
        if self.is_text:
            odd = np.isnan(numbers) & self.reported
            state = np.where(odd, Status.NOT_EVALUATED, state).astype(np.int8)
        return Values(fill_blanks(numbers), state)

    def round(self, decimals: int) -> Floats:
        """Return the numbers rounded half up; asked again, what was worked out before."""
        if decimals not in self._rounded:
            self._rounded[decimals] = round_half_up(self.numbers, decimals)
        return self._rounded[decimals]

    @cached_property
    def _rounded(self) -> dict[int, Floats]:
        return {}

    @property
    def texts(self) -> Texts:
        """The values as texts, ``""`` where blank."""
        return (
            self.data
            if self.is_text
            else make_text_array(show_number(number) for number in self.data.astype(np.float64))
        )

    def take(self, places: Indices) -> Values:
        """Return the values at ``places``."""
        return Values(self.data[places], self.state[places])


def make_values(data: NDArray[Any]) -> Values:
    """Return values of which nothing is known against."""
    return Values(data, np.zeros(len(data), dtype=np.int8))


def make_numbers(raw: Sequence[Value | None]) -> Values:
    """Return quantities and days as numbers; a text among them is kept out and remembered in the state."""
    data = np.full(len(raw), np.nan)
    state = np.zeros(len(raw), dtype=np.int8)
    for place, value in enumerate(raw):
        if value is None or is_blank(value):
            continue
        number = convert_to_number(value)
        if number is None:
            state[place] = Status.NOT_EVALUATED
        else:
            data[place] = number
    return Values(data, state)


def make_texts(raw: Sequence[Value | None]) -> Values:
    """Return texts and the codes of choices."""
    return make_values(make_text_array(clean_texts(raw)))


def clean_texts(values: Sequence[Value | None]) -> list[str]:
    """Return texts and the codes of choices without blanks around them; what is no text as it is shown."""
    try:
        return [*map(str.strip, values)]  # type: ignore[arg-type]  # what is no text is told by the error
    except TypeError:
        return [convert_to_text(value) for value in values]


def make_text_array(values: Iterable[str]) -> Texts:
    """Return an array of texts."""
    return np.array([*values, None], dtype=np.object_)[:-1]


def is_blank(value: Value | None) -> bool:
    """Return whether nothing is reported: no value, blanks only, or not a number at all."""
    if isinstance(value, float):
        return isnan(value)
    return value is None or (isinstance(value, str) and not value.strip())


def convert_to_number(value: Value | None) -> float | None:
    """Return a quantity, or a day as Excel's serial number; None where it is neither."""
    if isinstance(value, datetime):
        return serial(value.date()) + (value - datetime.combine(value.date(), datetime.min.time())) / timedelta(days=1)
    if isinstance(value, date):
        return serial(value)
    if isinstance(value, str) or value is None or not isfinite(value):
        return None
    return float(value)


def convert_to_text(value: Value | None) -> str:
    """Return the value as a text, a whole number without decimals, a day as 2024-06-30."""
    if is_blank(value) or value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    return value.isoformat() if isinstance(value, date) else show_number(float(value))


def show_number(number: float) -> str:
    """Return the number as Excel shows it in a text: ``5``, ``2.5``, ``""`` for a blank."""
    return "" if np.isnan(number) else f"{number:.15g}"


def serial(day: date) -> float:
    """Return Excel's serial number of a day."""
    return float((day - EPOCH).days)


def read_serial(number: float) -> date | None:
    """Return the day of a serial number, None where Excel knows no such day."""
    return EPOCH + timedelta(days=int(number)) if 0 < number < _LAST_SERIAL + 1 else None


def make_serials(years: Floats, months: Floats, days: Floats) -> Floats:
    """Return serial numbers of days; a 13th month is next year's first, as in Excel."""
    months_on = ((np.clip(years, 0, 9999) - 1970) * 12 + _small(months) - 1).astype(np.int64).astype("datetime64[M]")
    dates = months_on.astype("datetime64[D]") + (_small(days) - 1).astype(np.int64)
    return np.asarray((dates - _EPOCH_DAY).astype(np.float64))


def find_years(numbers: Floats) -> Floats:
    """Return the years of serial numbers; what lies outside Excel's calendar is taken for its nearest end."""
    dates = _EPOCH_DAY + np.floor(np.clip(numbers, 0, _LAST_SERIAL)).astype(np.int64)
    return np.asarray(dates.astype("datetime64[Y]").astype(np.int64) + 1970, dtype=np.float64)


def _small(counts: Floats) -> Floats:
    return np.asarray(np.clip(counts, -_LAST_SERIAL, _LAST_SERIAL))


def fill_blanks(numbers: Floats) -> Floats:
    """Return numbers with 0 in place of blanks. (``nan_to_num`` looks for infinity, too, which no value is.)"""
    return np.where(np.isnan(numbers), 0.0, numbers)


def round_half_up(numbers: Floats, decimals: int) -> Floats:
    """Return numbers rounded half away from zero, as Excel's ROUND does: 2.675 is 2.68 though its double lies below."""
    if decimals >= 0 and bool((np.rint(numbers) == numbers).all()):
        return numbers + 0.0  # whole numbers already, as nearly all are; but no zero below zero
    factor, size = 10.0**decimals, np.abs(numbers)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = size * factor
        # A few units in the last place: what makes a decimal half miss its double, and never a visible amount.
        nudge = np.minimum(scaled * 2.0**-50, 1e-3)
        rounded = np.where(scaled < _EXACT, np.floor(scaled + 0.5 + nudge) / factor, size)
    return np.asarray(np.copysign(rounded, numbers) + 0.0)


def _are_filled(texts: Texts) -> Bools:
    return np.fromiter(map(bool, texts), np.bool_, len(texts))


def _parsed(data: Texts) -> Floats:
    return np.array([_parse(text) for text in data], dtype=np.float64)


def _parse(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return np.nan
    return number if isfinite(number) else np.nan
