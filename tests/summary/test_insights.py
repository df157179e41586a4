"""What is seen side by side: outliers, changes, who moves them, explanations, differences from the roster."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from addin.package.refusal import FileStatus
from addin.receiving.outcomes import FileOutcome, Merged, Role, UnitOutcome
from addin.roster import ReportingUnit
from addin.submission import Edition, Submission
from addin.summary.consolidate import write_summary
from addin.summary.insights import gather_insights
from addin.summary.rollup import Rollup
from generator.consolidated.insight_data import Insights
from templates.content import Content, Identity, Value
from tests.support.mailbag import finding, survey, unit

Cells = Mapping[str, Value]


def sent(sender: ReportingUnit, cells: Cells, prior: Cells | None = None, **changed: Any) -> UnitOutcome:
    """Return a unit's return of A01; ``changed`` is what its file says of the unit otherwise."""
    known = {name: getattr(sender, name) for name in ("code", "name", "kind", "level", "uscc", "region", "parent")}
    identity = Identity(**{"survey": "small", "version": "1", "hash": "", "year": 2024, **known, **changed})
    content = Content(values={"A01": dict(cells)}, prior={"A01": dict(prior or {})})
    name = f"{sender.code}.xlsx"
    file = FileOutcome(name, Role.COUNTED, FileStatus.OK)
    return UnitOutcome(sender, (file,), Submission(name, identity, Edition.of(survey()), content))


def seen(*units: UnitOutcome, strays: tuple[FileOutcome, ...] = ()) -> Insights:
    merged = Merged(survey(), 2024, units, strays)
    return gather_insights(merged, Rollup.of(merged))


@pytest.mark.parametrize(
    ("values", "score"),
    [
        ((10, 12, 11, 13, 90), 0.6745 * 78 / 1),  # median 12, deviations 2 0 1 1 78
        ((10, 12, 14, 16, 18), None),  # nothing is far
        ((10, 12, 11, 90), None),  # too few peers
        ((10, 10, 10, 10, 90), None),  # MAD 0: nothing can be said
        ((-10, 12, 11, 13, 12), -0.6745 * 22 / 1),
    ],
)
def test_what_is_far_from_its_peers(values: tuple[int, ...], score: float | None) -> None:
    peers = [sent(unit(f"p{place}"), {"01": float(value)}) for place, value in enumerate(values)]
    others = [sent(unit(f"o{place}", "学会", "市级"), {"01": 1000.0 + place}) for place in range(4)]
    found = seen(*peers, *others).outliers
    assert [line.score for line in found] == pytest.approx([score] if score else [])
    assert {(line.against, line.indicator.code, line.peers) for line in found} <= {("peers", "01", len(values))}


def test_a_leap_that_the_peers_did_not_make() -> None:
    """The number is ordinary; its change is not. The median is that of the changes, in times last year's."""
    peers = [sent(unit(f"p{n}"), {"01": 100.0 + n * 9}, {"01": 98.0 + n * 8}) for n in range(6)]
    leaper, hopper = (sent(unit(code), {"01": now}, {"01": 3.0}) for code, now in (("x", 120.0), ("y", 12.0)))
    assert [line.unit_code for line in seen(*peers, hopper).outliers if line.against == "history"] == []
    found = seen(*peers, leaper).outliers
    assert [(line.unit_code, line.against, line.value, line.prior) for line in found] == [("x", "history", 120.0, 3.0)]
    assert 1 < found[0].median < 1.1 and found[0].score > 3.5


def test_sums_of_both_years_are_of_units_that_report_both() -> None:
    found = seen(
        sent(unit("1"), {"01": 30.0, "02": 5.0}, {"01": 20.0}),
        sent(unit("2"), {"01": 10.0}, {"01": 10.0, "02": 1.0}),
        sent(unit("3"), {"01": 50.0}, {"01": 20.0}),
        replace(sent(unit("4"), {"01": 99.0}, {"01": 1.0}), findings=(finding(),)),
    )
    lines = [(c.indicator.code, c.units, c.this, c.prior, c.difference, c.rate) for c in found.changes]
    assert lines == [("01", 3, 90.0, 50.0, 40.0, 80.0)]
    assert [(c.unit_code, c.difference, c.weight) for c in found.movers] == [("3", 30.0, 0.6), ("1", 10.0, 0.2)]


def test_explanations_stand_beside_both_years_and_what_was_asked() -> None:
    explained = sent(unit("1"), {"01": 30.0}, {"01": 20.0})
    assert explained.submission is not None
    explained.submission.content.notes = {"A01": {"01": "新建两个场馆，人数增加"}}
    explained.submission.content.remarks = "本年口径没有变化"
    in_ledger = replace(finding(1), ledger="会议", row=6, explanation="确系同日两场", cell="台账-会议!A6")
    found = seen(replace(explained, findings=(finding(0), in_ledger))).explained
    assert [(e.place, e.indicator and e.indicator.code, e.this, e.prior, e.rules, e.text) for e in found] == [
        ("A01", "01", 30.0, 20.0, ("第 0 个问题", "第 1 个问题"), "新建两个场馆，人数增加"),
        ("台账-会议", None, None, None, ("第 1 个问题",), "确系同日两场"),
        ("报表说明", None, None, None, (), "本年口径没有变化"),
    ]


