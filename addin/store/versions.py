"""Locked versions (审定锁定): what was handed in (已上报), as lines of the store that nobody changes afterwards.

A version is an event like any other. It holds, unit by unit, which submission stood for the unit when it was locked
(the digest of the content, the digest of the file, the number of the reading), and the totals themselves, so that those
as handed in can be laid beside those as revised. A merge afterwards takes later files into the store as it always does:
they are later submissions, the version stands.

The 校验码 (:attr:`LockedVersion.seal`) is a digest over all of it. Printed on the 审批单 that an official signs, it
tells whoever has the paper whether a version, or a package, is the one that was signed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

import duckdb

from addin.receiving.returns import WorkerReading
from addin.store.events import LOCKED, Event, add_events, tell_now
from addin.store.evidence import find_kept_file
from addin.store.packed import unpack_reading
from addin.store.store import Store, StoreError
from addin.store.submissions import fetch, hold_transaction
from addin.submission import Submission
from templates.catalogue import Surveys
from templates.model import Survey
from templates.words import say

Totals = Mapping[str, Mapping[str, float]]
"""By form and code; what nobody reports has no entry."""

GROUP: Final = 4
SEAL_LENGTH: Final = 16
"""Characters of a 校验码: eighty bits, in four groups, so that it can be read from paper and typed."""

_NO_LETTER: Final = re.compile(r"[^0-9A-Z]")
_LOOKS_LIKE: Final = str.maketrans("018", "OIB")
"""Digits that no 校验码 has, and the letters that are meant."""

_AT_ONCE: Final = 64


class UnitPlace(StrEnum):
    """How a unit of the roster stands in a version."""

    COUNTED = "counted"
    """Its numbers are in the totals."""
    PART = "part"
    """Composed into another unit's return, and never added up by itself."""
    LEFT_OUT = "left_out"
    """It is not in the totals: open or missing when the version was locked, and somebody answered for that."""


@dataclass(frozen=True)
class LockedUnit:
    """One unit of the roster in a version."""

    code: str
    name: str
    place: UnitPlace
    state: str = ""
    """The state that it was in: a value of :class:`addin.receiving.outcomes.State`."""
    content: str = ""
    """The digest of the content that stood for it (:func:`addin.codec.digest_content`); ``""`` where nothing came."""
    sha256: str = ""
    """The digest of the bytes of its file; the file itself: :func:`addin.store.evidence.find_kept_file`."""
    submission: int | None = None
    """The number of the reading in the store; None where nothing came, or it came within a result from below."""
    file: str = ""
    """What the file was called when it came."""


@dataclass(frozen=True)
class LockedVersion:
    """What was handed in: one for each time that somebody locked, numbered from 1 within a survey and year."""

    survey: str
    year: int | None
    number: int
    by: str
    """Who locked it, as he gives his name."""
    at: str
    """When, as :func:`addin.store.events.tell_now` writes it."""
    units: tuple[LockedUnit, ...]
    """Every unit of the roster, in its order."""
    totals: Totals
    """The totals of the units that are counted, as handed in."""
    definitions: str = ""
    """By which definitions: survey, version and hash."""
    enclosed: Mapping[str, str] = field(default_factory=dict)
    """The files of the package and their digests, in the order of the manifest; empty without a package."""

    @cached_property
    def totals_digest(self) -> str:
        """The digest of the totals: it changes with any number in them."""
        return _digest({form: dict(sorted(codes.items())) for form, codes in sorted(self.totals.items())})

    @cached_property
    def seal(self) -> str:
        """The 校验码: over the units with their contents, the totals, who and when, and the files that are enclosed."""
        told = describe_version(self) | {"enclosed": list(self.enclosed.items())}
        letters = base64.b32encode(bytes.fromhex(_digest(told))).decode()[:SEAL_LENGTH]
        return "-".join(letters[at : at + GROUP] for at in range(0, SEAL_LENGTH, GROUP))

    @property
    def left_out(self) -> tuple[LockedUnit, ...]:
        """The units that are not in the totals and belong into them."""
        return tuple(unit for unit in self.units if unit.place is UnitPlace.LEFT_OUT)

    @property
    def by_code(self) -> dict[str, LockedUnit]:
        """The units by their codes."""
        return {unit.code: unit for unit in self.units}


def are_same_seal(one: str, other: str) -> bool:
    """Return whether two 校验码 are the same, however they were typed: case, blanks, hyphens, full width, 0 for O."""
    first, second = (_normalize_seal(text) for text in (one, other))
    return bool(first) and first == second


def _normalize_seal(text: str) -> str:
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text).upper()).translate(_LOOKS_LIKE)


def describe_version(version: LockedVersion) -> dict[str, Any]:
    """Return the version as JSON has it, with the digest of its totals, without its 校验码."""
    told = {name: getattr(version, name) for name in ("survey", "year", "number", "by", "at", "definitions")}
    return told | {
        "units": [asdict(unit) for unit in version.units],
        "totals": {form: dict(codes) for form, codes in version.totals.items()},
        "totals_digest": version.totals_digest,
        "enclosed": dict(version.enclosed),
    }


