"""The short form, for every build: what we take, as a ratio to what others take for about the same in the same run.

    python -m benchmarks.short            measures and shows, beside what is recorded
    python -m benchmarks.short --record   writes benchmarks/recorded.toml anew: ``make bench-record``

Nothing is said about milliseconds: on another machine, or beside other work, both sides of a ratio are slower alike.
"""

from __future__ import annotations

import os
import sys
import tempfile
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Final
from unittest.mock import patch

from openpyxl import load_workbook

from addin.auditing.audit import audit
from addin.roster import Roster
from addin.sending.dispatch import dispatch, make_identity
from addin.submission import Submission
from addin.tampering.examine import read_examined
from benchmarks.clock import Timed, race, run_command, run_python, spend
from benchmarks.merging import LOOP
from benchmarks.peers.readers import by_calamine
from benchmarks.peers.writers import list_cells, write_by_xlsxwriter
from benchmarks.plan import write_plan
from benchmarks.returns import SURVEY, YEAR, list_units, write_roster
from generator.lock import Lock
from generator.unit.workbook import build
from scripts.fuzz.originals import fill_content
from templates.cache_folder import PLACE
from templates.load import load
from templates.model import Survey

RECORDED: Final = Path(__file__).parent / "recorded.toml"
GROWN: Final = 1.5
"""A ratio that has grown by half is no accident."""
_RETURNS: Final = 6
_AUDITED: Final = 60


@dataclass(frozen=True)
class Duel:
    """Ours and another's, which take turns."""

    ours: Timed
    peer: Timed
    rounds: int

    def fight(self) -> float:
        """Return how many times the other's time ours is."""
        found = race({"ours": self.ours, "peer": self.peer}, self.rounds)
        return found["ours"] / found["peer"]


@dataclass(frozen=True)
class Ground:
    """What duels are fought over: a few returns in a folder."""

    survey: Survey
    folder: Path

    @property
    def returns(self) -> list[Path]:
        """The returns."""
        return sorted((self.folder / "returns").glob("*.xlsx"))

    def prepare(self) -> None:
        """Write a return of each kind and level, one that openpyxl has saved again, the roster and the plan."""
        units, lock = list_units(self.survey, _RETURNS), Lock.of("x")
        (self.folder / "returns").mkdir()
        for unit in units:
            who = make_identity(unit, self.survey, YEAR)
            build(self.folder / "returns" / f"{unit.code}.xlsx", self.survey, who, lock, fill_content(self.survey, who))
        load_workbook(self.returns[0]).save(self.folder / "again.xlsx")
        write_roster(units, self.folder / "roster.csv")
        write_plan(self.survey, self.folder / "plan.json")

    def command(self, *arguments: object) -> Timed:
        """Return the timed run of a ``tianbao`` command, its blueprints kept on the ground."""
        return lambda: run_command(*arguments, cache=self.folder / "cache").seconds


def _write(ground: Ground) -> Duel:
    """Two workbooks mailed out, and the cells of one through XlsxWriter."""
    roster, lock, out = Roster(tuple(list_units(ground.survey, 2))), Lock.of("x"), ground.folder / "mailed"
    timed = spend(lambda: dispatch(roster, ground.survey, YEAR, out, lock))
    timed()
    cells = list_cells(sorted(out.glob("*.xlsx"))[0])
    return Duel(timed, spend(lambda: write_by_xlsxwriter(cells, ground.folder / "peer.xlsx")), 2)


def _read(ground: Ground) -> Duel:
    """A return read and examined, and its values read by calamine."""
    return _read_beside(ground, ground.returns[0])


def _read_again(ground: Ground) -> Duel:
    """The same return after openpyxl has saved it."""
    return _read_beside(ground, ground.folder / "again.xlsx")


def _read_beside(ground: Ground, path: Path) -> Duel:
    return Duel(spend(partial(read_examined, path)), spend(partial(by_calamine, ground.returns[0])), 9)


def _audit(ground: Ground) -> Duel:
    """Returns audited at once, and one of them read by calamine."""
    read = [one for path in ground.returns if isinstance(one := read_examined(path), Submission)]
    many = list(islice(cycle(read), _AUDITED))
    ours = spend(lambda: audit(ground.survey, YEAR, many))
    return Duel(ours, spend(partial(by_calamine, ground.returns[0])), 5)


def _merge(ground: Ground) -> Duel:
    """Returns merged, and stacked by a loop with the quicker reader."""
    options = ["--roster", ground.folder / "roster.csv", "--out", ground.folder / "merged.xlsx"]
    loop = ["-m", LOOP, ground.folder / "returns", ground.folder / "stacked.xlsx", ground.folder / "plan.json"]
    ours = ground.command("merge", ground.folder / "returns", *options)
    return Duel(ours, lambda: run_python([*loop, "calamine"]).seconds, 2)


def _validate(ground: Ground) -> Duel:
    """One return validated by a process of its own, and one that only loads pandas and openpyxl."""
    return Duel(ground.command("validate", ground.returns[0]), _load_pandas, 3)


def _help(ground: Ground) -> Duel:
    """``--help``, and the same."""
    return Duel(ground.command("--help"), _load_pandas, 3)


def _load_pandas() -> float:
    return run_python(["-c", "import pandas, openpyxl"]).seconds


DUELS: Final[dict[str, Callable[[Ground], Duel]]] = {
    "write": _write,
    "read": _read,
    "read-again": _read_again,
    "audit": _audit,
    "merge": _merge,
    "validate": _validate,
    "help": _help,
}


def prepare_ground(folder: Path) -> Ground:
    """Return the returns to measure with, made in ``folder``."""
    ground = Ground(load(SURVEY), folder)
    ground.prepare()
    return ground


def measure_ratios(ground: Ground, names: Collection[str] = tuple(DUELS)) -> dict[str, float]:
    """Return the ratio of each duel, with blueprints and surveys kept on the ground."""
    with patch.dict(os.environ, {PLACE: str(ground.folder / "cache")}):
        return {name: DUELS[name](ground).fight() for name in names}


def read_recorded() -> dict[str, float]:
    """Return the ratios that are recorded."""
    found: dict[str, float] = tomllib.loads(RECORDED.read_text(encoding="utf-8"))["ratio"]
    return found


def find_grown(ratios: Mapping[str, float]) -> dict[str, float]:
    """Return the ratios that have grown by half, each as a multiple of what is recorded."""
    recorded = read_recorded()
    grown = {name: ratio / recorded[name] for name, ratio in ratios.items()}
    return {name: times for name, times in grown.items() if times > GROWN}


def record(ratios: Mapping[str, float]) -> None:
    """Write the ratios down."""
    head = "# What we take, as a ratio to a peer in the same run. Written by `make bench-record`.\n\n[ratio]\n"
    lines = [f"{name} = {ratio:.3f}\n" for name, ratio in ratios.items()]
    RECORDED.write_text(head + "".join(lines), encoding="utf-8")


def main() -> None:
    """Measure, and show or record."""
    with tempfile.TemporaryDirectory() as folder:
        ratios = measure_ratios(prepare_ground(Path(folder)))
    if "--record" in sys.argv[1:]:
        record(ratios)
    recorded = read_recorded()
    for name, ratio in ratios.items():
        print(f"{name:12} {ratio:8.3f}   recorded {recorded.get(name, 0):8.3f}")


if __name__ == "__main__":
    main()
