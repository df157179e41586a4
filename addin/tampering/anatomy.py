"""The build of a workbook: sheets, locks, names, and what stands in each cell, read from the XML with few allocations.

A return has tens of thousands of cells, and every return is looked at: cells are found by one regular expression, and
formulas and texts stay as they were written until a difference asks for more.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Final

from addin.reading.grid import parse_place, read_rich_text, shift_formula, yield_xml_cells
from addin.reading.related import Parts, read_relation, strip_namespace
from templates.layout import name_column

StoredCell = str
"""What stands in a cell: one letter, then the formula (``f``), the text (``s``) or a value of another type.

One string for each cell and no pair: tens of thousands of pairs keep the garbage collector busy.
"""

_CELL: Final = re.compile(
    r'<c r="([A-Z]{1,3}[0-9]+)"([^>]*)>(?:<f\b([^>]*?)(?:/>|>([^<]*)</f>))?\s*(?:<v(?:\s[^>]*)?>([^<]*)</v>)?'
)
"""Address, attributes, the formula's attributes, formula, value."""
_STYLED: Final = re.compile(r'<c r="([A-Z]{1,3}[0-9]+)"[^>]*?\bs="(\d+)"')
_TYPE: Final = re.compile(r'\bt="(\w+)"')
_SHARED: Final = re.compile(r'\bt="shared".*?\bsi="(\d+)"|\bsi="(\d+)".*?\bt="shared"')
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>\s*")
_ENCODING: Final = re.compile(rb"""\s*<\?xml[^>]*encoding=["']([\w-]+)["']""")
_INLINE_END: Final = "</is>"
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_HIDDEN: Final = re.compile(r'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_ROW: Final = re.compile(r"<row\b([^>]*)>")
_ATTRIBUTE: Final = re.compile(r'([\w:]+)="([^"]*)"')


@dataclass(frozen=True)
class Guard:
    """A validation or a conditional format: its kind, its formula, and the areas that it lies over."""

    kind: str
    formula: str
    """The first; ``""`` where there is none."""
    areas: tuple[str, ...]


@dataclass
class SheetAnatomy:
    """One sheet as built."""

    name: str
    state: str
    xml: str
    strings: list[str]
    comments: dict[str, str] = field(default_factory=dict)
    """Texts of comments by cell."""

    @cached_property
    def cells(self) -> dict[str, StoredCell]:
        """What stands in each cell that is not blank, by its address without the sheet."""
        if '<c r="' not in self.xml or "<!" in self.xml:
            return {address: content for address, content in self._slowly() if content[1:]}
        shared: dict[str, tuple[str, str]] = {}
        found: dict[str, StoredCell] = {}
        for match in _CELL.finditer(self.xml):
            address, attributes, formula, text, value = match.groups()
            if formula is not None:
                found[address] = "f" + _formula(address, formula, text or "", shared)
            elif value:
                found[address] = self._constant(_type(attributes), _plain(value))
            elif "inlineStr" in attributes and (inline := self._inline(match.end())):
                found[address] = f"s{inline}"
        return {address: content for address, content in found.items() if content[1:]}

    def _inline(self, start: int) -> str:
        """Return the text that stands in the part itself, in the cell that begins here."""
        if not self.xml.startswith("<is", start):
            return ""
        end = self.xml.find(_INLINE_END, start) + len(_INLINE_END)
        return read_rich_text(ET.fromstring(self.xml[start:end]))

    def _slowly(self) -> Iterable[tuple[str, StoredCell]]:
        """Yield the cells of a part that is not written as spreadsheet programs write it."""
        for cell in yield_xml_cells(self.xml.encode()):
            address = f"{name_column(cell.place[1])}{cell.place[0]}"
            if cell.formula is not None:
                yield address, f"f{cell.formula}"
            elif cell.value is not None:
                yield address, self._constant(cell.type, cell.value)

    def _constant(self, type: str, value: str) -> StoredCell:
        if type == "s":
            return f"s{self.strings[int(value)]}"
        return f"{'s' if type in ('str', 'inlineStr') else type[0]}{value}"

    @cached_property
    def styles(self) -> dict[str, int]:
        """The style number of each cell that has one."""
        return {address: int(style) for address, style in _STYLED.findall(self.xml)}

    @cached_property
    def rows(self) -> dict[int, dict[str, str]]:
        """The attributes of each row."""
        found = (_attributes(match[1]) for match in _ROW.finditer(self.xml))
        return {int(row["r"]): row for row in found if "r" in row}

    @cached_property
    def hidden_rows(self) -> frozenset[int]:
        """The rows that are hidden."""
        return frozenset(int(row) for row in _HIDDEN.findall(self.xml)) if "hidden=" in self.xml else frozenset()

    @cached_property
    def columns(self) -> list[dict[str, str]]:
        """The attributes of each group of columns."""
        return [dict(node.attrib) for node in self._frame.iter() if strip_namespace(node.tag) == "col"]

    @cached_property
    def protection(self) -> dict[str, str]:
        """The attributes that protect the sheet; empty where it is not protected."""
        found = (node for node in self._frame.iter() if strip_namespace(node.tag) == "sheetProtection")
        attributes = dict(next(found, ET.Element("none")).attrib)
        return attributes if attributes.get("sheet", "0") in ("1", "true") else {}

    @cached_property
    def filtered(self) -> bool:
        """Whether a filter hides rows."""
        return any(strip_namespace(node.tag) == "filterColumn" for node in self._frame.iter())

    @cached_property
    def guards(self) -> list[Guard]:
        """Validations and conditional formats, those in extensions too."""
        found: list[Guard] = []
        for node in self._frame.iter():
            tag = strip_namespace(node.tag)
            if tag == "dataValidation":
                found.append(_guard(node, f"{tag} {node.get('type', 'none')}", node))
            elif tag == "conditionalFormatting":
                found += [_guard(rule, "cfRule", node) for rule in node if strip_namespace(rule.tag) == "cfRule"]
        return found

    @cached_property
    def _frame(self) -> ET.Element:
        """The part without its cells."""
        start, end = self.xml.find("<sheetData"), self.xml.rfind("</sheetData>")
        whole = start < 0 or end < 0
        return ET.fromstring(self.xml if whole else self.xml[:start] + self.xml[end + len("</sheetData>") :])

    def forget(self) -> None:
        """Let go of the part and its styles once everything else has been asked for."""
        _ = (self.cells, self.hidden_rows, self.columns, self.protection, self.guards, self.filtered)
        self.__dict__.pop("styles", None)
        self.xml = ""

    def locks(self, unlocked: frozenset[int]) -> Locks:
        """Return which cells are locked, given the styles that unlock."""
        columns = {
            number: int(group.get("style", 0))
            for group in self.columns
            for number in range(int(group["min"]), min(int(group["max"]), 1000) + 1)
        }
        rows = {number: int(row["s"]) for number, row in self.rows.items() if row.get("customFormat") and "s" in row}
        return Locks(unlocked, self.styles, rows, columns)


@dataclass(frozen=True)
class Locks:
    """Lock status of cells as Excel resolves it: the cell's own style, else its row's, else its column's."""

    unlocked: frozenset[int]
    cells: dict[str, int]
    rows: dict[int, int]
    columns: dict[int, int]

    def is_locked(self, address: str) -> bool:
        """Return whether a cell may not be edited on the protected sheet."""
        style = self.cells.get(address)
        if style is None:
            row, column = parse_place(address)
            style = self.rows.get(row, self.columns.get(column, 0))
        return style not in self.unlocked


@dataclass(frozen=True)
class Anatomy:
    """One workbook as built."""

    sheets: dict[str, SheetAnatomy]
    names: dict[str, str]
    """Defined names of the whole workbook, without those that programs make for themselves."""
    unlocked: frozenset[int]
    """Numbers of the styles that unlock cells."""
    structure_locked: bool
    program: str
    """The program that saved it last, as it calls itself."""
    macros: bool
    links: tuple[str, ...]
    """Other workbooks that this one reads."""


def dissect(source: Path | BytesIO) -> Anatomy:
    """Return how the workbook is built. Raises what :data:`addin.reading.package.DAMAGE` lists."""
    with zipfile.ZipFile(source) as package:
        parts = Parts(package)
        book = ET.fromstring(parts.read(parts.main))
        protection = next(
            (node for node in book.iter() if strip_namespace(node.tag) == "workbookProtection"), ET.Element("none")
        )
        return Anatomy(
            sheets=_sheets(parts, book),
            names=_names(book),
            unlocked=_unlocked(parts),
            structure_locked=protection.get("lockStructure", "0") in ("1", "true"),
            program=_program(parts),
            macros=any(name.lower().endswith("vbaproject.bin") for name in package.namelist()),
            links=tuple(_links(parts)),
        )


def _sheets(parts: Parts, book: ET.Element) -> dict[str, SheetAnatomy]:
    related = parts.relationships(parts.main)
    strings = _strings(parts)
    found = {}
    for node in book.iter():
        if strip_namespace(node.tag) == "sheet" and read_relation(node) in related:
            name, part = node.get("name", ""), related[read_relation(node)][1]
            found[name] = SheetAnatomy(
                name, node.get("state", "visible"), _text(parts.read(part)), strings, _comments(parts, part)
            )
    return found


def _strings(parts: Parts) -> list[str]:
    found = parts.related(parts.main, "sharedStrings")
    return [read_rich_text(item) for item in ET.fromstring(parts.read(found[0]))] if found else []


def _comments(parts: Parts, sheet: str) -> dict[str, str]:
    if not parts.has_relationships(sheet):
        return {}
    trees = [ET.fromstring(parts.read(part)) for part in parts.related(sheet, "comments")]
    nodes = (node for tree in trees for node in tree.iter() if strip_namespace(node.tag) == "comment")
    return {node.get("ref", ""): "".join(read_rich_text(child) for child in node) for node in nodes}


def _names(book: ET.Element) -> dict[str, str]:
    nodes = (node for node in book.iter() if strip_namespace(node.tag) == "definedName")
    return {
        node.get("name", ""): node.text or ""
        for node in nodes
        if not node.get("name", "").startswith("_xlnm.") and node.get("localSheetId") is None
    }


def _unlocked(parts: Parts) -> frozenset[int]:
    root = ET.fromstring(parts.read(parts.related(parts.main, "styles")[0]))
    formats = next((node for node in root if strip_namespace(node.tag) == "cellXfs"), ET.Element("none"))
    return frozenset(
        number
        for number, style in enumerate(formats)
        if any(strip_namespace(child.tag) == "protection" and child.get("locked") in ("0", "false") for child in style)
    )


def _program(parts: Parts) -> str:
    properties = parts.related("", "extended-properties")
    root = ET.fromstring(parts.read(properties[0])) if properties else ET.Element("none")
    return next((node.text or "" for node in root.iter() if strip_namespace(node.tag) == "Application"), "")


def _links(parts: Parts) -> Iterable[str]:
    """Yield the targets of links to other workbooks, as far as they are said."""
    for part in parts.related(parts.main, "externalLink"):
        targets = parts.targets(part) if parts.has_relationships(part) else []
        yield targets[0] if targets else part.rpartition("/")[2]


def _text(part: bytes) -> str:
    """Return a part without its declaration, which a text may not have."""
    encoding = found[1].decode() if (found := _ENCODING.match(part)) else "utf-8"
    return _DECLARATION.sub("", part.decode(encoding).removeprefix("\ufeff"), count=1)


# --- small things ----------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Return XML text without entities."""
    if "&#" in text:
        return unescape(text)
    if "&" in text:
        for entity, char in _ENTITIES:
            text = text.replace(entity, char)
    return text


def _type(attributes: str) -> str:
    return found[1] if (found := _TYPE.search(attributes)) else "n"


def _formula(address: str, attributes: str, text: str, shared: dict[str, tuple[str, str]]) -> str:
    text = _plain(text)
    if "shared" not in attributes or not (index := _SHARED.search(attributes)):
        return text
    number = index[1] or index[2]
    if text:
        shared[number] = (address, text)
        return text
    origin, text = shared.get(number, (address, ""))
    (row, column), (first_row, first_column) = parse_place(address), parse_place(origin)
    return shift_formula(text, row - first_row, column - first_column)


def _guard(rule: ET.Element, kind: str, around: ET.Element) -> Guard:
    """Return the guard; in extensions formulas and areas stand in children."""
    formulas = [node for node in rule.iter() if strip_namespace(node.tag) in ("formula", "formula1", "formula2", "f")]
    first = next((node.text for node in formulas if node.text and node.text.strip()), "")
    areas = around.get("sqref") or next(
        (node.text or "" for node in around.iter() if strip_namespace(node.tag) == "sqref"), ""
    )
    return Guard(kind, first, tuple(areas.split()))


def _attributes(text: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(text))
