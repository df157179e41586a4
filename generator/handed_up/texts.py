"""Documents of what goes up that are read and not counted: what units wrote of their returns, and what the law says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from generator.files import write_beside
from generator.handbook.paper import Paper
from generator.handbook.styles import SUBTITLE
from templates.words import lookup


@dataclass(frozen=True)
class UnitTexts:
    """What one unit wrote."""

    code: str
    name: str
    remarks: str
    summary: str


def write_texts(path: Path, survey: str, year: int, units: Iterable[UnitTexts]) -> None:
    """Write 报表说明 and 工作总结 of all units in one document (.docx), unit by unit. Raises OSError."""
    words, told = lookup("package.texts"), {"survey": survey, "year": year}
    paper = Paper(words["head"])
    for key in ("title", "about"):
        paper.text(words[key].format(**told), SUBTITLE)
    paper.contents()
    for number, unit in enumerate(units):
        paper.heading(words["unit"].format(name=unit.name, code=unit.code), 1, new_page=number == 0)
        for key, text in (("remarks", unit.remarks), ("summary", unit.summary)):
            paper.heading(words[key], 3)
            for line in text.strip().splitlines() or [words["none"]]:
                if line.strip():
                    paper.text(line.strip())
    with write_beside(path) as beside:
        paper.save(beside)


def write_notice(path: Path, survey: str, year: int, number: int, law: str) -> None:
    """Write what the law says of keeping the data secret (.docx); ``law`` are the survey's own sentences."""
    words = lookup("package.notice")
    paper = Paper(words["head"])
    paper.text(words["title"], SUBTITLE)
    paper.text(words["about"].format(survey=survey, year=year, number=number), SUBTITLE)
    paper.text(law)
    paper.text(words["lead"])
    for place, rule in enumerate(words["rules"], start=1):
        paper.text(f"{place}. {rule}")
    with write_beside(path) as beside:
        paper.save(beside)
