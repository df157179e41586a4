"""Generating: a workbook for each unit, beside others that write the same cells; and the second year, from returns."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from addin.roster import Roster
from addin.sending.dispatch import dispatch
from benchmarks.bench import Bench, measures
from benchmarks.clock import Timed, run_command, spend
from benchmarks.peers.writers import list_cells, load_and_save, write_by_xlsxwriter, write_bytes
from benchmarks.returns import DEMO, YEAR, list_units, write_roster
from benchmarks.tables import Table, compare_with, show_before, show_ms
from generator.lock import Lock

OURS = "tianbao, a workbook of a run"
_FEW, _MORE = 6, 30
"""Workbooks of a short run, one of each kind and level; and how many more a longer one has."""


def write_some(bench: Bench, folder: Path) -> Timed:
    """Return the timed writing of a further workbook: a longer run without what a short one takes, by their number."""
    survey, lock = bench.returns.survey, Lock.of("x")
    rosters = [Roster(tuple(list_units(survey, count))) for count in (_FEW, _FEW + _MORE)]
    short, long = (spend(partial(dispatch, roster, survey, YEAR, folder, lock)) for roster in rosters)
    return lambda: (long() - short()) / _MORE


@measures("generate")
def measure_generate(bench: Bench) -> Iterator[Table]:
    """One workbook as it is mailed out, and the same cells written by others."""
    folder = bench.work / "generated"
    ours = write_some(bench, folder)
    ours()
    sample, target = sorted(folder.glob("*.xlsx"))[0], bench.work / "peer.xlsx"
    cells, data = list_cells(sample), sample.read_bytes()
    contenders = {
        OURS: ours,
        "XlsxWriter, the same cells": spend(lambda: write_by_xlsxwriter(cells, target)),
        "openpyxl, load and save": spend(lambda: load_and_save(sample, target)),
        "its bytes, written": spend(lambda: write_bytes(data, target)),
    }
    rows = list(compare_with(bench.race("generate", contenders), OURS, "generate"))
    count = sum(map(len, cells.values()))
    note = f"The workbook has {len(data) / 1000:,.0f} kB and {count:,} cells."
    yield Table("generate", ["one workbook", "ms", "beside ours", "before, ms"], rows, [note])


@measures("second-year")
def measure_second_year(bench: Bench) -> Iterator[Table]:
    """``generate --previous``: last year's values and rows from the returns of last year, reading them included."""
    rows = []
    for count in bench.units:
        previous, roster = bench.returns.folder(DEMO, count), bench.work / "roster.csv"
        write_roster(list_units(bench.returns.survey, count), roster)
        for name, more in (("first year", []), ("second year, from returns", ["--previous", previous / "returns"])):
            out = bench.work / "mailed"
            shutil.rmtree(out, ignore_errors=True)
            bench.tell(f"generate {count}: {name}")
            options = ["--year", YEAR + bool(more), "--roster", roster, "--out", out, *more]
            spent = run_command("generate", *options, cache=bench.cache)
            what, each = f"{count} units, {name}", spent.seconds / count
            before = show_before("second-year", name, each)
            rows.append([what, f"{spent.seconds:,.1f}", show_ms(each), f"{spent.peak / 1e6:,.0f}", before])
    header = ["tianbao generate", "processor s", "ms a unit", "peak MB", "before, ms a unit"]
    yield Table("second-year", header, rows)
