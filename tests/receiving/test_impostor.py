"""Returns in another unit's workbook: what the sender typed gives it away, and nothing less is held against it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from addin.receiving.impostor import refuse_impostor
from addin.receiving.outcomes import IncomingFile
from addin.roster import ReportingUnit, Roster
from addin.submission import Refusal
from templates.content import Value
from tests.support.returns import a_return, named

A = ReportingUnit("A", "甲馆（总馆）", "91110000600037341L", "甲类", "市级", "", "P")
B = ReportingUnit("B", "乙馆", "53500000DEM000001Q", "甲类", "市级", "")
P = ReportingUnit("P", "上级馆", "", "甲类", "市级", "")


@pytest.mark.parametrize(
    ("cells", "suspected"),
    [
        ({}, False),
        ({"01": "甲馆(总馆)", "02": B.uscc}, False),  # the own name, only spelt otherwise
        ({"01": "谁也不是"}, False),
        ({"01": "甲馆（旧名）"}, False),  # what the roster has called it since
        ({"01": "上级馆"}, False),  # a part writes its parent's name
        ({"01": "乙馆", "02": A.uscc}, False),  # a slip: the credit code is the own
        ({"01": "乙馆"}, True),
        ({"01": "乙 馆", "02": B.uscc}, True),
    ],
)
def test_only_another_units_name_without_the_own_code_is_held_against_a_file(
    cells: dict[str, Value], suspected: bool
) -> None:
    submission = a_return(cells)
    identity = replace(submission.identity, code="A", name=A.name, uscc=A.uscc)
    incoming = IncomingFile("x.xlsx", Path("x.xlsx"), replace(submission, identity=identity))
    found = refuse_impostor(incoming, named(), Roster((replace(A, name="甲馆（旧名）"), B, P)))
    assert isinstance(found.content, Refusal) is suspected
    if isinstance(found.content, Refusal):
        words = "工作簿是「甲馆（总馆）」（代码 A）的，表里填的却是「乙馆」（代码 B）"
        assert (found.content.status.value, found.content.reason.startswith(words)) == ("not_ours", True)
