"""What styles of cells say that matters to a reader: which unlock a cell, and which show a number as a day."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Final

from templates.spelling import parse_whole

_BUILT_IN_DAYS: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Number formats that Excel knows by number alone (ISO 29500-1, 18.8.30, East Asian ones too)."""

_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hmsHMS]+\])[^\]]*\]')
"""Texts, escaped characters, widths, colours and locales of a number format; not ``[h]``, which counts hours."""
_DAY: Final = re.compile(r"[ymdhsYMDHS]")
_GENERAL: Final = re.compile(r"General", re.IGNORECASE)
_ON: Final = ("0", "false")


@dataclass(frozen=True)
class Styles:
    """Numbers of styles."""

    unlocked: frozenset[int] = frozenset()
    """Those that unlock cells on a protected sheet."""
    days: frozenset[int] = frozenset()
    """Those that show a number as a day or a time."""


def read_styles(root: ET.Element) -> Styles:
    """Return what the styles part says."""
    formats = {node.get("numFmtId", ""): node.get("formatCode", "") for node in root.iter("numFmt")}
    cell_formats = root.find("cellXfs")
    numbered = list(enumerate(cell_formats if cell_formats is not None else ()))
    return Styles(
        unlocked=frozenset(number for number, style in numbered if _unlocks(style)),
        days=frozenset(number for number, style in numbered if _shows_days(style.get("numFmtId", ""), formats)),
    )


def _unlocks(style: ET.Element) -> bool:
    return any(child.tag == "protection" and child.get("locked") in _ON for child in style)


def _shows_days(number: str, formats: dict[str, str]) -> bool:
    if number in formats:
        first = formats[number].split(";")[0]
        return bool(_DAY.search(_GENERAL.sub("", _LITERAL.sub("", first))))
    return parse_whole(number) in _BUILT_IN_DAYS
