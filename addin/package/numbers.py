"""Numbers as cells of files spell them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import Final

_SPELLING: Final = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
"""Not what ``float()`` takes, which knows ``1_0``, ``nan`` and ``infinity`` too."""

EXACT: Final = 1e15
"""From here on a number no longer keeps every one of its digits."""


@dataclass(frozen=True, slots=True)
class StoredNumber:
    """A number of a cell. ``spelled`` is how the file spells it where that may say more than the number keeps."""

    value: float
    spelled: str = ""


def parse_number(raw: bytes) -> StoredNumber | None:
    """Return the number that ``raw`` spells; None for anything else, and for what no cell can hold (``1E+400``)."""
    if not _SPELLING.fullmatch(raw):
        return None
    value = float(raw)
    if not isfinite(value):
        return None
    return StoredNumber(value, raw.decode("ascii") if abs(value) >= EXACT else "")
