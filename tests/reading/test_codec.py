"""One codec: whatever reading may give comes out of its text as it went in.

- any return and any refusal, to the sign of a zero and the order of cells; days stay days, texts that look like days
  texts
- a text that nobody encoded is refused with ValueError, whatever stands in it
- a typical return is small, and quickly written and read
"""

from __future__ import annotations

import json
import math
import pickle
import time
from base64 import b64encode
from dataclasses import FrozenInstanceError, fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from addin.auditing.audit import audit
from addin.codec import decode, encode, fingerprint
from addin.facts import Oddity
from addin.ledger_codec import describe_ledgers
from addin.package.opened import Origin
from addin.package.refusal import FileStatus
from addin.reading.reader import read
from addin.sending.fill import fill
from addin.sending.zero import make_complete_zero
from addin.submission import Edition, Refusal, Submission
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content, Identity, Value
from templates.filled import FilledLedger, code_cells
from templates.model import Kind, Survey
from tests.support.facts import REFUSALS, SUBMISSIONS, exactly
from tests.support.returns import MINI, YEAR, a_complete_return, noting

ODD = Oddity.of("cell.text", form="M1", code="06", cell="M1!E14", name="场馆数", value="约30")


@given(before=SUBMISSIONS | REFUSALS)
@settings(max_examples=300, deadline=None)
def test_what_goes_in_comes_out(before: Submission | Refusal) -> None:
    after = decode(encode(before))
    assert exactly(after) == exactly(before)
    if isinstance(before, Submission) and isinstance(after, Submission):
        assert fingerprint(after) == fingerprint(before)


def test_every_field_is_known_here() -> None:
    """A field that is new in these needs a place in ``addin.codec``, and a line in ``tests.support.facts``."""
    named = {kind: [field.name for field in fields(kind)] for kind in (Submission, Content, Refusal, Oddity, Origin)}
    assert named == {
        Submission: ["file", "identity", "edition", "content", "oddities", "typed", "origin", "answers"],
        Content: ["values", "notes", "ledgers", "confirmed", "remarks", "summary", "prior"],
        Refusal: ["file", "status", "reason", "identity", "origin"],
        Oddity: ["check", "form", "code", "cell", "ledger", "row", "quotes"],
        Origin: ["sha256", "saved_at", "saved_by", "program"],
    }


def encode_floats(*numbers: float) -> str:
    """Return numbers as a record has them."""
    return b64encode(np.array(numbers, "<f8").tobytes()).decode()


GOOD: dict[str, Any] = json.loads(encode(noting(a_complete_return({"02": date(2024, 1, 1)}, [{"日期": "甲"}]), ODD)))

LEDGERS: dict[str, Any] = describe_ledgers({"活动": {5: {"日期": date(2024, 1, 1), "参加人次": 3.0, "活动名称": "甲"}}})
WRONG_LEDGERS: list[dict[str, Any]] = [
    {"sheets": {"活动": [[5, 1], [["日期", "day"], ["参加人次", "number"]]]}},
    {"sheets": {"活动": [[5, 1], [["日期", "day"], ["参加人次", "number"], ["活动名称", 0]]]}},
    {"sheets": {"活动": [[5, 1], [["日期", "day"], ["参加人次", "day"], ["活动名称", "number"]]]}},
    {"sheets": {"活动": [[5, 2], [["日期", "day"], ["参加人次", "number"], ["活动名称", 1]]]}},
    {"sheets": {"活动": [[5, 10**12], [["日期", "day"], ["参加人次", "number"], ["活动名称", 1]]]}},
    {"sheets": {"活动": [[5, 1], [["日期", "day", [0, "甲"]], ["参加人次", "number"], ["活动名称", 1]]]}},
    {"sheets": {"活动": [[5, 2, 9, -1], [["日期", "day"], ["参加人次", "number"], ["活动名称", 1]]]}},
    {"sheets": {"活动": [[5], [["日期", "day"], ["参加人次", "number"], ["活动名称", 1]]]}},
    {"numbers": encode_floats(1e300, 3.0)},
    {"numbers": encode_floats(0.5, 3.0)},
    {"numbers": encode_floats(math.inf, 3.0)},
    {"numbers": encode_floats(45292.0)},
    {"numbers": "???"},
    {"codes": ["<i2", b64encode(np.array([1], "<i2").tobytes()).decode()]},
    {"codes": ["<i2", b64encode(np.array([-2], "<i2").tobytes()).decode()]},
    {"codes": ["O", b64encode(bytes(8)).decode()]},
    {"values": [["甲"]]},
    {"values": ["甲", "乙"]},
    {"values": 3},
]
OLD = {"活动": {"5": {"日期": {"date": "2024-01-01"}, "参加人次": 3.0, "活动名称": "甲"}, "7": {"活动名称": "乙"}}}


def test_ledgers_of_older_records_are_still_read() -> None:
    read = decode(json.dumps(GOOD | {"content": {"ledgers": OLD}}))
    assert isinstance(read, Submission)
    first: dict[str, Value] = {"日期": date(2024, 1, 1), "参加人次": 3.0, "活动名称": "甲"}
    assert read.content.ledgers == {"活动": {5: first, 7: {"活动名称": "乙"}}}


