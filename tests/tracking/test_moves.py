"""Every state and every event: where it leads, or why it does not."""

from __future__ import annotations

import pytest

from addin.receiving.outcomes import State
from addin.tracking.moves import Happening, Move, move
from templates.words import say

HELD, FAULTY, UNEXPLAINED, PASSED, MISSING, SENT_BACK, ACCEPTED = State

EXPECTED: dict[State, tuple[State | str, ...]] = {
    # other file, same file, accept, send back, extend, remind; a word is why it cannot be
    HELD: (HELD, HELD, ACCEPTED, SENT_BACK, "city", "city"),
    FAULTY: (FAULTY, FAULTY, "faulty", SENT_BACK, FAULTY, "not_asked"),
    UNEXPLAINED: (UNEXPLAINED, UNEXPLAINED, "unexplained", SENT_BACK, UNEXPLAINED, "not_asked"),
    PASSED: (PASSED, PASSED, ACCEPTED, SENT_BACK, "city", "city"),
    MISSING: (MISSING, MISSING, "missing", "nothing", MISSING, MISSING),
}
"""A unit about which nobody decided anything is in the state that the audit gives it."""

DECIDED: dict[tuple[State, State], tuple[State | str, ...]] = {
    (SENT_BACK, HELD): (HELD, SENT_BACK, ACCEPTED, "twice", SENT_BACK, SENT_BACK),
    (SENT_BACK, FAULTY): (FAULTY, SENT_BACK, "faulty", "twice", SENT_BACK, SENT_BACK),
    (SENT_BACK, UNEXPLAINED): (UNEXPLAINED, SENT_BACK, "unexplained", "twice", SENT_BACK, SENT_BACK),
    (SENT_BACK, PASSED): (PASSED, SENT_BACK, ACCEPTED, "twice", SENT_BACK, SENT_BACK),
    (SENT_BACK, MISSING): (MISSING, SENT_BACK, "missing", "twice", SENT_BACK, SENT_BACK),
    (ACCEPTED, HELD): (HELD, ACCEPTED, "accepted", SENT_BACK, "done", "done"),
    (ACCEPTED, FAULTY): (FAULTY, ACCEPTED, "accepted", SENT_BACK, "done", "done"),
    (ACCEPTED, UNEXPLAINED): (UNEXPLAINED, ACCEPTED, "accepted", SENT_BACK, "done", "done"),
    (ACCEPTED, PASSED): (PASSED, ACCEPTED, "accepted", SENT_BACK, "done", "done"),
    (ACCEPTED, MISSING): (MISSING, ACCEPTED, "accepted", SENT_BACK, "done", "done"),
}
"""By what was decided, and what the audit says of the file that stands for the unit now."""

CASES = [
    (state, event, verdict, found)
    for (state, verdict), row in (*(((one, one), row) for one, row in EXPECTED.items()), *DECIDED.items())
    for event, found in zip(Happening, row, strict=True)
]


def test_every_pair_is_here() -> None:
    assert {(state, event) for state, event, _, _ in CASES} == {(s, e) for s in State for e in Happening}


@pytest.mark.parametrize(("state", "event", "verdict", "found"), CASES)
def test_where_it_leads(state: State, event: Happening, verdict: State, found: State | str) -> None:
    if isinstance(found, State):
        assert move(state, event, verdict) == Move(found)
        return
    told = verdict if state is SENT_BACK and event is Happening.ACCEPT else state
    assert move(state, event, verdict) == Move(state, say(f"acts.refused.{found}", state=told.shown))
