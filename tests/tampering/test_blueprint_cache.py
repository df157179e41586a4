"""Blueprints kept on the disk: found by all that they depend on, and never in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.tampering.blueprint_cache import PLACE, find_cache_folder, open_cached
from tests.support.packages import one_sheet, worksheet


class Renderer:
    """Writes a workbook with one number, and counts how often."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.times = 0

    def __call__(self, path: Path) -> None:
        self.times += 1
        path.write_bytes(one_sheet(worksheet(f'<row r="1"><c r="A1"><v>{self.number}</v></c></row>')))


def number_in(depends_on: tuple[object, ...], render: Renderer) -> str:
    return open_cached(depends_on, render).sheets["S"].contents["A1"]


def test_rendered_once_for_what_it_depends_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "new" / "cache"))
    first, other = Renderer(1), Renderer(2)
    found = [number_in(("kx", 2023), first), number_in(("kx", 2023), first), number_in(("kx", 2024), other)]
    assert (found, first.times, other.times) == (["n1", "n1", "n2"], 1, 1)


@pytest.mark.parametrize("damage", [b"", b"PK", b"no workbook"])
def test_a_damaged_cache_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path))
    render = Renderer(1)
    number_in((1,), render)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(damage)
    assert (number_in((1,), render), number_in((1,), render), render.times) == ("n1", "n1", 2)


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(PLACE, str(tmp_path / "file" / "cache"))
    render = Renderer(1)
    assert (number_in((1,), render), number_in((1,), render), render.times) == ("n1", "n1", 2)


def test_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, "")
    assert find_cache_folder() is None
    monkeypatch.delenv(PLACE)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert find_cache_folder() == tmp_path / "tianbao" / "blueprints"
