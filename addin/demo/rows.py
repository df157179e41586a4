"""Made-up ledger rows: drawn at random, audited, and only those kept that nothing can be said against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from stdnum.cn import uscc

from addin.auditing.audit import audit
from addin.demo.cast import Sizes
from addin.finding import Finding
from addin.sending.zero import make_complete_zero
from addin.submission import Edition, Submission
from templates.content import Identity, Value
from templates.layout import LEDGER_HEADER_ROW
from templates.model import Column, Kind, Ledger, Severity, Survey
from templates.words import lookup, say

Row = dict[str, Value]
Pool = dict[str, list[Row]]
"""Rows without fault by ledger short."""

DRAWS = 1000
"""Rows drawn a ledger; a few in a hundred of the pickiest ledger's are without fault."""

FIRST_ROW = LEDGER_HEADER_ROW + 1
_LONGEST = 4
"""Days between one date of a row and the next."""


def make_dice(seed: str) -> Random:
    """Return a source of numbers that is the same for the same seed."""
    return Random(seed)  # noqa: S311  # made-up figures are no secret


def make_pool(survey: Survey, year: int, sizes: Sizes, seed: str, level: str) -> Pool:
    """Return rows for every ledger of units of this level, the same for the same seed; none where none is right."""
    found: Pool = {}
    for kind in (kind for kind in survey.kinds if level in kind.levels):
        shorts = [ledger for ledger in survey.ledgers_of(kind.name, level) if ledger.short not in found]
        if shorts:
            identity = Identity(survey.id, survey.version, survey.hash, year, "0", "0", kind.name, level)
            found |= _faultless(survey, identity, shorts, sizes, seed)
    return found


def place_rows(rows: list[Row], ledger: Ledger, owner: str, shared: int = 0) -> dict[int, Row]:
    """Return rows below each other in the ledger's sheet, every free text of theirs naming ``owner`` and the row.

    The first ``shared`` rows name no owner: whoever else reports them reports the same thing.
    """
    return {
        FIRST_ROW + place: row | _named(ledger, row, place + 1, "" if place < shared else owner)
        for place, row in enumerate(rows)
    }


def _named(ledger: Ledger, row: Row, number: int, owner: str) -> Row:
    """Return the cells of a row that are told apart by who wrote them."""
    return {
        column.name: named(column, number, owner)
        for column in ledger.columns
        if column.name in row and _is_free(column)
    }


def _is_free(column: Column) -> bool:
    """Return whether a unit writes there what it likes."""
    chosen = column.code_list or column.options or column.kind in (Kind.YES_NO, Kind.USCC)
    return not (chosen or column.kind.is_number or column.kind.is_date)


def named(column: Column, number: int, owner: str = "") -> str:
    """Return the text of a column in some row, such as 演示会议 03, or 演示会议 B01-03 where it is B01's."""
    thing = column.name
    for suffix in lookup("demo.name_suffixes"):
        thing = thing.removesuffix(suffix)
    return say("demo.named_of" if owner else "demo.named", thing=thing, number=number, owner=owner)


def _faultless(survey: Survey, identity: Identity, ledgers: list[Ledger], sizes: Sizes, seed: str) -> Pool:
    submission = Submission("", identity, Edition.of(survey), make_complete_zero(survey, identity))
    for ledger in ledgers:
        draw = _Draw(ledger, survey, identity.year, sizes, make_dice(f"{seed}:{ledger.short}"))
        submission.content.ledgers[ledger.short] = dict(enumerate(draw.rows(DRAWS), start=FIRST_ROW))
    faulty = {(finding.ledger, finding.row) for finding in _said(survey, submission)}
    return {
        ledger.short: [
            dict(row)
            for number, row in submission.content.ledgers[ledger.short].items()
            if (ledger.short, number) not in faulty
        ]
        for ledger in ledgers
    }


def _said(survey: Survey, submission: Submission) -> list[Finding]:
    (findings,) = audit(survey, submission.identity.year, [submission])
    return [finding for finding in findings if finding.ledger and finding.severity is not Severity.INFO]


@dataclass
class _Draw:
    """Draws rows of one ledger."""

    ledger: Ledger
    survey: Survey
    year: int
    sizes: Sizes
    random: Random

    def rows(self, count: int) -> Iterator[Row]:
        """Yield rows, each named by its number."""
        for number in range(1, count + 1):
            yield dict(self._row(number))

    def _row(self, number: int) -> Iterator[tuple[str, Value]]:
        """Yield the cells of one row; its numbers are few different ones, so that sums and parts often come out."""
        most = round(self.random.uniform(0.1, 1) * self.sizes.ledger_number)
        numbers = (0, most // 5, most // 2, most, most)
        day = date(self.year, 1, 1) + timedelta(days=self.random.randrange(360))
        for column in self._columns():
            day += timedelta(days=self.random.randrange(_LONGEST)) if column.kind.is_date else timedelta()
            yield column.name, self._cell(column, number, day, numbers)

    def _columns(self) -> Iterator[Column]:
        """Yield the columns to fill: of those that may be blank all or none or some, as rows of people go."""
        ours = {lookup("workbook.row_status.name"), lookup("workbook.row_remark.name")}
        care = self.random.choice((0.0, 0.5, 1.0, 1.0))
        for column in self.ledger.columns:
            asked = column.required or column.name in self.ledger.key or self.random.random() < care
            if asked and column.name not in ours:
                yield column

    def _cell(self, column: Column, number: int, day: date, numbers: tuple[int, ...]) -> Value:
        if column.kind.is_number:
            return float(self._number(column, numbers))
        if column.kind.is_date:
            return day
        if choices := self._choices(column):
            return self.random.choice(choices)
        if column.kind is Kind.USCC:
            stem = f"{say('zero.uscc')[:12]}{number:05d}"
            return stem + uscc.calc_check_digit(stem)
        return named(column, number)

    def _number(self, column: Column, numbers: tuple[int, ...]) -> int:
        size = self.sizes.of_column(self.ledger.short, column.name)
        return self.random.choice(numbers) if size is None else round(self.random.uniform(0.1, 1) * size)

    def _choices(self, column: Column) -> tuple[str, ...]:
        if column.code_list:
            return self.survey.code_lists[column.code_list].values
        if column.kind is Kind.YES_NO and not column.options:
            return tuple(text.split(" ", 1)[1] for text in lookup("workbook.yes_no"))
        return column.options
