"""A second reader of workbooks, slow and obvious: zipfile, libxml2, and one element after the other.

It shares nothing with :mod:`addin.package`. Where it says what a file holds, ours has to say the same; where it says
that the file is built as no workbook may be, ours has to refuse it; of what it does not know it has no opinion.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from math import isinf
from typing import Any, Final

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import get_column_letter

Place = tuple[int, int]
Seen = tuple[str, object, str | None]
"""Kind, value and formula of a cell."""
Cells = dict[Place, Seen]

_SPREADSHEET: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_ADDRESS: Final = re.compile(r"\$?([A-Za-z]+)\$?([0-9]+)")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d([.]\d+)?)?)?")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RICH: Final = ("t", "r", "rPh", "phoneticPr", "extLst")
_MAY_HOLD: Final[dict[str, tuple[str, ...]]] = {
    "sheetData": ("row",), "row": ("c", "extLst"), "c": ("f", "v", "is", "extLst"), "is": _RICH, "si": _RICH,
    "r": ("rPr", "t"), "rPh": ("t",), "v": (), "f": (), "t": (),
}  # fmt: skip
_ONCE: Final = ("f", "v", "is")
_BLANKS: Final = " \t\r\n"
_TEXTUAL: Final = ("v", "f", "t")


class NoOpinion(Exception):
    """The second reader cannot tell."""


class Broken(Exception):
    """The file is no workbook that any program may read in part."""


@dataclass(frozen=True)
class SecondSheet:
    """A sheet: its part, and its cells or what is wrong with them."""

    part: str
    cells: Cells | Broken


@dataclass
class SecondBook:
    """A workbook for the second reader."""

    parts: dict[str, bytes]

    @classmethod
    def of(cls, data: bytes) -> SecondBook:
        """Return what ``data`` hold. Raises NoOpinion where the zip is not in order."""
        try:
            with zipfile.ZipFile(BytesIO(data)) as package:
                infos = [info for info in package.infolist() if not info.filename.endswith("/")]
                names = [posixpath.normpath("/" + info.filename.replace("\\", "/").lower())[1:] for info in infos]
                if len(set(names)) < len(names):
                    raise NoOpinion("members twice")
                return cls({name: package.read(info) for name, info in zip(names, infos, strict=True)})
        except (
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
        ) as error:
            raise NoOpinion(f"zip: {error}") from error
        except (OverflowError, MemoryError) as error:
            raise NoOpinion("zip") from error

    def tree(self, name: str) -> Any:
        """Return the root of a part."""
        if name not in self.parts:
            raise Broken(f"no {name}")
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
            huge_tree=True,
            strip_cdata=True,
        )
        try:
            root = etree.fromstring(self.parts[name], parser)
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            if "not a valid URI" in str(error):
                raise NoOpinion("namespace") from error  # libxml2 alone minds how a namespace is spelled
            raise Broken(f"{name}: {error}") from error
        if root.getroottree().docinfo.doctype:
            raise Broken(f"{name}: document type")
        return root

    def relations(self, source: str) -> Iterator[tuple[str, str, str]]:
        """Yield id, kind and target of what a part is related to, in the package."""
        folder, name = posixpath.split(source)
        rels = posixpath.join(folder, "_rels", f"{name}.rels").lower()
        for node in self.tree(rels) if rels in self.parts else ():
            if local(node) == "Relationship" and node.get("TargetMode", "").lower() != "external":
                target = posixpath.normpath(posixpath.join("/", folder, node.get("Target", "").replace("\\", "/")))
                yield node.get("Id", ""), node.get("Type", "").rpartition("/")[2], target.lstrip("/").lower()

    def first(self, source: str, kind: str) -> str | None:
        """Return the first part that is related in this way and is there."""
        return next((t for _, found, t in self.relations(source) if found == kind and t in self.parts), None)


def local(node: Any) -> str:
    """Return a tag without its namespace."""
    return _split(node.tag)[1]


def is_ours(node: Any) -> bool:
    """Return whether an element is a spreadsheet's."""
    return _split(node.tag)[0] in _SPREADSHEET


@lru_cache(maxsize=4096)
def _split(tag: object) -> tuple[str, str]:
    """Return namespace and name; of what is no element, nothing."""
    if not isinstance(tag, str):
        return "", ""
    space, _, name = tag.rpartition("}")
    return space.removeprefix("{"), name


