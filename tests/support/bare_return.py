"""Bare returns of the tiny survey: headers, codes and derived formulas without any looks, and what a unit put in."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter

from templates.content import Identity
from templates.layout import COLUMNS, WorkbookLayout, name_column
from templates.load import load
from templates.model import Indicator, Survey
from templates.words import lookup

YEAR = 2024


@lru_cache(maxsize=1)
def mini() -> Survey:
    """Return the tiny survey."""
    return load(Path(__file__).parents[1] / "surveys" / "mini")


def surveys(survey: str) -> Survey:
    """Give definitions by id, the tiny survey among them."""
    return mini() if survey == "mini" else load(Path(survey))


def identity(level: str = "市级", kind: str = "甲类") -> Identity:
    """Return who files the return."""
    return Identity("mini", mini().version, mini().hash, YEAR, "012", "某馆", kind, level)


@dataclass(frozen=True)
class Formula:
    """A formula and its stored result; ``None`` stores none."""

    text: str
    result: float | str | None


def derived(_layout: WorkbookLayout, indicator: Indicator) -> str:
    """Stand in for the generator: the formula of a derived cell."""
    return f"=COUNT(derived_{indicator.code})"


# --- a workbook as it comes back ----------------------------------------------------------------------------------


def write(
    path: Path,
    cells: dict[str, object] | None = None,
    who: Identity | None = None,
    without: tuple[str, ...] = (),
) -> Path:
    """Write a bare return: headers, codes, derived formulas; then ``cells`` (``M1!E12``) over it."""
    who = who or identity()
    layout = WorkbookLayout(mini(), who.kind if who.kind in mini().kind else "甲类", who.level)
    skeleton = {**_forms(layout), **_ledgers(layout), **_meta(who)}
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheets = {name: book.add_worksheet(name) for name in _names(layout) if name not in without}
    for address, value in {**skeleton, **(cells or {})}.items():
        name, _, cell = address.partition("!")
        if name in sheets:
            _put(sheets[name], cell, value, day)
    book.close()
    rewrite(path, lambda xml: re.sub(rb' t="str"(><f>[^<]*</f>)<v>UNCACHED</v>', rb"\1", xml))
    return path


def _names(layout: WorkbookLayout) -> list[str]:
    words = lookup("workbook.sheets")
    return [*layout.marked, words["notes"], words["summary"], words["prior"], words["meta"]]


def _forms(layout: WorkbookLayout) -> dict[str, object]:
    found: dict[str, object] = {}
    for form in layout.forms.values():
        for role, text in lookup("workbook.header").items() if form not in layout.blocks else ():
            found[f"{form.sheet}!{name_column(getattr(COLUMNS, role))}{form.header_row}"] = text
        for code, indicator in form.form.indicators.items():
            found[form.address(code, COLUMNS.code)] = code
            if indicator.derive is not None:
                found[form.address(code)] = Formula(derived(layout, indicator), 0)
    return found


def _ledgers(layout: WorkbookLayout) -> dict[str, object]:
    found: dict[str, object] = {}
    for ledger in layout.ledgers.values():
        for column in ledger.ledger.columns:
            found[ledger.address(column.name, ledger.header_row)] = column.name
        found[f"{ledger.sheet}!A{ledger.end_row}"] = lookup("workbook.ledger_end")
    return found


def _meta(who: Identity) -> dict[str, object]:
    sheet, found = lookup("workbook.sheets.meta"), dict[str, object]()
    for row, field in enumerate(fields(who), start=1):
        found |= {f"{sheet}!A{row}": field.name, f"{sheet}!B{row}": str(getattr(who, field.name))}
    return found


def _put(sheet: Any, cell: str, value: object, day: Any) -> None:
    match value:
        case Formula(text, None):
            sheet.write_formula(cell, text, None, "UNCACHED")
        case Formula(text, result):
            sheet.write_formula(cell, text, None, result)
        case date():
            sheet.write_datetime(cell, value, day)
        case str():
            sheet.write_string(cell, value)
        case _:
            sheet.write(cell, value)


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the sheet parts of a workbook."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, change(data) if "worksheets/sheet" in name else data)
