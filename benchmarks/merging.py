"""Merging: whole commands that end with 汇总.xlsx, beside loops that read and write the same; and merging again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from benchmarks.bench import Bench, measures
from benchmarks.clock import Spent, run_command, run_python
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
    for sort in SORTS:
        peers = _loop_over(bench, sort)
        rows = [row for count in bench.units for row in _merge_rows(bench, sort, count, peers)]
        shown = [[name, "", show_ms(taken), "", "", ""] for name, taken in peers.items()]
        header = ["what", "processor s", "ms a return", "beside the openpyxl loop", "peak MB"]
        yield Table(f"merge-{sort.replace(' ', '-')}", [*header, "before, ms a return"], rows + shown)


def _loop_over(bench: Bench, sort: str) -> dict[str, float]:
    """Return seconds a return of each loop."""
    count = min(bench.peers_up_to, *bench.units)
    place = bench.returns.folder(sort, count)
    found = {}
    for engine in ENGINES:
        bench.tell(f"{count} {sort}: a loop by hand, {engine}")
        found[f"pandas with {engine}, a loop over {count}"] = loop(bench, place, engine).seconds / count
    return found


def _merge_rows(bench: Bench, sort: str, count: int, peers: dict[str, float]) -> Iterator[list[str]]:
    place, store = bench.returns.folder(sort, count), bench.work / "S.duckdb"
    store.unlink(missing_ok=True)
    merge_all(bench, bench.returns.folder(sort, _FIRST))  # blueprints at hand, as on any day but the first
    for name, more in (("without a store", []), ("into a new store", ["--store", store])):
        bench.tell(f"{count} {sort}: {name}")
        spent = merge_all(bench, place, *more)
        what, each = f"{count} returns, {name}", spent.seconds / count
        beside = show_ratio(next(iter(peers.values())) / each)
        before = show_before(f"merge {sort}", name, each)
        yield [what, f"{spent.seconds:,.1f}", show_ms(each), beside, f"{spent.peak / 1e6:,.0f}", before]


@measures("again")
def measure_again(bench: Bench) -> Iterator[Table]:
    """Merging again into a store that knows nearly everything."""
    rows = []
    for count in bench.units:
        place, store = bench.returns.folder(DEMO, count), bench.work / "S.duckdb"
        store.unlink(missing_ok=True)
        bench.tell(f"again: {count} into a new store")
        first = merge_all(bench, place, "--store", store)
        found = {"for the first time": first, "nothing changed": merge_all(bench, place, "--store", store)}
        for path in list(list_files(place))[:CHANGED]:
            put_modified(path, datetime.now())
        found[f"{CHANGED} changed"] = merge_all(bench, place, "--store", store)
        for name, spent in found.items():
            what, each = f"{count} returns, {name}", spent.seconds / count
            share = f"{spent.seconds / first.seconds:.2f}"
            row = [what, f"{spent.seconds:,.1f}", show_ms(each), share, f"{spent.peak / 1e6:,.0f}"]
            rows.append([*row, show_before("again", name, each)])
    header = ["tianbao merge --store", "processor s", "ms a return", "of the first", "peak MB", "before, ms a return"]
    yield Table("again", header, rows)
