"""What Excel refuses is refused here too.

LibreOffice's interface writes over any lock: without this, tests would pass and Excel fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from addin.host.refusals import REFUSED, EngineError


def require_unlocked(sheet: Any, area: Any) -> None:
    """Raise EngineError as Excel does when ``area`` of a protected ``sheet`` has any locked cell."""
    if sheet.isProtected() and any(part.CellProtection.IsLocked for part in split_uniform(area, "CellProtection")):
        raise EngineError(REFUSED, f"{area.AbsoluteName} is protected")


def require_visible(sheet: Any) -> None:
    """Raise EngineError as Excel does for showing a hidden ``sheet``."""
    if not sheet.IsVisible:
        raise EngineError(REFUSED, f"{sheet.Name} is hidden")


def split_uniform(area: Any, name: str) -> Iterator[Any]:
    """Yield ``area`` if all of its cells agree in the property ``name``, else its parts of one format each."""
    if area.getPropertyState(name).value != "AMBIGUOUS_VALUE":
        yield area
        return
    parts = area.getUniqueCellFormatRanges()
    for index in range(parts.Count):
        yield parts.getByIndex(index)
