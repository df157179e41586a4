"""A received workbook with the officer's words in it: at most three of its parts are others, all else is as it came."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from generator.files import write_beside
from generator.ooxml.parts import SavedBook, replace_parts
from generator.ooxml.sheet_part import SavedSheet, spell_numbers
from generator.sent_back.results import write_sent_back_results
from generator.sent_back.slip import Slip
from templates.words import lookup

MOST: Final = 3
"""So many parts of a received workbook are replaced."""

Marks = Sequence[Sequence[int | None]]
"""Severity digits: a column a sheet, a row a sheet row."""


class NoResults(Exception):
    """The workbook has no sheet to write on; it has to be made anew first."""


def write_sent_back(received: Path, target: Path, slip: Slip, marks: Marks = ()) -> None:
    """Write the workbook at ``received`` with ``slip`` in it to ``target``.

    It opens at 校验结果. ``marks`` are those that the workbook does not show by itself; where there are some, and
    another sheet was open when it was saved, it opens there: to turn from one sheet to another takes two parts. Raises
    NoResults, and OSError when ``target`` cannot be written.
    """
    parts = make_parts(SavedBook(received), slip, marks)
    with write_beside(target) as beside:
        replace_parts(received, beside, parts)


def make_parts(book: SavedBook, slip: Slip, marks: Marks = ()) -> dict[str, bytes]:
    """Return the parts that take the place of the workbook's own, by name. Raises NoResults."""
    names = lookup("workbook.sheets")
    results = book.sheets.get(names["results"])
    if results is None:
        raise NoResults
    parts = {results: write_sent_back_results(book.parts[results], slip)}
    if any(any(line) for line in marks) and names["marks"] in book.sheets:
        part = book.sheets[names["marks"]]
        parts[part] = spell_numbers(SavedSheet(book.parts[part]), marks)
    turning = _turn(book, names["results"])
    if len(parts) + len(turning) <= MOST:
        return parts | turning
    return parts | {results: parts[results].replace(b' tabSelected="1"', b"", 1)}


def _turn(book: SavedBook, sheet: str) -> dict[str, bytes]:
    """Return what has to be replaced, beside the sheet itself, so that the workbook opens there and nowhere else.

    Of two sheets that are selected Excel makes a group: what is typed into one goes into both.
    """
    others = [name for name in book.selected if name != sheet]
    turned = {book.sheets[name]: book.deselect(name) for name in others}
    return turned | ({book.main: book.open_at(sheet)} if others or sheet not in book.selected else {})
