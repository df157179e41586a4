"""名录核定: the page that a unit gets, the answers, and what they make of the roster."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import astuple, replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.package.refusal import FileStatus
from addin.reading.reader import read
from addin.roster import ReportingUnit, Roster, name_workbook, read_roster
from addin.rosters.answers import Answer, read_answer
from addin.rosters.checked import RosterCheck
from addin.rosters.make import make_forms
from addin.rosters.merge import merge_checks
from addin.rosters.tell import describe_check, tell_check, write_roster
from addin.submission import Refusal
from generator.lock import Lock
from generator.ooxml.edit import put_modified
from generator.rosters.sheet import write_roster_book
from templates.model import Survey
from templates.words import lookup
from tests.support.books import workbook
from tests.support.command import run
from tests.support.locks import locks
from tests.support.office import Office, opened

ONE, TWO = "53500000DEM000001Q", "91110000600037341L"
ROSTER = Roster(
    (
        ReportingUnit("0101", "甲单位（演示）", ONE, "甲类", "县级", "110101", "", "某甲", "010-1"),
        ReportingUnit("0102", "乙单位", TWO, "乙类", "市级", "110101"),
    )
)
ASKED = [name for name in lookup("roster.columns").values() if name != "原单位代码"]
ROWS = {
    key: row
    for row, key in enumerate(
        ["核对结果", *list(lookup("roster.columns").values())[:-1], "变动说明", "单位负责人", "核对人", "核对日期"],
        start=6,
    )
}
SIGNED = {"核对人": "某某", "核对日期": "2025-02-20"}


@pytest.fixture(scope="module")
def forms(mini: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The form of each unit as it is mailed out."""
    written = make_forms(ROSTER, mini, 2024, tmp_path_factory.mktemp("forms"), lock)
    return {unit.code: path for unit, path in zip(ROSTER.units, written, strict=True)}


def answer(form: Path, target: Path, entries: Mapping[str, object], saved: str = "2025-02-20T10:00") -> Path:
    """Fill a form in and save it at ``saved``."""
    book = load_workbook(form)
    for label, value in entries.items():
        book["名录核定"].cell(ROWS[label], 4).value = value  # type: ignore[assignment]
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    put_modified(target, datetime.fromisoformat(saved).astimezone())
    return target


def merged(mini: Survey, folder: Path, **options: bool) -> RosterCheck:
    return merge_checks([folder], ROSTER, mini, **options)  # type: ignore[arg-type]


def changes(check: RosterCheck) -> list[tuple[str, str, str, str]]:
    return [(change.unit.code, change.field, change.before, change.after) for change in check.changes]


def questions(check: RosterCheck, code: str = "0101") -> list[tuple[str, str, str]]:
    return [(found.field, found.value, found.reason) for found in check.questions if found.unit.code == code]


# --- the form --------------------------------------------------------------------------------------------------------


def test_one_visible_page_with_the_units_line_of_the_roster(forms: dict[str, Path]) -> None:
    path = forms["0101"]
    assert path.name == "0101-甲单位（演示）-名录核定.xlsx"
    book = load_workbook(path)
    assert {sheet.title: sheet.sheet_state for sheet in book} == {
        "名录核定": "visible",
        "_codes": "hidden",
        "_meta": "veryHidden",
    }
    page = book["名录核定"]
    assert page["B2"].value == "2024 年度　请于 2025-03-01 前报回"
    assert [page.cell(5, column).value for column in range(2, 6)] == ["项目", "名录上现为", "核定后", "怎么填"]
    shown = {page.cell(row, 2).value: page.cell(row, 3).value for row in range(6, 20)}
    assert shown["单位名称"] == "甲单位（演示）"
    assert shown["统一社会信用代码"] == ONE
    assert shown["上级单位代码"] == "—"
    lists = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation if rule.type == "list"}
    assert lists == {"D6": "'_codes'!$A$1:$A$3", "D10": "'_codes'!$B$1:$B$2", "D11": "'_codes'!$C$1:$C$2"}
    assert [cell.value for cell in book["_codes"]["A"]] == ["核对无误", "有变动", "已撤销合并"]


