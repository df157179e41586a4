"""From a store to 复核表 and back: who may be drawn, what stands in the sheets, what comes of them.

- the draw is on record, whole, and made once; nothing that tells of a unit tells of it
- a sheet is taken only as it was written, for the draw that is on record
- rates are those of the lot alone; a difference becomes a 退回 to be decided, never a changed number
"""

from __future__ import annotations

import errno
import json
import shutil
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from typer.testing import Result

from addin.receiving.outcomes import State
from addin.store.acts import read_standings
from addin.store.store import Store
from addin.store.versions import LockedVersion, lock_version
from tests.support.command import run
from tests.support.returns import MINI, YEAR
from tests.support.spot_checks import CITY, fill, merge_city
from tests.support.stores import asked, dump
from tests.support.vandals import by_openpyxl, put

SURVEY = ("--survey", MINI.folder)
HALF = ("--seed", 7, "--share", 0.5, "--risk", 2)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the returns of 24 units, and half of them drawn."""
    place = tmp_path_factory.mktemp("city")
    merge_city(place, {"105": 5_000_000})
    assert sample(Store(place / "S.duckdb"), place / "复核", *HALF).exit_code == 0
    return place


@pytest.fixture
def store(tmp_path: Path, city: Path) -> Store:
    """The same, to be spoilt."""
    shutil.copytree(city, tmp_path / "city")
    return Store(tmp_path / "city" / "S.duckdb")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, city: Path) -> tuple[Path, pd.DataFrame]:
    """The same with every sheet filled: each third unit drawn by lot, and who was chosen, reported 2 too much in M1-06.

    With the cells that were checked.
    """
    place = tmp_path_factory.mktemp("filled") / "city"
    shutil.copytree(city, place)
    return place, fill_all(Store(place / "S.duckdb"), place / "复核")


@pytest.fixture
def checked(tmp_path: Path, filled: tuple[Path, pd.DataFrame]) -> Store:
    """The store with sheets that are filled."""
    shutil.copytree(filled[0], tmp_path / "checked")
    return Store(tmp_path / "checked" / "S.duckdb")


@pytest.fixture
def sheets(store: Store) -> Path:
    """The folder of the 复核表."""
    return store.path.parent / "复核"


def sample(store: Store, folder: Path, *options: object) -> Result:
    return run("sample", "--store", store.path, "--out", folder, *SURVEY, *options)


def read(store: Store, *paths: object) -> tuple[int, Any]:
    """Return the exit code and what the command says to programs."""
    result = run("sample", "read", *paths, "--store", store.path, *SURVEY, "--json")
    return result.exit_code, json.loads(result.stdout) if result.stdout else result.stderr


def on_record(store: Store, what: str = "sampled") -> list[Any]:
    told = asked(store.path, f"SELECT details FROM events WHERE what = '{what}' AND unit = '' ORDER BY rowid")
    return [json.loads(details) for (details,) in told]


def sheets_of(store: Store) -> Path:
    return store.path.parent / "复核"


def listed(sheets: Path, code: str) -> Path:
    return next(sheets.glob(f"{code}-*"))


# --- the draw --------------------------------------------------------------------------------------------------------


def test_half_of_every_stratum_is_drawn_and_all_is_on_record(store: Store, sheets: Path) -> None:
    [told] = on_record(store)
    assert [(one["name"], one["population"], one["drawn"]) for one in told["strata"]] == [
        ("市级·甲类", 12, 6),
        ("县级·甲类", 4, 2),
        ("市级·乙类", 8, 4),
    ]
    assert told["probabilities"] == {unit.code: 0.5 for unit in CITY}
    drawn = [(one["unit"]["code"][0], one["risky"]) for one in told["units"]]
    assert Counter(drawn)[("1", False)] == 6
    assert Counter(risky for _, risky in drawn) == {False: 12, True: 1}
    assert sorted(path.name for path in sheets.iterdir()) == sorted(
        [*(one["file"] for one in told["units"]), "复核抽样记录.xlsx", "工作簿保护密码.txt"]
    )
    assert asked(store.path, "SELECT count(*) FROM events WHERE what = 'sampled' AND unit <> ''") == [(0,)]
    assert "抽样" not in run("history", CITY[0].code, "--store", store.path).stdout


def test_programs_are_told_of_the_draw(tmp_path: Path, store: Store) -> None:
    told = json.loads(sample(store, tmp_path / "又", *HALF, "--json").stdout)
    [known] = on_record(store)
    assert (told["draw"], told["seed"], told["share"], told["population"]) == (known["number"], 7, 0.5, 24)
    assert told["strata"][1] == {"name": "县级·甲类", "population": 4, "drawn": 2, "probability": 0.5}
    codes = [one["code"] for one in told["units"]]
    assert codes == [one["unit"]["code"] for one in known["units"] if not one["risky"]]
    assert told["left_out"] == []
    for one in [*told["units"], *told["risk"]]:
        assert (tmp_path / "又" / one["file"]).is_file()


def test_a_draw_is_made_once(tmp_path: Path, store: Store) -> None:
    number = on_record(store)[0]["number"]
    refused = sample(store, tmp_path / "二", "--seed", 8, "--share", 0.5)
    assert (refused.exit_code, (tmp_path / "二").exists()) == (2, False)
    assert f"已经抽过样（抽样编号 {number}，种子 7，13 家）" in refused.stderr
    assert sample(store, tmp_path / "三", "--seed", 8, "--share", 0.5, "--again", "名录有变").exit_code == 0
    assert [(one["seed"], one["reason"]) for one in on_record(store)] == [(7, ""), (8, "名录有变")]


def test_the_same_seed_writes_the_same_sheets_once_more(tmp_path: Path, store: Store, sheets: Path) -> None:
    assert sample(store, tmp_path / "又", *HALF).exit_code == 0
    assert len(on_record(store)) == 1
    assert sorted(path.name for path in (tmp_path / "又").iterdir()) == sorted(path.name for path in sheets.iterdir())


def test_another_store_with_the_same_returns_draws_the_same(tmp_path: Path, city: Path) -> None:
    again = merge_city(tmp_path, {"105": 5_000_000})
    assert sample(again, tmp_path / "复核", *HALF).exit_code == 0
    assert on_record(again) == on_record(Store(city / "S.duckdb"))


def test_no_filled_sheet_is_written_over(store: Store, sheets: Path) -> None:
    before = {path.name: path.read_bytes() for path in sheets.iterdir()}
    refused = sample(store, sheets, *HALF)
    assert (refused.exit_code, "里已经有复核表" in refused.stderr) == (2, True)
    assert {path.name: path.read_bytes() for path in sheets.iterdir()} == before


REFUSED: list[tuple[tuple[object, ...], str]] = [
    (("--share", 0), "比例要大于 0、不超过 1（如 0.1 就是 10%），现在是 0，没有抽样"),
    (("--share", 1.5), "比例要大于 0、不超过 1（如 0.1 就是 10%），现在是 1.5，没有抽样"),
    (("--indicators", "M1-01"), "没有「M1-01」这个可以复核的数字指标"),
    (("--indicators", "M1-06,M9-06"), "没有「M9-06」这个可以复核的数字指标"),
    (("--year", 2023), "存档里还没有合并过的报表"),
]


@pytest.mark.parametrize(("options", "sentence"), REFUSED)
def test_what_cannot_be_drawn_is_told(options: tuple[object, ...], sentence: str, tmp_path: Path, store: Store) -> None:
    before = dump(store.path)
    refused = sample(store, tmp_path / "二", "--seed", 1, *options)
    assert (refused.exit_code, sentence in refused.stderr) == (2, True), refused.stderr
    assert dump(store.path) == before
    assert not (tmp_path / "二").exists()


# --- the sheets ------------------------------------------------------------------------------------------------------


def test_a_sheet_asks_what_the_unit_fills(store: Store, sheets: Path) -> None:
    [told] = on_record(store)
    assert {len(one["cells"]) for one in told["units"]} == {5}
    one = next(one for one in told["units"] if one["unit"]["code"].startswith("3"))
    number = float(one["unit"]["code"]) % 100
    assert [(cell["form"], cell["code"], cell["reported"]) for cell in one["cells"]] == [
        ("M1", "06", number),
        ("M1", "08", number / 4),
        ("M1", "09", 10_000 * (number + 1)),
        ("M1", "10", 3.0),
        ("M1", "12", 15.0),
    ]
    assert [(row["ledger"], row["name"][:2]) for row in one["rows"]] == [("活动", one["unit"]["name"][:2])] * 2
    sheet = openpyxl.load_workbook(sheets / one["file"])["复核表"]
    assert sheet.protection.sheet
    entries = [cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    lines = [*range(7, 12), *range(13, 15)]
    assert [cell for cell in entries if cell[0] in "GIJ" and int(cell[1:]) in lines] == [
        f"{column}{line}" for line in lines for column in "GIJ"
    ]
    assert sheet["F7"].value == number


def test_indicators_may_be_named(tmp_path: Path, store: Store) -> None:
    options = ("--seed", 1, "--share", 0.5, "--risk", 0, "--again", "换指标", "--indicators", "M1-09，M2!02")
    assert sample(store, tmp_path / "二", *options).exit_code == 0
    told = on_record(store)[-1]
    found = {one["unit"]["code"][0]: [f"{c['form']}!{c['code']}" for c in one["cells"]] for one in told["units"]}
    assert found == {"1": ["M1!09"], "2": ["M1!09"], "3": ["M1!09", "M2!02"]}
    assert all(not one["risky"] for one in told["units"])


# --- what comes of them ----------------------------------------------------------------------------------------------


def fill_all(store: Store, sheets: Path) -> pd.DataFrame:
    """Fill every sheet, and return the cells that were checked."""
    [told] = on_record(store)
    lines = []
    for place, one in enumerate(told["units"]):
        wrong = place % 3 == 0 or one["risky"]
        for cell in one["cells"]:
            off = 2.0 if wrong and cell["code"] == "06" and cell["reported"] >= 2 else 0.0
            lines.append((one["unit"]["code"], one["risky"], one["stratum"], cell["code"], cell["reported"], off))
        own = [line for line in lines if line[0] == one["unit"]["code"] and line[5]]
        fill(sheets / one["file"], {("M1", line[3]): (line[4] - line[5], "台账第 3 页", "钱某") for line in own})
    return pd.DataFrame(lines, columns=["unit", "risky", "stratum", "code", "reported", "off"])


def test_rates_are_what_pandas_finds(checked: Store, filled: tuple[Path, pd.DataFrame]) -> None:
    cells = filled[1]
    code, told = read(checked, sheets_of(checked))
    lot = cells[~cells["risky"]]
    assert (code, told["units"], told["missing"], told["faults"]) == (0, {"drawn": 12, "read": 12}, [], [])
    assert (told["cells"]["checked"], told["cells"]["wrong"]) == (len(lot), int((lot["off"] > 0).sum()))
    assert told["cells"]["rate"] == pytest.approx((lot["off"] > 0).mean())
    low, high = told["cells"]["interval"]
    assert 0 < low < told["cells"]["rate"] < high < 1
    sums = lot.assign(checked=lot["reported"] - lot["off"]).groupby(["code"], sort=False)[["off", "checked"]].sum()
    assert told["values"]["rate"] == pytest.approx(float((sums["off"] / sums["checked"]).mean()))
    by_code = {one["code"]: (one["checked"], one["rate"], one["net"]) for one in told["values"]["indicators"]}
    rate = float((sums["off"] / sums["checked"])["06"])
    assert by_code["06"] == (12, pytest.approx(rate), pytest.approx(rate))
    assert told["values"]["note"].startswith("只复核了 12 家，不满 30 家")
    assert told["risk"]["units"] == {"drawn": 1, "read": 1}
    assert [event["cells"] for event in on_record(checked, "spot_checked")] == [told["cells"]]


def test_a_difference_becomes_a_return_to_be_decided(checked: Store, filled: tuple[Path, pd.DataFrame]) -> None:
    store, cells = checked, filled[1]
    before = asked(store.path, "SELECT * FROM cells ORDER BY ALL")
    states = {code: one.state for code, one in read_standings(store, "mini", YEAR).items()}
    _, told = read(store, sheets_of(store))
    wrong = cells[cells["off"] > 0]
    assert sorted(one["unit"] for one in told["send_back"]) == sorted(wrong["unit"])
    first = told["send_back"][0]
    reported = 1.0 * float(first["unit"]) % 100
    reason = f"复核与上报不一致，请核实、改正：M1-06 上报 {reported:g}，复核 {reported - 2:g}"
    assert first["reason"] == reason
    options = f'--store "{store.path}" --roster 名录.xlsx --out 退回 --by 姓名'
    assert first["command"] == f'tianbao send-back {first["unit"]} --reason "{reason}" {options}'
    one = next(one for one in told["differences"] if one["unit"] == first["unit"])
    assert one == {
        "unit": first["unit"],
        "draw": "random",
        "form": "M1",
        "code": "06",
        "reported": reported,
        "checked": reported - 2,
        "difference": 2.0,
        "evidence": "台账第 3 页",
        "by": "钱某",
    }
    assert asked(store.path, "SELECT * FROM cells ORDER BY ALL") == before
    assert {code: one.state for code, one in read_standings(store, "mini", YEAR).items()} == states
    assert set(states.values()) == {State.PASSED}


def test_who_reported_anew_is_looked_at_first(checked: Store) -> None:
    store, sheets = checked, sheets_of(checked)
    unit = read(store, sheets)[1]["send_back"][0]["unit"]
    merge_city(store.path.parent, {"105": 5_000_000, unit: 7})
    told = next(one for one in read(store, sheets)[1]["send_back"] if one["unit"] == unit)
    assert (told["command"], told["reason"][:8]) == ("", "复核与上报不一致")


def altered(sheets: Path, code: str, cell: str, value: object) -> Path:
    path = listed(sheets, code)
    fill(path, {})
    put("复核表", cell, value)(path)
    return path


def lot_of(store: Store) -> list[str]:
    return [one["unit"]["code"] for one in on_record(store)[0]["units"] if not one["risky"]]


UNTAKEN: list[tuple[str, object, str]] = [
    ("F7", 999, "锁定的格被改动过，没有采用：M1-06 的上报数是"),
    ("F7", None, "锁定的格被改动过，没有采用：M1-06 的上报数是"),
    ("C7", "07", "锁定的格被改动过，没有采用：M1-06 这一行没有了。"),
    ("D13", "别的活动", "上报的内容与发出时不同。"),
]


@pytest.mark.parametrize(("cell", "value", "sentence"), UNTAKEN)
def test_an_altered_sheet_is_not_taken(cell: str, value: object, sentence: str, store: Store, sheets: Path) -> None:
    code = next(code for code in lot_of(store) if code[0] == "1" and code != "100")
    fill(listed(sheets, lot_of(store)[-1]), {})
    path = altered(sheets, code, cell, value)
    ended, told = read(store, path, listed(sheets, lot_of(store)[-1]))
    assert (ended, told["units"]["read"]) == (1, 1)
    [reason] = [one["reason"] for one in told["files"] if one["reason"]]
    assert sentence in reason


def test_what_is_no_sheet_of_this_draw_is_told(tmp_path: Path, store: Store, sheets: Path) -> None:
    first, second, third, *_ = lot_of(store)
    assert sample(store, tmp_path / "二", "--seed", 8, "--share", 0.5, "--again", "试").exit_code == 0
    assert sample(store, tmp_path / "三", *HALF, "--again", "试").exit_code == 0
    for code in (first, second, third):
        fill(listed(sheets, code), {})
    fill(listed(sheets, second), {("M1", "06"): (77, "甲", "乙")})
    shutil.copy(listed(sheets, first), sheets / "另存.xlsx")
    put("复核表", "I7", "备注")(sheets / "另存.xlsx")
    shutil.copy(sheets / "复核抽样记录.xlsx", sheets / "报表.xlsx")
    (sheets / "坏.xlsx").write_bytes(b"boom")
    openpyxl.Workbook().save(sheets / "别的.xlsx")
    shutil.copy(listed(sheets, third), sheets / "多一张.xlsx")
    by_openpyxl(lambda book: book.create_sheet("复核结果"))(sheets / "多一张.xlsx")
    foreign = next((tmp_path / "二").glob("*-复核表.xlsx"))
    shutil.copy(foreign, sheets / "别次.xlsx")
    ended, told = read(store, sheets)
    reasons = {one["file"]: one["reason"] for one in told["files"] if one["reason"]}
    assert ended == 1
    assert sorted(reasons) == sorted(
        [
            listed(sheets, first).name,
            "另存.xlsx",
            "坏.xlsx",
            "别的.xlsx",
            "别次.xlsx",
            "多一张.xlsx",
            listed(sheets, third).name,
        ]
    )
    assert reasons["另存.xlsx"].endswith("有 2 份内容不同的复核表，不知道用哪一份，都没有采用：请只留一份")
    assert reasons["别次.xlsx"].startswith("不是这次抽样的复核表（它的抽样编号是 ")
    assert "报表.xlsx" not in {one["file"] for one in told["files"]}
    assert told["units"]["read"] == 1


def test_gaps_are_told_line_by_line(store: Store, sheets: Path) -> None:
    code = next(code for code in lot_of(store) if code[0] == "1")
    found = {
        ("M1", "06"): (99, "", "赵某"),
        ("M1", "08"): ("一百", "", "赵某"),
        ("M1", "09"): (None, "", ""),
        ("M1", "10"): ("３", "", ""),
        ("活动", "5"): ("差不多", "", "赵某"),
    }
    rows = next(one for one in on_record(store)[0]["units"] if one["unit"]["code"] == code)["rows"]
    first = str(rows[0]["row"])
    fill(listed(sheets, code), {key if key[0] == "M1" else ("活动", first): value for key, value in found.items()})
    ended, told = read(store, listed(sheets, code))
    name = next(unit.name for unit in CITY if unit.code == code)
    assert (ended, told["faults"]) == (
        1,
        [
            f"{name}：M1-06 不一致，没有写佐证材料",
            f"{name}：M1-08 的复核值「一百」不是 0 或以上的数，没有计入：请填数",
            f"{name}：M1-10 没有写复核人",
            f"{name}：台账「活动」第 {first} 行 的复核结论「差不多」不认识，没有计入：请从下拉中选（相符、不符、查无）",
            f"{name}：还有 3 行没有复核",
        ],
    )
    assert (told["cells"]["checked"], told["cells"]["wrong"], told["rows"]["checked"]) == (3, 1, 1)
    assert len(told["missing"]) == 12


def test_nothing_to_read_is_refused(tmp_path: Path, store: Store, sheets: Path) -> None:
    ended, said = read(store, listed(sheets, lot_of(store)[0]))
    assert (ended, said.startswith("没有一份能用的复核表")) == (2, True)
    ended, said = read(store, tmp_path / "没有.xlsx")
    assert (ended, "没有.xlsx" in said) == (2, True)
    fresh = merge_city(tmp_path / "新")
    assert read(fresh, listed(sheets, lot_of(store)[0]))[1].startswith("存档里没有复核抽样的记录，没有读")


def test_people_read_a_table(checked: Store) -> None:
    store, sheets = checked, sheets_of(checked)
    result = run("sample", "read", sheets, "--store", store.path, *SURVEY)
    assert result.exit_code == 0
    assert "随机抽取 12 家，已复核 12 家" in result.stdout
    assert "差错率（指标）" in result.stdout
    assert "tianbao send-back" in result.stdout
    book = openpyxl.load_workbook(sheets / "复核结果.xlsx")
    assert book.sheetnames == ["复核结果", "差异", "退回", "文件"]
    assert read(store, sheets)[0] == 0  # the protocol that now lies there is no sheet


def test_what_was_handed_in_stays(checked: Store) -> None:
    lock_version(checked, LockedVersion("mini", YEAR, 0, "张某", "", (), {}))
    result = run("sample", "read", sheets_of(checked), "--store", checked.path, *SURVEY)
    assert (
        "数据已锁定上报（第 1 版），那一版不变；单位改好重报后，是更正申请，用 tianbao correct list 看，逐条报批。"
        in result.stdout
    )


def test_the_next_merge_has_no_news_because_of_a_draw(store: Store) -> None:
    before = dump(store.path)["events"]
    merge_city(store.path.parent, {"105": 5_000_000})
    assert dump(store.path)["events"] == before


def test_a_failure_at_any_write_leaves_all_or_nothing(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = ("--seed", 3, "--share", 0.05, "--risk", 0, "--again", "试")
    replace, outcomes = Path.replace, list[tuple[int, bool]]()
    for nth in count(1):
        place, left = tmp_path / f"第{nth}次", [nth]
        shutil.copytree(store.path.parent, place)
        broken = Store(place / "S.duckdb")

        def fail(path: Path, target: Path, left: list[int] = left) -> Path:
            left[0] -= 1
            if left[0] == 0:
                raise OSError(errno.ENOSPC, "no room")
            return replace(path, target)

        monkeypatch.setattr(Path, "replace", fail)
        ended = sample(broken, place / "又", *few).exit_code
        monkeypatch.setattr(Path, "replace", replace)
        if ended == 0:
            break
        assert (ended, (place / "又").exists()) == (2, False)
        outcomes.append((ended, len(on_record(broken)) == 2))
        assert sample(broken, place / "又", *few).exit_code == 0
        assert len(on_record(broken)) == 2
        assert len(list((place / "又").iterdir())) == 4
    # two sheets and the protocol are written, then the draw is put on record, then four files are put in place
    assert outcomes == [(2, False)] * 3 + [(2, True)] * 4
