"""What Excel is known to refuse: it opens such a file with a prompt for repair, or not at all.

A table of checks over the parts of a file; each yields where and what. They were gathered from Excel's documented
limits and from what others report; no Excel was at hand. What a file holds beside these things is for the schemas.
"""

from __future__ import annotations

import base64
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from lxml import etree
from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import coordinate_to_tuple

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
CONTENT_TYPES: Final = "[Content_Types].xml"

NAME: Final = re.compile(r"[^\W\d]|[^\W\d][\w.\\?]*|[_\\][\w.\\?]*")
LIKE_A_CELL: Final = re.compile(r"[A-Za-z]{1,3}\d{1,7}|(?i:(R\d*)?(C\d*)?)")
CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TEXTS: Final = re.compile(r'"(?:[^"]|"")*"')
SHEETS: Final = re.compile(r"'((?:[^']|'')+)'!|(?<![\w.'!\]#])([^\W\d][\w.]*)!")
BUILT_IN: Final = {"_xlnm._FilterDatabase", "_xlnm.Print_Area", "_xlnm.Print_Titles"}

Found = Iterator[str]


def length(text: str | None) -> int:
    """Return how long a text is to Excel: in UTF-16."""
    return len((text or "").encode("utf-16-le")) // 2


class Package:
    """The parts of a file."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.members = archive.infolist()
            self.parts = {member.filename: archive.read(member) for member in self.members}

    def tree(self, part: str) -> Any:
        """Return the root of a part."""
        return etree.fromstring(self.parts[part], etree.XMLParser(huge_tree=True))

    @cached_property
    def relations(self) -> dict[str, dict[str, tuple[str, bool]]]:
        """By part, the targets of its relations by id; whether each lies outside."""
        found: dict[str, dict[str, tuple[str, bool]]] = {}
        for name in self.parts:
            if name.endswith(".rels"):
                folder = posixpath.dirname(posixpath.dirname(name))
                source = posixpath.join(folder, posixpath.basename(name)[:-5])
                found[source] = dict(self._targets(name, folder))
        return found

    def _targets(self, name: str, folder: str) -> Iterator[tuple[str, tuple[str, bool]]]:
        for one in self.tree(name):
            target, outside = one.get("Target"), one.get("TargetMode") == "External"
            inside = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield one.get("Id"), (target if outside else inside, outside)

    @cached_property
    def book(self) -> Any:
        """The workbook's part; None in a document of another kind."""
        return self.tree("xl/workbook.xml") if "xl/workbook.xml" in self.parts else None

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The sheets, in order."""
        if self.book is None:
            return []
        targets = self.relations["xl/workbook.xml"]
        return [
            Sheet(one.get("name"), targets[one.get(f"{OFFICE}id")][0], one, self)
            for one in self.book.iter(f"{MAIN}sheet")
        ]

    @cached_property
    def names(self) -> list[Any]:
        """The defined names."""
        return [] if self.book is None else list(self.book.iter(f"{MAIN}definedName"))

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings."""
        if "xl/sharedStrings.xml" not in self.parts:
            return []
        return ["".join(text.text or "" for text in one.iter(f"{MAIN}t")) for one in self.tree("xl/sharedStrings.xml")]

    @cached_property
    def styles(self) -> Any:
        """The styles."""
        return self.tree("xl/styles.xml")

    def count(self, kind: str) -> int:
        """Return how many styles of a kind there are."""
        found = self.styles.find(MAIN + kind)
        return 0 if found is None else len(found)


@dataclass
class Sheet:
    """One sheet of a file."""

    name: str
    part: str
    entry: Any
    package: Package

    @cached_property
    def root(self) -> Any:
        """The root of its part."""
        return self.package.tree(self.part)

    def all(self, tag: str) -> list[Any]:
        """Return all its elements of a kind."""
        return list(self.root.iter(MAIN + tag))

    @cached_property
    def cells(self) -> list[Any]:
        """Its cells."""
        return self.all("c")


# --- the package -----------------------------------------------------------------------------------------------------


def _members(package: Package) -> Found:
    yield from (f"{name} stands twice" for name, n in Counter(m.filename for m in package.members).items() if n > 1)
    for member in package.members:
        if member.filename.startswith("/") or "\\" in member.filename:
            yield f"{member.filename} is no name of a part"
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield f"{member.filename} is compressed in another way"


