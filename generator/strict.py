"""XlsxWriter that never fails silently, with the protection that Excel 2013 and later write.

XlsxWriter returns −1 for a write out of bounds and −2 for a text that is too long, and warns where it drops a
validation; here each of these raises. Sheets and the workbook's structure are protected with salted SHA-512 hashes
(ECMA-376 part 1, 18.2.29 and 18.3.1.85), which XlsxWriter cannot write itself.
"""

from __future__ import annotations

import base64
import hashlib
import os
import struct
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

SPIN_COUNT = 100_000
"""What Excel itself writes."""


class GeneratorError(RuntimeError):
    """XlsxWriter would have lost something without a word."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A password as workbooks keep it: salted, hashed, never in clear."""

    hash: str
    salt: str
    spin: int = SPIN_COUNT

    @classmethod
    def of(cls, password: str) -> Self:
        """Hash ``password`` with a fresh salt."""
        salt = os.urandom(16)
        digest = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
        for turn in range(SPIN_COUNT):
            digest = hashlib.sha512(digest + struct.pack("<I", turn)).digest()
        return cls(base64.b64encode(digest).decode(), base64.b64encode(salt).decode())

    def attributes(self, prefix: str) -> list[tuple[str, object]]:
        """Return the lock as XML attributes; those of the workbook begin with ``workbook``."""
        named = {"algorithmName": "SHA-512", "hashValue": self.hash, "saltValue": self.salt, "spinCount": self.spin}
        return [(f"{prefix}{name[0].upper()}{name[1:]}" if prefix else name, value) for name, value in named.items()]


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

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Skip the search for functions newer than Excel 2010: we write none, and it takes a third of the time."""
        return formula.removeprefix("=")

    def _xml_empty_tag(self, tag: str, attributes: Sequence[tuple[str, object]] = ()) -> None:
        """Put the hash into the one tag that protects; XlsxWriter itself knows only the 16-bit one."""
        if tag == "sheetProtection" and self.lock is not None:
            attributes = [*self.lock.attributes(""), *attributes]
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


class StrictWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]  # XlsxWriter has no types
    """A workbook of strict sheets whose structure can be protected."""

    worksheet_class = StrictWorksheet
    structure: Lock | None = None

    def __init__(self, path: str) -> None:
        super().__init__(path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})

    def _write_workbook_pr(self) -> None:
        super()._write_workbook_pr()
        if self.structure is None:
            return
        attributes = [*self.structure.attributes("workbook"), ("lockStructure", 1)]
        self._xml_empty_tag("workbookProtection", attributes)
