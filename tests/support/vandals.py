"""What people do to workbooks that they should leave alone, each to a copy of a filled one."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.comments import Comment

from generator.ooxml.edit import edit_part, part_of

Deed = Callable[[Path], None]


def by_openpyxl(change: Callable[[Any], None]) -> Deed:
    """Return the deed that changes the open workbook and saves it."""

    def deed(path: Path) -> None:
        book = load_workbook(path)
        change(book)
        book.save(path)

    return deed


def put(sheet: str, cell: str, value: object) -> Deed:
    """Put a value into a cell."""
    return by_openpyxl(lambda book: setattr(book[sheet][cell], "value", value))


def values_only(sheet: str) -> Deed:
    """Put a value in place of every formula of the sheet."""

    def change(book: Any) -> None:
        for row in book[sheet].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.value = "值"

    return by_openpyxl(change)


def title(sheet: str, name: str) -> Deed:
    """Rename a sheet and leave the formulas that name it."""
    return by_openpyxl(lambda book: setattr(book[sheet], "title", name))


def rename(sheet: str, name: str) -> Deed:
    """Rename a sheet as a spreadsheet program does: every formula follows."""

    def deed(path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            parts = [part for part in package.namelist() if re.match(r"xl/(workbook|worksheets/[^/]*)\.xml$", part)]
        old, new = f"'{sheet}'!".encode(), f"'{name}'!".encode()
        for part in parts:
            edit_part(path, part, lambda xml: xml.replace(old, new))
        named = f'name="{sheet}"'.encode(), f'name="{name}"'.encode()
        edit_part(path, "xl/workbook.xml", lambda xml: xml.replace(*named))

    return deed


def comment(sheet: str, cell: str, text: str) -> Deed:
    """Comment on a cell."""
    return by_openpyxl(lambda book: setattr(book[sheet][cell], "comment", Comment(text, "某人")))


def hide(sheet: str, row: int = 0, column: str = "") -> Deed:
    """Hide a row or a column."""

    def change(book: Any) -> None:
        line = book[sheet].row_dimensions[row] if row else book[sheet].column_dimensions[column]
        line.hidden = True

    return by_openpyxl(change)


def squeeze(sheet: str, row: int) -> Deed:
    """Make a row so low that nobody sees it."""
    return by_openpyxl(lambda book: setattr(book[sheet].row_dimensions[row], "height", 0.01))


def merge_over(sheet: str, area: str) -> Deed:
    """Merge cells and keep what they hold, as some programs do: Excel shows the first one only."""

    def deed(path: Path) -> None:
        merged = f'</sheetData><mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'.encode()
        name = part_of(path, sheet)

        def change(xml: bytes) -> bytes:
            if b"<mergeCells" in xml:
                return xml.replace(b"</mergeCells>", f'<mergeCell ref="{area}"/></mergeCells>'.encode())
            return xml.replace(b"</sheetData>", merged)

        edit_part(path, name, change)

    return deed


def part(name: str, data: bytes = b"") -> Deed:
    """Add a part to the package."""

    def deed(path: Path) -> None:
        with zipfile.ZipFile(path, "a") as package:
            package.writestr(name, data)

    return deed


def linked(path: Path) -> None:
    """Link the workbook to another one."""
    relation = b'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"'
    inner = relation % b"externalLink" + b' Target="externalLinks/externalLink1.xml"/></Relationships>'
    outer = relation % b"externalLinkPath" + b' Target="D:\\other.xlsx" TargetMode="External"/>'
    edit_part(path, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"</Relationships>", inner))
    part("xl/externalLinks/externalLink1.xml", b"<externalLink/>")(path)
    part("xl/externalLinks/_rels/externalLink1.xml.rels", b"<Relationships>" + outer + b"</Relationships>")(path)