def restore_version(told: Mapping[str, Any]) -> LockedVersion:
    """Return the version that :func:`describe_version` told. Raises LookupError, TypeError, ValueError for others."""
    units = tuple(LockedUnit(**unit | {"place": UnitPlace(unit["place"])}) for unit in told["units"])
    names = ("survey", "year", "number", "by", "at", "definitions", "totals", "enclosed")
    version = LockedVersion(units=units, **{name: told[name] for name in names})
    if version.totals_digest != told["totals_digest"]:
        raise ValueError(told["totals_digest"])
    return version


def number_version(store: Store, survey: str, year: int | None) -> int:
    """Return the number that the next version of a survey and year will have. Raises StoreError."""
    with store.opened(read_only=True) as connection:
        return _next_number(connection, survey, year)


def lock_version(store: Store, version: LockedVersion, put: Callable[[], None] = lambda: None) -> LockedVersion:
    """Put a version on record, and return it as it stands there.

    ``put`` is called before the line is final, to bring what belongs to the version to its place: where it raises,
    nothing is locked. A version without a number is given the next one, one without a moment the present one. Raises
    StoreError where the number was taken meanwhile, and what ``put`` raises.
    """
    with store.opened() as connection, hold_transaction(connection):
        number = _next_number(connection, version.survey, version.year)
        if version.number not in (0, number):
            raise StoreError(say("store.refused.number_taken", number=version.number))
        locked = replace(version, number=number, at=version.at or tell_now())
        details = describe_version(locked) | {"seal": locked.seal}
        add_events(connection, [Event(LOCKED, locked.survey, locked.year, details=details, happened_at=locked.at)])
        put()
    return locked


def list_locked_versions(store: Store, survey: str, year: int | None) -> list[LockedVersion]:
    """Return all versions of a survey and year, the first one first.

    Raises StoreError where one is not what was put in: its 校验码 does not fit what stands there.
    """
    with store.opened(read_only=True) as connection:
        return [_restore(store, details) for details in _ask(connection, survey, year)]


def read_locked_version(store: Store, survey: str, year: int | None, number: int | None = None) -> LockedVersion | None:
    """Return the version that was locked last, or the one with this number; None where there is none.

    Raises StoreError where it is not what was put in.
    """
    versions = list_locked_versions(store, survey, year)
    return next((one for one in reversed(versions) if number in (None, one.number)), None)


def recall_locked_returns(store: Store, survey: Survey, version: LockedVersion) -> dict[str, Submission]:
    """Return what each unit had reported in a version, by unit code: values, ledger rows, explanations.

    Whatever came later changes nothing of it. What somebody edited in the store is read again from the file that was
    kept. Units that sent nothing, or came within a result of the level below, are not there. Raises StoreError where
    neither the reading nor the file can be had.
    """
    numbers = {unit.submission: unit for unit in version.units if unit.submission is not None}
    listed = sorted(numbers)
    found: dict[str, Submission] = {}
    for start in range(0, len(listed), _AT_ONCE):
        with store.opened(read_only=True) as connection:
            heads = fetch(connection, listed[start : start + _AT_ONCE])
        found |= {numbers[n].code: _recall(store, survey, numbers[n], heads.get(n)) for n in listed if n in heads}
    return {unit.code: found[unit.code] for unit in version.units if unit.code in found}


def _recall(store: Store, survey: Survey, unit: LockedUnit, head: Mapping[str, Any] | None) -> Submission:
    try:
        read = unpack_reading(head) if head else None
    except ValueError:
        kept = find_kept_file(store.path, unit.sha256)
        read = next(WorkerReading(Surveys(survey), any_version=True).read_few([kept])) if kept else None
    if not isinstance(read, Submission):
        folder = f"{store.path.name}.files"
        raise StoreError(say("store.locked_lost", file=store.path, unit=unit.name, kept=folder))
    return read


def _next_number(connection: duckdb.DuckDBPyConnection, survey: str, year: int | None) -> int:
    return 1 + max((details["number"] for details in _ask(connection, survey, year)), default=0)


def _ask(connection: duckdb.DuckDBPyConnection, survey: str, year: int | None) -> Iterator[dict[str, Any]]:
    statement = (
        "SELECT details FROM events WHERE what = ? AND survey = ? AND year IS NOT DISTINCT FROM ? ORDER BY rowid"
    )
    for (details,) in connection.execute(statement, [LOCKED, survey, year]).fetchall():
        yield json.loads(details)


def _restore(store: Store, details: Mapping[str, Any]) -> LockedVersion:
    try:
        version = restore_version(details)
    except (LookupError, TypeError, ValueError) as error:
        raise StoreError(say("store.refused.version_edited", file=store.path, number=details["number"])) from error
    if version.seal != details["seal"]:
        raise StoreError(say("store.refused.version_edited", file=store.path, number=version.number))
    return version


def _digest(told: object) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
