"""Returns of older definitions: which of their codes are called otherwise now, are gone, or were not there yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MIGRATIONS = "migrations.toml"
"""Beside survey.toml. It says how older returns are read, so it is no part of what workbooks are made from."""

Place = tuple[str, str]
"""A row of a form (表号, code) or a column of a ledger (short, column)."""


@dataclass(frozen=True)
class Migration:
    """How returns of one older version are read: straight to the present version, there are no chains."""

    source: str
    """Their version, or their fingerprint."""
    rename: Mapping[Place, Place] = field(default_factory=dict)
    """Old places to present ones."""
    drop: tuple[Place, ...] = ()
    """Old places that are gone."""
    add: tuple[Place, ...] = ()
    """Present places that were not there."""


def parse_place(text: str) -> Place:
    """Return what ``KX03!26`` (a row of a form) or ``学术会议.会议名称`` (a column of a ledger) names."""
    part, mark, name = text.partition("!" if "!" in text else ".")
    return (part, name) if mark else (text, "")


def find_former(place: Place, migration: Migration) -> str:
    """Return what a code or column of today was called; ``""`` when there was none."""
    for old, new in migration.rename.items():
        if new == place:
            return old[1]
    taken = place in migration.rename or place in migration.drop or place in migration.add
    return "" if taken else place[1]


def find_present(place: Place, migration: Migration) -> Place | None:
    """Return what an older code or column is called today; None when it is gone."""
    return None if place in migration.drop else migration.rename.get(place, place)


def fingerprint_migrations(migrations: Iterable[Migration]) -> str:
    """Return a short hash over the mappings: what was read by one is to be read again by another."""
    return hashlib.sha256(repr(tuple(migrations)).encode()).hexdigest()[:16]
