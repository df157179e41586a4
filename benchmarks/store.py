"""What merging costs without a store, with a new one, and again with one that knows nearly everything.

    .venv/bin/python -m benchmarks.store [FOLDER]       prints the table of docs/performance.md about the store

Whole commands, start to end, each in a process of its own; 200 made-up returns of the first survey.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path

from addin.demo.cast import read_cast
from addin.demo.parcel import Parcel, ReturnWriter, write_parcels
from addin.demo.seed import make_plausible
from addin.roster import ReportingUnit
from benchmarks.line import YEAR
from generator.ooxml.edit import put_modified
from generator.strict import Lock
from templates.load import list_surveys, load
from templates.model import Survey
from templates.words import lookup

COUNT = 200
CHANGED = 3
REGION = "500103"
RETURNS, ROSTER = "returns", "roster.csv"


def units_of(survey: Survey) -> list[ReportingUnit]:
    """Return made-up units of every kind and level that is rolled up, in turn."""
    sorts = [(kind.name, level) for kind in survey.kinds if not kind.part for level in kind.levels]
    return [
        ReportingUnit(f"{number:04}", f"演示单位{number}", "", kind, level, REGION)
        for number, (kind, level) in enumerate(islice(cycle(sorts), COUNT), start=1)
    ]


def write_roster(units: list[ReportingUnit], path: Path) -> None:
    """Write the units as a roster."""
    columns = lookup("roster.columns")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns.values())
        writer.writerows([getattr(unit, name) for name in columns] for unit in units)


def write_returns(survey: Survey, units: list[ReportingUnit], folder: Path) -> None:
    """Write a plausible return of each unit."""
    actors = make_plausible(survey, units, read_cast(survey), YEAR, seed=1)
    mail = [(folder, Parcel(f"{actor.identity.code}.xlsx", actor.identity, actor.content)) for actor in actors]
    write_parcels(ReturnWriter(survey, Lock.of("x")), mail, None, None)


def measured(name: str, place: Path, *more: str) -> str:
    """Return a row of the table: seconds, processor seconds and peak memory of one ``tianbao merge``."""
    command = [sys.executable, "-m", "tianbao", "merge", str(place / RETURNS), "--roster", str(place / ROSTER)]
    start = time.perf_counter()
    with (place / "said.txt").open("w") as said:
        process = subprocess.Popen(  # noqa: S603, it is ourselves
            [*command, "--out", str(place / "summary.xlsx"), *more], stdout=said, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == 2:
        raise SystemExit((place / "said.txt").read_text())
    seconds, busy = time.perf_counter() - start, used.ru_utime + used.ru_stime
    return f"| {name} | {seconds:.1f} | {busy:.1f} | {used.ru_maxrss / 1024:,.0f} |"


def prepare(place: Path) -> None:
    """Write roster and returns, unless an earlier run has left them."""
    if not (place / ROSTER).exists():
        survey = load(list_surveys()[0])
        units = units_of(survey)
        (place / RETURNS).mkdir(parents=True, exist_ok=True)
        write_returns(survey, units, place / RETURNS)
        write_roster(units, place / ROSTER)


def measure(place: Path) -> None:
    """Print the table."""
    store, returns = place / "S.duckdb", sorted((place / RETURNS).iterdir())
    store.unlink(missing_ok=True)
    kept = ("--store", str(store))
    print(f"| merge of {len(returns)} returns | s | processor s | peak MiB |\n|---|---:|---:|---:|")
    print(measured("without a store", place))
    print(measured("into a new store", place, *kept))
    print(measured("again, nothing changed", place, *kept))
    for path in returns[:CHANGED]:
        put_modified(path, datetime.now())
    print(measured(f"again, {CHANGED} changed", place, *kept))
    weight = sum(path.stat().st_size for path in returns)
    print(f"\n{weight / 1e6:.0f} MB of returns, {store.stat().st_size / 1e6:.1f} MB of store")


def main() -> None:
    """Measure in the folder that is named, and leave the returns there for the next time; else in a passing one."""
    with tempfile.TemporaryDirectory() as passing:
        place = Path(*sys.argv[1:2] or [passing])
        prepare(place)
        measure(place)


if __name__ == "__main__":
    main()
