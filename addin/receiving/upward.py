"""The consolidated workbook of one level as what the level above merges: written with it, and taken apart again.

Only the very hidden sheets are read, and of the visible ones the column 计入: an officer may leave a unit out there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from addin.reading.cells import as_text
from addin.reading.grid import Grid
from addin.reading.older import renamed
from addin.reading.package import DAMAGE, NotOpened, Package, unreadable
from addin.reading.reader import check_version, open_package
from addin.receiving.levels import producer_of
from addin.receiving.outcomes import Carried, Incoming, Merged, UnitReturn
from addin.receiving.record import Record, packed, unpacked
from addin.sending.keys import Key, doubt, genuine, signed
from addin.submission import FileStatus, Refusal
from generator.consolidated.data import Consolidated
from generator.consolidated.machine import digest
from templates.content import Identity
from templates.model import Survey
from templates.older import migration_of
from templates.words import lookup, say

DOCUMENT: Final = "consolidated"
"""What ``_meta`` calls the consolidated workbook."""

_HEADER_SEARCH: Final = 20

_NEARLY: Final = 0.9


# --- written ---------------------------------------------------------------------------------------------------------


def identity_of(merged: Merged) -> Identity | None:
    """Return what the consolidated workbook says of itself; None where no file stated a year."""
    own = [unit.unit for unit in merged.units if not unit.added]
    if merged.year is None or not own:
        return None
    survey, producer = merged.survey, producer_of(own, merged.survey)
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


def signed_identity(data: Consolidated, key: Key) -> Identity | None:
    """Return the identity of ``data`` signed together with the records that go with it."""
    return signed(data.identity, key, digest(data.records)) if data.identity else None


def records(merged: Merged) -> tuple[str, ...]:
    """Return every unit with what it sent, in the order of ``merged``. Contacts and phones of the roster stay here."""
    return tuple(packed(_record(unit)) for unit in merged.units)


def _record(unit: UnitReturn) -> Record:
    listed = replace(unit.unit, contact="", phone="")
    if unit.submission is None:
        return Record(listed, not unit.added)
    file, returned = unit.files[0], replace(unit.submission, file="")
    return Record(listed, not unit.added, unit.counts, file.modified, file.changed, file.digest, returned)


# --- taken apart -----------------------------------------------------------------------------------------------------


def expanded(
    file: Incoming, survey: Survey, year: int | None, own: Collection[str], keys: Sequence[Key] = ()
) -> list[Incoming]:
    """Return the returns in ``file`` when it is a consolidated workbook, else the file itself.

    One that cannot be used is refused whole: another survey's, year's or version's, a changed one, and this level's
    own, which is known by the units on its roster; ``own`` are the codes of this level's. With ``keys`` the workbook
    vouches for its units when one of them signed it; else each has to be signed itself.
    """
    identity = file.identity
    if identity is None or identity.document != DOCUMENT or file.path is None:
        return [file]
    try:
        _check(identity, survey, year)
        package = open_package(file.path)
        found, vouched = _records(package, identity, keys)
        _refuse_odd(found, survey, own)
        returns = [_renamed(one, identity, survey) for one in _returns(file, identity, package, found)]
    except NotOpened as refused:
        return [replace(file, content=Refusal(file.shown, refused.status, refused.reason, identity))]
    except DAMAGE:
        damaged = unreadable("damaged")
        return [replace(file, content=Refusal(file.shown, damaged.status, damaged.reason, identity))]
    return returns if vouched else [_signed_itself(one, keys) for one in returns]


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


def _returns(file: Incoming, identity: Identity, package: Package, found: Sequence[Record]) -> list[Incoming]:
    switches = _switches(package)
    return [_incoming(record, file.shown, identity.code, switches[record.unit.code]) for record in found]


def _renamed(file: Incoming, identity: Identity, survey: Survey) -> Incoming:
    """Return the return in the codes of today, when the level below merged by older definitions."""
    how = migration_of(survey, identity.version, identity.hash)
    return replace(file, content=renamed(file.submission, survey, how)) if file.submission and how else file


def _signed_itself(file: Incoming, keys: Sequence[Key]) -> Incoming:
    return replace(file, content=genuine(file.submission, keys)) if file.submission else file


def _records(package: Package, identity: Identity, keys: Sequence[Key]) -> tuple[list[Record], bool]:
    """Return the records, and whether a key vouches for them. Raises :class:`NotOpened` where somebody changed them."""
    sheet = say("merge.machine.sheet")
    lines = _lines(package.grid(sheet)) if sheet in package.sheets else []
    if not lines or lines[0] != digest(lines[1:]):
        raise NotOpened(FileStatus.UNREADABLE, say("merge.refusal.changed_result"))
    vouched = not keys or not doubt(identity, keys, lines[0])
    if not vouched and identity.signature.partition(":")[0] in {key.id for key in keys}:
        raise NotOpened(FileStatus.NOT_OURS, say("keys.forged_summary"))
    try:
        return [unpacked(line) for line in lines[1:]], vouched
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise NotOpened(FileStatus.UNREADABLE, say("merge.refusal.changed_result")) from error


def _lines(grid: Grid) -> list[str]:
    return ["".join(str(cell) for cell in grid.rows[row]) for row in sorted(grid.rows)]


def _incoming(record: Record, source: str, producer: str, switches: set[bool]) -> Incoming:
    shown = say("merge.inside", archive=source, name=record.unit.name)
    counted, reason = _counted(record, switches)
    carried = Carried(record.unit, counted, source, producer, reason)
    content = replace(record.returned, file=shown) if record.returned else None
    return Incoming(shown, None, content, record.modified, record.changed, record.digest, carried)


# --- the column 计入 -------------------------------------------------------------------------------------------------


def _counted(record: Record, switches: set[bool]) -> tuple[bool, str]:
    """Return whether the unit counts below, and what is odd about that."""
    if len(switches) > 1:
        return False, say("merge.reason.half_counted")
    counted = next(iter(switches), record.counted)
    if counted == record.counted or record.returned is None:
        return record.counted, ""
    return counted, say("merge.reason.switched_on" if counted else "merge.reason.switched_off")


def _switches(package: Package) -> dict[str, set[bool]]:
    """Return by unit code what the column 计入 of the sheets with every unit's values says."""
    found: dict[str, set[bool]] = defaultdict(set)
    prefix = say("consolidated.sheets.details", form="")
    for sheet in (name for name in package.sheets if name.startswith(prefix)):
        _read_switches(package.grid(sheet), found)
    return found


def _read_switches(grid: Grid, found: dict[str, set[bool]]) -> None:
    words = lookup("merge.machine")
    header: dict[str, int] = {}
    for row in sorted(grid.rows):
        if header:
            code = as_text(grid.value(row, header[words["code"]]))
            said = as_text(grid.value(row, header[words["counted"]])).strip()
            if code:
                found[code].add(said in words["yes"])
        elif row <= _HEADER_SEARCH and {words["code"], words["counted"]} <= grid.labels(row).keys():
            header = grid.labels(row)
