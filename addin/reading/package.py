"""A workbook file opened: what kind of file it is, and its sheets as grids.

Values come from calamine; the sheet parts are inflated a second time for a small scan, each only when it is asked for.
"""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from addin.reading.grid import Grid, Place, dense, is_dense, rich_text, sparse
from addin.submission import FileStatus
from templates.words import say

LIMIT_MB: Final = 400
"""A return is some hundred kilobytes; parts that inflate to more than this are no return."""

DAMAGE: Final = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    ET.ParseError,
    EOFError,
    NotImplementedError,
    ValueError,
    LookupError,
)
"""What reading a damaged package raises (wrong numbers and unknown encodings too); all mean the same to a clerk."""

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK"
_WORKBOOK: Final = re.compile(rb"(spreadsheetml|ms-excel)\.(sheet|template)(\.macroEnabled)?\.main\+xml")


class NotOpened(Exception):
    """The file is no workbook that can be read; ``status`` and one sentence why."""

    def __init__(self, status: FileStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def unreadable(key: str, **values: object) -> NotOpened:
    """Return the refusal worded by ``[refused]`` of words/reader.toml."""
    return NotOpened(FileStatus.UNREADABLE, say(f"reader.refused.{key}", **values))


class Package:
    """An .xlsx file held in memory. Raises :class:`NotOpened` when it is none, :data:`DAMAGE` when a part is broken."""

    def __init__(self, path: Path) -> None:
        data = _bytes(path)
        _refuse_other_kinds(data)
        self._zip = zipfile.ZipFile(BytesIO(data))
        _refuse_other_packages(self._zip)
        self._workbook = CalamineWorkbook.from_filelike(BytesIO(data))

    @property
    def sheets(self) -> list[str]:
        """Names of all sheets, hidden ones too."""
        return self._workbook.sheet_names

    def grid(self, sheet: str) -> Grid:
        """Return the cells of ``sheet``, which must be there."""
        xml = self._part(self._sheet_parts.get(sheet, ""))
        if not is_dense(xml):
            return sparse(sheet, xml, lambda: self._strings)
        return dense(sheet, xml, self._workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False))

    def merged(self, sheet: str) -> dict[Place, Place]:
        """Return for each cell that a merged area hides the cell that shows its value."""
        return merged(self._workbook.get_sheet_by_name(sheet))

    @cached_property
    def _sheet_parts(self) -> dict[str, str]:
        main = self._related("", "officeDocument")[0]
        parts = self._relationships(main)
        sheets = [node for node in ET.fromstring(self._part(main)).iter() if _local(node.tag) == "sheet"]
        return {sheet.get("name", ""): parts[_relation(sheet)][1] for sheet in sheets if _relation(sheet) in parts}

    @cached_property
    def _strings(self) -> list[str]:
        parts = self._related(self._related("", "officeDocument")[0], "sharedStrings")
        return [rich_text(item) for item in ET.fromstring(self._part(parts[0]))] if parts else []

    def _related(self, source: str, type: str) -> list[str]:
        return [target for kind, target in self._relationships(source).values() if kind.endswith("/" + type)]

    def _relationships(self, source: str) -> dict[str, tuple[str, str]]:
        """Return type and target of each relationship of the part ``source`` (``""`` is the package)."""
        folder, name = posixpath.split(source)
        root = ET.fromstring(self._part(posixpath.join(folder, "_rels", f"{name}.rels")))
        return {node.get("Id", ""): (node.get("Type", ""), _target(folder, node.get("Target", ""))) for node in root}

    def _part(self, name: str) -> bytes:
        try:
            return self._zip.read(name)
        except KeyError as error:
            raise zipfile.BadZipFile(str(error)) from error


def merged(sheet: CalamineSheet) -> dict[Place, Place]:
    """Return for each cell that a merged area hides the cell that shows its value."""
    return {
        (row, column): (top + 1, left + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        for row in range(top + 1, bottom + 2)
        for column in range(left + 1, right + 2)
        if (row, column) != (top + 1, left + 1)
    }


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise unreadable("folder")
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise unreadable("missing") from error
    except OSError as error:
        raise unreadable("not_opened", reason=error.strerror or type(error).__name__) from error
    if not data:
        raise unreadable("empty")
    return data


def _refuse_other_kinds(data: bytes) -> None:
    """Raise unless ``data`` begins like a zip package."""
    if data.startswith(_OLE):
        if _stream("EncryptedPackage") in data:
            raise NotOpened(FileStatus.ENCRYPTED, say("reader.refused.encrypted"))
        old_workbook = _stream("Workbook") in data or _stream("Book") in data
        raise unreadable("xls" if old_workbook else "other_ole")
    if not data.startswith(_ZIP):
        raise unreadable("not_a_workbook")


def _stream(name: str) -> bytes:
    """Return a stream's name as an OLE directory holds it."""
    return (name + "\0").encode("utf-16-le")


def _refuse_other_packages(package: zipfile.ZipFile) -> None:
    """Raise unless the package is an .xlsx of reasonable size."""
    infos = package.infolist()
    names = {info.filename for info in infos}
    if any(info.flag_bits & 1 for info in infos):
        raise NotOpened(FileStatus.ENCRYPTED, say("reader.refused.encrypted"))
    if "xl/workbook.bin" in names:
        raise unreadable("xlsb")
    if "mimetype" in names and b"opendocument.spreadsheet" in package.read("mimetype"):
        raise unreadable("ods")
    if "[Content_Types].xml" not in names or not _WORKBOOK.search(package.read("[Content_Types].xml")):
        raise unreadable("no_workbook")
    if sum(info.file_size for info in infos) > LIMIT_MB << 20:
        raise unreadable("too_large", limit=LIMIT_MB)


def _target(folder: str, target: str) -> str:
    return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _relation(sheet: ET.Element) -> str:
    return next((value for key, value in sheet.attrib.items() if _local(key) == "id" and key != "id"), "")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
