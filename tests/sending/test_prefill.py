"""Values that the authority has before the survey: what is put in, and every line that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.reading.reader import read
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import dispatch
from addin.sending.prefill import PrefillError, read_prefill
from addin.submission import Submission
from generator.lock import Lock
from generator.plain import write_table
from templates.model import Survey
from tests.support.command import run

ONE, TWO, TWINS = "53500000DEM000001Q", "91110000600037341L", "11100000000000000J"
ROSTER = Roster(
    (
        ReportingUnit("0101", "甲单位", ONE, "甲类", "县级", "110101"),
        ReportingUnit("0102", "乙单位", TWO, "乙类", "市级", "110101"),
        ReportingUnit("0103", "丙单位", TWINS, "甲类", "县级", "110101"),
        ReportingUnit("0104", "丁单位", TWINS, "甲类", "市级", "110101"),
    )
)
HEADER = ["统一社会信用代码", "单位代码", "表", "代码", "值"]


def table(folder: Path, *lines: list[str], header: list[str] = HEADER) -> Path:
    """Write a table as a clerk would: with a title above."""
    path = folder / "已有数据.xlsx"
    write_table(path, "Sheet1", [["某市已有数据"], [], header, *lines])
    return path


def test_values_are_put_in_by_credit_code_or_unit_code(mini: Survey, tmp_path: Path) -> None:
    path = table(
        tmp_path,
        [ONE.lower(), "", "M1", "06", "3"],
        ["", "0101", "m1", "8", "1.25"],
        [ONE, "0101", "M1", "04", "有"],
        ["", "0101", "M1", "05", "2001年5月"],
        [],
        [TWO, "", "M2", "x01", "１，２３４"],
        ["", "0104", "M1", "13", "2"],
        ["", "0101", "封面", "填表人", "某某"],
    )
    found = read_prefill(path, ROSTER, mini)
    assert found.warnings == []
    shown = {
        (unit, form, code): str(v)
        for unit, forms in found.values.items()
        for form, c in forms.items()
        for code, v in c.items()
    }
    assert shown == {
        ("0101", "M1", "06"): "3.0",
        ("0101", "M1", "08"): "1.25",
        ("0101", "M1", "04"): "1",
        ("0101", "M1", "05"): "2001-05-01",
        ("0102", "M2", "x01"): "1234.0",
        ("0104", "M1", "13"): "2.0",
        ("0101", "封面", "填表人"): "某某",
    }


CASES = [
    (["", "", "M1", "06", "3"], "没有写统一社会信用代码或单位代码"),
    (["53500000DEM000009X", "", "M1", "06", "3"], "名录中没有信用代码「53500000DEM000009X」的单位"),
    (["", "101", "M1", "06", "3"], "名录中没有单位代码「101」（前面的 0 是否丢了？）"),
    ([TWINS, "", "M1", "06", "3"], f"名录中有几个单位用信用代码「{TWINS}」（0103、0104），请改用单位代码"),
    ([ONE, "0102", "M1", "06", "3"], f"信用代码「{ONE}」和单位代码「0102」不是同一个单位"),
    (["", "0101", "M9", "06", "3"], "没有「M9」表"),
    (["", "0101", "M2", "01", "3"], "「甲单位」不填 M2 表"),
    (["", "0101", "M1", "99", "3"], "M1 表没有代码「99」"),
    (["", "0101", "M1", "03", "某处"], "M1 表的 03 是组合项，请分别写 03.1、03.2 …"),
    (["", "0101", "M1", "10", "3"], "M1 表的 10 由台账自动算出，不能预填"),
    (["", "0101", "M1", "13", "3"], "M1 表的 13 不由「甲单位」填报"),
    (["", "0101", "M1", "06", ""], "值是空的"),
    (["", "0101", "M1", "06", "若干"], "M1 表的 06 不能填「若干」"),
    (["", "0101", "M1", "06", "-3"], "M1 表的 06 不能填「-3」"),
    (["", "0101", "M1", "04", "3 也许"], "M1 表的 04 不能填「3 也许」"),
    (["", "0101", "M1", "02", "123"], "M1 表的 02 不能填「123」"),
]


def test_every_line_that_cannot_be_put_in_is_said_at_once(mini: Survey, tmp_path: Path) -> None:
    found = read_prefill(table(tmp_path, *(line for line, _ in CASES)), ROSTER, mini)
    assert found.warnings == [f"预填第 {row} 行未采用：{reason}" for row, (_, reason) in enumerate(CASES, start=4)]
    assert found.values == {}


def test_what_is_put_in_with_a_remark(mini: Survey, tmp_path: Path) -> None:
    path = table(
        tmp_path, ["", "0101", "M1", "06", "2.5"], ["", "0101", "M1", "06", "4"], ["", "0101", "M1", "06", "4"]
    )
    found = read_prefill(path, ROSTER, mini)
    assert found.values == {"0101": {"M1": {"06": 4.0}}}
    assert found.warnings == [
        "预填第 4 行：M1 表的 06 是整数，2.5 已四舍五入为 3",
        "预填第 5 行：M1 表的 06 与第 4 行是同一格而值不同，以后一行为准",
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("没有.csv", None, "没有找到文件「没有.csv」"),
        ("数据.xls", b"", "「数据.xls」应为 .xlsx 或 .csv"),
        ("数据.xlsx", b"no zip", "「数据.xlsx」打不开（内容不是表格）"),
        ("数据.csv", "表,代码,值\nM1,06,3\n".encode(), "「数据.csv」里没有找到表头"),
    ],
)
def test_files_that_are_no_such_table(
    mini: Survey, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(PrefillError, match=message):
        read_prefill(tmp_path / name, ROSTER, mini)


def test_the_workbook_holds_it_and_only_the_units_own(mini: Survey, lock: Lock, tmp_path: Path) -> None:
    found = read_prefill(table(tmp_path, ["", "0101", "M1", "06", "3"], ["", "0101", "M1", "02", TWO]), ROSTER, mini)
    written = dispatch(ROSTER, mini, 2024, tmp_path / "out", lock, imported=found.values)
    first, second = (read(one.path, surveys=lambda _: mini) for one in written[:2])
    assert isinstance(first, Submission)
    assert isinstance(second, Submission)
    assert first.content.values["M1"] == {"02": TWO, "06": 3.0}, "an imported value wins over the roster's"
    assert second.content.values["M1"] == {"02": TWO}


def test_generate_says_what_was_not_put_in_and_goes_on(tmp_path: Path) -> None:
    roster = tmp_path / "名录.csv"
    roster.write_text(
        "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码\n"
        f"0101,重庆市演示一区科协（演示）,{ONE},科协,市级科协,500103\n",
        encoding="utf-8-sig",
    )
    data = tmp_path / "已有.csv"
    data.write_text(f"统一社会信用代码,表,代码,值\n{ONE},KX03,24,5\n{ONE},KX03,999,5\n", encoding="gb18030")
    arguments = ("generate", "--year", 2024, "--roster", roster, "--out", tmp_path / "out", "--prefill")
    result = run(*arguments, data)
    assert result.exit_code == 0, result.output
    assert "预填第 3 行未采用：KX03 表没有代码「999」" in result.output
    assert "已预填 1 处，1 个单位；未采用或需要核对的 1 处" in result.output
    back = read(tmp_path / "out" / "0101-重庆市演示一区科协（演示）.xlsx")
    assert isinstance(back, Submission)
    assert back.content.values["KX03"]["24"] == 5.0
    assert run(*arguments, tmp_path / "没有.csv").exit_code == 2
