"""Whatever stands in a survey's folder, lint says what is wrong with it and where, and never falls over.

- every key of every file taken away, emptied, mistyped: a seeded share here, all by scripts/break_definitions.py
- kinds of mistakes by table: the whole list of problems
- files that are no TOML, no UTF-8, no files
- a survey that lint refuses is refused by every command in one sentence; one that it passes makes workbooks
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from addin.auditing.proof import check_definitions
from templates.catalogue import load_folder
from templates.lint import lint
from templates.load import SURVEYS, SurveyError, load
from templates.model import Severity
from templates.problems import Problem
from tests.support.mutated import Mutation, mutations
from tests.support.returns import MINI
from tianbao import app

Found = list[tuple[str, str]]

KX_SLICE = (
    "forms/KX05.toml",
    "rules/KX05.toml",
    "ledgers/L13-期刊出版单位.toml",
    "codes/divisions.toml",
    "checklist.toml",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(MINI.folder, tmp_path / "mini")


def replaced(file: str, old: str, new: str) -> Callable[[Path], object]:
    """Return what replaces a text of a file."""

    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def written(file: str, content: str | bytes) -> Callable[[Path], object]:
    """Return what writes a file of the survey."""

    def write(folder: Path) -> None:
        data = content.encode() if isinstance(content, str) else content
        (folder / file).write_bytes(data)

    return write


def in_encoding(file: str, encoding: str) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_bytes(text.replace("\n", "\r\n").encode(encoding))

    return write


def a_folder(file: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        (folder / file).mkdir()

    return make


def gone(file: str) -> Callable[[Path], object]:
    return lambda folder: (folder / file).unlink()


def told(problems: list[Problem]) -> Found:
    """Return ids and files of all errors, the mini survey's own left out."""
    own = {(problem.id, problem.message) for problem in lint(MINI)}
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    return [(problem.id, problem.file) for problem in errors if (problem.id, problem.message) not in own]


# --- every key in turn -----------------------------------------------------------------------------------------------


def share(found: list[Mutation], count: int, seed: int = 10) -> list[Mutation]:
    return Random(seed).sample(found, count)


@pytest.mark.parametrize("mutation", share(mutations(MINI.folder), 150), ids=str)
def test_a_spoilt_key_is_told(mutation: Mutation, folder: Path) -> None:
    (folder / mutation.file).write_text(mutation.text, encoding="utf-8")
    survey, problems = check_definitions(folder)
    assert [problem.message for problem in problems if problem.id in ("D041", "D042")] == []
    assert all((folder / problem.file).exists() for problem in problems if problem.file != "ledgers/")
    assert survey is not None or problems


def test_spoilt_keys_of_the_real_survey_are_told(tmp_path: Path) -> None:
    folder = shutil.copytree(SURVEYS / "kx2023", tmp_path / "kx")
    for mutation in share(mutations(folder, *KX_SLICE), 20):
        path = folder / mutation.file
        before = path.read_bytes()
        path.write_text(mutation.text, encoding="utf-8")
        try:
            assert all(str(problem) for problem in lint(load(folder))), mutation
        except SurveyError as refused:
            assert {problem.file for problem in refused.problems.found}, mutation
        path.write_bytes(before)


# --- kinds of mistakes -----------------------------------------------------------------------------------------------

SURVEY, M1, M2 = "survey.toml", "forms/M1.toml", "forms/M2.toml"
LEDGER, RULES = "ledgers/L01-活动.toml", "rules/M1.toml"
ACROSS = "across.toml"
SAMPLING = "sampling.toml"
A_THING = '[[duplicates]]\nledger = "活动"\nname = "活动名称"\n'
A_GROUP = '[[groups]]\nname = "市县"\nlevels = ["市级"]\n'
SUM = "ledger_sum = '''sum(活动.参加人次)'''"
COUNT = "derive = '''count(活动)'''"
AREA = "check = '''[08] / [06] <= 2.5'''"
OPTIONS = 'options = ["大型", "小型"]'

