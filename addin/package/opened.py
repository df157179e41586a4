"""Opening a received workbook: once, whole, with what tells it from others and every sheet as columns."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from addin.package import limits
from addin.package.container import Container, read_tree
from addin.package.limits import Limits
from addin.package.markup import BadMarkup
from addin.package.refusal import NotOpened, word_damage, word_refusal
from addin.package.sheet import Locks, Sheet
from addin.package.sheets import SheetPart, read_sheets
from addin.package.strings import read_strings
from addin.package.styles import Styles, read_styles
from templates.system import find_reason

_WORKBOOK_KINDS: Final = ("spreadsheetml", "ms-excel")
_ON: Final = ("1", "true")

Wanted = Callable[[str], bool]


def _every(_sheet: str) -> bool:
    return True


@dataclass(frozen=True)
class Origin:
    """Which file it was: its fingerprint, and who says to have saved it, and when."""

    sha256: str
    saved_at: datetime | None = None
    saved_by: str = ""
    """The person, as the program knows him."""
    program: str = ""


@dataclass(frozen=True, eq=False)
class OpenedPackage:
    """A workbook as it came. Nothing in it has been interpreted yet."""

    origin: Origin
    sheets: dict[str, Sheet]
    """Those that were asked for, in their order."""
    broken: dict[str, NotOpened]
    """In place of the sheets that were asked for and cannot be read, why not."""
    names: dict[str, str]
    """Defined names of the whole workbook, without those that programs make for themselves."""
    styles: Styles
    structure_locked: bool
    from_1904: bool
    """Whether its days are counted from 1904."""
    macros: bool
    links: tuple[str, ...]
    """Other workbooks that this one reads."""

    def refuse_broken(self) -> None:
        """Raise NotOpened where any sheet cannot be read."""
        for refused in self.broken.values():
            raise refused

    def locks(self, sheet: Sheet) -> Locks:
        """Return which cells of the sheet are locked when it is protected."""
        return Locks(sheet, self.styles.unlocked)


def open_package(path: Path, wanted: Wanted = _every, most: Limits = limits.RETURN) -> OpenedPackage:
    """Return the workbook at ``path``. Raises NotOpened where there is none, or none that can be read.

    ``wanted`` says of a sheet's name whether the sheet is read; ``most`` is how large the workbook may be.
    """
    return open_bytes(read_bytes(path, most), wanted, most)


def read_bytes(path: Path, most: Limits = limits.RETURN) -> bytes:
    """Return the bytes of a file. Raises NotOpened where there are none to be had, or more than ``most``."""
    if path.is_dir():
        raise word_refusal("folder")
    if path.exists() and not path.is_file():
        raise word_refusal("no_file")
    try:
        if path.stat().st_size > most.file_mb * limits.MEGABYTE:
            raise word_refusal("large_file", limit=most.file_mb)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise word_refusal("missing") from error
    except OSError as error:
        raise word_refusal("not_opened", reason=find_reason(error)) from error
    except ValueError as error:  # a name that no file can have
        raise word_refusal("missing") from error


def open_bytes(
    data: bytes, wanted: Wanted = _every, most: Limits = limits.RETURN, *, usual: bool = True
) -> OpenedPackage:
    """Return the workbook that ``data`` are; arguments are those of :func:`open_package`. Raises NotOpened.

    Without ``usual`` every part goes through the XML parser, however it is spelled.
    """
    container = Container(data, most)
    main = _main_part(container)
    book = read_tree(container, main)
    parts = list(_sheet_parts(container, main, book, wanted))
    sheets = read_sheets(parts, _texts(container, main, usual=usual), most.cells, usual=usual)
    return OpenedPackage(
        origin=_origin(container, data),
        sheets={name: sheet for name, sheet in sheets.items() if isinstance(sheet, Sheet)},
        broken={name: sheet for name, sheet in sheets.items() if isinstance(sheet, NotOpened)},
        names=_names(book),
        styles=_styles(container, main),
        structure_locked=_attribute(book, "workbookProtection", "lockStructure") in _ON,
        from_1904=_attribute(book, "workbookPr", "date1904") in _ON,
        macros=any(name.endswith("vbaproject.bin") for name in container.names),
        links=tuple(_links(container, main)),
    )


# --- what kind of package it is --------------------------------------------------------------------------------------


def _main_part(container: Container) -> str:
    """Return the part that everything else is related to. Raises NotOpened for packages that are no .xlsx."""
    if "xl/workbook.bin" in container:
        raise word_refusal("xlsb")
    if "mimetype" in container and b"opendocument.spreadsheet" in container.read("mimetype"):
        raise word_refusal("ods")
    if "[content_types].xml" not in container:
        raise word_refusal("no_workbook")
    found = container.related("", "officeDocument")
    if not found or not _is_workbook(container, found[0]):
        raise word_refusal("no_workbook")
    return found[0]


def _is_workbook(container: Container, part: str) -> bool:
    """Return whether the package says of its main part that it is a workbook, with or without macros, or a template."""
    types = read_tree(container, "[content_types].xml")
    said = [node.get("ContentType", "") for node in types if node.get("PartName", "").lower().lstrip("/") == part]
    said += [node.get("ContentType", "") for node in types if part.endswith(f".{node.get('Extension', '?').lower()}")]
    return bool(said) and said[0].endswith("main+xml") and any(kind in said[0] for kind in _WORKBOOK_KINDS)


def _attribute(book: ET.Element, tag: str, name: str) -> str:
    node = book.find(tag)
    return "" if node is None else node.get(name, "")


def _names(book: ET.Element) -> dict[str, str]:
    return {
        node.get("name", ""): node.text or ""
        for node in book.iter("definedName")
        if not node.get("name", "").startswith("_xlnm.") and node.get("localSheetId") is None
    }


def _styles(container: Container, main: str) -> Styles:
    found = container.related(main, "styles")
    return read_styles(read_tree(container, found[0])) if found else Styles()


def _links(container: Container, main: str) -> Iterator[str]:
    """Yield the targets of links to other workbooks, as far as they are said."""
    for part in container.related(main, "externalLink"):
        targets = [target for _, target, _ in container.relationships(part).values()]
        yield targets[0] if targets else part.rpartition("/")[2]


# --- sheets ----------------------------------------------------------------------------------------------------------


def _texts(container: Container, main: str, *, usual: bool) -> list[str]:
    """Return the string table."""
    tables = container.related(main, "sharedStrings")
    try:
        return read_strings(container.read(tables[0]), usual=usual) if tables else []
    except BadMarkup as error:
        raise word_damage(tables[0], str(error)) from error


def _sheet_parts(container: Container, main: str, book: ET.Element, wanted: Wanted) -> Iterator[SheetPart]:
    """Yield the parts of the sheets in their order. Raises NotOpened where two sheets cannot be told apart."""
    related = container.relationships(main)
    seen_names: set[str] = set()
    seen_parts: set[str] = set()
    for node in book.iter("sheet"):
        name, (kind, part, _) = node.get("name", ""), related.get(node.get("id", ""), ("", "", True))
        if name.casefold() in seen_names:
            raise word_refusal("sheet_twice", sheet=name)
        if part in seen_parts:
            raise word_refusal("part_twice", sheet=name)
        seen_names.add(name.casefold())
        seen_parts.add(part)
        if kind == "worksheet" and wanted(name):
            yield SheetPart(name, node.get("state", "visible"), part, container.read(part), _comments(container, part))


def _comments(container: Container, sheet: str) -> dict[str, str]:
    trees = [read_tree(container, part) for part in container.related(sheet, "comments")]
    nodes = (node for found in trees for node in found.iter("comment"))
    return {node.get("ref", ""): "".join(text.text or "" for text in node.iter("t")) for node in nodes}


def digest_file(path: Path) -> str:
    """Return the SHA-256 of the file's bytes; ``""`` where it cannot be opened, which reading it will tell."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


# --- who saved it ----------------------------------------------------------------------------------------------------


def _origin(container: Container, data: bytes) -> Origin:
    core, app = (_properties(container, kind) for kind in ("core-properties", "extended-properties"))
    return Origin(
        sha256=hashlib.sha256(data).hexdigest(),
        saved_at=_moment(core.get("modified", "")),
        saved_by=core.get("lastModifiedBy", ""),
        program=app.get("Application", ""),
    )


def _properties(container: Container, kind: str) -> dict[str, str]:
    """Return the texts of a part with properties; none where it is damaged: nothing of the data depends on them."""
    for part in container.related("", kind):
        try:
            return {node.tag: (node.text or "").strip() for node in read_tree(container, part)}
        except NotOpened:
            continue
    return {}


def _moment(text: str) -> datetime | None:
    try:
        saved = datetime.fromisoformat(text)
    except ValueError:
        return None
    return saved if saved.tzinfo else saved.replace(tzinfo=UTC)
