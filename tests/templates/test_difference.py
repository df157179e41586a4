"""新旧制度对照表: definitions that were edited, and the complete list of what is said to differ."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from templates.comparing import compare_surveys
from templates.difference import DifferenceLine, SurveyDifference
from templates.load import load
from templates.model import Survey
from tests.support.next_survey import CODES, LEDGER, M1, M2, RULES, SURVEY, Edits, write_next
from tests.support.returns import MINI

Line = tuple[str, str, str, str, list[tuple[str, str, str]]]

LONG_HINT = "场馆之外的下属单位只有一个，没有的，13 填 0。"
NEXT = ('version = "1"', 'version = "2"')

ROW_14 = """
[[rows]]
code = "14"
"""
INSERTED = """
[[rows]]
code = "14"
name = "新增指标"
kind = "count"
measure = "场"
required = false
yoy = false

[[rows]]
code = "15"
"""
DECLARED = """
[[migrations]]
from = "1"
rename = { "M1!14" = "M1!15" }
"""


def told(line: DifferenceLine) -> Line:
    """Return a line as tests compare it."""
    mark = "?" if line.guessed else ""
    aspects = [(one.aspect, one.old, one.new) for one in line.aspects]
    return line.subject.value, line.fate.value + mark, line.old, line.new, aspects


def compared(folder: Path, edits: Edits, mapping: str = "") -> SurveyDifference:
    """Return how the tiny survey differs from one with the edits."""
    return compare_surveys(MINI, write_next(folder / "next", edits, mapping))


ONE_BY_ONE: list[tuple[str, Edits, list[Line]]] = [
    ("nothing", {}, []),
    (
        "what the survey says of itself",
        {SURVEY: [NEXT, ("2030年1月", "2032年1月"), ("month = 3\nday = 1", "month = 3\nday = 15")]},
        [
            (
                "survey",
                "changed",
                "mini",
                "mini",
                [
                    ("version", "1", "2"),
                    ("valid_until", "2030年1月", "2032年1月"),
                    ("deadlines", "名录核定 3月1日、报表填报 4月11日", "名录核定 3月15日、报表填报 4月11日"),
                ],
            )
        ],
    ),
    (
        "a kind of units that files another form",
        {SURVEY: [('name = "甲类"\nforms = ["M1"]', 'name = "甲类"\nforms = ["M1", "M2"]')]},
        [
            ("kind", "changed", "甲类", "甲类", [("forms", "M1", "M1、M2")]),
            ("indicator", "changed", "M2!01", "M2!01", [("fillers", "乙类", "甲类、乙类")]),
            ("indicator", "changed", "M2!02", "M2!02", [("fillers", "乙类", "甲类、乙类")]),
            ("indicator", "changed", "M2!x01", "M2!x01", [("fillers", "乙类", "甲类、乙类")]),
        ],
    ),
    (
        "a name, a measure, who fills it",
        {
            M1: [
                (
                    'name = "下属单位数"\nkind = "count"\nmeasure = "个"',
                    'name = "直属单位数"\nkind = "count"\nmeasure = "家"',
                ),
                ('only_levels = ["市级"]\nclosed_note', 'only_levels = ["县级"]\nclosed_note'),
            ]
        },
        [
            (
                "indicator",
                "changed",
                "M1!13",
                "M1!13",
                [
                    ("name", "下属单位数", "直属单位数"),
                    ("measure", "个", "家"),
                    ("fillers", "甲类（市级）、乙类", "甲类（县级）"),
                ],
            )
        ],
    ),
    (
        "another kind of answer, with its decimals",
        {M2: [('name = "会员数"\nkind = "count"', 'name = "会员数"\nkind = "decimal"\ndecimals = 1')]},
        [("indicator", "changed", "M2!01", "M2!01", [("kind", "整数", "小数"), ("decimals", "0", "1")])],
    ),
    (
        "a choice more",
        {M1: [('options = ["1 有", "2 否"]', 'options = ["1 有", "2 否", "3 在建"]')]},
        [("indicator", "changed", "M1!04", "M1!04", [("options", "1 有、2 否", "1 有、2 否、3 在建")])],
    ),
    (
        "what a ledger's sum counts",
        {M1: [("ledger_sum = '''sum(活动.参加人次)'''", "ledger_sum = '''sum(活动.线上人次)'''")]},
        [
            (
                "indicator",
                "changed",
                "M1!12",
                "M1!12",
                [("beside", "《活动台账》「参加人次」的合计", "《活动台账》「线上人次」的合计")],
            ),
            (
                "rule",
                "changed",
                "M1-12.ledger-sum",
                "M1-12.ledger-sum",
                [
                    (
                        "demand",
                        "12「参加人次」等于《活动台账》「参加人次」的合计。",
                        "12「参加人次」等于《活动台账》「线上人次」的合计。",
                    )
                ],
            ),
        ],
    ),
    (
        "a ledger and its columns",
        {
            LEDGER: [
                ("capacity = 20", "capacity = 50"),
                ('options = ["科普", "学术"]', 'options = ["科普", "学术", "其他"]'),
            ]
        },
        [
            ("ledger", "changed", "活动", "活动", [("capacity", "20", "50")]),
            ("column", "added", "", "活动.主题：其他", [("content", "", "是／否")]),
        ],
    ),
    (
        "a code list",
        {CODES: [('["大型", "小型"]', '["大型", "中型", "小型"]'), ('"北京市", ', "")]},
        [
            ("code_list", "changed", "sizes", "sizes", [("values_new", "", "1 项：中型")]),
            ("code_list", "changed", "province", "province", [("values_gone", "1 项：北京市", "")]),
        ],
    ),
    (
        "a rule's severity, threshold and words",
        {
            RULES: [
                ('title = "每座场馆的面积"\nseverity = "warning"', 'title = "每座场馆的面积"\nseverity = "error"'),
                ("[09] / [06] < 1000", "[09] / [06] < 2000"),
                ('"平均 {[09] / [06]} 元"', '"每座 {[09] / [06]} 元"'),
                (LONG_HINT, "没有的，13 填 0。"),
            ]
        },
        [
            (
                "rule",
                "changed",
                "M1-sum",
                "M1-sum",
                [("hint", LONG_HINT, "没有的，13 填 0。")],
            ),
            ("rule", "changed", "M1-area", "M1-area", [("severity", "核实说明", "必须改正")]),
            (
                "rule",
                "changed",
                "M1-per",
                "M1-per",
                [
                    (
                        "demand",
                        "09「场馆经费」除以 06「场馆数」小于 1000。",
                        "09「场馆经费」除以 06「场馆数」小于 2000。",
                    ),
                    (
                        "message",
                        "平均 〔09「场馆经费」除以 06「场馆数」〕 元",
                        "每座 〔09「场馆经费」除以 06「场馆数」〕 元",
                    ),
                ],
            ),
        ],
    ),
    (
        "a rule under another id, and one that is gone",
        {RULES: [('id = "M1-uscc"', 'id = "M1-credit"')], "rules/M2.toml": [('id = "M2-cross"', 'id = "M2-over"')]},
        [
            ("rule", "renumbered", "M1-uscc", "M1-credit", []),
            ("rule", "renumbered", "M2-cross", "M2-over", []),
        ],
    ),
]


@pytest.mark.parametrize(("edits", "lines"), [case[1:] for case in ONE_BY_ONE], ids=[case[0] for case in ONE_BY_ONE])
def test_what_differs_is_said_and_nothing_else(tmp_path: Path, edits: Edits, lines: list[Line]) -> None:
    assert [told(line) for line in compared(tmp_path, edits).lines] == lines


def moved(mark: str) -> list[Line]:
    """Return what is said of a row that was put in before the last one."""
    return [
        ("indicator", "added", "", "M1!14", [("content", "", "场；整数；甲类、乙类")]),
        ("indicator", f"renumbered{mark}", "M1!14", "M1!15", []),
        ("rule", "renumbered", "M1-14.level", "M1-15.level", []),
    ]


@pytest.mark.parametrize(("mapping", "mark"), [(DECLARED, ""), ("", "?")], ids=["declared", "guessed"])
def test_a_renumbered_row_is_the_same_row(tmp_path: Path, mapping: str, mark: str) -> None:
    """Also where nobody declares it: the name tells, and that it is a guess is said."""
    difference = compared(tmp_path, {SURVEY: [NEXT], M1: [(ROW_14, INSERTED)]}, mapping)
    assert [told(line) for line in difference.lines][1:] == moved(mark)
    [sentence] = difference.sentences
    assert ("推断" in sentence) == bool(mark)
    assert difference.rules_to_try == ()


def test_two_of_one_name_keep_their_order(tmp_path: Path) -> None:
    """A name that stands twice tells nothing by itself; the rows around it do."""
    twice = {M1: [('name = "大型活动次数"', 'name = "会员数"'), ('name = "下属单位数"', 'name = "会员数"')]}
    old = write_next(tmp_path / "old", twice)
    edits = {**twice, M1: [*twice[M1], (ROW_14, INSERTED)]}
    new = write_next(tmp_path / "new", edits)
    assert [told(line) for line in compare_surveys(old, new).lines] == moved("?")


def test_rules_to_try_are_those_that_find_something_else(tmp_path: Path) -> None:
    edits = {
        RULES: [
            ("[08] / [06] <= 2.5", "[08] / [06] <= 3"),
            ('title = "每座场馆的经费"\nseverity = "info"', 'title = "每座场馆的经费"\nseverity = "warning"'),
            ("请补填。", "请补填名称。"),
            ('id = "M1-none"', 'id = "M1-empty"'),
        ],
        SURVEY: [("ratio = 0.3", "ratio = 0.5")],
    }
    difference = compared(tmp_path, edits)
    expanded = [rule.id for rule in difference.new.rules if rule.family == "yoy"]
    assert set(difference.rules_to_try) == {"M1-area", "M1-per", *expanded}


def test_the_declared_survey_does_not_differ_from_itself(kx: Survey) -> None:
    assert compare_surveys(kx, kx).lines == ()


def test_a_form_under_another_number_is_the_same_form(tmp_path: Path) -> None:
    """Its title tells; no migration leads from one form to another, so all of its rows are guessed."""
    folder = Path(shutil.copytree(MINI.folder, tmp_path / "next"))
    for path in (folder / "survey.toml", folder / "forms" / "M2.toml", folder / "rules" / "M2.toml"):
        path.write_text(path.read_text(encoding="utf-8").replace("M2", "M9"), encoding="utf-8")
    for part in ("forms", "rules"):
        (folder / part / "M2.toml").rename(folder / part / "M9.toml")
    lines = [told(line) for line in compare_surveys(MINI, load(folder)).lines]
    assert lines == [
        ("kind", "changed", "乙类", "乙类", [("forms", "M1、M2", "M1、M9")]),
        ("form", "renumbered", "M2", "M9", []),
        ("indicator", "renumbered?", "M2!01", "M9!01", []),
        ("indicator", "renumbered?", "M2!02", "M9!02", []),
        ("indicator", "renumbered?", "M2!x01", "M9!x01", []),
        ("rule", "renumbered", "M2-01.yoy", "M9-01.yoy", []),
        ("rule", "renumbered", "M2-01.yoy-zero", "M9-01.yoy-zero", []),
        ("rule", "renumbered", "M2-02.part", "M9-02.part", []),
        ("rule", "renumbered", "M2-02.yoy", "M9-02.yoy", []),
        ("rule", "renumbered", "M2-02.yoy-zero", "M9-02.yoy-zero", []),
        ("rule", "renumbered", "M2-x01.yoy", "M9-x01.yoy", []),
        ("rule", "renumbered", "M2-x01.yoy-zero", "M9-x01.yoy-zero", []),
        ("rule", "renumbered", "M2-cross", "M9-cross", []),
    ]
