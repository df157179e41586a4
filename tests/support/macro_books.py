"""Workbooks that hold the add-in's macros themselves, for tests without an add-in."""

from __future__ import annotations

from pathlib import Path

from generator.ooxml.addin_file import make_project, rewrite_as

MACRO_WORKBOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def with_macros(workbook: Path, target: Path) -> None:
    """Write ``workbook`` (.xlsx) with the add-in's VBA project to ``target`` (.xlsm).

    LibreOffice knows no ``ThisWorkbook`` in it, and the launcher finds the program by its variable only.
    """
    rewrite_as(workbook, target, MACRO_WORKBOOK, (make_project(),))
