"""Cell formats by role: one place decides what a heading, an entry cell or an error looks like."""

from __future__ import annotations

from functools import cache
from typing import Any

from generator.strict import StrictWorkbook

FONT = "微软雅黑"
"""A Chinese font that every Excel for Windows since 2007 has; WPS and LibreOffice fall back to their own."""

COLORS = {
    "ink": "#1F2937",
    "muted": "#4B5563",
    "title": "#1F4E79",
    "link": "#0B5CAD",
    "line": "#CBD3DD",
    "head": "#E4ECF5",
    "section": "#F2F5F9",
    "entry": "#FFF8DC",
    "unfilled": "#D9E9FA",
    "unfilled_ink": "#1D4E89",
    "derived": "#EDF0F4",
    "closed": "#E3E6EA",
    "error": "#FBE0DE",
    "error_ink": "#A61B12",
    "warning": "#FFE0B5",
    "warning_ink": "#7A4300",
    "info": "#EDF0F4",
    "info_ink": "#4B5563",
    "hold": "#EADFF3",
    "hold_ink": "#5B2A86",
    "fine": "#E2F2E6",
    "fine_ink": "#1B6B30",
}
"""Grounds and inks. ``muted`` is the second voice (last year, hints); ``entry`` says everywhere that one may type here;
``derived`` is worked out by the workbook or not needed; ``hold`` an officer has to look at.
"""

TABS = {"lead": "#1F4E79", "ledger": "#D9A300", "form": "#2E75B6", "finish": "#3A7D5C", "reference": "#8A94A3"}
"""Colours of sheet tabs by kind, in the order of work."""

ROOM = "_0"
"""Ends a number format: as much room at the right as a digit takes."""

COUNT = "#,##0" + ROOM
"""Whole numbers end a digit's width before the cell does; engines draw an indent in different ways."""

SIGNED = "+#,##0_0;-#,##0_0;0_0"
"""A change against last year."""

COUNTED = "0;;;@"
"""Counts of which a zero stays out of sight."""

UNSEEN = ";;;"
"""For values that programs read and no clerk needs to see."""

DOUBTED = '@"※"'
"""A code or a measure that stands on no page we have; the cell's value stays the code or the measure alone."""

UNDER = {"bottom": 2, "bottom_color": "#1F4E79"}
"""A thick line below."""

_BASE = {"font_name": FONT, "font_size": 9, "font_color": COLORS["ink"], "valign": "vcenter", "locked": True}
_BOX = {"border": 1, "border_color": COLORS["line"]}
_ENTRY = _BOX | {"locked": False, "bg_color": COLORS["entry"]}
_NUMBER = {"align": "right", "font_size": 10, "shrink": True, "num_format": COUNT}
_HEAD = _BOX | {"bold": True, "align": "center", "bg_color": COLORS["head"], "text_wrap": True, "font_size": 10}
_HEADING = _BOX | {"bg_color": COLORS["section"]}
_LINK = {"font_color": COLORS["link"], "underline": 1}
_MUTED = {"font_color": COLORS["muted"]}
_CLOSED = _BOX | _MUTED | {"bg_color": COLORS["closed"]}
_PRINTED = {"align": "center", "font_color": COLORS["title"], "shrink": True}
_LEGEND = _BOX | {"align": "center", "shrink": True}


def _lit(light: str) -> dict[str, Any]:
    return {"bg_color": COLORS[light], "font_color": COLORS[f"{light}_ink"]}


ROLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "corner": {"font_color": "#FFFFFF", "font_size": 8},
    "hidden": _MUTED | {"font_size": 8},
    "title": {"font_size": 16, "bold": True, "align": "center", "font_color": COLORS["title"]},
    "subtitle": _MUTED | {"font_size": 11, "align": "center"},
    "section": {"font_size": 11, "bold": True, "font_color": COLORS["title"], "bottom": 2, "bottom_color": "#1F4E79"},
    "head_label": {},
    "head_line": {"shrink": True},
    "muted": _MUTED,
    "muted_wrap": _MUTED | {"text_wrap": True, "valign": "top"},
    "note": {"text_wrap": True, "valign": "top"},
    "link": _LINK,
    "link_strong": _LINK | {"bold": True, "font_size": 10},
    "link_wrap": _BOX | _LINK | {"indent": 1, "text_wrap": True},
    "link_cell": _BOX | _LINK,
    "link_box": _BOX | _LINK | {"indent": 1},
    "header": _HEAD | {"font_color": COLORS["title"]},
    "header_required": _HEAD | {"font_color": COLORS["error_ink"]},
    "heading": _HEADING | {"bold": True, "font_size": 10, "font_color": COLORS["title"]},
    "heading_center": _HEADING | _MUTED | {"align": "center"},
    "heading_advice": _HEADING | _MUTED | {"indent": 1},
    "heading_mark": _HEADING | {"align": "center", "bold": True, "font_color": COLORS["fine_ink"]},
    "result": {"text_wrap": True},
    "result_link": _LINK,
    "mark": _BOX | {"align": "center", "bold": True, "font_color": COLORS["fine_ink"]},
    "mark_closed": _CLOSED | {"align": "center"},
    "cell": _BOX | {"indent": 1},
    "number": _BOX | _NUMBER,
    "number_muted": _BOX | _MUTED | _NUMBER,
    "cell_wrap": _BOX | {"indent": 1, "text_wrap": True},
    "cell_center": _BOX | {"align": "center"},
    "cell_line": _BOX | {"indent": 1, "shrink": True},
    "cell_count": _BOX | {"align": "center", "num_format": "0"},
    "link_center": _BOX | _LINK | {"align": "center"},
    "entry_switch_text": _ENTRY | {"align": "center", "num_format": "@", "shrink": True},
    "group_first": _BOX | {"align": "center", "bold": True, "top": 2, "top_color": COLORS["title"]},
    "group_next": _BOX | _MUTED | {"align": "center"},
    "cell_muted": _BOX | _MUTED | {"align": "center"},
    "stub": _BOX | {"font_size": 10, "text_wrap": True},
    "stub_part": _BOX | {"text_wrap": True},
    "doubted": _BOX | _MUTED | {"align": "center", "num_format": DOUBTED},
    "unsettled": _BOX | {"align": "center", "font_size": 8, "text_wrap": True, "font_color": COLORS["warning_ink"]},
    "code": _BOX | {"align": "center", "num_format": "@", "font_size": 10, "shrink": True},
    "code_open": _BOX | _MUTED | {"align": "center", "num_format": DOUBTED, "font_size": 10},
    "entry_text": _ENTRY | {"indent": 1, "num_format": "@", "text_wrap": True},
    "entry_choice": _ENTRY | {"indent": 1, "num_format": "@", "shrink": True},
    "entry_note": _ENTRY | {"indent": 1, "num_format": "@", "text_wrap": True},
    "entry_grey": _CLOSED | {"locked": False, "indent": 1, "num_format": "@", "text_wrap": True},
    "entry_unasked": _BOX | {"locked": False, "indent": 1, "num_format": "@", "text_wrap": True},
    "entry_switch": _ENTRY | {"align": "center", "shrink": True},
    "entry_long": _ENTRY | {"indent": 1, "num_format": "@", "text_wrap": True, "valign": "top"},
    "message": _BOX | _MUTED | {"indent": 1, "shrink": True},
    "message_long": _BOX | _MUTED | {"indent": 1, "text_wrap": True},
    "message_closed": _CLOSED | {"indent": 1},
    "line": {"indent": 1, "text_wrap": True},
    "line_center": {"align": "center", "bold": True},
    "line_strong": {"indent": 1, "text_wrap": True, "bold": True},
    "line_link": _LINK | {"indent": 1, "text_wrap": True},
    "status": {"font_size": 10, "bold": True},
    "end": _MUTED | {"top": 1, "top_color": COLORS["line"]},
    "label": _BOX | {"indent": 1, "bg_color": COLORS["section"]},
    "label_strong": _HEADING | {"border": 1, "border_color": COLORS["line"], "bold": True},
    "label_between": _HEADING | {"top": 1, "bottom": 1, "top_color": COLORS["line"], "bottom_color": COLORS["line"]},
    "label_right": _HEADING | {"border": 1, "left": 0, "border_color": COLORS["line"], "bold": True, "align": "right"},
    "value": _BOX | {"indent": 1, "text_wrap": True},
    "value_strong": _BOX | {"indent": 1, "text_wrap": True, "bold": True},
    "light": _BOX | {"bold": True, "font_size": 16, "align": "center"},
    "count": _BOX | {"bold": True, "font_size": 11, "align": "center", "num_format": COUNTED},
    "status_head": _HEAD | {"font_color": COLORS["title"], "font_size": 9, "valign": "top"},
    "table_head": _HEAD | {"font_color": COLORS["title"], "font_size": 9, "text_wrap": False},
    "total_count": _BOX
    | {"bold": True, "align": "center", "bg_color": COLORS["head"], "font_color": COLORS["title"], "num_format": "0"},
    "total": _BOX | {"bold": True, "bg_color": COLORS["head"], "font_color": COLORS["title"], "indent": 1},
    "step": {"bold": True, "font_size": 11, "font_color": COLORS["title"], "bottom": 2, "bottom_color": "#1F4E79"},
    "number_entry": _ENTRY | _NUMBER,
    "number_derived": _BOX | _NUMBER | {"bg_color": COLORS["derived"]},
    "number_prior": _BOX | _NUMBER | _MUTED,
    "number_beside": _BOX | _NUMBER | _MUTED | {"font_size": 9},
    "text_derived": _BOX | {"indent": 1, "shrink": True, "bg_color": COLORS["derived"]},
    "text_prior": _BOX | _MUTED | {"indent": 1, "text_wrap": True},
    "text_prior_line": _BOX | _MUTED | {"indent": 1, "shrink": True},
    "closed": _CLOSED | {"align": "center"},
    "number_closed": _CLOSED | _NUMBER,
    "strong": {"bold": True},
    "legend_entry": _LEGEND | {"bg_color": COLORS["entry"]},
    "legend_derived": _LEGEND | {"bg_color": COLORS["derived"]},
    "legend_closed": _LEGEND | _MUTED | {"bg_color": COLORS["closed"]},
    **{f"legend_{light}": _LEGEND | _lit(light) for light in ("error", "warning", "unfilled")},
    "printed_gap": {},
    "printed_title": _PRINTED | {"font_size": 38, "bold": True},
    "printed_report": _PRINTED | {"font_size": 34, "bold": True},
    "printed_year": _PRINTED | {"font_size": 24},
    "printed_line": {"font_size": 20, "indent": 15, "bottom": 4, "bottom_color": COLORS["line"]},
    "printed_law": {"font_size": 15, "text_wrap": True, "valign": "top"},
    "printed_secret": {"font_size": 15},
    "column_entry": {"locked": False, "shrink": True},
    "column_text": {"locked": False, "shrink": True},
    "column_center": {"locked": False, "align": "center", "shrink": True},
    "ledger_header": _HEAD | {"font_color": COLORS["title"], "font_size": 9},
    "ledger_state": {"bold": True, "indent": 1, "shrink": True},
    "ledger_reason": {"align": "left", "indent": 1, "text_wrap": True, "valign": "top"},
    "ledger_name": {"font_size": 15, "bold": True, "font_color": COLORS["title"], "shrink": True},
    "ledger_title": {"font_size": 15, "bold": True, "font_color": COLORS["title"]},
}
"""What each role adds to the base format. ``corner`` fills A1: a live sheet's used range then starts there.

Titles have 15 or 16 points, steps 11, names, codes and numbers of forms 10, all else 9.
"""

