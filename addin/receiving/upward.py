"""The consolidated workbook of one level as what the level above merges: written with it, and taken apart again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Final
from weakref import finalize

from addin.keys import Key, refuse_unsigned, sign, tell_doubt
from addin.package.refusal import FileStatus, NotOpened
from addin.reading.older import translate_codes
from addin.reading.reader import check_version
from addin.receiving.below import Below, read_below
from addin.receiving.contacts import withhold_contacts
from addin.receiving.levels import find_producer
from addin.receiving.outcomes import FromBelow, IncomingFile, Merged, UnitOutcome
from addin.receiving.record import Record, pack_record, unpack_record
from addin.receiving.recount import Recount, read_originals
from addin.receiving.returns import ReadReturns
from addin.submission import Refusal
from generator.consolidated.data import Consolidated
from generator.consolidated.machine import digest_records
from templates.content import Identity
from templates.model import Survey
from templates.older import find_migration
from templates.program import name_program
from templates.words import say

DOCUMENT: Final = "consolidated"
"""What ``_meta`` calls the consolidated workbook."""

_NEARLY: Final = 0.9
_HELD: Final = 1 << 26
"""Characters of records that are held in memory."""


# --- written ---------------------------------------------------------------------------------------------------------


def make_identity(merged: Merged) -> Identity | None:
    """Return what the consolidated workbook says of itself; None where no file stated a year."""
    own = [unit.unit for unit in merged.units if not unit.added]
    if merged.year is None or not own:
        return None
    survey, producer = merged.survey, find_producer(own, merged.survey)
    return Identity(
        survey=survey.id,
        version=survey.version,
        hash=survey.hash,
        year=merged.year,
        code=producer.code,
        name=producer.name,
        kind=producer.kind,
        level=producer.level,
        region=producer.region,
        generated_at=datetime.now().isoformat(timespec="seconds"),
        document=DOCUMENT,
    )


def sign_identity(data: Consolidated, key: Key) -> Identity | None:
    """Return the identity of ``data`` signed together with the records that go with it."""
    return sign(name_program(data.identity), key, digest_records(data.records)) if data.identity else None


class SpilledRecords(Iterable[str]):
    """Records that are made once and read several times: where they are many, out of a temporary file."""

    def __init__(self, records: Iterable[str]) -> None:
        """Take the records. Raises OSError where there is no room for them."""
        self._lines = SpooledTemporaryFile(_HELD, "w+", encoding="utf-8", newline="\n")  # noqa: SIM115  as long as we live
        finalize(self, self._lines.close)
        self._lines.writelines(f"{record}\n" for record in records)

    def __iter__(self) -> Iterator[str]:
        self._lines.seek(0)
        return (line.removesuffix("\n") for line in self._lines)


def make_records(merged: Merged) -> SpilledRecords:
    """Return every unit with what it sent, in the order of ``merged``. Names and phones of people stay here."""
    return SpilledRecords(pack_record(_record(unit, merged.survey)) for unit in merged.units)


def _record(unit: UnitOutcome, survey: Survey) -> Record:
    listed = replace(unit.unit, contact="", phone="")
    if unit.submission is None:
        return Record(listed, not unit.added)
    file, returned = unit.files[0], replace(withhold_contacts(unit.submission, survey), file="", origin=None)
    return Record(listed, not unit.added, unit.counts, file.modified, file.changed, file.digest, returned)


# --- taken apart -----------------------------------------------------------------------------------------------------


def list_returns_inside(
    files: Sequence[IncomingFile],
    survey: Survey,
    year: int | None,
    own: Collection[str],
    read: ReadReturns,
    keys: Sequence[Key] = (),
) -> list[IncomingFile]:
    """Return the files, the returns in them in the place of those that are consolidated workbooks.

    One that cannot be used is refused whole: another survey's, year's or version's, a changed one, and this level's
    own, which is known by the units on its roster; ``own`` are the codes of this level's. With ``keys`` the workbook
    vouches for its units when one of them signed it; else each has to be signed itself. What no key vouches for is
    computed anew (:mod:`addin.receiving.recount`); ``read`` reads the units' files that lie beside the workbook.
    """
    below = read_below([file.path for file in files if file.path is not None and _is_below(file)])
    bringing = _Bringing(survey, year, frozenset(own), tuple(keys), read)
    found: list[IncomingFile] = []
    for file in files:
        if file.path is not None and file.identity and _is_below(file):
            found += bringing.list_returns(file, file.path, file.identity, next(below))
        else:
            found.append(file)
    return found


def _is_below(file: IncomingFile) -> bool:
    return file.path is not None and file.identity is not None and file.identity.document == DOCUMENT


@dataclass(frozen=True)
class _Bringing:
    """What consolidated workbooks of the level below have to agree with."""

    survey: Survey
    year: int | None
    own: frozenset[str]
    keys: tuple[Key, ...]
    read: ReadReturns

    def list_returns(
        self, file: IncomingFile, path: Path, identity: Identity, below: Below | Refusal
    ) -> list[IncomingFile]:
        """Return the returns in a consolidated workbook, or the workbook refused."""
        if isinstance(below, Refusal):
            return [replace(file, content=replace(below, file=file.shown, identity=identity))]
        try:
            _check(identity, self.survey, self.year)
            found, vouched = _records(below.lines, identity, self.keys)
            _refuse_odd(found, self.survey, self.own)
        except NotOpened as refused:
            return [replace(file, content=Refusal(file.shown, refused.status, refused.reason, identity))]
        made = [_incoming(one, file, identity.code, below, vouched) for one in found]
        if vouched:
            return [_renamed(one, identity, self.survey) for one in made]
        checked = self._recount(file, path, identity, below, made)
        return [_signed_itself(_renamed(one, identity, self.survey), self.keys) for one in checked]

    def _recount(
        self, file: IncomingFile, path: Path, identity: Identity, below: Below, made: Sequence[IncomingFile]
    ) -> Sequence[IncomingFile]:
        """Return the returns computed anew. Those of other definitions are left alone: their codes are not today's."""
        if identity.hash != self.survey.hash:
            return made
        folder = path.with_name(say("consolidated.files.folder", stem=path.stem))
        return Recount(self.survey, file.shown, below, read_originals(folder, made, self.read)).check(made)


