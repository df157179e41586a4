"""Merging: files against the roster, which of several counts, and sums."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from addin.receiving.outcomes import Merged
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup, describe_merge, name_regions
from tests.support.mailbag import ONE, merged, put, roster, seeded, survey, unit


def states(result: Merged) -> list[tuple[str, str, str]]:
    """Return code, state and reason of every unit."""
    return [(unit.code, unit.state.shown, unit.reason) for unit in result.units]


def strays(result: Merged) -> list[tuple[str, str, str]]:
    """Return name, status and reason of every stray."""
    return [(file.shown, file.status.value, file.reason) for file in result.strays]


def test_reconciliation(tmp_path: Path) -> None:
    """Received, with errors, missing, refused with an identity or known by its name only, not on the roster."""
    units = [unit(str(number)) for number in range(1, 8)]
    put(tmp_path / "1-单位1.xlsx", units[0], ONE)
    put(tmp_path / "sub" / "x.xlsx", units[1], ONE, errors=2)
    put(tmp_path / "旧.xlsx", units[3], ONE, refused="other_version")
    (tmp_path / "5-单位5.xlsx").write_bytes(b"broken")
    (tmp_path / "6-单位6.xlsx").write_bytes(b"boom")
    put(tmp_path / "7.xlsx", units[6], ONE, year=2023)
    put(tmp_path / "99.xlsx", unit("99"), ONE)
    put(tmp_path / "98.xlsx", unit("98", name="单位3"), ONE)
    (tmp_path / "盖章页.pdf").write_bytes(b"%PDF")
    (tmp_path / "~$1-单位1.xlsx").write_bytes(b"lock")
    (tmp_path / "汇总.xlsx").write_bytes(b"ours")
    result = merged(tmp_path, roster(*units), result=tmp_path / "汇总.xlsx")
    fault = "A01!E9　01「年末人数」为 0，不能是负数"
    boom = "文件内容已损坏，未能读出（ValueError: boom），请向该单位重新索取"
    other_year = "这是 2023 年度的表，本次合并的是 2024 年度，请报送 2024 年度的表"
    assert states(result) == [
        ("1", "校验通过", ""),
        ("2", "待改正", f"{fault}；A01!E9　01「年末人数」为 -1，不能是负数。"),
        ("3", "未报", "没有收到文件。"),
        ("4", "未报", "收到的文件不能用：「旧.xlsx」版本不对。"),
        ("5", "未报", "收到的文件不能用：「5-单位5.xlsx」文件打不开。"),
        ("6", "未报", f"收到的文件不能用：「6-单位6.xlsx」{boom}。"),
        ("7", "未报", f"收到的文件不能用：「7.xlsx」{other_year}。"),
    ]
    assert strays(result) == [
        ("5-单位5.xlsx", "unreadable", "文件打不开。"),
        ("6-单位6.xlsx", "unreadable", f"{boom}。"),
        ("7.xlsx", "other_year", f"{other_year}。"),
        ("98.xlsx", "ok", "单位代码「98」不在名录中，但名录中有同名单位「单位3」（代码 3），请核对代码。"),
        ("99.xlsx", "ok", "单位代码「99」（单位99）不在名录中，请核对名录或下发的表。"),
        ("旧.xlsx", "other_version", "版本不对。"),
        ("盖章页.pdf", "not_ours", "不是 .xlsx 工作簿，没有读取；填好的报表请以 .xlsx 报送。"),
    ]
    assert [submission.identity.code for submission in result.counted] == ["1"]
    assert [file.status.value for file in result.units[1].files] == ["has_errors"]


def test_the_newest_counts_whatever_the_file_system_says(tmp_path: Path) -> None:
    sender = unit("1")
    old = put(tmp_path / "z.xlsx", sender, ONE, saved="2025-03-01T08:00:00Z")
    new = put(tmp_path / "a.xlsx", sender, ONE, saved="2025-03-02T08:00:00Z", errors=1)
    (tmp_path / "copy of a.xlsx").write_bytes(new.read_bytes())
    (tmp_path / "1-b.xlsx").write_bytes(b"broken")
    os.utime(new, (0, 0))
    os.utime(old)
    (only,) = merged(tmp_path, roster(sender)).units
    shown = [(file.shown, file.role.value, file.reason.split("（")[0]) for file in only.files]
    assert shown == [
        ("copy of a.xlsx", "counted", ""),
        ("a.xlsx", "duplicate", "与「copy of a.xlsx」内容相同。"),
        ("z.xlsx", "superseded", "已由「copy of a.xlsx」"),
        ("1-b.xlsx", "refused", "文件打不开。"),
    ]
    assert (only.state.shown, only.errors) == ("待改正", 1)
    assert only.reason == (
        "A01!E9　01「年末人数」为 0，不能是负数；另有 2 个较早或重复的文件未采用；"
        "另有文件未能采用：「1-b.xlsx」文件打不开。"
    )


def test_the_code_with_the_longest_match_owns_a_refused_file(tmp_path: Path) -> None:
    (tmp_path / "1-2-名.xlsx").write_bytes(b"broken")
    result = merged(tmp_path, roster(unit("1"), unit("1-2")))
    assert [len(unit.files) for unit in result.units] == [0, 1]


def test_the_year_is_what_most_files_state_or_what_is_asked(tmp_path: Path) -> None:
    units = [unit(str(number)) for number in range(1, 4)]
    for sender, year in zip(units, (2024, 2023, 2023), strict=True):
        put(tmp_path / f"{sender.code}.xlsx", sender, ONE, year=year)
    assert merged(tmp_path, roster(*units)).year == 2023
    asked = merged(tmp_path, roster(*units), year=2024)
    assert [state for _, state, _ in states(asked)] == ["校验通过", "未报", "未报"]
    assert merged(tmp_path / "2.xlsx", roster(*units)).year == 2023
    assert merged([tmp_path / "1.xlsx", tmp_path / "2.xlsx"], roster(*units)).year == 2024  # a tie: the newest


def test_parts_are_listed_and_not_rolled_up(tmp_path: Path) -> None:
    part = unit("1", kind="部室", level="省级")
    put(tmp_path / "1.xlsx", part, ONE)
    result = merged(tmp_path, roster(part))
    assert states(result) == [("1", "校验通过", "本单位的表并入本级报表，不单独汇总。")]
    assert result.counted == []
    assert Rollup.of(result).totals == {}


def test_a_file_that_disagrees_with_the_roster_says_so(tmp_path: Path) -> None:
    sender = unit("1")
    put(tmp_path / "1.xlsx", replace(sender, level="市级", name="别的"), ONE)
    assert states(merged(tmp_path, roster(sender))) == [
        (
            "1",
            "校验通过",
            "文件中的单位类型、级别为「科协 市级」，名录为「科协 县级」；文件中的单位名称为「别的」，与名录不同。",
        )
    ]


def test_nothing_received(tmp_path: Path) -> None:
    result = merged([tmp_path / "没有"], roster(unit("1")))
    assert states(result) == [("1", "未报", "没有收到文件。")]
    assert strays(result) == [(str(tmp_path / "没有"), "unreadable", "没有找到这个文件或文件夹，请核对路径。")]
    rollup = Rollup.of(result)
    assert (result.year, rollup.totals, rollup.groups) == (None, {}, ())
    write_summary(result, rollup, tmp_path / "汇总.xlsx")


def test_progress_counts_every_file(tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path / f"{number}.xlsx", unit(str(number)), ONE)
    seen: list[tuple[int, int]] = []
    merged(tmp_path, roster(unit("1")), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def independent(records: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return the totals of records, computed the plain way."""
    totals: dict[str, dict[str, float]] = {}
    for record in records:
        for code, value in record["values"].items():
            if code != "05":
                form = totals.setdefault("A01", {})
                form[code] = round(form.get(code, 0) + value, 6)
        if record["unit"].kind == "学会":
            form = totals.setdefault("B01", {})
            form["01"] = form.get("01", 0) + record["meetings"]
    return totals


