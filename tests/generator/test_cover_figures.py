"""What the cover says of a return, and what the ledgers say with it: figures, colours of the light, who gets the file.

- every open finding stands in a row of the tables, and the rows add up to the counts beside the light
- a workbook that nobody has touched is blue, in the second year too
- the roster's upper unit receives the file, else whom the survey names, else what holds anywhere
- a ledger is not needed once its sections say so; a cell that its row does not need is told by its own row
- tabs stand in the order of work; only what is filed prints with the workbook
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import dispatch
from addin.sending.zero import make_complete_zero
from generator.formats import SYMBOLS, TABS
from generator.formula import Formulas
from generator.lock import Lock
from generator.unit.ledger_faults import list_unneeded
from generator.unit.workbook import NOTHING, build
from templates.content import Content, state_carried_rows
from templates.cover_layout import ERRORS, PENDING, READY, UNFILLED, WRONG
from templates.families import EXAMPLE_YEAR
from templates.layout import LedgerLayout, WorkbookLayout, name_column
from templates.model import Kind, Survey
from templates.words import lookup
from tests.support.books import identity
from tests.support.office import Book, Office, opened

KIND, LEVEL = "科协", "市级科协"
COVER = "封面"


@pytest.fixture(scope="module")
def layout(kx: Survey) -> WorkbookLayout:
    return WorkbookLayout(kx, KIND, LEVEL)


def counts(book: Book) -> tuple[int, ...]:
    """Return errors, still blank, wrong, and to be explained, as they stand beside the light."""
    return tuple(int(book.cell(f"{COVER}!{cell}").getValue()) for cell in (ERRORS, UNFILLED, WRONG, PENDING))


def lines(book: Book, layout: WorkbookLayout) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield each row of the tables: sheet, mark, and its counts."""
    for sheet, line in layout.cover_tables.lines.items():
        at = [
            f"{COVER}!{name_column(getattr(line.columns, name))}{line.row}" for name in ("unfilled", "wrong", "pending")
        ]
        mark = f"{COVER}!{name_column(line.columns.mark)}{line.row}"
        yield sheet, book.cell(mark).getString(), tuple(int(book.cell(cell).getValue()) for cell in at)


def total(book: Book, layout: WorkbookLayout) -> tuple[int, ...]:
    """Return the row that adds up."""
    row = layout.cover_tables.total_row
    return tuple(int(book.cell(f"{COVER}!{column}{row}").getValue()) for column in ("AC", "AD", "AE"))


def open_lines(book: Book, layout: WorkbookLayout) -> list[tuple[str, str, tuple[int, ...]]]:
    return [line for line in lines(book, layout) if any(line[2])]


def consistent(book: Book, layout: WorkbookLayout) -> bool:
    """Whether rows, their sums and the counts beside the light say the same."""
    errors, blank, wrong, pending = counts(book)
    added = tuple(sum(line[2][place] for line in lines(book, layout)) for place in range(3))
    return added == total(book, layout) == (blank, wrong, pending) and errors == blank + wrong


# --- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.office
def test_every_open_finding_stands_in_a_row(
    kx: Survey, layout: WorkbookLayout, lock: Lock, office: Office, tmp_path: Path
) -> None:
    unit = replace(identity(kx, KIND, LEVEL), carried=state_carried_rows({"L04": 1}))
    content = make_complete_zero(kx, unit)
    content.ledgers["高校院所科协"] = {5: {"科协名称": "某校科协"}}
    content.summary = ""
    build(tmp_path / "t.xlsx", kx, unit, lock, content)
    with opened(office, tmp_path / "t.xlsx") as book:
        assert consistent(book, layout)
        assert open_lines(book, layout) == [
            ("台账-高校院所科协", SYMBOLS["unfilled"], (7, 0, 0)),
            ("K01-01", SYMBOLS["error"], (0, 1, 1)),
            ("工作总结", SYMBOLS["unfilled"], (1, 0, 0)),
        ]
        book.poke("工作总结!B6", "太短")
        book.poke(f"{COVER}!{layout.cover.cell('报出日期')}", "不是日子")
        book.poke("台账-学术会议!A5", "只有名称的会议")
        book.recalculate()
        assert consistent(book, layout)
        assert open_lines(book, layout) == [
            ("台账-高校院所科协", SYMBOLS["unfilled"], (7, 0, 0)),
            ("台账-学术会议", SYMBOLS["unfilled"], (8, 0, 0)),
            ("K01-01", SYMBOLS["error"], (0, 1, 1)),
            ("工作总结", SYMBOLS["error"], (0, 1, 0)),
            (COVER, SYMBOLS["error"], (0, 1, 0)),
        ]


