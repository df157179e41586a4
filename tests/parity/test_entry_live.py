"""What people do to cells behind the back of data validation, in a live LibreOffice.

- Cutting, dragging, copying, filling down, pasting from elsewhere (tests/support/hands.py): not one formula or defined
  name may change by them; afterwards statuses, messages and the light must be those that the audit gives the file as
  LibreOffice saves it (tests/support/agreement.py).
- Numbers that are texts: the row lights up with advice, and the audit counts them or says that it cannot. The workbook
  is the stricter of the two, for a formula cannot read every spelling: what the audit counts, it asks to be typed anew.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from addin.sending.zero import make_complete_zero
from generator.lock import Lock
from generator.unit.workbook import build
from templates.layout import FormLayout, LedgerLayout, WorkbookLayout
from templates.model import Indicator, Survey
from templates.words import say
from tests.support.agreement import Shown, differences
from tests.support.books import identity
from tests.support.contents import fillable
from tests.support.entry_return import KIND, LEVEL, Bench, filled, findings_of, value_at, whole_row
from tests.support.hands import Hands
from tests.support.office import Book, Office, opened

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def return_(mini: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of that return."""
    path = tmp_path_factory.mktemp("entry") / "return.xlsx"
    build(path, mini, identity(mini, KIND, LEVEL), lock, filled(mini))
    return path


@pytest.fixture
def bench(return_: Path, mini: Survey, office: Office) -> Iterator[Bench]:
    """The return, open and as it was made."""
    with opened(office, return_) as book:
        yield Bench(return_, mini, WorkbookLayout(mini, KIND, LEVEL), office, book)


# --- cutting, dragging, pasting --------------------------------------------------------------------------------------

Act = Callable[[Hands, Callable[[str], str]], None]

ACTS: dict[str, Act] = {
    "cut within a form": lambda hands, at: hands.cut(at("M1 06"), at("M1 07")),
    "cut a choice over a number": lambda hands, at: hands.cut(at("M1 04"), at("M1 06")),
    "cut an explanation": lambda hands, at: hands.cut(at("M1 12").replace("E", "J"), at("M1 09").replace("E", "J")),
    "cut across forms": lambda hands, at: hands.cut(at("M2 01"), at("M1 06")),
    "cut from a form into a ledger": lambda hands, at: hands.cut(at("M1 12"), at("活动 参加人次 6")),
    "drag within a form": lambda hands, at: hands.drag(at("M1 13"), at("M1 06")),
    "drag a part of a joined item": lambda hands, at: hands.drag(at("M1 03.1"), at("M1 03.2")),
    "drag a ledger's row to the end": lambda hands, at: hands.drag(at("活动 5"), at("活动 24")),
    "drag a ledger's row over another": lambda hands, at: hands.drag(at("活动 6"), at("活动 5")),
    "cut a ledger's cell": lambda hands, at: hands.cut(at("活动 活动名称 6"), at("活动 活动名称 8")),
    "cut a whole column into the next": lambda hands, at: hands.cut(
        at("活动 参加人次 5") + ":D24", at("活动 线上人次 5")
    ),
    "copy within a form": lambda hands, at: hands.copy(at("M1 06"), at("M1 14")),
    "copy across forms": lambda hands, at: hands.copy(at("M2 x01"), at("M1 07")),
    "copy a ledger's cell into a form": lambda hands, at: hands.copy(at("活动 参加人次 5"), at("M1 13")),
    "fill down in a form": lambda hands, at: hands.fill_down(at("M1 06") + ":E21"),
    "fill down in a ledger": lambda hands, at: hands.fill_down(at("活动 参加人次 5") + ":D8"),
    "paste from elsewhere": lambda hands, at: hands.paste_from_elsewhere([("约30",), (-8.0,), (2.5,)], at("M1 07")),
    "paste rows from elsewhere": lambda hands, at: hands.paste_from_elsewhere(
        [("丁", "五月", "中型", 70.0), ("戊", 45500.0, "小型", -1.0)], at("活动 活动名称 8")
    ),
    "paste texts": lambda hands, at: hands.paste_from_elsewhere(
        [("己", "2024-05-09", "小型", "八", "3")], at("活动 活动名称 8"), text_only=True
    ),
}