@pytest.mark.parametrize("include_faulty", [False, True])
def test_totals_and_groups_equal_an_independent_computation(tmp_path: Path, include_faulty: bool) -> None:
    units, records = seeded(tmp_path)
    rollup = Rollup.of(merged(tmp_path, units, include_faulty=include_faulty))
    counted = [record for record in records if include_faulty or not record["faulty"]]
    assert rollup.totals == independent(counted)
    names = {"110101": "甲市东县", "110102": "西县", "120101": "乙市东县", "990000": "990000", "": "未填区划"}
    expected = [
        *(("level", name, [r for r in counted if r["unit"].level == name]) for name in ("省级", "市级", "县级")),
        *(("kind", name, [r for r in counted if r["unit"].kind == name]) for name in ("科协", "学会")),
        *(("region", names[code], [r for r in counted if r["unit"].region == code]) for code in sorted(names)),
    ]
    assert [(group.by, group.value, group.totals) for group in rollup.groups] == [
        (by, name, independent(members)) for by, name, members in expected
    ]


def test_the_json_is_the_contracts(tmp_path: Path) -> None:
    one, two = unit("1"), unit("2", level="市级")
    put(tmp_path / "1.xlsx", one, {"A01": {"01": 3.0, "04": 0.1}})
    put(tmp_path / "2.xlsx", two, {"A01": {"01": 4.0, "04": 0.2, "02": "约 5"}})
    result = merged(tmp_path, roster(one, two, unit("3")))
    sums = {"A01": {"01": 7, "04": 0.3}}
    first, second = {"A01": {"01": 3, "04": 0.1}}, {"A01": {"01": 4, "04": 0.2}}
    entry = {"reason": "", "errors": 0, "warnings": 0, "unexplained": 0, "changes": []}
    produced = describe_merge(result, Rollup.of(result))
    assert produced == {
        "units": [
            {"code": "1", "name": "单位1", "state": "校验通过", "files": ["1.xlsx"], **entry},
            {"code": "2", "name": "单位2", "state": "校验通过", "files": ["2.xlsx"], **entry},
            {"code": "3", "name": "单位3", "state": "未报", "files": [], **entry, "reason": "没有收到文件。"},
        ],
        "files": [
            {"file": "1.xlsx", "status": "ok", "unit": "1", "reason": ""},
            {"file": "2.xlsx", "status": "ok", "unit": "2", "reason": ""},
        ],
        "totals": sums,
        "groups": [
            {"by": "level", "value": "市级", "totals": second},
            {"by": "level", "value": "县级", "totals": first},
            {"by": "kind", "value": "科协", "totals": sums},
            {"by": "region", "value": "东县", "totals": sums},
        ],
    }
    assert '"01": 7,' in json.dumps(produced)


