"""Parts into the one 本级 return: what adds up, what does not, who gave what, and what is refused.

- each way of composing a cell, by table; sections with nothing, closed cells, texts in number cells
- ledgers one below the other, a row of two parts once
- explanations under the part's name; summary and sign-off stay the parent's own
- every composed number is what its trace says; nothing that was reported is missing from the trace
- wrong year, kind, parent, twice the same, damaged: refused by name, nothing written
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from addin.auditing.audit import audit
from addin.auditing.figures import compute_figures
from addin.composing.compose import Composed, compose
from addin.composing.gather import ComposeError
from addin.composing.trace import save_trace
from addin.facts import Oddity
from addin.reading.reader import read
from addin.sending.zero import make_complete_zero
from addin.submission import Edition, Submission
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content, Identity, Value
from templates.expression import CellRef, list_references
from templates.lint import lint
from templates.load import SurveyError, load
from templates.model import Compose, Severity, Survey
from tests.support.books import identity
from tests.support.command import run
from tests.support.returns import noting, worded

LEVEL = "市级科协"
OWN, OFFICE, MUSEUM = "500103", "500103-01", "500103-02"
NAMES = {OWN: "演示区科协（演示）", OFFICE: "办公室（演示）", MUSEUM: "科技馆（演示）"}
KINDS = {OWN: "科协", OFFICE: "机关部室", MUSEUM: "直属单位"}

Cells = Mapping[str, Value]
Rows = Sequence[Mapping[str, Value]]


def unit(kx: Survey, who: str, **changed: Any) -> Identity:
    """Return who files: the parent, or one of its parts."""
    parent = "" if who == OWN else OWN
    made = replace(identity(kx, KINDS[who], LEVEL), code=who, name=NAMES[who], parent=parent, uscc="")
    return replace(made, **changed)


def a_return(kx: Survey, who: str, cells: Cells | None = None, farms: Rows = (), **changed: Any) -> Submission:
    """Return a return with these cells (``form!code``) and these rows of 农技协."""
    content = Content()
    for place, value in (cells or {}).items():
        form, _, code = place.partition("!")
        content.set(form, code, value)
    if farms:
        content.ledgers["农技协"] = {row: dict(cells) for row, cells in enumerate(farms, start=5)}
    return Submission(f"{who}.xlsx", unit(kx, who, **changed), Edition.of(kx), content)


def three(kx: Survey, own: Cells, office: Cells, museum: Cells) -> Composed:
    """Return the parent's return composed with a department's and a 直属单位's."""
    return compose(kx, a_return(kx, OWN, own), [a_return(kx, OFFICE, office), a_return(kx, MUSEUM, museum)])


@pytest.mark.parametrize(
    ("place", "own", "office", "museum", "composed"),
    [
        ("KX03!26", 1.0, 2.0, 4.0, 7.0),  # a number adds up, the parent's own with it
        ("KX03!26", None, 2.0, None, 2.0),  # blank is not reported
        ("KX03!26", None, None, None, None),  # and stays so
        ("KX03!26", 0.0, 0.0, None, 0.0),
        ("K01-01!04", 3.0, None, None, 3.0),  # filled in one place
        ("K01-01!04", None, 9.0, None, None),  # closed to parts: not even by mistake
        ("K01-01!05", 0.0, 300.0, 300.0, 300.0),  # there is one congress
        ("K01-01!17", 10.0, 20.0, 30.0, 60.0),
        ("KX04!27", 1.0, 2.0, 4.0, 7.0),  # who leads an activity counts it
        ("KX04!24", None, 3.0, 3.0, 3.0),  # of the whole county, not of a part
        ("KX04!23", 12.0, 5.0, 7.0, 12.0),  # the parent may give the whole where parts know a share each
        ("KX05!x09", None, None, 6.0, 6.0),  # whoever reports it
        ("K01-01!40", 900.0, 100.0, 200.0, 900.0),  # the 直属单位 are in it already
        ("K01-01!41", None, 100.0, 200.0, None),
        ("K01-01!42", "甲", "乙", "丙", "甲"),
        ("K01-01!42", None, "乙", None, None),
        ("K01-01!43", date(1990, 5, 1), date(2001, 1, 1), None, date(1990, 5, 1)),
        ("K01-01!10", "2", "1", "1", "2"),
        ("K01-01!44", "2", "2", "1", "1"),  # any
        ("K01-01!44", None, "2", None, "2"),
        ("K01-01!44.1", "2", "1", None, "1"),  # the choices come along
        ("K01-01!44.7", "甲系统", "乙系统", "甲系统", "甲系统；乙系统"),
        ("K01-01!c1", "023", "024", "025", "023"),
    ],
)
def test_a_cell_is_composed_as_its_row_says(
    place: str, own: Value, office: Value, museum: Value, composed: Value, kx: Survey
) -> None:
    given = [{} if value is None else {place: value} for value in (own, office, museum)]
    form, _, code = place.partition("!")
    assert three(kx, *given).submission.content.values.get(form, {}).get(code) == composed