@pytest.mark.office
@pytest.mark.parametrize("second", [False, True], ids=["first year", "second year"])
def test_a_workbook_that_nobody_has_touched_is_not_wrong(
    second: bool, kx: Survey, layout: WorkbookLayout, lock: Lock, office: Office, tmp_path: Path
) -> None:
    carried = {each.id: 1 for each in kx.ledgers_of(KIND, LEVEL) if each.carried and second}
    unit = replace(identity(kx, KIND, LEVEL), carried=state_carried_rows(carried))
    content = Content(
        ledgers={each.short: {5: {each.names_row: "上年的"}} for each in kx.ledgers if each.id in carried}
    )
    build(tmp_path / "t.xlsx", kx, unit, lock, content)
    with opened(office, tmp_path / "t.xlsx") as book:
        assert book.cell(f"{COVER}!{READY}").getString() == "不可以"
        errors, blank, wrong, _ = counts(book)
        assert (errors, wrong) == (blank, 0)
        assert consistent(book, layout)
        marks = {mark for _, mark, _ in lines(book, layout)}
        assert marks - {SYMBOLS["warning"]} == {SYMBOLS["unfilled"], SYMBOLS["unneeded"], ""}


# --- to whom ---------------------------------------------------------------------------------------------------------

UPPER = ReportingUnit("000", "上级单位（演示）", "", "乙类", "市级", "500103", "", "张某", "023-00000000")
LOWER = ReportingUnit("001", "下级单位（演示）", "", "甲类", "县级", "500103", "000")


@pytest.mark.parametrize(
    ("to", "how", "parent", "shown"),
    [
        ("", "", "000", ["上级单位（演示）　张某　023-00000000", None]),
        ("某处", "发到某邮箱", "000", ["上级单位（演示）　张某　023-00000000", "发到某邮箱"]),
        ("某处", "", "", ["某处", None]),
        ("", "", "999", [None, None]),
    ],
)
def test_to_whom_and_how(
    to: str, how: str, parent: str, shown: list[str | None], mini: Survey, lock: Lock, tmp_path: Path
) -> None:
    survey = replace(mini, send_to=to, send_how=how, hash=f"{to}{how}")
    dispatch(Roster((UPPER, replace(LOWER, parent=parent))), survey, EXAMPLE_YEAR, tmp_path, lock)
    [path] = tmp_path.glob("001-*.xlsx")
    words = lookup("workbook.cover.send")
    anyhow = [words[name][1] for name in ("to", "how")]
    sheet = load_workbook(path)[COVER]
    assert [sheet["Y3"].value, sheet["Y5"].value] == [words[name][0] for name in ("to", "how")]
    assert [sheet["Z3"].value, sheet["Z5"].value] == [text or anyhow[place] for place, text in enumerate(shown)]


# --- what is not needed ----------------------------------------------------------------------------------------------


@pytest.mark.office
def test_a_ledger_is_not_needed_once_its_sections_say_so(
    kx: Survey, layout: WorkbookLayout, lock: Lock, office: Office, tmp_path: Path
) -> None:
    unit = identity(kx, KIND, LEVEL)
    build(tmp_path / "t.xlsx", kx, unit, lock, make_complete_zero(kx, unit))
    with opened(office, tmp_path / "t.xlsx") as book:
        assert idle(book, layout) == []
        for code in [code for code, row in kx.form["KX06"].indicators.items() if row.kind is Kind.NOTHING_HERE]:
            if kx.form["KX06"].indicators[code].open_to(KIND, LEVEL):
                book.poke(layout.forms["KX06"].address(code), lookup("workbook.nothing_here"))
        book.recalculate()
        assert idle(book, layout) == ["台账-加入国际组织", "台账-国外合作机构", "台账-港澳台机构", "台账-外文网站"]
        state = book.cell("台账-外文网站!A2").getString()
        assert state == lookup("workbook.ledger.status.nothing")
        book.poke("台账-外文网站!A5", "某网站")
        book.recalculate()
        assert "台账-外文网站" not in idle(book, layout)


