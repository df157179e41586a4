"""The registry of checks: every kind of finding that is no rule of a survey, as words/checks.toml declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any, Final

from templates.model import Severity
from templates.words import lookup


class Room(StrEnum):
    """Who finds it."""

    READER = "reader"
    """Reading a workbook."""
    TAMPERING = "tampering"
    """Comparing a workbook with the one that was mailed out."""
    STRUCTURE = "structure"
    """The audit: what must hold of any return, whatever its rules."""
    ENGINE = "engine"
    """The audit, where the program itself fails."""


class Leaves(StrEnum):
    """What is not known of a return, or not as usual, where a check has found something."""

    VALUE = "value"
    """The value of a cell is not known, though the cell looks blank or holds a text."""
    COLUMN = "column"
    """The value of a ledger's cell is not known, and nothing can be counted or added up over its column."""
    TEXT = "text"
    """A number or a day is a text: it is known, but no formula of the workbook takes it."""
    SHEET = "sheet"
    """A whole sheet is not there."""
    PART = "part"
    """A row, a column or the header of a sheet is not there."""
    NAME = "name"
    """A sheet lies under another name."""


@dataclass(frozen=True)
class FindingKind:
    """One kind of finding."""

    id: str
    severity: Severity
    message: str
    hint: str
    found_by: Room
    leaves: Leaves | None = None
    live: str = ""
    """Where the workbook says the same: the row of 审核 by its words in workbook.toml, or ``beside`` the cell."""
    unfilled: bool = False
    """Whether a blank is all that is wrong."""
    renewed: bool = False
    """Whether a workbook with it is answered with a fresh one: the unit cannot mend what is wrong with it."""


_FIELDS: Final = {field.name for field in fields(FindingKind)} - {"id"}


def find_check(id: str) -> FindingKind:
    """Return the kind of finding with this id. Raises KeyError for an id that is not registered."""
    return load_checks()[id]


@cache
def load_checks() -> Mapping[str, FindingKind]:
    """Return all kinds of findings by id. Raises ValueError where the registry says what there is not."""
    return {id: _kind(id, told) for id, told in lookup("checks.checks").items()}


def _kind(id: str, told: Mapping[str, Any]) -> FindingKind:
    if unknown := told.keys() - _FIELDS:
        raise ValueError(f"{id}: {', '.join(sorted(unknown))}")
    return FindingKind(
        id=id,
        severity=Severity(told["severity"]),
        message=told["message"],
        hint=told["hint"],
        found_by=Room(told["found_by"]),
        leaves=Leaves(told["leaves"]) if "leaves" in told else None,
        live=told.get("live", ""),
        unfilled=told.get("unfilled", False),
        renewed=told.get("renewed", False),
    )
