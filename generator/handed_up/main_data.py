"""主要数据（内部，未经审定不得公布）: what all units together report, form by form, as a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.files import write_beside
from generator.handbook.paper import Line, Paper, Row
from generator.handbook.styles import NUMBER, SUBTITLE
from templates.words import lookup


@dataclass(frozen=True)
class MainNumber:
    """A row of a form: its sum, and this year beside last year where both may be shown; ``""`` where not."""

    code: str
    name: str
    measure: str
    total: str
    this: str = ""
    prior: str = ""
    rate: str = ""

    @property
    def row(self) -> Row:
        """The line as the table has it, numbers at the right, what is withheld as a dash."""
        dash = lookup("package.main")["withheld"]
        numbers = (self.total, self.this, self.prior, self.rate)
        return [self.code, self.name, self.measure, *([Line(text or dash, NUMBER)] for text in numbers)]


@dataclass(frozen=True)
class MainForm:
    """One form; a heading stands among its rows as a text."""

    title: str
    rows: Sequence[MainNumber | str]


def write_main_data(path: Path, told: dict[str, str | int], forms: Sequence[MainForm]) -> None:
    """Write the document (.docx). ``told`` are the words of its head: survey, year, number, units, threshold, share.

    Raises OSError.
    """
    words = lookup("package.main")
    paper = Paper(words["head"])
    for key in ("title", "about"):
        paper.text(words[key].format(**told), SUBTITLE)
    for key in ("secret", "what", "withholding"):
        paper.text(words[key].format(**told))
    for form in forms:
        paper.heading(form.title, 1)
        rows = [[row] if isinstance(row, str) else row.row for row in form.rows]
        paper.table(words["columns"], words["widths"], rows)
    with write_beside(path) as beside:
        paper.save(beside)
