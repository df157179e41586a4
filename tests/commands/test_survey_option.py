"""``--survey`` takes an id or a folder everywhere: a survey outside the package goes through every command.

- relative, absolute, with a slash at the end, the survey.toml itself; the folder need not be called like the survey
- a return of definitions that are not at hand is told in one sentence that names the option
- of two versions of one id the folder decides, and a return of the other is refused by its fingerprint
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from addin.buttons import ribbon
from addin.commands import buttons
from templates.catalogue import NoSurvey, Surveys, find_folder, find_namesake, load_folder, load_installed, name_survey
from templates.folders import PLACE
from templates.load import SURVEYS, SurveyError, load
from templates.words import say
from tests.support.returns import MINI
from tianbao import app

HEADINGS = "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码,上级单位代码,联系人,联系电话"
UNITS = ("500101,甲单位（演示）,53500000DEM000001Q,甲类,市级,500103,,,", "500102,乙单位（演示）,,乙类,市级,500103,,,")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny survey in a folder called otherwise, with the roster beside it; commands run there."""
    shutil.copytree(MINI.folder, tmp_path / "我的 制度")
    lines = "\n".join((HEADINGS, *UNITS)) + "\n"
    (tmp_path / "名录.csv").write_text(lines, encoding="utf-8-sig")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "我的 制度"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def done(*arguments: object, code: int = 0) -> str:
    """Run a command that ends with ``code`` and return what it says."""
    result = run(*arguments)
    assert (result.exit_code, result.exception if result.exit_code not in (0, 1, 2) else None) == (code, None), (
        result.output
    )
    return result.stdout


