"""A short run of scripts/fuzz: some hundred mutated returns of the tiny survey, and faults that it has to find.

The long run is one command, and docs/fuzzing.md says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from addin.package.numbers import StoredNumber
from scripts.fuzz.cases import make_case
from scripts.fuzz.judge import Judge
from scripts.fuzz.mutators import MUTATORS
from scripts.fuzz.originals import Original, load_survey, open_original, write_returns
from scripts.fuzz.runner import run
from scripts.fuzz.summary import Summary

SEED = 20260


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_returns(load_survey("mini"), tmp_path_factory.mktemp("fuzz"))


@pytest.fixture(scope="module")
def originals(files: list[Path]) -> list[Original]:
    survey = load_survey("mini")
    return [open_original(path, survey) for path in files]


def judged(originals: Sequence[Original], numbers: range, folder: Path, only: Sequence[str] = ()) -> list[str]:
    """Return what fails, with the number of the case and its mutators."""
    judges = {original.name: Judge(original, folder / "case.xlsx") for original in originals}
    found = []
    for number in numbers:
        case = make_case(originals, SEED, number, only)
        verdict = judges[case.original.name].judge(case)
        found += [f"{number} {case.mutators}: {failure}" for failure in verdict.failures]
    return found


def test_nothing_goes_unseen(originals: list[Original], tmp_path: Path) -> None:
    assert judged(originals, range(150), tmp_path) == []


@pytest.mark.parametrize("mutator", sorted(MUTATORS))
def test_every_mutator_changes_something(mutator: str, originals: list[Original]) -> None:
    cases = [make_case(originals, SEED, number, (mutator,)) for number in range(8)]
    assert any(case.mutators and case.data != case.original.data for case in cases)


def test_cases_can_be_made_again(originals: list[Original]) -> None:
    assert [make_case(originals, 3, n).data for n in range(9)] == [make_case(originals, 3, n).data for n in range(9)]


def test_workers_tell_of_every_case(files: list[Path]) -> None:
    summary = Summary("mini", SEED)
    run("mini", files, SEED, range(12), (), 2, summary)
    assert (summary.cases, dict(summary.failures)) == (12, {})


FAULTS = {
    "an escape that nobody undoes": (
        "addin.package.strings.undo_escapes",
        lambda text: text,
        "escaped_characters",
        "spelling changes",
    ),
    "a cell in a wrong place that nobody refuses": (
        "addin.package.parse.refuse_misplaced",
        lambda path: None,
        "wrapped",
        "broken and read",
    ),
    "a number that the parser takes for another": (
        "addin.package.parse.parse_number",
        lambda raw: StoredNumber(0.0),
        "other_spelling_of_numbers",
        "scan and parser",
    ),
    "a change that nobody looks for": (
        "addin.tampering.examine._oddities",
        lambda case, prior: iter(()),
        "constant_for_formula",
        "unseen change",
    ),
    "an exception": ("addin.package.opened.read_styles", lambda root: 1 // 0, "other_quotes", "crash in opening"),
}


@pytest.mark.parametrize("named", FAULTS)
def test_a_planted_fault_is_found(
    named: str, originals: list[Original], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, fault, mutator, told = FAULTS[named]
    judge = Judge(originals[0], tmp_path / "case.xlsx")
    assert judge.read_before
    monkeypatch.setattr(where, fault)
    cases = (make_case(originals[:1], SEED, number, (mutator,)) for number in range(20))
    assert any(failure.startswith(told) for case in cases for failure in judge.judge(case).failures)
