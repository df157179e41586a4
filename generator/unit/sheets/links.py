"""Jump links to other sheets."""

from __future__ import annotations

from typing import Any

from generator.strict import StrictWorksheet
from templates.layout import quote_sheet


def link(sheet: StrictWorksheet, row: int, column: int, target: str, text: str, style: Any, cell: str = "A1") -> None:
    """Write a jump link to another sheet; row and column count from 0."""
    sheet.write_url(row, column, f"internal:{quote_sheet(target)}!{cell}", style, text)
