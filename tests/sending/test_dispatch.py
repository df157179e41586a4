"""Mailing out: several programs write what one does, and the blueprints stay beside the password."""

from __future__ import annotations

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from addin.roster import ReportingUnit, Roster
from addin.sending import dispatch as dispatching
from addin.sending.dispatch import Dispatched, dispatch
from addin.sending.last_year import LastYear
from generator.blueprint.kept import INDEX, keep_blueprints
from generator.blueprint.source import BlueprintSource, fetch_blueprint
from generator.lock import Lock
from templates.cache_folder import PLACE
from templates.families import EXAMPLE_YEAR as YEAR
from templates.model import Survey
from tests.support.alike import resolved_parts

UNITS = [
    ReportingUnit("001", "甲单位（演示）", "53500000DEM000001Q", "甲类", "市级", "500103"),
    ReportingUnit("002", "乙单位（演示）", "", "甲类", "县级", "500103"),
    ReportingUnit("003", "丙单位（演示）", "", "乙类", "市级", "500103"),
    ReportingUnit("004", "丁单位（演示）", "", "甲类", "县级", "500103"),
]
LAST_YEAR = {"002": LastYear({"M1": {"12": 17.0}}, {"活动": [{"活动名称": "甲活动"}, {"活动名称": "乙活动"}]})}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def test_several_programs_write_what_one_does(
    mini: Survey, lock: Lock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatching, "ENOUGH", 1)
    monkeypatch.setattr(dispatching, "CHUNK", 1)
    alone, together = (mail(mini, lock, tmp_path / str(workers), workers) for workers in (1, 2))
    assert [progress for _, progress in (alone, together)] == [[(done, 4) for done in (1, 2, 3, 4)]] * 2
    assert [one.unit for one in together[0]] == UNITS
    for one, other in zip(alone[0], together[0], strict=True):
        assert (one.unit, one.path.name) == (other.unit, other.path.name)
        assert timeless(one.path) == timeless(other.path)


def mail(mini: Survey, lock: Lock, folder: Path, workers: int) -> tuple[list[Dispatched], list[tuple[int, int]]]:
    """Return what was written, and what was said of the progress."""
    progress: list[tuple[int, int]] = []
    roster = Roster(tuple(UNITS))
    written = dispatch(
        roster, mini, YEAR, folder, lock, LAST_YEAR, lambda *told: progress.append(told), workers=workers
    )
    return written, progress


def timeless(path: Path) -> dict[str, str]:
    """Return the parts of a workbook without the moment at which it was made."""
    return {name: MOMENT.sub("", text) for name, text in resolved_parts(path).items()}


def test_a_program_that_cannot_write_ends_the_run(
    mini: Survey, lock: Lock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatching, "ENOUGH", 1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "003-丙单位（演示）.xlsx").mkdir()
    with pytest.raises(OSError, match="003"):
        dispatch(Roster(tuple(UNITS)), mini, YEAR, tmp_path / "out", lock, workers=2)


def test_the_blueprints_are_kept(mini: Survey, lock: Lock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "cache"))
    dispatch(Roster(tuple(UNITS)), mini, YEAR, tmp_path, lock, keep=True)
    (kept,) = tmp_path.glob("*.tianbao")
    with ZipFile(kept) as package:
        index = json.loads(package.read(INDEX))
        files = {one["file"]: package.read(one["file"]) for one in index["blueprints"]}
    told = [(one["kind"], one["level"], one["blank"], one["hash"], one["year"]) for one in index["blueprints"]]
    assert sorted(told) == [
        ("乙类", "市级", ["parent", "uscc"], mini.hash, YEAR),
        ("甲类", "县级", ["parent", "uscc"], mini.hash, YEAR),
        ("甲类", "市级", ["parent"], mini.hash, YEAR),
    ]
    source = BlueprintSource(mini, "甲类", "市级", YEAR, frozenset({"parent"}))
    assert files[f"{source.fingerprint}.xlsx"] == fetch_blueprint(source)
    other = keep_blueprints(tmp_path, {source: fetch_blueprint(source)})
    assert other.name != kept.name, "a later run leaves the blueprints of an earlier one where they are"
