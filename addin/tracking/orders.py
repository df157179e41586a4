"""What an officer wrote beside a unit on 报送情况: understood, or not done for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from addin.reading.days import read_day
from addin.receiving.acts import Act, ActKind
from addin.receiving.outcomes import State, UnitOutcome
from addin.tracking.moves import Happening, move
from templates.words import lookup, say

DAYS_TO_ANSWER: Final = int(lookup("acts.days_to_answer"))

KINDS: Final = {
    Happening.ACCEPT: ActKind.ACCEPTED,
    Happening.SEND_BACK: ActKind.SENT_BACK,
    Happening.EXTEND: ActKind.EXTENDED,
    Happening.REMIND: ActKind.REMINDED,
}


class Unmet(Exception):
    """Why something is not done, in one sentence without a stop."""


@dataclass(frozen=True, slots=True)
class Order:
    """The three cells beside one unit."""

    what: str
    text: str = ""
    """退回原因, or the day until which more time is given."""
    by: str = ""


def understand_order(order: Order) -> Happening:
    """Return what is to happen. Raises Unmet for words that mean nothing, and where nobody answers for it."""
    words, what = lookup("acts.orders"), order.what.strip()
    found = next((key for key, text in words.items() if text == what or (_is_day(key) and what.startswith(text))), None)
    if found is None:
        raise Unmet(say("acts.unmet_why.unknown", text=order.what.strip()))
    if not order.by.strip():
        raise Unmet(say("acts.unmet_why.no_name"))
    return Happening(found)


def carry_out(order: Order, unit: UnitOutcome, moment: datetime) -> Act:
    """Return the act that the order is, on the unit as it stands. Raises Unmet."""
    event = understand_order(order)
    if event is Happening.EXTEND:
        return act_on(unit, event, order.by.strip(), moment, due=read_due_day(_find_day(order), moment.date()))
    return act_on(unit, event, order.by.strip(), moment, reason=order.text.strip())


def _is_day(key: str) -> bool:
    return key == Happening.EXTEND.value


def _find_day(order: Order) -> str:
    """Return the day that is written beside the order, or behind its word."""
    return order.text.strip() or order.what.strip().removeprefix(lookup("acts.orders")["extend"]).strip(" ：:")


def act_on(
    unit: UnitOutcome, event: Happening, by: str, moment: datetime, *, reason: str = "", due: date | None = None
) -> Act:
    """Return an act on the unit, bound to its content. Raises Unmet where the table of moves refuses it."""
    refuse_move(unit.state, event, unit.verdict, undecided=unit.undecided)
    sent_back = event is Happening.SEND_BACK
    if sent_back and not reason and unit.verdict is State.PASSED:
        raise Unmet(say("acts.unmet_why.no_reason"))
    if sent_back and due is None:
        due = moment.date() + timedelta(days=DAYS_TO_ANSWER)
    return Act(
        KINDS[event],
        unit.code,
        unit.name,
        by,
        reason,
        due,
        unit.acts.rounds + sent_back,
        unit.content,
        unit.sha256,
        file=unit.files[0].shown if unit.submission else "",
        at=moment,
    )


def refuse_move(state: State, event: Happening, verdict: State, *, undecided: bool) -> None:
    """Raise Unmet where the table of moves refuses the event, or nobody knows yet which file is meant."""
    if undecided and event is not Happening.EXTEND:
        raise Unmet(say("acts.refused.undecided"))
    if refused := move(state, event, verdict).refused:
        raise Unmet(refused)


def read_due_day(text: str, today: date) -> date:
    """Return the day that is written. Raises Unmet where it is none, or is over."""
    found = read_day(text.strip())
    if found is None:
        raise Unmet(say("acts.unmet_why.no_day", text=text.strip()))
    if found.day < today:
        raise Unmet(say("acts.unmet_why.past", day=found.day.isoformat()))
    return found.day