def test_what_one_office_fills_for_the_whole_is_its_own(kx: Survey) -> None:
    numbers = {OWN: 5.0, OFFICE: 9.0, MUSEUM: 2.0}
    top = [a_return(kx, who, {"KX06!09": number}, level="中国科协本级") for who, number in numbers.items()]
    composed = compose(kx, top[0], top[1:])
    assert composed.submission.content.values["KX06"]["09"] == 5.0
    assert "办公室（演示）的 KX06 表 09 填了 9，这一格不由该单位填，未计入" in composed.remarks


def test_parts_add_up_only_where_their_whole_does(kx: Survey) -> None:
    """Else a return composed of faultless parts could have a 其中 above its whole."""
    pairs = [tuple(list_references(rule.check)) for rule in kx.rules if rule.family == "part"]
    added = [(part, whole) for part, whole in pairs if adds_up(kx, part)]
    assert [(part, whole) for part, whole in added if not adds_up(kx, whole)] == []
    assert 0 < len(added) < len(pairs)


def adds_up(kx: Survey, cell: CellRef) -> bool:
    """Return whether parts add to the cell: as a sum, or by their rows of its ledger."""
    row = kx.form[cell.form].indicators[cell.code]
    return row.derive is not None or kx.composition(row) is Compose.SUM


def test_a_section_holds_nothing_when_nobody_has_anything_in_it(kx: Survey) -> None:
    section = kx.form["KX03"].indicators["26"].section[-1]
    nothing: Cells = {f"KX03!{section}": "本节无此项业务"}
    all_say_so = three(kx, nothing, nothing, nothing).submission.content.values["KX03"]
    one_does_not = three(kx, nothing, nothing, {"KX03!26": 3.0}).submission.content.values["KX03"]
    assert (all_say_so[section], all_say_so["26"]) == ("本节无此项业务", 0.0)
    assert (one_does_not.get(section), one_does_not["26"], one_does_not["27"]) == (None, 3.0, 0.0)


def test_a_text_in_a_number_cell_makes_no_sum_that_looks_whole(kx: Survey) -> None:
    office = a_return(kx, OFFICE, {"KX03!24": "若干"})
    office = noting(office, Oddity.of("cell.text", form="KX03", code="24", cell="KX03!E31", value="若干", name=""))
    composed = compose(kx, a_return(kx, OWN, {"KX03!24": 5.0}), [office])
    assert "24" not in composed.submission.content.values["KX03"]
    assert [(line.part, line.value, line.use) for line in composed.trace.cells if line.code == "24"] == [
        (OWN, 5.0, "sum"),
        (OFFICE, "若干", "unreadable"),
    ]
    assert "办公室（演示）的 KX03 表 24 填的「若干」不是数，这一格不能合成，已留空" in composed.remarks


def test_what_stands_in_a_closed_cell_is_said(kx: Survey) -> None:
    composed = three(kx, {"K01-01!04": 3.0}, {"K01-01!04": 9.0}, {})
    assert "办公室（演示）的 K01-01 表 04 填了 9，这一格不由该单位填，未计入" in composed.remarks


# --- ledgers ---------------------------------------------------------------------------------------------------------


def with_farms(kx: Survey) -> Composed:
    """Return a composition in which two workbooks have one row in common, brackets written otherwise."""
    own = a_return(kx, OWN, farms=[{"农技协名称": "甲会"}])
    withdrawn = {"农技协名称": "乙会(渝)", "记录状态": "注销"}
    office = a_return(kx, OFFICE, farms=[{"农技协名称": "乙会（渝）", "个人会员数": 5.0}, withdrawn])
    museum = a_return(kx, MUSEUM, farms=[{"农技协名称": "乙会(渝)", "个人会员数": 6.0}, {"农技协名称": "丙会"}])
    return compose(kx, own, [office, museum])