FOUND: dict[str, tuple[dict[str, object], list[tuple[str, object]]]] = {
    "cut within a form": (
        {"M1 06": None, "M1 07": 4.0},
        [("M1-sum", "06"), ("cell.required", "06"), ("M1-07.companion", "07")],
    ),
    "cut a choice over a number": (
        {"M1 04": None, "M1 06": "1 有"},
        [("cell.required", "04"), ("cell.text", "06")],
    ),
    "cut an explanation": (
        {"M1 09": 4.0, "M1 12": 299.0},
        [("M1-12.ledger-sum", "12")],
    ),
    "cut across forms": (
        {"M1 06": 10.0, "M2 01": None},
        [("cell.required", "01")],
    ),
    "cut from a form into a ledger": (
        {"M1 12": None, "活动 参加人次 6": 299.0},
        [("M1-big", "12"), ("cell.required", "12")],
    ),
    "drag within a form": (
        {"M1 06": 1.0, "M1 13": None},
        [("M1-07.part", "07"), ("cell.required", "13"), ("M1-area", "08")],
    ),
    "drag a part of a joined item": (
        {"M1 03.1": None, "M1 03.2": "北京市"},
        [("cell.required", "03.1")],
    ),
    "drag a ledger's row to the end": (
        {
            "活动 活动名称 5": None,
            "活动 活动名称 24": "甲",
            "活动 参加人次 24": 200.0,
            "活动 日期 24": date(2024, 5, 5),
        },
        [],
    ),
    "drag a ledger's row over another": (
        {"活动 活动名称 5": "乙", "活动 参加人次 5": 60.0, "活动 活动名称 6": None},
        [],
    ),
    "cut a ledger's cell": (
        {"活动 活动名称 6": None, "活动 活动名称 8": "乙"},
        [("ledger.required", 6), ("ledger.required", 8), ("ledger.required", 8)],
    ),
    "cut a whole column into the next": (
        {"活动 参加人次 5": None, "活动 线上人次 5": 200.0, "活动 线上人次 7": 40.0},
        [
            *(each for row in (5, 6, 7) for each in (("L01-线上人次.column-part", row), ("ledger.required", row))),
        ],
    ),
    "copy within a form": ({"M1 06": 4.0, "M1 14": 4.0}, []),
    "copy across forms": ({"M2 x01": 1.0, "M1 07": 1.0}, []),
    "copy a ledger's cell into a form": ({"M1 13": 200.0}, [("M1-sum", "06")]),
    "fill down in a form": ({"M1 06": 4.0, "M1 07": 4.0, "M1 08": 4.0, "M1 09": 4.0}, []),
    "fill down in a ledger": (
        {"活动 参加人次 6": 200.0, "活动 参加人次 7": 200.0, "活动 参加人次 8": 200.0},
        [("ledger.required", 8), ("ledger.required", 8)],
    ),
    "paste from elsewhere": (
        {"M1 07": "约30", "M1 08": -8.0, "M1 09": 3.0},
        [("cell.text", "07"), ("cell.negative", "08"), ("M1-08.expected", "08"), ("cell.fraction", "09")],
    ),
    "paste rows from elsewhere": (
        {"活动 活动名称 8": "丁", "活动 日期 8": "五月", "活动 规模 8": "中型", "活动 参加人次 9": -1.0},
        [
            *(("ledger.choice", 8), ("ledger.date", 8), ("L01-线上人次.column-part", 9), ("ledger.negative", 9)),
        ],
    ),
    "paste texts": (
        {"活动 活动名称 8": "己", "活动 日期 8": date(2024, 5, 9), "活动 参加人次 8": "八", "活动 线上人次 8": 3.0},
        [("ledger.text", 8)],
    ),
}
"""What then stands where, and everything that the audit finds, explained warnings apart."""


