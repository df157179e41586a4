"""What a survey may declare of how a cell is rolled up."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates.lint import lint
from templates.load import load
from templates.model import Survey


@pytest.mark.parametrize(
    ("row", "rollup", "problem"),
    [
        ("场馆数", "max", None),
        ("场馆数", "none", None),
        ("场馆数", "level", None),
        ("单位名称", "level", "D037"),
        ("建筑面积", "[06] / [12]", None),
        ("单位名称", "max", "D037"),
        ("建筑面积", "[04] / [06]", "D037"),
        ("建筑面积", "[M2!01] / [06]", "D037"),
        ("建筑面积", "[06@prior] * 2", "D037"),
        ("建筑面积", "max([06], 3)", "D037"),
    ],
)
def test_a_way_of_rolling_up_that_does_not_fit_is_found(
    row: str, rollup: str, problem: str | None, mini: Survey, tmp_path: Path
) -> None:
    for source in (path for path in mini.folder.rglob("*") if path.is_file()):
        copy = tmp_path / source.relative_to(mini.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
    form = tmp_path / "forms" / "M1.toml"
    text = form.read_text(encoding="utf-8").replace(f'name = "{row}"\n', f'name = "{row}"\nrollup = "{rollup}"\n')
    form.write_text(text, encoding="utf-8")
    found = {one.id for one in lint(load(tmp_path))} - {one.id for one in lint(mini)}
    assert found == ({problem} if problem else set())
