"""Merged, split and renumbered units: what of last year's values and rows they go on from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from addin.reading.reader import read
from addin.roster import ReportingUnit, Roster, tidy
from addin.sending.dispatch import make_identity
from addin.sending.last_year import LastYear
from addin.sending.succession import SucceededYears, tell_succession, trace_units
from addin.store.against_former import compare_with_former
from addin.store.store import Store
from addin.submission import Submission
from generator.lock import Lock
from generator.rosters.sheet import write_roster_book
from generator.unit.workbook import build
from templates.content import Value
from templates.model import RollUp, Survey
from tests.support.command import run
from tests.support.next_survey import M1, SURVEY, Edits, write_next
from tests.support.returns import MINI, YEAR, a_complete_return
from tests.support.stores import tiny_merge

Given = tuple[dict[str, Value] | None, list[str]]
"""Values of M1, None where nothing is known of the unit, and the names of the rows."""


def year(cells: dict[str, Value], rows: list[str], level: str = "市级") -> LastYear:
    """Return what a unit reported."""
    return LastYear({"M1": cells}, {"活动": [{"活动名称": name} for name in rows]}, level)


FORMER = {
    "A": year({"06": 1.0, "08": 0.1, "01": "甲馆", "04": "1"}, ["甲会"]),
    "B": year({"06": 2.0, "08": 0.2, "12": 5.0, "01": "乙馆"}, ["乙会", "丙会"]),
    "C": year({"06": 4.0}, [], "县级"),
}


def unit(code: str, former: str = "") -> ReportingUnit:
    """Return a unit of this year's roster."""
    return ReportingUnit(code, f"单位{code}", "", "甲类", "市级", "500103", former=former)


def given(years: SucceededYears, code: str) -> Given:
    """Return what a unit goes on from."""
    if code not in years:
        return None, []
    last = years[code]
    return dict(last.values.get("M1", {})), [str(row["活动名称"]) for row in last.rows.get("活动", ())]


CASES: list[tuple[str, dict[str, str], dict[str, Given], list[str]]] = [
    (
        "nobody changed",
        {"A": "", "B": "", "C": ""},
        {
            "A": ({"06": 1.0, "08": 0.1, "01": "甲馆", "04": "1"}, ["甲会"]),
            "B": ({"06": 2.0, "08": 0.2, "12": 5.0, "01": "乙馆"}, ["乙会", "丙会"]),
            "C": ({"06": 4.0}, []),
        },
        [],
    ),
    (
        "two merged into a new one",
        {"D": "A、B", "C": ""},
        {"D": ({"06": 3.0, "08": 0.3, "12": 5.0}, ["甲会", "乙会", "丙会"]), "C": ({"06": 4.0}, [])},
        ["D 单位D 由 A、B 合并：上年数是它们的和，文字和选项留空，长期台账的行都转来。"],
    ),
    (
        "one took another in and kept its code",
        {"A": "A、B", "C": ""},
        {"A": ({"06": 3.0, "08": 0.3, "12": 5.0}, ["甲会", "乙会", "丙会"]), "C": ({"06": 4.0}, [])},
        ["A 单位A 由 A、B 合并：上年数是它们的和，文字和选项留空，长期台账的行都转来。"],
    ),
    (
        "another code",
        {"A": "", "B": "", "C9": "C"},
        {
            "A": ({"06": 1.0, "08": 0.1, "01": "甲馆", "04": "1"}, ["甲会"]),
            "B": ({"06": 2.0, "08": 0.2, "12": 5.0, "01": "乙馆"}, ["乙会", "丙会"]),
            "C9": ({"06": 4.0}, []),
        },
        ["1 个单位改了代码，上年数按「原单位代码」转来。"],
    ),
    (
        "codes changed crosswise",
        {"A": "B", "B": "A", "C": ""},
        {
            "A": ({"06": 2.0, "08": 0.2, "12": 5.0, "01": "乙馆"}, ["乙会", "丙会"]),
            "B": ({"06": 1.0, "08": 0.1, "01": "甲馆", "04": "1"}, ["甲会"]),
            "C": ({"06": 4.0}, []),
        },
        ["2 个单位改了代码，上年数按「原单位代码」转来。"],
    ),
    (
        "one split into two new ones",
        {"B1": "B", "B2": "B", "A": "", "C": ""},
        {
            "B1": ({}, []),
            "B2": ({}, []),
            "A": ({"06": 1.0, "08": 0.1, "01": "甲馆", "04": "1"}, ["甲会"]),
            "C": ({"06": 4.0}, []),
        },
        ["原单位 B 分成了 B1 单位B1、B2 单位B2：不知道哪些数归谁，它去年的数和台账行都不转，上年实际留空。"],
    ),
    (
        "a part that left one that goes on",
        {"A": "", "A1": "A", "B": "", "C": ""},
        {
            "A": ({}, []),
            "A1": ({}, []),
            "B": ({"06": 2.0, "08": 0.2, "12": 5.0, "01": "乙馆"}, ["乙会", "丙会"]),
            "C": ({"06": 4.0}, []),
        },
        ["原单位 A 分成了 A 单位A、A1 单位A1：不知道哪些数归谁，它去年的数和台账行都不转，上年实际留空。"],
    ),
    (
        "merged out of a whole one and a part of another",
        {"D": "A、B", "B": "", "C": ""},
        {"D": ({}, ["甲会"]), "B": ({}, []), "C": ({"06": 4.0}, [])},
        [
            "D 单位D 由 A、B 合并，而 B 还分给了别的单位：上年数留空，B 的台账行也不转。",
            "原单位 B 分成了 D 单位D、B 单位B：不知道哪些数归谁，它去年的数和台账行都不转，上年实际留空。",
        ],
    ),
    (
        "merged with one that reported nothing",
        {"D": "A、X", "B": "", "C": ""},
        {
            "D": ({}, ["甲会"]),
            "B": ({"06": 2.0, "08": 0.2, "12": 5.0, "01": "乙馆"}, ["乙会", "丙会"]),
            "C": ({"06": 4.0}, []),
        },
        ["D 单位D 由 A、X 合并，而 X 去年没有报表：和不齐，上年数留空，其余的台账行照转。"],
    ),
    (
        "a code that nobody had, and units that nobody goes on from",
        {"A": "", "E": "X", "F": ""},
        {"A": ({"06": 1.0, "08": 0.1, "01": "甲馆", "04": "1"}, ["甲会"]), "E": (None, []), "F": (None, [])},
        [
            "E 单位E 的原单位代码「X」去年没有报表，上年实际留空；代码写错的请在名录中改正。",
            "去年报过的 2 个单位，今年名录上没有单位承接：B、C。撤销的不必管；合并、改代码的，"
            "请在承接单位的「原单位代码」写上（仍沿用的自己的代码也要写）。",
        ],
    ),
]