def test_the_entry_cells_are_open_and_no_others(forms: dict[str, Path]) -> None:
    found = locks(forms["0101"])
    assert all(sheet.protected for sheet in found.values())
    page = found["名录核定"]
    unlocked = {(row, column) for row in range(1, 40) for column in range(1, 10) if page.is_unlocked(row, column)}
    assert unlocked == {(row, 4) for label, row in ROWS.items() if label != "单位代码"}
    with zipfile.ZipFile(forms["0101"]) as package:
        assert re.search(rb'<workbookProtection workbookAlgorithmName="SHA-512"', package.read("xl/workbook.xml"))


def test_a_survey_without_the_step_prints_no_deadline(mini: Survey, lock: Lock, tmp_path: Path) -> None:
    path = make_forms(ROSTER, replace(mini, deadlines=()), 2024, tmp_path, lock)[0]
    assert load_workbook(path)["名录核定"]["B2"].value == "2024 年度"


def test_readers_of_returns_say_what_it_is(mini: Survey, forms: dict[str, Path]) -> None:
    refused = read(forms["0101"], surveys=lambda _: mini)
    assert isinstance(refused, Refusal)
    assert refused.identity is not None
    assert (refused.status, refused.identity.code) == (FileStatus.NOT_OURS, "0101")
    assert refused.reason.startswith("这是名录核定表，不是报表")


def test_file_names_end_where_systems_end_them() -> None:
    long = ReportingUnit("C" * 60, "很" * 200, ONE, "甲类", "县级", "110101")
    name = name_workbook(long, "roster_check.file_name")
    assert len(name.encode()) <= 255
    assert name.endswith("很-名录核定.xlsx")


@pytest.mark.office
def test_the_page_says_what_is_still_to_do(office: Office, forms: dict[str, Path]) -> None:
    signed: dict[str, object] = {"D18": "某某", "D19": 45700.0}
    cases: list[tuple[dict[str, object], str]] = [
        ({}, "○ 请先选核对结果"),
        ({"D6": "核对无误"}, "○ 请填核对人和核对日期"),
        ({"D6": "核对无误", **signed}, "✓ 已填好，可以报回"),
        (
            {"D6": "核对无误", "D14": "某乙", **signed},
            "✗ 选了「核对无误」，但「核定后」填了内容，请改选「有变动」或清空",
        ),
        ({"D6": "有变动", **signed}, "✗ 选了「有变动」，但「核定后」一项也没有填"),
        ({"D6": "有变动", "D14": "某乙", **signed}, "✓ 已填好，可以报回"),
        ({"D6": "有变动", "D9": TWO, **signed}, "✓ 已填好，可以报回"),
        ({"D6": "有变动", "D9": "无", **signed}, "✓ 已填好，可以报回"),
        ({"D6": "有变动", "D9": TWO[:-1] + "M", **signed}, "✗ 统一社会信用代码应为 18 位且校验位正确，请对照证书核对"),
        ({"D6": "已撤销合并", **signed}, "✓ 已填好，可以报回"),
    ]
    with opened(office, forms["0101"]) as book:
        for entries, said in cases:
            for cell in ("D6", "D9", "D14", "D18", "D19"):
                book.poke(f"名录核定!{cell}", entries.get(cell))
            book.recalculate()
            assert book.cell("名录核定!B4").String == said, entries


# --- one answer ------------------------------------------------------------------------------------------------------


def test_an_answer_is_read_wherever_rows_have_moved(forms: dict[str, Path], tmp_path: Path) -> None:
    path = answer(forms["0101"], tmp_path / "a.xlsx", {"核对结果": "有变动", "联系人": " 某乙 ", **SIGNED})
    book = load_workbook(path)
    book["名录核定"].insert_rows(2, 3)
    book.save(path)
    found = read_answer(path)
    assert isinstance(found, Answer)
    assert (found.result, found.entries, found.signed) == ("changed", {"contact": "某乙"}, ("", "某某", "2025-02-20"))


