"""What the XML parts of a workbook hold: every formula wherever it stands, and every feature that is used."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FORMULAS = {
    "f": "cell",
    "definedName": "name",
    "formula": "colour",
    "formula1": "validation",
    "formula2": "validation",
}
_TEXTS = re.compile(r'"(?:[^"]|"")*"')
_SHEET_NAMES = re.compile(r"'(?:[^']|'')*'")
_TOKENS = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)?\(|\)")

PLAIN = set(
    re.findall(
        r"\w+",
        "worksheet dimension sheetViews sheetView selection sheetFormatPr cols col sheetData row c v f is t "
        "printOptions sheetPr pageSetUpPr workbook fileVersion workbookPr bookViews workbookView sheets sheet "
        "definedNames definedName calcPr conditionalFormatting formula formula1 formula2 "
        "dataValidations mergeCells hyperlinks",
    )
)
"""Elements that every workbook has, or that only hold others."""


@dataclass(frozen=True)
class Formula:
    """A formula: in which part, what for (``cell``, ``name``, ``colour``, ``validation``), and its text."""

    part: str
    use: str
    text: str
    validates: str = ""
    """For a validation its type, such as ``list``."""

    @property
    def bare(self) -> str:
        """The text without what stands in quotation marks: neither text constants nor sheet names."""
        return _SHEET_NAMES.sub("''", _TEXTS.sub('""', self.text))

    @property
    def constants(self) -> list[str]:
        """The text constants."""
        return [found[1:-1].replace('""', '"') for found in _TEXTS.findall(self.text)]

    def calls(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield every function that is called, with those around it, outermost first."""
        around: list[str] = []
        for token in _TOKENS.finditer(self.bare):
            if token[0] == ")":
                around.pop()
                continue
            name = token[1] or ""
            if name:
                yield name, tuple(filter(None, around))
            around.append(name)


class Parts:
    """The parts of one workbook."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            names = [name for name in package.namelist() if re.match(r"xl/(workbook|worksheets/[^/]*)\.xml$", name)]
            self.trees = {name: ET.fromstring(package.read(name)) for name in names}
            self.styles = ET.fromstring(package.read("xl/styles.xml"))
        self.file = path.name

    def formulas(self) -> Iterator[Formula]:
        """Yield every formula."""
        for part, tree in self.trees.items():
            for parent in tree.iter():
                for element in parent:
                    if (tag := plain(element.tag)) in _FORMULAS and element.text:
                        validates = parent.get("type", "") if plain(parent.tag) == "dataValidation" else ""
                        yield Formula(f"{self.file} {part}", _FORMULAS[tag], element.text, validates)

    def features(self) -> set[str]:
        """Return the elements in use; validations and colours with their type."""
        found = set()
        for element in self.elements():
            tag, kind = plain(element.tag), element.get("type")
            if tag in ("dataValidation", "cfRule"):
                found.add(f"{tag} {kind or 'none'}")
            elif tag not in PLAIN:
                found.add(tag)
            elif tag == "f" and element.get("t"):
                found.add(f"f {element.get('t')}")
        return found

    def elements(self, tag: str = "") -> Iterator[ET.Element]:
        """Yield all elements, or those with this tag."""
        for tree in self.trees.values():
            yield from (element for element in tree.iter() if not tag or plain(element.tag) == tag)

    def sheets(self) -> Iterator[tuple[str, ET.Element]]:
        """Yield the sheet parts."""
        return ((name, tree) for name, tree in self.trees.items() if "worksheets" in name)


def plain(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]
