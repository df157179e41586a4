"""What was accepted against exports of the authority's system: all that differs, and only that.

- 网报录入稿 of five units with planted differences, one sheet a unit
- units in rows, columns called by code, by 表号-代码, by name, in another measure; lists with units in columns
- blank and 0, numbers as texts, measures: said, never guessed
- what cannot be mapped is told, one line each; nothing comparable is a refusal
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from addin.receiving.receive import MergeJob
from addin.reconciling.accepted import AcceptedReturns, read_accepted
from addin.reconciling.compare import ExportComparison, ExportRefused, compare_export
from addin.reconciling.tell import describe_comparison, tell_comparison
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import make_identity
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.tampering.examine import read_examined
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Value
from templates.words import lookup
from tests.support.command import run
from tests.support.mailbag import one_by_one
from tests.support.returns import MINI, YEAR, a_complete_return

DRAFT = lookup("workbook.sheets.draft")
UNITS = tuple(
    ReportingUnit(f"{n:03}", f"{name}单位", "", "甲类", "市级", "500103") for n, name in enumerate("甲乙丙丁戊己", 1)
)
HALLS: dict[str, Value | None] = {"04": "1", "04.1": "东馆"}
VALUES: dict[str, dict[str, Value | None]] = {
    "001": {**HALLS, "06": 3.0, "07": 1.0, "08": 1.25, "09": 123456.0},
    "002": {**HALLS, "06": 12.0, "07": 2.0, "08": 2.5, "09": 2_000_000.0},
    "003": {"06": 0.0, "09": 0.0, "12": 30.0},
    "004": {**HALLS, "06": 4.0, "07": 4.0, "08": 1.0, "09": 500.0},
    "005": {"14": 2.0, "05": None},
    "006": {"06": None},
}
"""The last one left a cell blank and does not count."""

ROWS: list[dict[str, Value]] = [{"活动名称": "科普日", "规模": "小型", "参加人次": 30.0}]
"""Rows of 003: the derived 10 is 1."""

Sheets = Mapping[str, Sequence[Sequence[object]]]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Path:
    """The returns and the store."""
    place = tmp_path_factory.mktemp("city")
    (place / "returns").mkdir()
    for unit in UNITS:
        content = a_complete_return(rows=ROWS if unit.code == "003" else ()).content
        content.values["M1"]["01"] = unit.name
        for code, value in VALUES[unit.code].items():
            content.set("M1", code, value)
        build(place / "returns" / f"{unit.code}.xlsx", MINI, make_identity(unit, MINI, YEAR), lock, content)
    job = MergeJob([place / "returns"], Roster(UNITS), MINI)
    merge_into(
        Store(place / "S.duckdb"), job, read=one_by_one(lambda path: read_examined(path, surveys=lambda _: MINI))
    )
    return place


@pytest.fixture(scope="module")
def accepted(city: Path) -> AcceptedReturns:
    """What counts."""
    return read_accepted(Store(city / "S.duckdb"), MINI, YEAR)


def write(path: Path, sheets: Sheets) -> Path:
    """Write an export; texts that begin with ``=`` are formulas without a result."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([*row])
    book.save(path)
    return path


def drafts(
    city: Path, accepted: AcceptedReturns, planted: Mapping[tuple[str, str], object]
) -> dict[str, list[list[object]]]:
    """Return the 网报录入稿 of the units as somebody typed them into the website, with what he typed otherwise."""
    sheets: dict[str, list[list[object]]] = {}
    for unit in accepted.units.values():
        page = openpyxl.load_workbook(city / "returns" / f"{unit.code}.xlsx")[DRAFT]
        rows: list[list[object]] = [[cell.value for cell in row] for row in page.iter_rows()]
        for row in rows:
            if indicator := MINI.form["M1"].indicators.get(str(row[1])):
                value = unit.find_value(indicator)
                row[4] = planted.get((unit.code, indicator.code), value)
        sheets[unit.code] = rows
    return sheets


def told(found: ExportComparison) -> list[tuple[object, ...]]:
    return [
        (one["unit"], one["cell"], one["ours"], one["theirs"], one["why"])
        for one in describe_comparison(found)["differences"]
    ]


def lines(found: Iterable[dict[str, str]]) -> list[str]:
    return [one["sentence"] for one in found]


