"""Cells, rows and strings as the parts of a workbook spell them: what XlsxWriter writes, letter for letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from xlsxwriter.utility import _preserve_whitespace as has_outer_blanks

from generator.strict import escape, make_storable
from templates.content import Value
from templates.layout import name_column

_EPOCH: Final = date(1899, 12, 30)
_MARKUP: Final = re.compile('[&<>"]')

Cells = Mapping[int, tuple[str, Value]]
"""The cells of a row by column: the number of the style, ``""`` for none, and the value."""


def escape_markup(text: str) -> str:
    """Return ``text`` as it stands between two tags."""
    if _MARKUP.search(text) is None:
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def restore_markup(text: str) -> str:
    """Return the text that stands between two tags as ``text``."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def spell_string(text: str) -> str:
    """Return an entry of the string table."""
    told = escape_markup(escape(make_storable(text)))
    return f'<si><t xml:space="preserve">{told}</t></si>' if has_outer_blanks(told) else f"<si><t>{told}</t></si>"


def spell_cell(address: str, style: str, value: Value | None, number_of: Callable[[str], int]) -> str:
    """Return a cell that holds a constant; ``number_of`` gives the place of a text in the string table."""
    start = f'<c r="{address}" s="{style}"' if style else f'<c r="{address}"'
    if value is None or value == "":
        return f"{start}/>"
    if isinstance(value, str):
        return f'{start} t="s"><v>{number_of(value)}</v></c>'
    number = (value - _EPOCH).days if isinstance(value, date) else value
    return f"{start}><v>{number:.16G}</v></c>"


def spell_rows(rows: Mapping[int, Cells], number_of: Callable[[str], int]) -> str:
    """Return rows of constants, without the spans that programs may leave out."""
    return "".join(
        f'<row r="{row}">'
        + "".join(spell_cell(f"{name_column(c)}{row}", *cell, number_of) for c, cell in sorted(cells.items()))
        + "</row>"
        for row, cells in sorted(rows.items())
        if cells
    )
