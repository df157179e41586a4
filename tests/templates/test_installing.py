"""A survey of one's own: begun from one that runs, installed for the user, found by its id and by its workbooks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from addin.demo.show import play_demo
from templates.catalogue import is_installed, load_folder, load_installed
from templates.folders import PLACE, list_surveys
from templates.installing import NotInstalled, begin_survey, install_survey
from tests.support.command import run


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what this user installed, which is not there yet."""
    monkeypatch.setenv(PLACE, str(tmp_path / "user"))
    return tmp_path / "user"


def begun(folder: Path, id: str = "own") -> Path:
    begin_survey(folder / id)
    return folder / id


def test_the_example_runs_from_roster_to_summary(tmp_path: Path) -> None:
    begin_survey(tmp_path / "own")
    assert run("survey", "lint", tmp_path / "own").exit_code == 0
    done = play_demo(load_folder(tmp_path / "own"), tmp_path / "out")
    assert (done.units, done.returned, done.with_errors, done.missing) == (4, 3, 0, 1), "what was wrong is mended"
    assert (tmp_path / "out" / "汇总.xlsx").is_file()


def test_what_is_begun_has_an_id_of_its_own_and_says_what_to_do_next(tmp_path: Path) -> None:
    done = run("survey", "new", tmp_path / "社区", "--id", "kepu2025")
    assert (done.exit_code, load_folder(tmp_path / "社区").id) == (0, "kepu2025")
    assert [command for command in ("demo --survey", "survey lint", "survey install") if command in done.output] == [
        "demo --survey",
        "survey lint",
        "survey install",
    ]


@pytest.mark.parametrize(
    ("folder", "id", "why"),
    [
        ("社区", "", "「社区」不能作制度编号"),
        ("a b", "", "「a b」不能作制度编号"),
        ("..", "../x", "「../x」不能作制度编号"),
        ("own", "kx2023", "已有编号为 kx2023 的制度"),
        ("full", "", "里已有东西，没有改动它"),
        ("file", "", "里已有东西，没有改动它"),
    ],
)
def test_what_cannot_be_begun(folder: str, id: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("kept")
    (tmp_path / "file").write_text("kept")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(NotInstalled, match=why):
        begin_survey(tmp_path / folder, id)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_installed_survey_is_found_by_its_id_and_by_its_workbooks(tmp_path: Path, user: Path) -> None:
    assert run("survey", "install", begun(tmp_path)).exit_code == 0
    assert list_surveys() == ("kx2023", "own")
    survey = load_installed("own")
    assert (survey.folder, is_installed(survey)) == (user / "own", True)
    roster = tmp_path / "名录.csv"
    roster.write_text(
        "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码,上级单位代码,联系人,联系电话\n"
        "C01,桂花社区（演示）,,社区,社区,,,,\n",
        encoding="utf-8",
    )
    out = tmp_path / "下发"
    assert run("generate", "--survey", "own", "--year", 2024, "--roster", roster, "--out", out).exit_code == 0
    [judged] = json.loads(run("validate", out / "C01-桂花社区（演示）.xlsx", "--json").stdout)
    assert (judged["unit"], judged["status"]) == ("C01", "has_errors"), "an empty return is known and judged"


def test_a_newer_one_takes_its_place_when_asked(tmp_path: Path, user: Path) -> None:
    own = begun(tmp_path)
    install_survey(load_folder(own))
    (own / "notes.docx").write_text("the designer's own")
    head = own / "survey.toml"
    head.write_text(head.read_text(encoding="utf-8").replace('version = "1"', 'version = "2"'), encoding="utf-8")
    with pytest.raises(NotInstalled, match=r"已装过.*版本 2.*--replace"):
        install_survey(load_folder(own))
    assert load_folder(user / "own").version == "1"
    install_survey(load_folder(own), replace=True)
    assert load_folder(user / "own").version == "2"
    assert sorted(path.name for path in user.iterdir()) == ["own"], "nothing of the old one is left about"
    assert not (user / "own" / "notes.docx").exists()


def test_what_is_not_installed(tmp_path: Path, user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = begun(tmp_path)
    rules = own / "rules" / "S1.toml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("<= 50000", "<= 5"), encoding="utf-8")
    refused = run("survey", "install", own)
    assert (refused.exit_code, "个错误，没有安装" in refused.output, user.exists()) == (2, True, False)
    head = begun(tmp_path, "other") / "survey.toml"
    head.write_text(head.read_text(encoding="utf-8").replace('id = "other"', 'id = "kx2023"'), encoding="utf-8")
    with pytest.raises(NotInstalled, match="是随程序来的制度"):
        install_survey(load_folder(head.parent))
    good = load_folder(begun(tmp_path, "good"))
    monkeypatch.setenv(PLACE, "")
    with pytest.raises(NotInstalled, match="没有放已安装制度的地方"):
        install_survey(good)


def test_what_a_run_that_was_cut_short_moved_aside_comes_back(tmp_path: Path, user: Path) -> None:
    own = begun(tmp_path)
    installed = install_survey(load_folder(own))
    installed.replace(user / ".own.old")
    (user / ".own.new").mkdir()
    assert list_surveys() == ("kx2023",)
    with pytest.raises(NotInstalled, match="已装过"):
        install_survey(load_folder(own))
    assert (list_surveys(), sorted(path.name for path in user.iterdir())) == (("kx2023", "own"), ["own"])
