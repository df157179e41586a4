"""How other programs save a workbook: habits of Excel, WPS and others, imitated part by part.

Each habit changes how a file is written and nothing of what it says. They were gathered from files and documents of
others; no Excel and no WPS was at hand. A program is a row of habits.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from lxml import etree
from openpyxl.formula.translate import Translator

SPREADSHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
COMPATIBLE: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
ROWS: Final = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
LATER: Final = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
FORMULAS: Final = "http://schemas.microsoft.com/office/excel/2006/main"
REVISION: Final = "http://schemas.microsoft.com/office/spreadsheetml/2014/revision"
STRICT: Final = {
    SPREADSHEET: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "http://purl.oclc.org/ooxml/drawingml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties": (
        "http://purl.oclc.org/ooxml/officeDocument/extendedProperties"
    ),
}
M: Final = f"{{{SPREADSHEET}}}"
VALIDATIONS_LATER: Final = "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLES, STRINGS, KINDS, APP = "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml", "docProps/app.xml"


class Saved:
    """A workbook between opening and saving: its parts, those that habits change as trees."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.trees: dict[str, Any] = {}
        self.chance = random.Random(7)

    def tree(self, part: str) -> Any:
        """Return the root of a part, which is written anew."""
        if part not in self.trees:
            self.trees[part] = etree.fromstring(self.parts[part], etree.XMLParser(huge_tree=True))
        return self.trees[part]

    def sheets(self) -> Iterator[tuple[str, Any]]:
        """Yield every sheet's part and root, in order."""
        targets = {one.get("Id"): one.get("Target") for one in self.tree(RELATIONS)}
        for one in self.tree(BOOK).iter(f"{M}sheet"):
            target = targets[one.get(f"{{{OFFICE}}}id")]
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            yield part, self.tree(part)

    def all(self, tag: str) -> Iterator[Any]:
        """Yield the elements of a kind on all sheets."""
        for _, root in self.sheets():
            yield from root.iter(M + tag)

    def shuffled(self, parent: Any) -> dict[int, int]:
        """Put the children of an element, all but the first, in another order; return the new places by the old."""
        children = list(parent)
        order = [*range(1, len(children))]
        self.chance.shuffle(order)
        order = [0, *order] if children else []
        parent[:] = [children[place] for place in order]
        return {old: new for new, old in enumerate(order)}

    def write(self, path: Path) -> None:
        """Write the file: what trees hold, and the other parts as they were."""
        for part, root in self.trees.items():
            self.parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(self.parts, key=lambda name: name != KINDS):
                archive.writestr(part, self.parts[part])


Habit = Callable[[Saved], None]


# --- numbers and names of things -------------------------------------------------------------------------------------


def renumber_styles(saved: Saved) -> None:
    """Styles of cells and of colours stand in another order."""
    styles = saved.tree(STYLES)
    cells, colours = (saved.shuffled(styles.find(M + kind)) for kind in ("cellXfs", "dxfs"))
    for tag, key in (("row", "s"), ("c", "s"), ("col", "style")):
        for one in saved.all(tag):
            if one.get(key):
                one.set(key, str(cells[int(one.get(key))]))
    for rule in saved.all("cfRule"):
        if rule.get("dxfId"):
            rule.set("dxfId", str(colours[int(rule.get("dxfId"))]))


def renumber_strings(saved: Saved) -> None:
    """Strings stand in another order, and say how they are pronounced."""
    strings = saved.tree(STRINGS)
    places = saved.shuffled(strings)
    for one in strings:
        etree.SubElement(one, f"{M}phoneticPr", fontId="1", type="noConversion")
    for cell in saved.all("c"):
        if cell.get("t") == "s":
            cell.find(f"{M}v").text = str(places[int(cell.find(f"{M}v").text)])


def rename_parts(saved: Saved, *, absolute: bool = False) -> None:
    """Sheets lie in other parts, under other ids and numbers, perhaps at absolute places."""
    sheets = list(saved.sheets())
    entries = list(saved.tree(BOOK).iter(f"{M}sheet"))
    relations, kinds = saved.tree(RELATIONS), saved.tree(KINDS)
    by_id = {one.get("Id"): one for one in relations}
    moved = {part: f"xl/worksheets/sheet{len(sheets) - number}.xml" for number, (part, _) in enumerate(sheets)}
    for number, (entry, (part, _)) in enumerate(zip(entries, sheets, strict=True)):
        one = by_id[entry.get(f"{{{OFFICE}}}id")]
        one.set("Id", f"rId{100 + number}")
        one.set("Target", f"/{moved[part]}" if absolute else moved[part].removeprefix("xl/"))
        entry.set(f"{{{OFFICE}}}id", f"rId{100 + number}")
        entry.set("sheetId", str(number + 3))
    saved.trees = {moved.get(part, part): root for part, root in saved.trees.items()}
    beside = {_relations_of(old): _relations_of(new) for old, new in moved.items()}
    saved.parts = {moved.get(part, beside.get(part, part)): data for part, data in saved.parts.items()}
    for one in kinds:
        part = (one.get("PartName") or "/")[1:]
        if part in moved:
            one.set("PartName", f"/{moved[part]}")


