"""Formulas between Excel's way of writing and LibreOffice's: ``SUM('a b'!A1,2)`` is ``SUM($'a b'.A1;2)`` there.

Function names are English in both; only separators differ. Texts in quotes are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_PIECE: Final = re.compile(r"""("(?:[^"]|"")*")|(\$?'(?:[^']|'')*'[.!])|([{}])|((?:[^"'${}]|\$(?!'))+|.)""", re.DOTALL)
_TEXT, _SHEET, _BRACE = 1, 2, 3
_CELL: Final = r"(?=\$?[A-Z]{1,3}\$?[0-9])"
_CALC_SHEET: Final = re.compile(rf"(?<![\w.$])\$?([^\W\d]\w*)\.{_CELL}")
_EXCEL_SHEET: Final = re.compile(rf"(?<![\w.$])([^\W\d]\w*)!{_CELL}")
_CONSTANT: Final = re.compile(r"\b(TRUE|FALSE)\(\)")
_BOOLEANS: Final = {"=TRUE()": "TRUE", "=FALSE()": "FALSE"}
_TO_EXCEL: Final = (str.maketrans(";", ","), str.maketrans(";|", ",;"))
_TO_CALC: Final = (str.maketrans(",", ";"), str.maketrans(",;", ";|"))
"""Separators outside of arrays, and within them."""


@lru_cache(maxsize=1 << 15)  # the same workbook is read again and again
def convert_to_excel(formula: str) -> str:
    """Return LibreOffice's ``formula`` as Excel writes it. Anything that is no formula comes back as it is."""
    if formula.startswith("{="):  # a formula over arrays; Excel shows the braces, but they are no part of it
        formula = formula[1:-1]
    if not formula.startswith("="):
        return formula
    if formula in _BOOLEANS:  # a boolean that was typed or came with a file is a formula there
        return _BOOLEANS[formula]
    pieces = _pieces(formula)
    return "".join(_to_excel(kind, piece, in_array) for kind, piece, in_array in pieces)


def convert_to_calc(formula: str) -> str:
    """Return Excel's ``formula`` as LibreOffice writes it."""
    return "".join(_to_calc(kind, piece, in_array) for kind, piece, in_array in _pieces(formula))


def _to_excel(kind: int, piece: str, in_array: bool) -> str:
    if kind == _TEXT:
        return piece
    if kind == _SHEET:
        return piece.lstrip("$")[:-1] + "!"
    return _CONSTANT.sub(r"\1", _CALC_SHEET.sub(r"\1!", piece.translate(_TO_EXCEL[in_array])))


def _to_calc(kind: int, piece: str, in_array: bool) -> str:
    if kind == _TEXT:
        return piece
    if kind == _SHEET:
        return "$" + piece.lstrip("$")[:-1] + "."
    return _EXCEL_SHEET.sub(r"$\1.", piece.translate(_TO_CALC[in_array]))


def _pieces(formula: str) -> Iterator[tuple[int, str, bool]]:
    """Yield kind and text of each piece, and whether it stands in an array: texts, quoted sheets, all the rest."""
    in_array = False
    for found in _PIECE.finditer(formula):
        kind = found.lastindex or 0
        if kind == _BRACE:
            in_array = found.group() == "{"
        yield kind, found.group(), in_array
