"""xlwings' own engine for Windows, without Windows: imported over stand-ins for pywin32, before a fake Excel."""

from __future__ import annotations

import atexit
import ctypes
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock, patch

import xlwings as xw

from tests.support.fake_com import ComError, Dispatch, FakeExcel

WINDOW = 4711


class ComTime:
    """pywin32's kind of datetime."""


@contextmanager
def windows_with(excel: FakeExcel) -> Iterator[None]:
    """Let xlwings find ``excel`` for the length of a block, through its own engine for Windows."""
    with _modules(_pywin32()):
        with patch.multiple(ctypes, create=True, **_dlls()):
            engine: Any = importlib.import_module("xlwings._xlwindows")
        atexit.unregister(engine.cleanup)  # it would end every process called EXCEL.exe
        engine.get_excel_hwnds = lambda: iter([WINDOW])
        engine.get_xl_app_from_hwnd = lambda _: engine.COMRetryObjectWrapper(excel)
        engines = xw.main.Engines()
        engines.add(xw.Engine(impl=engine.engine))
        with patch.object(xw, "engines", engines):
            yield


@contextmanager
def _modules(stubs: dict[str, Any]) -> Iterator[None]:
    """Put modules in place for the length of a block, and forget xlwings' engine that was imported over them."""
    # patch.dict would also forget every other module that the block happens to import first.
    sys.modules.update(stubs)
    try:
        yield
    finally:
        for name in (*stubs, "xlwings._xlwindows"):
            sys.modules.pop(name, None)


def _pywin32() -> dict[str, Any]:
    """Return stand-ins for the modules of pywin32 by name."""
    names = ("win32api", "win32con", "pythoncom", "win32com", "win32gui", "win32process", "win32timezone")
    modules: dict[str, Any] = {name: MagicMock() for name in names}
    modules["pywintypes"] = ModuleType("pywintypes")
    modules["pywintypes"].com_error = ComError
    modules["pywintypes"].TimeType = ComTime
    modules["pythoncom"].__file__ = ""
    modules["pythoncom"].ole_error = ComError
    client = modules["win32com.client"] = MagicMock()
    client.CDispatch = client.CoClassBaseClass = client.DispatchBaseClass = Dispatch
    modules["win32com"].client = client
    modules["win32process"].GetWindowThreadProcessId = lambda _: (1, 2)
    modules["win32api"].MessageBox.return_value = 1
    modules["xlwings._win32patch"] = MagicMock()
    modules["xlwings._win32patch"].CoClassBaseClass = Dispatch
    return modules


def _dlls() -> dict[str, Any]:
    return {"oledll": MagicMock(), "windll": MagicMock(), "PyDLL": MagicMock()}