def _content_types(package: Package) -> Found:
    root = package.tree(CONTENT_TYPES)
    known = {one.get("Extension").lower() for one in root.iter(f"{TYPES}Default")}
    told = [one.get("PartName") for one in root.iter(f"{TYPES}Override")]
    yield from (f"{name} has two types" for name, n in Counter(map(str.lower, told)).items() if n > 1)
    yield from (f"{name} has a type and is not there" for name in told if name[1:] not in package.parts)
    for name in package.parts:
        default = name.rpartition(".")[2].lower() in known and not (name.startswith("xl/") and name.endswith(".xml"))
        if name != CONTENT_TYPES and f"/{name}" not in told and not default:
            yield f"{name} has no type"


def _relations(package: Package) -> Found:
    for source, targets in package.relations.items():
        for id, (target, outside) in targets.items():
            if outside and (length(target) > 2079 or re.search(r'[\s<>"{}|^`]', target)):
                yield f"{source} {id} leads to {target!r}"
            if not outside and target not in package.parts:
                yield f"{source} {id} leads to {target}, which is not there"


def _well_formed(package: Package) -> Found:
    for name in package.parts:
        if name.endswith((".xml", ".rels")):
            try:
                package.tree(name)
            except etree.XMLSyntaxError as error:
                yield f"{name} is not well-formed: {error}"


# --- the workbook ----------------------------------------------------------------------------------------------------


def _sheet_names(package: Package) -> Found:
    names = [sheet.name for sheet in package.sheets]
    yield from (f"two sheets {name}" for name, n in Counter(map(str.lower, names)).items() if n > 1)
    for name in names:
        odd = re.search(r"[\[\]:*?/\\]", name) or name.startswith("'") or name.endswith("'")
        if length(name) > 31 or odd or name.lower() == "history":
            yield f"{name!r} is no name of a sheet"
    numbers = Counter(sheet.entry.get("sheetId") for sheet in package.sheets)
    yield from (f"two sheets numbered {number}" for number, n in numbers.items() if n > 1)


def _views(package: Package) -> Found:
    if package.book is None:
        return
    view = package.book.find(f"{MAIN}bookViews/{MAIN}workbookView")
    if package.sheets[int(view.get("activeTab") or 0)].entry.get("state"):
        yield "the sheet in front is hidden"
    selected = [s for s in package.sheets if any(v.get("tabSelected") in ("1", "true") for v in s.all("sheetView"))]
    if len(selected) != 1:
        yield f"{len(selected)} sheets are selected"
    yield from (f"{sheet.name} is selected and hidden" for sheet in selected if sheet.entry.get("state"))


def _defined_names(package: Package) -> Found:
    names = Counter((one.get("name").lower(), one.get("localSheetId")) for one in package.names)
    yield from (f"two names {name}" for (name, _), n in names.items() if n > 1)
    for one in package.names:
        name, text = one.get("name"), one.text or ""
        if name.startswith("_xlnm."):
            if name not in BUILT_IN or one.get("localSheetId") is None:
                yield f"{name} is no built-in name of a sheet"
        elif not NAME.fullmatch(name) or LIKE_A_CELL.fullmatch(name) or length(name) > 255:
            yield f"{name} is no name"
        yield from (f"{name} reads the sheet {lost}" for lost in _lost_sheets(package, text))
        if length(text) > 8192 or "#REF!" in text:
            yield f"{name} is {text[:40]}"


def _lost_sheets(package: Package, formula: str) -> Found:
    known = {sheet.name.lower() for sheet in package.sheets}
    for quoted, plain in SHEETS.findall(TEXTS.sub('""', formula)):
        name = quoted.replace("''", "'") or plain
        if name.lower() not in known:
            yield name


def _strings(package: Package) -> Found:
    for text in package.strings:
        if length(text) > 32767 or CONTROL.search(text) or text.count("\n") > 253:
            yield f"the text {text[:40]!r}"
    if "xl/sharedStrings.xml" in package.parts:
        told = package.tree("xl/sharedStrings.xml").get("uniqueCount")
        if told and int(told) != len(package.strings):
            yield f"{told} strings are told, {len(package.strings)} there"


def _styles(package: Package) -> Found:
    if package.book is None:
        return
    for kind in ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"):
        found = package.styles.find(MAIN + kind)
        if found is not None and found.get("count") and int(found.get("count")) != len(found):
            yield f"{found.get('count')} {kind} are told, {len(found)} there"
    own = {int(one.get("numFmtId")) for one in package.styles.iter(f"{MAIN}numFmt")}
    yield from (
        f"the number format {one.get('formatCode')[:40]}"
        for one in package.styles.iter(f"{MAIN}numFmt")
        if length(one.get("formatCode")) > 255
    )
    parts = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}
    for number, style in enumerate(package.styles.find(f"{MAIN}cellXfs")):
        yield from (
            f"style {number}: {a}" for a, kind in parts.items() if int(style.get(a) or 0) >= package.count(kind)
        )
        if int(style.get("numFmtId") or 0) >= 164 and int(style.get("numFmtId")) not in own:
            yield f"style {number}: numFmtId"