def test_ledgers_are_stacked_and_a_row_of_two_parts_is_kept_once(kx: Survey) -> None:
    composed = with_farms(kx)
    rows = composed.submission.content.ledgers["农技协"]
    assert {row: cells["农技协名称"] for row, cells in rows.items()} == {
        5: "甲会",
        6: "乙会（渝）",
        7: "乙会(渝)",
        8: "丙会",
    }
    assert [(line.row, line.part, line.source_row, line.kept, line.differs) for line in composed.trace.rows] == [
        (5, OWN, 5, True, ()),
        (6, OFFICE, 5, True, ()),
        (7, OFFICE, 6, True, ()),
        (6, MUSEUM, 5, False, ("个人会员数",)),
        (8, MUSEUM, 6, True, ()),
    ]
    said = "科技馆（演示）的台账「农技协」第 5 行「乙会(渝)」与办公室（演示）的同为一条，只保留一条"
    assert f"{said}，但「个人会员数」不同；请核对由它得出的数" in composed.remarks


def test_derived_cells_follow_from_the_stacked_ledgers(kx: Survey) -> None:
    composed = with_farms(kx)
    assert compute_figures(kx, composed.submission)["K01-01", "37"] == 3.0
    lines = [line for line in composed.trace.cells if (line.form, line.code) == ("K01-01", "37")]
    assert [(line.part, line.value, line.use, line.result) for line in lines] == [
        (OWN, 1.0, "ledger", 3.0),
        (OFFICE, 1.0, "ledger", 3.0),
        (MUSEUM, 1.0, "ledger", 3.0),
    ]


def test_a_number_typed_over_a_formula_is_said_and_not_taken(kx: Survey) -> None:
    office = a_return(kx, OFFICE, farms=[{"农技协名称": "甲会"}])
    office = replace(office, typed={("K01-01", "37"): 9.0})
    composed = compose(kx, a_return(kx, OWN), [office])
    assert compute_figures(kx, composed.submission)["K01-01", "37"] == 1.0
    assert "办公室（演示）的 K01-01 表 37 应由台账算出，手工填入的数未采用" in composed.remarks


