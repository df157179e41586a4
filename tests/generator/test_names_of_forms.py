"""Forms whose numbers are Chinese, or hold marks: their sheets, names and live formulas are like any other's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from addin.auditing.audit import audit
from addin.reading.reader import read
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from generator.lock import Lock
from generator.unit.workbook import build
from templates.layout import COLUMNS, WorkbookLayout
from templates.load import load
from templates.model import Survey
from tests.support.books import identity
from tests.support.office import Office, opened
from tests.support.returns import MINI

KIND, LEVEL, YEAR = "乙类", "市级", 2024


def renamed(folder: Path, name: str) -> Survey:
    """Return the tiny survey with its second form called ``name``, and another id than its folder's."""
    target = shutil.copytree(MINI.folder, folder / "mini")
    for file in ("survey.toml", "forms/M2.toml", "rules/M2.toml"):
        path = target / file
        text = path.read_text(encoding="utf-8").replace('"M2"', f'"{name}"').replace('id = "mini"', 'id = "小调查"')
        path.write_text(text, encoding="utf-8")
        path.rename(path.with_name(path.name.replace("M2", name)))
    return load(target)


def complete(survey: Survey, path: Path, lock: Lock) -> Submission:
    """Write a return with nothing to report, and return what is read of it."""
    unit = identity(survey, KIND, LEVEL)
    build(path, survey, unit, lock, make_complete_zero(survey, unit))
    found = read(path, surveys=lambda _: survey)
    assert isinstance(found, Submission), found
    return found


@pytest.mark.parametrize("name", ["表二", "基层表（一）", "M-2", "2.1"])
def test_a_return_is_read_and_judged(name: str, lock: Lock, tmp_path: Path) -> None:
    survey = renamed(tmp_path, name)
    found = complete(survey, tmp_path / "t.xlsx", lock)
    assert sorted(found.content.values) == sorted(["封面", "M1", name])
    assert (found.oddities, audit(survey, YEAR, [found])) == ((), [[]])


@pytest.mark.office
@pytest.mark.parametrize("name", ["表二", "基层表（一）"])
def test_its_checks_are_live(name: str, lock: Lock, tmp_path: Path, office: Office) -> None:
    survey = renamed(tmp_path, name)
    complete(survey, tmp_path / "t.xlsx", lock)
    form = WorkbookLayout(survey, KIND, LEVEL).forms[name]
    with opened(office, tmp_path / "t.xlsx") as book:
        assert book.formula_errors() == []
        assert book.cell("封面!J3").getString() == "可以"
        book.poke(form.address("02"), 5)
        book.recalculate()
        assert book.cell(form.address("02", COLUMNS.mark)).getString() == "✗"
        assert book.cell("封面!J3").getString() == "不可以"
