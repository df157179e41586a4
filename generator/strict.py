"""XlsxWriter that never fails silently and keeps texts as they are, with the protection that Excel 2013 and later have.

XlsxWriter returns −1 for a write out of bounds and warns where it drops a validation; here each of these raises. It
writes a text of the form ``<r>…</r>`` as markup and the cached text of a formula without escapes; here both stay the
texts that they are (decision 0022), and one that is too long for a cell says where it was cut. Sheets and the
workbook's structure are protected with salted SHA-512 hashes (ECMA-376 part 1, 18.2.29 and 18.3.1.85), which XlsxWriter
cannot write itself.
"""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.utility import _preserve_whitespace as has_outer_blanks
from xlsxwriter.worksheet import Worksheet

from generator.lock import Lock
from generator.row_text import RowText
from generator.temporary import temporary_folder
from templates.characters import show_halves
from templates.words import say

TEXT_LIMIT = 32_767
"""So many UTF-16 units a cell can hold."""

_IN_MEMORY = 500_000
"""Cells up to which the parts of a workbook are put together in memory, and not in files of their own."""

_PIECE = 1 << 20
_LARGE = 1 << 31
"""Bytes from which on a part has a longer entry in the package, which not every program reads."""

_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
"""What XML cannot hold, and the carriage return, which it would make a line feed."""


class GeneratorError(RuntimeError):
    """XlsxWriter would have lost something without a word."""


