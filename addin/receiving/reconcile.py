"""Files against the roster: whose is it, which of several counts, and who has sent nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath

from addin.receiving.changes import list_changes
from addin.receiving.choice import Choice, choose, make_file_outcome
from addin.receiving.levels import KnownUnits, adopt_units
from addin.receiving.outcomes import (
    FileOutcome,
    FromBelow,
    IncomingFile,
    Merged,
    Role,
    State,
    UnitOutcome,
    join_sentences,
)
from addin.roster import ReportingUnit, Roster
from addin.submission import Refusal
from templates.content import Identity
from templates.model import Survey
from templates.spelling import make_name_key
from templates.words import say


@dataclass
class _Post:
    """What one unit sent."""

    usable: list[IncomingFile] = field(default_factory=list)
    refused: list[FileOutcome] = field(default_factory=list)
    missing: list[FromBelow] = field(default_factory=list)
    """Consolidated workbooks of the level below that have nothing of the unit."""


def reconcile(
    incoming: Iterable[IncomingFile],
    roster: Roster,
    survey: Survey,
    year: int | None,
    included: frozenset[State],
    preferred: Collection[str] = (),
    own: Collection[str] = (),
    moment: datetime | None = None,
) -> Merged:
    """Return ``roster``, and the units of the levels below, with the files matched to them; findings come later.

    ``preferred`` are the files that an officer decided for, as they are listed or by their paths; ``own`` the digests
    of workbooks that we wrote. A file that was saved after ``moment`` has a wrong date.
    """
    files, known = adopt_units(incoming, roster)
    posts: dict[str, _Post] = defaultdict(_Post)
    strays = [stray for file in files for stray in _sorted(file, known, posts)]
    decide = partial(choose, preferred=preferred, own=own, moment=moment)
    units = tuple(_unit(unit, posts[unit.code], survey, included, decide) for unit in known.units)
    below = {unit.code for unit in known.added}
    marked = tuple(replace(unit, added=unit.code in below) for unit in units)
    return Merged(survey, year, marked, tuple(strays))


def _sorted(file: IncomingFile, known: KnownUnits, posts: dict[str, _Post]) -> Iterable[FileOutcome]:
    """Put the file to what its unit sent; yield it when it stands for no unit."""
    owner = owner_of(file, known)
    if isinstance(file.content, Refusal):
        refused = _refused(file, file.content)
        if owner:
            posts[owner.code].refused.append(refused)
        yield refused
    elif owner and file.content:
        posts[owner.code].usable.append(file)
    elif owner and file.carried:
        posts[owner.code].missing.append(file.carried)
    elif file.content:
        yield _stray(file, file.content.identity, known)


def owner_of(file: IncomingFile, known: KnownUnits) -> ReportingUnit | None:
    """Return the unit whose file it is: by its identity, or for a file without one by ``<单位代码>-…`` in its name."""
    if file.carried is not None:
        return file.carried.unit
    if file.identity is not None:
        return known.sender(file.identity)
    name = file.path.name if file.path else PurePosixPath(file.shown).name
    named = [code for code in known.by_code if name.startswith(f"{code}-")]
    return known.by_code[max(named, key=len)] if named else None


def _refused(file: IncomingFile, refusal: Refusal) -> FileOutcome:
    return make_file_outcome(file, Role.REFUSED, refusal.reason, refusal.status)


def _stray(file: IncomingFile, identity: Identity, known: KnownUnits) -> FileOutcome:
    same = known.by_name.get(make_name_key(identity.name))
    if same:
        reason = say("merge.reason.stray_same_name", code=identity.code, name=same.name, other=same.code)
    else:
        reason = say("merge.reason.stray", code=identity.code, name=identity.name)
    return make_file_outcome(file, Role.STRAY, reason)


def _unit(
    unit: ReportingUnit,
    post: _Post,
    survey: Survey,
    included: frozenset[State],
    decide: Callable[[Sequence[IncomingFile]], Choice],
) -> UnitOutcome:
    refused = tuple(post.refused)
    if not post.usable:
        return UnitOutcome(unit, refused, part=_is_part(unit.kind, survey), remarks=tuple(_why_missing(post)))
    choice = decide(post.usable)
    first = choice.first
    return UnitOutcome(
        unit,
        (*choice.files, *refused),
        first.submission,
        part=_is_part(unit.kind, survey) or (first.identity is not None and _is_part(first.identity.kind, survey)),
        included=included,
        remarks=tuple(_remarks(unit, choice, refused, survey)),
        below=first.carried.counted if first.carried else None,
        undecided=choice.open,
        changes=list_changes(choice.distinct),
    )


def _why_missing(post: _Post) -> Iterable[str]:
    if post.refused:
        yield _only_refused(tuple(post.refused))
    for carried in post.missing:
        yield say("merge.reason.nothing_below", file=carried.source)
    if not (post.refused or post.missing):
        yield say("merge.reason.nothing")


def _below(file: IncomingFile, unit: ReportingUnit, survey: Survey) -> Iterable[str]:
    """Yield what is to be said of a return that came in a consolidated workbook."""
    if carried := file.carried:
        yield say("merge.reason.from_below", file=carried.source)
        if carried.reason:
            yield carried.reason
        elif not carried.counted and not _is_part(unit.kind, survey):
            yield say("merge.reason.not_counted_below", file=carried.source)


def _is_part(kind: str, survey: Survey) -> bool:
    return kind in survey.kind and survey.kind[kind].part


def _only_refused(refused: tuple[FileOutcome, ...]) -> str:
    return say("merge.reason.refused_only", files=_quoted(refused))


def _quoted(refused: tuple[FileOutcome, ...]) -> str:
    """Return the refused files and why, without the last full stop."""
    said = join_sentences([say("merge.reason.refused", file=file.shown, reason=file.reason) for file in refused])
    return said.removesuffix(say("merge.stop"))


def _remarks(unit: ReportingUnit, choice: Choice, refused: tuple[FileOutcome, ...], survey: Survey) -> Iterator[str]:
    """Yield what is worth knowing of a unit whose return was received."""
    yield from _below(choice.first, unit, survey)
    yield from choice.remarks
    if choice.first.identity:
        yield from _disagreements(unit, choice.first.identity, survey)
    if older := len(choice.ranked) - 1 - len(choice.rivals):
        yield say("merge.reason.others", count=older)
    if refused:
        yield say("merge.reason.also_refused", files=_quoted(refused))


def _disagreements(unit: ReportingUnit, found: Identity, survey: Survey) -> Iterator[str]:
    """Yield where the file says of its unit what the roster does not."""
    if _is_part(unit.kind, survey) or _is_part(found.kind, survey):
        yield say("merge.reason.part")
    if (found.kind, found.level) != (unit.kind, unit.level):
        expected = f"{unit.kind} {unit.level}"
        yield say("merge.reason.other_kind", found=f"{found.kind} {found.level}", expected=expected)
    if make_name_key(found.name) != make_name_key(unit.name):
        yield say("merge.reason.other_name", found=found.name)
