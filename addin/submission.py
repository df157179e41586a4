"""One unit's return as read from a file: values with their places, and what was odd about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from addin.facts import Gaps, Oddity, Typed, UnitAnswer
from addin.package.opened import Origin
from addin.package.refusal import FileStatus
from templates.content import Content, Identity
from templates.layout import WorkbookLayout
from templates.model import Survey


@dataclass(frozen=True)
class Edition:
    """Which definitions of which survey."""

    survey: str
    version: str
    hash: str

    @classmethod
    def of(cls, survey: Survey) -> Self:
        """Return the edition that ``survey`` is."""
        return cls(survey.id, survey.version, survey.hash)


@dataclass(frozen=True)
class Submission:
    """A return that could be read: facts, and no judgement. Nobody changes one: who needs another makes another.

    It knows its survey by name only; whoever needs the definitions has them.
    """

    file: str
    identity: Identity
    edition: Edition
    """The definitions by whose codes ``content`` goes. A workbook of an older version says another in its identity."""
    content: Content
    """What was filled in. Numbers written as text are already numbers."""
    oddities: tuple[Oddity, ...] = ()
    """What reading found: odd text numbers, error cells, stray entries; and what is not as it was mailed out."""
    typed: Typed = field(default_factory=dict)
    """Constants (or results of foreign formulas) that stand in derived cells, by form and code."""
    origin: Origin | None = None
    """The file that it was read from; None for a workbook that is open in another program."""
    answers: tuple[UnitAnswer, ...] = ()
    """What the unit wrote beside the list of what was sent back to it."""

    @cached_property
    def gaps(self) -> Gaps:
        """What is not known of the return."""
        return Gaps.of(self.oddities)

    @property
    def mentioned(self) -> frozenset[str]:
        """The cells that an oddity speaks of, by address."""
        return frozenset(oddity.cell for oddity in self.oddities if oddity.cell)

    def layout(self, survey: Survey) -> WorkbookLayout:
        """Return where things lie in this unit's workbook. Raises ValueError for other definitions."""
        if Edition.of(survey) != self.edition:
            raise ValueError(f"{Edition.of(survey)} for a return of {self.edition}")
        return WorkbookLayout.of(survey, self.identity)


@dataclass(frozen=True)
class Refusal:
    """A file whose data could not be taken in, with one sentence why. ``identity`` is kept when it could be read."""

    file: str
    status: FileStatus
    reason: str
    identity: Identity | None = None
    origin: Origin | None = None
