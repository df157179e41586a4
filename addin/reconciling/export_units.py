"""Whose a row, a column or a whole sheet of an export is: a unit by its code, else by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from addin.reconciling.accepted import AcceptedReturns
from templates.spelling import make_name_key, narrow_code
from templates.words import lookup

SHORTEST: Final = 3
"""A name of fewer characters is not looked for within a text."""


@dataclass(frozen=True)
class ExportUnit:
    """What an export says of whose something is."""

    code: str = ""
    """The unit's code as the store has it; ``""`` where it is none of ours, or several are called so."""
    shown: str = ""
    """How the export calls it."""
    renamed: bool = False
    """Whether the code is the unit's, and the name beside it is not."""
    several: bool = False
    """Whether several of our units are called so."""
    total: bool = False
    """Whether it is a line of totals."""


def find_unit(code: str, name: str, accepted: AcceptedReturns) -> ExportUnit:
    """Return the unit that a code, or where that is none of ours a name, stands for."""
    shown = " ".join(part for part in (code, name) if part)
    if own := accepted.code_of.get(narrow_code(code)):
        named = accepted.codes_named.get(make_name_key(name), [])
        return ExportUnit(own, shown, renamed=bool(name) and own not in named)
    for text in (name, code):
        if named := accepted.codes_named.get(make_name_key(text), []) if text else []:
            return ExportUnit(named[0] if len(named) == 1 else "", shown, several=len(named) > 1)
    totals = {make_name_key(word) for word in lookup("reconcile.totals")}
    return ExportUnit("", shown, total=bool({make_name_key(code), make_name_key(name)} & totals))


def find_mentioned(text: str, accepted: AcceptedReturns) -> ExportUnit | None:
    """Return the unit that a title, the name of a sheet or of a file speaks of; None where it speaks of none.

    Of several names that stand in the text the longest is meant.
    """
    found = find_unit(text, text, accepted)
    if found.code or found.several:
        return ExportUnit(found.code, text, several=found.several)
    key = make_name_key(text)
    within = [name for name in accepted.codes_named if len(name) >= SHORTEST and name in key]
    if not within:
        return None
    longest = max(within, key=len)
    codes = accepted.codes_named[longest]
    return ExportUnit(codes[0] if len(codes) == 1 else "", text, several=len(codes) > 1)
