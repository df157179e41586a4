"""What the workbook of each kind of unit and level weighs, and what LibreOffice takes to open and recalculate it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

import psutil

from addin.sending.dispatch import make_identity
from addin.sending.zero import make_complete_zero
from benchmarks.bench import Bench, measures
from benchmarks.returns import YEAR, list_units
from benchmarks.tables import Table, show_ms
from generator.lock import Lock
from generator.unit.workbook import build
from tests.support.office import Office, missing, open_document


@measures("kinds")
def measure_kinds(bench: Bench) -> Iterator[Table]:
    """A complete return of nothing, of each kind and level; not measured where there is no LibreOffice."""
    if reason := missing():
        bench.tell(reason)
        return
    survey, path = bench.returns.survey, bench.work / "unit.xlsx"
    rows = []
    with Office() as office:
        for unit in list_units(survey, sum(len(kind.levels) for kind in survey.kinds if not kind.part)):
            bench.tell(f"kinds: {unit.kind} {unit.level}")
            who = make_identity(unit, survey, YEAR)
            build(path, survey, who, Lock.of("x"), make_complete_zero(survey, who))
            rows.append(
                [f"{unit.kind} {unit.level}", f"{path.stat().st_size / 1000:,.0f}", *_weigh(office, path, bench)]
            )
    yield Table("kinds", ["workbook", "kB", "LibreOffice opens it, ms", "recalculates it, ms"], rows)


def _weigh(office: Office, path: Path, bench: Bench) -> list[str]:
    """Return what opening and recalculating take of LibreOffice's processor time."""
    opening, calculating = [], []
    for _ in range(bench.rounds):
        start = _used(office)
        document = open_document(office.desktop, path)
        opened = _used(office)
        document.calculateAll()
        opening.append(opened - start)
        calculating.append(_used(office) - opened)
        document.close(True)
    return [show_ms(statistics.median(times)) for times in (opening, calculating)]


def _used(office: Office) -> float:
    """Return the processor seconds of LibreOffice and what it started."""
    first = psutil.Process(office.process.pid)
    times = [process.cpu_times() for process in (first, *first.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))