ONLY_HEADINGS = 'id = "M2"\ntitle = "空"\nfilled_by = "乙"\n[[rows]]\nheading = "空"\n'
NO_ROWS = ('fail = [{ "活动" = [{ "规模"', 'fail = [{ "活动" = 5, "x" = [{ "规模"')
A_RULE = """
[[rules]]
id = "M9-1"
title = "报告年度"
severity = "error"
check = "year > 2000"
message = "报告年度不对"
hint = "请核对。"
source = "例"
pass = [{}]
fail = [{}]
"""


def across(old: str, new: str) -> tuple[Callable[[Path], object], Found]:
    """Return a mistake in what is declared across units, all of it told once."""
    return replaced(ACROSS, old, new), [("D045", ACROSS)]


def in_a_circle(folder: Path) -> None:
    replaced(M1, COUNT, "derive = '''count(活动) + [11]'''")(folder)
    replaced(M1, "derive = '''count(活动, 规模", "derive = '''[10] + count(活动, 规模")(folder)


MISTAKES: list[tuple[str, Callable[[Path], object], Found]] = [
    (
        "unknown column in ledger_sum",
        replaced(M1, SUM, "ledger_sum = '''sum(活动.没有)'''"),
        [("D011", M1)],
    ),
    ("no such month", replaced(SURVEY, "month = 3", "month = 13"), [("D002", SURVEY)]),
    ("no such day", replaced(SURVEY, "month = 3\nday = 1", "month = 2\nday = 29"), [("D002", SURVEY)]),
    ("no such code list", replaced(LEDGER, '"sizes"', '"没有"'), [("D013", LEDGER)]),
    ("part of itself", replaced(M1, 'part_of = "06"', 'part_of = "07"'), [("D018", M1)]),
    ("part of its part", replaced(M1, 'measure = "座"', 'measure = "座"\npart_of = "07"'), [("D018", M1)] * 2),
    ("worked out by itself", replaced(M1, COUNT, "derive = '''count(活动) + [10]'''"), [("D018", M1)]),
    ("worked out in a circle", in_a_circle, [("D018", M1)] * 2),
    ("no number", replaced(LEDGER, "capacity = 20", 'capacity = "20"'), [("D002", LEDGER)]),
    ("no truth", replaced(M1, "yoy = false", 'yoy = "false"'), [("D002", M1)]),
    ("no list", replaced(M2, 'measure = "人"', 'measure = "人"\nonly_kinds = "乙类"'), [("D002", M2)]),
    ("no table", replaced(SURVEY, "[summary]", "[[summary]]"), [("D002", SURVEY)]),
    ("unknown key", replaced(M2, "part_of", "partof"), [("D002", M2)]),
    ("unknown kind of cell", replaced(M2, '"count"', '"composite"'), [("D002", M2)]),
    ("unknown kind of part", replaced(M1, 'kind = "choice", code', 'kind = "chioce", code'), [("D002", M1)]),
    ("unknown status of a code", replaced(M2, '"open"', '"offen"'), [("D002", M2)]),
    ("unknown level", replaced(M1, 'only_levels = ["市级"]', 'only_levels = ["镇级"]'), [("D015", M1)]),
    ("no kinds", replaced(SURVEY, 'levels = ["市级"]', "levels = []"), [("D002", SURVEY)]),
    ("no rows", written(M2, 'id = "M2"\ntitle = "空"\nfilled_by = "乙"\nrows = []\n'), [("D002", M2)]),
    ("only headings", written(M2, ONLY_HEADINGS), [("D002", M2)]),
    ("no options", replaced("codes/lists.toml", OPTIONS, "options = []"), [("D002", "codes/lists.toml")]),
    ("an option without a code", replaced(M1, '"1 有", "2 否"', '"有", "2 否"'), [("D002", M1)]),
    ("a code twice", replaced(M1, '"1 有", "2 否"', '"1 有", "1 否"'), [("D005", M1)]),
    ("a row twice", replaced(M2, 'code = "02"', 'code = "01"'), [("D018", M2), ("D005", M2)]),
    ("a level twice", replaced(SURVEY, '["市级", "县级"]', '["市级", "市级"]'), [("D005", SURVEY)]),
    ("a cover row twice", replaced(SURVEY, 'name = "填表人"', 'name = "联系电话"'), [("D005", SURVEY)]),
    ("parts on the cover", replaced(SURVEY, 'name = "填表人"', 'name = "填表人"\ndetail = "x"'), [("D017", SURVEY)]),
    ("a code with a bracket", replaced(M2, 'code = "x01"', 'code = "x]01"'), [("D002", M2)] + [("D004", M2)] * 6),
    ("a file called otherwise", replaced(M2, 'id = "M2"', 'id = "M3"'), [("D016", M2)]),
    ("no sentence", replaced(RULES, AREA, "check = '''[08] <='''"), [("D004", RULES)]),
    ("too deep", replaced(RULES, AREA, f"check = '''{'not ' * 900}[08] > 1'''"), [("D004", RULES)]),
    ("texts compared with numbers", replaced(RULES, AREA, "check = '''[08] = \"1\"'''"), [("D019", RULES)]),
    ("a text in a sum", replaced(RULES, AREA, "check = '''sum([01], 1) > 2'''"), [("D019", RULES)]),
    ("a text as a condition", replaced(RULES, "when = '''[06] > 0'''", "when = '''\"是\"'''"), [("D019", RULES)]),
    ("a column outside its ledger", replaced(RULES, AREA, "check = '''参加人次 > 2'''"), [("D019", RULES)]),
    ("an argument too few", replaced(RULES, AREA, "check = '''round([08]) = 2'''"), [("D019", RULES)]),
    ("no code list named", replaced(RULES, 'in_list([03.1], "province")', "in_list([03.1])"), [("D019", RULES)]),
    ("a rule of no form", written("rules/M9.toml", A_RULE), [("D024", "rules/M9.toml")]),
    ("an example of no code", replaced(RULES, '"06" = 1, "07" = 1', '"6" = 1, "07" = 1'), [("D007", RULES)]),
    ("an example of no column", replaced(RULES, '"线上人次" = 1', '"线下人次" = 1'), [("D007", RULES)]),
    ("an example of no day", replaced(RULES, '"2024-12-01"', '"2024-13-01"'), [("D007", RULES)]),
    ("an example of no rows", replaced(RULES, NO_ROWS[0], NO_ROWS[1]), [("D007", RULES)] * 2),
    ("a thing of no ledger", *across('ledger = "活动"', 'ledger = "会议"')),
    ("a thing named by no column", *across('name = "活动名称"', 'name = "名称"')),
    ("a thing named by a number", *across('name = "活动名称"', 'name = "参加人次"')),
    ("a thing whose day is no day", *across('day = "日期"', 'day = "规模"')),
    ("days of no day", *across('day = "日期"\n', "")),
    ("a column compared twice", *across("days = 3", 'days = 3\nid = "活动名称"')),
    ("names alike at half of half", replaced(ACROSS, "days = 3", "alike = 0.2"), [("D002", ACROSS)]),
    ("a thing declared twice", replaced(ACROSS, "[[groups]]", A_THING + "[[groups]]"), [("D005", ACROSS)]),
    ("a group of no level", replaced(ACROSS, '"县级"]', '"镇级"]'), [("D046", ACROSS)]),
    ("a group twice", replaced(ACROSS, "[[groups]]", A_GROUP + "[[groups]]"), [("D005", ACROSS)]),
    ("staff in no cell", replaced(ACROSS, "M1!13", "M1!99"), [("D047", ACROSS)]),
    ("staff in a text", replaced(ACROSS, "M1!13", "M1!01"), [("D047", ACROSS)]),
    ("spot checks at no level", replaced(SAMPLING, '"县级"]', '"镇级"]'), [("D048", SAMPLING)]),
    ("spot checks of no ledger", replaced(SAMPLING, '"活动"', '"会议"'), [("D048", SAMPLING)]),
    ("spot checks of no cell", replaced(SAMPLING, "M1!06", "M1!99"), [("D049", SAMPLING)]),
    ("spot checks of a text", replaced(SAMPLING, "M1!06", "M1!01"), [("D049", SAMPLING)]),
    ("a cell checked twice", replaced(SAMPLING, "M1!06", "M1!08"), [("D005", SAMPLING)]),
    ("more rows than anybody checks", replaced(SAMPLING, "ledger_rows = 2", "ledger_rows = 101"), [("D002", SAMPLING)]),
    ("a form that is not there", replaced(SURVEY, 'forms = ["M1", "M2"]', 'forms = ["M1", "M3"]'), [("D003", SURVEY)]),
]


