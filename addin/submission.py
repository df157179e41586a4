"""One unit's return as read from a file: values with their places, and what was odd about them."""

from __future__ import annotations

from dataclasses import dataclass, field

from addin.finding import Finding
from addin.package.opened import Origin
from addin.package.refusal import FileStatus
from templates.content import Content, Identity
from templates.layout import WorkbookLayout
from templates.model import Survey


@dataclass
class Submission:
    """A return that could be read. Numbers written as text are already numbers in ``content``."""

    file: str
    identity: Identity
    survey: Survey
    content: Content
    findings: list[Finding] = field(default_factory=list)
    """What reading found: odd text numbers, error cells, stray entries, constants over formulas."""
    typed: dict[tuple[str, str], float] = field(default_factory=dict)
    """Constants (or results of foreign formulas) that stand in derived cells, by form and code."""
    origin: Origin | None = None
    """The file that it was read from; None for a workbook that is open in another program."""

    @property
    def layout(self) -> WorkbookLayout:
        """Where things lie in this unit's workbook."""
        return WorkbookLayout.of(self.survey, self.identity)


@dataclass(frozen=True)
class Refusal:
    """A file whose data could not be taken in, with one sentence why. ``identity`` is kept when it could be read."""

    file: str
    status: FileStatus
    reason: str
    identity: Identity | None = None
    origin: Origin | None = None
