"""What a unit is told when its return is sent back, as plain values: filled by the add-in, written by this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from templates.words import lookup, say

LISTED: Final = 15
"""So many things to be mended are listed; of the rest it is said how many they are."""


@dataclass(frozen=True)
class ReturnBand:
    """What the officer says over the list: which 退回 it is, until when, why, and whom to ask."""

    round: int
    day: date
    due: date | None = None
    reason: str = ""
    officer: str = ""
    phone: str = ""

    @property
    def heading(self) -> str:
        """Which 退回 it is, and by when the unit reports again."""
        return say("sent_back.heading" if self.due else "sent_back.heading_soon", round=self.round, due=self.shown_due)

    @property
    def shown_due(self) -> str:
        """The day by which the unit reports again; ``""`` where none is said."""
        return show_day(self.due) if self.due else ""

    @property
    def contact(self) -> str:
        """Whom to ask, as far as it is said."""
        officer = [say("sent_back.officer", officer=self.officer)] if self.officer else []
        phone = [say("sent_back.phone", phone=self.phone)] if self.phone else []
        return say("sent_back.gap").join([*officer, *phone, say("sent_back.day", day=show_day(self.day))])


@dataclass(frozen=True)
class SlipLine:
    """One thing that the unit has to do something about."""

    key: str
    """By which its answer is known when the workbook comes back."""
    kind: str
    """What is asked for: a word of ``[kinds]`` in words/sent_back.toml."""
    place: str
    """Where, as the list shows it: the address of a cell, or of what is larger."""
    subject: str
    """The indicator, or the ledger."""
    problem: str
    remedy: str
    cell: str = ""
    """The address of the cell to which the place jumps; ``""`` where there is none."""
    opinion: str = ""
    """What the officer says of it."""
    answer: str = ""
    """What the unit says to that, where it has."""

    @property
    def told(self) -> str:
        """The word for what is asked for."""
        return str(lookup("sent_back.kinds")[self.kind])


@dataclass(frozen=True)
class Slip:
    """All that one unit is told."""

    survey: str
    """The title of the survey."""
    year: int
    code: str
    name: str
    band: ReturnBand
    lines: tuple[SlipLine, ...]
    """The first of them, in the order in which they are to be mended."""
    rest: int = 0
    """How many more there are."""
    errors: int = 0
    unexplained: int = 0

    @property
    def counts(self) -> str:
        """How much there is to be mended and to be explained."""
        words = {"error": self.errors, "warning": self.unexplained}
        told = [say(f"sent_back.count.{kind}", count=count) for kind, count in words.items() if count]
        return say("sent_back.join").join(told) or say("sent_back.count.none")


def show_day(day: date) -> str:
    """Return a day as people write it."""
    return say("sent_back.a_day", year=day.year, month=day.month, day=day.day)