SHEET_RIGHTS = {
    "autofilter": True,
    "sort": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
"""What a clerk may still do on a protected sheet."""


class StrictWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A worksheet whose writes raise instead of returning a negative number."""

    lock: Lock | None = None
    row_text: RowText | None = None
    """How formulas of one row are spelled so that they read the same in every row."""
    spell_list: Callable[[], Iterator[str]] | None = None
    """Gives the XML of rows below all others, of a list too long to be put in cell by cell."""
    list_rows: int = 0
    """How many rows that are."""

    @staticmethod
    def _escape_control_characters(data: object) -> object:
        return escape(data) if isinstance(data, str) else data

    def append_list(self, rows: int, columns: int, spell: Callable[[], Iterator[str]]) -> int:
        """Put a list of so many rows below what has been written; ``spell`` gives their XML when the file is written.

        Returns the first row of the list, counted from 0.
        """
        first = int(self.dim_rowmax or 0) + 1
        if rows:
            self._check_dimensions(first + rows - 1, columns - 1)
            self.spell_list, self.list_rows = spell, rows
        return first

    def _write_rows(self) -> None:
        """Write the cells that were put in, then the list."""
        if self.spell_list is None:
            super()._write_rows()
            return
        self.dim_rowmax -= self.list_rows
        super()._write_rows()
        self.dim_rowmax += self.list_rows
        for piece in self.spell_list():
            self.fh.write(piece)

    def protect_with(self, lock: Lock, **rights: bool) -> None:
        """Protect the sheet with ``lock``; ``rights`` widen :data:`SHEET_RIGHTS`."""
        super().protect("", SHEET_RIGHTS | rights)
        self.lock = lock

    def data_validation(self, *args: Any) -> None:
        """As XlsxWriter's, but a rule it would drop raises."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            _checked(super().data_validation)(*args)

    def conditional_format(self, *args: Any) -> None:
        """As XlsxWriter's, but a rule it would drop raises."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            _checked(super().conditional_format)(*args)

    def _write_string(self, row: int, column: int, text: str, style: Any = None) -> int:
        """As XlsxWriter's, but a text that no file or no cell can hold becomes one that can."""
        return int(super()._write_string(row, column, make_storable(text), style))

    def _write_formula(self, row: int, column: int, formula: str, style: Any = None, value: object = 0) -> int:
        """As XlsxWriter's, with a cached text that a file can hold."""
        value = make_storable(value) if isinstance(value, str) else value
        formula = self.row_text.spell(formula, row + 1) if self.row_text else formula
        return int(super()._write_formula(row, column, formula, style, value))

    def _xml_formula_element(self, formula: str, result: object, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        """Write the cached value of a formula; a text is escaped as the string table escapes its texts."""
        if isinstance(result, str):
            result = escape(result)
            attributes = [(name, "str" if (name, value) == ("t", "e") else value) for name, value in attributes]
        super()._xml_formula_element(formula, result, attributes)

    def _xml_rich_inline_string(self, text: str, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        """Write a text that looks like markup as the text it is; we write no rich texts."""
        self._xml_inline_string(text, has_outer_blanks(text), attributes)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Skip the search for functions newer than Excel 2010: we write none, and it takes a third of the time."""
        return formula.removeprefix("=")

    def _xml_empty_tag(self, tag: str, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        """Put the hash into the one tag that protects, and escape the shown text of links; XlsxWriter does neither."""
        if tag == "sheetProtection" and self.lock is not None:
            attributes = [*self.lock.attributes(""), *attributes]
        if tag == "hyperlink":
            attributes = [
                (name, escape(make_storable(text)) if name == "display" else text) for name, text in attributes
            ]
        super()._xml_empty_tag(tag, attributes)


def _checked(write: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*args: Any, **options: Any) -> Any:
        outcome = write(*args, **options)
        if isinstance(outcome, int) and outcome < 0:
            raise GeneratorError(f"{write.__name__}{args!r} was refused with {outcome}")
        return outcome

    return checked


for _name in ("write_string", "write_number", "write_formula", "write_blank", "write_datetime", "write_url", "set_row"):
    setattr(StrictWorksheet, _name, _checked(getattr(Worksheet, _name)))


def make_storable(text: str) -> str:
    """Return ``text`` as a cell can hold it; where something has to be left out, the text says so itself."""
    if not text.isascii():
        text = show_halves(text)
    if len(text) <= TEXT_LIMIT // 2 or _units(text) <= TEXT_LIMIT:
        return text
    note = say("workbook.cut", length=len(text))
    kept = text.encode("utf-16-le")[: 2 * (TEXT_LIMIT - len(note))]
    return kept.decode("utf-16-le", "ignore") + note


def escape(text: str) -> str:
    """Return ``text`` with control characters as ``_x0001_``, and what looks like such an escape told apart from one.

    XlsxWriter's own overlooks escapes that overlap: ``_x005F_x0041_`` would come back as ``_x005FA``.
    """
    if text.isprintable() and "_x" not in text:
        return text
    return _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", _ESCAPE.sub("_x005F_", text))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class _Strings(SharedStrings):  # type: ignore[misc]  # XlsxWriter has no types
    """The string table, in which a text that looks like markup is the text it is."""

    @staticmethod
    def _escape_control_characters(data: object) -> object:
        return escape(data) if isinstance(data, str) else data

    def _xml_rich_si_element(self, text: str) -> None:
        self._xml_si_element(text, [("xml:space", "preserve")] if has_outer_blanks(text) else [])


class _Packager(Packager):  # type: ignore[misc]  # XlsxWriter has no types
    """As XlsxWriter's, with our string table."""

    def _write_shared_strings_file(self) -> None:
        if not self.workbook.str_table.count:
            return
        strings = _Strings()
        strings.string_table = self.workbook.str_table
        strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
        strings._assemble_xml_file()

    def _create_package(self) -> list[Any]:
        """Leave the parts to the workbook, which packs them itself."""
        self.workbook.parts = super()._create_package()
        return []


def _count_cells(sheet: StrictWorksheet) -> int:
    return sum(len(row) for row in sheet.table.values()) + sheet.list_rows * int((sheet.dim_colmax or 0) + 1)


class StrictWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]  # XlsxWriter has no types
    """A workbook of strict sheets whose structure can be protected."""

    worksheet_class = StrictWorksheet
    structure: Lock | None = None
    effort = 6
    """How hard to try to make the file small: 1 to 9, as zlib counts."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        super().__init__(path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})

    def close(self) -> None:
        """Write the file. Raises OSError, which XlsxWriter would dress up, when it cannot be written."""
        self.in_memory = sum(_count_cells(sheet) for sheet in self.worksheets()) < _IN_MEMORY
        self.filename = BytesIO()
        try:
            with nullcontext() if self.in_memory else temporary_folder() as self.tmpdir:
                super().close()
                whole = self._pack()
        except FileCreateError as error:
            raise error.args[0] from error
        self.path.write_bytes(whole.getbuffer())

    def _pack(self) -> BytesIO:
        """Return the package of all parts: in memory, as a zip file on a full disk complains when it is dropped."""
        whole = BytesIO()
        with ZipFile(whole, "w", ZIP_DEFLATED, compresslevel=self.effort) as package:
            while self.parts:
                part, name, _ = self.parts.pop(0)
                self._pack_part(package, part, name)
        return whole

    def _pack_part(self, package: ZipFile, part: Any, name: str) -> None:
        if self.in_memory:
            content = part.getvalue()
            with package.open(name, "w") as target:
                target.write(content.encode() if isinstance(content, str) else content)
            return
        large = Path(part).stat().st_size >= _LARGE
        with Path(part).open("rb") as source, package.open(name, "w", force_zip64=large) as target:
            shutil.copyfileobj(source, target, _PIECE)
        Path(part).unlink()

    def set_properties(self, properties: dict[str, Any]) -> None:
        """As XlsxWriter's, with texts that a file can hold."""
        kept = {name: make_storable(value) if isinstance(value, str) else value for name, value in properties.items()}
        super().set_properties(kept)

    def share_text(self, text: str) -> int:
        """Put a text into the table of all texts; return its place there."""
        return int(self.str_table._get_shared_string_index(make_storable(text)))

    def _get_packager(self) -> Packager:
        return _Packager()

    def _write_workbook_pr(self) -> None:
        super()._write_workbook_pr()
        if self.structure is None:
            return
        attributes = [*self.structure.attributes("workbook"), ("lockStructure", 1)]
        self._xml_empty_tag("workbookProtection", attributes)