def _relations_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


# --- formulas --------------------------------------------------------------------------------------------------------


def unquote_sheets(saved: Saved) -> None:
    """No quotation marks stand around a sheet's name that needs none."""
    for tag in ("f", "formula", "formula1", "formula2"):
        for one in saved.all(tag):
            one.text = one.text and _unquoted(one.text)
    for one in saved.tree(BOOK).iter(f"{M}definedName"):
        one.text = _unquoted(one.text)


def _unquoted(formula: str) -> str:
    pieces = re.split(r'("(?:[^"]|"")*")', formula)
    return "".join(piece if piece.startswith('"') else re.sub(r"'([^']+)'!", _bare, piece) for piece in pieces)


def _bare(found: re.Match[str]) -> str:
    plain = re.fullmatch(r"[^\W\d][\w.]*", found[1]) and not re.fullmatch(r"[A-Za-z]{1,3}\d+", found[1])
    return f"{found[1]}!" if plain else found[0]


def share_formulas(saved: Saved) -> None:
    """A formula that goes on from the cell above is told by its number alone."""
    for _, root in saved.sheets():
        numbers, leaders = count(), dict[str, tuple[str, str, Any, int]]()
        for cell in root.iter(f"{M}c"):
            formula, place = cell.find(f"{M}f"), cell.get("r")
            if formula is not None:
                column = place.rstrip("0123456789")
                if not _follows(leaders.get(column), place, formula):
                    leaders[column] = place, formula.text, formula, next(numbers)


def _follows(leader: tuple[str, str, Any, int] | None, place: str, formula: Any) -> bool:
    """Whether a cell's formula is the leader's, moved; if so, it is told by the leader's number."""
    if leader is None or len(leader[1]) > 400:
        return False
    first, text, element, number = leader
    if Translator(f"={text}", origin=first).translate_formula(place)[1:] != formula.text:
        return False
    start = (element.get("ref") or first).partition(":")[0]
    element.attrib.update({"t": "shared", "si": str(number), "ref": f"{start}:{place}"})
    formula.text = None
    formula.attrib.update({"t": "shared", "si": str(number)})
    return True


def chain_formulas(saved: Saved) -> None:
    """The order of calculation is kept in a part of its own; the next opening need not calculate all."""
    sheets = [root for _, root in saved.sheets()]
    chain = etree.Element(f"{M}calcChain", nsmap={None: SPREADSHEET})
    for number, root in enumerate(sheets, start=1):
        for cell in root.iter(f"{M}c"):
            if cell.find(f"{M}f") is not None:
                chain.insert(0, etree.Element(f"{M}c", r=cell.get("r"), i=str(number)))
    _add_part(saved, "xl/calcChain.xml", etree.tostring(chain), "calcChain", "spreadsheetml.calcChain+xml")
    saved.tree(BOOK).find(f"{M}calcPr").attrib.clear()
    saved.tree(BOOK).find(f"{M}calcPr").set("calcId", "191029")


def _add_part(saved: Saved, part: str, data: bytes, kind: str, content: str) -> None:
    saved.parts[part] = data
    relation = etree.SubElement(saved.tree(RELATIONS), f"{{{PACKAGE}}}Relationship", Id=f"rId9{len(saved.parts)}")
    relation.attrib.update({"Type": f"{OFFICE}/{kind}", "Target": part.removeprefix("xl/")})
    types = f"application/vnd.openxmlformats-officedocument.{content}"
    etree.SubElement(saved.tree(KINDS), f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=types)


# --- what lies over cells --------------------------------------------------------------------------------------------


def split_colours(saved: Saved) -> None:
    """Every colour of an area is told in an element of its own."""
    for area in list(saved.all("conditionalFormatting")):
        for rule in list(area)[1:]:
            alone = etree.Element(f"{M}conditionalFormatting", sqref=area.get("sqref"))
            alone.append(rule)
            area.addnext(alone)


def shuffle_validations(saved: Saved) -> None:
    """Validations stand in another order."""
    for validations in saved.all("dataValidations"):
        saved.shuffled(validations)


