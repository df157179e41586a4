"""Which of several files stands for a unit: the one an officer prefers, else the newest; equals wait for an officer.

A date proves little. One that has not come yet proves nothing: such a file does not win by it. A return of which
something else makes one doubt does not stand for its unit either, before an officer has named it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from addin.codec import fingerprint, fingerprint_content
from addin.package.refusal import FileStatus
from addin.receiving.contacts import level_contacts
from addin.receiving.outcomes import FileOutcome, IncomingFile, Role
from addin.submission import Submission
from templates.words import say

SKEW: Final = timedelta(days=1)
"""So far ahead may a clock be, or its time zone."""


@dataclass(frozen=True)
class Choice:
    """The files that a unit sent, and what became of each."""

    ranked: tuple[IncomingFile, ...]
    """The one that stands for the unit first, then from new to old."""
    own: Collection[str] = ()
    """Digests of workbooks that we sent back."""
    rivals: tuple[IncomingFile, ...] = ()
    """Files that hold something else than the first, and may be as new: nobody but an officer can tell."""
    ahead: frozenset[str] = frozenset()
    """The files, as they are called, whose date has not come yet."""
    preferred: bool = False
    """Whether an officer named the first."""

    @property
    def first(self) -> IncomingFile:
        """The file that stands for the unit."""
        return self.ranked[0]

    @property
    def open(self) -> bool:
        """Whether an officer has to decide before anything of the unit counts."""
        return bool(self.rivals) or self._doubted

    @property
    def _doubted(self) -> bool:
        return bool(self.first.doubt) and not self.preferred

    @property
    def files(self) -> tuple[FileOutcome, ...]:
        """Every file with what became of it."""
        return tuple(self._told(file) for file in self.ranked)

    @property
    def distinct(self) -> tuple[IncomingFile, ...]:
        """The files that hold something else than the one before, from new to old."""
        kept = [self.first]
        kept += [file for before, file in zip(self.ranked, self.ranked[1:], strict=False) if not same(before, file)]
        return tuple(kept)

    @property
    def remarks(self) -> Iterator[str]:
        """What is worth knowing of the choice: what the officer is asked, what speaks against a file that counts."""
        if self.rivals:
            yield self._ask_which()
        elif self.first.shown in self.ahead:
            yield say("merge.reason.future_only", when=_tell(self.first.when))
        if self._doubted:
            yield self.first.doubt

    def _ask_which(self) -> str:
        names = [say("merge.reason.quoted", file=file.shown) for file in (self.first, *self.rivals)]
        if self.first.shown in self.ahead:
            others = say("merge.reason.and").join(names[1:])
            when = _tell(self.first.when)
            return say("merge.reason.future", file=self.first.shown, when=when, others=others)
        return say("merge.reason.undecided", files=say("merge.reason.and").join(names))

    def _told(self, file: IncomingFile) -> FileOutcome:
        first = self.first
        if file in self.rivals or (file is first and self.rivals):
            other = self.rivals[0] if file is first else first
            why = "rival_future" if first.shown in self.ahead else "rival"
            return make_file_outcome(file, Role.UNDECIDED, say(f"merge.reason.{why}", file=other.shown))
        if file is first:
            role = Role.UNDECIDED if self._doubted else Role.COUNTED
            return make_file_outcome(file, role, first.doubt if self._doubted else "")
        if file.digest in self.own:
            return make_file_outcome(file, Role.DUPLICATE, say("merge.reason.own"))
        twin = next((newer for newer in (first, *self.rivals) if same(file, newer)), None)
        if twin:
            return make_file_outcome(file, Role.DUPLICATE, say("merge.reason.duplicate", file=twin.shown))
        if original := _find_original(file, self.ranked):
            return make_file_outcome(file, Role.SUPERSEDED, say("merge.reason.contradicted", file=original.shown))
        when = _tell(first.when)
        return make_file_outcome(file, Role.SUPERSEDED, say("merge.reason.superseded", file=first.shown, modified=when))


def choose(
    files: Sequence[IncomingFile],
    preferred: Collection[str] = (),
    own: Collection[str] = (),
    moment: datetime | None = None,
) -> Choice:
    """Return the files in order; ``preferred`` are those that an officer named.

    ``own`` are the digests of workbooks that we wrote ourselves, to send them back: never is one of them newer than a
    file of the unit's. ``moment`` is when the files are looked at; None is now.
    """
    latest = (moment or datetime.now(UTC)) + SKEW

    def rank(file: IncomingFile) -> tuple[object, ...]:
        """A unit's own file comes before what is said of it."""
        return is_preferred(file, preferred), file.digest not in own, _find_original(file, files) is None, *file.age

    ranked = _put_undoubted_first(sorted(files, key=rank, reverse=True))
    first, named = ranked[0], is_preferred(ranked[0], preferred)
    others = [file for file in ranked[1:] if rank(file)[1:3] == rank(first)[1:3]]
    ahead = frozenset(file.shown for file in files if file.when > latest)
    if named or first.shown not in ahead:
        contending = [one for one in others if (one.when, is_preferred(one, preferred)) == (first.when, named)]
    else:
        contending = _contend(others, ahead)
    return Choice(tuple(ranked), own, tuple(_list_distinct(first, contending)), ahead, named)


