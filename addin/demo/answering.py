"""The city answers: what is open goes back to its units, and some of them mend it, say so, and send it again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from addin.demo.actor import Actor
from addin.demo.parcel import Parcel, ReturnWriter
from addin.demo.places import DemoPlaces
from addin.roster import Roster
from addin.sending_back.open_returns import ReturningOfficer
from addin.sending_back.packet import WrittenPacket
from addin.sending_back.send_back import SendBackJob, SentBack, send_back
from addin.store.store import Store
from generator.sent_back.slip import Slip
from generator.sent_back.workbook import write_sent_back
from generator.temporary import temporary_folder
from templates.model import Survey
from templates.words import lookup, say

_SENT, _DUE = (3, 21), (3, 31)
"""On which day of the next year it is sent back, and by which day units shall answer."""

_ONE_OF: Final = 2
"""One of so many units that got something back answers at once."""


def send_open_back(survey: Survey, year: int, roster: Roster, places: DemoPlaces) -> SentBack:
    """Send back what is open by the store of the demo."""
    sent, due = date(year + 1, *_SENT), date(year + 1, *_DUE)
    officer = ReturningOfficer(say("demo.officer"), say("demo.phone"), due=due, today=sent)
    return send_back(SendBackJob(survey, year, roster, Store(places.store), places.sent_back, officer))


def answer_some(
    desk: ReturnWriter, done: SentBack, actors: Sequence[Actor], silent: Collection[str], places: DemoPlaces
) -> tuple[Path, ...]:
    """Write what every second unit sends after it has mended everything and answered; return the files.

    Units in ``silent`` do not answer: what they send is composed of what others send.
    """
    by_code = {actor.identity.code: actor for actor in actors if actor.identity.code not in silent}
    written = [one for one in done.written if one.slip.code in by_code]
    return tuple(_answer(desk, written[::_ONE_OF], by_code, places))


def _answer(
    desk: ReturnWriter, answering: Sequence[WrittenPacket], actors: Mapping[str, Actor], places: DemoPlaces
) -> Iterator[Path]:
    for one in answering:
        actor, target = actors[one.slip.code], places.returns / one.workbook.name
        with temporary_folder(places.folder) as folder:
            desk.write(Path(folder), Parcel(target.name, actor.identity, actor.content))
            write_sent_back(Path(folder, target.name), target, _say_mended(one.slip))
        yield target


def _say_mended(slip: Slip) -> Slip:
    """Return the slip with an answer beside each line."""
    answers = lookup("demo.answers")
    lines = tuple(replace(line, answer=answers[place % len(answers)]) for place, line in enumerate(slip.lines))
    return replace(slip, lines=lines)