def _refuse_odd(found: Sequence[Record], survey: Survey, own: Collection[str]) -> None:
    """Raise for units of kinds that there are not, and for a result of (nearly) this level's roster.

    Nearly, because units come and go while a round lasts.
    """
    if any(record.returned and record.returned.identity.kind not in survey.kind for record in found):
        raise NotOpened(FileStatus.UNREADABLE, say("merge.refusal.changed_result"))
    units = {record.unit.code for record in found if record.own}
    if len(units & set(own)) >= _NEARLY * max(len(units), len(own)):
        raise NotOpened(FileStatus.NOT_OURS, say("merge.refusal.own_result"))


def _check(identity: Identity, survey: Survey, year: int | None) -> None:
    if identity.survey != survey.id:
        reason = say("reader.refused.other_survey", found=identity.survey, expected=survey.id)
        raise NotOpened(FileStatus.OTHER_SURVEY, reason)
    if identity.year != year:
        reason = say("merge.reason.other_year", found=identity.year, expected=year)
        raise NotOpened(FileStatus.OTHER_YEAR, reason)
    check_version(identity, survey, older=True)


def _renamed(file: IncomingFile, identity: Identity, survey: Survey) -> IncomingFile:
    """Return the return in the codes of today, when the level below merged by older definitions."""
    how = find_migration(survey, identity.version, identity.hash)
    return replace(file, content=translate_codes(file.submission, survey, how)) if file.submission and how else file


def _signed_itself(file: IncomingFile, keys: Sequence[Key]) -> IncomingFile:
    return replace(file, content=refuse_unsigned(file.submission, keys)) if file.submission else file


def _records(lines: Sequence[str], identity: Identity, keys: Sequence[Key]) -> tuple[list[Record], bool]:
    """Return the records, and whether a key vouches for them.

    Raises :class:`NotOpened` where somebody changed them, or another version of the program wrote them in its own way.
    """
    if not lines or lines[0] != digest_records(lines[1:]):
        raise NotOpened(FileStatus.UNREADABLE, say("merge.refusal.changed_result"))
    vouched = bool(keys) and not tell_doubt(identity, keys, lines[0])
    if not vouched and identity.signature.partition(":")[0] in {key.id for key in keys}:
        raise NotOpened(FileStatus.NOT_OURS, say("keys.forged_summary"))
    try:
        return [unpack_record(line) for line in lines[1:]], vouched
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise NotOpened(FileStatus.OTHER_VERSION, say("merge.refusal.other_program")) from error


def _incoming(record: Record, file: IncomingFile, producer: str, below: Below, vouched: bool) -> IncomingFile:
    shown = say("merge.inside", archive=file.shown, name=record.unit.name)
    counted, reason = _counted(record, below.switches.get(record.unit.code, set()))
    carried = FromBelow(record.unit, counted, file.shown, producer, reason, vouched)
    content = replace(record.returned, file=shown) if record.returned else None
    return IncomingFile(shown, None, content, record.modified, record.changed, record.digest, carried, file.order)


# --- the column 计入 -------------------------------------------------------------------------------------------------


def _counted(record: Record, switches: set[bool]) -> tuple[bool, str]:
    """Return whether the unit counts below, and what is odd about that."""
    if len(switches) > 1:
        return False, say("merge.reason.half_counted")
    counted = next(iter(switches), record.counted)
    if counted == record.counted or record.returned is None:
        return record.counted, ""
    return counted, say("merge.reason.switched_on" if counted else "merge.reason.switched_off")
