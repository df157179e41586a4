"""What programs raise, said in one sentence. Busy programs are asked again for a few seconds first."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import xlwings as xw

from addin.host import Busy, HostError, NoProgram, NoSheet, NotAllowed
from templates.words import say

T = TypeVar("T")

PATIENCE_SECONDS: Final = 3.0
PAUSE_SECONDS: Final = 0.2
ATTEMPTS: Final = 10

# The numbers are HRESULTs, as Excel's automation gives them.
REJECTED: Final = -2147418111  # the call was rejected by callee
RETRY_LATER: Final = -2147417846
EDITING: Final = -2146777998  # 0x800AC472: a cell is being edited
BAD_INDEX: Final = -2147352565  # no such member of a collection
REFUSED: Final = -2146827284  # 0x800A03EC: error 1004, whatever the reason
SERVER_GONE: Final = -2147023174
DISCONNECTED: Final = -2147417848

_BUSY: Final = frozenset({REJECTED, RETRY_LATER, EDITING})
_GONE: Final = frozenset({SERVER_GONE, DISCONNECTED})


class EngineError(Exception):
    """What our own engine raises where Excel would raise a COM error with this ``hresult``."""

    def __init__(self, hresult: int, text: str) -> None:
        super().__init__(text)
        self.hresult = hresult


def ask(call: Callable[[], T], sheet: str = "") -> T:
    """Return what ``call`` returns. Raises HostError for what the program refused; its sentence names ``sheet``."""
    limit_attempts()
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return call()
        except program_errors() as error:
            if not is_busy(error) or time.monotonic() > end:
                raise translated(error, sheet) from error
            time.sleep(PAUSE_SECONDS)


def limit_attempts() -> None:
    """Let xlwings give up: by itself it asks a busy Excel for ever, and we would hang without a word."""
    windows = sys.modules.get("xlwings._xlwindows")
    if windows is not None:
        windows.N_COM_ATTEMPTS = ATTEMPTS  # type: ignore[attr-defined]


def program_errors() -> tuple[type[Exception], ...]:
    """Return the kinds of exception by which programs refuse; most exist on one system only."""
    places = (
        ("pywintypes", "com_error"),
        ("xlwings._xlwindows", "ExcelBusyError"),
        ("appscript.reference", "CommandError"),
    )
    found = (getattr(sys.modules.get(module), name, None) for module, name in places)
    kinds = [kind for kind in found if isinstance(kind, type) and issubclass(kind, Exception)]
    return (EngineError, xw.XlwingsError, *_uno_errors(), *kinds)


def _uno_errors() -> Iterator[type[Exception]]:
    if "uno" in sys.modules:
        yield sys.modules["uno"].getClass("com.sun.star.uno.Exception")


def is_busy(error: Exception) -> bool:
    """Return whether asking again later may help."""
    return bool(_BUSY & set(_numbers(error))) or type(error).__name__ == "ExcelBusyError"


def translated(error: Exception, sheet: str = "") -> HostError:
    """Return ``error`` as a sentence."""
    numbers = set(_numbers(error))
    if is_busy(error):
        return Busy(say("host.busy"))
    if numbers & _GONE or _has_ended(error):
        return NoProgram(say("host.gone"))
    if BAD_INDEX in numbers:
        return NoSheet(say("host.no_sheet", sheet=sheet))
    return NotAllowed(say("host.refused", sheet=sheet) if sheet else say("host.refused_book"))


def _has_ended(error: Exception) -> bool:
    """Return whether UNO says that nobody is there any more."""
    name = type(error).__name__
    return name.endswith("DisposedException") or (name.endswith("RuntimeException") and "illegal object" in str(error))


def _numbers(error: Any) -> Iterator[int]:
    """Yield the error's own number and that of the cause that Excel names (the sixth part of its ``excepinfo``)."""
    yield from (number for number in [getattr(error, "hresult", None)] if isinstance(number, int))
    excepinfo = getattr(error, "excepinfo", None)
    if excepinfo and isinstance(excepinfo[-1], int):
        yield excepinfo[-1]
