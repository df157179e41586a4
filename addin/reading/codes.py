"""Codes made of digits, and what a spreadsheet does to them when it takes them for numbers.

Excel keeps 15 digits of a number, drops zeros in front and shows long ones with an exponent. What was lost cannot be
told from what is left, so such a cell is not read: its unit has to type the code again, as a text.
"""

from __future__ import annotations

import re
from typing import Final

from addin.reading.raw import Raw, show_as_text
from templates.model import Kind
from templates.nature import EXACT, SHORTEST
from templates.spelling import narrow_code

_EXPONENT: Final = re.compile(r"[0-9][0-9.]*E\+[0-9.]+")


def find_damage(raw: Raw, kind: Kind) -> str:
    """Return what Excel has done to a code: ``digits_lost``, ``zero_lost``; ``""`` where it is as it was typed."""
    code = narrow_code(show_as_text(raw))
    if _EXPONENT.fullmatch(code) or (isinstance(raw, int | float) and abs(raw) >= EXACT):
        return "digits_lost"
    if not (code.isascii() and code.isdigit()):
        return ""
    shortest = SHORTEST.get(kind, 0)
    headless = kind is Kind.AREA_CODE and len(code) == shortest and not code.startswith("0")
    return "zero_lost" if len(code) < shortest or headless else ""