LIGHTS: dict[str, dict[str, Any]] = {
    **{light: _lit(light) for light in ("error", "warning", "info", "unfilled", "hold")},
    "fine": {"font_color": COLORS["fine_ink"]},
    "fine_box": _lit("fine"),
    "grid": {"border": 1, "border_color": COLORS["line"]},
    "asked": {"bg_color": COLORS["entry"]},
    "unneeded_line": {
        "bg_color": COLORS["derived"],
        "font_color": COLORS["muted"],
        "border": 1,
        "border_color": COLORS["line"],
    },
    "unneeded": {"bg_color": COLORS["derived"], "font_color": COLORS["muted"]},
    "error_text": {"font_color": COLORS["error_ink"]},
    "warning_text": {"font_color": COLORS["warning_ink"]},
    "unfilled_text": {"font_color": COLORS["unfilled_ink"]},
}
"""Conditional formats; a symbol always stands beside the colour.

``asked`` is an entry cell from now on, ``unneeded`` one that this unit leaves blank.
"""

SYMBOLS = {"fine": "✓", "unfilled": "○", "error": "✗", "warning": "!", "info": "i", "hold": "◆", "unneeded": "－"}
"""What stands before a line, or in a cell before its own value where no cell beside it can hold the symbol."""


class Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: StrictWorkbook) -> None:
        self._workbook = workbook
        self.role = cache(self._role)
        self.light = cache(self._light)

    def _role(self, name: str, indent: int = 0, num_format: str = "", *, under: bool = False, light: str = "") -> Any:
        """``under`` draws a thick line below the cell; ``light`` gives it the ink of one, and makes it bold."""
        extra: dict[str, Any] = {"indent": indent} if indent else {}
        if num_format:
            extra["num_format"] = num_format
        if light:
            extra |= {"bold": True, "font_color": LIGHTS[light]["font_color"]}
        if under:
            extra |= UNDER
        return self._workbook.add_format(_BASE | ROLES[name] | extra)

    def _light(self, name: str, shown: str = "", lined: bool = False) -> Any:
        """With ``shown``, a number format, the cell shows the light's symbol before its value; ``lined`` draws lines.

        Not every engine adds up what several conditional formats say of a cell.
        """
        extra: dict[str, Any] = dict(LIGHTS["grid"]) if lined else {}
        if shown:
            mark = f'"{SYMBOLS[name]} "'
            extra["num_format"] = f"{mark}{shown};{mark}-{shown};{mark}{shown};{mark}@"
        return self._workbook.add_format(LIGHTS[name] | extra)