def refused(*arguments: object) -> str:
    """Run a command that refuses, and return its one sentence."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    return "".join(result.stderr.split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def mailed(survey: object, out: str = "下发", roster: str = "名录.csv") -> Path:
    """Generate the workbooks and return that of the first unit."""
    done("generate", "--survey", survey, "--year", 2024, "--roster", roster, "--out", out)
    return next(Path(out).glob("500101-*.xlsx"))


# --- what is meant ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelt", ["我的 制度", "./我的 制度", "我的 制度/", "我的 制度/survey.toml", "../{up}/我的 制度"]
)
def test_every_spelling_means_the_folder(spelt: str, folder: Path) -> None:
    named = spelt.format(up=folder.parent.name)
    assert find_folder(named) == find_folder(folder) == folder
    assert load_folder(find_folder(named)) is load_folder(folder)
    assert load_folder(folder).id == "mini"


def test_an_id_means_the_installed_survey(folder: Path) -> None:
    shutil.copytree(folder, "kx2023")
    assert find_folder("kx2023") == SURVEYS / "kx2023"
    assert find_folder("./kx2023") == Path("kx2023").resolve()
    assert (find_namesake("kx2023"), find_namesake("./kx2023"), find_namesake("mini")) == (Path("kx2023"), None, None)
    result = run("roster", "new", "空.xlsx", "--survey", "kx2023")
    assert squeezed(say("cli.namesake", survey="kx2023", folder="kx2023")) in squeezed(result.stderr)


@pytest.mark.parametrize("named", ["没有", "没有/这个", "x" * 5000, "~没有这个人/制度", "a\0b", ""])
def test_what_is_no_survey_is_said(named: str) -> None:
    with pytest.raises(NoSurvey) as error:
        find_folder(named)
    assert str(error.value).startswith(say("load.unknown_survey", survey=named, known="")[:6]) or not named


def test_a_folder_without_definitions_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoSurvey, match=re.escape(say("load.no_definitions", folder=tmp_path))):
        find_folder(tmp_path)


def test_another_process_takes_up_the_same_definitions(folder: Path) -> None:
    survey = load(folder)
    assert load_folder(survey.folder, survey.hash).hash == survey.hash
    with pytest.raises(SurveyError, match="D008"):
        load_folder(survey.folder, "0" * 16)


def edit(path: Path, old: str, new: str) -> None:
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))


def test_edited_definitions_are_loaded_anew(folder: Path) -> None:
    before = load_folder(folder)
    edit(folder / "survey.toml", "小型统计调查", "小小统计调查")
    assert (before.title, load_folder(folder).title) == ("小型统计调查", "小小统计调查")
    with pytest.raises(SurveyError, match="D008"):
        load_folder(folder, before.hash)


def test_line_ends_and_files_of_other_programs_make_no_other_definitions(folder: Path) -> None:
    (folder / "forms" / "._M1.toml").write_bytes(b"\x00\x05\x16\x07")
    (folder / ".DS_Store").write_bytes(b"\x00")
    for path in folder.glob("forms/M*.toml"):
        edit(path, "\n", "\r\n")
    assert load_folder(folder).hash == MINI.hash


@pytest.mark.parametrize("stated", ["../kx2023", "没有", "", "kx2023/../kx2023", "/etc"])
def test_an_id_in_a_file_leads_nowhere_else(stated: str) -> None:
    with pytest.raises(SurveyError):
        load_installed(stated)
    with pytest.raises(SurveyError):
        Surveys(MINI)(stated)
    assert Surveys(MINI)("mini") is MINI


def test_a_survey_is_named_as_the_option_takes_it(folder: Path) -> None:
    assert [name_survey(load_installed("kx2023")), name_survey(load_folder(folder))] == ["kx2023", f'"{folder}"']
    assert find_folder(name_survey(load_folder(folder)).strip('"')) == folder


# --- through every command -------------------------------------------------------------------------------------------


def test_a_survey_outside_the_package_goes_through_every_command(folder: Path) -> None:
    named = ("--survey", "我的 制度")
    done("roster", "new", "空.xlsx", *named)
    book = mailed("我的 制度")
    Path("数据.json").write_text(json.dumps({"forms": {"M1": {"06": 5}}}), encoding="utf-8")
    done("fill", book, "数据.json", "-o", "填.xlsx", *named)
    Path("清单.csv").write_text("活动名称,日期,规模,参加人次\n甲活动,2024-05-01,小型,5\n", encoding="utf-8-sig")
    done("import-ledger", "填.xlsx", "清单.csv", "-o", "导.xlsx", "--ledger", "活动", *named)
    (judged,) = json.loads(done("validate", "导.xlsx", "--json", *named, code=1))
    assert (judged["unit"], judged["status"]) == ("500101", "has_errors")
    done("repair", "导.xlsx", "-o", "修.xlsx", *named)
    several = json.loads(done("validate", "导.xlsx", "修.xlsx", "--json", *named, code=1))
    assert [(one["unit"], one["status"]) for one in several] == [("500101", "has_errors")] * 2, "read side by side"
    merged = json.loads(
        done("merge", "修.xlsx", "--roster", "名录.csv", "--out", "汇总.xlsx", "--json", *named, code=1)
    )
    assert [(unit["code"], unit["state"]) for unit in merged["units"]] == [("500101", "待改正"), ("500102", "未报")]
    done("roster", "check", "make", "--year", 2024, "--roster", "名录.csv", "--out", "核定", *named)
    checked = ("roster", "check", "merge", "核定", "--roster", "名录.csv", "--out", "新名录.xlsx")
    assert run(*checked, *named).exit_code in (0, 1)
    done("survey", "handbook", "我的 制度", "-o", "手册.docx")
    assert "D031" in done("survey", "lint", "我的 制度/", code=1)
    next_year = ("--year", 2025, "--roster", "名录.csv", "--out", "下年", "--previous", ".")
    done("generate", *named, *next_year)
    (fresh,) = Path("下年").glob("500101-*.xlsx")
    assert load_workbook(fresh)["M1"]["F13"].value is not None


def test_a_composition_reads_by_the_folder(folder: Path) -> None:
    text = (folder / "survey.toml").read_text(encoding="utf-8")
    part = '\n[[kinds]]\nname = "部门"\nforms = ["M1"]\nlevels = ["市级"]\npart = true\n\n[[deadlines]]'
    (folder / "survey.toml").write_text(text.replace("\n[[deadlines]]", part, 1), encoding="utf-8")
    lines = (HEADINGS, UNITS[0], "500101-1,部门一（演示）,,部门,市级,500103,500101,,")
    Path("名录.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    own = mailed(folder)
    (office,) = Path("下发").glob("500101-1-*.xlsx")
    named = ("--survey", folder)
    done("compose", office, "--unit", "下发/500101-甲单位（演示）.xlsx", "--out", "本级.xlsx", *named, code=1)
    said = refused("compose", office, "--unit", own, "--out", "本级2.xlsx")
    assert squeezed(say("reader.refused.unknown_survey", found="mini")) in said


def test_the_demo_takes_a_folder(folder: Path) -> None:
    assert refused("demo", "--survey", "我的 制度", "--out", "演示") == squeezed(say("demo.no_cast", survey=MINI.title))


@pytest.mark.parametrize("command", [("validate",), ("fill", "{data}", "-o", "x.xlsx"), ("repair", "-o", "x.xlsx")])
def test_a_return_of_an_unknown_survey_asks_for_the_folder(command: tuple[str, ...], folder: Path) -> None:
    book = mailed(folder)
    Path("数据.json").write_text("{}", encoding="utf-8")
    name, *rest = (part.format(data="数据.json") for part in command)
    result = run(name, book, *rest)
    assert result.exit_code == 2
    assert squeezed(say("reader.refused.unknown_survey", found="mini")) in squeezed(result.output)
    assert not Path("x.xlsx").exists()


def test_a_merge_says_that_returns_belong_to_another_survey(folder: Path) -> None:
    book = mailed(folder)
    Path("kx.csv").write_text(f"{HEADINGS}\n500101,演示（演示）,,科协,市级科协,500103,,,\n", encoding="utf-8-sig")
    result = run("merge", book, "--roster", "kx.csv", "--out", "汇总.xlsx")
    assert squeezed(say("cli.merge.others", survey="kx2023")) in squeezed(result.stderr)


@pytest.mark.parametrize("command", [("merge",), ("roster", "check", "merge")])
def test_a_roster_of_another_survey_asks_for_the_folder(command: tuple[str, ...], folder: Path) -> None:
    book = mailed(folder)
    said = refused(*command, book, "--roster", "名录.csv", "--out", "x.xlsx")
    assert squeezed(say("cli.roster.guessed", survey="kx2023")) in said
    assert not Path("x.xlsx").exists()


# --- two versions of one id ------------------------------------------------------------------------------------------


@pytest.fixture
def two(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, Path]:
    """A return of the installed tiny survey, and one of the folder, which asks for one thing more."""
    shutil.copytree(folder, tmp_path / "surveys" / "mini")
    monkeypatch.setenv(PLACE, str(tmp_path / "surveys"))
    rows = (folder / "forms" / "M2.toml").read_text(encoding="utf-8")
    more = '\n[[rows]]\ncode = "09"\nname = "志愿者人数"\nkind = "count"\nmeasure = "人"\n'
    (folder / "forms" / "M2.toml").write_text(rows + more, encoding="utf-8")
    return mailed("mini", "已装"), mailed("./我的 制度", "文件夹")


def test_the_fingerprint_decides(two: tuple[Path, Path]) -> None:
    """One file at a time: that is read by the command itself, which alone knows what the test has installed."""
    status = [
        [json.loads(run("validate", path, "--json", *named).stdout)[0]["status"] for path in two]
        for named in ((), ("--survey", "mini"), ("--survey", "我的 制度"))
    ]
    assert status == [
        ["has_errors", "other_version"],
        ["has_errors", "other_version"],
        ["other_version", "has_errors"],
    ]
    assert "--survey" in json.loads(run("validate", two[1], "--json").stdout)[0]["reason"]


# --- the add-in ------------------------------------------------------------------------------------------------------


def test_a_button_takes_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pressed: list[Surveys] = []

    def press(*_arguments: object, surveys: Surveys) -> str:
        pressed.append(surveys)
        return ""

    monkeypatch.setattr(buttons, "press", press)
    done("addin", "press", "validate", "--survey", "我的 制度")
    monkeypatch.setenv("TIANBAO_SURVEY", str(folder))
    done("addin", "press", "validate")
    monkeypatch.delenv("TIANBAO_SURVEY")
    done("addin", "press", "validate")
    assert [surveys.wanted for surveys in pressed] == ["mini", "mini", None]
    assert ribbon.BUTTONS.keys() == {"validate", "next", "clear", "help"}
