"""The pictures of the documentation: sheets of a demo's workbooks, as a screen shows them.

    tianbao demo --out DEMO
    python -m scripts.pictures DEMO

``docs/images/pictures.toml`` says which cells of which sheet each picture shows. Needs what the live tests need, and
``pdftoppm``. A sheet is printed on one page that is exactly as large as the cells, without margins.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from addin.buttons.live import check
from addin.host import connect
from tests.support.office import Book, Office, missing, opened

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
MARGINS: Final = ("LeftMargin", "RightMargin", "TopMargin", "BottomMargin")
EDGE: Final = 100
"""Hundredths of a millimetre that the page is larger than the cells, so that the last line is on it."""


@dataclass(frozen=True)
class Picture:
    """One picture: where it is taken, and what it leaves out."""

    name: str
    file: str
    sheet: str
    area: str
    hidden: list[str] = field(default_factory=list)
    without: str = ""
    """Rows whose first cell shows this are left out, as by a filter."""
    width: int = 1200
    checked: bool = False
    """Whether 校验 is pressed first, as the add-in does it."""


def main() -> int:
    """Take every picture from the demo in the folder that is given."""
    if len(sys.argv) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    if reason := missing():
        sys.stderr.write(f"No pictures: {reason}\n")
        return 2
    with Office() as office:
        for picture in listed(IMAGES / "pictures.toml"):
            take(office, Path(sys.argv[1]), picture)
    return 0


def listed(path: Path) -> list[Picture]:
    """Return the pictures that ``path`` declares."""
    return [Picture(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["pictures"]]


def take(office: Office, demo: Path, picture: Picture) -> None:
    """Take one picture and put it among the documentation's images."""
    with tempfile.TemporaryDirectory() as folder, opened(office, demo / picture.file) as book:
        page = Path(folder) / "page.pdf"
        if picture.checked:
            check(connect(picture.file.rpartition("/")[2], pipe=office.pipe))
            book.recalculate()
        frame(book, picture)
        book.export_pdf(page)
        to_png(page, IMAGES / picture.name, picture.width)
    sys.stdout.write(f"{picture.name}\n")


def frame(book: Book, picture: Picture) -> None:
    """Let only the picture's cells be printed, on one page of their size."""
    sheets = book.document.Sheets
    sheet = sheets.getByName(picture.sheet)
    for name in book.sheets():
        sheets.getByName(name).setPrintAreas(())
    cells = sheet.getCellRangeByName(picture.area)
    leave_out(sheet, cells, picture)
    sheet.setPrintAreas((cells.RangeAddress,))
    sheet.setPrintTitleRows(False)
    sheet.setPrintTitleColumns(False)
    fit(book.document.StyleFamilies.getByName("PageStyles").getByName(sheet.PageStyle), cells.Size)


def leave_out(sheet: Any, cells: Any, picture: Picture) -> None:
    """Hide the rows that the picture does not show."""
    for rows in picture.hidden:
        sheet.getCellRangeByName(rows).Rows.IsVisible = False
    if picture.without:
        shown = [row[0] for row in cells.getDataArray()]
        for place in (place for place, text in enumerate(shown) if text == picture.without):
            cells.Rows.getByIndex(place).IsVisible = False


def fit(page: Any, size: Any) -> None:
    """Make a page style exactly as large as the cells."""
    page.HeaderIsOn = page.FooterIsOn = False
    page.CenterHorizontally = page.CenterVertically = False
    for margin in MARGINS:
        setattr(page, margin, 0)
    page.PageScale = 100
    page.IsLandscape = size.Width > size.Height
    page.Width, page.Height = size.Width + EDGE, size.Height + EDGE


def to_png(page: Path, target: Path, width: int) -> None:
    """Turn the first page of a PDF into a picture ``width`` pixels wide."""
    size = ["-scale-to-x", str(width), "-scale-to-y", "-1"]
    subprocess.run(["pdftoppm", "-png", "-singlefile", *size, str(page), str(target.with_suffix(""))], check=True)


if __name__ == "__main__":
    raise SystemExit(main())
