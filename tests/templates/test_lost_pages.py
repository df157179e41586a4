"""A lost row, completed as docs/complete-the-lost-pages.zh-CN.md says: an edit of TOML, and it is everywhere.

In the workbook, in the audit and in the roll-up; no Python changes.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.auditing.audit import audit
from addin.reading.reader import read
from addin.receiving.receive import MergeJob, merge
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import make_identity
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from addin.summary.rollup import Rollup
from generator.lock import Lock
from generator.unit.workbook import build
from templates.layout import COLUMNS, WorkbookLayout
from templates.load import load
from templates.model import Survey

ROW = """
[[rows]]
code = "05"
name = "其中：补齐的指标"
kind = "count"
measure = "次"
period = "flow"
indent = 1
part_of = "01"
definition = "本年度补齐的指标的次数，只为试验。"
definition_source = "正式表样"
"""
UNIT = ReportingUnit("001", "演示科协（演示）", "53500000DEM000001Q", "科协", "市级科协", "500103")


@pytest.fixture
def completed(kx: Survey, tmp_path: Path) -> Survey:
    """The survey with the first open code of KX03 settled and one row added behind it."""
    folder = tmp_path / "kx2023"
    shutil.copytree(kx.folder, folder)
    path = folder / "forms" / "KX03.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('code = "x01"\ncode_status = "open"\n', 'code = "01"\n')
    second = re.search(r'\n\[\[rows\]\]\ncode = "x02"', text)
    assert second
    path.write_text(text[: second.start()] + ROW + text[second.start() :], encoding="utf-8")
    survey_file = folder / "survey.toml"
    survey_file.write_text(
        survey_file.read_text(encoding="utf-8").replace(f'version = "{kx.version}"', 'version = "9999.1"'), "utf-8"
    )
    return load(folder)


def returned(survey: Survey, lock: Lock, path: Path, number: float) -> Submission:
    """Return a return in which the new row holds ``number`` and its whole 3."""
    identity = make_identity(UNIT, survey, 2024)
    content = make_complete_zero(survey, identity)
    content.set("KX03", "01", 3.0)
    content.set("KX03", "05", number)
    build(path, survey, identity, lock, content)
    found = read(path, surveys=lambda _: survey)
    assert isinstance(found, Submission)
    return found


def test_the_row_stands_in_the_workbook(completed: Survey, lock: Lock, tmp_path: Path) -> None:
    returned(completed, lock, tmp_path / "a.xlsx", 2.0)
    form = WorkbookLayout(completed, UNIT.kind, UNIT.level).forms["KX03"]
    sheet = load_workbook(tmp_path / "a.xlsx")["KX03"]
    assert sheet[form.cell("05", COLUMNS.name)].value == "其中：补齐的指标"
    assert sheet[form.cell("05")].value == 2


def test_the_audit_judges_it(completed: Survey, lock: Lock, tmp_path: Path) -> None:
    found = audit(completed, 2024, [returned(completed, lock, tmp_path / "a.xlsx", 4.0)])[0]
    assert [(finding.rule, finding.message) for finding in found] == [
        ("KX03-05.part", "05「补齐的指标」为 4，大于 01「开展推进创新创业活动」的 3")
    ]


def test_the_rollup_adds_it_up(completed: Survey, lock: Lock, tmp_path: Path) -> None:
    (tmp_path / "returns").mkdir()
    second = replace(UNIT, code="002")
    for unit, number in ((UNIT, 2.0), (second, 1.0)):
        identity = make_identity(unit, completed, 2024)
        content = make_complete_zero(completed, identity)
        content.set("KX03", "01", 3.0)
        content.set("KX03", "05", number)
        build(tmp_path / "returns" / f"{unit.code}.xlsx", completed, identity, lock, content)
    merged = merge(MergeJob([tmp_path / "returns"], Roster((UNIT, second)), completed))
    assert Rollup.of(merged).totals["KX03"]["05"] == 3.0
