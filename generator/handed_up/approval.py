"""数据报送审批单: the one page that an official reads and signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generator.files import write_beside
from generator.handbook.paper import Line, Paper, Row
from generator.handbook.styles import CELL, NOTE, NUMBER, STRONG, SUBTITLE
from generator.handed_up.seal import NO_SEAL
from generator.widths import lines_needed
from templates.words import lookup, say

KEY_NUMBERS: Final = 18
"""So many key numbers find room."""

ROOM: Final = 27
"""So many lines key numbers, large changes and units that are left out may take together on the one page."""

_WIDE: Final = 100
"""A line over the whole page, in widths of a digit."""

_NAME: Final = 22
"""The name of a key number in its column."""

_TEXT: Final = 100
_UNITS: Final = 260


@dataclass(frozen=True)
class KeyNumber:
    """A line of the table: what all units together report, and what those that reported both years did."""

    place: str
    """The form and the code."""
    name: str
    measure: str
    total: str
    units: str
    this: str = ""
    prior: str = ""
    rate: str = ""

    @property
    def shown(self) -> Row:
        """The line as the table has it, numbers at the right."""
        told = (self.total, self.units, self.this, self.prior, self.rate)
        return [self.place, self.name, self.measure, *([Line(text, NUMBER)] for text in told)]


@dataclass(frozen=True)
class LargeChange:
    """A key number that changed much, and why: the units that moved it most, with what they say of it."""

    name: str
    rate: str
    why: str


@dataclass(frozen=True)
class ApprovalSheet:
    """All that the page says."""

    survey: str
    year: int
    number: int
    producer: str
    by: str
    day: str
    counts: Mapping[str, int]
    """How many units: ``listed``, ``counted``, ``parts``, ``left_out``, ``accepted``, ``passed``."""
    left_out: str
    """The units that are not in it, in words; ``""`` where all are."""
    numbers: tuple[KeyNumber, ...]
    changes: tuple[LargeChange, ...]
    share: int
    """From how many per cent on a change is large."""
    doubles: Mapping[str, int]
    """``count`` and ``settled`` of things in two ledgers, ``outliers`` of numbers far from others."""
    checks: str
    """What is known of spot checks."""


def write_approval(path: Path, sheet: ApprovalSheet) -> None:
    """Write the page (.docx), the place of its 校验码 still without it. Raises OSError."""
    told = {"survey": sheet.survey, "year": sheet.year, "number": sheet.number, "producer": sheet.producer}
    told |= {"by": sheet.by, "day": sheet.day}
    words = lookup("package.approval")
    paper = Paper(words["head"])
    for key in ("title", "about"):
        paper.text(words[key].format(**told), SUBTITLE)
    paper.text(words["unit"].format(**told), CELL)
    for line in _tell_units(sheet):
        paper.text(line, CELL)
    _write_numbers(paper, sheet)
    for line in _tell_changes(sheet):
        paper.text(line, CELL)
    lists = lookup("package.files")["lists"]
    paper.text(words["doubles"].format(lists=lists, **sheet.doubles), CELL)
    paper.text(words["checks"].format(text=sheet.checks), CELL)
    paper.text(words["seal"].format(seal=NO_SEAL))
    paper.text(words["seal_note"], NOTE)
    paper.text(words["opinion"])
    blank = [Line(""), Line(""), Line(""), Line(words["sign_day"])]
    paper.table(words["sign"], words["sign_widths"], [[blank] * len(words["sign"])])
    for key in ("apart", "secret"):
        paper.text(words[key], CELL)
    with write_beside(path) as beside:
        paper.save(beside)


def _tell_units(sheet: ApprovalSheet) -> Iterator[str]:
    parts = sheet.counts["parts"]
    told = {**sheet.counts, "parts": say("package.approval.parts", count=parts) if parts else ""}
    yield say("package.approval.counted", **told)
    if sheet.left_out:
        yield say("package.approval.left_out", units=shorten(sheet.left_out, _UNITS))


def _write_numbers(paper: Paper, sheet: ApprovalSheet) -> None:
    words = lookup("package.approval")
    if not sheet.numbers:
        paper.text(words["no_numbers"], CELL)
        return
    paper.text(words["numbers"], STRONG)
    paper.table(words["columns"], words["widths"], [line.shown for line in sheet.numbers[:KEY_NUMBERS]])


def _tell_changes(sheet: ApprovalSheet) -> Iterator[str]:
    """Yield the large changes as far as there is room; of the rest, how many they are."""
    if not sheet.changes:
        yield say("package.approval.no_changes", share=sheet.share)
        return
    yield say("package.approval.changes", share=sheet.share)
    taken = sum(lines_needed(line.name, _NAME) for line in sheet.numbers[:KEY_NUMBERS])
    room = ROOM - taken - lines_needed(shorten(sheet.left_out, _UNITS), _WIDE)
    for number, change in enumerate(sheet.changes):
        told = say("package.approval.change", name=change.name, rate=change.rate, why=shorten(change.why, _TEXT))
        room -= lines_needed(told, _WIDE)
        if room < 0:
            yield say("package.approval.more_changes", count=len(sheet.changes) - number)
            return
        yield told


def shorten(text: str, most: int) -> str:
    """Return as much of a text as finds room, in one line; a mark where something is left out."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"
