"""What a process loads: the button's neither pandas nor the store's library, ``--help`` hardly anything.

Each is a program of its own here, since a test's own process has loaded everything.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from addin.sending.zero import make_complete_zero
from generator.lock import Lock
from generator.unit.workbook import build
from templates.cache_folder import PLACE
from templates.model import Survey
from tests.support.books import identity

PRESSED = """
from addin.buttons.ribbon import press
from tests.support.fake_book import FakeBook
print(press("validate", pipe="nobody-listens"))
print(press("validate", attach=lambda *_: FakeBook({path!r})))
"""

ON_THE_LINE = """
import sys, tianbao
sys.argv = ["tianbao", *{arguments!r}]
try:
    tianbao.app()
except SystemExit as ended:
    print(ended.code)
"""

LISTED = """
import sys
print(*sorted({heavy!r} & {{name.partition(".")[0] for name, module in sys.modules.items() if module}}))
"""

HEAVY = {
    "numpy",
    "pandas",
    "duckdb",
    "xlwings",
    "xlsxwriter",
    "docx",
    "lark",
    "cattrs",
    "distributed",
    "python_calamine",
}


@pytest.fixture
def workbook(kx: Survey, lock: Lock, tmp_path: Path) -> Path:
    """A return without a fault."""
    unit = identity(kx, "科协", "市级科协")
    build(tmp_path / "报表.xlsx", kx, unit, lock, make_complete_zero(kx, unit))
    return tmp_path / "报表.xlsx"


def run(code: str, cache: Path) -> list[str]:
    """Return the lines that such a program prints; the last names the heavy libraries that it has loaded."""
    command = [sys.executable, "-c", code + LISTED.format(heavy=HEAVY)]
    environment = os.environ | {PLACE: str(cache)}
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, env=environment)
    return done.stdout.splitlines()


def test_a_button(workbook: Path, tmp_path: Path) -> None:
    said = [run(PRESSED.format(path=str(workbook)), tmp_path / "cache") for _ in range(2)]
    nobody = "填报：没有做成。没有连接上 LibreOffice（nobody-listens）：等待 3 秒后仍无应答"
    assert said == [
        [nobody, "", "cattrs lark numpy xlwings"],  # the survey is built
        [nobody, "", "numpy xlwings"],  # and from now on kept
    ]


@pytest.mark.parametrize("arguments", [["--help"], ["survey", "--help"], ["nonsense"]])
def test_help(arguments: list[str], tmp_path: Path) -> None:
    assert run(ON_THE_LINE.format(arguments=arguments), tmp_path)[-1] == ""


def test_validate(workbook: Path, tmp_path: Path) -> None:
    code = ON_THE_LINE.format(arguments=["validate", str(workbook)])
    ends = [run(code, tmp_path / "cache")[-2:] for _ in range(2)]
    assert ends == [["0", "cattrs lark numpy xlsxwriter"], ["0", "numpy"]]
