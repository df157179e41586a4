"""How many lines a text takes in a column, before anything draws it."""

from __future__ import annotations

from math import ceil
from unicodedata import east_asian_width

PADDING, INDENT = 7, 9
"""Pixels of a column that no text takes, and those of an indent."""

NARROW = 0.56
"""How wide a letter or a digit is, in heights of the type."""

LINE, AIR = 16, 6
"""Pixels of a line, and those above and below all lines of a row."""


def measure(text: str, points: float) -> float:
    """Return about how many pixels wide a text is."""
    height = points * 4 / 3
    return sum(height if east_asian_width(char) in "WFA" else height * NARROW for char in text)


def count_lines(text: str, pixels: int, points: float, indent: int = 0) -> int:
    """Return how many lines a text takes in a column of so many pixels; at least one."""
    room = pixels - PADDING - INDENT * indent
    return max(1, ceil(measure(text, points) / room))


def fit_row(lines: int) -> int:
    """Return the height in pixels of a row of so many lines."""
    return LINE * lines + AIR
