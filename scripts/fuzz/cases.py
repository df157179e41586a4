"""A case: some mutators on one original, drawn by a seed, so that any case can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from scripts.fuzz import damages, packaging, payloads, spellings, zips
from scripts.fuzz.book import STRINGS, Book, NotHere
from scripts.fuzz.mutators import MUTATORS, Meaning, Mutator, Stage
from scripts.fuzz.originals import Original
from scripts.fuzz.third import EVERY

MODULES: Final = (damages, packaging, payloads, spellings, zips)
"""They put their mutators into the register."""

_HOW_MANY: Final = (1, 1, 1, 2, 2, 3)


@dataclass(frozen=True)
class Case:
    """A mutated file."""

    original: Original
    mutators: tuple[str, ...]
    data: bytes
    changed: frozenset[str] | None
    """The parts of sheets that were changed, in small letters; None where any may have been."""
    same: bool
    """Whether it must read as the original does."""
    third: bool
    """Whether a third reader is asked, too."""


def make_case(originals: Sequence[Original], seed: int, number: int, only: Sequence[str] = ()) -> Case:
    """Return case ``number`` of a seed; ``only`` are the mutators to draw from."""
    random = Random(f"{seed}:{number}")
    original = random.choice(originals)
    book = Book(dict(original.parts))
    done = [mutator for mutator in _drawn(random, only) if _apply(mutator, book, random)]
    tidy = all(mutator.stage < Stage.ZIP or mutator.meaning is Meaning.SAME for mutator in done)
    changed = _changed(original.parts, book) if tidy else None
    same = all(mutator.meaning is Meaning.SAME for mutator in done)
    third = number % EVERY == 0
    return Case(original, tuple(mutator.name for mutator in done), book.zipped(random), changed, same, third)


def _drawn(random: Random, only: Sequence[str]) -> list[Mutator]:
    """Draw mutators; half of the cases are other spellings and nothing else."""
    known = [mutator for mutator in MUTATORS.values() if not only or mutator.name in only]
    if not only and random.random() < 0.5:
        known = [mutator for mutator in known if mutator.meaning is Meaning.SAME or mutator.stage is Stage.PAYLOAD]
    drawn = [random.choice(known) for _ in range(random.choice(_HOW_MANY))]
    return sorted(drawn, key=lambda mutator: mutator.stage)


def _apply(mutator: Mutator, book: Book, random: Random) -> bool:
    before = dict(book.parts)
    try:
        mutator.mutate(book, random)
    except (NotHere, ValueError, IndexError):
        book.parts = before  # an earlier mutator left nothing to work on
        return False
    return True


def _changed(before: dict[str, bytes], after: Book) -> frozenset[str] | None:
    """Return the parts that differ; None where the texts do that all sheets refer to."""
    was, now = ({name.lower(): data for name, data in parts.items()} for parts in (before, after.parts))
    differing = {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    differing |= {name.lower() for name in after.encodings}
    return None if STRINGS.lower() in differing else frozenset(differing)
