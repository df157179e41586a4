"""The bench itself: who takes turns with whom, whose time and memory counts, where tables go; what comparing tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from addin.reading.table_file import read_tables
from benchmarks.clock import CommandFailed, race, run_python
from benchmarks.returns import rename_unit
from benchmarks.tables import Table, describe_machine, put_into_page, show_ms, show_ratio
from generator.plain import write_table
from scripts.compare_checkouts import Comparison, compare_files, compare_merges

BURN = "import time\nwhile time.process_time() < 0.4: pass"
HOLD = "import time; held = bytearray(120_000_000); time.sleep(1.2)"
WITH_A_CHILD = "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', sys.argv[1]]); {}; child.wait()"


def test_contenders_take_turns_and_a_first_round_does_not_count() -> None:
    turns: list[str] = []
    times = {"A": iter((9.0, 1.0, 5.0, 2.0)), "B": iter((9.0, 3.0, 3.0, 4.0))}

    def timed(name: str) -> float:
        turns.append(name)
        return next(times[name])

    found = race({name: lambda name=name: timed(name) for name in times}, 3)  # type: ignore[misc]
    assert (found, "".join(turns)) == ({"A": 2.0, "B": 3.0}, "ABABABAB")


def test_the_time_of_what_a_command_starts_counts() -> None:
    assert run_python(["-c", WITH_A_CHILD.format("pass"), BURN]).seconds >= 0.4


def test_the_memory_of_what_a_command_starts_counts() -> None:
    alone = run_python(["-c", HOLD]).peak
    assert run_python(["-c", WITH_A_CHILD.format(HOLD), HOLD]).peak > alone + 100_000_000


def test_a_command_that_is_refused_is_no_measurement() -> None:
    for code in (1, 2):
        with pytest.raises(CommandFailed, match="no such thing"):
            run_python(["-c", f"import sys; print('no such thing'); sys.exit({code})"])


def test_a_table_goes_between_its_markers_and_nothing_else_is_touched(tmp_path: Path) -> None:
    page, between = tmp_path / "page.md", "<!-- bench: {} -->\n{}<!-- end -->\n"
    page.write_text(f"# Page\n{between.format('a', 'old')}text\n{between.format('b', 'kept')}", encoding="utf-8")
    put_into_page([Table("a", ["what", "ms"], [["this", "1"]], ["Said."])], page)
    table = f"| what | ms |\n|---|---:|\n| this | 1 |\n\n{describe_machine()} Said.\n"
    assert page.read_text(encoding="utf-8") == (
        f"# Page\n{between.format('a', table)}text\n{between.format('b', 'kept')}"
    )
    with pytest.raises(KeyError):
        put_into_page([Table("c", [], [])], page)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.000263, "0.26"), (0.0352, "35.2"), (0.64, "640"), (1.554, "1,554"), (25.7, "25,700")]
)
def test_milliseconds_have_about_three_figures(seconds: float, shown: str) -> None:
    assert show_ms(seconds) == shown


@pytest.mark.parametrize(("ratio", "shown"), [(0.5, "0.50×"), (2.41, "2.41×"), (12.34, "12.3×"), (208.0, "208×")])
def test_ratios_have_two_or_three_figures(ratio: float, shown: str) -> None:
    assert show_ratio(ratio) == shown


def test_a_copy_of_a_return_is_another_units(tmp_path: Path) -> None:
    source, target = tmp_path / "BM00001.xlsx", tmp_path / "BM00007.xlsx"
    write_table(source, "表", [["演示单位BM00001", "BM00001-03"], ["BM00002", "x"]])
    rename_unit(source, target, "BM00001", "BM00007")
    assert [list(map(list, table)) for table in read_tables(target)] == [
        [["演示单位BM00007", "BM00007-03"], ["BM00002", "x"]]
    ]


# --- two checkouts ---------------------------------------------------------------------------------------------------


def file(*rules: str, status: str = "ok") -> dict[str, Any]:
    """Return what ``validate`` says of a file; a rule that ends in ``!`` is an error."""
    findings = [{"rule": rule.strip("!"), "severity": "error" if "!" in rule else "warning"} for rule in rules]
    return {"file": "in/a.xlsx", "unit": "1", "status": status, "reason": "", "findings": findings}


ALIKE: dict[str, bool] = {}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str], list[str], dict[str, bool]]] = {
    "the same": (file("R1"), file("R1"), [], [], ALIKE),
    "a finding lost": (file("R1", "R2"), file("R1"), ["findings of a.xlsx"], [], ALIKE),
    "a finding more": (file(), file("R1"), ["findings of a.xlsx"], [], ALIKE),
    "in another order": (file("R1", "R2"), file("R2", "R1"), ["findings of a.xlsx"], [], ALIKE),
    "twice": (file("R1"), file("R1", "R1"), ["findings of a.xlsx"], [], ALIKE),
    "another state": (file(), file(status="has_errors"), ["status of a.xlsx"], [], ALIKE),
    "tampering by the same program": (file("tamper.label"), file(), ["findings of a.xlsx"], [], ALIKE),
    "another version's": (
        file("R1", "tamper.label"),
        file("R1", "tamper.generation"),
        [],
        ["a.xlsx: old {'tamper.label': 1}, new {'tamper.generation': 1}"],
        {"a.xlsx": True},
    ),
    "another version's, and a rule lost": (
        file("R1"),
        file("tamper.generation"),
        ["findings of a.xlsx"],
        ["a.xlsx: old {}, new {'tamper.generation': 1}"],
        {"a.xlsx": True},
    ),
    "another version's, tampering was its only error": (
        file("tamper.identity!", status="has_errors"),
        file("tamper.generation"),
        [],
        ["a.xlsx: old {'tamper.identity': 1}, new {'tamper.generation': 1}"],
        {"a.xlsx": False},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_differs_of_a_file(case: str) -> None:
    old, new, differences, by_nature, strangers = CASES[case]
    found = Comparison()
    assert compare_files(found, [old], [new], set()) == strangers
    assert [line.partition("\n")[0] for line in found.differences] == differences
    assert found.by_nature == by_nature


def merged(warnings: int = 1, state: str = "通过", total: int = 5) -> dict[str, Any]:
    """Return what ``merge`` says of one unit."""
    unit = {"code": "1", "files": ["a.xlsx"], "state": state, "warnings": warnings, "errors": 0, "reason": ""}
    return {
        "units": [unit],
        "files": [{"file": "a.xlsx", "status": "ok"}],
        "totals": {"F": {"01": total}},
        "groups": [],
    }


@pytest.mark.parametrize(
    ("new", "strangers", "differences", "by_nature"),
    [
        (merged(), set(), [], []),
        (merged(total=6), set(), ["totals merge\n    -/F/01: 5\n    +/F/01: 6"], []),
        (merged(total=6), {"a.xlsx"}, ["totals merge\n    -/F/01: 5\n    +/F/01: 6"], []),
        (merged(warnings=0), set(), ["units merge 1\n    -/warnings: 1\n    +/warnings: 0"], []),
        (merged(warnings=0), {"a.xlsx"}, [], ["merge: 1: warnings: 1 → 0"]),
        (
            merged(state="已收"),
            {"a.xlsx"},
            ['units merge 1\n    -/state: "通过"\n    +/state: "已收"'],
            ["merge: 1: state: '通过' → '已收'"],
        ),
        (merged() | {"more": []}, set(), ['merge: parts told\n    +"more"'], []),
    ],
)
def test_what_differs_of_a_merge(
    new: dict[str, Any], strangers: set[str], differences: list[str], by_nature: list[str]
) -> None:
    found = Comparison()
    compare_merges(found, "merge", json.loads(json.dumps(merged())), new, strangers)
    assert (found.differences, found.by_nature) == (differences, by_nature)
