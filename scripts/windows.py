"""Workbooks as the small screen of an old laptop shows them, and what of them fits on it.

    python -m scripts.windows BOOK --out OUT                     a picture of every visible sheet
    python -m scripts.windows BOOK --out OUT 封面 KX03 KX03@E24   of some; the third scrolled until E24 leads its pane
    python -m scripts.windows BOOK --measure KX03                columns and rows inside, pages, texts that are cut off
    python -m scripts.windows BOOK --out OUT KX03 --type KX03!E8=5 --type KX03!E9=

A picture is one of a real window: LibreOffice's own, maximised on a virtual screen of 1366 by 768 pixels, at 100 %.
Needs LibreOffice with its Python module, Xvfb, and ImageMagick's ``import``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from scripts.fitting import Clipped, Page, find_clipped
from tests.support.office import Book, Office, missing, opened

SIZE: Final = (1366, 768)
INSIDE: Final = (1290, 520)
"""Pixels of cells that Excel shows in such a window: beside the row numbers and the scroll bar, below its ribbon."""
DIGITS: Final = (7, 8)
"""Pixels of a digit that columns are measured by: 微软雅黑's, and that of the fonts which stand in for it."""
POSITION_AND_SIZE: Final = 15
PER_CENT: Final = 3
SETTLED: Final = 0.4
"""Seconds until what is drawn can be seen."""


class WindowedOffice(Office):
    """A LibreOffice with windows."""

    switches = ()


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Start a screen for the length of a block; yield its name, such as ``:1``."""
    read, write = os.pipe()
    size = "x".join(map(str, (*SIZE, 24)))
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-dpi", "96", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def opened_window(path: Path) -> Iterator[Window]:
    """Open a workbook in a maximised window of a virtual screen for the length of a block."""
    with (
        virtual_screen() as screen,
        WindowedOffice({"DISPLAY": screen, "SAL_USE_VCLPLUGIN": "gen"}) as office,
        opened(office, path, hidden=False) as book,
    ):
        yield Window(office, book, screen)


class Window:
    """A workbook's window."""

    def __init__(self, office: Office, book: Book, screen: str) -> None:
        self.book = book
        self._screen = screen
        self._controller = book.document.CurrentController
        self._toolkit = office.service("com.sun.star.awt.Toolkit")
        self._controller.Frame.ContainerWindow.setPosSize(0, 0, *SIZE, POSITION_AND_SIZE)
        self._controller.Sidebar.setVisible(False)

    def sheets(self) -> list[str]:
        """Return the sheets that have a tab."""
        return [name for name in self.book.sheets() if self._sheet(name).IsVisible]

    def show(self, sheet: str, first: str = "") -> None:
        """Turn to a sheet, as the file opens it, or scrolled until ``first`` leads the pane that scrolls."""
        self._controller.setActiveSheet(self._sheet(sheet))
        self._controller.ZoomType, self._controller.ZoomValue = PER_CENT, 100
        if first:
            corner, pane = self._sheet(sheet).getCellRangeByName(first).CellAddress, self._panes()[-1]
            pane.setFirstVisibleColumn(corner.Column)
            pane.setFirstVisibleRow(corner.Row)
        self._settle()

    def take(self, target: Path) -> None:
        """Take a picture of the whole screen."""
        subprocess.run(["import", "-display", self._screen, "-window", "root", str(target)], check=True)

    def last_shown(self) -> tuple[int, int]:
        """Return the last row and column, from 1, that the window shows whole."""
        ranges = [pane.getVisibleRange() for pane in self._panes()]
        return max(seen.EndRow for seen in ranges) + 1, max(seen.EndColumn for seen in ranges) + 1

    def pages(self, sheet: str) -> int:
        """Return on how many pages a sheet prints."""
        return int(self.book.document.getRendererCount(self._sheet(sheet), ()))

    def _sheet(self, name: str) -> Any:
        return self.book.document.Sheets.getByName(name)

    def _panes(self) -> list[Any]:
        return [self._controller.getByIndex(number) for number in range(self._controller.Count)]

    def _settle(self) -> None:
        self._toolkit.processEventsToIdle()
        time.sleep(SETTLED)


def describe(window: Window, page: Page) -> Iterator[str]:
    """Yield what of a sheet is inside the window, on how many pages it prints, and which texts are cut off."""
    widths = "；".join(
        f"{digit} px a digit: {page.last_column(INSIDE[0], digit)} of {page.columns[-1]} inside, "
        f"{page.width(digit)} px wide"
        for digit in DIGITS
    )
    yield f"{page.name}: {widths}; row {page.last_row(INSIDE[1])} inside; {window.pages(page.name)} pages"
    yield from (f"  cut off {found}" for found in clipped(window, page))


def clipped(window: Window, page: Page) -> list[Clipped]:
    """Return the cells of a sheet whose text does not fit, as it stands in the open workbook."""
    return find_clipped(page, window.book.used(page.name))


def main() -> int:
    """Take the pictures and measure what is asked for."""
    asked = read_arguments()
    if reason := missing() or lacking():
        sys.stderr.write(f"No windows: {reason}\n")
        return 2
    with opened_window(asked.book) as window:
        for typed in asked.type:
            address, _, value = typed.partition("=")
            window.book.poke(address, as_typed(value))
        window.book.recalculate()
        names = asked.sheets or window.sheets()
        for name in names:
            look(window, name, asked)
        if asked.measure:
            sys.stdout.write(f"{sum(map(window.pages, {name.partition('@')[0] for name in names}))} pages\n")
    return 0


def look(window: Window, name: str, asked: argparse.Namespace) -> None:
    """Take the picture of a sheet and say how it fits, as far as both are asked for."""
    sheet, _, first = name.partition("@")
    if asked.out:
        window.show(sheet, first)
        asked.out.mkdir(parents=True, exist_ok=True)
        window.take(asked.out / f"{name}.png")
        sys.stdout.write(f"{name}.png\n")
    if asked.measure:
        sys.stdout.writelines(f"{line}\n" for line in describe(window, Page.of(asked.book, sheet)))


def as_typed(text: str) -> float | str | None:
    """Return a number for what looks like one, None for nothing."""
    try:
        return float(text) if text else None
    except ValueError:
        return text


def lacking() -> str:
    """Return which program is not there, or ``""``."""
    return next((f"{program} is not installed" for program in ("Xvfb", "import") if not shutil.which(program)), "")


def read_arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("book", type=Path)
    parser.add_argument("--out", type=Path, help="a folder for pictures")
    parser.add_argument("sheets", nargs="*", help="SHEET or SHEET@CELL; all without one")
    parser.add_argument("--type", action="append", default=[], metavar="CELL=VALUE")
    parser.add_argument("--measure", action="store_true")
    return parser.parse_intermixed_args()


if __name__ == "__main__":
    raise SystemExit(main())
