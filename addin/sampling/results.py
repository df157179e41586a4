"""What comes of the spot checks: sheets taken back, rates of the units drawn by lot, differences of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from addin.package.opened import digest_file
from addin.sampling.answers import SheetAnswer, read_check_sheets
from addin.sampling.compare import CellCheck, CheckedUnit, NotTaken, compare_sheet, list_by
from addin.sampling.population import NoDraw
from addin.sampling.rates import SHARE, SIZE, Cluster, Rate, StratumSize, estimate_rate
from addin.sampling.record import Draw, DrawnUnit, read_draws
from addin.store.acts import UnitStanding, read_standings
from addin.store.store import Store
from addin.store.versions import number_version
from addin.submission import Refusal
from templates.model import Survey
from templates.words import say

_ALL = ""
"""The one indicator that all cells count for in 差错率."""


@dataclass(frozen=True)
class SheetFile:
    """A file that was handed in."""

    path: Path
    unit: DrawnUnit | None = None
    reason: str = ""
    """Why it was not taken; ``""`` where it was."""

    @property
    def shown(self) -> str:
        """What it is called."""
        return self.path.name


@dataclass(frozen=True)
class IndicatorResult:
    """What was found of one indicator at the units drawn by lot."""

    form: str
    code: str
    name: str
    checked: int
    wrong: int
    rate: float | None
    """误差率: without sign, weighed; None where all checked values are 0."""
    net: float | None
    """How much too much (above 0) or too little was reported of it, weighed, as a share of the checked ones."""


@dataclass(frozen=True)
class SpotCheck:
    """All that was found."""

    survey: Survey
    year: int
    draw: Draw
    files: tuple[SheetFile, ...]
    checks: tuple[CheckedUnit, ...]
    cells: Rate
    """差错率 of numbers."""
    values: Rate
    """误差率 of numbers, the mean of the indicators'."""
    rows: Rate
    """差错率 of ledger rows."""
    indicators: tuple[IndicatorResult, ...]
    locked: int
    """The number of the last version that was handed in; 0 where there is none."""
    renewed: frozenset[str]
    """Codes of units that have sent something else since they were drawn."""

    @property
    def random(self) -> list[CheckedUnit]:
        """What was found at units drawn by lot."""
        return list_by(self.checks, risky=False)

    @property
    def risky(self) -> list[CheckedUnit]:
        """What was found at units checked for their risk."""
        return list_by(self.checks, risky=True)

    @property
    def missing(self) -> list[DrawnUnit]:
        """Units of which no sheet, or an untouched one, came back."""
        done = {one.drawn.unit.code for one in self.checks if one.done}
        return [one for one in self.draw.units if one.unit.code not in done]

    @property
    def faults(self) -> list[str]:
        """What is not as it should be in sheets that were taken, a sentence each."""
        return [f"{one.drawn.unit.name}：{fault}" for one in self.checks for fault in list_faults(one)]

    @property
    def open(self) -> bool:
        """Whether anything is left to be done about the sheets."""
        return bool(self.missing or self.faults or any(file.reason for file in self.files))


def list_faults(check: CheckedUnit) -> Iterator[str]:
    """Yield what is not as it should be in one sheet."""
    yield from check.faults
    if check.open and check.done:
        yield say("sampling.fault.open", count=check.open)


def read_results(survey: Survey, year: int, store: Store, paths: Sequence[Path]) -> SpotCheck:
    """Return what was found. Raises StoreError, and NoDraw where nothing was drawn or no sheet could be taken."""
    draws = read_draws(store, survey.id, year)
    if not draws:
        raise NoDraw(say("sampling.refused.no_draw"))
    draw = draws[-1]
    files, checks = _take_all(draw, _list_once(paths))
    if not any(one.done for one in checks):
        raise NoDraw("\n".join([say("sampling.refused.no_sheet"), *(f"  {one.shown}：{one.reason}" for one in files)]))
    sizes = _measure_strata(draw, list_by(checks, risky=False))
    random = list_by(checks, risky=False)
    values = estimate_rate([_count_errors(one) for one in random], sizes, SIZE)
    return SpotCheck(
        survey,
        year,
        draw,
        tuple(files),
        tuple(checks),
        estimate_rate([_count_cells(one) for one in random], sizes, SHARE),
        values,
        estimate_rate([_count_rows(one) for one in random], sizes, SHARE),
        tuple(_sum_indicators(random, sizes, values)),
        number_version(store, survey.id, year) - 1,
        _find_renewed(draw, read_standings(store, survey.id, year)),
    )