PLANTED: dict[tuple[str, str], object] = {
    ("001", "09"): 123465,
    ("002", "06"): "１２",
    ("002", "09"): 200,
    ("003", "10"): 2,
    ("003", "06"): None,
    ("004", "01"): "丁 单位",
    ("004", "04"): "2 否",
    ("004", "08"): 1.004,
    ("004", "12"): "约30",
    ("005", "05"): "2020年5月",
    ("005", "14"): "#N/A",
}
DIFFERENT = [
    ("001", "M1!E21", 123456, 123465, "value"),
    ("002", "M1!E21", 2_000_000, 200, "times"),
    ("003", "M1!E18", 0, None, "blank_theirs"),
    ("003", "M1!E23", 1, 2, "value"),
    ("004", "M1!E14", "1", "2", "value"),
    ("004", "M1!E25", 0, "约30", "unread_text"),
    ("005", "M1!E16", None, "2020-05-01", "blank_ours"),
    ("005", "M1!E27", 2, "#N/A", "unread_error"),
]


def test_drafts_of_five_units_with_planted_differences(city: Path, accepted: AcceptedReturns, tmp_path: Path) -> None:
    export = write(tmp_path / "网报.xlsx", drafts(city, accepted, PLANTED))
    found = compare_export([export], accepted)
    assert told(found) == DIFFERENT
    said = describe_comparison(found)
    assert said["compared"] == {"units": 5, "cells": 5 * 16}
    assert said["read_as"] == [
        {"sheet": "002", "what": "text", "measure": "", "cells": ["E15"]},
        {"sheet": "004", "what": "fraction", "measure": "", "cells": ["E17"]},
    ]
    assert [said[key] for key in ("units_only_ours", "units_only_theirs", "columns_unmapped", "remarks")] == [[]] * 4


def test_a_section_without_business_is_blank_there_and_0_here(accepted: AcceptedReturns, tmp_path: Path) -> None:
    content = replace(accepted.units["005"].submission.content, values={"M1": {"s1": "本节无此项业务"}})
    unit = accepted.units["005"]
    settled = replace(unit, submission=replace(unit.submission, content=content))
    others = replace(accepted, units={"005": settled})
    export = write(tmp_path / "网报.xlsx", {"M1": [["单位代码", "06", "12"], ["005", None, None]]})
    found = compare_export([export], others)
    assert told(found) == [("005", "M1!E25", 0, None, "blank_theirs")]
    assert [(one.what, one.places) for one in found.read_as] == [("nothing_here", ("B2",))]


def test_drafts_that_are_equal(city: Path, accepted: AcceptedReturns, tmp_path: Path) -> None:
    found = compare_export([write(tmp_path / "网报.xlsx", drafts(city, accepted, {}))], accepted)
    assert (told(found), found.equal) == ([], True)


HEAD = ["单位代码", "单位名称"]
EQUAL: list[list[Any]] = [
    ["001", "甲单位", 3, 123456],
    ["002", "乙单位", 12, 2_000_000],
    ["003", "丙单位", 0, 0],
    ["004", "丁单位", 4, 500],
    ["005", "戊单位", 0, 0],
]
NAMES = ["单位名称", "场馆数", "场馆经费"]
IN_MILLIONS = [["甲单位", 3, 0.12], ["乙单位", 12, 2], ["丙单位", 0, 0], ["丁单位", 4, 0.01], ["戊单位", 0, 0]]
"""场馆经费 in 百万元: the fourth is 500 元."""

