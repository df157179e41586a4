"""Two definitions of a survey beside each other: what is new, gone, called otherwise or asked otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from templates.correspondence import Correspondence
from templates.model import Survey
from templates.portrait import Portrait
from templates.words import lookup, say

T = TypeVar("T")

CONTENT: Final = "content"
"""The aspect of what is new or gone: what it is, in one text."""


class Fate(StrEnum):
    """What became of a part. The words stand in words/difference.toml."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENUMBERED = "renumbered"
    """Only its code is another one."""

    @property
    def shown(self) -> str:
        """The Chinese word."""
        return str(lookup("difference.fate")[self.value])


class Subject(StrEnum):
    """Kinds of parts, in the order in which they are listed."""

    SURVEY = "survey"
    KIND = "kind"
    FORM = "form"
    INDICATOR = "indicator"
    LEDGER = "ledger"
    COLUMN = "column"
    RULE = "rule"
    CODE_LIST = "code_list"

    @property
    def shown(self) -> str:
        """The Chinese word."""
        return str(lookup("difference.subject")[self.value])


@dataclass(frozen=True, slots=True)
class AspectChange:
    """One aspect of a part in both definitions."""

    aspect: str
    old: str
    new: str

    @property
    def shown(self) -> str:
        """What the aspect is called in Chinese."""
        return str(lookup("difference.aspect")[self.aspect])


@dataclass(frozen=True)
class DifferenceLine:
    """One part of a survey that is not the same in both definitions."""

    subject: Subject
    fate: Fate
    old: str
    """What it was called: ``KX03!28``, a ledger's short, a rule's id; ``""`` where it is new."""
    new: str
    """What it is called; ``""`` where it is gone."""
    name: str
    """Its name for people, that of the new definition where it has both."""
    aspects: tuple[AspectChange, ...] = ()
    guessed: bool = False
    """Whether nobody declares that both are the same thing."""
    family: str = ""
    """For a rule: the family that it is expanded from."""


@dataclass(frozen=True)
class SurveyDifference:
    """All that differs, in the order of the definitions."""

    old: Survey
    new: Survey
    match: Correspondence
    lines: tuple[DifferenceLine, ...]

    def of(self, subject: Subject) -> tuple[DifferenceLine, ...]:
        """Return the lines of one kind of parts."""
        return tuple(line for line in self.lines if line.subject is subject)

    def count(self, subject: Subject) -> dict[Fate, int]:
        """Return how many parts have which fate."""
        counted = Counter(line.fate for line in self.of(subject))
        return {fate: counted[fate] for fate in Fate if counted[fate]}

    @property
    def rules_to_try(self) -> tuple[str, ...]:
        """Ids of the rules that are new, or find something else than before, or weigh otherwise what they find."""
        return tuple(
            line.new
            for line in self.of(Subject.RULE)
            if line.new and (line.fate is Fate.ADDED or any(one.aspect in _DECISIVE for one in line.aspects))
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """What whoever reads the table has to know first."""
        if self.match.guessed:
            told = {"count": len(self.match.guessed), "source": self.old.version}
            return (say("difference.undeclared", **told),)
        if self.match.declared:
            return (say("difference.declared", source=self.old.version),)
        return ()


_DECISIVE: Final = ("demand", "each", "severity", "hold")
"""Aspects of a rule that decide what it finds and what that costs the unit."""


def make_line(
    subject: Subject,
    was: str | None,
    now: str | None,
    name: str,
    aspects: tuple[AspectChange, ...],
    *,
    guessed: bool = False,
    family: str = "",
) -> Iterator[DifferenceLine]:
    """Yield the line of a part, unless it is the same in both."""
    if was == now and not aspects:
        return
    fate = Fate.ADDED if not was else Fate.REMOVED if not now else Fate.CHANGED if aspects else Fate.RENUMBERED
    yield DifferenceLine(subject, fate, was or "", now or "", name, aspects, guessed, family)


def pair_parts(old: Iterable[T], new: Iterable[T], match: Mapping[T, T]) -> Iterator[tuple[T | None, T | None]]:
    """Yield what corresponds and what is new in the order of the new definition, then what is gone."""
    there = set(new)
    former = {match[one]: one for one in old if one in match and match[one] in there}
    yield from ((former.get(one), one) for one in new)
    kept = set(former.values())
    yield from ((one, None) for one in old if one not in kept)


def compare_portraits(old: Portrait | None, new: Portrait | None, *content: str) -> tuple[AspectChange, ...]:
    """Return the aspects that differ; of what is new or gone what it is, in one text of the aspects ``content``."""
    if old and new:
        return list_changes(old, new)
    before, after = (
        say("difference.semicolon").join(filter(None, map(one.get, content))) if one else "" for one in (old, new)
    )
    return (AspectChange(CONTENT, before, after),) if before or after else ()


def draw(describe: Callable[[T], Portrait], part: T | None) -> Portrait | None:
    """Return what a part is, None where there is none."""
    return None if part is None else describe(part)


def list_changes(old: Portrait, new: Portrait) -> tuple[AspectChange, ...]:
    """Return the aspects that differ."""
    return tuple(AspectChange(key, text, new[key]) for key, text in old.items() if text != new[key])
