"""The sentence that the product exists for, whole: the button's macro in a live LibreOffice starts the program, the
program reads the open, unsaved workbook, judges it and marks it, and the protection stays as it was.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from addin.sending.zero import make_complete_zero
from generator.lock import Lock
from generator.unit.workbook import build
from templates.layout import WorkbookLayout, name_column
from templates.model import Survey
from templates.result_layout import RESULTS_HEADER
from tests.support.books import identity
from tests.support.macro_books import with_macros
from tests.support.office import Book, Office, call, opened

KIND, LEVEL = "科协", "市级科协"
SECONDS = 60

PROGRAM = f"""#!/bin/sh
exec "{sys.executable}" -m tianbao "$@"
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The command as an executable: what TIANBAO_EXE points to on a real desk."""
    path = tmp_path / "tianbao"
    path.write_text(PROGRAM, encoding="utf-8")
    path.chmod(0o700)
    return path


@pytest.fixture
def workbook_with_macros(kx: Survey, lock: Lock, tmp_path: Path) -> Path:
    """An all-zero return with the add-in's VBA project in it: LibreOffice cannot open an .xlam."""
    unit = identity(kx, KIND, LEVEL)
    plain, path = tmp_path / "return.xlsx", tmp_path / "渝中区 科协 2024=演示.xlsm"
    build(plain, kx, unit, lock, make_complete_zero(kx, unit))
    with_macros(plain, path)
    return path


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process does; the launcher does not."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "the button had no effect"
        time.sleep(0.1)


def listed(book: Book) -> str:
    """Return the first message of 校验结果."""
    return str(book.cell(f"校验结果!D{RESULTS_HEADER + 1}").getString())


@pytest.mark.office
def test_the_button_marks_the_open_unsaved_workbook(workbook_with_macros: Path, program: Path, kx: Survey) -> None:
    layout = WorkbookLayout(kx, KIND, LEVEL)
    form = layout.forms["KX03"]
    mark = f"_marks!{name_column(layout.marked['KX03'])}{form.rows['25']}"
    saved = workbook_with_macros.read_bytes()
    with Office({"TIANBAO_EXE": str(program)}) as office, opened(office, workbook_with_macros) as book:
        book.poke(form.address("25"), 3.0)
        call(book.document, "TianbaoRibbon.TianbaoPressValidate")
        until(lambda: listed(book) != "")
        assert listed(book) == "25「参加服务团队专家人次」填了 3，而 24「专家服务团队个数」为 0"
        assert book.cell(mark).getValue() == 3
        assert all(book.document.Sheets.getByName(sheet).isProtected() for sheet in layout.marked)
        call(book.document, "TianbaoRibbon.TianbaoPressClear")
        until(lambda: listed(book) == "")
        assert book.cell(form.address("25")).getValue() == 3
    assert workbook_with_macros.read_bytes() == saved, "nothing is saved on the clerk's behalf"