def idle(book: Book, layout: WorkbookLayout) -> list[str]:
    ledgers = {ledger.sheet for ledger in layout.ledgers.values()}
    return [sheet for sheet, mark, _ in lines(book, layout) if mark == SYMBOLS["unneeded"] and sheet in ledgers]


@pytest.mark.office
@pytest.mark.parametrize(
    ("kind", "mode", "unneeded"),
    [
        ("国内学术会议", "线下", ["参会国家数", "线上参会人次", "境外专家学者人次", "港澳台代表人次"]),
        ("境内国际学术会议", "线上", ["是否学术年会", "举办地", "港澳台代表人次"]),
        ("港澳台地区学术会议", "线上线下结合", ["是否学术年会", "参会国家数", "境外专家学者人次"]),
        ("", "线上", ["举办地"]),
        ("", "", []),
    ],
)
def test_a_row_tells_which_of_its_cells_it_needs(
    kind: str, mode: str, unneeded: list[str], meetings: tuple[Book, LedgerLayout, Survey]
) -> None:
    book, ledger, kx = meetings
    formulas = Formulas(WorkbookLayout(kx, KIND, LEVEL), EXAMPLE_YEAR)
    for name, value in (("会议类别", kind), ("举办形式", mode)):
        book.poke(ledger.address(name, 5), value or None)
    terms = list_unneeded(formulas, ledger.ledger)
    found = []
    for name, term in terms.items():
        condition = term(lambda column: f"'{ledger.sheet}'!{name_column(ledger.column(column))}5")
        book.cell("校验结果!CZ1").setFormula("=" + condition.replace(",", ";").replace("'!", "'."))
        book.recalculate()
        found += [name] if book.cell("校验结果!CZ1").getValue() > 0 else []
    assert found == unneeded


@pytest.fixture(scope="module")
def meetings(
    kx: Survey, layout: WorkbookLayout, lock: Lock, office: Office, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Book, LedgerLayout, Survey]]:
    path = tmp_path_factory.mktemp("meetings") / "t.xlsx"
    build(path, kx, identity(kx, KIND, LEVEL), lock)
    with opened(office, path) as book:
        book.poke("台账-学术会议!A5", "某会议")
        yield book, layout.ledgers["学术会议"], kx


# --- tabs and print --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book_file(kx: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tabs") / "t.xlsx"
    build(path, kx, identity(kx, KIND, LEVEL), lock)
    return path


def test_tabs_stand_in_the_order_of_work(book_file: Path, layout: WorkbookLayout) -> None:
    book = load_workbook(book_file)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    colours = [sheet.sheet_properties.tabColor for sheet in shown]
    kinds = list(dict.fromkeys(str(colour.rgb)[2:] for colour in colours if colour))
    assert kinds == [TABS[kind].removeprefix("#") for kind in ("lead", "ledger", "form", "finish", "reference")]
    assert book.active is not None
    assert book.active.title == COVER
    assert [sheet.title for sheet in shown if sheet.title in layout.visited] == list(layout.visited)


def test_only_what_is_filed_prints(book_file: Path, layout: WorkbookLayout) -> None:
    book = load_workbook(book_file)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    nothing = re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", NOTHING.partition(":")[0])
    silent = [sheet.title for sheet in visible if str(sheet.print_area).endswith(f"!{nothing}")]
    forms = [form.sheet for form in layout.forms.values()]
    assert [sheet.title for sheet in visible if sheet.title not in silent] == [
        *sorted(forms[:-1], key=book.sheetnames.index),
        *("待确认", "报表说明", "工作总结"),
    ]
    assert all(book[name]["XFD1"].value is None for name in silent)
