"""The parts of a workbook that somebody has saved: found through its relationships, replaced with all others kept.

Whatever program saved it last has named and numbered parts and styles in its own way, and perhaps put a prefix before
every element. So nothing here goes by a name of ours but by those of sheets.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

_VIEW: Final = re.compile(rb'<(?:\w+:)?workbookView\b(?:[^>"]|"[^"]*")*>')
_NAME: Final = re.compile(rb"<(?:\w+:)?workbookView")
_ACTIVE: Final = re.compile(rb'\sactiveTab="\d*"')
_SELECTED: Final = re.compile(rb'\stabSelected="(?:1|true)"')
_WORKBOOK: Final = "officeDocument"


@dataclass(frozen=True)
class SavedBook:
    """The parts of the workbook at ``path``, as they were saved."""

    path: Path

    @cached_property
    def parts(self) -> dict[str, bytes]:
        """All parts by name."""
        with zipfile.ZipFile(self.path) as package:
            return {entry.filename: package.read(entry) for entry in package.infolist()}

    @cached_property
    def main(self) -> str:
        """The part that says which sheets there are."""
        return next(part for kind, part in self._related("").values() if kind == _WORKBOOK)

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The parts of the sheets by the sheets' names, in their order."""
        related, found = self._related(self.main), dict[str, str]()
        for node in ElementTree.fromstring(self.parts[self.main]).iter():
            if cut_namespace(node.tag) == "sheet":
                id = next((text for key, text in node.items() if cut_namespace(key) == "id"), "")
                found[node.get("name", "")] = related[id][1]
        return found

    @cached_property
    def selected(self) -> list[str]:
        """The names of the sheets that are selected: one, or several as a group."""
        return [sheet for sheet, part in self.sheets.items() if _SELECTED.search(self.parts[part])]

    def deselect(self, sheet: str) -> bytes:
        """Return the part of a sheet, selected no more."""
        return _SELECTED.sub(b"", self.parts[self.sheets[sheet]])

    def open_at(self, sheet: str) -> bytes:
        """Return the main part so that the workbook opens at the sheet."""
        place = list(self.sheets).index(sheet)

        def turn(view: re.Match[bytes]) -> bytes:
            return _NAME.sub(rb'\g<0> activeTab="%d"' % place, _ACTIVE.sub(b"", view[0]))

        return _VIEW.sub(turn, self.parts[self.main], count=1)

    def _related(self, source: str) -> dict[str, tuple[str, str]]:
        """Return what a part (``""`` is the package) is related to: kind and part by id."""
        folder, name = posixpath.split(source)
        names = {part.lower(): part for part in self.parts}
        found = {}
        for node in ElementTree.fromstring(self.parts[names[f"{folder}/_rels/{name}.rels".lstrip("/").lower()]]):
            target = posixpath.normpath(posixpath.join("/", folder, node.get("Target", ""))).lstrip("/")
            kind = node.get("Type", "").rpartition("/")[2]
            found[node.get("Id", "")] = (kind, names.get(target.lower(), target))
        return found


def replace_parts(source: Path, target: Path, parts: Mapping[str, bytes]) -> None:
    """Write the workbook at ``source`` to ``target`` with these parts in place of its own, and every other as it is."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            content = parts.get(entry.filename)
            new.writestr(entry, old.read(entry) if content is None else content, zipfile.ZIP_DEFLATED)


def cut_namespace(name: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]