# --- cells -----------------------------------------------------------------------------------------------------------


def _rows(package: Package) -> Found:
    for sheet in package.sheets:
        last = 0
        for row in sheet.root.find(f"{MAIN}sheetData"):
            number = int(row.get("r"))
            if number <= last or float(row.get("ht") or 0) > 409.5:
                yield f"{sheet.name} row {number}"
            last = number
            places = [coordinate_to_tuple(cell.get("r")) for cell in row]
            if places != sorted(set(places)) or any(place[0] != number for place in places):
                yield f"{sheet.name} row {number}: the order of its cells"


def _values(package: Package) -> Found:
    for sheet in package.sheets:
        for cell in sheet.cells:
            if not _holds_what_it_says(package, cell):
                yield f"{sheet.name}!{cell.get('r')}: {etree.tostring(cell)[:200]!r}"
            if int(cell.get("s") or 0) >= package.count("cellXfs"):
                yield f"{sheet.name}!{cell.get('r')}: its style"


def _holds_what_it_says(package: Package, cell: Any) -> bool:
    kind, formula = cell.get("t") or "n", cell.find(f"{MAIN}f") is not None
    value = cell.find(f"{MAIN}v")
    text = "" if value is None else value.text or ""
    match kind:
        case "s":
            return text.isdigit() and int(text) < len(package.strings)
        case "n":
            return re.fullmatch(r"[-+]?[\d.]+([eE][-+]?\d+)?", text) is not None or (
                (formula or value is None) and not text
            )
        case "b":
            return text in ("0", "1")
        case "str":
            return formula and length(text) <= 32767
        case "inlineStr":
            inline = "".join(one.text or "" for one in cell.iter(f"{MAIN}t"))
            return length(inline) <= 32767 and not CONTROL.search(inline)
    return kind == "e" and text.startswith("#")


def _formulas(package: Package) -> Found:
    for sheet in package.sheets:
        for cell in sheet.cells:
            formula = cell.find(f"{MAIN}f")
            if formula is not None:
                yield from (f"{sheet.name}!{cell.get('r')}: {odd}" for odd in odd_in(package, formula.text or ""))


def odd_in(package: Package, formula: str) -> Found:
    """Yield what Excel refuses in the text of a formula."""
    bare = TEXTS.sub('""', formula)
    if length(formula) > 8192 or formula.startswith("=") or "#REF!" in bare or re.search(r"\[\d+\]|\.xlsx\]", bare):
        yield f"the formula {formula[:60]}"
    if any(length(text) - 2 > 255 for text in TEXTS.findall(formula)):
        yield "a text of more than 255 characters in a formula"
    deepest, most = _nesting(bare)
    if deepest > 64 or most > 255:
        yield f"{deepest} levels of nesting, {most} arguments"
    yield from (f"the sheet {lost}" for lost in _lost_sheets(package, formula))


def _nesting(bare: str) -> tuple[int, int]:
    """Return how deep parentheses nest, and how many arguments the longest list has."""
    open_, deepest, most = [], 0, 0
    for character in re.sub(r"\{[^}]*\}|'[^']*'", "", bare):
        if character == "(":
            open_.append(1)
            deepest = max(deepest, len(open_))
        elif character == ")" and open_:
            most = max(most, open_.pop())
        elif character == "," and open_:
            open_[-1] += 1
    return deepest, most


# --- what lies over cells --------------------------------------------------------------------------------------------


def _overlap(ranges: Iterable[str]) -> Found:
    """Yield ranges that cover a cell of an earlier one."""
    placed: list[tuple[int, ...]] = []
    for text in ranges:
        left, top, right, bottom = (number or 0 for number in range_boundaries(text))
        if any(left <= r and l_ <= right and top <= b and t <= bottom for l_, t, r, b in placed):
            yield text
        placed.append((left, top, right, bottom))


def _merged(package: Package) -> Found:
    for sheet in package.sheets:
        areas = [one.get("ref") for one in sheet.all("mergeCell")]
        yield from (f"{sheet.name}!{area} is merged twice" for area in _overlap(areas))
        yield from (f"{sheet.name}!{area} is merged alone" for area in areas if ":" not in area)