def read_second(data: bytes) -> dict[str, SecondSheet]:
    """Return the sheets by name. Raises NoOpinion, and Broken where the whole workbook is."""
    book = SecondBook.of(data)
    main = book.first("", "officeDocument")
    if not main:
        raise Broken("no workbook")
    root = book.tree(main)
    related = {id: (kind, target) for id, kind, target in book.relations(main)}
    strings = book.first(main, "sharedStrings")
    found = {}
    for node in root.iter():
        if is_ours(node) and local(node) == "sheet":
            ids = [value for key, value in node.attrib.items() if key.endswith("}id")]
            kind, part = related.get(ids[0] if ids else "", ("", ""))
            if kind == "worksheet":
                found[node.get("name", "")] = SecondSheet(part, _read_once(book, part, strings or ""))
    return found


_READ: Final[OrderedDict[bytes, Cells | Broken]] = OrderedDict()
_REMEMBERED: Final = 400


def _read_once(book: SecondBook, part: str, strings: str) -> Cells | Broken:
    """Return the cells of a part, or what is wrong with it; equal parts are read once."""
    said = sha256(book.parts.get(part, b"")).digest() + sha256(book.parts.get(strings, b"")).digest()
    if said not in _READ:
        _READ[said] = read_or_break(book, part, strings)
        if len(_READ) > _REMEMBERED:
            _READ.popitem(last=False)
    _READ.move_to_end(said)
    return _READ[said]


def read_or_break(book: SecondBook, part: str, strings: str) -> Cells | Broken:
    """Return the cells of a part, or what is wrong with it."""
    texts = _read_table(book.parts[strings]) if strings else ()
    try:
        return read_cells(book.tree(part), texts)
    except Broken as broken:
        return broken


@lru_cache(maxsize=32)
def _read_table(xml: bytes) -> tuple[str, ...]:
    return tuple(read_texts(SecondBook({"strings": xml}).tree("strings")))


# --- structure -------------------------------------------------------------------------------------------------------


def refuse_odd_nesting(node: Any) -> None:
    """Raise Broken where an element of ours holds what it may not."""
    name = local(node)
    if name not in _MAY_HOLD or name == "extLst":
        return
    children = [local(child) if is_ours(child) else f"?{local(child)}" for child in node]
    if any(child not in _MAY_HOLD[name] for child in children):
        raise Broken(f"{name} holds {children}")
    if name in ("c", "r", "is", "si") and any(children.count(child) > 1 for child in _ONCE):
        raise Broken(f"{name} holds twice {children}")
    between = [node.text, *(child.tail for child in node)]
    if name not in _TEXTUAL and any(text and text.strip(_BLANKS) for text in between):
        raise Broken(f"{name} holds text")
    for child in node:
        refuse_odd_nesting(child)


def read_texts(root: Any) -> list[str]:
    """Return the texts of the string table."""
    if local(root) != "sst" or not is_ours(root):
        raise NoOpinion("string table")
    for item in root:
        if not is_ours(item) or local(item) not in ("si", "extLst"):
            raise Broken("string table holds something else")
        refuse_odd_nesting(item)
    return [text_of(item) for item in root if local(item) == "si"]


def text_of(item: Any) -> str:
    """Return the text of an item: its own, or that of its runs."""
    pieces = [[child] if local(child) == "t" else [node for node in child if local(node) == "t"] for child in item]
    shown = [piece for child, piece in zip(item, pieces, strict=True) if local(child) in ("t", "r")]
    return unescape("".join(node.text or "" for nodes in shown for node in nodes))


def unescape(text: str) -> str:
    """Return a text without Excel's escapes; halves of characters stay."""
    pieces, at = [], 0
    for found in _ESCAPE.finditer(text):
        number = int(found[1], 16)
        if not 0xD800 <= number <= 0xDFFF:
            pieces += [text[at : found.start()], chr(number)]
            at = found.end()
    return "".join(pieces) + text[at:]


# --- cells -----------------------------------------------------------------------------------------------------------


