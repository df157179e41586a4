"""Which event moves a unit from which state to which, and what is refused: one table, no exceptions elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from addin.receiving.outcomes import State
from templates.words import say


class Happening(StrEnum):
    """What may happen to a unit."""

    OTHER_FILE = "other_file"
    """A file came, or stands for the unit now, that holds something else than what was decided about."""
    SAME_FILE = "same_file"
    """A file came that holds the same: saved once more, or sent back as it was."""
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    EXTEND = "extend"
    REMIND = "remind"


@dataclass(frozen=True)
class Move:
    """Where an event leads."""

    state: State
    refused: str = ""
    """Why it cannot be, in one sentence; the state is then what it was."""


_VERDICT: Final = "verdict"
"""Leads to what the audit says of the content."""
_STAYS: Final = "stays"
_AS_JUDGED: Final = "as judged"
"""As if the unit were in the state that the audit gives its content."""

_TABLE: Final[dict[State, dict[Happening, State | str]]] = {
    state: dict(zip(Happening, row, strict=True))
    for state, row in {
        # other file, same file, accept, send back, extend, remind
        State.HELD: (_VERDICT, _VERDICT, State.ACCEPTED, State.SENT_BACK, "city", "city"),
        State.FAULTY: (_VERDICT, _VERDICT, "faulty", State.SENT_BACK, _STAYS, "not_asked"),
        State.UNEXPLAINED: (_VERDICT, _VERDICT, "unexplained", State.SENT_BACK, _STAYS, "not_asked"),
        State.PASSED: (_VERDICT, _VERDICT, State.ACCEPTED, State.SENT_BACK, "city", "city"),
        State.MISSING: (_VERDICT, _VERDICT, "missing", "nothing", _STAYS, _STAYS),
        State.SENT_BACK: (_VERDICT, _STAYS, _AS_JUDGED, "twice", _STAYS, _STAYS),
        State.ACCEPTED: (_VERDICT, _STAYS, "accepted", State.SENT_BACK, "done", "done"),
    }.items()
}
"""By state and event: the state it leads to, or why it does not: a key of ``[refused]`` in words/acts.toml."""


def move(state: State, event: Happening, verdict: State) -> Move:
    """Return where the event leads a unit in this state; ``verdict`` is what the audit says of what it sent."""
    found = _TABLE[state][event]
    if isinstance(found, State):
        return Move(found)
    if found == _VERDICT:
        return Move(verdict)
    if found == _STAYS:
        return Move(state)
    if found == _AS_JUDGED:
        led = move(verdict, event, verdict)
        return Move(state, led.refused) if led.refused else led
    return Move(state, say(f"acts.refused.{found}", state=state.shown))
