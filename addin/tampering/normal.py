"""Formulas and texts without what spreadsheet programs change on their own when they save a file."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from addin.package.sheet import StoredCell
from addin.reading.form_reader import normalize_formula

_NUMBER: Final = re.compile(r"(?<![\w.!:])(\d+\.\d*|\.\d+|\d+)(E[+-]?\d+)?(?![\w.!:(])")
_PREFIXES: Final = re.compile(r"_XL(?:FN|WS|UDF)\.")
_OUR_SHEETS: Final = re.compile(r"\[0\]")
_ARRAYS: Final = re.compile(r"\{[^{}]*\}")
_QUOTED: Final = re.compile(r'"(\d+|TRUE|FALSE)"', re.IGNORECASE)
_ALONE: Final = re.compile(r"\b([A-Z]{1,3}\d+):\1(?!\d)")
_ROWS: Final = re.compile(r"\d+")


@lru_cache(maxsize=65536)
def unify_formula(text: str) -> str:
    """Return a formula such that two that mean the same are equal."""
    bare = _PREFIXES.sub("", normalize_formula(_OUR_SHEETS.sub("", text)))
    bare = bare.replace("TRUE()", "TRUE").replace("FALSE()", "FALSE").replace("@", "")
    return _NUMBER.sub(_number, _ARRAYS.sub(_unquote, _ALONE.sub(r"\1", bare)))


def _unquote(found: re.Match[str]) -> str:
    """Gnumeric writes the texts of an array that look like numbers or truths as such."""
    return _QUOTED.sub(lambda text: text[1].upper(), found[0])


def _number(found: re.Match[str]) -> str:
    """Whole numbers stay: most of them are rows, and longer ones codes. LibreOffice writes ``1E+15`` out."""
    if found[0].isdigit():
        return found[0]
    value = float(found[0])
    return str(int(value)) if value.is_integer() else f"{value:.12g}"


def unify_text(value: str) -> str:
    """Return a text without blanks, line breaks and the marks that XML puts in their place."""
    return "".join(value.replace("_x000D_", "").split())


def unify_content(content: StoredCell) -> StoredCell:
    """Return what stands in a cell such that contents that mean the same are equal."""
    kind, value = content[0], content[1:]
    if kind == "f":
        return f"f{unify_formula(value)}"
    if kind in "nd":
        return f"s{float(value):.12g}"
    if kind == "b":
        return content  # TRUE is no 1: formulas and people tell them apart
    return f"s{unify_text(value)}"


def strip_figures(value: str) -> str:
    """Return a formula without any figures, for comparing formulas that stand in other rows."""
    return _ROWS.sub("", unify_formula(value))
