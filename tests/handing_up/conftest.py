"""A tiny city, made once, and a copy of it for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.lock import Lock
from tests.support.handed_up import hand_up_city, make_city


@pytest.fixture(scope="session")
def made_city(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Path:
    """A city that was merged, and one package of it."""
    place = tmp_path_factory.mktemp("city")
    make_city(place, lock)
    (place / "packed").mkdir()
    shutil.copytree(place, place / "packed", dirs_exist_ok=True, ignore=shutil.ignore_patterns("packed"))
    hand_up_city(place / "packed")
    return place


@pytest.fixture
def city(made_city: Path, tmp_path: Path) -> Path:
    """The city before anything was handed up."""
    place = tmp_path / "city"
    shutil.copytree(made_city, place, ignore=shutil.ignore_patterns("packed"))
    return place


@pytest.fixture
def packed(made_city: Path, tmp_path: Path) -> Path:
    """The city with its package in 上报."""
    place = tmp_path / "packed"
    shutil.copytree(made_city / "packed", place)
    return place
