"""Small changes to a finished workbook: one part replaced, every other byte of content as it was.

The demo and the tests imitate with it what people and programs do to workbooks.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from generator.files import write_beside

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PROPERTIES = "docProps/core.xml"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def edit_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Replace one part of the workbook at ``path`` by what ``change`` makes of it. Raises KeyError without it."""
    with write_beside(path) as beside, zipfile.ZipFile(path) as old, zipfile.ZipFile(beside, "w") as new:
        old.getinfo(part)
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry, change(content) if entry.filename == part else content, zipfile.ZIP_DEFLATED)


def put_constant(path: Path, sheet: str, cell: str, number: float) -> None:
    """Put a number in place of what stands in a cell that is not blank. Raises KeyError where there is none such."""

    def change(xml: bytes) -> bytes:
        pattern = re.compile(rb'<c r="' + cell.encode() + rb'"( s="\d+")?[^>]*>.*?</c>', re.DOTALL)
        changed, count = pattern.subn(rb'<c r="' + cell.encode() + rb'"\g<1>><v>%.15g</v></c>' % number, xml)
        if not count:
            raise KeyError(f"{sheet}!{cell}")
        return changed

    edit_part(path, part_of(path, sheet), change)


def put_modified(path: Path, moment: datetime) -> None:
    """State ``moment`` as the time when the workbook was last saved."""
    stamp = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    edit_part(path, _PROPERTIES, lambda xml: _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", xml))


def part_of(path: Path, sheet: str) -> str:
    """Return the name of the part that holds a sheet. Raises KeyError when there is no such sheet."""
    with zipfile.ZipFile(path) as package:
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    ids = {found.get("name"): found.get(_RELATION) for found in book.iter(f"{_MAIN}sheet")}
    targets = {found.get("Id"): found.get("Target", "") for found in relations}
    return posixpath.join("xl", targets[ids[sheet]])
