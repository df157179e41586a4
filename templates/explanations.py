"""When a text explains a warning: long enough and no stock phrase; 「同上」 stands for the explanation above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from templates.words import say

IGNORED = " \u3000\u00a0。，！？、.,!?"
"""Characters that an explanation is stripped of before it is measured and compared with the stock phrases."""


class Worth(IntEnum):
    """What a 说明 is worth; the numbers stand in a hidden column of every form."""

    ACCEPTED = 1
    BLANK = 0
    STOCK = -1
    SHORT = -2
    ALONE = -3
    """It points at the explanation above, and there is none that is accepted."""


@dataclass(frozen=True)
class Explanations:
    """What a survey takes for an explanation."""

    stock_phrases: tuple[str, ...]
    min_length: int
    ditto: tuple[str, ...] = ()
    """Phrases that point at the nearest explanation above on the same sheet, so that one serves a block."""

    def worth(self, text: str) -> Worth:
        """Judge a text that stands alone."""
        bare = stripped(text)
        if not bare:
            return Worth.BLANK
        if bare in self.refused:
            return Worth.STOCK
        return Worth.ACCEPTED if len(bare) >= self.min_length else Worth.SHORT

    def down(self, texts: Iterable[str]) -> Iterator[tuple[Worth, str]]:
        """Judge the texts of a sheet's rows from top to bottom, each with the explanation that it stands for."""
        above = ""
        for text in texts:
            worth = self.worth(text)
            if worth is not Worth.BLANK:
                if stripped(text) in self.pointing:
                    worth = Worth.ACCEPTED if above else Worth.ALONE
                else:
                    above = text.strip() if worth is Worth.ACCEPTED else ""
            yield worth, above if worth is Worth.ACCEPTED else ""

    def why(self, worth: Worth) -> str:
        """Return what follows a warning's message when a text of this worth stands beside it; mostly nothing."""
        if worth in (Worth.ACCEPTED, Worth.BLANK):
            return ""
        return say(f"explanations.{worth.name.lower()}", length=self.min_length)

    @cached_property
    def pointing(self) -> tuple[str, ...]:
        """The phrases that point above, as they are compared."""
        return tuple(stripped(phrase) for phrase in self.ditto)

    @cached_property
    def refused(self) -> tuple[str, ...]:
        """What explains nothing when it stands alone, as it is compared."""
        return tuple(stripped(phrase) for phrase in self.stock_phrases) + self.pointing


def stripped(text: str) -> str:
    """Return ``text`` without blanks and punctuation."""
    return "".join(character for character in text if character not in IGNORED)
