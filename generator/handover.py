"""移交清单: one page of paper on what one officer leaves to the next, to be signed by both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.files import write_beside
from generator.handbook.paper import Line, Paper
from generator.handbook.styles import CENTRED, SUBTITLE
from templates.words import lookup, say


@dataclass(frozen=True)
class HandoverLine:
    """One thing that is handed over."""

    name: str
    place: str
    """Where it lies in the folder, or by itself."""
    amount: str
    detail: str
    """The beginning of its digest, its version, or how it is handed over."""


@dataclass(frozen=True)
class HandoverList:
    """What stands on the page."""

    by: str
    to: str
    day: date
    program: str
    code: str
    """The 校验码 of the manifest: whoever has the paper can tell whether the folder is the one that was signed for."""
    lines: tuple[HandoverLine, ...]
    retention: tuple[str, ...]
    """How long what is kept, each in a sentence."""


def write_handover_list(path: Path, data: HandoverList) -> None:
    """Write the page (.docx). Raises OSError."""
    words = lookup("handover.list")
    paper = Paper(words["title"])
    paper.text(words["title"], SUBTITLE)
    day = say("sent_back.a_day", year=data.day.year, month=data.day.month, day=data.day.day)
    for key in ("about", "code", "program"):
        paper.text(words[key].format(day=day, code=data.code, program=data.program, by=data.by, to=data.to))
    paper.table(words["columns"], words["widths"], list(_list_rows(data)))
    for key, texts in (("retention", data.retention), ("restore", words["steps"])):
        if texts:
            paper.text(words[key])
        for number, text in enumerate(texts, start=1):
            paper.text(say("handover.list.step", number=number, text=text))
    paper.table(words["signing"], words["signing_widths"], [[_leave_room(data.by), _leave_room(data.to), "", ""]])
    with write_beside(path) as beside:
        paper.save(beside)


def _list_rows(data: HandoverList) -> Iterator[list[str]]:
    for number, line in enumerate(data.lines, start=1):
        yield [str(number), line.name, line.place, line.amount, line.detail]


def _leave_room(name: str) -> list[Line]:
    """Return the name with room below it for a hand to sign in."""
    return [Line(text, CENTRED) for text in (name, "", "")]
