"""How Python talks to the workbook that a person has open: a small protocol, and :func:`connect`.

Nothing else in the project knows which program that is. Excel is reached through xlwings; LibreOffice through an
xlwings engine of our own, so that both run the very same code.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from addin.host.lean import CONVERTED_TO, leave_out
from addin.reading.cells import Raw


class ErrorValue(str):
    """An error as its cell shows it, ``#DIV/0!`` for example."""

    __slots__ = ()


class Formula(str):
    """A formula to write, in English and with its ``=``. Any other text is written as the text it is."""

    __slots__ = ()

    @property
    def text(self) -> str:
        """The formula as plain text."""
        return str(self)


Cell = Raw | None
"""What a cell holds. :class:`ErrorValue` and :class:`Formula` are texts that say what they are; None is blank."""


@dataclass(frozen=True)
class Block:
    """All cells of a sheet from A1 on. Both parts have the same shape.

    ``values`` are numbers (always float), texts, booleans, datetimes, :class:`ErrorValue`, and ``""`` for a blank.
    ``formulas`` are texts that begin with ``=``, and ``""`` where no formula stands.
    """

    values: list[list[Cell]]
    formulas: list[list[str]]


class HostError(Exception):
    """The program or its workbook did not do what was asked. The text is one sentence for the user."""


class NoProgram(HostError):
    """Excel or LibreOffice is not running, cannot be reached from here, or has ended."""


class NoBook(HostError):
    """No such workbook is open."""


class NoSheet(HostError):
    """The workbook has no such sheet."""


class Busy(HostError):
    """A cell is being edited or a dialog is open, and stayed so while we waited."""


class NotAllowed(HostError):
    """The program refused: the sheet is protected or hidden, or it cannot do this at all."""


class OpenBook(Protocol):
    """An open workbook. Every method may raise :class:`HostError`, above all :class:`Busy` and :class:`NoProgram`."""

    @property
    def name(self) -> str:
        """The file name."""

    @property
    def path(self) -> str:
        """The file with its folder; a name only when it was never saved, an address when it lies in a cloud."""

    @property
    def sheets(self) -> Collection[str]:
        """Names of all sheets, hidden ones too. ``in`` is cheap, going through all of them is not (in Excel)."""

    def read(self, sheet: str) -> Block:
        """Return all cells of ``sheet`` as they stand now. Raises :class:`NoSheet`."""

    def write(self, sheet: str, row: int, column: int, block: Sequence[Sequence[Cell]]) -> None:
        """Write ``block`` (rows of equal length) with its first cell at ``row`` and ``column``, counted from 1.

        It is written whole or not at all. Texts stay texts whatever they look like; None and ``""`` make a cell blank.
        Raises :class:`NoSheet`, and :class:`NotAllowed` where a cell is locked.
        """

    def go_to(self, sheet: str, cell: str) -> None:
        """Show ``sheet`` and select ``cell``. Raises :class:`NoSheet`, and :class:`NotAllowed` for a hidden sheet."""

    def selection(self) -> tuple[str, str]:
        """Return the sheet and the first cell (``E31``) of what is selected."""

    def status(self, text: str) -> None:
        """Show ``text`` in the status bar, where there is one; ``""`` gives it back to the program."""

    def alert(self, text: str) -> None:
        """Show ``text``, which quotes no value of a unit, until a person confirms it.

        Where there is no screen it goes to the log and to the status bar.
        """

    def save_copy(self, path: Path) -> None:
        """Write the workbook as it stands to ``path``; the open one is neither saved nor renamed.

        Raises :class:`NotAllowed` where the program cannot do that (Excel on macOS).
        """


def connect(book: str | None = None, window: int | None = None, pipe: str | None = None) -> OpenBook:
    """Return the open workbook ``book`` (name or path), or the active one.

    ``window`` is the handle of the Excel window that asks: where several Excels run, that one is asked first.
    ``pipe`` names the pipe of a LibreOffice, which is then asked instead of Excel. Raises :class:`NoProgram` and
    :class:`NoBook`.
    """
    # xlwings is loaded when a button is pressed, not with every command that shares this package.
    with leave_out(*CONVERTED_TO):
        from addin.host.attach import attach  # noqa: PLC0415

    return attach(book, window, pipe)
