"""What goes out, grouped by contact person: workbooks, a notice with a receipt, words to paste, encrypted archives."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
import pyzipper

from addin.roster import ReportingUnit
from addin.sending.bundles import Mail, write_bundles
from addin.sending.dispatch import Dispatched
from templates.model import Survey
from tests.support.command import run

UNITS = [
    ReportingUnit("001", "甲单位（演示）", "", "甲类", "市级", "500103", contact="张演示", phone="023-0001"),
    ReportingUnit("002", "乙单位（演示）", "", "甲类", "县级", "500103", contact="李演示", phone="023-0002"),
    ReportingUnit("003", "丙单位（演示）", "", "乙类", "市级", "500103", contact="张演示", phone="023-0001"),
    ReportingUnit("004", "丁单位（演示）", "", "甲类", "县级", "500103"),
]

LISTED = {
    "张演示": ["001-甲单位（演示）.xlsx", "003-丙单位（演示）.xlsx", "填报通知.docx", "给张演示的话（私信）.txt"],
    "李演示": ["002-乙单位（演示）.xlsx", "填报通知.docx", "给李演示的话（私信）.txt"],
    "004-丁单位（演示）": ["004-丁单位（演示）.xlsx", "填报通知.docx", "给联系人的话（私信）.txt"],
}
"""What is in the bundle of each contact person; a unit without one has its own."""


@pytest.fixture
def dispatched(tmp_path: Path) -> list[Dispatched]:
    """Files that stand for the workbooks."""
    folder = tmp_path / "下发"
    folder.mkdir()
    written = [Dispatched(unit, folder / f"{unit.code}-{unit.name}.xlsx") for unit in UNITS]
    for one in written:
        one.path.write_text(one.unit.code)
    return written


def test_each_person_gets_a_folder(dispatched: list[Dispatched], mini: Survey, tmp_path: Path) -> None:
    made = write_bundles(tmp_path / "分装", Mail(mini, 2024, "王演示", "023-0009"), dispatched)
    assert {one.name: sorted(path.name for path in one.iterdir()) for one in made} == LISTED
    assert [(made[0] / f"{one.unit.code}-{one.unit.name}.xlsx").is_file() for one in dispatched] == [
        True,
        False,
        True,
        False,
    ]
    assert (made[0] / "001-甲单位（演示）.xlsx").read_text() == "001"


def test_what_a_person_is_told(dispatched: list[Dispatched], mini: Survey, tmp_path: Path) -> None:
    write_bundles(tmp_path / "分装", Mail(mini, 2024, "王演示", "023-0009"), dispatched)
    told = (tmp_path / "分装" / "张演示" / "给张演示的话（私信）.txt").read_text(encoding="utf-8").splitlines()
    assert told == [
        "张演示您好：《小型统计调查》2024 年度的填报工作簿共 2 份，请于 2025年4月11日 前填好发回：",
        "· 甲单位（演示）（001）　001-甲单位（演示）.xlsx",
        "· 丙单位（演示）（003）　003-丙单位（演示）.xlsx",
        "用 Excel 或 WPS 打开就能填，照「下一个问题」办，封面显示「可以」后发回原文件。收到请回一句，"
        "有疑问请联系王演示　023-0009。",
    ]
    notice = docx.Document(str(tmp_path / "分装" / "张演示" / "填报通知.docx"))
    [table] = notice.tables
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [
        ["1", "001", "甲单位（演示）", "001-甲单位（演示）.xlsx"],
        ["2", "003", "丙单位（演示）", "003-丙单位（演示）.xlsx"],
    ]
    texts = [paragraph.text for paragraph in notice.paragraphs]
    assert "今收到《小型统计调查》2024 年度填报工作簿 2 份。" in texts
    assert "如有疑问，请联系：王演示　023-0009" in texts
    assert not any(unit.name in text for text in texts for unit in (UNITS[1], UNITS[3])), "nobody else's units"


def test_an_archive_opens_with_its_own_password_alone(
    dispatched: list[Dispatched], mini: Survey, tmp_path: Path
) -> None:
    folder = tmp_path / "分装"
    made = write_bundles(folder, Mail(mini, 2024, encrypted=True), dispatched)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [*(f"{name}.zip" for name in LISTED), "加密包密码.txt"]
    )
    kept = folder / "加密包密码.txt"
    assert kept.stat().st_mode & 0o077 == 0, "for the officer's eyes only"
    passwords = dict(line.split("\t") for line in kept.read_text(encoding="utf-8").splitlines()[1:])
    assert len(set(passwords.values())) == len(LISTED)
    for archive in made:
        with pyzipper.AESZipFile(archive) as opened:
            names = opened.namelist()
            assert names == [f"{archive.stem}/{name}" for name in LISTED[archive.stem]]
            for wrong in (None, *(other.encode() for name, other in passwords.items() if name != archive.name)):
                with pytest.raises(RuntimeError):
                    opened.read(names[0], wrong)
            assert opened.read(names[0], passwords[archive.name].encode()).decode() == archive_code(archive.stem)


def archive_code(stem: str) -> str:
    """Return the code of the first unit in a bundle: what stands in the file for its workbook."""
    return LISTED[stem][0].partition("-")[0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--encrypt"], "--encrypt、--by、--phone 要和 --bundles 一起用"),
        (["--by", "王演示"], "--encrypt、--by、--phone 要和 --bundles 一起用"),
        (["--bundles", "下发"], "下发"),
        (["--bundles", "有东西"], "里已有东西，请换一个空文件夹"),
    ],
)
def test_what_cannot_be_is_refused_before_the_work(
    asked: list[str], said: str, mini: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("有东西").mkdir()
    Path("有东西", "旧.txt").touch()
    write_roster(Path("名录.csv"))
    done = run("generate", "--survey", mini.folder, "--year", 2024, "--roster", "名录.csv", "--out", "下发", *asked)
    assert (done.exit_code, said in done.output.replace("\n", "")) == (2, True), done.output
    assert not Path("下发").exists()


@pytest.mark.parametrize(
    ("asked", "made"),
    [([], sorted(LISTED)), (["--encrypt"], sorted([*(f"{name}.zip" for name in LISTED), "加密包密码.txt"]))],
    ids=["folders", "archives"],
)
def test_the_command_bundles_what_it_wrote(asked: list[str], made: list[str], mini: Survey, tmp_path: Path) -> None:
    write_roster(tmp_path / "名录.csv")
    places = ("--roster", tmp_path / "名录.csv", "--out", tmp_path / "下发", "--bundles", tmp_path / "分装")
    done = run("generate", "--survey", mini.folder, "--year", 2024, *places, *asked)
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "分装").iterdir()) == made
    if not asked:
        for name in ("001-甲单位（演示）.xlsx", "003-丙单位（演示）.xlsx"):
            assert (tmp_path / "分装" / "张演示" / name).read_bytes() == (tmp_path / "下发" / name).read_bytes()


def write_roster(path: Path) -> None:
    """Write the roster of the units."""
    head = "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码,上级单位代码,联系人,联系电话"
    rows = [
        ",".join((one.code, one.name, one.uscc, one.kind, one.level, one.region, one.parent, one.contact, one.phone))
        for one in UNITS
    ]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
