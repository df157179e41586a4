"""What a sheet part says around its cells: protection, columns, merged ranges, validations, conditional formats.

Frames of like workbooks are equal to the byte, so they are read once and remembered.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from addin.package import limits
from addin.package.addresses import Place, parse_range
from addin.package.markup import BadMarkup, parse_tree
from addin.package.spelling import XML_START
from templates.spelling import parse_whole

_ON: Final = ("1", "true")
_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_WORKSHEET: Final = re.compile(
    rb"""<worksheet\s[^<>]*\bxmlns=["'](?:http://schemas.openxmlformats.org|http://purl.oclc.org/ooxml)"""
    rb"""/spreadsheetml/(?:2006/)?main["']"""
)
_REMEMBERED: Final = 512


@dataclass(frozen=True)
class Guard:
    """A validation or a conditional format: its kind, its formula, and the areas that it lies over."""

    kind: str
    formula: str
    """The first; ``""`` where there is none."""
    areas: tuple[str, ...]


@dataclass(frozen=True)
class ColumnGroup:
    """Neighbouring columns that the file describes together."""

    first: int
    last: int
    style: int
    hidden: bool


@dataclass(frozen=True, eq=False)
class Frame:
    """A sheet part without its cells."""

    root: ET.Element

    @cached_property
    def columns(self) -> tuple[ColumnGroup, ...]:
        """The groups of columns in their order."""
        return tuple(_column_group(node) for node in self.root.iter("col"))

    @cached_property
    def hidden_columns(self) -> frozenset[int]:
        """The columns that nobody sees."""
        return frozenset(
            column for group in self.columns if group.hidden for column in range(group.first, group.last + 1)
        )

    @cached_property
    def protection(self) -> dict[str, str]:
        """The attributes that protect the sheet; empty where it is not protected."""
        node = self.root.find("sheetProtection")
        return dict(node.attrib) if node is not None and node.get("sheet", "0") in _ON else {}

    @cached_property
    def filtered(self) -> bool:
        """Whether a filter hides rows."""
        return any(True for _ in self.root.iter("filterColumn"))

    @cached_property
    def merged_ranges(self) -> tuple[tuple[Place, Place], ...]:
        """Upper left and lower right cell of each merged range; what is no range is left out."""
        return tuple(_ranges(node.get("ref", "") for node in self.root.iter("mergeCell")))

    @cached_property
    def merged(self) -> dict[Place, Place]:
        """For each cell that a merged range hides the cell that shows its value.

        A range over the whole sheet would hide a thousand million cells: ranges beyond the limit are left out here.
        """
        found: dict[Place, Place] = {}
        for first, last in self.merged_ranges:
            size = (last[0] - first[0] + 1) * (last[1] - first[1] + 1)
            if len(found) + size <= limits.MERGED_CELLS:
                found |= {at: first for at in _cells_of(first, last) if at != first}
        return found

    @cached_property
    def guards(self) -> tuple[Guard, ...]:
        """Validations and conditional formats, those in extensions too."""
        return tuple(_guards(self.root))


def _column_group(node: ET.Element) -> ColumnGroup:
    first, last = (_number(node.get(end), 1) for end in ("min", "max"))
    width = node.get("width", "")
    unseen = node.get("hidden") in _ON or (re.fullmatch(r"0*(\.0*)?", width) is not None and width != "")
    return ColumnGroup(max(first, 1), min(last, limits.LAST_COLUMN), _number(node.get("style"), 0), unseen)


def _number(text: str | None, default: int) -> int:
    found = parse_whole(text or "")
    return default if found is None else found


def _ranges(texts: Iterator[str]) -> Iterator[tuple[Place, Place]]:
    for text in texts:
        try:
            yield parse_range(text)
        except ValueError:
            continue


def _cells_of(first: Place, last: Place) -> Iterator[Place]:
    for row in range(first[0], last[0] + 1):
        for column in range(first[1], last[1] + 1):
            yield row, column


def _guards(root: ET.Element) -> Iterator[Guard]:
    for node in root.iter():
        if node.tag == "dataValidation":
            yield _guard(node, f"{node.tag} {node.get('type', 'none')}", node)
        elif node.tag == "conditionalFormatting":
            yield from (_guard(rule, "cfRule", node) for rule in node if rule.tag == "cfRule")


def _guard(rule: ET.Element, kind: str, around: ET.Element) -> Guard:
    """Return the guard; in extensions formulas and areas stand in children."""
    formulas = [node for node in rule.iter() if node.tag in ("formula", "formula1", "formula2", "f")]
    first = next((node.text for node in formulas if node.text and node.text.strip()), "")
    areas = around.get("sqref") or next((node.text or "" for node in around.iter("sqref")), "")
    return Guard(kind, first, tuple(areas.split()))


# --- cut out of the part ---------------------------------------------------------------------------------------------


def cut_frame(xml: bytes) -> tuple[Frame, bytes] | None:
    """Return frame and sheet data of a part; None where they are not so clearly cut that no parser is needed.

    The part without its data has to be well-formed, with the data's element as a child of the root: then what was
    taken out stood where data stands and not in a comment, and the part is well-formed if the data are. Whoever reads
    the data has to make sure that there is no other such element in them.
    """
    start, end = xml.find(_OPEN), xml.rfind(_CLOSE)
    if not 0 <= start < end or not XML_START.match(xml):
        return None
    if b"sheetData" in xml[:start] or b"sheetData" in xml[end + len(_CLOSE) :]:
        return None
    frame = _read_usual_frame(xml[:start] + b"<sheetData/>" + xml[end + len(_CLOSE) :])
    return (frame, xml[start + len(_OPEN) : end]) if frame else None


@lru_cache(maxsize=_REMEMBERED)
def _read_usual_frame(xml: bytes) -> Frame | None:
    try:
        root = parse_tree(xml)
    except BadMarkup:
        return None
    usual = root.tag == "worksheet" and root.find("sheetData") is not None and _WORKSHEET.search(xml)
    return Frame(root) if usual else None
