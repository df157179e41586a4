"""No names and telephones of people in anything that leaves the house, and in what is published no unit's value."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from addin.finding import Finding
from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.receiving.returns import WorkerReading
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import dispatch
from addin.sending.fill import render
from addin.submission import Submission
from addin.summary.consolidate import write_summary
from addin.summary.public import write_published
from addin.summary.rollup import Rollup
from addin.tampering.examine import read_examined
from generator.lock import Lock
from templates.catalogue import Surveys
from tests.support.returns import COMPLETE, MINI, YEAR

UPPER = ReportingUnit("0", "某市科协（演示）", "", "甲类", "市级", "500103", "", "尉迟上级", "023-00007001")
UNITS = (
    UPPER,
    ReportingUnit("1", "甲单位（演示）", "", "甲类", "市级", "500103", "0", "欧阳甲", "023-00007002"),
    ReportingUnit("2", "乙单位（演示）", "", "甲类", "市级", "500103", "0", "司徒乙", "023-00007003"),
)
TYPED = {"统计负责人": "夏侯负责", "填表人": "东方填表", "联系电话": "13900007009"}
"""What a unit writes on the cover: not what the roster knew."""

PEOPLE = [word for unit in UNITS for word in (unit.contact, unit.phone)] + list(TYPED.values())
NAME, NUMBER = "甲馆的馆名", 7_654_321.0
"""Values of a unit."""


def filled(mailed: Path, values: dict[str, str | float]) -> Submission:
    """Return what a unit sends back."""
    found = read_examined(mailed, surveys=lambda _: MINI)
    assert isinstance(found, Submission)
    found.content.values["M1"] = {**COMPLETE, **values}
    found.content.values[MINI.cover.id] |= TYPED
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Path:
    """A folder with all that a merge writes: a resubmission, a refused file and a unit that sent nothing among it."""
    folder = tmp_path_factory.mktemp("city")
    mailed = {one.unit.code: one.path for one in dispatch(Roster(UNITS), MINI, YEAR, folder / "out", lock)}
    (folder / "in").mkdir()
    sent: dict[str, tuple[str, dict[str, str | float]]] = {
        "a": ("1", {"01": NAME, "06": NUMBER}),
        "b": ("1", {"06": 2.0}),
        "c": ("2", {}),
    }
    for name, (code, values) in sent.items():
        render(MINI, filled(mailed[code], values), mailed[code], folder / "in" / f"{name}.xlsx")
    (folder / "in" / "d.xlsx").write_bytes(b"no workbook")
    found = city(folder / "in")
    (folder / "up").mkdir()
    write_summary(found, Rollup.of(found), folder / "up" / "汇总.xlsx")
    write_published(found, Rollup.of(found), folder / "up" / "发布版.xlsx")
    return folder / "up"


def city(folder: Path) -> Merged:
    return merge(MergeJob([folder], Roster(UNITS), MINI), read=WorkerReading(Surveys(MINI)))


def list_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield every part of a file with its text."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            yield name, package.read(name).decode("utf-8", "replace")


def test_there_are_people_to_be_found(written: Path) -> None:
    """What came in names them all, so that the other tests can fail."""
    sent = "".join(text for path in (written.parent / "in").glob("[abc].xlsx") for _, text in list_texts(path))
    assert [word for word in PEOPLE if word not in sent] == [
        one for unit in UNITS[1:] for one in (unit.contact, unit.phone)
    ]


@pytest.mark.parametrize("name", ["汇总.xlsx", "发布版.xlsx"])
def test_what_leaves_the_house_names_nobody(name: str, written: Path) -> None:
    assert [(part, word) for part, text in list_texts(written / name) for word in PEOPLE if word in text] == []


def test_what_is_published_holds_no_unit(written: Path) -> None:
    words = [*(unit.name for unit in UNITS), NAME, f"{NUMBER:.0f}"]
    assert [(part, word) for part, text in list_texts(written / "发布版.xlsx") for word in words if word in text] == []


def test_the_level_above_finds_the_same_as_the_city(written: Path) -> None:
    """What stays below is not taken for missing, and what comes both ways is one return."""
    top = Roster((ReportingUnit("S", "省（演示）", "", "甲类", "市级", "500000"),))
    read = WorkerReading(Surveys(MINI))
    alone = merge(MergeJob([written / "汇总.xlsx"], top, MINI), read=read)
    both = merge(MergeJob([written / "汇总.xlsx", written.parent / "in" / "c.xlsx"], top, MINI), read=read)
    below = {unit.code: unit for unit in city(written.parent / "in").units}
    above = {unit.code: unit for unit in alone.units if unit.submission}
    assert {code: list_found(unit.findings) for code, unit in above.items()} == {
        code: list_found(unit.findings) for code, unit in below.items() if unit.submission
    }
    assert sorted(file.role.value for unit in both.units if unit.code == "2" for file in unit.files) == [
        "counted",
        "duplicate",
    ]
    assert {unit.code for unit in alone.units if unit.changes} == set()


def list_found(findings: tuple[Finding, ...]) -> list[Finding]:
    return [replace(one, message="") for one in findings]
