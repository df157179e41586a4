"""Run seeded returns through an open workbook and the audit, and tell every difference with how to see it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from addin.auditing.audit import audit
from addin.codec import encode
from addin.host import connect
from addin.sending.zero import make_complete_zero
from addin.submission import Edition, Submission
from generator.formula import Formulas
from generator.lock import Lock
from generator.unit.checks import Checks
from generator.unit.workbook import build
from templates.content import Content, Identity, state_carried_rows
from templates.families import EXAMPLE_YEAR
from templates.layout import WorkbookLayout
from templates.model import Severity, Survey
from tests.parity.answers import Answers, expected
from tests.parity.bench import Bench
from tests.parity.drawing import NOTES, Drawing
from tests.support.books import PASSWORD, identity, with_small_ledgers
from tests.support.office import Office, opened

AT_ONCE = 50
"""So many returns are audited together."""


READ_EVERY = 10
"""So many returns one is read back out of the open workbook, cell by cell; of the others, what was put in is known."""


@dataclass
class Tally:
    """What was compared, and what was not the same."""

    returns: int = 0
    statuses: int = 0
    lights: set[str] = field(default_factory=set)
    """Answers to 可否上报."""
    counted: set[tuple[bool, bool]] = field(default_factory=set)
    """Whether the light was on, and whether a merge added the return up."""
    failed: set[str] = field(default_factory=set)
    """Rules and checks that asked for something at least once."""
    differences: list[str] = field(default_factory=list)


@dataclass
class Parity:
    """Both engines over the workbook of one kind and level."""

    survey: Survey
    layout: WorkbookLayout
    checks: Checks
    bench: Bench
    tally: Tally = field(default_factory=Tally)
    _waiting: list[tuple[str, Answers, Submission]] = field(default_factory=list)

    def take(self, seeds: range) -> Tally:
        """Compare one return a seed."""
        for seed in seeds:
            self.bench.put(Drawing(self.survey, self.layout, seed).pokes())
            name, submission = f"{self.layout.kind} {self.layout.level} seed {seed}", self.bench.submission()
            self._waiting.append((name, self.bench.answers(), submission))
            if seed % READ_EVERY == 0 and encode(self.bench.submission_read()) != encode(submission):
                self.tally.differences.append(f"{name}: the open workbook reads otherwise than what was put in")
            if len(self._waiting) == AT_ONCE:
                self._compare()
        self._compare()
        return self.tally

    def _compare(self) -> None:
        if not self._waiting:
            return
        audited = expected(self.layout, self.checks, [submission for _, _, submission in self._waiting])
        for (name, shown, _), wanted in zip(self._waiting, audited, strict=True):
            self.tally.returns += 1
            self.tally.statuses += len(shown.checks) + len(shown.cells)
            self.tally.lights.add(shown.light[0])
            self.tally.failed |= {id for id, (code, _, _) in shown.checks.items() if code}
            told = [*shown.differences(wanted), *shown.judgements(wanted)]
            self.tally.differences += [f"{name}: {line}" for line in told]
            self.tally.counted.add((shown.ready, wanted.counts))
        self._waiting.clear()


def run(office: Office, survey: Survey, kind: str, level: str, seeds: range, folder: Path) -> Tally:
    """Compare the engines on the returns of ``seeds``, in a workbook of ``kind`` and ``level`` with small ledgers."""
    small = with_small_ledgers(survey)
    unit, path = _with_rows_of_last_year(small, identity(small, kind, level)), folder / "unit.xlsx"
    build(path, small, unit, Lock.of(PASSWORD, spin=1), _settled(small, unit))  # 40 sheets are unlocked at once
    layout = WorkbookLayout.of(small, unit)
    checks = Checks(Formulas(layout, EXAMPLE_YEAR))
    with opened(office, path) as book:
        bench = Bench(layout, checks, small, book, connect(str(path), pipe=office.pipe))
        return Parity(small, layout, checks, bench).take(seeds)


def _with_rows_of_last_year(survey: Survey, unit: Identity) -> Identity:
    """Return a unit that got last year's rows of one ledger, so that it has something to confirm."""
    ledgers = survey.ledgers_of(unit.kind, unit.level)
    return replace(unit, carried=state_carried_rows({ledger.id: 3 for ledger in ledgers[:1]}))


def _settled(survey: Survey, unit: Identity) -> Content:
    """Return an all-zero return whose light is on: what zeros are doubtful in is explained."""
    content = make_complete_zero(survey, unit)
    content.confirmed = {ledger.short for ledger in survey.ledgers if ledger.id in unit.carried_rows}
    for finding in audit(survey, unit.year, [Submission("", unit, Edition.of(survey), content)])[0]:
        if finding.severity is Severity.WARNING:
            content.notes.setdefault(finding.form, {})[finding.code] = NOTES[-1]
    return content


def shares(survey: Survey, returns: int) -> Iterator[tuple[str, str, range]]:
    """Deal ``returns`` seeds per kind out over the levels of the kind."""
    for kind in survey.kinds:
        each = -(-returns // len(kind.levels))
        for number, level in enumerate(kind.levels):
            yield kind.name, level, range(number * each, (number + 1) * each)
