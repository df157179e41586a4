"""Units with parts in the demo: what parts and parent send becomes the one return that is merged."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

from addin.auditing.figures import compute_figures
from addin.composing.compose import compose
from addin.composing.gather import ComposeError, gather
from addin.composing.trace import save_trace
from addin.demo.actor import Actor
from addin.demo.cast import DemoError
from addin.demo.places import DemoPlaces
from addin.demo.seed import explain, remember
from addin.roster import Roster, name_workbook
from addin.sending.fill import render
from templates.catalogue import Surveys
from templates.model import Survey
from templates.words import lookup, say


@dataclass(frozen=True)
class Family:
    """A unit whose return is composed, and its parts."""

    own: Actor
    parts: tuple[Actor, ...]


@dataclass(frozen=True)
class Composition:
    """The files that one composed return was made of, and those that were written."""

    own: Path
    parts: tuple[Path, ...]
    target: Path
    trace: Path


def find_families(actors: Sequence[Actor]) -> list[Family]:
    """Return the units that have parts, in their order."""
    found = []
    for own in actors:
        parts = tuple(part for part in actors if part.is_part and part.identity.parent == own.identity.code)
        if parts:
            found.append(Family(own, parts))
    return found


def look_back(survey: Survey, year: int, family: Family) -> None:
    """Give the parent the last year of the whole, and explanations of what is unusual in the whole."""
    own = family.own
    composed = compose(survey, own.submission, [part.submission for part in family.parts]).submission
    whole = replace(own, content=deepcopy(composed.content), figures=compute_figures(survey, composed))
    remember(whole)
    explain(survey, year, [whole])
    own.content.prior, own.warned = whole.content.prior, whole.warned
    own.content.notes.clear()
    for cell in own.warned:
        own.note(cell, whole.content.notes[cell[0]][cell[1]])


def compose_returns(survey: Survey, family: Family, roster: Roster, places: DemoPlaces) -> Composition:
    """Compose what parent and parts sent into a return among the others, and leave its trace.

    A part of which nothing lies under its name is left out. Raises :class:`DemoError` where a file cannot be composed.
    """
    unit = roster.by_code[family.own.identity.code]
    name = name_workbook(unit)
    sent = [places.returns / name_workbook(roster.by_code[part.identity.code]) for part in family.parts]
    done = Composition(
        places.composing / name,
        tuple(path for path in sent if path.exists()),
        places.returns / name,
        places.trace(unit),
    )
    _compose(survey, done)
    return done


def _compose(survey: Survey, files: Composition) -> None:
    try:
        composed = compose(*gather(files.own, files.parts, Surveys(survey)))
    except ComposeError as error:
        raise DemoError(say("demo.not_composed", reason=lookup("demo.join").join(error.problems))) from error
    save_trace(composed, files.trace)
    render(survey, composed.submission, files.own, files.target)