@pytest.mark.parametrize(("change", "found"), [mistake[1:] for mistake in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_told_by_file(change: Callable[[Path], object], found: Found, folder: Path) -> None:
    change(folder)
    _, problems = check_definitions(folder)
    assert told(problems) == found


def without_ledger(folder: Path) -> None:
    for _ in range(2):
        replaced(M1, 'ledger = "活动"\n', "")(folder)


def renamed_form(name: str) -> Callable[[Path], object]:
    def rename(folder: Path) -> None:
        for file in (SURVEY, M2, "rules/M2.toml"):
            path = folder / file
            path.write_text(path.read_text(encoding="utf-8").replace('"M2"', f'"{name}"'), encoding="utf-8")
            path.rename(path.with_name(path.name.replace("M2", name)))

    return rename


def test_a_cell_is_worked_out_by_a_ledger_that_nobody_has(folder: Path) -> None:
    """``derive`` without ``ledger``: rows say which ledgers a unit is sent."""
    without_ledger(folder)
    found = told(check_definitions(folder)[1])
    assert {file for id, file in found if id == "D024"} == {M1, LEDGER, RULES}
    assert [file for id, file in found if id != "D024"] == [M1] * 3
    assert {id for id, _ in found} == {"D024", "D025"}


@pytest.mark.parametrize(
    ("name", "found"), [("表二", []), ("M-2", []), ("m1", ["D039"]), ("审核", ["D039"]), ("M*2", ["D033"])]
)
def test_a_form_may_be_called_so(name: str, found: list[str], folder: Path) -> None:
    renamed_form(name)(folder)
    assert sorted({id for id, _ in told(check_definitions(folder)[1])} - {"D031"}) == found


# --- files that are none ---------------------------------------------------------------------------------------------

CSV = "省,省_code,市,市_code\n甲省,11,子市,1101\n甲省,11,丑市,1102\n"
CASCADE = 'id = "areas"\nsource = "例"\nlists = ["省", "市"]\n'
AREAS, AREAS_CSV = "codes/areas.toml", "codes/areas.csv"


def cascade(csv: str | bytes | None, toml: str = CASCADE) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        written(AREAS, toml)(folder)
        if csv is not None:
            written(AREAS_CSV, csv)(folder)

    return write


def a_second_ledger(folder: Path) -> None:
    text = (folder / LEDGER).read_text(encoding="utf-8")
    (folder / "ledgers/L02-活动.toml").write_text(text.replace('"L01"', '"L02"'), encoding="utf-8")


FILES: list[tuple[str, Callable[[Path], object], Found]] = [
    ("no survey.toml", gone(SURVEY), [("D001", SURVEY)]),
    ("a folder instead of survey.toml", a_folder(SURVEY), [("D001", SURVEY)]),
    ("a folder instead of a form", a_folder(M2), [("D001", M2)]),
    ("a folder instead of the checklist", a_folder("checklist.toml"), [("D001", "checklist.toml")]),
    ("a folder instead of what is across units", a_folder(ACROSS), [("D001", ACROSS)]),
    ("a folder instead of what is checked once more", a_folder(SAMPLING), [("D001", SAMPLING)]),
    ("a folder instead of the migrations", a_folder("migrations.toml"), [("D001", "migrations.toml")]),
    ("no form", gone(M2), [("D003", SURVEY)]),
    ("no rules", gone(RULES), []),
    ("an empty survey", written(SURVEY, ""), [("D002", SURVEY)] * 15),
    ("an empty form", written(M2, ""), [("D002", M2)] * 4),
    ("an empty file of rules", written(RULES, ""), []),
    ("bytes of another kind", written(M2, b"\x00\xff\xfe"), [("D001", M2)]),
    ("no TOML", written(M2, "id = "), [("D001", M2)]),
    ("brackets without end", written(M2, "id = " + "[" * 5000), [("D001", M2)]),
    ("a mark of the encoding, lines of Windows", in_encoding(M2, "utf-8-sig"), []),
    ("GBK", in_encoding(M2, "gbk"), [("D001", M2)]),
    ("UTF-16", in_encoding(M2, "utf-16"), [("D001", M2)]),
    ("a control character", replaced(M2, "会员数", "会员\\u0001数"), [("D002", M2)]),
    ("a ledger twice", a_second_ledger, [("D005", "ledgers/")]),
    ("a cascade", cascade(CSV), []),
    ("a cascade of Windows", cascade("\ufeff" + CSV.replace("\n", "\r\n")), []),
    ("a cascade without its CSV", cascade(None), [("D001", AREAS)]),
    ("a cascade without a column", cascade(CSV.replace("市_code", "市代码")), [("D002", AREAS_CSV)]),
    ("a cascade without a line", cascade(CSV.split("\n", maxsplit=1)[0]), [("D002", AREAS_CSV)]),
    ("an empty cascade", cascade(""), [("D002", AREAS_CSV)] * 5),
    ("a ragged cascade", cascade(CSV + "乙省\n"), [("D002", AREAS_CSV)]),
    ("a code of two areas", cascade(CSV.replace("1102", "1101")), [("D005", AREAS_CSV)]),
    ("a cascade in GBK", cascade(CSV.encode("gbk")), [("D001", AREAS_CSV)]),
    ("a cascade of one column twice", cascade(CSV, CASCADE.replace('"市"', '"省"')), [("D005", AREAS)] * 2),
    ("a list twice", written("codes/more.toml", '[sizes]\noptions = ["大"]\n'), [("D005", "codes/more.toml")]),
    ("a value twice", written("codes/more.toml", '[more]\noptions = ["大", "大"]\n'), [("D005", "codes/more.toml")]),
    ("no list", written("codes/more.toml", "more = 5\n"), [("D002", "codes/more.toml")]),
]


@pytest.mark.parametrize(("change", "found"), [file[1:] for file in FILES], ids=[file[0] for file in FILES])
def test_a_file_that_cannot_be_used_is_told(change: Callable[[Path], object], found: Found, folder: Path) -> None:
    change(folder)
    _, problems = check_definitions(folder)
    assert told(problems) == found


def test_a_place_is_told_as_people_count(folder: Path) -> None:
    replaced(M1, 'kind = "choice", code_list', "kind = 5, code_list")(folder)
    with pytest.raises(SurveyError) as refused:
        load(folder)
    assert str(refused.value) == "D002 forms/M1.toml：rows 第 4 段的 parts 第 1 段的 kind：应为带引号的文字，写的是 5"


# --- what commands make of it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        replaced(M1, SUM, "ledger_sum = '''sum(活动.没有)'''"),
        replaced(SURVEY, "month = 3", "month = 13"),
        replaced(LEDGER, '"sizes"', '"没有"'),
        replaced(M1, COUNT, "derive = '''count(活动) + [10]'''"),
        without_ledger,
        in_encoding(M2, "gbk"),
        a_folder(M2),
        across('day = "日期"', 'day = "规模"')[0],
    ],
)
def test_commands_refuse_what_lint_refuses(
    change: Callable[[Path], object], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(folder)
    monkeypatch.chdir(folder.parent)
    named, files = ("--survey", "mini"), ("--roster", "名录.csv", "--out", "x.xlsx")
    for command in (("generate", *files, "--year", "2024"), ("merge", ".", *files), ("roster", "new", "y.xlsx")):
        result = CliRunner().invoke(app, [*command, *named])
        assert (result.exit_code, type(result.exception)) == (2, SystemExit), result.output
        assert "定义有问题" in "".join(result.stderr.split())
    result = CliRunner().invoke(app, ["survey", "lint", "mini"])
    assert (result.exit_code in (1, 2), type(result.exception)) == (True, SystemExit)
    assert not (folder.parent / "x.xlsx").exists()


def test_what_is_only_bad_style_is_no_obstacle(folder: Path) -> None:
    replaced(RULES, 'hint = "请核对计量单位。"', 'hint = ""')(folder)
    assert load_folder(folder).id == "mini"
    assert told(check_definitions(folder)[1]) == [("D022", RULES)]
