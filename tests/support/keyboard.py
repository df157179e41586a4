"""Typing into a live LibreOffice as a person does: keys into the sheet's window, and boxes that ask to be closed.

Values that are set over UNO pass by data validation. Keys do not: the window is made to take them by LibreOffice's own
service for tests of its surface (``com.sun.star.ui.test.UITest``), nothing is displayed (``SAL_USE_VCLPLUGIN=svp``).
It is not headless in LibreOffice's sense, because that would answer every box before it is seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any

from addin.host.office import make_properties
from tests.support.office import Book, Office

ALERT = 1
"""The accessible role of a message box."""

LABEL = 86
"""The accessible role of the text in it, in LibreOffice 7."""

SECONDS = 60.0
"""How long a key may take; the workbook is recalculated meanwhile."""


class Desk(Office):
    """A LibreOffice with windows that nobody sees."""

    switches = ()

    def __init__(self) -> None:
        super().__init__({"SAL_USE_VCLPLUGIN": "svp"})


@dataclass(frozen=True)
class Box:
    """A message box: what it said."""

    title: str
    text: str


class Keyboard:
    """A keyboard before one open workbook, which must not be hidden."""

    def __init__(self, office: Office, book: Book) -> None:
        self._book = book
        self._toolkit = office.service("com.sun.star.awt.Toolkit")
        self._screen = office.service("com.sun.star.ui.test.UITest")
        self._grid = self._screen.getTopFocusWindow().getChild("grid_window")

    def enter(self, address: str, text: str, answer: str = "ok") -> Box | None:
        """Type ``text`` into a cell and press Enter. Return the box that came up, answered with this button."""
        self._book.document.CurrentController.select(self._book.cell(address))
        self._press(TEXT=text)
        key = Thread(target=self._press, kwargs={"KEYCODE": "RETURN"}, daemon=True)
        key.start()
        self._wait(lambda: self._box() or not key.is_alive())
        box = self._box()
        if box is not None:
            self._screen.getTopFocusWindow().getChild(answer).executeAction("CLICK", ())
            self._wait(lambda: not key.is_alive())
            self._press(KEYCODE="ESC")
        return box

    def _press(self, **keys: str) -> None:
        self._grid.executeAction("TYPE", make_properties(**keys))

    def _box(self) -> Box | None:
        """Return the message box that is open."""
        for number in range(self._toolkit.getTopWindowCount()):
            window = self._toolkit.getTopWindow(number).getAccessibleContext()
            if window.getAccessibleRole() == ALERT:
                return Box(window.getAccessibleName(), " ".join(_labels(window)))
        return None

    @staticmethod
    def _wait(done: Callable[[], object]) -> None:
        end = time.monotonic() + SECONDS
        while not done():
            if time.monotonic() > end:
                raise TimeoutError("LibreOffice did not answer the key")
            time.sleep(0.02)


def _labels(context: Any) -> Iterator[str]:
    if context.getAccessibleRole() == LABEL:
        yield context.getAccessibleName()
    for number in range(context.getAccessibleChildCount()):
        yield from _labels(context.getAccessibleChild(number).getAccessibleContext())
