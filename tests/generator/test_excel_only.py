"""What LibreOffice lets pass and Excel does not: circles of formulas, and truths taken for numbers.

Found by a third engine (tests/parity/test_ironcalc.py), which sides with Excel; here every formula is asked, those of
colours and validations too, which that engine does not calculate.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.formula import Formulas
from generator.lock import Lock
from templates.load import load
from tests.support.books import workbook
from tests.support.formula_graph import Graph
from tests.support.parts import Parts
from tests.support.truths import truths_for_numbers

SURVEYS = {"kx": load("kx2023"), "mini": load(Path(__file__).parents[1] / "surveys" / "mini")}
UNITS = [
    (name, kind.name, level)
    for name, survey in SURVEYS.items()
    for kind in survey.kinds
    for level in (kind.levels[:1] if kind.part else kind.levels)
]


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("ISTEXT(A1)>0", 1),
        ("(A1=B1)>0", 1),
        ("IF(((A1=2))=1,AND(A1)<>0,1)", 2),
        ("(A1=B1)*1>0", 0),
        ("-(A1=B1)>0", 0),
        ("(LEN(A1)>0)+ISTEXT('a b'!$A$1)>0", 0),
        ('IF(SUM(A1:B2)>0,"a>0"&TRUE,{1,2})', 0),
        ("(A1>0)=(B1>0)", 0),
        ("IFERROR(A1=1,FALSE)=1", 1),
        ("SUMPRODUCT((A1:A3=1),B1:B3)", 1),
        ("SUMPRODUCT((A1:A3=1)*1,B1:B3)", 0),
    ],
)
def test_a_truth_taken_for_a_number_is_seen(formula: str, found: int) -> None:
    assert len(truths_for_numbers(formula)) == found


@pytest.mark.parametrize(("name", "kind", "level"), UNITS)
def test_no_truth_is_taken_for_a_number_and_no_formula_reads_itself(
    name: str, kind: str, level: str, lock: Lock, tmp_path: Path
) -> None:
    path = workbook(tmp_path, SURVEYS[name], lock, kind, level)
    formulas = {formula.text for formula in Parts(path).formulas() if not formula.text.startswith('"')}
    assert [found for formula in formulas for found in truths_for_numbers(formula)] == []
    graph = Graph(path)
    assert graph.circle() == []
    assert graph.wide_circle() == []
    assert graph.self_readers() == []


def test_a_formula_that_reads_a_range_around_its_own_cell_is_found(
    lock: Lock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it was: a cell of a section read the section's own hidden cell through the name of both."""
    monkeypatch.setattr("generator.formula.Formulas.beside", Formulas.hidden)
    survey = SURVEYS["mini"]
    kind = survey.kinds[0]
    graph = Graph(workbook(tmp_path, survey, lock, kind.name, kind.levels[0]))
    assert len(graph.self_readers()) > 1
    assert graph.circle() == []
    assert len(graph.wide_circle()) > 1


def test_a_circle_is_found(lock: Lock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was: a check over whole columns, in whose head stands what the check says."""
    monkeypatch.setattr("generator.unit.checks._counted", lambda _: "COUNTA('台账-活动'!$A:$H)")
    survey = replace(SURVEYS["mini"])  # another one, whose checks are not drawn up yet
    kind = survey.kinds[0]
    assert len(Graph(workbook(tmp_path, survey, lock, kind.name, kind.levels[0])).circle()) > 1
