"""Filling a workbook from another system, and reading it back.

- generate, fill, read: the same values for every form and ledger, whatever they are
- filling a filled workbook keeps everything that it does not set
- what the workbook has no place for is refused, all of it at once, and nothing is written
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addin.reading.reader import read
from addin.sending.fill import FillError, fill, read_lock, render
from addin.submission import Edition, Submission
from generator.lock import Lock
from templates.model import Survey
from tests.support.books import workbook
from tests.support.contents import Draw, data_of
from tests.support.returns import worded


def readable(path: Path, survey: Survey) -> Submission:
    """Return what stands in the file."""
    found = read(path, surveys=lambda _: survey)
    assert isinstance(found, Submission), found
    return found


@pytest.mark.parametrize(
    ("name", "kind", "level"),
    [
        ("kx", "科协", "县级科协"),
        ("kx", "学会", "全国学会"),
        ("kx", "直属单位", "省级科协"),
        ("mini", "甲类", "县级"),
        ("mini", "乙类", "市级"),
    ],
)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_what_is_filled_is_read_back(
    seed: int, name: str, kind: str, level: str, request: pytest.FixtureRequest, lock: Lock, tmp_path: Path
) -> None:
    survey: Survey = request.getfixturevalue(name)
    made = list(tmp_path.glob(f"{survey.id}-*"))  # by the example before
    empty = made[0] if made else workbook(tmp_path, survey, lock, kind, level)
    submission = readable(empty, survey)
    wanted = data_of(Submission("", submission.identity, Edition.of(survey), Draw(survey, seed).content(kind, level)))
    submission = fill(survey, submission, wanted).submission
    render(survey, submission, empty, tmp_path / "filled.xlsx")
    back = readable(tmp_path / "filled.xlsx", survey)
    assert compact(data_of(back)) == compact(wanted)
    assert back.identity == submission.identity


def compact(data: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty: a form without values and no form say the same."""
    kept = {key: compact(value) if isinstance(value, dict) else value for key, value in data.items()}
    return {key: value for key, value in kept.items() if value not in ({}, [], "")}


def test_filling_keeps_what_it_does_not_set(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    path = workbook(tmp_path, kx, lock, "科协", "市级科协")
    first = readable(path, kx)
    first = fill(
        kx, first, {"forms": {"KX03": {"26": 5, "24": 1}}, "notes": {"KX03": {"26": "为什么"}}, "总结": "写了一段"}
    ).submission
    first = fill(
        kx, first, {"ledgers": {"农技协": [{"农技协名称": "甲"}], "学术会议": [{"会议名称": "乙"}]}}
    ).submission
    render(kx, first, path, tmp_path / "first.xlsx")
    second = readable(tmp_path / "first.xlsx", kx)
    second = fill(
        kx, second, {"forms": {"KX03": {"26": None, "25": "12人次"}}, "ledgers": {"农技协": [{"农技协名称": "丙"}]}}
    ).submission
    render(kx, second, tmp_path / "first.xlsx", tmp_path / "second.xlsx")
    assert compact(data_of(readable(tmp_path / "second.xlsx", kx))) == {
        "forms": {"KX03": {"24": 1, "25": 12}},
        "notes": {"KX03": {"26": "为什么"}},
        "ledgers": {"农技协": [{"农技协名称": "丙"}], "学术会议": [{"会议名称": "乙"}]},
        "总结": "写了一段",
    }


def test_what_cannot_be_understood_is_put_in_as_it_is(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    path = workbook(tmp_path, kx, lock, "科协", "市级科协")
    submission = readable(path, kx)
    submission = fill(kx, submission, {"forms": {"KX03": {"24": "2000万", "25": -3}}}).submission
    render(kx, submission, path, tmp_path / "filled.xlsx")
    back = readable(tmp_path / "filled.xlsx", kx)
    assert back.content.values["KX03"] == {"24": "2000万", "25": -3.0}
    assert [finding.rule for finding in worded(back)] == ["cell.text", "cell.negative"]


def test_a_derived_cell_is_left_to_its_ledger(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    submission = readable(workbook(tmp_path, kx, lock, "科协", "市级科协"), kx)
    filled = fill(kx, submission, {"forms": {"KX03": {"28": 5, "33": None}}})
    assert filled.remarks == ("KX03 表的 28 由台账自动算出，未写入 5",)


def test_a_cell_that_is_closed_to_the_unit_stays_blank(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    submission = readable(workbook(tmp_path, kx, lock, "科协", "市级科协"), kx)
    filled = fill(kx, submission, {"forms": {"KX06": {"01": 5, "02": 0, "09": None, "24": "7人"}, "KX04": {"41": 2}}})
    assert filled.remarks == ("KX06 表的 01 本单位不填，未写入 5", "KX06 表的 24 本单位不填，未写入 7人")
    values = filled.submission.content.values
    assert (values.get("KX06", {}), values["KX04"]) == ({}, {"41": 2.0})


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_set(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    submission = readable(workbook(tmp_path, kx, lock, "科协", "市级科协"), kx)
    data = {
        "forms": {"X01-02": {"05": 1}, "KX03": {"26": 5, "99": 1, "24": [1]}, "K01-01": {"03": "重庆市"}},
        "ledgers": {"会议": [], "学术会议": [{"名称": "甲"}], "农技协": {}},
        "notes": {"KX03": {"26": 5}},
        "表格": {},
    }
    with pytest.raises(FillError) as refused:
        fill(kx, submission, data)
    known = "、".join(form.id for form in kx.filled_by("科协", "市级科协"))
    ledgers = "、".join(ledger.short for ledger in kx.ledgers_of("科协", "市级科协"))
    assert refused.value.problems == [
        "数据里的「表格」不认识；可用的有 forms、ledgers、notes、总结、报表说明、已核对台账",
        f"本工作簿没有「X01-02」表；可填的有 {known}",
        "KX03 表没有代码「99」",
        "KX03 24 的值 [1] 不是数字、文字或 null",
        "K01-01 表的 03 是组合项，请分别填 03.1、03.2 …",
        f"本工作簿没有台账「会议」；可填的有 {ledgers}",
        "台账「学术会议」第 1 条的「名称」：没有这一栏",
        "台账「农技协」应是一组行 [{…}, …]",
        "KX03 26 应是文字，现为 5",
    ]
    assert not any(submission.content.values.values())


def test_the_password_stays_the_citys(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    path = workbook(tmp_path, kx, lock, "学会", "省级学会")
    render(kx, readable(path, kx), path, tmp_path / "again.xlsx")
    assert read_lock(path) == read_lock(tmp_path / "again.xlsx") == lock
