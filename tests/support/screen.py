"""An open workbook as a person sees it: texts in visible columns, links, symbols, dropdowns, limits, what 审核 says.

Nothing of the survey or of the layout is known here. What a thing is, is told from the words that stand on the sheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from tests.support.office import Book

SYMBOLS = ("○", "✗", "!", "i", "✓")
"""Unfilled, error, warning, remark, fine: in the first cell of a form's row."""

AUDIT = "审核"
LED_TO = {"✗": "错误", "!": "警示"}
"""The status of the line in 审核 that the symbol of a row leads to."""
HEADERS = {"message": "核对提示", "explanation": "说明", "remark": "备注", "code": "代码"}
"""Columns that a person knows by their header."""

WIDEST = 51
"""So many columns of a sheet are looked at."""

HEAD = 10
"""So many rows of a sheet its head takes at most."""

TARGET = re.compile(r"#'?(?P<sheet>.+?)'?!(?P<cell>[A-Z]+\d+)")
REGISTERED = re.compile("已登记|不用登记")
"""What the head of a ledger says of its rows; below it stands what is to be mended first."""
SCRATCH = "CZ"
"""A column in which nobody writes; formulas of links and dropdowns are tried there."""


@dataclass(frozen=True)
class Told:
    """A row of 审核."""

    status: str
    message: str
    advice: str
    code: str = ""


NOTHING = Told("", "", "")


@dataclass(frozen=True)
class Spot:
    """What a person sees of the cell that a link leads to, or of a row."""

    sheet: str
    cell: str
    symbol: str
    message: str
    told: Told

    @property
    def address(self) -> str:
        """As findings quote it."""
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True)
class Limits:
    """What the cell's data validation takes."""

    kind: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = False

    def take(self, value: float | str) -> bool:
        """Whether typing this value would be let in."""
        if self.kind == "LIST":
            return value in self.choices
        if self.kind in ("WHOLE", "DECIMAL", "DATE"):
            return isinstance(value, float) and self._within(value)
        return True

    def _within(self, value: float) -> bool:
        low, high = self.least is None or value >= self.least, self.most is None or value <= self.most
        return low and high and not (self.whole and value % 1)