def test_where_returns_and_roster_disagree() -> None:
    who = Identity("small", "1", "", 2024, "9", "外来单位", "科协", "县级")
    stray = FileOutcome("9.xlsx", Role.STRAY, FileStatus.OK, "不在名录中", identity=who)
    found = seen(
        sent(unit("1"), {}, {"01": 1.0}, name="新名字", level="市级"),
        sent(unit("2"), {"01": 1.0}),
        UnitOutcome(unit("3")),
        sent(replace(unit("4"), former="7、8"), {"01": 1.0}),
        strays=(stray,),
    ).differences
    assert [(d.unit_code, d.what, d.roster, d.found) for d in found] == [
        ("1", "单位名称", "单位1", "新名字"),
        ("1", "级别", "县级", "市级"),
        ("2", "没有上年数", "", "可能是新单位，或上年没有报送"),
        ("4", "没有上年数", "7、8", "按原单位代码：原单位拆分了，或上年没有报齐，上年数留空"),
        ("9", "不在名录", "", "不在名录中"),
    ]


def share(distance: float) -> Any:
    return pytest.approx(distance / 136 * 100)


def test_the_sheets_show_them(tmp_path: Path) -> None:
    units = [sent(unit(f"p{n}"), {"01": value}, {"01": 10.0}) for n, value in enumerate((10.0, 12.0, 11.0, 13.0, 90.0))]
    assert units[4].submission is not None
    units[4].submission.content.notes = {"A01": {"01": "新建两个场馆，人数增加"}}
    merged = Merged(survey(), 2024, tuple(units), ())
    write_summary(merged, Rollup.of(merged), tmp_path / "汇总.xlsx")
    with CalamineWorkbook.from_path(str(tmp_path / "汇总.xlsx")) as book:
        found = {name: book.get_sheet_by_name(name).to_python()[2:] for name in book.sheet_names}
    both = [90.0, 10.0, 80.0, 800.0]
    assert found["说明汇总"] == [["p4", "单位p4", "县级", "A01", "01", "年末人数", *both, "", "新建两个场馆，人数增加"]]
    assert found["同比"] == [["A01", "01", "年末人数", "人", 5.0, 136.0, 50.0, 86.0, 172.0]]
    assert found["同比-单位"][0] == ["p4", "单位p4", "A01", "01", "年末人数", "人", *both, 160.0]
    assert [row[8:] for row in found["离群值"]] == [
        [
            "与上年比的倍数",
            90.0,
            10.0,
            pytest.approx(13 / 11),
            5.0,
            pytest.approx(16.4, abs=0.1),
            pytest.approx(8000 / 136),
        ],
        ["与同类比", 90.0, "", 12.0, 5.0, pytest.approx(52.611), share(78)],
    ]
    assert found["名录变更"] == []


def test_the_dashboard_draws_what_its_tables_hold(tmp_path: Path) -> None:
    """Progress by level, findings by form, the largest changes: a chart each, over cells of the sheet, cached too."""
    units = [sent(unit(f"p{n}"), {"01": 20.0 + n}, {"01": 10.0}) for n in range(3)]
    faulty = replace(sent(unit("x", "学会", "市级"), {"01": 5.0}), findings=(finding(),))
    merged = Merged(survey(), 2024, (*units, faulty, UnitOutcome(unit("y"))), ())
    path = tmp_path / "汇总.xlsx"
    write_summary(merged, Rollup.of(merged), path)
    with CalamineWorkbook.from_path(str(path)) as book:
        assert book.sheet_names[0] == "仪表盘"
        rows = book.get_sheet_by_name("仪表盘").to_python()
    assert rows[3][:14] == [5.0, "", 4.0, 0.0, 3.0, 0.0, 0.0, 1.0, 0.0, 1.0, 3.0, 0.0, 1.0, 0.0]
    assert charts(path) == [
        {
            "审核通过": {"市级": 0.0, "县级": 0.0},
            "校验通过": {"市级": 0.0, "县级": 3.0},
            "待核实": {"市级": 0.0, "县级": 0.0},
            "待说明": {"市级": 0.0, "县级": 0.0},
            "待改正": {"市级": 1.0, "县级": 0.0},
            "退回": {"市级": 0.0, "县级": 0.0},
            "未报": {"市级": 0.0, "县级": 1.0},
        },
        {"错误": {"A01": 1.0}, "警示": {"A01": 0.0}, "提示": {"A01": 0.0}},
        {"增减（%）": {"A01-01": 110.0}},
    ]
    places = [place for chart in _parts(path) for place in chart.iterfind(".//c:f", CHART)]
    assert len(places) > 10 and all(str(place.text).startswith("仪表盘!$") for place in places if place.text)


CHART = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}


def _parts(path: Path) -> list[ElementTree.Element]:
    with zipfile.ZipFile(path) as package:
        names = sorted(name for name in package.namelist() if name.startswith("xl/charts/chart"))
        return [ElementTree.fromstring(package.read(name)) for name in names]


def charts(path: Path) -> list[dict[str, dict[str, float]]]:
    """Return the charts' series by name: cached categories with cached values."""
    return [{_name(series): _points(series) for series in chart.iterfind(".//c:ser", CHART)} for chart in _parts(path)]


def _name(series: ElementTree.Element) -> str:
    return str(series.findtext("c:tx//c:v", namespaces=CHART))


def _points(series: ElementTree.Element) -> dict[str, float]:
    labels, values = ([v.text for v in series.iterfind(f"c:{part}//c:v", CHART)] for part in ("cat", "val"))
    return {str(label): float(value or "nan") for label, value in zip(labels, values, strict=True)}