@pytest.mark.parametrize("name", ACTS)
def test_what_validation_never_sees_is_still_caught(name: str, bench: Bench) -> None:
    hands = Hands(bench.office, bench.book)
    before = hands.references()
    ACTS[name](hands, bench.at)
    assert hands.references() == before
    submission = bench.read()
    stand, findings = FOUND[name]
    assert {place: value_at(submission, place) for place in stand} == stand
    found = findings_of(bench.survey, submission)
    assert [(f.rule, f.row or f.code) for f in found if not f.explanation] == findings
    assert differences(Shown(bench.book, bench.layout), submission, bench.survey) == []


def test_a_disagreement_would_be_seen(bench: Bench) -> None:
    """What was read before a cell was emptied is not what the workbook shows after."""
    submission = bench.read()
    bench.book.poke(bench.at("M1 06"), None)
    found = differences(Shown(bench.book, bench.layout), submission, bench.survey)
    assert found == [
        ("M1-07.companion", "workbook FAILED", "audit PASSED"),
        ("M1-sum", "workbook FAILED", "audit PASSED"),
        ("M1-per", "workbook NOT_APPLICABLE", "audit PASSED"),
        (bench.at("M1 06"), "workbook 4", "audit None"),
        ("不可以", []),
    ]


# --- numbers that are texts ------------------------------------------------------------------------------------------

TEXT, NO_LINE = (3, say("workbook.own.text")), None


def _taken(number: str, words: str = "number_text") -> tuple[int, str]:
    return 1, say(f"workbook.own.{words}", number=number)


SPELLINGS: list[tuple[object, tuple[int, str] | None, list[tuple[str, str]]]] = [
    # what is pasted, state and words of its row, what the audit says
    ("12", _taken("12"), [("cell.number_text", "info")]),
    ("１２", _taken("12"), [("cell.number_text", "info")]),
    (" 12 ", _taken("12"), [("cell.number_text", "info")]),
    ("12座", _taken("12"), [("cell.number_text", "info")]),
    ("12人", _taken("12"), [("cell.number_text", "info")]),
    ("1,200", _taken("1200"), [("cell.number_text", "info")]),
    ("'12", _taken("12"), [("cell.number_text", "info")]),
    ("约30", TEXT, [("cell.text", "error")]),
    ("十二", TEXT, [("cell.text", "error")]),
    ("1.5万", TEXT, [("cell.text", "error")]),
    ("—", TEXT, [("cell.text", "error")]),
    ("\u3000", (4, say("workbook.own.required")), [("cell.required", "error")]),
    (" ", (4, say("workbook.own.required")), [("cell.required", "error")]),
    (-3.0, (3, say("workbook.own.negative")), [("cell.negative", "error")]),
    (2.5, _taken("3", "fraction"), [("cell.fraction", "info")]),
    (-0.3, _taken("0", "fraction"), [("cell.fraction", "info")]),
    (12.0, NO_LINE, []),
]


def test_numbers_that_are_texts_light_up_with_advice(bench: Bench) -> None:
    """Pasted, for typing is refused or makes a number of it. 下属单位数 is asked for and stands behind no warning."""
    cell = bench.at("M1 13")
    seen, expected = [], []
    for value, shown, said in SPELLINGS:
        bench.book.poke(cell, value)
        state = Shown(bench.book, bench.layout).cells().get(cell)
        submission = bench.read()
        findings = findings_of(bench.survey, submission)
        seen.append((value, state, [(f.rule, str(f.severity)) for f in findings if f.cell == cell and "." in f.rule]))
        expected.append((value, shown, said))
    assert seen == expected


DAYS = [
    # what is pasted into a cell for a month, state of its row, what the audit says
    ("2001年5月", 3, ["cell.date_text"]),
    ("去年", 3, ["cell.date"]),
    (2001.0, 3, ["cell.date"]),
    (200105.0, 3, ["cell.date_text"]),
    (37012.0, None, []),
]


