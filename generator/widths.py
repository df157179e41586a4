"""How much room texts take in cells: in widths of a digit, of which a Chinese character takes two, and in lines."""

from __future__ import annotations

from math import ceil
from unicodedata import east_asian_width


class _CharacterWidths(dict[str, int]):
    """How wide each character is that was asked for before."""

    def __missing__(self, char: str) -> int:
        self[char] = width = 2 if east_asian_width(char) in "WFA" else 1
        return width


_WIDTHS = _CharacterWidths()


def shown_width(text: str) -> int:
    """Return the width of ``text`` in the widths of a digit: a Chinese character takes two."""
    return len(text) if text.isascii() else sum(map(_WIDTHS.__getitem__, text))


def lines_needed(text: str, width: float) -> int:
    """Return how many lines ``text`` takes in a column of ``width``, with a little air."""
    room = max(1.0, width - 1)
    if "\n" in text:
        return sum(lines_needed(line, width) for line in text.split("\n"))
    return 1 if 2 * len(text) <= room else max(1, ceil(shown_width(text) / room))


def count_lines(text: str, width: float) -> int:
    """Return how many lines ``text`` takes in a column of ``width``; none without a text."""
    return lines_needed(text, width) if text else 0
