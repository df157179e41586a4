"""Which returns are to be sent back, out of the store: those with something open, and those that people named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from addin.auditing.audit import audit
from addin.receiving.acts import ActKind
from addin.receiving.outcomes import State
from addin.roster import ReportingUnit, Roster
from addin.sending_back.packet import UnitPacket
from addin.store.acts import UnitStanding
from addin.store.evidence import find_kept_file
from addin.store.packed import unpack_reading
from addin.store.store import Store
from addin.store.submissions import fetch
from addin.submission import Edition, Submission
from addin.tracking.moves import Happening, move
from generator.sent_back.slip import ReturnBand, show_day
from templates.model import Survey
from templates.words import say


@dataclass(frozen=True)
class ReturningOfficer:
    """Who sends back, why and until when."""

    by: str = ""
    phone: str = ""
    reason: str = ""
    due: date | None = None
    today: date = field(default_factory=date.today)


@dataclass(frozen=True)
class Chosen:
    """What is to be sent back, and what of that which was asked for is not, each in a sentence."""

    packets: tuple[UnitPacket, ...]
    refused: tuple[str, ...] = ()


def choose_returns(
    survey: Survey,
    roster: Roster,
    store: Store,
    standings: Mapping[str, UnitStanding],
    named: Sequence[str],
    sender: ReturningOfficer,
) -> Chosen:
    """Return the packets of the units that are named, else of all that are open. Raises StoreError."""
    refused = [say("sent_back.refused.unknown", unit=unit) for unit in named if unit not in standings]
    wanted: list[tuple[UnitStanding, ReportingUnit]] = []
    for standing in _ask_for(standings, named):
        if why := _refuse(standing, roster, store, sender, named=bool(named)):
            refused.append(why)
        else:
            wanted.append((standing, roster.by_code[standing.code]))
    read = _read(store, [standing for standing, _ in wanted])
    current = [(standing, unit, read[standing.code]) for standing, unit in wanted]
    other = [standing for standing, _, one in current if one.edition != Edition.of(survey)]
    refused += [say("sent_back.refused.other_edition", name=standing.name) for standing in other]
    current = [one for one in current if one[0] not in other]
    packets = _make_packets(survey, store, current, sender)
    return Chosen(tuple(packets), tuple(refused))


def _ask_for(standings: Mapping[str, UnitStanding], named: Sequence[str]) -> list[UnitStanding]:
    if named:
        return [standings[unit] for unit in dict.fromkeys(named) if unit in standings]
    return [standing for standing in standings.values() if _is_open(standing)]


def _is_open(standing: UnitStanding) -> bool:
    return standing.state in (State.FAULTY, State.UNEXPLAINED) or _is_unwritten(standing)


def _is_unwritten(standing: UnitStanding) -> bool:
    """Return whether people sent the return back, and nothing was written for the unit yet."""
    if standing.state is not State.SENT_BACK:
        return False
    acts = standing.acts
    return not any(act.wrote for act in acts.acts if act.kind is ActKind.SENT_BACK and act.round == acts.rounds)


def _refuse(standing: UnitStanding, roster: Roster, store: Store, sender: ReturningOfficer, *, named: bool) -> str:
    """Return why a return cannot be sent back; ``""`` where it can."""
    if standing.code not in roster.by_code:
        return say("sent_back.refused.not_on_roster", name=standing.name)
    if standing.state is State.SENT_BACK and not _is_unwritten(standing):
        last = standing.acts.last(ActKind.SENT_BACK)
        day = show_day(last.at.date()) if last and last.at else ""
        return say("sent_back.refused.written", name=standing.name, round=standing.acts.rounds, day=day)
    led = move(standing.state, Happening.SEND_BACK, standing.verdict)
    if led.refused and not _is_unwritten(standing):
        return f"{standing.name}：{led.refused}"
    if named and not _is_open(standing) and not sender.reason:
        return say("sent_back.refused.no_reason", name=standing.name, state=standing.state.shown)
    if standing.submission is None or find_kept_file(store.path, standing.sha256) is None:
        return say("sent_back.refused.no_file", name=standing.name)
    return ""


def _read(store: Store, standings: Iterable[UnitStanding]) -> dict[str, Submission]:
    numbers = {standing.code: standing.submission for standing in standings if standing.submission is not None}
    with store.opened(read_only=True) as connection:
        heads = fetch(connection, list(numbers.values()))
    read = {code: unpack_reading(heads[number]) for code, number in numbers.items()}
    return {code: one for code, one in read.items() if isinstance(one, Submission)}


def _make_packets(
    survey: Survey,
    store: Store,
    current: Sequence[tuple[UnitStanding, ReportingUnit, Submission]],
    sender: ReturningOfficer,
) -> Iterator[UnitPacket]:
    if not current:
        return
    year = current[0][2].identity.year
    judged = audit(survey, year, [submission for *_, submission in current])
    for (standing, unit, submission), findings in zip(current, judged, strict=True):
        received = find_kept_file(store.path, standing.sha256)
        if received:
            yield UnitPacket(unit, received, submission, tuple(findings), make_band(standing, sender))


def make_band(standing: UnitStanding, sender: ReturningOfficer) -> ReturnBand:
    """Return the officer's words: those of the command, else those that he wrote when he sent it back."""
    decided = standing.acts.decision if standing.state is State.SENT_BACK else None
    rounds = standing.acts.rounds + (standing.state is not State.SENT_BACK)
    return ReturnBand(
        round=rounds,
        day=sender.today,
        due=sender.due or (decided.due if decided else None),
        reason=sender.reason or (decided.reason if decided else ""),
        officer=sender.by or (decided.by if decided else ""),
        phone=sender.phone,
    )