def test_days_that_are_none_light_up_too(bench: Bench) -> None:
    cell, seen = bench.at("M1 05"), []
    for value, _, _ in DAYS:
        bench.book.poke(cell, value)
        state, _ = Shown(bench.book, bench.layout).cells().get(cell, (None, ""))
        submission = bench.read()
        findings = findings_of(bench.survey, submission)
        seen.append((value, state, [finding.rule for finding in findings if finding.cell == cell]))
    assert seen == DAYS


@pytest.mark.parametrize(("text", "rule"), [("12", "ledger.number_text"), ("约30", "ledger.text")])
def test_a_text_in_a_ledger_is_named_with_its_row(text: str, rule: str, bench: Bench) -> None:
    bench.book.poke(bench.at("活动 参加人次 6"), text)
    status, message = Shown(bench.book, bench.layout).rules()["L01.numbers"]
    submission = bench.read()
    findings = findings_of(bench.survey, submission)
    assert (status, "第 6 行" in message) == (3, True)
    assert [(finding.rule, finding.row) for finding in findings if finding.ledger] == [(rule, 6)]


# --- a careless afternoon --------------------------------------------------------------------------------------------


def test_forty_careless_moves_in_a_real_return(kx: Survey, lock: Lock, office: Office, tmp_path: Path) -> None:
    """Cells and rows of the declared survey, moved about at random: still nothing is bent, and both sides agree."""
    path, unit = tmp_path / "return.xlsx", identity(kx, "科协", "市级科协")
    build(path, kx, unit, lock, make_complete_zero(kx, unit))
    layout, chance = WorkbookLayout(kx, unit.kind, unit.level), random.Random(94)
    with opened(office, path) as book:
        bench, hands = Bench(path, kx, layout, office, book), Hands(office, book)
        before = hands.references()
        for _ in range(4):
            for _ in range(10):
                careless(hands, layout, chance)
            submission = bench.read()
            assert differences(Shown(book, layout), submission, kx) == []
        assert len(findings_of(bench.survey, submission)) > 40, "carelessness shows"
        assert hands.references() == before


def careless(hands: Hands, layout: WorkbookLayout, chance: random.Random) -> None:
    """Make one move: of a number, between forms, or of a ledger's row. A row is not copied: it would be a duplicate."""
    if chance.random() < 0.4:
        ledger = chance.choice(list(layout.ledgers.values()))
        rows = [chance.randrange(ledger.first_row, ledger.first_row + 8) for _ in range(2)]
        enter_row(hands.book, ledger, rows[0], chance)
        area, target = whole_row(ledger, rows[0]), whole_row(ledger, rows[1])
        chance.choice((hands.cut, hands.drag))(area, target)
        return
    source, target = (number_cell(layout, chance) for _ in range(2))
    hands.book.poke(source, float(chance.randrange(50)))
    chance.choice((hands.cut, hands.copy))(source, target)


def number_cell(layout: WorkbookLayout, chance: random.Random) -> str:
    """Return a number cell of a form that the unit fills."""

    def taken(form: FormLayout, row: Indicator) -> bool:
        return row.kind.is_number and fillable(row, layout.kind, layout.level)

    form = chance.choice([form for form in layout.forms.values() if form not in layout.blocks])
    return form.address(chance.choice([code for code, row in form.form.indicators.items() if taken(form, row)]))


def enter_row(book: Book, ledger: LedgerLayout, row: int, chance: random.Random) -> None:
    """Put a name that is nowhere else, and some numbers, into a ledger's row."""
    for column in ledger.ledger.columns:
        if column.name in ledger.ledger.key:
            book.poke(ledger.address(column.name, row), f"演示{chance.random()}")
        elif column.kind.is_number and chance.random() < 0.5:
            book.poke(ledger.address(column.name, row), float(chance.randrange(50)))
