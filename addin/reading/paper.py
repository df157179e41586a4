"""What reading has found out so far: filled sheet by sheet, it becomes a submission that nobody changes any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from addin.facts import Oddity
from addin.package.addresses import Place
from addin.reading.grid import Grid
from addin.reading.raw import quote_cell, show_as_text
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

    def take_text(self, grid: Grid, at: Place, **whose: Any) -> str:
        """Return the text of an entry cell for words, and note where it has lost its text.

        An error value, or a formula without a result, is no text; ``whose`` are form and code.
        """
        if error := grid.errors.get(at):
            self.note("note.error", cell=grid.address(*at), value=error, **whose)
        elif at in grid.uncached and (formula := grid.formulas[at]):
            self.note("note.uncached", cell=grid.address(*at), value=quote_cell(f"={formula}"), **whose)
        return show_as_text(grid.value(*at))

    def submit(self) -> Submission:
        """Return what was found."""
        return Submission(
            self.file, self.identity, Edition.of(self.survey), self.content, tuple(self.oddities), self.typed
        )
