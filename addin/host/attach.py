"""Finds the open workbook: in the Excels that run here, or in a LibreOffice that listens on a pipe."""

from __future__ import annotations

import re
from pathlib import Path

import xlwings as xw

from addin.host import HostError, NoBook, NoProgram
from addin.host.libreoffice import make_engine
from addin.host.open_book import XlwingsBook
from addin.host.refusals import ask, limit_attempts
from templates.words import say

_SEPARATOR = re.compile(r"[\\/]")


def attach(book: str | None, window: int | None, pipe: str | None) -> XlwingsBook:
    """Return the workbook; see :func:`addin.host.connect`."""
    limit_attempts()
    engine = make_engine(pipe) if pipe else _excel()
    apps = ask(lambda: list(engine.apps))
    if not apps:
        raise NoProgram(say("host.no_excel"))
    for app in _asking_first(apps, window):
        found = ask(lambda app=app: _in_app(app, book))  # type: ignore[misc]
        if found:
            return found
    raise _not_open(book)


def _excel() -> xw.Engine:
    """Return xlwings' engine for Excel; it is there on Windows and macOS."""
    engine = next((engine for engine in xw.engines if engine.name == "excel"), None)
    if engine is None:
        raise NoProgram(say("host.no_excel"))
    return engine


def _asking_first(apps: list[xw.App], window: int | None) -> list[xw.App]:
    return sorted(apps, key=lambda app: window is None or app.hwnd != window)


def _in_app(app: xw.App, wanted: str | None) -> XlwingsBook | None:
    """Return the workbook if it is open in ``app``. Names may hold anything that a file name may, ``=`` too."""
    found = _active(app) if wanted is None else _named(app, wanted)
    if found is None:
        return None
    path = _path(found)
    return XlwingsBook(app, found, path) if wanted is None or _is_at(path, wanted) else None


def _active(app: xw.App) -> xw.Book | None:
    active = app.books.active
    return None if active.api is None else active


def _named(app: xw.App, wanted: str) -> xw.Book | None:
    """Return the open workbook of this name; LibreOffice may hold several, and knows them by their path."""
    for key in dict.fromkeys((_SEPARATOR.split(wanted)[-1], wanted)):
        try:
            found = app.books[key]
        except KeyError:
            continue
        if _is_at(_path(found), wanted):
            return found
    return None


def _path(book: xw.Book) -> str:
    try:
        return book.fullname
    except xw.XlwingsError:
        # It lies in a cloud, at an address that xlwings cannot turn into a local path.
        return book.name


def _is_at(path: str, wanted: str) -> bool:
    """Return whether ``wanted`` may be this workbook: a bare name is, a path must be the same file."""
    if not (_SEPARATOR.search(path) and _SEPARATOR.search(wanted)) or "://" in path + wanted:
        return True
    try:
        return Path(path).samefile(wanted)
    except OSError:
        return path.casefold() == wanted.casefold()


def _not_open(book: str | None) -> HostError:
    if book is None:
        return NoBook(say("host.no_active_book"))
    return NoBook(say("host.no_book", book=_SEPARATOR.split(book)[-1]))
