"""What reading has found out so far: filled sheet by sheet, it becomes a submission that nobody changes any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from addin.facts import Oddity
from addin.submission import Edition, Submission
from templates.content import Content, Identity
from templates.layout import WorkbookLayout
from templates.model import Survey


@dataclass
class WorkingPaper:
    """The facts about one workbook while it is being read by the definitions of ``survey``."""

    file: str
    identity: Identity
    survey: Survey
    content: Content = field(default_factory=Content)
    oddities: list[Oddity] = field(default_factory=list)
    typed: dict[tuple[str, str], float] = field(default_factory=dict)

    @cached_property
    def layout(self) -> WorkbookLayout:
        """Where things should lie in the workbook."""
        return WorkbookLayout.of(self.survey, self.identity)

    def note(self, check: str, **facts: Any) -> None:
        """Note something odd; ``facts`` are those of :meth:`Oddity.of`."""
        self.oddities.append(Oddity.of(check, **facts))

    def submit(self) -> Submission:
        """Return what was found."""
        return Submission(
            self.file, self.identity, Edition.of(self.survey), self.content, tuple(self.oddities), self.typed
        )
