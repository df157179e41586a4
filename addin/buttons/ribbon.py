"""One short function per button; the only place that catches whatever went wrong and shows it.

Whatever happens, the clerk's data and the protection stay as they were: everything is read and judged before the first
write, and only the marks and 校验结果 are ever written.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping

from addin.buttons import live
from addin.host import HostError, OpenBook, connect
from addin.logbook import keep_in_log
from templates.catalogue import INSTALLED, Surveys
from templates.words import say

BUTTONS: Mapping[str, Callable[[OpenBook, Surveys], object]] = {
    "validate": live.check,
    "next": lambda book, _: live.go_to_next_problem(book),
    "clear": live.clear,
    "help": lambda book, _: live.show_help(book),
}
"""What each button of the ribbon does, by the name that the launcher passes."""

_WARNING_ICON = 0x30

Connect = Callable[[str | None, int | None, str | None], OpenBook]


def press(
    button: str,
    book: str | None = None,
    window: int | None = None,
    pipe: str | None = None,
    *,
    surveys: Surveys = INSTALLED,
    attach: Connect = connect,
) -> str:
    """Do what ``button`` does in the open workbook. Returns ``""``, or the sentence that its user was shown."""
    if button not in BUTTONS:
        return say("live.unknown_button", button=button, known="、".join(BUTTONS))
    try:
        open_book = attach(book, window, pipe)
    except HostError as error:
        return _in_a_box(say("live.failed", reason=error))
    return _pressed(button, open_book, surveys)


def _in_a_box(sentence: str) -> str:
    """Show the sentence where no workbook can: the program was started without a console of its own."""
    if sys.platform == "win32":
        ctypes.windll.user32.MessageBoxW(None, sentence, say("live.title"), _WARNING_ICON)
    return sentence


def _pressed(button: str, book: OpenBook, surveys: Surveys) -> str:
    try:
        BUTTONS[button](book, surveys)
    except (live.Refused, HostError) as error:
        return _shown(book, say("live.failed", reason=error))
    except Exception as error:  # noqa: BLE001  # whatever it is, the clerk gets a sentence and we get a log
        log = keep_in_log(button, error)
        return _shown(book, say("live.failed", reason=say("live.unexpected", log=log)))
    return ""


def _shown(book: OpenBook, sentence: str) -> str:
    try:
        book.alert(sentence)
    except HostError:
        # The workbook is gone or busy: the sentence still reaches the caller.
        return sentence
    return sentence
