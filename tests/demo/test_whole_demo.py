"""The demo of the installed survey, from the roster to the consolidated workbook."""

from __future__ import annotations

import json
from pathlib import Path

from addin.demo import play_demo
from addin.roster import read_roster
from templates.model import Survey
from tests.support.command import run


def test_the_demo_leaves_an_error_free_return_of_each_kind(kx: Survey, tmp_path: Path) -> None:
    result = play_demo(kx, tmp_path / "demo", year=2024)
    outcome = run("validate", *sorted((tmp_path / "demo" / "returns").rglob("*.xlsx")), "--json")
    fine = {one["unit"] for one in json.loads(outcome.stdout) if one["status"] == "ok"}
    roster = read_roster(tmp_path / "demo" / "roster.xlsx", kx)
    assert {roster.by_code[code].kind for code in fine if code in roster.by_code} == {
        unit.kind for unit in roster.units
    }
    assert (tmp_path / "demo" / "汇总.xlsx").is_file()
    assert result.tour
