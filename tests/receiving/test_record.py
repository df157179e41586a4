"""Records: whatever a unit may have sent comes out of the consolidated workbook as it went in."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.codec import fingerprint
from addin.facts import Oddity
from addin.package.refusal import FileStatus, NotOpened
from addin.reading.reader import read
from addin.receiving import upward
from addin.receiving.archive import Found
from addin.receiving.below import TASK, understand
from addin.receiving.outcomes import FileOutcome, IncomingFile, Merged, Role, UnitOutcome
from addin.receiving.record import Record, pack_record
from addin.receiving.upward import DOCUMENT, list_returns_inside
from addin.submission import Edition, Refusal, Submission
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup
from addin.workers.pool import read_here
from generator.consolidated.machine import digest_records
from templates.checks import load_checks
from templates.content import Content, Identity, Value
from templates.words import say
from tests.support.books import identity
from tests.support.mailbag import FAKE, survey, unit
from tests.support.returns import MINI

TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", " 前后 ", "a\r\nb\tc", "_x000D_", "2024-03-05", "=1+1", "3", "\u2028\x7f\x00\ufffe", "😀", "\\_x0041_"]
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VALUES: st.SearchStrategy[Value] = st.one_of(NUMBERS, TEXTS, st.dates())
CELLS = st.dictionaries(st.sampled_from(["01", "02", "x01", "03.1"]), VALUES, max_size=4)
FORMS = st.dictionaries(st.sampled_from(["A01", "B01", "封面"]), CELLS, max_size=3)
ROWS = st.dictionaries(st.integers(5, 5000), st.dictionaries(st.sampled_from(["名称", "人次"]), VALUES), max_size=3)
CONTENTS = st.builds(
    Content,
    values=FORMS,
    notes=st.dictionaries(st.just("A01"), st.dictionaries(st.just("01"), TEXTS), max_size=1),
    ledgers=st.dictionaries(st.just("会议"), ROWS, max_size=1),
    confirmed=st.sets(st.sampled_from(["会议", "期刊"])),
    remarks=TEXTS,
    summary=TEXTS,
    prior=FORMS,
)
ODDITIES = st.lists(
    st.builds(
        Oddity,
        st.sampled_from(sorted(load_checks())),
        TEXTS,
        TEXTS,
        TEXTS,
        row=st.none() | st.integers(1, 9),
        quotes=st.lists(st.tuples(TEXTS, TEXTS), max_size=2, unique_by=lambda one: one[0]).map(tuple),
    ),
    max_size=2,
)
TYPED = st.dictionaries(st.tuples(st.just("B01"), st.just("01")), NUMBERS | st.just(math.nan), max_size=1)
MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def sent(number: int, content: Content, oddities: list[Oddity], typed: dict[tuple[str, str], float]) -> Submission:
    """Return a return of unit ``number``."""
    kind = "学会" if number % 2 else "科协"
    identity = Identity("small", "1", "0", 2024, str(number), f"单位{number}", kind, "市级", signature="k:ab")
    return Submission("x.xlsx", identity, Edition.of(survey()), content, tuple(oddities), typed)


@pytest.fixture(scope="module", autouse=True)
def here() -> Iterator[None]:
    """Open the workbooks in this process: there are many, and all of our own making."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upward, "read_below", lambda paths: (understand(read_here(TASK, path)) for path in paths))
        yield


def taken_apart(submissions: list[Submission], saved: datetime) -> list[IncomingFile]:
    """Write the returns into a consolidated workbook and return what the level above finds in it."""
    file = FileOutcome("x.xlsx", Role.COUNTED, FileStatus.OK, modified=saved, changed=saved, digest="d")
    units = [UnitOutcome(unit(s.identity.code, s.identity.kind, "市级"), (file,), s) for s in submissions]
    result = Merged(survey(), 2024, tuple(units), ())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "汇总.xlsx"
        write_summary(result, Rollup.of(result, lambda *_: [{} for _ in units]), path)
        refusal = read(path, surveys=lambda _: survey())
        assert isinstance(refusal, Refusal)
        assert refusal.identity
        assert refusal.identity.document == DOCUMENT
        incoming = IncomingFile.of(Found(path, path.name, saved), refusal, 0)
        return list_returns_inside([incoming], survey(), 2024, (), FAKE)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CONTENTS, ODDITIES, TYPED), min_size=1, max_size=3), MOMENTS)
def test_what_goes_up_is_what_came_in(
    parts: list[tuple[Content, list[Oddity], dict[tuple[str, str], float]]], saved: datetime
) -> None:
    before = [sent(number, *part) for number, part in enumerate(parts)]
    after = taken_apart(before, saved)
    for old, new in zip(before, after, strict=True):
        found = new.submission
        assert found
        assert (found.identity, found.content, found.oddities) == (old.identity, old.content, old.oddities)
        assert fingerprint(found) == fingerprint(old)
        assert repr(found.typed) == repr(old.typed)
        assert (new.modified, new.changed, new.digest) == (saved, saved, "d")


def test_a_long_ledger_takes_several_cells() -> None:
    rows: dict[int, dict[str, Value]] = {
        row: {"名称": f"第{row}次 {'会' * 40}", "人次": row / 7, "记录状态": date(2024, 1, 1)} for row in range(5, 2000)
    }
    before = sent(1, Content(ledgers={"会议": rows}), [], {})
    (found,) = taken_apart([before], datetime(2025, 1, 1, tzinfo=UTC))
    assert found.submission
    assert found.submission.content == before.content


def test_a_text_that_looks_like_a_day_stays_a_text() -> None:
    assert fingerprint(sent(1, Content(remarks="2024-01-01"), [], {})) != fingerprint(sent(1, Content(), [], {}))
    one = sent(1, Content({"A01": {"06": "2024-01-01"}}), [], {})
    other = sent(1, Content({"A01": {"06": date(2024, 1, 1)}}), [], {})
    assert fingerprint(one) != fingerprint(other)


def test_records_are_small() -> None:
    """Blanks and defaults are not written."""
    assert json.loads(pack_record(Record(unit("1")))) == {
        "unit": {"code": "1", "name": "单位1", "uscc": "", "kind": "科协", "level": "县级", "region": "110101"}
    }


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "changed_result"),
        (["0" * 64, "{}"], "changed_result"),
        ([digest_records(["{}"]), "{}"], "other_program"),
        ([digest_records(["[1]"]), "[1]"], "other_program"),
        ([digest_records(["no JSON"]), "no JSON"], "other_program"),
    ],
)
def test_records_that_nobody_can_take_apart(lines: list[str], sentence: str) -> None:
    with pytest.raises(NotOpened) as refused:
        upward._records(lines, identity(MINI, "甲类", "市级"), ())
    assert refused.value.reason == say(f"merge.refusal.{sentence}")
