"""Reading one return: opened, read and examined by us; its values only, by others; a file in each state it comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from addin.package.opened import open_package
from addin.tampering.examine import read_examined
from benchmarks.bench import Bench, measures
from benchmarks.clock import spend
from benchmarks.peers.readers import READERS
from benchmarks.returns import DEMO, HEAVY, LIBREOFFICE, OPENPYXL, SECOND
from benchmarks.tables import Table, show_before, show_ms, show_ratio

OPEN, OURS = "tianbao, opened: values, formulas, styles", "tianbao, read and examined"
STATES = (DEMO, HEAVY, SECOND, LIBREOFFICE, OPENPYXL)
PROGRAMS: dict[str, Callable[[Path], object]] = {OURS: read_examined, OPEN: open_package, **READERS}


@measures("read")
def measure_read(bench: Bench) -> Iterator[Table]:
    """Each program on the same file, taking turns; blueprints known, as they are from the second file on."""
    found = {state: _race(bench, state) for state in STATES}
    rows = [[name, *(_cell(found[state], name) for state in STATES)] for name in PROGRAMS]
    before = [show_before("read", state, found[state][OURS]) for state in STATES]
    yield Table("read", ["ms (beside ours)", *STATES], [*rows, ["ours before", *before]])


def _race(bench: Bench, state: str) -> dict[str, float]:
    path = bench.returns.one(state)
    contenders = {name: spend(partial(program, path)) for name, program in PROGRAMS.items()}
    return bench.race(f"read {state}", contenders)


def _cell(found: dict[str, float], name: str) -> str:
    ratio = "" if name == OURS else f" ({show_ratio(found[name] / found[OURS])})"
    return show_ms(found[name]) + ratio
