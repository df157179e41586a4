"""Returns and refusals of any shape, for round trips."""

from __future__ import annotations

import math
import string
from dataclasses import fields, replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from addin.facts import Oddity, Quoted, UnitAnswer
from addin.package.opened import Origin
from addin.package.refusal import FileStatus
from addin.submission import Edition, Refusal, Submission
from templates.checks import load_checks
from templates.content import Content, Identity, Value
from templates.filled import FilledLedger

WORDS = st.text(max_size=8) | st.sampled_from(["date", "", "_x000D_", " \r\n", "2024-03-05", "\x00", "😀", "\u2028"])
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
VALUES: st.SearchStrategy[Value] = st.one_of(NUMBERS, WORDS, DAYS)
CELLS = st.dictionaries(WORDS, VALUES, max_size=4)
LEDGER_ROWS = st.dictionaries(st.integers(1, 1_048_576), CELLS, max_size=3)
FORMS = st.dictionaries(WORDS, CELLS, max_size=3)
CONTENTS = st.builds(
    Content,
    values=FORMS,
    notes=st.dictionaries(WORDS, st.dictionaries(WORDS, WORDS, max_size=3), max_size=3),
    ledgers=st.dictionaries(WORDS, LEDGER_ROWS, max_size=3),
    confirmed=st.sets(WORDS, max_size=3),
    remarks=WORDS,
    summary=WORDS,
    prior=FORMS,
)
ROWS = st.none() | st.integers(1, 1_048_576)
QUOTES: st.SearchStrategy[Quoted] = st.one_of(WORDS, st.integers(-9, 9999), NUMBERS)


def placeholders(check: str) -> set[str]:
    """Return the names that the words of a check ask for, but for those of its place."""
    kind = load_checks()[check]
    named = {name for text in (kind.message, kind.hint) for _, name, _, _ in string.Formatter().parse(text) if name}
    return named - {"label", "form", "code", "cell", "ledger", "row"}


def _oddity(check: str) -> st.SearchStrategy[Oddity]:
    quotes = st.fixed_dictionaries(dict.fromkeys(sorted(placeholders(check)), QUOTES), optional={"name": WORDS})
    return st.builds(
        Oddity,
        st.just(check),
        form=WORDS,
        code=WORDS,
        cell=WORDS,
        ledger=WORDS,
        row=ROWS,
        quotes=quotes.map(lambda told: tuple(told.items())),
    )


ODDITIES = st.sampled_from(sorted(load_checks())).flatmap(_oddity)
TYPED = st.dictionaries(st.tuples(WORDS, WORDS), NUMBERS | st.just(math.nan), max_size=3)
IDENTITIES = st.builds(
    Identity, **{f.name: WORDS for f in fields(Identity) if f.name != "year"}, year=st.integers(0, 9999)
)
EDITIONS = st.builds(Edition, WORDS, WORDS, WORDS)
MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(fold=0)
)
ORIGINS = st.none() | st.builds(Origin, WORDS, st.none() | MOMENTS, WORDS, WORDS)
SUBMISSIONS = st.builds(
    Submission,
    file=WORDS,
    identity=IDENTITIES,
    edition=EDITIONS,
    content=CONTENTS,
    oddities=st.lists(ODDITIES, max_size=3).map(tuple),
    typed=TYPED,
    origin=ORIGINS,
    answers=st.lists(st.builds(UnitAnswer, st.integers(0, 99), *[WORDS] * 5), max_size=2).map(tuple),
)
REFUSALS = st.builds(
    Refusal,
    file=WORDS,
    status=st.sampled_from([status for status in FileStatus if not status.readable]),
    reason=WORDS,
    identity=st.none() | IDENTITIES,
    origin=ORIGINS,
)


def exactly(read: Submission | Refusal) -> str:
    """Return everything of what was read, the order of what people see and the sign of 0 too; NaN equals NaN."""
    if isinstance(read, Refusal):
        return repr(read)
    confirmed, ledgers = sorted(read.content.confirmed), read.content.ledgers
    columns = {short: FilledLedger.of(rows) for short, rows in ledgers.items()}
    return repr((confirmed, columns, replace(read, content=replace(read.content, confirmed=set(), ledgers={}))))
