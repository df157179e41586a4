"""What Excel refuses is refused here too.

LibreOffice's interface writes over any lock: without this, tests would pass and Excel fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from addin.host.refusals import REFUSED, EngineError


def require_unlocked(sheet: Any, area: Any) -> None:
    """Raise EngineError as Excel does when ``area`` of a protected ``sheet`` has any locked cell."""
    if sheet.isProtected() and any(_locks(area)):
        raise EngineError(REFUSED, f"{area.AbsoluteName} is protected")


def require_visible(sheet: Any) -> None:
    """Raise EngineError as Excel does for showing a hidden ``sheet``."""
    if not sheet.IsVisible:
        raise EngineError(REFUSED, f"{sheet.Name} is hidden")


def _locks(area: Any) -> Iterator[bool]:
    """Yield whether cells are locked: one answer where all agree, else one for each format there."""
    protection = area.CellProtection
    if protection is not None:
        yield protection.IsLocked
        return
    groups = area.getUniqueCellFormatRanges()
    for index in range(groups.Count):
        one = groups.getByIndex(index).CellProtection
        yield one is None or one.IsLocked