def _list_once(paths: Sequence[Path]) -> list[Path]:
    """Return files and those in folders, each once; what programs leave beside open files is none."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(path.rglob("*.xlsx")) if path.is_dir() else [path]
        found |= dict.fromkeys(one for one in inside if not one.name.startswith(("~$", ".")))
    return list(found)


def _take_all(draw: Draw, paths: Sequence[Path]) -> tuple[list[SheetFile], list[CheckedUnit]]:
    """Return every file with what became of it, and what was found in those that were taken."""
    files, checks = list[SheetFile](), list[CheckedUnit]()
    for path, read in zip(paths, read_check_sheets(paths), strict=True):
        if isinstance(read, Refusal) and not read.reason:
            continue
        file, check = _take(draw, path, read)
        files.append(file)
        checks += [check] if check else []
    return _refuse_contending(files, checks)


def _take(draw: Draw, path: Path, read: SheetAnswer | Refusal) -> tuple[SheetFile, CheckedUnit | None]:
    if isinstance(read, Refusal):
        return SheetFile(path, reason=read.reason), None
    try:
        check = compare_sheet(draw, read, path.name)
    except NotTaken as why:
        return SheetFile(path, reason=str(why)), None
    return SheetFile(path, check.drawn), check


def _refuse_contending(
    files: Sequence[SheetFile], checks: Sequence[CheckedUnit]
) -> tuple[list[SheetFile], list[CheckedUnit]]:
    """Return files and checks without those of a unit that say different things: nobody knows which is meant."""
    digests: dict[str, set[str]] = {}
    for file in files:
        if file.unit:
            digests.setdefault(file.unit.unit.code, set()).add(digest_file(file.path))
    contending = {code for code, found in digests.items() if len(found) > 1}
    counts = Counter(file.unit.unit.code for file in files if file.unit)
    told = [_refuse_file(file, counts) if _code_of(file) in contending else file for file in files]
    first = {one.drawn.unit.code: one for one in reversed(checks)}
    return told, [one for code, one in reversed(first.items()) if code not in contending]


def _code_of(file: SheetFile) -> str:
    return file.unit.unit.code if file.unit else ""


def _refuse_file(file: SheetFile, counts: Mapping[str, int]) -> SheetFile:
    name = file.unit.unit.name if file.unit else ""
    return SheetFile(file.path, file.unit, say("sampling.unread.several", name=name, count=counts[_code_of(file)]))


# --- rates -----------------------------------------------------------------------------------------------------------


def _measure_strata(draw: Draw, random: Sequence[CheckedUnit]) -> list[StratumSize]:
    checked = Counter(one.drawn.stratum for one in random)
    return [StratumSize(one.population, checked[place]) for place, one in enumerate(draw.strata)]


def _count_cells(one: CheckedUnit) -> Cluster:
    return Cluster(one.drawn.stratum, {_ALL: float(len(one.wrong_cells))}, {_ALL: float(len(one.cells))})


def _count_rows(one: CheckedUnit) -> Cluster:
    return Cluster(one.drawn.stratum, {_ALL: float(len(one.wrong_rows))}, {_ALL: float(len(one.rows))})


def _count_errors(one: CheckedUnit) -> Cluster:
    above = {name_cell(check): abs(check.difference) for check in one.cells}
    below = {name_cell(check): check.checked for check in one.cells}
    return Cluster(one.drawn.stratum, above, below)


def _sum_indicators(
    random: Sequence[CheckedUnit], sizes: Sequence[StratumSize], values: Rate
) -> Iterator[IndicatorResult]:
    """Yield what was found of each indicator, in the order of the sheets."""
    found: dict[str, list[tuple[float, CellCheck]]] = {}
    for one in random:
        for check in one.cells:
            found.setdefault(name_cell(check), []).append((sizes[one.drawn.stratum].weight, check))
    for key, lines in found.items():
        yield _sum_indicator(lines, values.by_indicator.get(key))


def _sum_indicator(lines: Sequence[tuple[float, CellCheck]], rate: float | None) -> IndicatorResult:
    cell, whole = lines[0][1].cell, sum(weight * check.checked for weight, check in lines)
    net = sum(weight * check.difference for weight, check in lines) / whole if whole else None
    wrong = sum(check.is_wrong for _, check in lines)
    return IndicatorResult(cell.form, cell.code, cell.name, len(lines), wrong, rate, net)


def name_cell(check: CellCheck) -> str:
    """Return the indicator that was checked, as definitions write it."""
    return f"{check.cell.form}!{check.cell.code}"


def _find_renewed(draw: Draw, standings: Mapping[str, UnitStanding]) -> frozenset[str]:
    drawn = {one.unit.code: one.content for one in draw.units}
    return frozenset(
        code for code, content in drawn.items() if code not in standings or standings[code].content != content
    )
