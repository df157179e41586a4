"""Where a formula takes a truth for a number: compares it with one, or adds up an array of truths.

To Excel, TRUE and FALSE alike are above any number, and in an array they add up to nothing. LibreOffice takes them
for 1 and 0, so that no test in it shows the difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<array>\{[^}]*\})|(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?(?![\w:!]))"""
    r"""|(?P<name>(?:'(?:[^']|'')*'!)?[\w.$!]+)|(?P<sign><>|<=|>=|[-+*/^&=<>%(),:]))"""
)
_TRUTHS = {"AND", "OR", "NOT", "EXACT", "TRUE", "FALSE"}
COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
LEVELS: tuple[tuple[str, ...], ...] = (COMPARISONS, ("&",), ("+", "-"), ("*", "/"), ("^",), (":",))
"""Operators, those that bind loosest first."""

ADDING = ("SUM", "SUMPRODUCT")
"""They pass over the truths in an array."""

TRUTH, NUMBER, OTHER = "truth", "number", "other"


@cache
def truths_for_numbers(formula: str) -> list[str]:
    """Return the beginning of each comparison of a truth, and each sum of truths; the formula is without ``=``."""
    reading = _Reading(formula, [match for match in _TOKEN.finditer(formula) if match.lastgroup])
    reading.expression(0)
    assert reading.place == len(reading.tokens), f"not understood: {formula}"
    return reading.found


@dataclass
class _Reading:
    """Reads a formula from left to right; every part is a truth, a number, or something else."""

    formula: str
    tokens: list[re.Match[str]]
    place: int = 0
    found: list[str] = field(default_factory=list)

    @property
    def next(self) -> str:
        return self.tokens[self.place][0].strip() if self.place < len(self.tokens) else ""

    def take(self) -> re.Match[str]:
        self.place += 1
        return self.tokens[self.place - 1]

    def expression(self, level: int) -> str:
        """Read what binds as tightly as ``level`` or tighter."""
        if level == len(LEVELS):
            return self._signed()
        start, kind = self.place, self.expression(level + 1)
        while self.next in LEVELS[level]:
            operator = self.take()[0].strip()
            other = self.expression(level + 1)
            if operator in COMPARISONS:
                if (kind == TRUTH) != (other == TRUTH):
                    self.found.append(self.formula[self.tokens[start].start() :][:80])
                kind = TRUTH
            else:
                kind = OTHER if operator in ("&", ":") else NUMBER
        return kind

    def _signed(self) -> str:
        if self.next in ("-", "+"):
            sign = self.take()[0].strip()
            kind = self._signed()
            return kind if sign == "+" else NUMBER
        kind = self._operand()
        while self.next == "%":
            self.take()
            kind = NUMBER
        return kind

    def _operand(self) -> str:
        token = self.take()
        if token["number"]:
            return NUMBER
        if token[0].strip() == "(":
            kind = self.expression(0)
            self.take()
            return kind
        if token["name"] and self.next == "(":
            return self._call(token["name"].upper())
        return TRUTH if token[0].strip().upper() in ("TRUE", "FALSE") else OTHER

    def _call(self, name: str) -> str:
        """Read a function's arguments. A choice is a truth where all that it may yield is one."""
        arguments = []
        while self.next in ("(", ","):
            self.take()
            if self.next not in (",", ")"):
                arguments.append(self.expression(0))
        self.take()
        if name in ADDING and TRUTH in arguments:
            self.found.append(name)
        if name in ("IF", "IFERROR"):
            yielded = arguments[1:] if name == "IF" else arguments
            return TRUTH if TRUTH in yielded else OTHER
        return TRUTH if name in _TRUTHS or name.startswith("IS") else OTHER
