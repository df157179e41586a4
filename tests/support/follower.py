"""A clerk who knows nothing of the survey, and does what the workbook says until it says 可以."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from tests.support.screen import HEADERS, Limits, Screen, Spot

UNFILLED, DOUBTFUL = "○", "!"

PATIENCE = 3
"""So often the clerk comes back to a cell that says the same."""

STEPS = 400
"""So many steps any workbook must be ready after."""

EPOCH = date(1899, 12, 30)
"""The day that spreadsheets count from."""

SENTENCE = "本年度业务有调整，以实际发生的为准"
TEXT = "演示"

LENGTH = re.compile(r"少于 (\d+) 字")
EXCEEDS = re.compile(r"大于 .*?的 ([\d,.]+)|少于 .*?的 ([\d,.]+)")
QUOTED = re.compile(r"「([^」]+)」")


class Lost(AssertionError):
    """The guidance does not guide: the clerk does not know what to do, or goes round in circles."""


@dataclass
class Follower:
    """A clerk before an open workbook."""

    screen: Screen
    number: float = 0.0
    """What is typed where some number is asked for."""
    choice: int = -1
    """Which of the options offered is chosen where the message leaves it open."""
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    steps: int = 0

    def __post_init__(self) -> None:
        self.screen.keep_texts()

    def register(self, name: str) -> None:
        """Begin a first row in every ledger: all that is known of it is a name."""
        for address in self.screen.first_rows():
            self.screen.type(address, name)
        self.screen.recalculate()

    def take_over(self, left: Iterable[tuple[str, object]]) -> None:
        """Begin with what somebody else put into cells, pasted past all validation; locked cells took nothing."""
        for address, value in left:
            if not self.screen.locked(address):
                self.screen.book.poke(address, value)
        self.screen.recalculate()

    def follow(self) -> None:
        """Go from problem to problem until the cover says 可以. Raises Lost."""
        while self.screen.beside("可否上报") != "可以":
            self.step()

    def step(self) -> None:
        """Follow the link once, and do what is asked for there."""
        self.steps += 1
        spot = self.screen.spot(*self.screen.next_problem())
        self.seen[spot.address, spot.message] += 1
        if self.seen[spot.address, spot.message] > PATIENCE or self.steps > STEPS:
            raise Lost(f"{spot} again, step {self.steps}")
        self._work(spot)
        self.screen.recalculate()

    def _work(self, spot: Spot) -> None:
        """A person who is on a sheet fills all that is blue there, and explains all that is yellow."""
        column = re.sub(r"\d", "", spot.cell)
        if spot.symbol == UNFILLED:
            for row in self.screen.marked(spot.sheet, UNFILLED, column):
                self._fill(row)
        elif spot.symbol == DOUBTFUL:
            for row in self.screen.marked(spot.sheet, DOUBTFUL, column):
                self._explain(row, HEADERS["explanation"])
        elif not spot.symbol and spot.told.status == "警示":
            self._explain(spot, HEADERS["remark"])
        else:
            self._mend(spot)

    # --- what is done ------------------------------------------------------------------------------------------------

    def _explain(self, spot: Spot, header: str) -> None:
        """Write a sentence into the row's column for it."""
        number = int(re.sub(r"\D", "", spot.cell))
        column = self.screen.pages[spot.sheet].column(header, number)
        if column is None:
            raise Lost(f"{spot}: nowhere to explain it")
        letters = self.screen.pages[spot.sheet].sheet.Columns.getByIndex(column).Name
        self.screen.type(f"{spot.sheet}!{letters}{number}", SENTENCE)

    def _fill(self, spot: Spot) -> None:
        """Type what the cell is for."""
        limits = self.screen.limits(spot.address)
        value = self._value(spot, limits)
        if self.screen.locked(spot.address) or not limits.take(value):
            raise Lost(f"{spot}: {value!r} is refused, {limits}")
        self.screen.type(spot.address, value)

    def _value(self, spot: Spot, limits: Limits) -> float | str:
        if limits.kind == "LIST":
            return self._choice(spot, limits)
        if limits.kind in ("WHOLE", "DECIMAL"):
            return self._amount(spot)
        if limits.kind == "DATE":
            return float((self._day() - EPOCH).days)
        if limits.kind == "CUSTOM":
            return self.screen.beside("统一社会信用代码")
        length = LENGTH.search(spot.message)
        return TEXT * int(length[1]) if length else TEXT

    def _choice(self, spot: Spot, limits: Limits) -> str:
        """The option that the message names, else one of those offered."""
        if not limits.choices:
            raise Lost(f"{spot}: nothing to choose from")
        named = [text for text in QUOTED.findall(spot.told.advice) if text in limits.choices]
        return named[0] if named else limits.choices[self.choice]

    def _amount(self, spot: Spot) -> float:
        found = EXCEEDS.search(spot.message)
        return _amount(found[1] or found[2]) if found else self.number

    def _day(self) -> date:
        year = re.search(r"(\d{4}) 年度", " ".join(text for row in self.screen.cover.texts()[:3] for text in row))
        assert year, "the cover says which year it is"
        return date(int(year[1]), 6, 30)

    def _mend(self, spot: Spot) -> None:
        """Do the first thing that message and 怎么办 ask for; coming back, the next; where they say no more, retype."""
        said = f"{spot.message}。{spot.told.advice}"
        asked = [(act, found) for pattern, act in READINGS if (found := pattern.search(said))]
        if asked:
            act, found = asked[min(self.seen[spot.address, spot.message], len(asked)) - 1]
            act(self, spot, found)
        else:
            self._fill(spot)

    def _leave_section(self, spot: Spot, _: re.Match[str]) -> None:
        """A section cannot be empty and have a number: one that may be typed becomes 0, else the choice goes."""
        if not self.screen.locked(spot.address):
            self._enter(spot.address, 0.0)
            return
        column, number = re.sub(r"\d", "", spot.cell), int(re.sub(r"\D", "", spot.cell))
        above = (f"{spot.sheet}!{column}{row}" for row in range(number - 1, 0, -1))
        self.screen.type(next(cell for cell in above if self.screen.shown(cell) == "本节无此项业务"), "")

    def _empty(self, spot: Spot, found: re.Match[str]) -> None:
        """Empty the cells that are named: this one, that one, or one after the other."""
        codes = self._codes(spot)
        first, last = found["code"], found["last"] or found["code"]
        named = codes[codes.index(first) : codes.index(last) + 1] if first else []
        for address in [self._row(spot, code) for code in named] or [spot.address]:
            self.screen.type(address, "")

    def _go_to(self, spot: Spot, found: re.Match[str]) -> None:
        """Do what is to be done on another sheet first."""
        self._work(self.screen.spot(*self.screen.next_problem(found["sheet"])))

    def _delete_row(self, spot: Spot, _: re.Match[str]) -> None:
        number = re.sub(r"\D", "", spot.cell)
        for column in self.screen.open_columns(spot.sheet, int(number)):
            self.screen.type(f"{spot.sheet}!{column}{number}", "")

    def _nothing_there(self, spot: Spot, found: re.Match[str]) -> None:
        self._enter(self._row(spot, found["code"]), 0.0)

    def _settle(self, spot: Spot, found: re.Match[str]) -> None:
        """One number is larger than another that it must not exceed: the larger is lowered, or else the other raised.

        What a ledger gives cannot be typed over.
        """
        larger = self._row(spot, found["code"]) if found["code"] else ""
        if larger and not self.screen.locked(larger):
            self._enter(larger, _amount(found["least"]))
        else:
            self._enter(self._row(spot, found["other"]), _amount(found["most"]))

    def _settle_sum(self, spot: Spot, found: re.Match[str]) -> None:
        """Parts exceed their whole: it is raised, or else the first part takes it all."""
        whole = self._row(spot, found["other"])
        if not self.screen.locked(whole):
            self._enter(whole, _amount(found["most"]))
            return
        for place, code in enumerate(found["codes"].split("、")):
            self._enter(self._row(spot, code), 0.0 if place else _amount(found["least"]))

    def _answer_at(self, spot: Spot, found: re.Match[str]) -> None:
        """Fill the row that the words send the clerk to."""
        self._fill(replace(spot, cell=self._row(spot, found["code"]).rpartition("!")[2]))

    def _codes(self, spot: Spot) -> list[str]:
        """Return what stands in the column 代码 of the sheet, row by row."""
        page, number = self.screen.pages[spot.sheet], int(re.sub(r"\D", "", spot.cell))
        column = page.column(HEADERS["code"], number)
        return [row[column] for row in page.texts()] if column is not None else []

    def _row(self, spot: Spot, code: str) -> str:
        """Return the entry cell of the row with this code, on the same sheet."""
        codes = self._codes(spot)
        if codes.count(code) != 1:
            raise Lost(f"{spot}: where is {code}?")
        return f"{spot.sheet}!{re.sub(r'[0-9]', '', spot.cell)}{codes.index(code) + 1}"

    def _enter(self, address: str, value: float) -> None:
        if self.screen.locked(address) or not self.screen.limits(address).take(value):
            raise Lost(f"{address}: {value} is refused")
        self.screen.type(address, value)