@pytest.mark.parametrize(("roster", "expected", "told"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_units_go_on_from(roster: dict[str, str], expected: dict[str, Given], told: list[str]) -> None:
    units = [unit(code, former) for code, former in roster.items()]
    years = SucceededYears(FORMER, MINI, trace_units(units))
    assert {code: given(years, code) for code in roster} == expected
    assert list(tell_succession(years, {one.code: one.name for one in units})) == told


def bent(code: str, **changes: object) -> Survey:
    """Return the tiny survey with an indicator of M1 declared otherwise."""
    [form] = [form for form in MINI.forms if form.id == "M1"]
    rows = tuple(replace(row, **changes) if getattr(row, "code", "") == code else row for row in form.rows)  # type: ignore[arg-type]
    return replace(MINI, forms=tuple(replace(form, rows=rows) if one is form else one for one in MINI.forms))


@pytest.mark.parametrize(
    ("rollup", "former", "value", "note"),
    [
        (RollUp.SUM, "A、B", 3.0, ""),
        (RollUp.MAX, "A、B", None, "不能相加的 1 项留空：M1!06。"),
        (RollUp.NONE, "A、B", None, "不能相加的 1 项留空：M1!06。"),
        (RollUp.LEVEL, "A、B", 3.0, ""),
        (RollUp.LEVEL, "A、C", None, "不能相加的 1 项留空：M1!06。"),
    ],
)
def test_what_does_not_add_up_stays_blank(rollup: RollUp, former: str, value: float | None, note: str) -> None:
    units = [unit("D", former)]
    years = SucceededYears(FORMER, bent("06", rollup=rollup), trace_units(units))
    assert years["D"].values["M1"].get("06") == value
    first = next(tell_succession(years, {"D": "单位D"}))
    assert first == f"D 单位D 由 {former} 合并：上年数是它们的和，文字和选项留空，长期台账的行都转来。{note}"


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("", ("D",)),
        ("A", ("A",)),
        ("A、B", ("A", "B")),
        (" A ， B;C　D\n", ("A", "B", "C", "D")),
        ("Ａ０１、A01", ("A01",)),
        ("、", ("D",)),
    ],
)
def test_codes_are_written_as_people_write_them(written: str, codes: tuple[str, ...]) -> None:
    assert unit("D", tidy("former", written)).predecessors == codes


