"""Merging: whole commands that end with 汇总.xlsx, beside loops that read and write the same; and merging again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench, measures
from benchmarks.clock import Spent, race_commands, run_command, run_python
from benchmarks.plan import write_plan
from benchmarks.returns import DEMO, SORTS, list_files
from benchmarks.tables import Table, show_before, show_ms, show_ratio
from generator.ooxml.edit import put_modified

CHANGED = 3
_FIRST = 6
"""Returns of every kind and level."""
LOOP = "benchmarks.peers.pandas_loop"
ENGINES = ("openpyxl", "calamine")
"""What pandas takes by itself, and the quicker one."""
OURS, STORED = "without a store", "into a new store"
_BEFORE = "before, ms a return"


def merge_all(bench: Bench, place: Path, *more: object) -> Spent:
    """Merge the returns of a folder; the result of an earlier run is no longer there."""
    target = bench.work / "merged.xlsx"
    target.unlink(missing_ok=True)
    options = ["--roster", place / "roster.csv", "--out", target, *more]
    return run_command("merge", place / "returns", *options, cache=bench.cache)


def loop(bench: Bench, place: Path, engine: str) -> Spent:
    """Let a loop by hand read the same returns and write the stacked tables."""
    plan = write_plan(bench.returns.survey, bench.work / "plan.json")
    return run_python(["-m", LOOP, place / "returns", bench.work / "stacked.xlsx", plan, engine])


@measures("merge")
def measure_merge(bench: Bench) -> Iterator[Table]:
    """Every sort of returns, every size; the loops only as far as they are let."""
    header = ["returns", "processor s", "ms a return", "beside ours", "peak MB", _BEFORE]
    for sort in SORTS:
        merge_all(bench, bench.returns.folder(sort, _FIRST))  # blueprints at hand, as on any day but the first
        found = {count: _race_merges(bench, sort, count) for count in bench.units}
        rows = [row for count, spent in found.items() for row in _show_merges(sort, count, spent)]
        rows += [_show_further(name, found, f"merge {sort}, further") for name in _everywhere(found)]
        yield Table(f"merge-{sort.replace(' ', '-')}", header, rows)


def _race_merges(bench: Bench, sort: str, count: int) -> dict[str, Spent]:
    """Let ours and, where they are not too many, the loops by hand take turns over the same returns."""
    place = bench.returns.folder(sort, count)
    contenders = {OURS: partial(merge_all, bench, place), STORED: partial(_merge_anew, bench, place)}
    if count <= bench.peers_up_to:
        contenders |= {f"a pandas loop, {engine}": partial(loop, bench, place, engine) for engine in ENGINES}
    turns = max(1, bench.rounds // 2) if count <= bench.peers_up_to else 1
    return race_commands(contenders, turns, lambda text: bench.tell(f"{count} {sort}: {text}"))


def _merge_anew(bench: Bench, place: Path) -> Spent:
    store = bench.work / "S.duckdb"
    store.unlink(missing_ok=True)
    return merge_all(bench, place, "--store", store)


def _show_merges(sort: str, count: int, found: Mapping[str, Spent]) -> Iterator[list[str]]:
    for name, spent in found.items():
        each = spent.seconds / count
        beside = "" if name == OURS else show_ratio(spent.seconds / found[OURS].seconds)
        row = [f"{count}, {name}", f"{spent.seconds:,.1f}", show_ms(each), beside, f"{spent.peak / 1e6:,.0f}"]
        yield [*row, show_before(f"merge {sort}", name, each) if name in (OURS, STORED) else ""]


def _everywhere(found: Mapping[int, Mapping[str, Spent]]) -> list[str]:
    """Return who was measured at several sizes, at the smallest and the largest too."""
    return [name for name in found[min(found)] if name in found[max(found)]] if len(found) > 1 else []


def _show_further(name: str, found: Mapping[int, Mapping[str, Spent]], table: str) -> list[str]:
    """Return what a further return costs: what lies between the smallest and the largest size."""
    few, many = min(found), max(found)
    each = (found[many][name].seconds - found[few][name].seconds) / (many - few)
    return [f"a further one, {name}", "", show_ms(each), "", "", show_before(table, name, each)]


# --- again -----------------------------------------------------------------------------------------------------------

FIRST, UNCHANGED, SOME = "for the first time", "nothing changed", f"{CHANGED} changed"


@measures("again")
def measure_again(bench: Bench) -> Iterator[Table]:
    """Merging again into a store that knows nearly everything."""
    header = ["tianbao merge --store", "processor s", "ms a return", "of the first", "peak MB", _BEFORE]
    found = {count: _merge_again(bench, count) for count in bench.units}
    rows = []
    for count, spent in found.items():
        for name, one in spent.items():
            each, share = one.seconds / count, f"{one.seconds / spent[FIRST].seconds:.2f}"
            row = [f"{count}, {name}", f"{one.seconds:,.1f}", show_ms(each), share, f"{one.peak / 1e6:,.0f}"]
            rows.append([*row, show_before("again", name, each)])
    rows += [_show_further(UNCHANGED, found, "again, further")] if len(found) > 1 else []
    yield Table("again", header, rows)


def _merge_again(bench: Bench, count: int) -> dict[str, Spent]:
    place, again = bench.returns.folder(DEMO, count), ("--store", bench.work / "S.duckdb")
    bench.tell(f"again: {count}")
    found = {FIRST: _merge_anew(bench, place), UNCHANGED: merge_all(bench, place, *again)}
    for path in list(list_files(place))[:CHANGED]:
        put_modified(path, datetime.now())
    return found | {SOME: merge_all(bench, place, *again)}
