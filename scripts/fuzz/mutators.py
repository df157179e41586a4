"""The register of mutators: what each does to a workbook, when its turn is, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from random import Random
from typing import Final

from scripts.fuzz.book import Book

Mutate = Callable[[Book, Random], None]


class Stage(IntEnum):
    """When a mutator's turn is, of several for one case."""

    PAYLOAD = 0
    LOCAL = 1
    """Spots of a part, found by how XlsxWriter spells them."""
    WHOLE = 2
    """A part or the package, from one end to the other."""
    ZIP = 3
    BYTES = 4


class Meaning(IntEnum):
    """What must come of a mutated file."""

    SAME = 0
    """Another spelling of the same workbook: it is read as the original is."""
    ANY = 1
    """Whatever it is: refused, or read as others read it."""


@dataclass(frozen=True)
class Mutator:
    """One way to change a workbook."""

    name: str
    stage: Stage
    meaning: Meaning
    mutate: Mutate


MUTATORS: Final[dict[str, Mutator]] = {}


def register(stage: Stage, meaning: Meaning) -> Callable[[Mutate], Mutate]:
    """Return the decorator that puts a mutator into the register."""

    def put(mutate: Mutate) -> Mutate:
        name = getattr(mutate, "__name__", "")
        MUTATORS[name] = Mutator(name, stage, meaning, mutate)
        return mutate

    return put