@pytest.mark.parametrize(
    "changed",
    [
        "not JSON",
        "[]",
        "3",
        {},
        {"file": "a"},
        GOOD | {"identity": None},
        GOOD | {"identity": {"code": "1"}},
        GOOD | {"identity": GOOD["identity"] | {"stranger": "1"}},
        GOOD | {"edition": ["mini"]},
        GOOD | {"content": {"values": {"M1": {"06": [1]}}}},
        GOOD | {"content": {"values": {"M1": {"06": {"date": "3月"}}}}},
        GOOD | {"content": {"values": {"M1": {"06": None}}}},
        GOOD | {"content": {"values": {"M1": 3}}},
        GOOD | {"content": {"ledgers": {"活动": {"x": {}}}}},
        *(GOOD | {"content": {"ledgers": LEDGERS | changed}} for changed in WRONG_LEDGERS),
        GOOD | {"content": {"stranger": 1}},
        GOOD | {"oddities": [["no.such.check"]]},
        GOOD | {"oddities": [[]]},
        GOOD | {"typed": [["M1", "06"]]},
        {"file": "a", "identity": None, "status": "fine", "reason": ""},
    ],
)
def test_what_was_never_encoded_is_refused(changed: object) -> None:
    text = changed if isinstance(changed, str) else json.dumps(changed)
    with pytest.raises(ValueError, match=r"."):
        decode(text)


def test_what_is_odd_makes_another_fingerprint_and_whence_it_came_does_not() -> None:
    one = a_complete_return()
    assert fingerprint(one) == fingerprint(replace(one, file="b.xlsx", origin=Origin("a" * 64)))
    others = [noting(one, ODD), replace(one, typed={("M1", "10"): 1.0}), a_complete_return({"06": 1.0})]
    assert len({fingerprint(each) for each in (one, *others)}) == 4


def test_the_order_of_columns_and_how_they_are_held_makes_no_other_fingerprint() -> None:
    row: dict[str, Value] = {"活动名称": "甲", "参加人次": 5.0, "日期": date(2024, 3, 5)}
    one = a_complete_return(rows=[row])
    other = a_complete_return(rows=[dict(reversed(row.items()))])
    numbers = FilledLedger.of(other.content.ledgers["活动"])
    columns = {name: code_cells(numbers.list_cells(name)) for name in numbers.columns}
    other.content.ledgers["活动"] = FilledLedger(numbers.numbers, columns)
    assert fingerprint(one) == fingerprint(other)


def test_a_refusal_keeps_whose_it_is() -> None:
    identity = Identity("mini", "1", "0", 2024, "001", "甲", "甲类", "市级")
    refusal = Refusal("a.xlsx", FileStatus.OTHER_YEAR, "不是今年的", identity)
    assert decode(encode(refusal)) == refusal


def test_nobody_changes_a_return() -> None:
    before = noting(a_complete_return({"12": 5.0}, [{"活动名称": "甲", "参加人次": 5.0}]), ODD)
    text = encode(before)
    with pytest.raises(FrozenInstanceError):
        before.content = Content()  # type: ignore[misc]
    audit(MINI, YEAR, [before, before])
    filled = fill(MINI, before, {"forms": {"M1": {"06": 9}}, "ledgers": {"活动": []}}).submission
    assert filled.content.values["M1"]["06"] == 9.0
    assert encode(before) == text


# --- size and speed --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def typical(kx: Survey, tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Submission:
    """A whole return of the large survey with some rows in every ledger, read from its workbook."""
    kind = kx.kinds[0]
    whose = Identity(kx.id, kx.version, kx.hash, 2024, "500103", "渝中区科学技术协会", kind.name, kind.levels[0])
    content = make_complete_zero(kx, whose)
    for ledger in kx.ledgers_of(kind.name, kind.levels[0]):
        columns = [one.name for one in ledger.columns if one.kind is Kind.TEXT and not (one.code_list or one.options)]
        row: dict[str, Value] = dict.fromkeys(columns, "重庆市渝中区某某路 12 号")
        content.ledgers[ledger.short] = {number: dict(row) for number in range(5, 10)}
    content.prior = {form: dict(cells) for form, cells in content.values.items()}
    path = tmp_path_factory.mktemp("typical") / "a.xlsx"
    build(path, kx, whose, lock, content)
    found = read(path)
    assert isinstance(found, Submission), found
    return found


def test_a_return_carries_no_definitions(typical: Submission, kx: Survey) -> None:
    assert typical.edition == Edition.of(kx)
    assert len(pickle.dumps(typical)) < 60_000
    assert len(encode(typical).encode()) < 60_000


def test_a_return_is_quickly_written_and_read(typical: Submission) -> None:
    """A thousandth of a second here; the limit leaves room for a slow machine, and is a hundredth of reading it."""
    spent = []
    for _ in range(20):
        start = time.process_time()
        decode(encode(typical))
        spent.append(time.process_time() - start)
    assert min(spent) < 0.005