def merge_validations(saved: Saved) -> None:
    """Validations that ask the same are one, with all their cells; not those whose formulas move with the cell."""
    for validations in saved.all("dataValidations"):
        first: dict[Any, Any] = {}
        for one in list(validations):
            rest = tuple(sorted((key, value) for key, value in one.items() if key != "sqref"))
            key = rest, tuple((child.tag, child.text) for child in one)
            if _moves(one) or key not in first:
                first.setdefault(key, one)
                continue
            first[key].set("sqref", f"{first[key].get('sqref')} {one.get('sqref')}")
            validations.remove(one)
        validations.set("count", str(len(validations)))


def _moves(validation: Any) -> bool:
    texts = (re.sub(r'"[^"]*"|\$[A-Z]+\$\d+', "", child.text or "") for child in validation)
    return any(re.search(r"\$?[A-Z]+\$?\d", text) for text in texts)


def move_validations(saved: Saved) -> None:
    """Validations are told where Excel 2010 began to tell those of other sheets."""
    for _, root in saved.sheets():
        old = root.find(f"{M}dataValidations")
        if old is None:
            continue
        beyond = root.find(f"{M}extLst")
        beyond = etree.SubElement(root, f"{M}extLst") if beyond is None else beyond
        extension = etree.SubElement(beyond, f"{M}ext", uri=VALIDATIONS_LATER)
        new = etree.SubElement(extension, f"{{{LATER}}}dataValidations", count=str(len(old)), nsmap={"x14": LATER})
        for one in old:
            _move_validation(one, new)
        root.remove(old)


def _move_validation(one: Any, new: Any) -> None:
    rest = {key: value for key, value in one.items() if key != "sqref"}
    moved = etree.SubElement(new, f"{{{LATER}}}dataValidation", rest)
    for formula in one:
        inside = etree.SubElement(moved, f"{{{LATER}}}{etree.QName(formula).localname}")
        etree.SubElement(inside, f"{{{FORMULAS}}}f").text = formula.text
    etree.SubElement(moved, f"{{{FORMULAS}}}sqref").text = one.get("sqref")


# --- what programs add and lose --------------------------------------------------------------------------------------


def mark_revisions(saved: Saved) -> None:
    """Sheets have ids of their own, rows the distance to their letters' foot."""
    for number, (_, root) in enumerate(saved.sheets()):
        root.set(f"{{{COMPATIBLE}}}Ignorable", "x14ac xr")
        root.set(f"{{{REVISION}}}uid", f"{{00000000-0001-0000-0{number:03}-000000000000}}")
        for row in root.iter(f"{M}row"):
            row.set(f"{{{ROWS}}}dyDescent", "0.15")


def tell_the_folder(saved: Saved) -> None:
    """The workbook tells in which folder it was saved, and by which build."""
    properties = saved.tree(BOOK).find(f"{M}workbookPr")
    properties.set("codeName", "ThisWorkbook")
    choice = etree.fromstring(
        f'<mc:AlternateContent xmlns:mc="{COMPATIBLE}"><mc:Choice Requires="x15"><x15ac:absPath url="C:\\表\\" '
        'xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/></mc:Choice></mc:AlternateContent>'
    )
    properties.addnext(choice)
    saved.tree(BOOK).find(f"{M}fileVersion").attrib.update({"lastEdited": "7", "rupBuild": "22730"})


def be_called(saved: Saved, name: str) -> None:
    """The file tells which program wrote it."""
    text = re.sub(r"<Application>[^<]*", f"<Application>{name}", saved.parts[APP].decode())
    saved.parts[APP] = text.encode()


def turn_to_another_sheet(saved: Saved) -> None:
    """The file was closed on another sheet, with another cell selected and columns a little wider."""
    saved.tree(BOOK).find(f"{M}bookViews/{M}workbookView").set("activeTab", "3")
    for number, (_, root) in enumerate(saved.sheets()):
        view = root.find(f"{M}sheetViews/{M}sheetView")
        view.attrib.pop("tabSelected", None)
        if number == 3:
            view.set("tabSelected", "1")
        for column in root.iter(f"{M}col"):
            column.set("width", str(float(column.get("width") or 9) + 0.71))