def _amount(text: str) -> float:
    return float(text.replace(",", ""))


CODE, NUMBER = r"[\w.]+", r"[\d,.]+"
EXCESS = rf"(?P<most>{NUMBER})[^，]*，大于 (?P<other>{CODE})(?:「[^」]*」)? ?的 (?P<least>{NUMBER})"

READINGS: list[tuple[re.Pattern[str], Callable[[Follower, Spot, re.Match[str]], None]]] = [
    (re.compile(r"请清空节首的选择"), Follower._leave_section),
    (re.compile(rf"请清空(?!节首)(?: (?P<code>{CODE})(?: 至 (?P<last>{CODE}))?)?"), Follower._empty),
    (re.compile(r"请到「(?P<sheet>[^」]+)」"), Follower._go_to),
    (re.compile(r"请删去这一行"), Follower._delete_row),
    (re.compile(rf"请在 (?P<code>{CODE})(?: 至 {CODE})? ?(?:中把用到的选|列出|写明)"), Follower._answer_at),
    (re.compile(rf"(?P<code>{CODE}) (?:请)?填 0"), Follower._nothing_there),
    (re.compile(rf"(?P<codes>{CODE}(?:、{CODE})+) 合计 {EXCESS}"), Follower._settle_sum),
    (re.compile(rf"(?:(?P<code>{CODE})「[^」]*」为|共) {EXCESS}"), Follower._settle),
]
"""What the words of a workbook ask for, in the order in which a clerk looks for it."""
