"""What stands in a cell, as a text: as a person sees it, as findings quote it, with its invisible characters named."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from templates.nature import EXACT
from templates.words import lookup, say

Raw = int | float | str | bool | date | datetime | time | timedelta
"""What a cell holds as it is read; blank is the empty string."""

QUOTED_LENGTH: Final = 60
"""Findings quote no more of a cell than this."""


class LongNumber(float):
    """A number with more digits than it keeps; ``spelled`` is how the file spells it."""

    __slots__ = ("spelled",)

    def __new__(cls, value: float, spelled: str) -> LongNumber:
        """Return ``value`` together with its spelling."""
        number = super().__new__(cls, value)
        number.spelled = spelled
        return number

    def __reduce__(self) -> tuple[type[LongNumber], tuple[float, str]]:
        return LongNumber, (float(self), self.spelled)

    spelled: str


def is_blank(raw: Raw) -> bool:
    """Return whether nothing visible stands in the cell: blanks of any width are nothing."""
    return isinstance(raw, str) and not strip_invisible(raw)


def strip_invisible(text: str) -> str:
    """Return ``text`` without blanks at its ends and without the invisible marks that chat programs add."""
    return text.strip() if text.isprintable() else _strip_marks(text)


@lru_cache(maxsize=4096)
def _strip_marks(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char) != "Cf").strip()


@lru_cache(maxsize=4096)
def narrow_text(text: str) -> str:
    """Return ``text`` with full-width characters made narrow, for reading days and comparing labels."""
    return strip_invisible(unicodedata.normalize("NFKC", text))


def show_as_text(raw: Raw) -> str:
    """Return ``raw`` as the text a person sees: whole numbers without ``.0``, days as 2024-06-30."""
    if isinstance(raw, str):
        return strip_invisible(_lines(raw))
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, int | float):
        return show_number_text(raw)
    if isinstance(raw, datetime):
        return raw.isoformat(" ") if raw.time() != time() else raw.date().isoformat()
    return raw.isoformat() if isinstance(raw, date | time) else str(raw)


def show_number_text(value: float) -> str:
    """Return a number as people write it: no ``.0``, no noise behind the 15th digit, and no digits that nobody typed.

    What is too large to keep each of its digits has an exponent, as Excel shows it.
    """
    if not abs(value) < EXACT:
        return f"{value:.15g}".upper()
    text = format(Decimal(f"{value:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def quote_cell(raw: Raw) -> str:
    """Return ``raw`` as findings quote it: on one line and not endless."""
    text = " ".join(_spelled(raw).split())
    return text if len(text) <= QUOTED_LENGTH else text[:QUOTED_LENGTH] + say("reader.more")


def quote_revealed(raw: Raw, *, ends: bool = False) -> str:
    """Return ``raw`` as findings quote what could not be read: as :func:`quote_cell`, with invisible characters named.

    With ``ends`` the blanks at its ends are kept and named too, where they make the difference.
    """
    if not isinstance(raw, str):
        return quote_cell(raw)
    text = _lines(raw) if ends else _lines(raw).strip(" \n\t")
    inner = range(len(text) - len(text.lstrip(" ")), len(text.rstrip(" ")))
    shown = "".join(_named(char, inside=at in inner) for at, char in enumerate(text[:QUOTED_LENGTH]))
    return shown if len(text) <= QUOTED_LENGTH else shown + say("reader.more")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("_x000D_", "")


def _spelled(raw: Raw) -> str:
    """Return a number as its file spells it, unless no person typed it so: ``9.1500112123456704E+17``."""
    if isinstance(raw, LongNumber) and raw.spelled.lstrip("+-").isdigit():
        return raw.spelled
    return show_as_text(raw)


_INVISIBLE: Final = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"))


def _named(char: str, *, inside: bool) -> str:
    """Return a character, or the name of one that nobody sees."""
    if unicodedata.category(char) not in _INVISIBLE or (char == " " and inside):
        return char
    code = f"{ord(char):04X}"
    name = lookup("reader.invisible").get(code) or say("reader.invisible_other")
    return say("reader.invisible_mark", name=name, code=code)
