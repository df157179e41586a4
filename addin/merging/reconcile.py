"""Files against the roster: whose is it, which of several counts, and who has sent nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from addin.merging.merged import Incoming, Merged, ReturnedFile, Role, UnitReturn, joined
from addin.roster import ReportingUnit, Roster
from addin.submission import FileStatus, Refusal, Submission
from templates.content import Identity
from templates.model import Survey
from templates.spelling import name_key
from templates.words import say


@dataclass
class _Post:
    """What one unit sent."""

    usable: list[tuple[Incoming, Submission]] = field(default_factory=list)
    refused: list[ReturnedFile] = field(default_factory=list)


def reconcile(
    incoming: Iterable[Incoming], roster: Roster, survey: Survey, year: int | None, include_faulty: bool
) -> Merged:
    """Return ``roster`` with the files matched to it; findings are still to come."""
    posts: dict[str, _Post] = defaultdict(_Post)
    strays: list[ReturnedFile] = []
    for file in incoming:
        owner = owner_of(file, roster)
        if isinstance(file.content, Refusal):
            strays.append(_refused(file, file.content))
            if owner:
                posts[owner.code].refused.append(strays[-1])
        elif owner:
            posts[owner.code].usable.append((file, file.content))
        else:
            strays.append(_stray(file, file.content.identity, roster))
    units = tuple(_unit(unit, posts[unit.code], survey, include_faulty) for unit in roster.units)
    return Merged(survey, year, units, tuple(strays))


def owner_of(file: Incoming, roster: Roster) -> ReportingUnit | None:
    """Return the unit whose file it is: by its identity, or for a file without one by ``<单位代码>-…`` in its name."""
    if file.identity is not None:
        return roster.by_code.get(file.identity.code)
    name = file.path.name if file.path else PurePosixPath(file.shown).name
    named = [code for code in roster.by_code if name.startswith(f"{code}-")]
    return roster.by_code[max(named, key=len)] if named else None


def _refused(file: Incoming, refusal: Refusal) -> ReturnedFile:
    return ReturnedFile(
        file.shown, Role.REFUSED, refusal.status, refusal.reason, file.path, file.modified, file.identity
    )


def _stray(file: Incoming, identity: Identity, roster: Roster) -> ReturnedFile:
    same = roster.by_name.get(name_key(identity.name))
    if same:
        reason = say("merge.reason.stray_same_name", code=identity.code, name=same.name, other=same.code)
    else:
        reason = say("merge.reason.stray", code=identity.code, name=identity.name)
    return ReturnedFile(file.shown, Role.STRAY, FileStatus.OK, reason, file.path, file.modified, identity)


def _unit(unit: ReportingUnit, post: _Post, survey: Survey, include_faulty: bool) -> UnitReturn:
    refused = tuple(post.refused)
    if not post.usable:
        reason = _only_refused(refused) if refused else say("merge.reason.nothing")
        return UnitReturn(unit, refused, part=_is_part(unit.kind, survey), remarks=(reason,))
    (newest, submission), *older = sorted(post.usable, key=lambda entry: entry[0].age, reverse=True)
    return UnitReturn(
        unit,
        (_counted(newest), *(_replaced(file, newest) for file, _ in older), *refused),
        submission,
        part=_is_part(unit.kind, survey) or _is_part(submission.identity.kind, survey),
        include_faulty=include_faulty,
        remarks=tuple(_remarks(unit, submission, len(older), refused, survey)),
    )


def _is_part(kind: str, survey: Survey) -> bool:
    return kind in survey.kind and survey.kind[kind].part


def _only_refused(refused: tuple[ReturnedFile, ...]) -> str:
    return say("merge.reason.refused_only", files=_quoted(refused))


def _quoted(refused: tuple[ReturnedFile, ...]) -> str:
    """Return the refused files and why, without the last full stop."""
    said = joined([say("merge.reason.refused", file=file.shown, reason=file.reason) for file in refused])
    return said.removesuffix(say("merge.stop"))


def _counted(file: Incoming) -> ReturnedFile:
    return ReturnedFile(file.shown, Role.COUNTED, FileStatus.OK, "", file.path, file.modified, file.identity)


def _replaced(file: Incoming, newest: Incoming) -> ReturnedFile:
    if file.digest == newest.digest:
        role, reason = Role.DUPLICATE, say("merge.reason.duplicate", file=newest.shown)
    else:
        when = f"{newest.modified.astimezone():%Y-%m-%d %H:%M}"
        role, reason = Role.SUPERSEDED, say("merge.reason.superseded", file=newest.shown, modified=when)
    return ReturnedFile(file.shown, role, FileStatus.OK, reason, file.path, file.modified, file.identity)


def _remarks(
    unit: ReportingUnit, submission: Submission, older: int, refused: tuple[ReturnedFile, ...], survey: Survey
) -> Iterable[str]:
    """Yield what is worth knowing of a unit whose return was received."""
    found = submission.identity
    if _is_part(unit.kind, survey) or _is_part(found.kind, survey):
        yield say("merge.reason.part")
    if (found.kind, found.level) != (unit.kind, unit.level):
        expected = f"{unit.kind} {unit.level}"
        yield say("merge.reason.other_kind", found=f"{found.kind} {found.level}", expected=expected)
    if name_key(found.name) != name_key(unit.name):
        yield say("merge.reason.other_name", found=found.name)
    if older:
        yield say("merge.reason.others", count=older)
    if refused:
        yield say("merge.reason.also_refused", files=_quoted(refused))
