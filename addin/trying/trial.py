"""What rules would have found in returns of last year: whom they stop, whom they ask, how much they ask of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from statistics import mean, median
from typing import Final

from addin.auditing.arrays import Status
from addin.auditing.audit import audit
from addin.auditing.batch import Batch
from addin.auditing.evaluate import judge
from addin.finding import Finding
from addin.submission import Submission
from templates.expression import Aggregate, CellRef, ColumnRef, walk
from templates.migration import Place
from templates.model import Rule, Survey

EXAMPLES: Final = 3
"""So many units are shown for each rule."""

BANDS: Final = ((0, 0), (1, 2), (3, 5), (6, 10), (11, 20), (21, None))
"""By how many explanations they are asked for, units are counted together; None is without end."""


@dataclass(frozen=True)
class TriedExample:
    """A unit that a rule would have spoken to, and its first sentence."""

    unit: str
    name: str
    message: str


@dataclass(frozen=True)
class TriedRule:
    """A rule and what it would have found."""

    rule: Rule
    asked: int
    """Units whose return it can be judged on: they file all that it reads."""
    undecided: int
    """Of these, units whose return does not tell: something in it cannot be read, or the rule breaks on it."""
    units: tuple[str, ...]
    """Codes of the units that it would have spoken to."""
    findings: int
    """How often it would have spoken: a rule about rows speaks of each."""
    examples: tuple[TriedExample, ...]
    unknown: tuple[Place, ...] = ()
    """Cells and columns that it reads and that nobody was asked for last year: what it would find is not known."""

    @property
    def share(self) -> float:
        """The share of the units it was asked of, from 0 to 1."""
        return len(self.units) / self.asked if self.asked else 0.0


@dataclass(frozen=True)
class AskedUnit:
    """How many explanations one unit would have been asked for."""

    unit: str
    name: str
    total: int
    """By all rules and checks of the definition."""
    tried: int
    """Of these, by nothing but the rules that were tried."""
    before: int | None = None
    """By the old definition; None where that is not known."""


@dataclass(frozen=True)
class Spread:
    """How many explanations units are asked for: numbers of a distribution."""

    mean: float
    median: float
    nine_of_ten: int
    """Nine of ten units are asked for no more."""
    most: int
    bands: tuple[int, ...]
    """Units in each of :data:`BANDS`."""

    @classmethod
    def of(cls, counts: Sequence[int]) -> Spread:
        """Return the distribution of ``counts``; all 0 without any."""
        ordered = sorted(counts) or [0]
        at = max(0, -(-9 * len(ordered) // 10) - 1)
        bands = tuple(sum(low <= n and (high is None or n <= high) for n in counts) for low, high in BANDS)
        return cls(mean(ordered), median(ordered), ordered[at], ordered[-1], bands)


@dataclass(frozen=True)
class Trial:
    """What came of it."""

    survey: Survey
    year: int
    rules: tuple[TriedRule, ...]
    units: tuple[AskedUnit, ...]

    @property
    def total(self) -> Spread:
        """How many explanations the whole definition asks units for."""
        return Spread.of([unit.total for unit in self.units])

    @property
    def before(self) -> Spread | None:
        """How many explanations the old definition asked the same units for; None where that is not known."""
        counts = [unit.before for unit in self.units if unit.before is not None]
        return Spread.of(counts) if len(counts) == len(self.units) else None

    @property
    def added(self) -> Spread:
        """How many of them only the rules ask for that were tried."""
        return Spread.of([unit.tried for unit in self.units])


def try_rules(
    survey: Survey,
    year: int,
    returns: Sequence[Submission],
    tried: Sequence[str],
    fresh: frozenset[Place] = frozenset(),
    before: Sequence[int] = (),
) -> Trial:
    """Return what the rules ``tried`` find in ``returns``, which go by the codes of ``survey``.

    ``fresh`` are the cells and columns that nobody was asked for; ``before`` is how many explanations the old
    definition asked each return for, where that is known.
    """
    found = audit(survey, year, returns)
    verdicts = dict(_judge(survey, year, returns, tried))
    rules = (_make_rule(survey.rule[id], returns, found, verdicts.get(id, {}), survey, fresh) for id in tried)
    asked = (count_places(findings, frozenset(tried)) for findings in found)
    known_before: Iterable[int | None] = before or repeat(None, len(returns))
    units = (
        AskedUnit(one.identity.code, one.identity.name, *counts, known)
        for one, counts, known in zip(returns, asked, known_before, strict=True)
    )
    return Trial(survey, year, tuple(rules), tuple(units))


def _judge(
    survey: Survey, year: int, returns: Sequence[Submission], tried: Sequence[str]
) -> Iterator[tuple[str, dict[int, Status]]]:
    """Yield for each rule its status by the place of each return that it can be judged on."""
    wanted = set(tried)
    by_sort: dict[tuple[str, str], list[int]] = {}
    for place, one in enumerate(returns):
        by_sort.setdefault((one.identity.kind, one.identity.level), []).append(place)
    found: dict[str, dict[int, Status]] = {}
    for sort, places in by_sort.items():
        batch = Batch(survey, year, [returns[place] for place in places])
        for rule in survey.rules_of(*sort):
            if rule.id in wanted:
                verdict = judge(rule, batch)
                known = {place: verdict.of_unit(at) for at, place in enumerate(places)}
                found.setdefault(rule.id, {}).update(known)
    yield from found.items()


def _make_rule(
    rule: Rule,
    returns: Sequence[Submission],
    found: Sequence[Sequence[Finding]],
    verdicts: Mapping[int, Status],
    survey: Survey,
    fresh: frozenset[Place],
) -> TriedRule:
    spoken = [(one.identity, [f for f in own if f.rule == rule.id]) for one, own in zip(returns, found, strict=True)]
    hit = [(identity, findings) for identity, findings in spoken if findings]
    examples = (TriedExample(who.code, who.name, findings[0].message) for who, findings in hit[:EXAMPLES])
    undecided = sum(status in (Status.NOT_EVALUATED, Status.BROKEN) for status in verdicts.values())
    count = sum(len(findings) for _, findings in hit)
    unknown = tuple(dict.fromkeys(place for place in list_places(rule) if place in fresh))
    return TriedRule(rule, len(verdicts), undecided, tuple(who.code for who, _ in hit), count, tuple(examples), unknown)


def count_places(findings: Sequence[Finding], tried: frozenset[str] = frozenset()) -> tuple[int, int]:
    """Return how many places ask for a 说明, and how many of them by nothing but rules that are ``tried``.

    Several findings at one cell, or in one row, are settled by one.
    """
    places: dict[tuple[object, ...], bool] = {}
    for finding in findings:
        if finding.asks:
            where = (finding.ledger, finding.row) if finding.row is not None else (finding.form, finding.code)
            places[where] = places.get(where, True) and finding.rule in tried
    return len(places), sum(places.values())


def list_places(rule: Rule) -> Iterator[Place]:
    """Yield the cells and columns that decide a rule."""
    for node in (node for tree in rule.judged for node in walk(tree)):
        match node:
            case CellRef(form, code):
                yield form, code
            case ColumnRef(ledger, name):
                yield ledger or rule.each, name
            case Aggregate(_, ledger, column) if column:
                yield ledger, column
