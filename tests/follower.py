"""A clerk who knows nothing of the survey, and does what the workbook says until it says 可以."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

from tests.screen import HEADERS, Limits, Screen, Spot

UNFILLED, WRONG, DOUBTFUL = "○", "✗", "！"

PATIENCE = 3
"""So often the clerk comes back to a cell that says the same."""

STEPS = 400

EPOCH = date(1899, 12, 30)

SENTENCE = "本年度业务有调整，以实际发生的为准"
TEXT = "演示"

LENGTH = re.compile(r"少于 (\d+) 字")
EXCEEDS = re.compile(r"大于 .*?的 ([\d,.]+)|少于 .*?的 ([\d,.]+)")
EMPTY = re.compile("请清空$")
ELSEWHERE = re.compile(r"请在 (?P<code>[\w.]+)( 至 [\w.]+)? ?(中把用到的选|列出|写明)")
TOTAL = re.compile(r"合计 (?P<sum>[\d,.]+)，大于 (?P<code>[\w.]+)「")
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
        elif not spot.symbol:
            self._fill(spot)
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
        if not limits.take(value):
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
        """Do what the message and its 怎么办 ask for; where they name no other cell, type this one anew."""
        said = f"{spot.message}。{spot.told.advice}"
        if EMPTY.search(said):
            self.screen.type(spot.address, "")
        elif there := ELSEWHERE.search(said):
            self._answer_at(spot, there["code"])
        elif total := TOTAL.search(said):
            self._enter(self._row(spot, total["code"]), _amount(total["sum"]))
        else:
            self._fill(spot)

    def _answer_at(self, spot: Spot, code: str) -> None:
        """Fill the row that the words send the clerk to."""
        self._fill(replace(spot, cell=self._row(spot, code).rpartition("!")[2]))

    def _row(self, spot: Spot, code: str) -> str:
        """Return the entry cell of the row with this code, on the same sheet."""
        number = int(re.sub(r"\D", "", spot.cell))
        column = self.screen.pages[spot.sheet].column(HEADERS["code"], number)
        rows = self.screen.pages[spot.sheet].texts()
        found = [place for place, row in enumerate(rows, start=1) if column is not None and row[column] == code]
        if len(found) != 1:
            raise Lost(f"{spot}: where is {code}?")
        return f"{spot.sheet}!{re.sub(r'[0-9]', '', spot.cell)}{found[0]}"

    def _enter(self, address: str, value: float) -> None:
        if not self.screen.limits(address).take(value):
            raise Lost(f"{address}: {value} is refused")
        self.screen.type(address, value)


def _amount(text: str) -> float:
    return float(text.replace(",", ""))
