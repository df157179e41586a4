"""Inserted and deleted rows and columns: fixed texts that stand once on the sheet, and stand elsewhere now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from addin.package.addresses import Place, parse_place
from addin.package.sheet import StoredCell
from addin.tampering.normal import unify_text


@dataclass(frozen=True)
class Shift:
    """Where lines begin to lie elsewhere: ``first`` is a row or column as it should be, ``by`` how far it moved."""

    rows: bool
    first: int
    by: int


def find_shifts(expected: Mapping[str, StoredCell], found: Mapping[str, StoredCell]) -> list[Shift]:
    """Return the first displaced row and the first displaced column of a sheet, if any."""
    if not any(content[0] == "s" for _, content in expected.items() - found.items()):
        return []
    moved = list(_moved(_once(expected), _once(found)))
    rows = sorted((old[0], new[0] - old[0]) for old, new in moved if new[0] != old[0])
    columns = sorted((old[1], new[1] - old[1]) for old, new in moved if new[1] != old[1])
    return [Shift(is_row, *lines[0]) for is_row, lines in ((True, rows), (False, columns)) if lines]


def _moved(old: Mapping[str, Place], new: Mapping[str, Place]) -> Iterator[tuple[Place, Place]]:
    for words, where in old.items():
        now = new.get(words)
        if now and now != where:
            yield where, now


def _once(cells: Mapping[str, StoredCell]) -> dict[str, Place]:
    """Return the texts that stand in one cell only, with the cell."""
    found: dict[str, Place | None] = {}
    for cell, content in cells.items():
        if content[0] == "s":
            words = unify_text(content[1:])
            found[words] = None if words in found else parse_place(cell)
    return {words: where for words, where in found.items() if where}
