"""What a 复核表 says while it is filled, in a live LibreOffice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from addin.sending.dispatch import make_identity
from generator.lock import Lock
from generator.spot_checks.sheet import CheckedCell, CheckedRow, CheckSheet, write_check_sheet
from tests.support.office import Office, opened
from tests.support.returns import MINI, YEAR
from tests.support.spot_checks import CITY

pytestmark = pytest.mark.office

CELLS = (
    CheckedCell("M1", "06", "场馆数", "座", 0, 5.0),
    CheckedCell("M1", "08", "建筑面积", "万平方米", 2, 1.25),
    CheckedCell("M1", "09", "场馆经费", "元", 0, None),
)
ROWS = (CheckedRow("活动", 5, "山地论坛", "规模：小型"),)

STEPS: list[tuple[dict[str, object], str, list[object]]] = [
    ({}, "○ 还没有复核的指标：3", ["", "", "", ""]),
    ({"G7": 3, "G8": 1.25, "G9": 7}, "○ 还没有复核的台账行：1", [2.0, 0.0, -7.0, ""]),
    ({"G11": "查无"}, "○ 还没有写复核人的行：4", [2.0, 0.0, -7.0, "✗ 不符"]),
    ({"G11": "相符"}, "○ 还没有写复核人的行：4", [2.0, 0.0, -7.0, ""]),
    (dict.fromkeys(("J7", "J8", "J9", "J11"), "赵某"), "✓ 已复核完，请存盘交回。", [2.0, 0.0, -7.0, ""]),
]


def test_it_says_what_is_still_to_do(tmp_path: Path, lock: Lock, office: Office) -> None:
    path = tmp_path / "复核表.xlsx"
    identity = make_identity(CITY[0], MINI, YEAR)
    write_check_sheet(path, CheckSheet(MINI.title, identity, "市级·甲类", "0a1b2c3d", False, CELLS, ROWS), lock)
    with opened(office, path) as book:
        assert book.formula_errors() == []
        for entries, status, differences in STEPS:
            for cell, value in entries.items():
                book.poke(f"复核表!{cell}", value)
            book.recalculate()
            assert column(book.block("复核表", "B4:B4")) == [status]
            shown = column(book.block("复核表", "H7:H11"))
            assert [*shown[:3], shown[4]] == differences


ALONE = [
    (CELLS, (), "○ 还没有复核的指标：3"),
    ((), ROWS, "○ 还没有复核的台账行：1"),
    ((), (), "✓ 已复核完，请存盘交回。"),
]


@pytest.mark.parametrize(("cells", "rows", "status"), ALONE)
def test_where_there_are_only_numbers_or_only_rows(
    cells: tuple[CheckedCell, ...],
    rows: tuple[CheckedRow, ...],
    status: str,
    tmp_path: Path,
    lock: Lock,
    office: Office,
) -> None:
    path = tmp_path / "复核表.xlsx"
    identity = make_identity(CITY[0], MINI, YEAR)
    write_check_sheet(path, CheckSheet(MINI.title, identity, "市级·甲类", "0a1b2c3d", True, cells, rows), lock)
    assert openpyxl.load_workbook(path, data_only=True)["复核表"]["B4"].value == status
    with opened(office, path) as book:
        book.recalculate()
        assert column(book.block("复核表", "B4:B4")) == [status]


def column(block: Sequence[Sequence[object]]) -> list[object]:
    return [line[0] for line in block]
