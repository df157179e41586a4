"""A third engine, IronCalc, on a sample of the seeded returns of tests/parity/test_parity.py.

Its known faults are listed by the shape of a formula in tests/cases/ironcalc.toml. What they make impossible to compare
is left out, and there may be no more of it than is stated here.
"""

from __future__ import annotations

from pathlib import Path

import ironcalc
import pytest

from addin.sending.zero import make_complete_zero
from generator.formula import Formulas
from generator.lock import Lock
from generator.unit.checks import Checks
from generator.unit.workbook import build
from templates.families import EXAMPLE_YEAR
from templates.layout import WorkbookLayout
from templates.load import load
from tests.parity.answers import Answers, expected
from tests.parity.drawing import Drawing
from tests.parity.ironcalc_bench import FAULTS, IronBench
from tests.support.books import identity, with_small_ledgers
from tests.support.formula_graph import Graph

SURVEYS = {"kx": load("kx2023"), "mini": load(Path(__file__).parents[1] / "surveys" / "mini")}

SAMPLES = [
    *(("mini", kind.name, level, 30) for kind in SURVEYS["mini"].kinds for level in kind.levels),
    *(("kx", kind.name, level, 1) for kind in SURVEYS["kx"].kinds for level in kind.levels if not kind.part),
]

SHOWN = [fault for fault in FAULTS if "formula" in fault]

LEAST = 0.7
"""So large a share of all rows of 审核, and of the rows of all forms, is compared at least."""


def bench_of(name: str, kind: str, level: str, lock: Lock, folder: Path) -> IronBench:
    """Return a complete workbook with small ledgers, open in IronCalc."""
    survey, path = SURVEYS[name], folder / "unit.xlsx"
    small = with_small_ledgers(survey)
    unit, layout = identity(small, kind, level), WorkbookLayout(small, kind, level)
    build(path, small, unit, lock, make_complete_zero(small, unit))
    return IronBench(layout, Checks(Formulas(layout, EXAMPLE_YEAR)), Graph(path))


def both(bench: IronBench, seed: int) -> tuple[Answers, Answers, float]:
    """Return what the workbook says and what the audit says of a drawn return, and the share that is compared."""
    bench.put(Drawing(bench.layout.survey, bench.layout, seed).pokes())
    [wanted] = expected(bench.layout, bench.checks, [bench.submission()])
    bench.calculate(wanted)
    shown, kept = bench.compared(bench.answers()), bench.compared(wanted)
    bench.take_back()
    return shown, kept, len(kept.checks | kept.cells) / len(wanted.checks | wanted.cells)


@pytest.mark.parametrize(("name", "kind", "level", "returns"), SAMPLES)
def test_ironcalc_says_what_the_audit_says(
    name: str, kind: str, level: str, returns: int, lock: Lock, tmp_path: Path
) -> None:
    bench, differences = bench_of(name, kind, level, lock, tmp_path), list[str]()
    for seed in range(returns):
        shown, wanted, share = both(bench, seed)
        differences += [f"seed {seed}: {line}" for line in shown.differences(wanted)]
        assert share > LEAST
    assert differences == []


def test_a_truth_above_a_number_is_found_out(lock: Lock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice takes TRUE for 1; to Excel and IronCalc FALSE is above any number. Hence this engine."""
    monkeypatch.setattr(Formulas, "guard", lambda *_: "ISTEXT(1)")
    kind = SURVEYS["mini"].kinds[0]
    shown, wanted, _ = both(bench_of("mini", kind.name, kind.levels[0], lock, tmp_path), 0)
    assert shown.differences(wanted) != []


@pytest.mark.parametrize("fault", SHOWN, ids=[fault["formula"] for fault in SHOWN])
def test_a_fault_that_is_mended_is_no_longer_listed(fault: dict[str, str]) -> None:
    model = ironcalc.create("example", "en", "UTC")
    for row, column, text in ((1, 1, "1"), (2, 1, "x"), (1, 3, "=" + fault["formula"])):
        model.set_user_input(0, row, column, text)
    model.evaluate()
    assert model.get_formatted_cell_value(0, 1, 3) != fault["right"], fault["reason"]