def test_a_ledger_grows_with_its_parts(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    farms = [{"农技协名称": f"{number} 会"} for number in range(1500)]
    composed = compose(kx, a_return(kx, OWN, farms=farms), [a_return(kx, OFFICE, farms=[{"农技协名称": "末会"}])])
    back = written(tmp_path / "all.xlsx", kx, composed.submission, lock)
    assert len(back.content.ledgers["农技协"]) == 1501
    assert [finding for finding in worded(back) if finding.rule == "ledger.beyond"] == []


# --- texts -----------------------------------------------------------------------------------------------------------


def test_explanations_are_joined_under_the_parts_names(kx: Survey) -> None:
    own, office, museum = (a_return(kx, code, {"KX03!26": 1.0}) for code in (OWN, OFFICE, MUSEUM))
    own.content.notes = {"KX03": {"26": "本级新增一项"}}
    office.content.notes = {"KX03": {"26": "办公室新增标准两项"}, "K01-01": {"42": "只说自己的"}}
    museum.content.notes = {"KX03": {"26": "核实无误"}}
    museum.content.remarks = "馆舍维修"
    composed = compose(kx, own, [office, museum])
    assert composed.submission.content.notes == {"KX03": {"26": "本级新增一项；办公室（演示）：办公室新增标准两项"}}
    assert [(line.part, line.counted) for line in composed.trace.notes] == [
        (OWN, True),
        (OFFICE, True),
        (MUSEUM, False),  # a department's name before a stock phrase would pass for an explanation
    ]
    assert composed.submission.content.remarks == "科技馆（演示）：馆舍维修"


def test_summary_sign_off_and_last_year_are_the_parents_own(kx: Survey) -> None:
    own, office = a_return(kx, OWN, {"封面!填表人": "甲"}), a_return(kx, OFFICE, {"封面!填表人": "乙"})
    own.content.summary, office.content.summary = "本级总结", "办公室总结"
    own.content.prior, office.content.prior = {"KX03": {"26": 1.0}}, {"KX03": {"26": 2.0}}
    composed = compose(kx, own, [office]).submission
    assert composed.content.values["封面"] == {"填表人": "甲"}
    assert (composed.content.summary, composed.content.prior) == ("本级总结", {"KX03": {"26": 1.0}})
    assert composed.identity == own.identity
    assert own.content.values["封面"] == {"填表人": "甲"}


# --- the trace -------------------------------------------------------------------------------------------------------


def numbered(kx: Survey, code: str, factor: int) -> Submission:
    """Return a return with a different number in every number cell that its unit fills."""
    who = unit(kx, code)
    cells: dict[str, Value] = {}
    for form in kx.forms_of(who.kind):
        for place, row in enumerate(form.indicators.values(), start=1):
            if row.kind.is_number and row.derive is None and row.open_to(who.kind, who.level):
                cells[f"{form.id}!{row.code}"] = float(place * factor)
    return a_return(kx, code, cells, [{"农技协名称": f"{code} 会"}, {"农技协名称": "同一个会"}])


def test_every_composed_number_is_what_its_trace_adds_up_to(kx: Survey) -> None:
    composed = compose(kx, numbered(kx, OWN, 1), [numbered(kx, OFFICE, 100), numbered(kx, MUSEUM, 10_000)])
    unit, content, derived = (
        composed.submission.identity,
        composed.submission.content,
        compute_figures(kx, composed.submission),
    )
    for form in kx.forms_of("科协"):
        for row in form.indicators.values():
            if not row.kind.is_number or not row.open_to(unit.kind, unit.level):
                continue
            result = content.values[form.id][row.code] if row.derive is None else derived[form.id, row.code]
            lines = [line for line in composed.trace.cells if (line.form, line.code) == (form.id, row.code)]
            numbers = [float(str(line.value)) for line in lines if line.counted]
            added = max(numbers) if kx.composition(row) is Compose.MAX else sum(numbers)
            assert (added, {line.result for line in lines}) == (result, {result}), row.code
            filled_by = sum(row.open_to(kind, unit.level) for kind in KINDS.values())
            assert len(lines) == filled_by, row.code


def test_every_ledger_row_stands_in_the_trace(kx: Survey) -> None:
    parts = [numbered(kx, OFFICE, 1), numbered(kx, MUSEUM, 1)]
    own = numbered(kx, OWN, 1)
    composed = compose(kx, own, parts)
    sent = [(s.identity.code, row) for s in (own, *parts) for row in s.content.ledgers["农技协"]]
    assert [(line.part, line.source_row) for line in composed.trace.rows] == sent
    assert sorted(composed.submission.content.ledgers["农技协"]) == sorted(
        line.row for line in composed.trace.rows if line.kept
    )


def test_the_trace_is_a_workbook_to_filter(kx: Survey, tmp_path: Path) -> None:
    composed = with_farms(kx)
    save_trace(composed, tmp_path / "trace.xlsx")
    book = load_workbook(tmp_path / "trace.xlsx")
    assert book.sheetnames == ["指标", "台账", "说明"]
    assert book["指标"].max_row == 2 + len(composed.trace.cells)
    assert [cell.value for cell in book["台账"][6]] == [
        "农技协",
        6,
        MUSEUM,
        NAMES[MUSEUM],
        5,
        "乙会(渝)",
        "否",
        "个人会员数",
    ]


# --- what is refused -------------------------------------------------------------------------------------------------


def test_workbooks_that_do_not_belong_here_are_refused_by_name(kx: Survey) -> None:
    lost = a_return(kx, OFFICE, code="6")
    lost = noting(lost, Oddity.of("sheet.missing", form="KX03", sheet="KX03"))
    others = [
        a_return(kx, OFFICE, code="1", year=2000),
        a_return(kx, OFFICE, code="2", version="0"),
        a_return(kx, OWN, code="3"),
        a_return(kx, OFFICE, code="4", parent="500199"),
        a_return(kx, MUSEUM, code="5", parent=""),
        a_return(kx, MUSEUM, code="5"),
        lost,
    ]
    with pytest.raises(ComposeError) as refused:
        compose(kx, a_return(kx, OWN), others)
    year = unit(kx, OWN).year
    assert refused.value.problems == [
        f"{OFFICE}.xlsx：这是 2000 年度的表，本级报表是 {year} 年度",
        f"{OFFICE}.xlsx：制度或定义版本是 kx2023 0，本级报表是 kx2023 {kx.version}",
        f"{OWN}.xlsx：{NAMES[OWN]}是「科协」，不并入本级报表（可以并入的有 机关部室、直属单位）",
        f"{OFFICE}.xlsx：{NAMES[OFFICE]}的上级单位代码是 500199，不是本级报表的 {OWN}",
        f"{MUSEUM}.xlsx：单位代码 5 与 {MUSEUM}.xlsx 相同，同一单位只能并入一次",
        f"{OFFICE}.xlsx：{worded(lost)[0].message}",
    ]
    with pytest.raises(ComposeError, match="不能作为本级报表"):
        compose(kx, a_return(kx, OFFICE), [a_return(kx, MUSEUM)])


@pytest.mark.parametrize(
    ("row", "attribute", "problem"),
    [
        ("单位名称", 'compose = "sum"', "D035"),
        ("场馆数", 'compose = "any"', "D035"),
        ("举办活动次数", 'compose = "max"', "D035"),
        ("场馆数", 'compose = "all"', "D002"),
        ("有无场馆", 'compose = "any"', None),
        ("场馆数", 'compose = "max"', None),
    ],
)
def test_a_way_of_composing_that_does_not_fit_is_found(
    row: str, attribute: str, problem: str | None, mini: Survey, tmp_path: Path
) -> None:
    for source in mini.folder.rglob("*"):
        if source.is_file():
            copy = tmp_path / source.relative_to(mini.folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    form = tmp_path / "forms" / "M1.toml"
    text = form.read_text(encoding="utf-8").replace(f'name = "{row}"\n', f'name = "{row}"\n{attribute}\n')
    form.write_text(text, encoding="utf-8")
    try:
        found = {one.id for one in lint(load(tmp_path))} - {one.id for one in lint(mini)}
    except SurveyError as error:
        found = {one.id for one in error.problems.found}
    assert found == ({problem} if problem else set())


# --- the command -----------------------------------------------------------------------------------------------------


def written(path: Path, survey: Survey, submission: Submission, lock: Lock) -> Submission:
    """Return what is read back from the submission's workbook."""
    build(path, survey, submission.identity, lock, submission.content)
    back = read(path)
    assert isinstance(back, Submission), back
    return back


def complete(kx: Survey, code: str, cells: Cells, lock: Lock, folder: Path, **changed: Any) -> Path:
    """Return the path of a return without errors, but for these cells."""
    who = unit(kx, code, **changed)
    submission = Submission("", who, Edition.of(kx), make_complete_zero(kx, who))
    for place, value in cells.items():
        form, _, number = place.partition("!")
        submission.content.set(form, number, value)
    path = folder / f"{who.code}-{who.year}.xlsx"
    written(path, kx, submission, lock)
    return path


def test_the_command_writes_return_and_trace(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    own = complete(kx, OWN, {"K01-01!40": 900.0}, lock, tmp_path)
    office = complete(kx, OFFICE, {"KX03!26": 2.0}, lock, tmp_path)
    museum = complete(kx, MUSEUM, {"K01-01!40": 500.0, "KX03!26": 3.0}, lock, tmp_path)
    out, trace = tmp_path / "all.xlsx", tmp_path / "trace.xlsx"
    result = run("compose", office, museum, "--unit", own, "-o", out, "--trace", trace, "--json")
    assert result.exit_code == 1, "what is asked for is not explained yet"
    told = json.loads(result.stdout)
    back = read(out)
    assert isinstance(back, Submission)
    assert (back.content.values["KX03"]["26"], back.content.values["K01-01"]["40"]) == (5.0, 900.0)
    assert back.identity == unit(kx, OWN)
    errors = [one for one in audit(kx, back.identity.year, [back])[0] if one.severity is Severity.ERROR]
    assert (errors, told["errors"]) == ([], 0)
    assert [part["code"] for part in told["parts"]] == [OFFICE, MUSEUM]
    assert [line["value"] for line in told["cells"] if (line["form"], line["code"]) == ("KX03", "26")] == [0, 2, 3]
    assert trace.exists()


def test_a_part_with_errors_is_composed_with_a_warning_unless_strict(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    own = complete(kx, OWN, {"KX03!24": 1.0}, lock, tmp_path)
    office = complete(kx, OFFICE, {"KX03!25": 3.0}, lock, tmp_path)
    out = tmp_path / "all.xlsx"
    strict = run("compose", office, "--unit", own, "-o", out, "--strict")
    assert (strict.exit_code, out.exists()) == (2, False)
    assert "办公室（演示）的报表有 1 个错误" in strict.output
    loose = run("compose", office, "--unit", own, "-o", out)
    assert (loose.exit_code, out.exists()) == (0, True), loose.output
    assert "办公室（演示）的报表有 1 个错误，仍已并入" in loose.output


def test_what_cannot_be_composed_is_refused_and_nothing_is_written(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    own = complete(kx, OWN, {}, lock, tmp_path)
    older = complete(kx, OFFICE, {}, lock, tmp_path, year=2000)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(own.read_bytes()[:3000])
    out = tmp_path / "all.xlsx"
    result = run("compose", older, broken, tmp_path / "none.xlsx", "--unit", own, "-o", out)
    assert (result.exit_code, out.exists()) == (2, False)
    said = result.output.strip().replace("\n", "")
    assert all(name in said for name in (f"{older.name}：", "broken.xlsx：", "none.xlsx：")), said
    over = run("compose", older, "--unit", own, "-o", own)
    assert (over.exit_code, "不能与输入文件相同" in over.output) == (2, True)