SHAPES: dict[str, tuple[Sheets, list[tuple[object, ...]], list[str]]] = {
    "表号-代码 on any sheet": ({"Sheet1": [[*HEAD, "M1-06", "M1!09"], *EQUAL]}, [], []),
    "codes on a sheet called after the form": ({"M1": [[*HEAD, "06", "09"], *EQUAL]}, [], []),
    "codes as numbers": ({"M1": [[*HEAD, 6, 9], *EQUAL]}, [], []),
    "names, and units by name": (
        {"场馆与活动情况": [NAMES, *([row[1], row[2], row[3]] for row in EQUAL)]},
        [],
        [],
    ),
    "names on a sheet of any name": ({"表": [NAMES, *(row[1:] for row in EQUAL)]}, [], []),
    "a title, the form above its columns, codes below names": (
        {
            "导出": [
                ["2024年 小型统计调查"],
                [None, None, "M1 场馆与活动情况"],
                ["序号", *HEAD, "场馆数", "场馆经费"],
                [None, None, None, "06", "09"],
                *([str(number), *row] for number, row in enumerate(EQUAL, 1)),
                ["", "合计", "", 19, 2_123_956],
            ]
        },
        [],
        ["导出!B10「合计」：是合计行，没有核对"],
    ),
    "one row a value": (
        {
            "明细": [
                ["单位代码", "表号", "指标代码", "数值"],
                *([row[0], "M1", code, row[at]] for row in EQUAL for code, at in (("06", 2), ("09", 3))),
            ]
        },
        [],
        [],
    ),
    "units in columns": (
        {
            "M1": [
                ["代码", "指标名称", "计量单位", *(f"{row[0]} {row[1]}" for row in EQUAL), "核对"],
                ["06", "场馆数", "座", *(row[2] for row in EQUAL)],
                ["09", "场馆经费", "元", *(row[3] for row in EQUAL)],
            ]
        },
        [],
        [],
    ),
    "another measure that is said": (
        {"M1": [["单位名称", "场馆数", "场馆经费（百万元）"], *IN_MILLIONS]},
        [("004", "M1!E21", 500, 0.01, "value")],
        [
            "M1：5 格写明是「百万元」，换算后核对（C2、C3、C4、C5、C6）",
            "M1：其中 1 格是「百万元」四舍五入的数，按它的小数位核对相同（C2）",
        ],
    ),
    "another measure that nobody said": (
        {"M1": [[*HEAD, "06", "09"], *([*row[:3], row[3] / 10_000] for row in EQUAL)]},
        [
            ("001", "M1!E21", 123456, 12.3456, "times"),
            ("002", "M1!E21", 2_000_000, 200, "times"),
            ("004", "M1!E21", 500, 0.05, "times"),
        ],
        [],
    ),
    "numbers as texts with separators": (
        {"M1": [[*HEAD, "06", "09"], *([*row[:3], f"{row[3]:,}"] for row in EQUAL)]},
        [],
        ["M1：5 格是文本形式的数字，按数核对（D2、D3、D4、D5、D6）"],
    ),
    "blank is not 0": (
        {"M1": [[*HEAD, "06", "05"], *([*row[:3], 0 if row[0] == "001" else None] for row in EQUAL)]},
        [("001", "M1!E16", None, "0", "blank_ours")],
        [],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_exports(shape: str, accepted: AcceptedReturns, tmp_path: Path) -> None:
    sheets, differences, remarks = SHAPES[shape]
    found = compare_export([write(tmp_path / "导出.xlsx", sheets)], accepted)
    assert told(found) == differences
    assert [*tell_asides(found)] == remarks
    assert (found.units, found.unmapped, found.strangers, found.missing) == (5, (), (), ())


def tell_asides(found: ExportComparison) -> list[str]:
    """Return the lines on what was read as something else, and the remarks."""
    asides = [line for line in tell_comparison(found) if "换算" in line or "格是" in line or "合计" in line]
    return [line for line in asides if "我方" not in line]


def test_what_stands_on_one_side_only(accepted: AcceptedReturns, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [*HEAD, "06", "09", "M9-01", "其中：女性会员数（万吨）", "场馆经费（万座）", "备注"],
        *([*row, 1, 1, 1, "好"] for row in EQUAL[:3]),
        ["006", "己单位", 1, 1],
        ["777", "庚单位", 1, 1],
        ["004", "丁市单位", 4, 500],
        [None, None, 5, None],
        ["001", "甲单位", "=1+2", 123456],
    ]
    found = describe_comparison(compare_export([write(tmp_path / "导出.xlsx", {"M1": rows})], accepted))
    assert found["differences"] == []
    assert found["units_only_ours"] == [{"unit": "005", "name": "戊单位", "form": ""}]
    assert lines(found["units_only_theirs"]) == [
        "M1!A5「006 己单位」：这个单位现在是「待改正」，没有计入，没有核对",
        "M1!A6「777 庚单位」：存档里没有这个单位，没有核对",
    ]
    assert lines(found["columns_unmapped"]) == [
        "M1!E1「M9-01」：不认识是哪个指标，没有核对；标题请写「表号-代码」、代码或指标名称",
        "M1!F1「其中：女性会员数（万吨）」：不认识是哪个指标，没有核对；标题请写「表号-代码」、代码或指标名称",
        "M1!G1「场馆经费（万座）」：写的是「万座」，制度的计量单位是「元」，换算不了，没有核对",
        "M1!C8（第 8 行）：有数，没有写是哪个单位，没有核对",
        "M1!C9：1 格是没有算过的公式，没有核对；请在 Excel 或 WPS 里打开导出表，存盘后再核对",
    ]
    assert lines(found["remarks"]) == ["M1!A7「004 丁市单位」：按单位代码核对，名称与存档里的不一样"]
    missing = [row["code"] for row in found["columns_only_ours"]]
    assert missing == ["07", "08", "10", "11", "12", "13", "14"]
    assert found["equal"] is False


def test_a_cell_told_twice_and_differently(accepted: AcceptedReturns, tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "M1": [[*HEAD, "06"], *(row[:3] for row in EQUAL)],
        "又": [[*HEAD, "M1-06"], ["001", "甲单位", 4]],
    }
    assert told(compare_export([write(tmp_path / "导出.xlsx", sheets)], accepted)) == [("001", "M1!E18", 3, 4, "value")]
    agreeing: dict[str, list[list[object]]] = {"M1": sheets["M1"], "又": [[*HEAD, "M1-06"], ["001", "甲单位", 3]]}
    assert told(compare_export([write(tmp_path / "导出.xlsx", agreeing)], accepted)) == []


REFUSED: dict[str, tuple[Sheets, str]] = {
    "nothing": ({"表": [["年度", "金额"], ["2024", 1]]}, "「导出.xlsx」里没有认出可以核对的数；"),
    "formulas without results": (
        {"M1": [[*HEAD, "06"], ["001", "甲单位", "=1+2"]]},
        "「导出.xlsx」里的公式都没有算过，",
    ),
    "strangers": ({"M1": [[*HEAD, "06"], ["900", "别家", 3]]}, "「导出.xlsx」里的单位，存档里都没有计入的，没有核对；"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_nothing_to_compare_is_refused(case: str, accepted: AcceptedReturns, tmp_path: Path) -> None:
    sheets, sentence = REFUSED[case]
    with pytest.raises(ExportRefused) as refused:
        compare_export([write(tmp_path / "导出.xlsx", sheets)], accepted)
    assert str(refused.value).startswith(sentence)


def test_the_command_ends_with_what_it_found(city: Path, tmp_path: Path) -> None:
    given = ("--store", city / "S.duckdb", "--survey", MINI.folder)
    other = write(tmp_path / "不同.xlsx", {"M1": [[*HEAD, "06", "09"], ["001", "甲单位", 3, 654321], *EQUAL[1:]]})
    different = run("reconcile", other, *given)
    assert (different.exit_code, different.stdout.splitlines()[:3]) == (
        1,
        [
            "核对了 5 个单位、10 格。",
            "不同的 1 格：",
            "甲单位（001）M1!E21 09「场馆经费」：我方 123456，网报 654321（M1!D2）。两边不同",
        ],
    )
    assert json.loads(run("reconcile", other, *given, "--json").stdout)["compared"] == {"units": 5, "cells": 10}
    missing = run("reconcile", tmp_path / "没有.xlsx", *given)
    assert (missing.exit_code, missing.stderr.strip()) == (
        2,
        lookup("cli.refused.no_such_file").format(path=tmp_path / "没有.xlsx"),
    )
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    damaged = run("reconcile", tmp_path / "坏.xlsx", *given)
    assert (damaged.exit_code, damaged.stderr.strip()) == (
        2,
        "导出表「坏.xlsx」打不开（文件内容已损坏），应为 .xlsx、.xls 或 .csv，请从网报系统重新导出",
    )
    codes = [row.code for row in MINI.form["M1"].indicators.values() if row.kind.is_number]
    accepted = read_accepted(Store(city / "S.duckdb"), MINI, YEAR)
    rows = [[code, *(accepted.units[code].numbers.get(("M1", c)) for c in codes)] for code in accepted.units]
    same = run("reconcile", write(tmp_path / "同.xlsx", {"M1": [["单位代码", *codes], *rows]}), *given)
    assert (same.exit_code, same.stdout.splitlines()[-1]) == (0, "全部相同。")
