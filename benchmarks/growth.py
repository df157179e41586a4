"""How costs grow: with units, with ledger rows, with rules. Pictures for docs/performance.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from matplotlib.figure import Figure

from addin.tampering.examine import read_examined
from benchmarks.auditing import RULES, WHOLE, race_audit, read_alike
from benchmarks.bench import Bench, measures
from benchmarks.clock import ROOT, spend
from benchmarks.merging import merge_all
from benchmarks.peers.readers import READERS
from benchmarks.reading import OURS
from benchmarks.returns import DEMO, HEAVY, write_heavy
from benchmarks.tables import Table, show_ms
from templates.model import Rule, Survey

PICTURES: Final = ROOT / "docs" / "images"
ROWS: Final = (0, 25, 50, 100, 200, 400)
SHARES: Final = (0.1, 0.25, 0.5, 0.75, 1.0)
_AUDITED: Final = 200
_BESIDE: Final = ("calamine, values", "openpyxl, values and formulas")


def draw(name: str, title: str, axis: str, measure: str, lines: Mapping[str, tuple[Sequence[float], ...]]) -> None:
    """Write a picture: a line of points for each name, both axes from nought."""
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    for label, (along, up) in lines.items():
        axes.plot(along, up, marker="o", markersize=4, label=label)
    axes.set(title=title, xlabel=axis, ylabel=measure)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(PICTURES / f"growth-{name}.png", dpi=110, metadata={"Software": None})


@measures("growth-units")
def measure_units(bench: Bench) -> Iterator[Table]:
    """Merging more and more returns: a straight line, where nothing is done for each pair of them."""
    sizes = sorted({10, 25, *bench.units})
    found = {}
    for sort in (DEMO, HEAVY):
        for count in sizes:
            bench.tell(f"growth: merge of {count} {sort}")
            found[sort, count] = merge_all(bench, bench.returns.folder(sort, count)).seconds
    lines = {sort: (sizes, [found[sort, count] for count in sizes]) for sort in (DEMO, HEAVY)}
    draw("units", "tianbao merge", "returns", "processor seconds", lines)
    rows = [[str(count), *(f"{found[sort, count]:,.1f}" for sort in (DEMO, HEAVY))] for count in sizes]
    yield Table("growth-units", ["returns merged, processor s", DEMO, HEAVY], rows)


@measures("growth-rows")
def measure_rows(bench: Bench) -> Iterator[Table]:
    """Reading a return with more and more rows in each of its ledgers."""
    programs: dict[str, Callable[[Path], object]] = {OURS: read_examined, **{name: READERS[name] for name in _BESIDE}}
    found = {}
    for count in ROWS:
        path = write_heavy(bench.returns, bench.work / f"rows-{count}.xlsx", count)
        contenders = {name: spend(partial(program, path)) for name, program in programs.items()}
        found[count] = bench.race(f"growth: {count} rows", contenders)
    lines = {name: (ROWS, [found[count][name] * 1000 for count in ROWS]) for name in programs}
    draw("rows", "one return", "rows in each ledger", "processor ms", lines)
    rows = [[str(count), *(show_ms(found[count][name]) for name in programs)] for count in ROWS]
    yield Table("growth-rows", ["rows in each ledger, ms a return", *programs], rows)


@measures("growth-rules")
def measure_rules(bench: Bench) -> Iterator[Table]:
    """Auditing by more and more of the survey's rules."""
    survey, given = bench.returns.survey, read_alike(bench)
    found: dict[int, dict[str, float]] = {}
    for share in SHARES:
        fewer = replace(survey, rules=_draw_rules(survey, share))
        applying = len(fewer.rules_of(given[0].identity.kind))
        each = race_audit(bench, fewer, given, _AUDITED)
        found[applying] = {name: ns * applying * _AUDITED / 1e6 for name, ns in each.items()}
    counts = sorted(found)
    lines = {name: (counts, [found[count][name] for count in counts]) for name in (WHOLE, RULES)}
    draw("rules", f"audit of {_AUDITED} units", "rules", "processor ms", lines)
    rows = [[str(count), *(f"{found[count][name]:,.1f}" for name in (WHOLE, RULES))] for count in counts]
    yield Table("growth-rules", [f"rules, ms for {_AUDITED} units", WHOLE, RULES], rows)


def _draw_rules(survey: Survey, share: float) -> tuple[Rule, ...]:
    """Return some rules, families and single ones mixed as in the whole."""
    return tuple(Random(0).sample(survey.rules, round(len(survey.rules) * share)))  # noqa: S311