def set_up_printers(saved: Saved) -> None:
    """Every sheet remembers its printer."""
    for number, (part, root) in enumerate(list(saved.sheets()), start=1):
        setup = root.find(f"{M}pageSetup")
        if setup is None:
            continue
        binary, beside = f"xl/printerSettings/printerSettings{number}.bin", _relations_of(part)
        saved.parts[binary] = b"\x00\x01" * 40
        empty = f'<Relationships xmlns="{PACKAGE}"/>'.encode()
        saved.parts.setdefault(beside, empty)
        relation = etree.SubElement(saved.tree(beside), f"{{{PACKAGE}}}Relationship", Id="rIdPrinter")
        relation.attrib.update({"Type": f"{OFFICE}/printerSettings", "Target": f"../{binary.removeprefix('xl/')}"})
        setup.set(f"{{{OFFICE}}}id", "rIdPrinter")
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"
    saved.tree(KINDS).insert(0, etree.Element(f"{{{TYPES}}}Default", Extension="bin", ContentType=content))


def forget_filters(saved: Saved) -> None:
    """The hidden name of a filtered list is lost."""
    names = saved.tree(BOOK).find(f"{M}definedNames")
    for one in list(names):
        if one.get("name") == "_xlnm._FilterDatabase":
            names.remove(one)


def lose_structure(saved: Saved) -> None:
    """The order of the sheets is no longer locked."""
    found = saved.tree(BOOK).find(f"{M}workbookProtection")
    saved.tree(BOOK).remove(found)


def shuffle_protection(saved: Saved) -> None:
    """What a sheet's protection allows is told in another order."""
    for one in saved.all("sheetProtection"):
        told = list(one.attrib.items())
        saved.chance.shuffle(told)
        one.attrib.clear()
        one.attrib.update(told)


# --- spelling --------------------------------------------------------------------------------------------------------


def write_strings_in_place(saved: Saved) -> None:
    """Texts stand in their cells."""
    strings = [deepcopy(list(one)) for one in saved.tree(STRINGS)]
    for cell in saved.all("c"):
        if cell.get("t") == "s":
            value = cell.find(f"{M}v")
            inside = etree.SubElement(cell, f"{M}is")
            inside.extend(deepcopy(strings[int(value.text)]))
            cell.remove(value)
            cell.set("t", "inlineStr")


def spell(saved: Saved, change: Callable[[bytes], bytes], only: str = "xl/worksheets/") -> None:
    """Spell parts in another way, once everything else is said."""
    for part, root in list(saved.trees.items()):
        saved.parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    saved.trees = {}
    for part, data in saved.parts.items():
        if part.startswith(only) and part.endswith(".xml" if only else (".xml", ".rels")):
            saved.parts[part] = change(data)


def indent(data: bytes) -> bytes:
    """Every element stands on a line of its own."""
    root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def prefix(data: bytes) -> bytes:
    """Every element bears a prefix."""
    text = re.sub(r"<(/?)([A-Za-z]\w*)(?=[\s/>])", r"<\1x:\2", data.decode())
    return text.replace(f'xmlns="{SPREADSHEET}"', f'xmlns:x="{SPREADSHEET}"').encode()


def be_strict(data: bytes) -> bytes:
    """Namespaces are those of the strict format."""
    for usual, strict in STRICT.items():
        data = data.replace(usual.encode(), strict.encode())
    return data


# --- programs --------------------------------------------------------------------------------------------------------

EXCEL: Final[tuple[Habit, ...]] = (
    renumber_styles,
    renumber_strings,
    unquote_sheets,
    share_formulas,
    split_colours,
    shuffle_validations,
    shuffle_protection,
    mark_revisions,
    tell_the_folder,
    turn_to_another_sheet,
    set_up_printers,
    chain_formulas,
    partial(be_called, name="Microsoft Excel"),
    rename_parts,
)
WPS: Final[tuple[Habit, ...]] = (
    renumber_styles,
    renumber_strings,
    unquote_sheets,
    split_colours,
    turn_to_another_sheet,
    forget_filters,
    lose_structure,
    partial(be_called, name="WPS 表格"),
    rename_parts,
)
PROGRAMS: Final[dict[str, Sequence[Habit]]] = {
    "Excel": EXCEL,
    "Excel, validations merged": (merge_validations, *EXCEL),
    "Excel, validations of another sheet": (*EXCEL[:-1], move_validations, rename_parts),
    "Excel, absolute places": (*EXCEL[:-1], partial(rename_parts, absolute=True)),
    "Excel, the strict format": (*EXCEL, partial(spell, change=be_strict, only="")),
    "WPS": WPS,
    "WPS, formulas shared": (share_formulas, *WPS),
    "texts in their cells": (*EXCEL, write_strings_in_place),
    "an element a line": (*EXCEL, partial(spell, change=indent)),
    "prefixes": (*EXCEL, partial(spell, change=prefix)),
}


def save_as(program: str, path: Path, target: Path) -> Path:
    """Write ``path`` as a program would save it."""
    saved = Saved(path)
    for habit in PROGRAMS[program]:
        habit(saved)
    saved.write(target)
    return target
