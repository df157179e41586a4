"""Who is written to: whatever goes out to units, grouped by the person who is their contact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from addin.roster import ReportingUnit
from templates.file_names import make_safe_name, tell_apart

T = TypeVar("T")


@dataclass(frozen=True)
class Recipient(Generic[T]):
    """A contact person, the name of the folder with what is for that person, and the things themselves."""

    contact: str
    folder: str
    items: tuple[T, ...]


def group_by_contact(items: Iterable[T], unit_of: Callable[[T], ReportingUnit]) -> list[Recipient[T]]:
    """Return the contact persons in the order of their first units; a unit without one is told by itself."""
    grouped: dict[tuple[str, str], list[T]] = defaultdict(list)
    for item in items:
        grouped[_identify(unit_of(item))].append(item)
    folders = tell_apart(_name_folder(unit_of(of_one[0])) for of_one in grouped.values())
    return [
        Recipient(unit_of(of_one[0]).contact, folder, tuple(of_one))
        for folder, of_one in zip(folders, grouped.values(), strict=True)
    ]


def _identify(unit: ReportingUnit) -> tuple[str, str]:
    return (unit.contact, unit.phone) if unit.contact else ("", unit.code)


def _name_folder(unit: ReportingUnit) -> str:
    return make_safe_name(unit.contact) or make_safe_name(f"{unit.code}-{unit.name}")
