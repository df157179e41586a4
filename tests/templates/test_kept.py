"""Surveys kept as they were built: the same survey, built once, and never taken from where others can write."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from templates.cache_folder import PLACE
from templates.kept import recall_or_build
from templates.load import SURVEYS, list_surveys, load
from templates.model import Survey

MINI = Path(__file__).parent.parent / "surveys" / "mini"


class Building:
    """Builds the survey in a folder, and counts how often."""

    def __init__(self, folder: Path, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.folder = folder
        self.meanwhile = meanwhile
        self.times = 0

    def __call__(self) -> Survey:
        self.times += 1
        built = load(self.folder)
        self.meanwhile()
        return built

    def ask(self) -> Survey:
        return recall_or_build(self.folder, self)


class Running:
    """As a pickle, something that runs: it leaves a file where it did."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.trace,)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own; where surveys lie in it."""
    monkeypatch.setenv(PLACE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "surveys"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tiny survey, to be changed."""
    return Path(shutil.copytree(MINI, tmp_path / "mini"))


@pytest.mark.parametrize("survey", [MINI, *(SURVEYS / name for name in list_surveys())], ids=lambda path: path.name)
def test_what_is_recalled_is_what_was_built(survey: Path, cache: Path) -> None:
    first, again = Building(survey), Building(survey)
    built, recalled = first.ask(), again.ask()
    assert (first.times, again.times) == (1, 0)
    assert recalled == built == load(survey)
    for kind in built.kinds:
        for level in ("", *kind.levels):
            assert recalled.rules_of(kind.name, level) == built.rules_of(kind.name, level)


def test_it_is_the_users_own(folder: Path, cache: Path) -> None:
    Building(folder).ask()
    (kept,) = cache.iterdir()
    assert (cache.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o600)


FILES = sorted(path.relative_to(MINI).as_posix() for path in MINI.rglob("*") if path.suffix in (".toml", ".csv"))


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_the_definitions_counts(folder: Path, cache: Path, name: str) -> None:
    Building(folder).ask()
    changed = folder / name
    changed.write_bytes(changed.read_bytes() + b"\n")
    again = Building(folder)
    again.ask()
    assert again.times == (0 if name == "demo.toml" else 1)


def test_a_copy_in_another_folder_is_another_survey(folder: Path, tmp_path: Path, cache: Path) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    assert [Building(place).ask().folder for place in (folder, other, folder, other)] == [folder, other] * 2


def test_what_is_edited_while_it_is_built_is_not_kept(folder: Path, cache: Path) -> None:
    definitions = folder / "survey.toml"
    Building(folder, lambda: definitions.write_bytes(definitions.read_bytes() + b"\n")).ask()
    assert not cache.exists()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda kept: kept[:40], id="nearly empty"),
        pytest.param(lambda kept: kept[:-1], id="cut short"),
        pytest.param(lambda kept: kept[:-9] + b"X" + kept[-8:], id="one byte"),
        pytest.param(lambda kept: kept + b"\0", id="longer"),
        pytest.param(lambda _: hashlib.sha256(pickle.dumps(1)).digest() + pickle.dumps(1), id="no survey"),
    ],
)
def test_damage_costs_time_only(folder: Path, cache: Path, damage: Callable[[bytes], bytes]) -> None:
    built = Building(folder).ask()
    (kept,) = cache.iterdir()
    kept.write_bytes(damage(kept.read_bytes()))
    again, third = Building(folder), Building(folder)
    assert (again.ask(), third.ask()) == (built, built)
    assert (again.times, third.times) == (1, 0)


@pytest.mark.parametrize(
    ("of_folder", "of_file", "runs"),
    [
        (0o700, 0o600, True),
        (0o770, 0o600, False),
        (0o707, 0o600, False),
        (0o755, 0o600, False),
        (0o700, 0o660, False),
        (0o700, 0o606, False),
        (0o700, 0o644, False),
    ],
)
def test_what_others_can_have_written_never_runs(
    folder: Path, cache: Path, of_folder: int, of_file: int, runs: bool
) -> None:
    built = Building(folder).ask()
    (kept,) = cache.iterdir()
    trace, body = folder / "it-ran", pickle.dumps(Running(folder / "it-ran"))
    kept.write_bytes(hashlib.sha256(body).digest() + body)
    kept.chmod(of_file)
    cache.chmod(of_folder)
    assert Building(folder).ask() == built
    assert trace.exists() is runs


def test_what_another_user_owns_never_runs(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = Building(folder).ask()
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    again, third = Building(folder), Building(folder)
    assert (again.ask(), third.ask(), again.times, third.times) == (built, built, 1, 1)


@pytest.mark.parametrize("place", ["", "file/cache"])
def test_without_a_cache_every_run_builds(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(PLACE, str(tmp_path / place) if place else "")
    building = Building(folder)
    assert (building.ask(), building.ask()) == (load(folder), load(folder))
    assert building.times == 2


def test_old_ones_go(folder: Path, cache: Path) -> None:
    Building(folder).ask()
    (old,) = cache.iterdir()
    os.utime(old, (0, 0))
    (folder / "survey.toml").write_bytes((folder / "survey.toml").read_bytes() + b"\n")
    Building(folder).ask()
    assert [path == old for path in cache.iterdir()] == [False]


def test_two_programs_at_once_leave_one_whole_file(folder: Path, cache: Path) -> None:
    code = f"from pathlib import Path; from templates.catalogue import load_folder; load_folder(Path({str(folder)!r}))"
    programs = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [program.wait() for program in programs] == [0, 0]
    again = Building(folder)
    assert (again.ask(), again.times, len(list(cache.iterdir()))) == (load(folder), 0, 1)
