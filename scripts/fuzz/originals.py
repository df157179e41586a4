"""Good returns to begin with: of every kind of unit and level, as generated and as other programs save them again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, Final

from openpyxl import load_workbook

from addin.package.opened import OpenedPackage, open_bytes
from addin.sending.zero import make_complete_zero
from generator.lock import Lock
from generator.unit.workbook import build
from scripts.fuzz.book import Book
from scripts.fuzz.second import SecondSheet, read_second
from templates.content import Content, Identity, Value
from templates.families import EXAMPLE_YEAR
from templates.layout import LEDGER_HEADER_ROW
from templates.load import load
from templates.model import Column, Indicator, Kind, Ledger, Survey

PASSWORD: Final = "模糊测试"
_USCC: Final = "53500000DEM000001Q"
_ROWS: Final = 6


@dataclass(frozen=True)
class Original:
    """A good return."""

    name: str
    survey: Survey
    data: bytes
    seen: dict[str, SecondSheet] = field(repr=False)
    """What the second reader sees in it."""
    package: OpenedPackage = field(repr=False)

    @cached_property
    def parts(self) -> dict[str, bytes]:
        """Its parts by name."""
        return Book.of(self.data).parts


def load_survey(name: str) -> Survey:
    """Return a survey by id or folder; ``mini`` is the tiny one of the tests."""
    folder = Path(__file__).parents[2] / "tests" / "surveys" / name
    return load(folder if folder.is_dir() else Path(name) if Path(name).is_dir() else name)


def write_returns(survey: Survey, folder: Path) -> list[Path]:
    """Write a good return of every kind and level, and each as openpyxl saves it again."""
    lock, written = Lock.of(PASSWORD), []
    for kind in survey.kinds:
        for level in kind.levels:
            path = folder / f"{kind.name}-{level}.xlsx"
            who = Identity(
                survey.id, survey.version, survey.hash, EXAMPLE_YEAR, "001", "重庆市演示单位（演示）", kind.name, level,
                uscc=_USCC, region="500103",
            )  # fmt: skip
            build(path, survey, who, lock, fill_content(survey, who))
            again = folder / f"{kind.name}-{level}-openpyxl.xlsx"
            load_workbook(path).save(again)
            written += [path, again]
    return written


def open_original(path: Path, survey: Survey) -> Original:
    """Return the return at ``path``."""
    data = path.read_bytes()
    return Original(path.name, survey, data, read_second(data), open_bytes(data))


# --- what stands in them ---------------------------------------------------------------------------------------------


def fill_content(survey: Survey, who: Identity) -> Content:
    """Return values for every form and rows for every ledger; they need not agree with each other."""
    random, content = Random(who.kind + who.level), make_complete_zero(survey, who)
    for form in survey.forms_of(who.kind):
        values = content.values.setdefault(form.id, {})
        for indicator in form.indicators.values():
            if indicator.kind.is_number and isinstance(values.get(indicator.code), float):
                values[indicator.code] = _number(indicator.kind, random)
            elif indicator.kind is Kind.TEXT and indicator.code in values:
                values[indicator.code] = f"演示文字{random.randrange(99)}"
    for ledger in survey.ledgers_of(who.kind, who.level):
        content.ledgers[ledger.short] = {
            row: _row(survey, ledger, row, random)
            for row in range(LEDGER_HEADER_ROW + 1, LEDGER_HEADER_ROW + 1 + _ROWS)
        }
    return content


def _row(survey: Survey, ledger: Ledger, row: int, random: Random) -> dict[str, Value]:
    return {column.name: _value(survey, column, row, random) for column in ledger.columns}


def _value(survey: Survey, column: Column | Indicator, row: int, random: Random) -> Value:
    if column.kind.is_number:
        return _number(column.kind, random)
    if column.kind.is_date:
        return date(EXAMPLE_YEAR, 1 + row % 12, 1 + random.randrange(28))
    members: Any = survey.code_lists[column.code_list].values if column.code_list else column.options
    if column.kind is Kind.YES_NO and not members:
        return random.choice(("是", "否"))
    if members:
        return str(random.choice(members))
    return _USCC if column.kind is Kind.USCC else f"演示 & <{column.name}> {row}"


def _number(kind: Kind, random: Random) -> float:
    return round(random.random() * 900, 2) if kind is Kind.DECIMAL else float(random.randrange(1000))
