"""One return, read by each library that reads workbooks: every sheet, every cell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import openpyxl
import pandas as pd
import python_calamine

_CELL: Final = re.compile(rb"<c [^>]*>")


def inflate_and_scan(path: Path) -> int:
    """Inflate every sheet and count its cells: nobody can do with less."""
    with zipfile.ZipFile(path) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(len(_CELL.findall(package.read(name))) for name in sheets)


def by_calamine(path: Path) -> int:
    """Read every sheet as rows of Python values."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def by_fastexcel(path: Path) -> int:
    """Read every sheet into Arrow columns."""
    import fastexcel  # noqa: PLC0415  # a peer that only the whole bench needs: the extra ``bench``

    book = fastexcel.read_excel(path)
    sheets = [book.load_sheet(name, header_row=None, dtypes="string") for name in book.sheet_names]
    return sum(len(sheet.__arrow_c_array__()) for sheet in sheets)


def by_pandas(engine: str) -> Callable[[Path], int]:
    """Return the reader that reads every sheet into a frame."""

    def read(path: Path) -> int:
        return len(pd.read_excel(path, sheet_name=None, header=None, engine=engine))  # type: ignore[call-overload]

    return read


def by_openpyxl(path: Path) -> int:
    """Load the workbook."""
    return len(openpyxl.load_workbook(path).sheetnames)


READERS: Final[dict[str, Callable[[Path], int]]] = {
    "inflate and scan, nothing understood": inflate_and_scan,
    "fastexcel, values": by_fastexcel,
    "calamine, values": by_calamine,
    "pandas with calamine, values": by_pandas("calamine"),
    "pandas with openpyxl, values": by_pandas("openpyxl"),
    "openpyxl, values and formulas": by_openpyxl,
}
