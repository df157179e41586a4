"""The tour of a finished demo: what there is, what to look at, what to try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from addin.demo.composing import Composition
from addin.demo.places import DemoPlaces
from addin.receiving.outcomes import Merged, State, UnitOutcome
from addin.rosters.checked import RosterCheck
from templates.catalogue import is_installed, name_survey
from templates.words import lookup


def tell_tour(
    places: DemoPlaces,
    merged: Merged,
    counts: Mapping[str, int],
    check: RosterCheck | None,
    compositions: Sequence[Composition],
) -> tuple[str, ...]:
    """Return the lines of the tour; steps that this demo did not have are not in it."""
    values: dict[str, object] = {
        "survey": name_survey(merged.survey),
        "by_survey": "" if is_installed(merged.survey) else f" --survey {name_survey(merged.survey)}",
        "next_year": (merged.year or 0) + 1,
        "folder": places.folder,
        "summary": places.summary,
        "good": _first(places, [unit for unit in merged.units if unit.state is State.PASSED]),
        "bad": _first(places, [unit for unit in merged.units if unit.state is State.FAULTY]),
        "empty": next(iter(sorted(places.workbooks.iterdir())), ""),
        **counts,
    }
    checked = [_of_check(check, places)] if check else []
    composed = [_of_composition(one) for one in compositions]
    told = {"roster_check": checked, "composed": composed, "try_roster_check": checked, "try_composed": composed}
    return tuple(
        line.format(**values, **more)
        for block, lines in lookup("demo.tour").items()
        for more in told.get(block, [{}])
        for line in lines
    )


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
