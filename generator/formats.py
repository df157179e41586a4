"""Cell formats by role: one place decides what a heading, an entry cell or an error looks like."""

from __future__ import annotations

from functools import cache
from typing import Any

from generator.strict import StrictWorkbook

FONT = "微软雅黑"
"""A Chinese font that every Excel for Windows since 2007 has; WPS and LibreOffice fall back to their own."""

COLORS = {
    "ink": "#1F2937",
    "muted": "#6B7280",
    "line": "#BFC7D1",
    "head": "#DCE6F1",
    "title": "#1F4E79",
    "entry": "#FFFDF0",
    "derived": "#EEF2F6",
    "closed": "#E5E7EB",
    "error": "#FDE2E1",
    "error_ink": "#B42318",
    "warning": "#FFF1CC",
    "warning_ink": "#8A5A00",
    "info": "#E3F0FF",
    "info_ink": "#1D4E89",
    "unfilled": "#E8F1FB",
    "unfilled_ink": "#3B6EA5",
    "fine_ink": "#1E7B34",
    "fine": "#E3F4E6",
}

_BASE = {"font_name": FONT, "font_size": 10, "font_color": COLORS["ink"], "valign": "vcenter", "locked": True}
_BOX = {"border": 1, "border_color": COLORS["line"]}
_ENTRY = _BOX | {"locked": False, "bg_color": COLORS["entry"]}

ROLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "corner": {"font_color": "#FFFFFF", "font_size": 8},
    "hidden": {"font_color": COLORS["muted"], "font_size": 8},
    "title": {"font_size": 18, "bold": True, "align": "center", "font_color": COLORS["title"]},
    "subtitle": {"font_size": 12, "align": "center", "font_color": COLORS["muted"]},
    "section": {"font_size": 12, "bold": True, "font_color": COLORS["title"], "bottom": 2, "bottom_color": "#1F4E79"},
    "head_label": {"font_size": 9, "font_color": COLORS["ink"]},
    "muted": {"font_size": 9, "font_color": COLORS["muted"]},
    "muted_wrap": {"font_size": 9, "font_color": COLORS["muted"], "text_wrap": True, "valign": "top"},
    "note": {"text_wrap": True, "valign": "top"},
    "link": {"font_color": "#0563C1", "underline": 1},
    "link_wrap": _BOX | {"indent": 1, "text_wrap": True, "font_color": "#0563C1", "underline": 1},
    "link_box": _BOX | {"indent": 1, "font_color": "#0563C1", "underline": 1},
    "header": _BOX | {"bold": True, "align": "center", "bg_color": COLORS["head"], "text_wrap": True},
    "header_required": _BOX
    | {"bold": True, "align": "center", "bg_color": COLORS["head"], "text_wrap": True, "font_color": "#B42318"},
    "heading": _BOX | {"bold": True, "bg_color": "#F3F6FA"},
    "heading_center": _BOX | {"bg_color": "#F3F6FA", "align": "center", "font_color": COLORS["muted"]},
    "heading_advice": _BOX | {"indent": 1, "bg_color": "#F3F6FA", "font_size": 9, "font_color": COLORS["muted"]},
    "result": {"text_wrap": True, "font_size": 9},
    "result_link": {"font_size": 9, "font_color": "#0563C1", "underline": 1},
    "mark": {"align": "center", "bold": True},
    "cell": _BOX | {"indent": 1},
    "number": _BOX | {"indent": 1, "align": "right"},
    "cell_wrap": _BOX | {"indent": 1, "text_wrap": True},
    "cell_center": _BOX | {"align": "center"},
    "unsettled": _BOX | {"align": "center", "font_size": 8, "text_wrap": True, "font_color": COLORS["warning_ink"]},
    "code": _BOX | {"align": "center", "num_format": "@"},
    "code_open": _BOX | {"align": "center", "num_format": "@", "font_color": COLORS["warning_ink"]},
    "entry_text": _ENTRY | {"indent": 1, "num_format": "@", "text_wrap": True},
    "entry_choice": _ENTRY | {"indent": 1, "num_format": "@"},
    "entry_note": _ENTRY | {"indent": 1, "num_format": "@", "text_wrap": True, "font_size": 9},
    "entry_switch": _ENTRY | {"align": "center"},
    "entry_long": _ENTRY | {"indent": 1, "num_format": "@", "text_wrap": True, "valign": "top"},
    "message": _BOX | {"indent": 1, "font_size": 9, "text_wrap": True},
    "status": {"font_size": 10, "bold": True},
    "end": {"font_size": 9, "font_color": COLORS["muted"], "top": 1, "top_color": COLORS["line"]},
    "label": _BOX | {"indent": 1, "bold": True, "bg_color": "#F3F6FA"},
    "value": _BOX | {"indent": 1},
    "light": _BOX | {"bold": True, "font_size": 16, "align": "center"},
    "count": _BOX | {"bold": True, "font_size": 12, "align": "center"},
    "step": {"text_wrap": True, "font_size": 11},
    "number_entry": _ENTRY | {"indent": 1, "align": "right"},
    "number_derived": _BOX | {"indent": 1, "align": "right", "bg_color": COLORS["derived"]},
    "number_prior": _BOX | {"indent": 1, "align": "right", "font_color": COLORS["muted"]},
    "text_prior": _BOX | {"font_color": COLORS["muted"]},
    "closed": _BOX | {"bg_color": COLORS["closed"], "font_color": COLORS["muted"], "font_size": 9, "align": "center"},
    "column_entry": {"locked": False},
    "column_center": {"locked": False, "align": "center"},
    "ledger_title": {"font_size": 16, "bold": True, "font_color": COLORS["title"]},
}
"""What each role adds to the base format. ``corner`` fills A1: a live sheet's used range then starts there."""

LIGHTS: dict[str, dict[str, Any]] = {
    "error": {"bg_color": COLORS["error"], "font_color": COLORS["error_ink"]},
    "warning": {"bg_color": COLORS["warning"], "font_color": COLORS["warning_ink"]},
    "info": {"bg_color": COLORS["info"], "font_color": COLORS["info_ink"]},
    "unfilled": {"bg_color": COLORS["unfilled"], "font_color": COLORS["unfilled_ink"]},
    "fine": {"font_color": COLORS["fine_ink"]},
    "grid": {"border": 1, "border_color": COLORS["line"]},
    "fine_box": {"bg_color": COLORS["fine"], "font_color": COLORS["fine_ink"]},
}
"""Conditional formats; a symbol always stands beside the colour."""

SYMBOLS = {"error": "✗", "unfilled": "○", "warning": "！", "info": "i"}
"""What a cell shows before its own value where no cell beside it can hold the symbol."""


class Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: StrictWorkbook) -> None:
        self._workbook = workbook
        self.role = cache(self._role)
        self.light = cache(self._light)

    def _role(self, name: str, indent: int = 0, num_format: str = "") -> Any:
        extra: dict[str, Any] = {"indent": indent} if indent else {}
        if num_format:
            extra["num_format"] = num_format
        return self._workbook.add_format(_BASE | ROLES[name] | extra)

    def _light(self, name: str, shown: str = "") -> Any:
        """With ``shown``, a number format, the cell shows the light's symbol before its value."""
        extra: dict[str, Any] = {}
        if shown:
            mark = f'"{SYMBOLS[name]} "'
            extra["num_format"] = f"{mark}{shown};{mark}-{shown};{mark}{shown};{mark}@"
        return self._workbook.add_format(LIGHTS[name] | extra)