def test_the_json_lists_every_file_in_the_order_they_came(tmp_path: Path) -> None:
    one, two = unit("1"), unit("2")
    put(tmp_path / "乙" / "新.xlsx", one, ONE, saved="2025-03-02T08:00:00Z")
    put(tmp_path / "甲" / "旧.xlsx", one, {"A01": {"01": 1.0}}, errors=1)
    put(tmp_path / "甲" / "外.xlsx", unit("99"), ONE)
    put(tmp_path / "甲" / "错.xlsx", two, ONE, errors=1)
    (tmp_path / "甲" / "2-坏.xlsx").write_bytes(b"broken")
    (tmp_path / "甲" / "图.pdf").write_bytes(b"%PDF")
    (tmp_path / "甲" / ".DS_Store").write_bytes(b"Bud1")
    result = merged([tmp_path / "甲", tmp_path / "乙", tmp_path / "没有"], roster(one, two))
    files = describe_merge(result, Rollup.of(result))["files"]
    assert [(file["file"], file["status"], file["unit"], file["reason"]) for file in files] == [
        ("2-坏.xlsx", "unreadable", "2", "文件打不开。"),
        ("图.pdf", "not_ours", None, "不是 .xlsx 工作簿，没有读取；填好的报表请以 .xlsx 报送。"),
        ("外.xlsx", "ok", None, "单位代码「99」（单位99）不在名录中，请核对名录或下发的表。"),
        ("旧.xlsx", "ok", "1", "已由「新.xlsx」（2025-03-02 08:00 保存）替代。"),
        ("错.xlsx", "has_errors", "2", ""),
        ("新.xlsx", "ok", "1", ""),
        (str(tmp_path / "没有"), "unreadable", None, "没有找到这个文件或文件夹，请核对路径。"),
    ]
    listed = {(file.shown, file.reason) for file in result.unused}
    assert listed == {(file["file"], file["reason"]) for file in files if file["reason"]}


def test_names_of_wider_regions_are_whole_paths() -> None:
    codes = {"120100", "110102", "1"}
    assert name_regions(codes, survey()) == {"1": "1", "110102": "西县", "120100": "乙市"}