def _put_undoubted_first(ranked: list[IncomingFile]) -> list[IncomingFile]:
    """Return the files, before a first one that is doubted another that holds the same and is not."""
    first, *others = ranked
    twin = next((file for file in others if not file.doubt and same(first, file)), None) if first.doubt else None
    return ranked if twin is None else [twin, *(file for file in ranked if file is not twin)]


def _contend(others: Sequence[IncomingFile], ahead: Collection[str]) -> list[IncomingFile]:
    """Return which others may be as new as one whose date proves nothing: all such, and the newest of the rest."""
    sound = [file for file in others if file.shown not in ahead]
    return [*(file for file in others if file.shown in ahead), *sound[:1]]


def _list_distinct(first: IncomingFile, others: Iterable[IncomingFile]) -> list[IncomingFile]:
    rivals: list[IncomingFile] = []
    for file in others:
        if not any(same(file, other) for other in (first, *rivals)):
            rivals.append(file)
    return rivals


def _find_original(file: IncomingFile, files: Sequence[IncomingFile]) -> IncomingFile | None:
    """Return the unit's own file, where a consolidated workbook says that it is the same and holds something else."""
    if file.carried is None or not file.digest:
        return None
    own = (one for one in files if one.carried is None and one.digest == file.digest)
    return next((one for one in own if not same(one, file)), None)


def _tell(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def is_preferred(file: IncomingFile, preferred: Collection[str]) -> bool:
    """Return whether an officer named the file: as it is listed, or by its path."""
    return any(_names(text, file) for text in preferred)


def _names(text: str, file: IncomingFile) -> bool:
    return text == file.shown or (file.path is not None and Path(text).resolve() == file.path.resolve())


def same(one: IncomingFile, other: IncomingFile) -> bool:
    """Return whether two files hold the same, however often they were saved in between.

    What a consolidated workbook says of a file's digest proves nothing of what was in the file.
    """
    if one.submission is None or other.submission is None:
        return one.digest == other.digest
    if one.digest == other.digest:
        both_here = one.carried is None and other.carried is None
        return both_here or _share(fingerprint_content, one.submission, other.submission)
    return _share(fingerprint, one.submission, other.submission)


def _share(fingerprint: Callable[[Submission], str], one: Submission, other: Submission) -> bool:
    """Return whether two returns have one fingerprint; contacts that stayed below tell nothing."""
    return fingerprint(level_contacts(one, other)) == fingerprint(level_contacts(other, one))


def make_file_outcome(
    file: IncomingFile, role: Role, reason: str = "", status: FileStatus = FileStatus.OK
) -> FileOutcome:
    """Return the file as it is listed."""
    return FileOutcome(
        shown=file.shown,
        role=role,
        status=status,
        reason=reason,
        path=file.path,
        modified=file.modified,
        identity=file.identity,
        changed=file.changed,
        digest=file.digest,
        order=file.order,
    )
