"""A city of the tiny survey whose returns are in a store, and people who fill its 复核表."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl

from addin.receiving.receive import MergeJob
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import make_identity
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.submission import Refusal, Submission
from templates.content import Value
from tests.support.mailbag import one_by_one
from tests.support.returns import MINI, YEAR, a_complete_return, a_row

CITY = [
    *(ReportingUnit(f"1{n:02}", f"甲{n}", "", "甲类", "市级", "500103") for n in range(12)),
    *(ReportingUnit(f"2{n:02}", f"县{n}", "", "甲类", "县级", "500103") for n in range(4)),
    *(ReportingUnit(f"3{n:02}", f"乙{n}", "", "乙类", "市级", "500103") for n in range(8)),
]
"""Strata of a half: 12 of 甲类 at 市级, 4 at 县级, 8 of 乙类."""

Found = Mapping[tuple[str, str], tuple[Any, str, str]]
"""What is written into a 复核表, by form or ledger and code or row: 复核值, 佐证材料, 复核人."""


def report(unit: ReportingUnit, more: float = 0) -> Submission:
    """Return what a unit reports: numbers that follow from its code, and ``more``."""
    number = float(unit.code) % 100
    rows: list[dict[str, Value]] = [a_row(活动名称=f"{unit.name}第{turn}场", 参加人次=5.0) for turn in range(3)]
    cells: dict[str, Value] = {"04": "1", "04.1": "甲馆", "06": number, "08": number / 4, "12": 15.0}
    cells["09"] = 10_000 * (number + 1) + more
    made = a_complete_return(cells, rows)
    made.content.prior["M1"] = {"09": cells["09"]}
    if unit.level != "市级":
        made.content.values["M1"].pop("13")
    if unit.kind == "乙类":
        made.content.values["M2"] = {"01": 100.0 + number, "02": 50.0, "x01": 3.0}
    return replace(made, identity=make_identity(unit, MINI, YEAR))


def merge_city(folder: Path, more: Mapping[str, float] | None = None) -> Store:
    """Merge the returns of the city into a store in ``folder``; ``more`` is what some report above that."""
    told = more or {}
    returns = folder / "returns"
    returns.mkdir(parents=True, exist_ok=True)
    for unit in CITY:
        (returns / f"{unit.code}.xlsx").write_text(f"{unit.code} {told.get(unit.code, 0)}")
    by_code = {unit.code: unit for unit in CITY}

    def read(path: Path) -> Submission | Refusal:
        code, _, above = path.read_text().partition(" ")
        return report(by_code[code], float(above))

    store = Store(folder / "S.duckdb")
    merge_into(store, MergeJob([returns], Roster(tuple(CITY)), MINI), read=one_by_one(read))
    return store


def fill(path: Path, found: Found, by: str = "赵某") -> None:
    """Fill a 复核表 as a person does who finds everything as reported, but for ``found``."""
    book = openpyxl.load_workbook(path)
    sheet = book["复核表"]
    for row in sheet.iter_rows(min_row=7):
        part, key, checked = row[1], row[2], row[6]
        if part.value and key.value and checked.protection.locked is False:
            right = "相符" if isinstance(key.value, int) else row[5].value or 0
            value, evidence, who = found.get((str(part.value), str(key.value)), (right, "", by))
            checked.value, row[8].value, row[9].value = value, evidence, who
    book.save(path)
