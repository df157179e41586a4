"""A third opinion on a few cases: openpyxl, where it takes the file, and where it is known to read as Excel does."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.cell import Cell

from scripts.fuzz.second import SecondSheet, Seen, unescape

EVERY: Final = 40
"""So many cases it is asked once: it takes longer than all others together."""


def compare_third(data: bytes, theirs: Mapping[str, SecondSheet], wanted: frozenset[str] | None) -> Iterator[str]:
    """Yield where openpyxl sees other constants and formulas than the second reader, in the sheets that are wanted."""
    book = _open(data)
    for name, sheet in theirs.items() if book else ():
        if (wanted is None or name in wanted) and isinstance(sheet.cells, dict) and name in book.sheetnames:
            cells = book[name]._cells  # the cells that are there; asking for others makes them
            for place, seen in sheet.cells.items():
                found = cells.get(place)  # of those under a merged range it keeps the first
                if isinstance(found, Cell) and _is_certain(seen) and not _agrees(found, seen):
                    yield f"third reader: {place}: {found.value!r} / {seen!r}"


def _open(data: bytes) -> Any:
    """Return the workbook, or None where openpyxl does not take it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(BytesIO(data))
    except Exception:  # noqa: BLE001 - over odd files it raises whatever comes to it
        return None


def _is_certain(seen: Seen) -> bool:
    """Whether openpyxl reads such a cell as Excel does.

    Days, what cannot be read, and a value beside an empty formula it takes in ways of its own.
    """
    kind, value, formula = seen
    return bool(formula) or (formula is None and kind in ("text", "number", "truth") and value != "")


def _agrees(found: Any, seen: Seen) -> bool:
    value = found.value
    if seen[2]:
        return not isinstance(value, str) or value == f"={seen[2]}" or found.data_type != "f"
    if seen[0] == "text":
        # It leaves Excel's escapes as they are, and takes the last where a text is written in several.
        return bool(value) and str(seen[1]).endswith(unescape(str(value)))
    if type(value) is int:
        value = float(value)  # it keeps digits that Excel does not
    return bool(found.is_date or value == seen[1])