# --- from a store to workbooks, and back -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store of last year, and the returns that are in it."""
    place = tmp_path_factory.mktemp("last year")
    (place / "returns").mkdir()
    units = [unit(code) for code in "ABCE"]
    for number, one in enumerate(units, start=1):
        rows: list[dict[str, Value]] = [{"活动名称": f"会{one.code}", "规模": "大型", "参加人次": 10.0 * number}]
        content = a_complete_return({"06": float(number), "12": 10.0 * number}, rows).content
        build(place / "returns" / f"{one.code}.xlsx", MINI, make_identity(one, MINI, YEAR), lock, content)
    tiny_merge(place / "S.duckdb", place / "returns", Roster(tuple(units)))
    return place


THIS_YEAR = (unit("D", "A、B"), unit("C9", "C"), unit("E1", "E"), unit("E2", "E"), unit("N"))
MAILED: dict[str, tuple[dict[str, Value], list[Value | None]]] = {
    "D": ({"06": 3.0, "10": 2.0, "11": 2.0, "12": 30.0}, ["会A", "会B"]),
    "C9": ({"06": 3.0, "10": 1.0, "11": 1.0, "12": 30.0}, ["会C"]),
    "E1": ({}, []),
    "E2": ({}, []),
    "N": ({}, []),
}
"""What stands in this year's workbooks: last year's numbers that are not 0, and the rows that were put in."""


@pytest.mark.parametrize("source", ["S.duckdb", "returns"])
def test_workbooks_of_merged_split_and_renumbered_units(folder: Path, tmp_path: Path, source: str) -> None:
    write_roster_book(tmp_path / "名录.xlsx", MINI, [tuple(_texts(one)) for one in THIS_YEAR])
    options = ("--survey", MINI.folder, "--year", YEAR + 1, "--roster", tmp_path / "名录.xlsx")
    result = run("generate", *options, "--out", tmp_path / "out", "--previous", folder / source, "--password", "x")
    assert result.exit_code == 0, result.output
    assert "原单位 E 分成了 E1 单位E1、E2 单位E2" in result.output
    mailed = {one.code: returned(tmp_path / "out" / f"{one.code}-{one.name}.xlsx") for one in THIS_YEAR}
    assert {code: told(one) for code, one in mailed.items()} == MAILED


def test_a_merge_compares_like_with_like(folder: Path, tmp_path: Path, lock: Lock) -> None:
    """What the workbooks of merged units were mailed with is what the store makes of their predecessors."""
    write_roster_book(tmp_path / "名录.xlsx", MINI, [tuple(_texts(one)) for one in THIS_YEAR])
    options = ("--survey", MINI.folder, "--year", YEAR + 1, "--roster", tmp_path / "名录.xlsx")
    run("generate", *options, "--out", tmp_path / "out", "--previous", folder / "S.duckdb", "--password", "x")
    store = Store(folder / "S.duckdb")
    merged = tiny_merge(tmp_path / "T.duckdb", tmp_path / "out", Roster(THIS_YEAR))
    assert changed_priors(store, merged.units, merged) == []
    unaware = replace(merged, units=tuple(replace(u, unit=replace(u.unit, former="")) for u in merged.units))
    assert changed_priors(store, unaware.units, unaware) == []
    wrong = tuple(replace(u, unit=replace(u.unit, former="A、E")) if u.code == "D" else u for u in merged.units)
    assert changed_priors(store, wrong, replace(merged, units=wrong)) == ["D"]


def changed_priors(store: Store, units: object, merged: object) -> list[str]:
    """Return the units of which the comparison with the store finds something that was not found before."""
    compared = compare_with_former(store, merged)  # type: ignore[arg-type]
    before = {u.code: len(u.findings) for u in merged.units}  # type: ignore[attr-defined]
    return [u.code for u in compared.units if len(u.findings) > before[u.code]]


def _texts(one: ReportingUnit) -> list[str]:
    return [one.code, one.name, one.uscc, one.kind, one.level, one.region, "", "", "", one.former]


def returned(path: Path) -> Submission:
    """Return what stands in a workbook."""
    found = read(path, surveys=lambda _: MINI)
    assert isinstance(found, Submission), found
    return found