class Page:
    """One sheet: its visible texts."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.name = str(sheet.Name)
        self.keeps = False
        """Whether texts are remembered until somebody forgets them."""
        self._kept: list[list[str]] | None = None

    @cached_property
    def hidden(self) -> set[int]:
        """Columns that are not shown, from 0."""
        return {number for number in range(WIDEST + 1) if not self.sheet.Columns.getByIndex(number).IsVisible}

    def texts(self) -> list[list[str]]:
        """Return what stands in the visible cells, row by row."""
        if self._kept is not None:
            return self._kept
        found = self._read()
        if self.keeps:
            self._kept = found
        return found

    def forget(self) -> None:
        """Look again the next time."""
        self._kept = None

    def _read(self) -> list[list[str]]:
        cursor = self.sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        rows = self.sheet.getCellRangeByPosition(0, 0, min(end.EndColumn, WIDEST), end.EndRow).getDataArray()
        return [["" if n in self.hidden else _text(value) for n, value in enumerate(row)] for row in rows]

    def column(self, header: str, above: int) -> int | None:
        """Return the column whose header, in some row above row ``above`` (from 0), is this; None without one."""
        for row in self.texts()[:above]:
            if header in row:
                return row.index(header)
        return None


def _text(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


class Screen:
    """An open workbook. It is recalculated only when asked to, for a person types faster than it can calculate."""

    def __init__(self, book: Book) -> None:
        self.book = book
        book.document.enableAutomaticCalculation(False)
        self.pages = {name: Page(book.document.Sheets.getByName(name)) for name in book.sheets()}
        self.cover = next(iter(self.pages.values()))
        self._scratch = next(page for page in self.pages.values() if self._is_free(page))

    @staticmethod
    def _is_free(page: Page) -> bool:
        return bool(page.sheet.IsVisible) and not page.sheet.isProtected()

    def recalculate(self) -> None:
        """Calculate what has changed."""
        self.book.document.calculate()
        for page in self.pages.values():
            page.forget()

    def keep_texts(self) -> None:
        """Look at a sheet once between two calculations: for somebody who changes it by this screen alone."""
        for page in self.pages.values():
            page.keeps = True

    # --- the cover ---------------------------------------------------------------------------------------------------

    def beside(self, label: str) -> str:
        """Return what stands on the cover to the right of a label."""
        row = next(row for row in self.cover.texts() if label in row)
        return next(text for text in row[row.index(label) + 1 :] if text)

    def next_problem(self, sheet: str = "") -> tuple[str, str]:
        """Return sheet and cell that the link 下一个问题 leads to, the cover's or that of another sheet."""
        page = self.pages[sheet] if sheet else self.cover
        for number, row in enumerate(page.texts()):
            for column, text in enumerate(row):
                if "下一个问题" in text:
                    return self._target(page.sheet.getCellByPosition(column, number).getFormula())
        raise AssertionError(f"{page.name} has no link to the next problem")

    def first_rows(self) -> Iterator[str]:
        """Yield the first cell below the header of every ledger: of sheets whose head counts rows."""
        for name, page in self.pages.items():
            rows = page.texts()[:HEAD]
            if any(REGISTERED.search(row[0]) for row in rows):
                header = next(number for number, row in enumerate(rows) if HEADERS["remark"] in row)
                yield f"{name}!A{next(n for n, row in enumerate(rows) if n > header and not row[0]) + 1}"

    def _target(self, formula: str) -> tuple[str, str]:
        [link] = self._calculated([f"={_first_argument(formula, 'HYPERLINK(')}"])
        found = TARGET.fullmatch(link)
        assert found, f"the link leads to {link!r}"
        return found["sheet"], found["cell"]

    def _calculated(self, formulas: list[str]) -> list[str]:
        """Return what formulas yield in this workbook."""
        cells = [self._scratch.sheet.getCellRangeByName(f"{SCRATCH}{n}") for n in range(1, len(formulas) + 1)]
        for cell, formula in zip(cells, formulas, strict=True):
            cell.setFormula(formula)
        self.recalculate()
        found = [str(cell.getString()) for cell in cells]
        for cell in cells:
            cell.setString("")
        return found

    # --- 审核 --------------------------------------------------------------------------------------------------------

    def told(self) -> Iterator[tuple[str, Told]]:
        """Yield the rows of 审核 that ask for something, each with the sheet that it speaks of."""
        rows = self.pages[AUDIT].texts()
        start = next(number for number, row in enumerate(rows) if "怎么办" in row)
        names = ("状态", "表", "代码", "提示", "怎么办")
        status, sheet, code, message, advice = (rows[start].index(name) for name in names)
        for row in rows[start + 1 :]:
            if row[message]:
                yield row[sheet], Told(row[status], row[message], row[advice], row[code])

    # --- a row, a cell -----------------------------------------------------------------------------------------------

    def spot(self, sheet: str, cell: str) -> Spot:
        """Return what is seen at a cell: the row's symbol and message, else the sheet's, else what 审核 says of it."""
        page, number = self.pages[sheet], int(re.sub(r"\D", "", cell)) - 1
        rows, told = page.texts(), list(self.told())
        if rows[number][0] in SYMBOLS:
            return self._in_row(page, rows, number, cell, told)
        above = pairwise(rows[:HEAD])
        first = next((reason[0] for state, reason in above if REGISTERED.search(state[0])), "")
        said = _of(told, first)
        if said is NOTHING:
            said = next(line for name, line in told if name == sheet)
        return Spot(sheet, cell, "", said.message, said)

    def marked(self, sheet: str, symbol: str, column: str) -> list[Spot]:
        """Return the rows of a sheet that show a symbol; their cells lie in ``column``."""
        page, told = self.pages[sheet], list(self.told())
        rows, found = page.texts(), []
        for number, row in enumerate(rows):
            if row[0] == symbol:
                found.append(self._in_row(page, rows, number, f"{column}{number + 1}", told))
        return found

    def _in_row(self, page: Page, rows: list[list[str]], number: int, cell: str, told: list[tuple[str, Told]]) -> Spot:
        """Return what a row says; where its symbol leads to 审核, what stands there, or back again."""
        symbol, code = rows[number][0], page.column(HEADERS["code"], number)
        listed = [
            line
            for name, line in told
            if name == page.name and line.status == LED_TO.get(symbol)
            if code is not None and rows[number][code] and line.code == rows[number][code]
        ]
        said, beside = listed[0] if listed else NOTHING, self._beside(page, rows, number)
        sent_back = HEADERS["message"] in said.advice
        return Spot(page.name, cell, symbol, beside if sent_back or not said.message else said.message, said)

    @staticmethod
    def _beside(page: Page, rows: list[list[str]], number: int) -> str:
        column = page.column(HEADERS["message"], number)
        if column is not None:
            return rows[number][column]
        return next(text for text in reversed(rows[number]) if text)

    def limits(self, address: str) -> Limits:
        """Return what a cell takes."""
        found = self.book.cell(address).Validation
        kind = str(found.Type.value)
        if kind == "LIST":
            return Limits(kind, self._offered(str(found.getFormula1())))
        least, most = _number(found.getFormula1()), _number(found.getFormula2())
        if found.getOperator().value != "BETWEEN":
            most = None
        return Limits(kind, (), least, most, whole=kind == "WHOLE")

    def _offered(self, source: str) -> tuple[str, ...]:
        if source.startswith('"'):
            return tuple(re.findall(r'"([^"]*)"', source))
        [rows] = self._calculated([f"=ROWS({source})"])
        return tuple(self._calculated([f"=INDEX(({source});{n})" for n in range(1, int(rows) + 1)]))

    def shown(self, address: str) -> str:
        """Return the text that a cell shows."""
        return str(self.book.cell(address).getString())

    def locked(self, address: str) -> bool:
        """Whether the sheet's protection keeps a person from typing there."""
        return bool(self.book.cell(address).CellProtection.IsLocked)

    def open_columns(self, sheet: str, row: int) -> list[str]:
        """Return the letters of the columns in which something stands that a person may change."""
        cells = (self.pages[sheet].sheet.getCellByPosition(column, row - 1) for column in range(WIDEST))
        found = (str(cell.Columns.getByIndex(0).Name) for cell in cells if cell.getString())
        return [letters for letters in found if not self.locked(f"{sheet}!{letters}{row}")]

    def type(self, address: str, value: float | str) -> None:
        """Type a value; "" empties the cell."""
        assert not self.locked(address), f"{address} is locked"
        self.book.poke(address, value if value != "" else None)
        self.pages[address.rpartition("!")[0]].forget()

    def refused(self) -> list[str]:
        """Return the sheets on which something stands that data validation would not have let in."""
        self.book.document.enableAutomaticCalculation(True)  # or else the limits are not calculated either
        return [name for name, page in self.pages.items() if page.sheet.showInvalid()]


def _of(told: list[tuple[str, Told]], message: str) -> Told:
    return next((line for _, line in told if line.message == message), NOTHING)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _first_argument(formula: str, opening: str) -> str:
    """Return the first argument of the function that ``opening`` begins, whatever is nested in it."""
    start = formula.index(opening) + len(opening)
    depth = 0
    for place in range(start, len(formula)):
        depth += {"(": 1, ")": -1}.get(formula[place], 0)
        if depth == 0 and formula[place] == ";":
            return formula[start:place]
    raise AssertionError(f"no link in {formula}")
