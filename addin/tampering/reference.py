"""The workbook as it would be generated now, for units of one kind and level; who files it is filled in afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from addin.tampering.anatomy import Anatomy, Content, Locks, dissect
from generator.strict import Lock
from generator.unit.workbook import build
from templates.content import Content as Filled
from templates.content import Identity
from templates.layout import WorkbookLayout
from templates.model import Survey
from templates.spelling import credit_code
from templates.words import lookup

_OWN: Final = ("code", "name", "uscc", "region", "parent")
"""What of an identity differs from unit to unit: words in its place are exchanged for the unit's own."""

_KEPT: Final = 16
"""So many references are kept: kinds and levels of one survey, and a few with grown ledgers."""


@dataclass(frozen=True)
class _Key:
    """What a reference depends on. The survey is told by its place in memory, which the key keeps."""

    survey_at: int
    kind: str
    level: str
    year: int
    has_uscc: bool
    capacities: tuple[tuple[str, int], ...]
    carried: str
    survey: Survey = field(compare=False)


@dataclass(frozen=True)
class Reference:
    """How a kind of workbook is built, and which of its cells are locked."""

    layout: WorkbookLayout
    anatomy: Anatomy
    locks: dict[str, Locks]
    """Of each sheet that is protected."""
    locked: dict[str, dict[str, Content]]
    """What stands in the locked cells of each sheet that is protected; the identity sheet is left out."""
    personal: dict[str, frozenset[str]]
    """The locked cells that tell who files, by sheet."""


def reference(survey: Survey, identity: Identity, capacities: Mapping[str, int]) -> Reference:
    """Return the reference for the workbook of ``identity`` whose ledgers have these capacities; rendered once."""
    grown = tuple(sorted(capacities.items()))
    has_uscc = bool(credit_code(identity.uscc))
    unit = (identity.kind, identity.level, identity.year)
    return _rendered(_Key(id(survey), *unit, has_uscc, grown, identity.carried, survey))


@lru_cache(maxsize=_KEPT)
def _rendered(key: _Key) -> Reference:
    survey = key.survey
    whose = {"kind": key.kind, "level": key.level, "carried": key.carried} | _placeholders(key)
    identity = Identity(survey.id, survey.version, survey.hash, key.year, **whose)
    # A ledger grows with the last row that is filled; the row itself is taken out again below.
    content = Filled(ledgers={short: {capacity: {}} for short, capacity in key.capacities})
    with tempfile.TemporaryDirectory(prefix="tianbao-") as folder:
        path = Path(folder, "reference.xlsx")
        build(path, survey, identity, Lock("", ""), content)
        anatomy = dissect(path)
    return _judged(WorkbookLayout.of(survey, identity, key.capacities), anatomy)


def _placeholders(key: _Key) -> dict[str, str]:
    return {name: f"ZQ{name.upper()}QZ" for name in _OWN if name != "uscc" or key.has_uscc}


def _judged(layout: WorkbookLayout, anatomy: Anatomy) -> Reference:
    locks = {name: sheet.locks(anatomy.unlocked) for name, sheet in anatomy.sheets.items() if sheet.protection}
    locks.pop(lookup("workbook.sheets.meta"))
    locked = {
        name: {cell: content for cell, content in anatomy.sheets[name].cells.items() if found.is_locked(cell)}
        for name, found in locks.items()
    }
    personal = {
        name: frozenset(cell for cell, content in cells.items() if _is_personal(content[1:]))
        for name, cells in locked.items()
    }
    for sheet in anatomy.sheets.values():
        sheet.forget()
    return Reference(layout, anatomy, locks, locked, personal)


def _is_personal(content: str) -> bool:
    return any(f"ZQ{name.upper()}QZ" in content for name in _OWN)


def own(content: Content, identity: Identity) -> Content:
    """Return what stands in a cell of the reference as it reads in the workbook of ``identity``."""
    kind, value = content[0], content[1:]
    for name in _OWN:
        word = str(getattr(identity, name))
        if kind == "f":
            word = (credit_code(word) if name == "uscc" else word).replace('"', '""')
        value = value.replace(f"ZQ{name.upper()}QZ", word)
    return kind + value
