"""A return that was saved by another program: nobody is accused for it, and nothing that was found is lost.

Programs that run here save it themselves; how Excel and WPS save is imitated (tests/support/other_programs.py). Three
returns are saved: one in which nothing is wrong, one with faults in its entries, one whose formulas somebody bent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.auditing.audit import audit
from addin.host.office import make_properties
from addin.submission import Submission
from addin.tampering.examine import read_examined
from generator.lock import Lock
from generator.ooxml.edit import edit_part, part_of
from tests.support.books import workbook
from tests.support.entry_return import KIND, LEVEL, filled
from tests.support.office import Office, opened
from tests.support.other_programs import PROGRAMS, save_as
from tests.support.refusals import list_refusals
from tests.support.returns import MINI

Told = tuple[str, str, str, str]


def told(path: Path) -> list[Told]:
    """Return everything that is said of a file: of its reading, of tampering, of its entries."""
    found = read_examined(path, surveys=lambda _: MINI)
    assert isinstance(found, Submission), found
    findings = audit(MINI, found.identity.year, [found])[0]
    return sorted((one.rule, one.cell, str(one.severity), one.message) for one in findings)


@pytest.fixture(scope="module")
def returns(lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three returns."""
    folder, faulty = tmp_path_factory.mktemp("returns"), filled(MINI)
    faulty.values["M1"].update({"06": "约30", "07": 900.0, "13": -1.0})
    rows = dict(faulty.ledgers["活动"])
    rows[6] = {**rows[6], "日期": "五月", "参加人次": "60人"}
    rows[7] = {**rows[7], "活动名称": "甲", "规模": "巨型"}
    faulty.ledgers = {"活动": rows}
    contents = {"sound": filled(MINI), "faulty": faulty, "bent": filled(MINI)}
    paths = {}
    for name, content in contents.items():
        (folder / name).mkdir()
        paths[name] = workbook(folder / name, MINI, lock, KIND, LEVEL, content)
    bend(paths["bent"])
    return paths


def bend(path: Path) -> None:
    """Put a formula that is never faulty in place of the one that tells the state of a row."""
    edit_part(path, part_of(path, "M1"), lambda xml: re.sub(rb'(<c r="K14"[^>]*><f>)[^<]*', rb"\g<1>0", xml))


FOUND = {
    "sound": [("M1-12.ledger-sum", "M1!E25")],
    "faulty": [
        ("cell.negative", "M1!E26"),
        ("cell.text", "M1!E18"),
        ("ledger.choice", "台账-活动!C7"),
        ("ledger.date", "台账-活动!B6"),
        ("ledger.number_text", "台账-活动!D6"),
    ],
    "bent": [("M1-12.ledger-sum", "M1!E25"), ("tamper.formula", "M1!K14")],
}
"""What is found in them, explained warnings too."""


def test_the_three_returns_are_what_they_are_called(returns: dict[str, Path]) -> None:
    assert {name: [one[:2] for one in told(path)] for name, path in returns.items()} == FOUND


@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("program", PROGRAMS)
def test_how_another_program_saves_changes_no_finding(
    program: str, name: str, returns: dict[str, Path], tmp_path: Path
) -> None:
    assert told(save_as(program, returns[name], tmp_path / returns[name].name)) == told(returns[name])


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_imitated_is_a_file_that_excel_takes(program: str, returns: dict[str, Path], tmp_path: Path) -> None:
    """Else the imitation would prove nothing."""
    saved = save_as(program, returns["sound"], tmp_path / "saved.xlsx")
    strict, lost = "strict" in program, "filters without a name"
    assert strict or [found for found in list_refusals(saved) if lost not in found] == []


def by_openpyxl(path: Path, target: Path, _: Office) -> None:
    """Save with openpyxl."""
    load_workbook(path).save(target)


def by_libreoffice(path: Path, target: Path, office: Office) -> None:
    """Save with LibreOffice."""
    with opened(office, path) as book:
        book.document.storeToURL(target.resolve().as_uri(), make_properties(FilterName="Calc MS Excel 2007 XML"))


SAVERS: dict[str, Callable[[Path, Path, Office], None]] = {"openpyxl": by_openpyxl, "LibreOffice": by_libreoffice}


@pytest.mark.office
@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("program", SAVERS)
def test_saved_by_a_program_that_runs_here(
    program: str, name: str, returns: dict[str, Path], office: Office, tmp_path: Path
) -> None:
    target = tmp_path / returns[name].name
    SAVERS[program](returns[name], target, office)
    assert told(target) == told(returns[name])