def told(one: Submission) -> tuple[dict[str, Value], list[Value | None]]:
    """Return last year's numbers that are not 0, and the names of the rows."""
    numbers = {code: value for code, value in one.content.prior.get("M1", {}).items() if isinstance(value, float)}
    rows = one.content.ledgers.get("活动", {}).values()
    return {code: value for code, value in numbers.items() if value}, [row.get("活动名称") for row in rows]


def test_last_years_open_returns_are_said(tmp_path: Path, lock: Lock) -> None:
    """A return that was never accepted is all there is of its unit: it is taken, and said."""
    units = Roster((unit("A"), unit("B")))
    (tmp_path / "returns").mkdir()
    made: tuple[dict[str, Value], ...] = ({}, {"13": 9.0})
    for one, cells in zip(units.units, made, strict=True):
        rows: list[dict[str, Value]] = [{"活动名称": "会", "规模": "小型", "参加人次": 10.0}]
        content = a_complete_return({"12": 10.0, **cells}, rows).content
        build(tmp_path / "returns" / f"{one.code}.xlsx", MINI, make_identity(one, MINI, YEAR), lock, content)
    tiny_merge(tmp_path / "S.duckdb", tmp_path / "returns", units)
    write_roster_book(tmp_path / "名录.xlsx", MINI, [tuple(_texts(one)) for one in units.units])
    options = ("--survey", MINI.folder, "--year", YEAR + 1, "--roster", tmp_path / "名录.xlsx")
    result = run("generate", *options, "--out", tmp_path / "out", "--previous", tmp_path / "S.duckdb")
    sentence = "其中 1 家去年的报表没有通过（待改正 1），「上年实际」仍照它填；请先核对，改好的合并进去再生成"
    assert (result.exit_code, sentence in result.output.splitlines()) == (0, True), result.output


# --- and another definition ------------------------------------------------------------------------------------------

ROW_06 = '\n[[rows]]\ncode = "06"\nname = "场馆数"\n'
INSERTED = """
[[rows]]
code = "06"
name = "在建场馆数"
kind = "count"
measure = "座"
required = false
yoy = false

[[rows]]
code = "06a"
name = "场馆数"
"""
RENUMBERED: Edits = {SURVEY: [('version = "1"', 'version = "2"')], M1: [(ROW_06, INSERTED)]}
DECLARED = """
[[migrations]]
from = "1"
rename = { "M1!06" = "M1!06a" }
add = ["M1!06"]
"""
RENAMED: Edits = {**RENUMBERED, SURVEY: [*RENUMBERED[SURVEY], ('id = "mini"', 'id = "mini2"')]}
NEXT_YEAR = {
    "declared": (RENUMBERED, DECLARED, {"06": None, "06a": 3.0, "12": 30.0}),
    "as far as codes match": (RENUMBERED, "", {"06": 3.0, "06a": None, "12": 30.0}),
    "declared by a survey of another id": (RENAMED, DECLARED, {"06": None, "06a": 3.0, "12": 30.0}),
    "a survey of another id that declares nothing": (RENAMED, "", {}),
}


@pytest.mark.parametrize(("edits", "mapping", "values"), NEXT_YEAR.values(), ids=NEXT_YEAR)
def test_a_merged_unit_in_next_years_codes(
    folder: Path, tmp_path: Path, edits: Edits, mapping: str, values: dict[str, float | None]
) -> None:
    """The store holds returns of an older definition: what is declared leads, else codes are what they were."""
    new = write_next(tmp_path / "next", edits, mapping)
    write_roster_book(tmp_path / "名录.xlsx", new, [tuple(_texts(one)) for one in THIS_YEAR])
    options = ("--survey", new.folder, "--year", YEAR + 1, "--roster", tmp_path / "名录.xlsx")
    result = run("generate", *options, "--out", tmp_path / "out", "--previous", folder / "S.duckdb")
    assert result.exit_code == 0, result.output
    assert ("其中 4 家去年的报表是按别的定义填的" in result.output) == (not mapping and bool(values))
    mailed = read(tmp_path / "out" / "D-单位D.xlsx", surveys=lambda _: new)
    assert isinstance(mailed, Submission), mailed
    prior = mailed.content.prior.get("M1", {})
    assert {code: prior.get(code) for code in values} == values
    assert told(mailed)[1] == (["会A", "会B"] if values else [])
