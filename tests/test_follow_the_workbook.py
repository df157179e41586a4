"""The workbook alone guides from empty to 可以.

A clerk without any knowledge of the survey (tests/follower.py) opens a workbook as it is mailed out, follows 下一个问题
and does what the messages beside the cells ask for, until the cover says 可以. Then nobody finds anything in it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.auditing.audit import audit
from generator.strict import Lock
from templates.load import load
from templates.model import Severity, Survey
from tests.agreement import saved
from tests.books import workbook
from tests.follower import Follower
from tests.office import Office, opened
from tests.screen import Screen

pytestmark = pytest.mark.office

SURVEYS = {"kx": load("kx2023"), "mini": load(Path(__file__).parent / "surveys" / "mini")}
UNITS = [
    *(("mini", kind.name, level) for kind in SURVEYS["mini"].kinds for level in kind.levels),
    *(("kx", kind.name, kind.levels[0]) for kind in SURVEYS["kx"].kinds),
]


def pending(office: Office, path: Path, survey: Survey) -> list[tuple[str, str, str]]:
    """Return what the receiver finds in the open workbook as it stands: errors, warnings that nobody explained."""
    submission = saved(office, path, path.with_name("saved.xlsx"), survey)
    findings = audit(survey, submission.identity.year, [submission])[0]
    grave = [finding for finding in findings if finding.severity is not Severity.INFO and not finding.explanation]
    return [(finding.rule, finding.cell, finding.message) for finding in grave]


@pytest.mark.parametrize("choice", [0, -1], ids=["first", "last"])
@pytest.mark.parametrize(("name", "kind", "level"), UNITS)
def test_a_clerk_who_follows_the_workbook_gets_it_ready(
    name: str, kind: str, level: str, choice: int, office: Office, lock: Lock, tmp_path: Path
) -> None:
    survey = SURVEYS[name]
    path = workbook(tmp_path, survey, lock, kind, level)
    with opened(office, path) as book:
        clerk = Follower(Screen(book), choice=choice)
        clerk.follow()
        assert clerk.screen.refused() == []
        assert pending(office, path, survey) == []
