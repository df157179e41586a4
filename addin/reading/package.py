"""A workbook file opened: what kind of file it is, and its sheets as grids.

Values come from calamine; the sheet parts are inflated a second time for a small scan, each only when it is asked for.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from addin.reading.grid import Grid, Place, build_dense, build_sparse, is_dense, read_rich_text
from addin.reading.related import Parts, read_relation, strip_namespace
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


def word_refusal(key: str, **values: object) -> NotOpened:
    """Return the refusal worded by ``[refused]`` of words/reader.toml."""
    return NotOpened(FileStatus.UNREADABLE, say(f"reader.refused.{key}", **values))


class Package:
    """An .xlsx file held in memory. Raises :class:`NotOpened` when it is none, :data:`DAMAGE` when a part is broken."""

    def __init__(self, path: Path) -> None:
        data = _bytes(path)
        _refuse_other_kinds(data)
        package = zipfile.ZipFile(BytesIO(data))
        _refuse_other_packages(package)
        self._parts = Parts(package)
        self._workbook = CalamineWorkbook.from_filelike(BytesIO(data))

    @property
    def sheets(self) -> list[str]:
        """Names of all sheets, hidden ones too."""
        return self._workbook.sheet_names

    def grid(self, sheet: str) -> Grid:
        """Return the cells of ``sheet``, which must be there."""
        xml = self._parts.read(self._sheet_parts.get(sheet, ""))
        if not is_dense(xml):
            return build_sparse(sheet, xml, lambda: self._strings)
        return build_dense(sheet, xml, self._workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False))

    def merged(self, sheet: str) -> dict[Place, Place]:
        """Return for each cell that a merged area hides the cell that shows its value."""
        return find_merged(self._workbook.get_sheet_by_name(sheet))

    @cached_property
    def _sheet_parts(self) -> dict[str, str]:
        related = self._parts.relationships(self._parts.main)
        sheets = [
            node
            for node in ET.fromstring(self._parts.read(self._parts.main)).iter()
            if strip_namespace(node.tag) == "sheet"
        ]
        return {
            sheet.get("name", ""): related[read_relation(sheet)][1]
            for sheet in sheets
            if read_relation(sheet) in related
        }

    @cached_property
    def _strings(self) -> list[str]:
        parts = self._parts.related(self._parts.main, "sharedStrings")
        return [read_rich_text(item) for item in ET.fromstring(self._parts.read(parts[0]))] if parts else []


def find_merged(sheet: CalamineSheet) -> dict[Place, Place]:
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
        raise word_refusal("folder")
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise word_refusal("missing") from error
    except OSError as error:
        raise word_refusal("not_opened", reason=error.strerror or type(error).__name__) from error
    if not data:
        raise word_refusal("empty")
    return data


def _refuse_other_kinds(data: bytes) -> None:
    """Raise unless ``data`` begins like a zip package."""
    if data.startswith(_OLE):
        if _stream("EncryptedPackage") in data:
            raise NotOpened(FileStatus.ENCRYPTED, say("reader.refused.encrypted"))
        old_workbook = _stream("Workbook") in data or _stream("Book") in data
        raise word_refusal("xls" if old_workbook else "other_ole")
    if not data.startswith(_ZIP):
        raise word_refusal("not_a_workbook")


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
        raise word_refusal("xlsb")
    if "mimetype" in names and b"opendocument.spreadsheet" in package.read("mimetype"):
        raise word_refusal("ods")
    if "[Content_Types].xml" not in names or not _WORKBOOK.search(package.read("[Content_Types].xml")):
        raise word_refusal("no_workbook")
    if sum(info.file_size for info in infos) > LIMIT_MB << 20:
        raise word_refusal("too_large", limit=LIMIT_MB)
