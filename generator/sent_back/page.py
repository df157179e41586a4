"""数据核实（退回）单: one page of paper that goes with a workbook that is sent back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from generator.files import write_beside
from generator.handbook.paper import Paper
from generator.handbook.styles import SUBTITLE
from generator.sent_back.slip import Slip, SlipLine
from generator.widths import lines_needed
from templates.words import lookup, say

ROOM: Final = 27
"""So many lines of the table find room on the page."""

_ROOM_OF: Final = (13, 33, 29)
"""Widths of place, problem and remedy on the page, in widths of a digit."""

_MESSAGE, _REMEDY, _PLACE, _REASON = 66, 52, 26, 160
"""So many characters of a text."""

_WIDE: Final = 74
"""A line over the whole page, in widths of a digit."""


def write_page(path: Path, slip: Slip, *, renewed: bool = False) -> None:
    """Write the page (.docx). ``renewed`` tells that the workbook beside it is a fresh one. Raises OSError."""
    words, band = lookup("sent_back.page"), slip.band
    reason = _shorten(band.reason, _REASON)
    told = {
        "survey": slip.survey,
        "year": slip.year,
        "name": slip.name,
        "code": slip.code,
        "counts": slip.counts,
        "round": band.round,
        "due": band.shown_due,
        "reason": reason,
        "contact": band.contact,
    }
    paper = Paper(words["head"])
    paper.text(words["title"], SUBTITLE)
    paper.text(words["about"].format(**told), SUBTITLE)
    opening = ["to", "body" if band.due else "body_soon", *(["reason"] if band.reason else []), "list"]
    for key in opening:
        paper.text(words[key].format(**told))
    lines = [line for line in slip.lines if line.kind != "reason"]
    shown = lines[: _count_fitting(lines, ROOM - 2 * lines_needed(reason, _WIDE))]
    paper.table(words["columns"], words["widths"], [_row(number, line) for number, line in enumerate(shown, start=1)])
    if rest := slip.rest + len(lines) - len(shown):
        paper.text(say("sent_back.page.more", count=rest))
    for key in [*(["renewed"] if renewed else []), "steps", "contact"]:
        paper.text(words[key].format(**told))
    with write_beside(path) as beside:
        paper.save(beside)


def _count_fitting(lines: Sequence[SlipLine], room: int) -> int:
    """Return how many of the things to be mended, from the first on, find room in so many lines."""
    for count, line in enumerate(lines):
        room -= max(lines_needed(text, width) for text, width in zip(_row(0, line)[2:], _ROOM_OF, strict=True))
        if room < 0:
            return count
    return len(lines)


def _row(number: int, line: SlipLine) -> tuple[str, ...]:
    cut = (_shorten(line.place, _PLACE), _shorten(line.problem, _MESSAGE), _shorten(line.remedy, _REMEDY))
    return (str(number), line.told, *cut)


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
