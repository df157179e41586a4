"""填报通知: one page of paper that goes with the workbooks of one contact person, with a receipt to sign below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generator.files import write_beside
from generator.handbook.paper import Paper
from generator.handbook.styles import SUBTITLE
from templates.words import lookup

ROOM: Final = 24
"""So many workbooks are listed; the receipt below stays on the page."""


@dataclass(frozen=True)
class MailNotice:
    """What goes out to one contact person."""

    survey: str
    year: int
    contact: str
    due: str
    """The last day, as people spell it; "" where the survey says none."""
    sender: str
    """Who sends it, with a telephone number; may be ""."""
    workbooks: tuple[tuple[str, str, str], ...]
    """Code and name of a unit, and the file that is for it."""

    @property
    def values(self) -> dict[str, object]:
        """What the sentences of the notice name."""
        return {
            "survey": self.survey,
            "year": self.year,
            "contact": self.contact or lookup("mail.anyone"),
            "due": self.due,
            "sender": self.sender,
            "count": len(self.workbooks),
        }


def write_notice(path: Path, notice: MailNotice) -> None:
    """Write the page (.docx). Raises OSError."""
    words, values = lookup("mail.page"), notice.values
    paper = Paper(words["title"])
    paper.text(words["title"], SUBTITLE)
    paper.text(words["about"].format(**values), SUBTITLE)
    paper.text(words["to"].format(**values))
    paper.text(words["body" if notice.due else "body_soon"].format(**values))
    paper.table(words["columns"], words["widths"], _list_workbooks(notice))
    if len(notice.workbooks) > ROOM:
        paper.text(words["more"].format(count=len(notice.workbooks) - ROOM))
    for sentence in (*words["steps"], *([words["sender"]] if notice.sender else [])):
        paper.text(sentence.format(**values))
    paper.text(words["receipt_title"], SUBTITLE)
    for line in words["receipt"]:
        paper.text(line.format(**values))
    with write_beside(path) as beside:
        paper.save(beside)


def _list_workbooks(notice: MailNotice) -> Sequence[tuple[str, ...]]:
    return [(str(number), *row) for number, row in enumerate(notice.workbooks[:ROOM], start=1)]