def read_cells(root: Any, texts: Sequence[str]) -> Cells:
    """Return the cells of a sheet."""
    if local(root) != "worksheet" or not is_ours(root):
        raise Broken("no worksheet")
    data = [node for node in root.iter() if is_ours(node) and local(node) == "sheetData"]
    if len(data) > 1 or (data and data[0].getparent() is not root):
        raise Broken("sheet data twice")
    if not data:
        raise NoOpinion("no sheet data")
    refuse_odd_nesting(data[0])
    found: Cells = {}
    shared: dict[str, tuple[str, Place]] = {}
    for place, node in places(data[0]):
        if place in found:
            raise Broken(f"cell twice: {place}")
        found[place] = read_cell(node, place, texts, shared)
    return {place: seen for place, seen in found.items() if not is_blank(seen)}


def places(data: Any) -> Iterator[tuple[Place, Any]]:
    """Yield the cells with their places: where they say, else right of the one before."""
    row = 0
    for line in data:
        if local(line) != "row":
            continue
        said = (line.get("r") or "").strip(_BLANKS)
        row = int(said) if re.fullmatch(r"[0-9]{1,9}", said) else row + 1
        at = (row, 0)
        if not 1 <= row <= 1_048_576:
            raise Broken(f"row {said}")
        for node in line:
            if local(node) == "c":
                at = place_of(node, at)
                yield at, node


def is_blank(seen: Seen) -> bool:
    """Return whether nothing stands in a cell: no value, no text of any length, and no formula."""
    kind, value, formula = seen
    return formula is None and kind in ("blank", "text") and not value


def place_of(node: Any, before: Place) -> Place:
    """Return where a cell lies."""
    said = (node.get("r") or "").strip(_BLANKS)
    if not said:
        at = (before[0], before[1] + 1)
    elif found := _ADDRESS.fullmatch(said):
        column = 0
        for letter in found[1].upper():
            column = column * 26 + ord(letter) - 64
        at = (int(found[2]), column)
    else:
        raise Broken(f"address {said}")
    if not (1 <= at[0] <= 1_048_576 and 1 <= at[1] <= 16_384):
        raise Broken(f"address {said}")
    return at


def read_cell(node: Any, place: Place, texts: Sequence[str], shared: dict[str, tuple[str, Place]]) -> Seen:
    """Return what a cell holds."""
    parts = {local(child): child for child in node}
    formula = read_formula(parts["f"], place, shared) if "f" in parts else None
    type = node.get("t", "n")
    text = text_of(parts["is"]) if "is" in parts else ""
    raw = (parts["v"].text or "") if "v" in parts else ""
    if raw.strip(_BLANKS) if type == "inlineStr" else text:
        return "unread", unescape(raw) + text, formula
    if type == "inlineStr":
        return "text", text, formula
    kind, value = read_value(type, raw, texts)
    return kind, value, formula


def read_value(type: str, raw: str, texts: Sequence[str]) -> tuple[str, object]:
    """Return kind and value of what stands in ``<v>``."""
    if type == "str":
        return "text", unescape(raw)
    if type == "e":
        return ("error", unescape(raw)) if raw else ("blank", "")
    bare = raw.strip(_BLANKS)
    if not bare:
        return "blank", ""
    if type == "n" and _NUMBER.fullmatch(bare) and not isinf(number := float(Decimal(bare))):
        return "number", number
    if type == "s":
        if not re.fullmatch("[0-9]{1,9}", bare) or int(bare) >= len(texts):
            raise Broken(f"no text {bare}")
        return "text", texts[int(bare)]
    if type == "b" and bare in ("0", "1", "true", "false"):
        return "truth", bare in ("1", "true")
    if type == "d" and _DAY.fullmatch(bare):
        return read_day(bare)
    return "unread", unescape(bare)


def read_day(text: str) -> tuple[str, object]:
    """Return the serial number of a day, counted from the last but one of 1899."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return "unread", text
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return "day", moment.toordinal() - date(1899, 12, 30).toordinal() + seconds / 86400


def read_formula(node: Any, place: Place, shared: dict[str, tuple[str, Place]]) -> str:
    """Return a formula, a shared one as it reads in its cell."""
    text, number = node.text or "", node.get("si")
    if node.get("t") != "shared" or number is None:
        return text
    if text:
        shared[number] = (text, place)
        return text
    if number not in shared:
        return ""
    origin, (row, column) = shared[number]
    from_cell, to_cell = f"{get_column_letter(column)}{row}", f"{get_column_letter(place[1])}{place[0]}"
    return str(Translator(f"={origin}", from_cell).translate_formula(to_cell))[1:]
