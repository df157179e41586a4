"""Which cells and columns of one definition of a survey are which of another: as declared, else by name and code.

A definition that says how older returns are read (migrations.toml) is believed. Where none is declared, rows are
aligned by their names, as somebody who lays two printed forms side by side would; what moved to another code that way
is guessed, and kept apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from templates.expression import (
    Aggregate,
    Arithmetic,
    Call,
    CellRef,
    ColumnRef,
    Compare,
    Logic,
    Node,
)
from templates.migration import Migration, Place, find_present
from templates.model import Column, Form, Indicator, Ledger, Survey
from templates.older import find_migration

GONE = "?"
"""Stands before the code of a cell that the other definition does not have: nothing is equal to it."""


@dataclass(frozen=True)
class Correspondence:
    """Old parts and places by new ones."""

    forms: Mapping[str, str]
    """Old 表号 to the new one."""
    ledgers: Mapping[str, str]
    """Old shorts to new ones."""
    cells: Mapping[Place, Place]
    """Old rows of forms to new ones."""
    columns: Mapping[Place, Place]
    """Old columns of ledgers to new ones."""
    guessed: frozenset[Place]
    """New places that were found under another code or name, though nobody declares that."""
    declared: bool
    """Whether the new definition says how returns of the old one are read."""


def match_surveys(old: Survey, new: Survey) -> Correspondence:
    """Return what of ``old`` is what of ``new``."""
    how = find_migration(new, old.version, old.hash)
    forms = _match_parts({id: form.title for id, form in old.form.items()}, {i: f.title for i, f in new.form.items()})
    names = {short: ledger.id for short, ledger in old.ledger.items()}
    ledgers = _match_parts(names, {short: ledger.id for short, ledger in new.ledger.items()})
    cells = dict(_match_all(forms, _list_rows(old.form), _list_rows(new.form), how))
    columns = dict(_match_all(ledgers, _list_columns(old.ledger), _list_columns(new.ledger), how))
    moved = (now for was, now in (cells | columns).items() if was != now and (how is None or was[0] != now[0]))
    return Correspondence(forms, ledgers, cells, columns, frozenset(moved), how is not None)


def translate_tree(node: Any, match: Correspondence) -> Any:
    """Return a tree of the old definition with the places of the new one; what is gone is equal to nothing."""
    match node:
        case CellRef(form, code, view):
            place = match.cells.get((form, code), (form, GONE + code))
            return CellRef(*place, view)
        case ColumnRef(ledger, name):
            return ColumnRef(*match.columns.get((ledger, name), (ledger, GONE + name)))
        case Aggregate():
            return _translate_aggregate(node, match)
        case Arithmetic() | Compare():
            return replace(node, left=translate_tree(node.left, match), right=translate_tree(node.right, match))
        case Logic(operator, terms):
            return Logic(operator, tuple(translate_tree(term, match) for term in terms))
        case Call(function, arguments):
            return Call(function, tuple(translate_tree(term, match) for term in arguments))
    return node


def _translate_aggregate(node: Aggregate, match: Correspondence) -> Node:
    ledger = match.ledgers.get(node.ledger, GONE + node.ledger)
    column = node.column and match.columns.get((node.ledger, node.column), ("", GONE + node.column))[1]
    return Aggregate(node.function, ledger, column, tuple(translate_tree(term, match) for term in node.conditions))


def _match_parts(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return parts of one id, then those that are called the same: a form by its title, a ledger by its number."""
    same = {id: id for id in old if id in new}
    left = {title: id for id, title in new.items() if id not in same}
    renumbered = {id: left[title] for id, title in old.items() if id not in same and title in left}
    return same | renumbered


def _list_rows(forms: Mapping[str, Form]) -> dict[str, list[Indicator]]:
    return {id: list(form.indicators.values()) for id, form in forms.items()}


def _list_columns(ledgers: Mapping[str, Ledger]) -> dict[str, list[Column]]:
    return {short: list(ledger.columns) for short, ledger in ledgers.items()}


def _match_all(
    parts: Mapping[str, str],
    old: Mapping[str, Sequence[Indicator | Column]],
    new: Mapping[str, Sequence[Indicator | Column]],
    how: Migration | None,
) -> Iterator[tuple[Place, Place]]:
    for was, now in parts.items():
        before, after = ({_name_place(row): row.name for row in rows} for rows in (old[was], new[now]))
        known = _follow(was, before, how) if how else _align(before, after)
        yield from (((was, one), (now, other)) for one, other in known.items() if other in after)


def _name_place(row: Indicator | Column) -> str:
    return row.code if isinstance(row, Indicator) else row.name


def _follow(part: str, before: Mapping[str, str], how: Migration) -> dict[str, str]:
    """Return the codes of today as the migration declares them; what it is silent about is called as it was."""
    taken = {*how.rename.values(), *how.add}
    found = {code: find_present((part, code), how) for code in before}
    return {
        code: place[1] for code, place in found.items() if place and ((part, code) in how.rename or place not in taken)
    }


def _align(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return old codes by new ones: rows of one name in their order, then moved ones, then what kept its code."""
    old, new = list(before), list(after)
    blocks = SequenceMatcher(None, list(before.values()), list(after.values()), autojunk=False).get_matching_blocks()
    found = {old[block.a + at]: new[block.b + at] for block in blocks for at in range(block.size)}
    found |= _match_moved(before, after, found)
    taken = set(found.values())
    return found | {code: code for code in before if code not in found and code in after and code not in taken}


def _match_moved(before: Mapping[str, str], after: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """Return rows that stand elsewhere now, known by a name that no other row has."""
    taken = set(found.values())
    left = [(name, code) for code, name in after.items() if code not in taken]
    names = [name for code, name in before.items() if code not in found]
    once = {name: code for name, code in left if names.count(name) == 1 and [n for n, _ in left].count(name) == 1}
    return {code: once[name] for code, name in before.items() if code not in found and name in once}
