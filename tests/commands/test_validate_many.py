"""``validate`` of many files says of each what it says of it alone, in the order in which they were named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from addin.sending.zero import make_complete_zero
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content, Identity
from templates.model import Survey
from tests.support.command import run

YEAR = 2024


def write(path: Path, survey: Survey, lock: Lock, year: int, kind: int, change: Callable[[Content], None]) -> Path:
    """Write a return of the survey's kind with this number: complete, all zero, then changed."""
    sort = survey.kinds[kind]
    identity = Identity(survey.id, survey.version, survey.hash, year, path.stem, "演示单位", sort.name, sort.levels[-1])
    content = make_complete_zero(survey, identity)
    change(content)
    build(path, survey, identity, lock, content)
    return path


@pytest.fixture(scope="module")
def files(kx: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two years, two kinds of units, faulty and fine ones, and what is no return, in no order."""
    folder = tmp_path_factory.mktemp("many")
    fine = write(folder / "fine.xlsx", kx, lock, YEAR, 0, lambda content: None)
    broken = folder / "broken.xlsx"
    broken.write_bytes(fine.read_bytes()[:3000])
    return [
        write(folder / "faulty.xlsx", kx, lock, YEAR, 0, lambda content: content.set("KX03", "25", 3.0)),
        write(folder / "silent.xlsx", kx, lock, YEAR, 1, lambda content: setattr(content, "summary", "")),
        broken,
        write(folder / "older.xlsx", kx, lock, YEAR - 1, 0, lambda content: content.set("KX03", "24", None)),
        fine,
        write(folder / "other.xlsx", kx, lock, YEAR, 1, lambda content: content.set("KX03", "25", 3.0)),
    ]


def test_many_files_are_told_as_each_alone(files: list[Path]) -> None:
    together, alone = run("validate", *files), [run("validate", file) for file in files]
    assert together.output == "".join(one.output for one in alone)
    assert [one.exit_code for one in alone] == [1, 1, 2, 1, 0, 1]
    assert together.exit_code == 2


def test_many_files_are_told_to_programs_as_each_alone(files: list[Path]) -> None:
    together = json.loads(run("validate", "--json", *files).stdout)
    assert together == [json.loads(run("validate", "--json", file).stdout)[0] for file in files]
    assert [(Path(one["file"]).stem, [found["rule"] for found in one["findings"]]) for one in together] == [
        ("faulty", ["KX03-25.companion"]),
        ("silent", ["summary.required", "X0102-037"]),
        ("broken", []),
        ("older", ["cell.required"]),
        ("fine", []),
        ("other", ["KX03-25.companion", "X0102-037"]),
    ]
