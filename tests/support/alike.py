"""The parts of a workbook, comparable with those of another."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

STRINGS: Final = "xl/sharedStrings.xml"


def resolved_parts(path: Path) -> dict[str, str]:
    """Return the parts by name, with strings in place of their numbers in the table, whose order does not matter.

    The table is left out but for how many cells refer to it; so is the moment at which the file was made.
    """
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    table = parts.pop(STRINGS, "")
    strings = re.findall("<si>(.*?)</si>", table, re.DOTALL)
    resolved = {
        name: re.sub(r't="s"><v>(\d+)</v>', lambda found: f't="s"><v>{strings[int(found[1])]}</v>', text)
        for name, text in parts.items()
        if "worksheets/sheet" in name
    }
    moment = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "", parts["docProps/core.xml"])
    counted = re.search(r' count="(\d+)"', table)
    return parts | resolved | {"docProps/core.xml": moment, STRINGS: counted[1] if counted else "0"}


def differing_tags(one: Path, other: Path) -> dict[str, set[tuple[str, str]]]:
    """Return, by part, the tags with the text behind them that stand at the same place of both and differ.

    Raises ValueError where one has more tags than the other.
    """
    ours, theirs = resolved_parts(one), resolved_parts(other)
    found = {}
    for name in sorted(ours.keys() | theirs.keys()):
        mine, yours = (re.split("(?=<[^/])", parts.get(name, "")) for parts in (ours, theirs))
        if mine != yours:
            found[name] = {pair for pair in zip(mine, yours, strict=True) if pair[0] != pair[1]}
    return found
