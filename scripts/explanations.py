"""How many explanations a unit is asked for, by its size: plausible returns, grown, against a restless last year.

    python -m scripts.explanations [--survey kx2023] [--level 县级科协] [--seeds 3]

Each return of the demo is taken times 1 … 50, its ledgers' numbers with it; last year is drawn around this year, a flow
with a spread of 0.3 (two thirds of all changes within about a third), a stock with half of that. Printed are the cells
that ask for an explanation: median, nine of ten, most; and the rules that ask most.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from math import exp
from random import Random
from statistics import median, quantiles

from addin.auditing.audit import audit
from addin.auditing.figures import compute_figures
from addin.demo.actor import Actor, Cell
from addin.demo.cast import read_cast
from addin.demo.seed import make_plausible
from addin.finding import Finding
from addin.submission import Submission
from templates.content import Content, Value
from templates.load import load
from templates.model import Severity, Survey

YEAR = 2024
SIZES = (1, 2, 5, 10, 20, 50)
SPREAD = 0.3
"""Of the logarithm of a flow's change from year to year."""

GROWING = frozenset(("人", "人次", "个", "篇", "册", "份", "元", "平方米"))
"""Measures of ledger columns that are larger where the unit is; of countries at a meeting there are not more."""

TOP = 6


def draw_actors(survey: Survey, level: str, seeds: int) -> list[Actor]:
    """Return the demo's units of a level, made up as often as there are seeds."""
    cast = read_cast(survey)
    units = [unit for unit in cast.reporting_units(survey) if unit.level == level and not survey.kind[unit.kind].part]
    return [actor for seed in range(seeds) for actor in make_plausible(survey, units, cast, YEAR, seed)]


def grow(actor: Actor, times: int, random: Random) -> Submission:
    """Return the unit's return, so many times as large, unexplained, with a last year of its own."""
    content = deepcopy(actor.content)
    content.notes.clear()
    numbers = dict(_grow_cells(actor, content, times))
    _grow_rows(actor.survey, content, times)
    figures = compute_figures(actor.survey, replace(actor.submission, content=content))
    for cell in figures.keys() & numbers.keys():
        content.set(*cell, figures[cell])
    content.prior = {}
    for cell, number in (numbers | figures).items():
        _put_last_year(actor, content, cell, number, random)
    return replace(actor.submission, content=content)


def _grow_cells(actor: Actor, content: Content, times: int) -> Iterator[tuple[Cell, float]]:
    """Multiply the numbers of forms; yield those that the unit fills by hand, as they are now."""
    for cell, indicator in actor.open.items():
        number = content.values.get(cell[0], {}).get(cell[1])
        if indicator.kind.is_number and isinstance(number, float):
            content.set(*cell, number * times)
            yield cell, number * times


def _grow_rows(survey: Survey, content: Content, times: int) -> None:
    for short, rows in content.ledgers.items():
        names = {column.name for column in survey.ledger[short].columns if column.measure in GROWING}
        content.ledgers[short] = {number: _grow_row(row, names, times) for number, row in rows.items()}


def _grow_row(row: Mapping[str, Value], names: set[str], times: int) -> dict[str, Value]:
    return {name: value * times if name in names and isinstance(value, float) else value for name, value in row.items()}


def _put_last_year(actor: Actor, content: Content, cell: Cell, number: float, random: Random) -> None:
    indicator = actor.survey.form[cell[0]].indicators[cell[1]]
    spread = SPREAD if indicator.period == "flow" else SPREAD / 2
    content.prior.setdefault(cell[0], {})[cell[1]] = float(round(number * exp(random.gauss(0, spread))))


def count_asked(findings: Sequence[Finding]) -> tuple[int, Counter[str]]:
    """Return in how many cells of forms a warning waits for its explanation, and which rules ask."""
    asked = [one for one in findings if one.severity is Severity.WARNING and one.form]
    return len({(one.form, one.code) for one in asked}), Counter(one.rule.rpartition(".")[2] for one in asked)


def measure(actors: Sequence[Actor], times: int) -> tuple[list[int], Counter[str]]:
    """Return how many explanations each return of that size is asked for, and which rules ask."""
    random = Random(times)
    grown = [grow(actor, times, random) for actor in actors]
    counted = [count_asked(found) for found in audit(actors[0].survey, YEAR, grown)]
    return [count for count, _ in counted], sum((rules for _, rules in counted), Counter[str]())


def main() -> None:
    """Print the distribution by size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--survey", default="kx2023")
    parser.add_argument("--level", default="")
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    survey = load(given.survey)
    for level in [given.level] if given.level else survey.levels:
        actors = draw_actors(survey, level, given.seeds)
        for times in SIZES:
            counts, rules = measure(actors, times)
            most = ", ".join(f"{rule} {count / len(actors):.1f}" for rule, count in rules.most_common(TOP))
            tenth = quantiles(counts, n=10)[-1] if len(counts) > 1 else counts[0]
            print(f"{level} x{times}: median {median(counts):.0f}, 9 of 10 {tenth:.0f}, most {max(counts)}; {most}")


if __name__ == "__main__":
    main()