def test_files_that_are_no_answer(mini: Survey, lock: Lock, forms: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(forms["0101"].read_bytes()[:3000])
    lost = load_workbook(forms["0101"])
    lost["名录核定"]["B8"] = "名字"
    lost.save(tmp_path / "lost.xlsx")
    reasons = {
        workbook(tmp_path, mini, lock, "甲类", "县级"): "这是报表，不是名录核定表",
        tmp_path / "broken.xlsx": "文件不完整，应为完整的 .xlsx 报表",
        tmp_path / "lost.xlsx": "名录核定表的表头或栏目被改动",
        tmp_path / "none.xlsx": "没有找到这个文件",
    }
    for path, reason in reasons.items():
        found = read_answer(path)
        assert isinstance(found, Refusal)
        assert found.reason.startswith(reason)
    other = read_answer(forms["0101"], "别的", 2024), read_answer(forms["0101"], "mini", 2023)
    assert [found.status for found in other if isinstance(found, Refusal)] == ["other_survey", "other_year"]


# --- what an answer changes ------------------------------------------------------------------------------------------

SAME, CHANGED = {"核对结果": "核对无误"}, {"核对结果": "有变动"}

TAKEN = [
    (SAME, [], []),
    (CHANGED | {"单位名称": "新甲单位"}, [("name", "甲单位（演示）", "新甲单位")], []),
    (SAME | {"单位名称": "甲单位 (演示)"}, [], []),
    (SAME | {"联系人": "不变", "单位名称": "同左"}, [], []),
    (CHANGED | {"联系人": "无", "联系电话": "010 2"}, [("contact", "某甲", ""), ("phone", "010-1", "0102")], []),
    (CHANGED | {"统一社会信用代码": TWO.lower()}, [("uscc", ONE, TWO)], []),
    (CHANGED | {"级别": " 市级"}, [("level", "县级", "市级")], []),
    (CHANGED | {"单位类型": "乙类", "级别": "市级"}, [("kind", "甲类", "乙类"), ("level", "县级", "市级")], []),
    (CHANGED | {"行政区划代码": 110102}, [("region", "110101", "110102")], []),
    (
        CHANGED | {"单位类型": "乙类"},
        [],
        [("kind", "乙类", "「乙类」没有「县级」这一级，未采用；应为：市级")],
    ),
    (
        CHANGED | {"统一社会信用代码": ONE[:-1] + "R", "联系人": "某乙"},
        [("contact", "某甲", "某乙")],
        [("uscc", ONE[:-1] + "R", f"「{ONE[:-1]}R」不是正确的统一社会信用代码，未采用")],
    ),
    (CHANGED | {"行政区划代码": "东区"}, [], [("region", "东区", "「东区」不是行政区划代码，未采用")]),
    (CHANGED | {"单位名称": "无"}, [], [("name", "无", "这一栏不能没有内容，未采用")]),
    (CHANGED | {"单位名称": "=NA()"}, [], [("name", "", "这一格是错误值或没有计算结果的公式")]),
    (CHANGED, [], [("result", "有变动", "选了「有变动」，却没有填变动")]),
    (
        SAME | {"联系人": "某乙"},
        [("contact", "某甲", "某乙")],
        [("result", "核对无误", "选了「核对无误」，却填了变动；填的变动已采用")],
    ),
    ({"联系人": "某乙"}, [("contact", "某甲", "某乙")], [("result", "", "没有选核对结果")]),
    ({"核对结果": "没问题"}, [], [("result", "没问题", "「没问题」不是可选的核对结果")]),
    (
        CHANGED | {"单位名称": "乙单位"},
        [("name", "甲单位（演示）", "乙单位")],
        [("name", "乙单位", "改名后与「0102」同名")],
    ),
]


@pytest.mark.parametrize(("entries", "changed", "asked"), TAKEN)
def test_what_an_answer_changes(
    mini: Survey,
    forms: dict[str, Path],
    tmp_path: Path,
    entries: Mapping[str, object],
    changed: list[tuple[str, str, str]],
    asked: list[tuple[str, str, str]],
) -> None:
    answer(forms["0101"], tmp_path / "a.xlsx", {**entries, **SIGNED})
    check = merged(mini, tmp_path)
    assert changes(check) == [("0101", *change) for change in changed]
    assert [(field, value) for field, value, _ in questions(check)] == [(field, value) for field, value, _ in asked]
    assert all(reason.startswith(start[2]) for (_, _, reason), start in zip(questions(check), asked, strict=True))
    after = {field: value for field, _, value in changed}
    assert check.roster.units == (replace(ROSTER.units[0], **after), ROSTER.units[1])


# --- many answers ----------------------------------------------------------------------------------------------------


def test_states_conflicts_late_and_refused(mini: Survey, lock: Lock, forms: dict[str, Path], tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    first = answer(forms["0101"], inbox / "1.xlsx", CHANGED | SIGNED | {"联系人": "某乙"}, "2025-02-20T10:00")
    answer(forms["0101"], inbox / "2.xlsx", CHANGED | SIGNED | {"联系人": "某丙"}, "2025-03-01T10:00")
    with zipfile.ZipFile(inbox / "回收.zip", "w") as package:
        package.write(first, "重报/1.xlsx")
    answer(forms["0102"], inbox / "3.xlsx", SAME | SIGNED, "2025-03-02T10:00")
    stranger = Roster((ReportingUnit("0999", "外单位", ONE, "甲类", "县级", "110101"),))
    answer(make_forms(stranger, mini, 2024, tmp_path, lock)[0], inbox / "4.xlsx", SAME)
    answer(make_forms(ROSTER, mini, 2022, tmp_path / "old", lock)[0], inbox / "5.xlsx", SAME)
    workbook(inbox, mini, lock, "甲类", "县级")
    check = merged(mini, inbox)
    assert check.year == 2024
    assert [(u.unit.code, u.state.shown, u.shown_result, u.file, u.late) for u in check.units] == [
        ("0101", "已收", "有变动", "2.xlsx", False),
        ("0102", "已收", "核对无误", "3.xlsx", True),
    ]
    assert changes(check) == [("0101", "contact", "某甲", "某丙")]
    assert [(c.unit.code, c.counted, set(c.others)) for c in check.conflicts] == [
        ("0101", "2.xlsx", {"1.xlsx", "回收.zip › 重报/1.xlsx"})
    ]
    assert {refusal.file: refusal.reason[:10] for refusal in check.refused} == {
        "4.xlsx": "单位代码「0999」",
        "5.xlsx": "这是 2022 年度",
        "mini-甲类-县级.xlsx": "这是报表，不是名录核",
    }
    assert not check.open


def test_a_form_that_came_back_blank_is_no_answer(mini: Survey, forms: dict[str, Path], tmp_path: Path) -> None:
    answer(forms["0101"], tmp_path / "a.xlsx", {})
    check = merged(mini, tmp_path)
    assert [(unit.state.shown, unit.remarks) for unit in check.units] == [
        ("未报", ("收到的表没有填写（a.xlsx）",)),
        ("未报", ("没有收到名录核定表",)),
    ]
    assert check.open
    assert check.roster.units == ROSTER.units


def test_a_blank_copy_that_came_later_does_not_undo_an_answer(
    mini: Survey, forms: dict[str, Path], tmp_path: Path
) -> None:
    answer(forms["0101"], tmp_path / "a.xlsx", CHANGED | {"联系人": "某乙"}, "2025-02-01T10:00")
    answer(forms["0101"], tmp_path / "b.xlsx", {}, "2025-02-02T10:00")
    check = merged(mini, tmp_path)
    assert changes(check) == [("0101", "contact", "某甲", "某乙")]
    assert check.conflicts == ()


@pytest.mark.parametrize(("drop", "left"), [(False, ["0101", "0102"]), (True, ["0102"])])
def test_withdrawn_units_are_left_out_only_on_request(
    mini: Survey, forms: dict[str, Path], tmp_path: Path, drop: bool, left: list[str]
) -> None:
    answer(forms["0101"], tmp_path / "a.xlsx", {"核对结果": "已撤销合并", "变动说明": "并入乙单位", **SIGNED})
    check = merged(mini, tmp_path, drop_withdrawn=drop)
    assert [unit.code for unit in check.roster.units] == left
    assert [(unit.unit.code, unit.note) for unit in check.withdrawn] == [("0101", "并入乙单位")]
    assert any("0101 甲单位（演示）　并入乙单位" in line for line in tell_check(check, tmp_path / "新.xlsx"))


def test_a_credit_code_that_was_wrong_before_is_asked_about(
    mini: Survey, forms: dict[str, Path], tmp_path: Path
) -> None:
    answer(forms["0101"], tmp_path / "a.xlsx", SAME | SIGNED)
    wrong = replace(ROSTER.units[0], uscc="123")
    check = merge_checks([tmp_path], Roster((wrong,)), mini)
    assert [(question.field, question.value) for question in check.questions] == [("uscc", "123")]
    assert check.open


def test_the_new_roster_reads_as_a_roster_and_lists_the_changes(
    mini: Survey, forms: dict[str, Path], tmp_path: Path
) -> None:
    answer(forms["0101"], tmp_path / "in" / "a.xlsx", CHANGED | SIGNED | {"单位名称": "新甲单位"})
    check = merged(mini, tmp_path / "in")
    path = tmp_path / "新名录.xlsx"
    write_roster(check, mini, path)
    assert read_roster(path, mini).units == check.roster.units
    book = load_workbook(path)
    assert book.sheetnames == [
        "名录", "变更", "待采用的联系方式", "还没报回",
        "核定情况", "待核实", "重复报回", "未采用的文件", "填写说明", "_lists"
    ]  # fmt: skip
    assert [cell.value for cell in book["变更"][2]] == [
        "0101", "甲单位（演示）", "单位名称", "甲单位（演示）", "新甲单位", "a.xlsx"
    ]  # fmt: skip
    told = describe_check(check)
    assert told["changes"] == [
        {
            "code": "0101",
            "name": "甲单位（演示）",
            "field": "name",
            "before": "甲单位（演示）",
            "after": "新甲单位",
            "file": "a.xlsx",
        }
    ]
    assert [unit["state"] for unit in told["units"]] == ["已收", "未报"]


Change = tuple[str, str, str, str]

CONTACTS: list[tuple[dict[str, object], list[Change], list[Change]]] = [
    ({"联系人": "某乙"}, [], [("0101", "contact", "某甲", "某乙")]),
    (
        {"联系人": "某乙", "联系电话": "0102"},
        [],
        [("0101", "contact", "某甲", "某乙"), ("0101", "phone", "010-1", "0102")],
    ),
    ({"联系人": "无"}, [], [("0101", "contact", "某甲", "")]),
    (
        {"联系人": "某乙", "单位名称": "新甲单位"},
        [("0101", "name", "甲单位（演示）", "新甲单位")],
        [("0101", "contact", "某甲", "某乙")],
    ),
    ({"单位名称": "新甲单位"}, [("0101", "name", "甲单位（演示）", "新甲单位")], []),
]
"""What a unit writes, what is taken of it, and what waits until somebody has asked."""


@pytest.mark.parametrize(("entries", "taken", "waiting"), CONTACTS)
def test_another_contact_person_is_shown_before_it_is_taken(
    mini: Survey,
    forms: dict[str, Path],
    tmp_path: Path,
    entries: dict[str, object],
    taken: list[Change],
    waiting: list[Change],
) -> None:
    answer(forms["0101"], tmp_path / "in" / "a.xlsx", CHANGED | SIGNED | entries)
    answer(forms["0102"], tmp_path / "in" / "b.xlsx", SAME | SIGNED)
    asked = merged(mini, tmp_path / "in", take_contacts=False)
    shown = [(c.unit.code, c.field, c.before, c.after) for c in asked.contacts]
    assert (changes(asked), shown, asked.open) == (taken, waiting, bool(waiting))
    assert (asked.roster.units[0].contact, asked.roster.units[0].phone) == ("某甲", "010-1")
    told = merged(mini, tmp_path / "in")
    assert (sorted(changes(told)), told.contacts, told.open) == (sorted(taken + waiting), (), False)


def test_a_person_where_the_roster_has_none_is_taken_at_once(
    mini: Survey, forms: dict[str, Path], tmp_path: Path
) -> None:
    answer(forms["0102"], tmp_path / "a.xlsx", CHANGED | SIGNED | {"联系人": "某丁", "联系电话": "0103"})
    check = merged(mini, tmp_path, take_contacts=False)
    assert changes(check) == [("0102", "contact", "", "某丁"), ("0102", "phone", "", "0103")]
    assert check.contacts == ()


def test_the_offices_own_columns_stay(mini: Survey, forms: dict[str, Path], tmp_path: Path) -> None:
    """Between the roster's columns, behind them, without a header: what anything stands in."""
    blank = tmp_path / "空.xlsx"
    write_roster_book(blank, mini)
    kept = load_workbook(blank)
    page = kept["名录"]
    columns = list(lookup("roster.columns"))
    header = ["片区", *lookup("roster.columns").values(), "经办人", "", "空栏"]
    for column, text in enumerate(header, start=1):
        page.cell(1, column).value = text
    for row, (unit, own) in enumerate(zip(ROSTER.units, (["东", "老王", "急"], ["西", "", ""]), strict=True), start=2):
        line = [own[0], *(getattr(unit, name) for name in columns), own[1], own[2], ""]
        for column, text in enumerate(line, start=1):
            page.cell(row, column).value = text or None
    kept.save(tmp_path / "旧.xlsx")
    old = read_roster(tmp_path / "旧.xlsx", mini)
    assert (old.units, old.own.headers) == (ROSTER.units, ("片区", "经办人", "", "空栏"))
    answer(forms["0101"], tmp_path / "in" / "a.xlsx", CHANGED | SIGNED | {"单位名称": "新甲单位"})
    check = merge_checks([tmp_path / "in"], old, mini)
    write_roster(check, mini, tmp_path / "新.xlsx")
    new = read_roster(tmp_path / "新.xlsx", mini)
    assert [unit.name for unit in new.units] == ["新甲单位", "乙单位"]
    assert (new.own.headers, new.own.cells) == (
        ("片区", "经办人", "", "空栏"),
        {"0101": ("东", "老王", "急", ""), "0102": ("西", "", "", "")},
    )


def test_who_owes_an_answer_is_listed_with_whom_to_ask(mini: Survey, forms: dict[str, Path], tmp_path: Path) -> None:
    answer(forms["0102"], tmp_path / "in" / "a.xlsx", SAME | SIGNED)
    write_roster(merged(mini, tmp_path / "in"), mini, tmp_path / "新.xlsx")
    rows = list(load_workbook(tmp_path / "新.xlsx")["还没报回"].iter_rows(values_only=True))
    assert rows == [
        ("单位代码", "单位名称", "联系人", "联系电话", "上级单位代码", "原因"),
        ("0101", "甲单位（演示）", "某甲", "010-1", "", "没有收到名录核定表"),
    ]


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_commands(kx: Survey, tmp_path: Path) -> None:
    roster, new, inbox = tmp_path / "名录.xlsx", tmp_path / "新名录.xlsx", tmp_path / "in"
    units = (
        ReportingUnit("0101", "演示一区科协", ONE, kx.kinds[0].name, "市级科协", "500103"),
        ReportingUnit("0102", "演示二区科协", TWO, kx.kinds[0].name, "市级科协", "500103"),
    )
    write_roster_book(roster, kx, [astuple(unit) for unit in units])
    made = run("roster", "check", "make", "--year", 2024, "--roster", roster, "--out", tmp_path / "out")
    assert made.exit_code == 0, made.output
    names = [name_workbook(unit, "roster_check.file_name") for unit in units]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [*names, "工作簿保护密码.txt"]
    merge = ("roster", "check", "merge", inbox, "--roster", roster, "--out")
    assert run(*merge, new).exit_code == 2, "a folder that is not there"
    answer(tmp_path / "out" / names[0], inbox / names[0], CHANGED | SIGNED | {"联系人": "某乙"})
    assert run(*merge, roster).exit_code == 2, "the old roster is never written over"
    partly = run(*merge, new)
    assert partly.exit_code == 1, "one unit has not answered"
    assert "2 个单位：已收 1，未报 1；逾期 0" in partly.output
    assert "0101 演示一区科协　联系人：（空） → 某乙" in partly.output
    answer(tmp_path / "out" / names[1], inbox / names[1], SAME | SIGNED)
    whole = run(*merge, new, "--json")
    assert whole.exit_code == 0, whole.output
    assert json.loads(whole.stdout)["changes"][0]["after"] == "某乙"
    assert read_roster(new, kx).units[0].contact == "某乙"
