"""When two cells mean the same to whoever reads them, so that another spelling is no change."""

from __future__ import annotations

import unicodedata
from typing import Final

from scripts.fuzz.second import Seen

_MEANINGLESS: Final = str.maketrans("", "", " \n\r\t$'")


def means_same(one: Seen | None, other: Seen | None, *, is_entry: bool) -> bool:
    """Return whether two cells say the same. Results of locked formulas are nobody's word."""
    if is_entry:
        one, other = (None if seen and _says_nothing(seen) else seen for seen in (one, other))
    if (one and one[2]) or (other and other[2]):  # an empty formula is none
        if not one or not other or not one[2] or not other[2]:
            return False
        return _formula(one[2]) == _formula(other[2]) and (not is_entry or _plain(one) == _plain(other))
    mine, theirs = _plain(one), _plain(other)
    return mine == theirs or (is_entry and _names_one_option(mine, theirs))


def _says_nothing(seen: Seen) -> bool:
    """Whether a cell's text is empty, by its formula or without one; a formula without any result is a lost one."""
    return seen[0] == "text" and seen[1] == ""


def _formula(text: str) -> str:
    return text.translate(_MEANINGLESS).upper()


def _plain(seen: Seen | None) -> str:
    """Return what one sees of a cell, blanks and widths aside."""
    if seen is None:
        return ""
    value = seen[1]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value + 0.0:.15g}"
    text = unicodedata.normalize("NFKC", str(value).replace("_x000D_", ""))
    return "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cc", "Zs", "Zl", "Zp")).casefold()


def _names_one_option(one: str, other: str) -> bool:
    """Whether one may be an option and the other its code or its label: ``1有`` is ``1`` and ``有``."""
    short, long = sorted((one, other), key=len)
    return (
        bool(short)
        and len(short) < len(long)
        and (long.startswith(short) or long.endswith(short))
        and not long.isdecimal()
    )
