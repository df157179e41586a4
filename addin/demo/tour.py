"""The tour of a finished demo: what there is, what to look at, what to try."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from addin.demo.composing import Composition
from addin.demo.places import DemoPlaces
from addin.receiving.outcomes import Merged, Role, State, UnitOutcome
from addin.rosters.checked import RosterCheck
from addin.sending_back.packet import WrittenPacket
from addin.sending_back.send_back import SentBack
from templates.catalogue import is_installed, name_survey
from templates.words import lookup, say


@dataclass(frozen=True)
class Rounds:
    """What was merged, sent back, answered, and merged again."""

    first: Merged
    sent_back: SentBack
    answered: tuple[Path, ...]
    merged: Merged


def tell_tour(
    places: DemoPlaces, rounds: Rounds, check: RosterCheck | None, compositions: Sequence[Composition]
) -> tuple[str, ...]:
    """Return the lines of the tour; steps that this demo did not have are not in it."""
    merged = rounds.merged
    values: dict[str, object] = {
        "survey": name_survey(merged.survey),
        "by_survey": "" if is_installed(merged.survey) else f" --survey {name_survey(merged.survey)}",
        "next_year": (merged.year or 0) + 1,
        "folder": places.folder,
        "summary": places.summary,
        "good": _first(places, [unit for unit in merged.units if unit.state is State.PASSED]),
        "bad": _first(places, [unit for unit in rounds.first.units if unit.state is State.FAULTY]),
        "empty": next(iter(sorted(places.workbooks.iterdir())), ""),
        "apart": say("demo.apart") if compositions else "",
        **_count(rounds),
    }
    checked = [_of_check(check, places)] if check else []
    composed = [_of_composition(one) for one in compositions]
    returned = [_of_packet(places, one) for one in rounds.sent_back.written[:1]]
    told = {"roster_check": checked, "composed": composed, "try_roster_check": checked, "try_composed": composed}
    told |= {"sent_back": returned, "try_sent_back": returned}
    return tuple(
        line.format(**values, **more)
        for block, lines in lookup("demo.tour").items()
        for more in told.get(block, [{}])
        for line in lines
    )


def _count(rounds: Rounds) -> dict[str, object]:
    """Return the figures as 仪表盘 and 报送情况 have them."""
    merged = rounds.merged
    first, last = (Counter(unit.state for unit in one.units) for one in (rounds.first, merged))
    shown = [say("demo.state", state=state.shown, count=last[state]) for state in State if last[state]]
    return {
        "units": len(merged.units),
        "returned": len(merged.units) - last[State.MISSING],
        "missing": last[State.MISSING],
        "refused": sum(file.role is Role.REFUSED for file in merged.strays),
        "first_fine": first[State.PASSED],
        "first_faulty": first[State.FAULTY],
        "first_unexplained": first[State.UNEXPLAINED],
        "first_held": first[State.HELD],
        "returned_to": len(rounds.sent_back.written),
        "mended": len(rounds.answered),
        "states": say("merge.reason.and").join(shown),
        "counted": sum(unit.counts for unit in merged.units),
    }


def _of_packet(places: DemoPlaces, written: WrittenPacket) -> dict[str, object]:
    return {
        "sent_back_folder": places.sent_back,
        "sent_back_book": written.workbook,
        "sent_back_code": written.slip.code,
        "store": places.store,
    }


def _of_check(check: RosterCheck, places: DemoPlaces) -> dict[str, object]:
    return {
        "checking": places.checking,
        "old_roster": places.old_roster,
        "forms_back": places.forms_back,
        "roster": places.roster,
        "asked": len(check.units),
        "answered": len(check.units) - len(check.missing),
        "changes": len(check.changes),
        "questions": len(check.questions),
        "withdrawn": len(check.withdrawn),
        "unanswered": len(check.missing),
    }


def _of_composition(files: Composition) -> dict[str, object]:
    return {
        "own": files.own,
        "composed": files.target,
        "trace": files.trace,
        "parts": " ".join(_quoted(files.parts)),
        "count": len(files.parts),
    }


def _quoted(paths: Sequence[Path]) -> Iterator[str]:
    for path in paths:
        yield f'"{path}"'


def _first(places: DemoPlaces, units: list[UnitOutcome]) -> Path:
    """Return the first of these returns that lies open in the folder, not in a zip."""
    sent = (places.returns / unit.files[0].shown for unit in units)
    return next((path for path in sent if path.exists()), places.returns)
