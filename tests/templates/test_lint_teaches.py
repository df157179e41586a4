"""What lint says to a designer: one sentence a mistake, with the place, what was found, and what was likely meant.

The mistakes are planted in the small survey that ``survey new`` gives; each comes with all that is said of it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from addin.auditing.proof import check_definitions
from templates.folders import EXAMPLE
from templates.model import Severity

FORM, RULES, LEDGER, HEAD = "forms/S1.toml", "rules/S1.toml", "ledgers/L01-科普活动.toml", "survey.toml"
KINDS = "count、money、decimal、text、phone、area_code、postcode、uscc、yes_no、choice、date、year_month"
COLUMN_HINT = "（台账用 short 名，栏用 columns 里的 name）"
CODE_HINT = "（请核对代码；引用别的表写成 [表号!代码]）"
SIGNS = "等号、引号、方括号、逗号要用英文的"

ENDLESS = "D001 survey.toml：读到文件末尾还没写完：有引号、方括号或大括号只写了前一半，请从最后改过的地方查起"

MISTAKES: list[tuple[str, str, str, list[str]]] = [
    # a file, what stood there, what stands there now, and every error
    (
        FORM,
        'measure = "元"',
        'mesure = "元"',
        [f"D002 {FORM}：rows 第 10 段：不认识的键「mesure」，是不是「measure」？"],
    ),
    (RULES, 'title = "有活', 'titel = "有活', [f"D002 {RULES}：rules 第 1 段：不认识的键「titel」，是不是「title」？"]),
    (RULES, 'hint = "没有', 'hnit = "没有', [f"D002 {RULES}：rules 第 1 段：不认识的键「hnit」，是不是「hint」？"]),
    (
        RULES,
        'pass = [{ "01"',
        'passing = [{ "01"',
        [f"D002 {RULES}：rules 第 1 段：不认识的键「passing」，是不是「pass」？"],
    ),
    (FORM, 'measure = "元"', 'zzz = "元"', [f"D002 {FORM}：rows 第 10 段：不认识的键「zzz」"]),
    (HEAD, 'law = "', 'laws = "', [f"D002 {HEAD}：整个文件：不认识的键「laws」，是不是「law」？"]),
    (LEDGER, "in_year", "inyear", [f"D002 {LEDGER}：columns 第 2 段：不认识的键「inyear」，是不是「in_year」？"]),
    (
        FORM,
        '"money"',
        '"mony"',
        [f"D002 {FORM}：「科普活动经费」的类型「mony」不认识，是不是「money」？可用的有 {KINDS}"],
    ),
    (FORM, '"money"', '"金额"', [f"D002 {FORM}：「科普活动经费」的类型「金额」不认识；可用的有 {KINDS}"]),
    (LEDGER, '"date"', '"data"', [f"D002 {LEDGER}：「日期」的类型「data」不认识，是不是「date」？可用的有 {KINDS}"]),
    (
        RULES,
        '"warning"',
        '"warnings"',
        [
            f"D002 {RULES}：「S1-per-event」的严重程度「warnings」不认识，是不是「warning」？"
            "可用的有 error、warning、info"
        ],
    ),
    (
        HEAD,
        'forms = ["S1"]',
        'forms = ["S11"]',
        [f"D003 {HEAD}：单位类型要填报 S11 表，但 forms/ 里没有这张表，是不是「S1」？"],
    ),
    (
        LEDGER,
        '"audiences"',
        '"audience"',
        [
            f"D013 {LEDGER}：对象 用到的代码表「audience」不存在，是不是「audiences」？"
            "（请在 codes/ 下登记，或改正名称）"
        ],
    ),
    (
        FORM,
        "sum(科普活动.参加人次)",
        "sum(科普活动.参加人数)",
        [f"D011 {FORM}：S1-07 用到的台账或栏「科普活动.参加人数」不存在，是不是「科普活动.参加人次」？{COLUMN_HINT}"],
    ),
    (
        FORM,
        "'''count(科普活动)'''",
        "'''count(科普)'''",
        [f"D011 {FORM}：S1-05 用到的台账或栏「科普」不存在，是不是「科普活动」？{COLUMN_HINT}"],
    ),
    (
        RULES,
        "[08] / [05] <=",
        "[8] / [05] <=",
        [f"D010 {RULES}：S1-per-event 用到的 S1-8 不存在，是不是「[S1!08]」？{CODE_HINT}"],
    ),
    (RULES, "[08] / [05] <=", "[KX!08] / [05] <=", [f"D010 {RULES}：S1-per-event 用到的 KX-08 不存在{CODE_HINT}"]),
    (
        HEAD,
        'name = "社区"\nforms = ["S1"]\nlevels = ["社区"]',
        'name = "社区"\nforms = ["S1"]\nlevels = ["社区级"]',
        [
            f"D015 {HEAD}：社区 用到的级别或单位类型「社区级」没有登记，是不是「社区」？"
            "（请在 survey.toml 的 levels、kinds 中登记，或改正名称）"
        ],
    ),
    # lines that are no TOML
    (
        FORM,
        'id = "S1"',
        'id = "S1"\nid = "S1"',
        [f'D001 {FORM}：第 4 行第 10 字处写法不对：id = "S1"　这个键或这一段上面已经写过一次，请删去一处'],
    ),
    (
        FORM,
        'title = "社',
        'title = "A\\社',
        [
            f'D001 {FORM}：第 4 行第 13 字处写法不对：title = "A\\社区科普活动情况"　'
            "文字里的反斜杠要写两个，或改用单引号"
        ],
    ),
    (HEAD, '"报表定稿的日期。"', "'''报表定稿的日期。", [ENDLESS]),
    (
        FORM,
        "'''count(科普活动)'''",
        "'''count(科普活动)",
        [
            f"""D001 {FORM}：第 67 行第 13 字处写法不对：derive = '''count(科普活动, 对象 = "青少年")'''　"""
            "应为 键 = 值，文字和代码加英文引号；这一行没写错的，看上面的引号是不是没有配对"
        ],
    ),
    (
        HEAD,
        "day = 31",
        "day = 2024-13-45",
        [f"D001 {HEAD}：第 22 行第 11 字处写法不对：day = 2024-13-45　日期写成 2024-05-01，要有这一天"],
    ),
    (
        FORM,
        'code = "03"',
        "code = 03",
        [f'D001 {FORM}：第 29 行第 9 字处写法不对：code = 03　代码、编号要加英文引号，如 "01"'],
    ),
    (
        FORM,
        '"社区科普活动情况"',
        "社区科普活动情况",
        [f"D001 {FORM}：第 4 行第 9 字处写法不对：title = 社区科普活动情况　文字要加英文引号"],
    ),
    (
        FORM,
        'title = "社',
        'title ＝ "社',
        [f'D001 {FORM}：第 4 行第 7 字处写法不对：title ＝ "社区科普活动情况"　{SIGNS}'],
    ),
    (
        FORM,
        '"社区科普活动情况"',
        "“社区科普活动情况”",
        [f"D001 {FORM}：第 4 行第 9 字处写法不对：title = “社区科普活动情况”　{SIGNS}"],
    ),
    (
        FORM,
        '"社区科普活动情况"',
        '"社区科普活动情况',
        [
            f'D001 {FORM}：第 4 行第 18 字处写法不对：title = "社区科普活动情况　'
            "引号没有配对，每段文字前后各一个英文引号"
        ],
    ),
    (
        HEAD,
        'levels = ["社区"]',
        'levels = ["社区" "街道"]',
        [f'D001 {HEAD}：第 12 行第 16 字处写法不对：levels = ["社区" "街道"]　方括号没有配对，或两项之间缺逗号'],
    ),
]

ACCEPTED = [
    ("[08] / [05] <= 50000", "[08] / [05] ≤ 50000"),
    ("[08] / [05] <= 50000", "[08] ÷ [05] ≦ 50000"),
    ("[08] / [05] <= 50000", "（[08] / [05]） <= 50000"),
    ("[08] / [05] <= 50000", "not [08] / [05] ＞ 50000"),
    ("[08] / [05] <= 50000", "round（[08] / [05]，0） <= 50000"),
    ("[08] / [05] <= 50000", "【08】 / ［05］ =< 50000"),
    ("[05] > 0", "[05] ＞ 0"),
    ("[05] > 0", "[05] ≠ 0"),
    ("[05] > 0", "[05] != 0"),
    ('[01] = "2" implies', '[01] == "2" implies'),
    ('[01] = "2" implies', '[01] ＝ "2" implies'),
    ("参加人次 <= 5000", "参加人次 ≤ 5000"),
]
"""What is taken as it is meant: signs of an office keyboard and of other languages."""


def tell_errors(folder: Path) -> list[str]:
    """Return every error as it is printed."""
    _, problems = check_definitions(folder)
    return [str(problem) for problem in problems if problem.severity is Severity.ERROR]


def change(folder: Path, file: str, old: str, new: str) -> Path:
    """Return a copy of the example in which a text of a file is another."""
    copied = shutil.copytree(EXAMPLE, folder / "own")
    text = (copied / file).read_text(encoding="utf-8")
    assert old in text
    (copied / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copied


@pytest.mark.parametrize(("file", "old", "new", "said"), MISTAKES, ids=[new for _, _, new, _ in MISTAKES])
def test_a_mistake_is_told_once_with_what_was_meant(
    file: str, old: str, new: str, said: list[str], tmp_path: Path
) -> None:
    assert tell_errors(change(tmp_path, file, old, new)) == said


@pytest.mark.parametrize(("old", "new"), ACCEPTED)
def test_signs_are_taken_as_they_are_meant(old: str, new: str, tmp_path: Path) -> None:
    assert tell_errors(change(tmp_path, RULES, old, new)) == []


def test_brackets_of_names_and_signs_in_texts_stay_what_they_are(tmp_path: Path) -> None:
    folder = change(tmp_path, LEDGER, 'name = "参加人次"', 'name = "参加人次（含线上）"')
    for file in (FORM, RULES):
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace("参加人次", "参加人次（含线上）"), encoding="utf-8")
    assert tell_errors(folder) == []
    codes = folder / "codes" / "lists.toml"
    codes.write_text(codes.read_text(encoding="utf-8").replace('"青少年"', '"≤18岁"'), encoding="utf-8")
    form = folder / FORM
    form.write_text(form.read_text(encoding="utf-8").replace('对象 = "青少年"', '对象 ＝ "≤18岁"'), encoding="utf-8")
    assert tell_errors(folder) == []


def test_a_file_of_another_encoding(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "own")
    (folder / FORM).write_bytes((folder / FORM).read_text(encoding="utf-8").encode("gbk"))
    assert tell_errors(folder) == [f"D001 {FORM}：不是 UTF-8 编码，请另存为 UTF-8"]