def _validations(package: Package) -> Found:
    limits = {"prompt": 255, "error": 225, "promptTitle": 32, "errorTitle": 32}
    for sheet in package.sheets:
        found = sheet.all("dataValidation")
        told = sheet.root.find(f"{MAIN}dataValidations")
        if told is not None and int(told.get("count") or len(found)) != len(found):
            yield f"{sheet.name}: {told.get('count')} validations are told, {len(found)} there"
        areas = [area for one in found for area in one.get("sqref").split()]
        yield from (f"{sheet.name}!{area} is validated twice" for area in _overlap(areas))
        for one in found:
            place = f"{sheet.name}!{one.get('sqref')}"
            yield from (f"{place}: its {key}" for key, limit in limits.items() if length(one.get(key)) > limit)
            for formula in (text for tag in ("formula1", "formula2") for text in one.iter(MAIN + tag)):
                listed = (formula.text or "").startswith('"')
                if length(formula.text) > (257 if listed else 255):
                    yield f"{place}: its formula has {length(formula.text)} characters"


def _colours(package: Package) -> Found:
    for sheet in package.sheets:
        rules = sheet.all("cfRule")
        order = Counter(rule.get("priority") for rule in rules)
        yield from (f"{sheet.name}: two colours of priority {number}" for number, n in order.items() if n > 1)
        for rule in rules:
            if int(rule.get("dxfId") or 0) >= package.count("dxfs"):
                yield f"{sheet.name}: the format {rule.get('dxfId')}"
            for formula in rule.iter(f"{MAIN}formula"):
                if "!" in TEXTS.sub('""', formula.text or "") or length(formula.text) > 8192:
                    yield f"{sheet.name}: the condition {(formula.text or '')[:60]}"


def _links(package: Package) -> Found:
    names = {one.get("name").lower() for one in package.names}
    for sheet in package.sheets:
        links = sheet.all("hyperlink")
        yield from (
            f"{sheet.name}!{at} has two links" for at, n in Counter(x.get("ref") for x in links).items() if n > 1
        )
        for one in links:
            outside = one.get(f"{OFFICE}id") is not None
            place, to = f"{sheet.name}!{one.get('ref')}", "" if outside else one.get("location") or ""
            if to and "!" not in to and to.lower() not in names:
                yield f"{place} leads to {to}"
            yield from (f"{place} leads to the sheet {lost}" for lost in _lost_sheets(package, to.lstrip("#")))
            if length(to) > 2084 or length(one.get("tooltip")) > 255:
                yield f"{place} has a link that is too long"


def _sheets(package: Package) -> Found:
    filtered = {int(one.get("localSheetId")) for one in package.names if one.get("name") == "_xlnm._FilterDatabase"}
    for number, sheet in enumerate(package.sheets):
        if sheet.root.find(f"{MAIN}autoFilter") is not None and number not in filtered:
            yield f"{sheet.name} filters without a name"
        columns = [(int(one.get("min")), int(one.get("max"))) for one in sheet.all("col")]
        if any(after[0] <= before[1] for before, after in pairwise(columns)):
            yield f"{sheet.name}: its columns overlap"
        if any(float(one.get("width") or 0) > 255 for one in sheet.all("col")):
            yield f"{sheet.name}: a column is too wide"
        for tag in ("oddHeader", "oddFooter"):
            yield from (f"{sheet.name}: its {tag}" for one in sheet.all(tag) if length(one.text) > 255)
        for tag in ("drawing", "legacyDrawing"):
            known = package.relations.get(sheet.part, {})
            yield from (f"{sheet.name}: its {tag}" for one in sheet.all(tag) if one.get(f"{OFFICE}id") not in known)


def _protection(package: Package) -> Found:
    for sheet in package.sheets:
        for one in sheet.all("sheetProtection"):
            if one.get("hashValue") and len(base64.b64decode(one.get("hashValue"))) != 64:
                yield f"{sheet.name}: its hash"


CHECKS: Final[tuple[Callable[[Package], Found], ...]] = (
    _members,
    _content_types,
    _relations,
    _sheet_names,
    _views,
    _defined_names,
    _strings,
    _styles,
    _rows,
    _values,
    _formulas,
    _merged,
    _validations,
    _colours,
    _links,
    _sheets,
    _protection,
)


def list_refusals(path: Path) -> list[str]:
    """Return what Excel refuses in a file; nothing further is asked of one that is not well-formed."""
    package = Package(path)
    broken = list(_well_formed(package))
    return broken or [found for check in CHECKS for found in check(package)]
