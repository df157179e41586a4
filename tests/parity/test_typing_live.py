"""Typing into a live LibreOffice, past the data validation of every kind of cell.

Keys are pressed in the sheet's window (tests/support/keyboard.py), so LibreOffice itself asks the cell's validation,
as it does for a person. What is refused is refused in our words, which are read from the box on the screen, and the
cell keeps what it held. Proven for LibreOffice 7; Excel and WPS read the same validations, and what they make of them
is not proven here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from generator.lock import Lock
from generator.unit.workbook import build
from templates.layout import WorkbookLayout
from templates.model import Survey
from templates.words import say
from tests.support.agreement import Shown
from tests.support.books import USCC, identity
from tests.support.entry_return import KIND, LEVEL, Bench, filled
from tests.support.keyboard import Box, Desk, Keyboard
from tests.support.office import Book, Office

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def return_(mini: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of that return."""
    path = tmp_path_factory.mktemp("entry") / "return.xlsx"
    build(path, mini, identity(mini, KIND, LEVEL), lock, filled(mini))
    return path


@pytest.fixture(scope="module")
def desk(office: Office) -> Iterator[Desk]:
    """A second LibreOffice, with windows; where there is none, ``office`` has said so."""
    assert office.process.poll() is None
    with Desk() as running:
        yield running


class Typed(NamedTuple):
    """What stood in a cell before a text was typed and after, and what box came up."""

    before: str
    after: str
    box: Box | None


@pytest.fixture(scope="module")
def typist(desk: Desk, return_: Path, mini: Survey) -> Iterator[Callable[[str, str, str], Typed]]:
    """Types a text into a cell and says what then stands there, and what box came up."""
    book = desk.open(return_, hidden=False)
    bench, keyboard = Bench(return_, mini, WorkbookLayout(mini, KIND, LEVEL), desk, book), Keyboard(desk, book)

    def type_(place: str, text: str, answer: str = "ok") -> Typed:
        cell = book.cell(bench.at(place))
        before = cell.getFormula()
        box = keyboard.enter(bench.at(place), text, answer)
        return Typed(before, cell.getFormula(), box)

    yield type_
    book.close()


@pytest.mark.parametrize(
    ("place", "typed", "stands"),
    [
        ("M1 06", "12", "12"),
        ("M1 06", " 12 ", "12"),
        ("M1 06", "3.0", "3"),
        ("M1 08", "2.5", "2.5"),
        ("M1 09", "0", "0"),
        ("M1 02", USCC, USCC),
        ("M1 03.1", "重庆市", "重庆市"),
        ("M1 04", "2 否", "2 否"),
        ("M1 05", "1958-09", "1958-09-01"),
        ("活动 日期 9", "2024-02-29", "2024-02-29"),
        ("活动 规模 9", "大型", "大型"),
        ("活动 参加人次 9", "40", "40"),
        ("活动 主题：科普 9", "是", "是"),
    ],
)
def test_what_is_right_is_taken_without_a_word(
    place: str, typed: str, stands: str, typist: Callable[..., Typed]
) -> None:
    found = typist(place, typed)
    assert (found.after if "-" not in stands else _day(found.after), found.box) == (stands, None)


def _day(serial: str) -> str:
    return date.fromordinal(date(1899, 12, 30).toordinal() + int(serial)).isoformat()


@pytest.mark.parametrize(
    ("place", "typed", "words"),
    [
        ("M1 07", "-3", "whole"),
        ("M1 07", "2.5", "whole"),
        ("M1 07", "12座", "whole"),
        ("M1 07", "１２", "whole"),
        ("M1 07", "约30", "whole"),
        ("M1 09", "1.5万", "whole"),
        ("M1 08", "-0.5", "number"),
        ("M1 08", "五", "number"),
        ("M1 03.1", "某省", "choice"),
        ("M1 04", "有", "choice"),
        ("M1 05", "2024-13", "month"),
        ("M1 05", "2001", "month"),
        ("M1 05", "去年", "month"),
        ("活动 日期 10", "2023-02-29", "date"),
        ("活动 日期 10", "2024年5月", "date"),
        ("活动 规模 10", "中型", "choice"),
        ("活动 参加人次 10", "-1", "whole"),
        ("活动 参加人次 10", "60人", "whole"),
        ("活动 主题：科普 10", "√", "choice"),
    ],
)
def test_what_is_wrong_is_refused_in_our_words(
    place: str, typed: str, words: str, typist: Callable[..., Typed]
) -> None:
    found = typist(place, typed)
    assert found.box == Box(say(f"workbook.form.bad_{words}_title"), say(f"workbook.form.bad_{words}"))
    assert found.after == found.before


@pytest.mark.parametrize("typed", [USCC[:-1] + "X", USCC[:-1], USCC.lower(), "53500000DEM00000IQ"])
def test_a_doubtful_credit_code_is_asked_about(typed: str, typist: Callable[..., Typed]) -> None:
    """Provisional codes have no right check character, so who insists may go on."""
    asked = Box(say("workbook.form.bad_uscc_title"), say("workbook.form.bad_uscc"))
    typist("M1 02", USCC)
    assert typist("M1 02", typed, "cancel") == Typed(USCC, USCC, asked)
    assert typist("M1 02", typed, "ok") == Typed(USCC, typed, asked)


def test_a_day_outside_the_year_is_taken_and_named(mini: Survey, desk: Desk, return_: Path) -> None:
    """The text only doubts such a day, so typing is not refused; the check says the row at once."""
    with opened_before_eyes(desk, return_) as book:
        bench = Bench(return_, mini, WorkbookLayout(mini, KIND, LEVEL), desk, book)
        assert Keyboard(desk, book).enter(bench.at("活动 日期 6"), "2023-12-31") is None
        line = Shown(book, bench.layout).rules()["L01-日期.column-in-year"]
    assert line == (3, "第 6 行日期不在 2024 年度内")


def test_a_narrower_area_must_lie_in_the_wider(kx: Survey, lock: Lock, desk: Desk, tmp_path: Path) -> None:
    path, layout = tmp_path / "areas.xlsx", WorkbookLayout(kx, "科协", "县级科协")
    build(path, kx, identity(kx, "科协", "县级科协"), lock)
    form = layout.forms["K01-01"]
    with opened_before_eyes(desk, path) as book:
        keyboard = Keyboard(desk, book)
        boxes = [
            keyboard.enter(form.address(code), text)
            for code, text in (
                ("03.1", "重庆市"),
                ("03.2", "石家庄市"),
                ("03.2", "县"),
                ("03.3", "海淀区"),
                ("03.3", "城口县"),
            )
        ]
        stand = [book.cell(form.address(code)).getString() for code in ("03.1", "03.2", "03.3")]
    refused = Box(say("workbook.form.bad_choice_title"), say("workbook.form.bad_choice"))
    assert (boxes, stand) == ([None, refused, None, refused, None], ["重庆市", "县", "城口县"])


def opened_before_eyes(desk: Desk, path: Path) -> AbstractContextManager[Book]:
    """Open ``path`` in a window for the length of a block."""
    return closing(desk.open(path, hidden=False))
