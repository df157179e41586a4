"""Which of several files stands for a unit: the one an officer prefers, else the newest; equals wait for an officer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from addin.codec import fingerprint
from addin.package.refusal import FileStatus
from addin.receiving.outcomes import FileOutcome, IncomingFile, Role
from templates.words import say


@dataclass(frozen=True)
class Choice:
    """The files that a unit sent, and what became of each."""

    ranked: tuple[IncomingFile, ...]
    """The one that stands for the unit first, then from new to old."""
    own: Collection[str] = ()
    """Digests of workbooks that we sent back."""
    rivals: tuple[IncomingFile, ...] = ()
    """Files as new as the first that hold something else: nobody but an officer can tell which is meant."""

    @property
    def first(self) -> IncomingFile:
        """The file that stands for the unit."""
        return self.ranked[0]

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
    def asks(self) -> str:
        """What the officer is asked; ``""`` when there is nothing to decide."""
        if not self.rivals:
            return ""
        names = [say("merge.reason.quoted", file=file.shown) for file in (self.first, *self.rivals)]
        return say("merge.reason.undecided", files=say("merge.reason.and").join(names))

    def _told(self, file: IncomingFile) -> FileOutcome:
        first = self.first
        if file in self.rivals or (file is first and self.rivals):
            other = self.rivals[0] if file is first else first
            return make_file_outcome(file, Role.UNDECIDED, say("merge.reason.rival", file=other.shown))
        if file is first:
            return make_file_outcome(file, Role.COUNTED)
        if file.digest in self.own:
            return make_file_outcome(file, Role.DUPLICATE, say("merge.reason.own"))
        twin = next((newer for newer in (first, *self.rivals) if same(file, newer)), None)
        if twin:
            return make_file_outcome(file, Role.DUPLICATE, say("merge.reason.duplicate", file=twin.shown))
        when = f"{first.when.astimezone():%Y-%m-%d %H:%M}"
        return make_file_outcome(file, Role.SUPERSEDED, say("merge.reason.superseded", file=first.shown, modified=when))


def choose(files: Sequence[IncomingFile], preferred: Collection[str] = (), own: Collection[str] = ()) -> Choice:
    """Return the files in order; ``preferred`` are those that an officer named.

    ``own`` are the digests of workbooks that we wrote ourselves, to send them back: never is one of them newer than a
    file of the unit's.
    """
    ranked = sorted(
        files, key=lambda file: (is_preferred(file, preferred), file.digest not in own, *file.age), reverse=True
    )
    first, *others = ranked
    equal = [one for one in others if _rank(one, preferred, own) == _rank(first, preferred, own)]
    rivals: list[IncomingFile] = []
    for file in equal:
        if not any(same(file, other) for other in (first, *rivals)):
            rivals.append(file)
    return Choice(tuple(ranked), own, tuple(rivals))


def _rank(file: IncomingFile, preferred: Collection[str], own: Collection[str]) -> tuple[object, ...]:
    return file.when, is_preferred(file, preferred), file.digest in own


def is_preferred(file: IncomingFile, preferred: Collection[str]) -> bool:
    """Return whether an officer named the file: as it is listed, or by its path."""
    return any(_names(text, file) for text in preferred)


def _names(text: str, file: IncomingFile) -> bool:
    return text == file.shown or (file.path is not None and Path(text).resolve() == file.path.resolve())


def same(one: IncomingFile, other: IncomingFile) -> bool:
    """Return whether two files hold the same, however often they were saved in between."""
    if one.digest == other.digest:
        return True
    if one.submission is None or other.submission is None:
        return False
    return fingerprint(one.submission) == fingerprint(other.submission)


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
