"""The workbook alone guides from empty to 可以.

A clerk without any knowledge of the survey (tests/support/follower.py) opens a workbook as it is mailed out, follows
下一个问题 and does what the messages beside the cells ask for, until the cover says
可以. Then nobody finds anything in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from addin.auditing.audit import audit
from addin.sending.zero import make_complete_zero
from generator.lock import Lock
from templates.content import Content
from templates.layout import WorkbookLayout
from templates.load import load
from templates.model import Severity, Survey
from tests.parity.drawing import Drawing
from tests.support.agreement import saved
from tests.support.books import identity, with_small_ledgers, workbook
from tests.support.follower import Follower, Lost
from tests.support.office import Office, opened
from tests.support.screen import AUDIT, Screen

pytestmark = pytest.mark.office

KX, MINI = with_small_ledgers(load("kx2023")), load(Path(__file__).parents[1] / "surveys" / "mini")
MINI_UNITS = [(MINI, kind.name, level) for kind in MINI.kinds for level in kind.levels]
KX_UNITS = [(KX, kind.name, kind.levels[0]) for kind in KX.kinds]

RETURNS, SPOILED = 6, 0.4
"""So many returns that somebody else left behind are put right in the workbook of each kind and level, and what share
of their cells was touched."""


@dataclass(frozen=True)
class Clerk:
    """What somebody has to report who knows no more of the survey than the workbook says."""

    id: str = "plain"
    number: float = 0.0
    choice: int = -1
    """The last option offered is mostly 否, the first 是, which asks for more."""
    ledgers: bool = False
    """Whether each ledger has a first row, of which the name is known."""
    prior: bool = False
    """Whether the workbook shows last year's values."""


NOTHING = Clerk("nothing", prior=True)
SOME = Clerk("some", 3.0, 0, ledgers=True)
NO_LEDGERS = Clerk("no-ledgers", 3.0)
CASES = [
    *(
        (*unit, clerk)
        for unit in MINI_UNITS
        for clerk in (Clerk(), Clerk("asked-more", choice=0), NOTHING, SOME, NO_LEDGERS)
    ),
    *((*unit, clerk) for unit in KX_UNITS for clerk in (NOTHING, SOME)),
]


def last_year(survey: Survey) -> Content:
    """Return an empty workbook's content with a value of last year beside each number."""
    content = Content()
    for form in survey.forms:
        content.prior[form.id] = {code: 400000.0 for code, row in form.indicators.items() if row.kind.is_number}
    return content


@contextmanager
def at_work(office: Office, path: Path, clerk: Clerk) -> Iterator[Follower]:
    """Seat a clerk before the open workbook."""
    with opened(office, path) as book:
        yield Follower(Screen(book), clerk.number, clerk.choice)


def pending(office: Office, path: Path, survey: Survey) -> list[tuple[str, str, str]]:
    """Return what the receiver finds in the open workbook as it stands: errors, warnings that nobody explained."""
    submission = saved(office, path, path.with_name("saved.xlsx"), survey)
    findings = audit(survey, submission.identity.year, [submission])[0]
    grave = [finding for finding in findings if finding.severity is not Severity.INFO and not finding.explanation]
    return [(finding.rule, finding.cell, finding.message) for finding in grave]


@pytest.mark.parametrize(("survey", "kind", "level", "clerk"), CASES, ids=lambda each: getattr(each, "id", str(each)))
def test_a_clerk_who_follows_the_workbook_gets_it_ready(
    survey: Survey, kind: str, level: str, clerk: Clerk, office: Office, lock: Lock, tmp_path: Path
) -> None:
    path = workbook(tmp_path, survey, lock, kind, level, last_year(survey) if clerk.prior else None)
    with at_work(office, path, clerk) as follower:
        if clerk.ledgers:
            follower.register("演示")
        follower.follow()
        assert follower.screen.refused() == []
        assert pending(office, path, survey) == []


@pytest.mark.parametrize(("survey", "kind", "level"), MINI_UNITS, ids=lambda each: getattr(each, "id", str(each)))
def test_a_clerk_puts_right_what_others_left(
    survey: Survey, kind: str, level: str, office: Office, lock: Lock, tmp_path: Path
) -> None:
    """Returns with blanks, texts, slips and odd rows, in all cells that a person may change."""
    layout = WorkbookLayout(survey, kind, level)
    path = workbook(tmp_path, survey, lock, kind, level, make_complete_zero(survey, identity(survey, kind, level)))
    steps = 0
    for seed in range(RETURNS):
        with at_work(office, path, Clerk(choice=-(seed % 2))) as follower:
            drawing = Drawing(survey, layout, seed)
            drawing.share = SPOILED
            follower.take_over(drawing.pokes())
            follower.follow()
            assert pending(office, path, survey) == [], f"seed {seed}"
            steps += follower.steps
    assert steps > RETURNS, "there is something to put right"


def test_what_cannot_be_judged_is_visited_last(office: Office, lock: Lock, tmp_path: Path) -> None:
    """Its row shows no message: the text that keeps it from being judged does, though on a later sheet."""
    survey, kind, level = MINI_UNITS[0]
    path = workbook(tmp_path, survey, lock, kind, level, make_complete_zero(survey, identity(survey, kind, level)))
    with at_work(office, path, Clerk()) as follower:
        [ledger] = [address.partition("!")[0] for address in follower.screen.first_rows()]
        follower.take_over(
            (f"{ledger}!{column}5", text) for column, text in zip("ACD", ("甲", "大型", "八"), strict=True)
        )
        assert "未评估" in {line[0] for line in follower.screen.pages[AUDIT].texts()}
        assert follower.screen.next_problem()[0] == ledger


def test_a_workbook_that_leads_astray_is_found_out(
    office: Office, lock: Lock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey, kind, level = MINI_UNITS[0]
    astray = f"#'{WorkbookLayout(survey, kind, level).cover.sheet}'!A1"
    monkeypatch.setattr("generator.unit.sheets.next_problem.formulate_address", lambda *_: f'"{astray}"')
    with at_work(office, workbook(tmp_path, survey, lock, kind, level), NO_LEDGERS) as follower, pytest.raises(Lost):
        follower.follow()
