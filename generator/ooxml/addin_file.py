"""The add-in as a file: ``tianbao.xlam`` from the sources in ``macros/``, on any system, without Excel.

The VBA project holds sources only and no compiled code, as [MS-OVBA] asks of whoever writes one: Excel compiles it when
it is opened. Two builds on one machine are the same bytes.
"""

from __future__ import annotations

import locale
import shutil
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyopenvba import ExcelFile
from pyopenvba.cfb import CFB

from generator.files import UNDATED, write_beside
from generator.strict import StrictWorkbook
from generator.temporary import temporary_folder
from templates.words import say

MACROS = Path(__file__).parents[2] / "macros"
ADDIN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
PATH_FILE = "tianbao-path.txt"
"""Beside the add-in; its first line says where the program is."""
NOT_STARTED = "tianbao_not_started"
"""The name of the cell whose text the launcher shows when it cannot start the program."""

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_PROJECT = "application/vnd.ms-office.vbaProject"
_RELATIONSHIP = "http://schemas.microsoft.com/office/{}"
_TYPES = "[Content_Types].xml"
_NO_CACHE = bytes.fromhex("CC61FFFF000100")
"""The stream _VBA_PROJECT of a project without compiled code ([MS-OVBA] 2.3.4.1 and 3.1.1)."""


@dataclass(frozen=True)
class _Part:
    """A part to put into a package, and the relationship that leads to it."""

    name: str
    data: bytes
    listed_in: str
    target: str
    relationship: str
    content_type: str = ""  # blank where the extension says enough


def build_addin(path: Path) -> None:
    """Write the add-in. Raises OSError when ``path`` cannot be written; what stood there then still does."""
    with temporary_folder() as folder:
        plain = Path(folder) / "plain.xlsx"
        write_carrier(plain)
        rewrite_as(plain, path, ADDIN, (make_project(), _ribbon()))


def keep_program_path(addin: Path, program: Path) -> Path:
    """Write where the program is beside the add-in, for its launcher, and return the file.

    Raises UnicodeError when the machine's code page, which VBA reads in, lacks a character of the path.
    """
    note = addin.with_name(PATH_FILE)
    content = f"{program}\n".encode(locale.getencoding())
    with write_beside(note) as beside:
        beside.write_bytes(content)
    return note


def find_program() -> Path | None:
    """Return the program that belongs to this Python, else the one on the path, if there is any."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable)
    found = shutil.which("tianbao", path=str(Path(sys.executable).parent)) or shutil.which("tianbao")
    return Path(found).absolute() if found else None


def vba_project() -> bytes:
    """Return ``vbaProject.bin`` with every module of ``macros/``. Raises UnicodeError when one is not ASCII."""
    with temporary_folder() as folder:
        carrier = Path(folder) / "carrier.xlsm"
        with ExcelFile.create_new(carrier) as book:
            project = book.vba_project()
            project.delete_module("Module1")
            for module in project.modules:
                module.dirty = True  # written anew, and so without the code that Excel compiled
            for source in sorted(MACROS.glob("*.bas")):
                project.add_module(source.stem, _module(source))
            book.save()
        with zipfile.ZipFile(carrier) as parts:
            return _without_cache(parts.read("xl/vbaProject.bin"))


def _module(source: Path) -> str:
    """Return a module with the line ends that VBA wants, whatever those of the file are."""
    return "\r\n".join(source.read_text(encoding="ascii").splitlines()) + "\r\n"


def _without_cache(project: bytes) -> bytes:
    streams = CFB.from_bytes(project)
    streams.write_stream_in_storage("VBA", "_VBA_PROJECT", _NO_CACHE)
    return bytes(streams.to_bytes())


def write_carrier(path: Path) -> None:
    """Write the workbook that the add-in is: one sheet with the one Chinese sentence that its macros may need.

    The code names are those of the project's document modules.
    """
    book = StrictWorkbook(str(path))
    book.set_properties({"title": say("cli.addin.title"), "comments": say("cli.addin.comments"), "created": UNDATED})
    book.set_vba_name("ThisWorkbook")
    sheet = book.add_worksheet("Sheet1")
    sheet.set_vba_name("Sheet1")
    sheet.write_string("A1", say("cli.addin.not_started"))
    book.define_name(NOT_STARTED, "=Sheet1!$A$1")
    book.close()


def make_project() -> _Part:
    """Return the add-in's VBA project as a part of a workbook."""
    listed_in, target = "xl/_rels/workbook.xml.rels", "vbaProject.bin"
    return _Part(
        f"xl/{target}",
        vba_project(),
        listed_in,
        target,
        _RELATIONSHIP.format("2006/relationships/vbaProject"),
        _PROJECT,
    )


def _ribbon() -> _Part:
    name = "customUI/customUI14.xml"
    data = (MACROS / "customUI14.xml").read_bytes()
    return _Part(name, data, "_rels/.rels", name, _RELATIONSHIP.format("2007/relationships/ui/extensibility"))


def rewrite_as(workbook: Path, target: Path, kind: str, parts: Sequence[_Part]) -> None:
    """Write ``workbook`` (.xlsx) to ``target`` as a file of another ``kind`` that has ``parts``, too.

    Content types and relationships change, every other part stays as it is. Raises ValueError when ``workbook`` is a
    package, but not of an .xlsx, and OSError when ``target`` cannot be written.
    """
    with (
        zipfile.ZipFile(workbook) as source,
        write_beside(target) as beside,
        zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        edits = _edits(source, kind, parts)
        for part in source.infolist():
            package.writestr(part, edits.get(part.filename) or source.read(part))
        for new in parts:
            package.writestr(zipfile.ZipInfo(new.name, UNDATED.timetuple()[:6]), new.data, zipfile.ZIP_DEFLATED)


def _edits(source: zipfile.ZipFile, kind: str, parts: Sequence[_Part]) -> dict[str, str]:
    """Return the parts of the package that list others, anew."""
    types = source.read(_TYPES).decode()
    if _WORKBOOK not in types:
        raise ValueError(f"{source.filename} is no .xlsx")
    edits = {_TYPES: types.replace(_WORKBOOK, kind)}
    for part in parts:
        listed = edits.get(part.listed_in) or source.read(part.listed_in).decode()
        link = f'<Relationship Id="tianbao{Path(part.target).stem}" Type="{part.relationship}" Target="{part.target}"/>'
        edits[part.listed_in] = listed.replace("</Relationships>", link + "</Relationships>")
        if part.content_type:
            override = f'<Override PartName="/{part.name}" ContentType="{part.content_type}"/>'
            edits[_TYPES] = edits[_TYPES].replace("</Types>", override + "</Types>")
    return edits
