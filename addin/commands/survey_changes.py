"""``survey diff``: what the next definition of a survey changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from addin.commands.inputs import load_survey_or_refuse
from addin.commands.outputs import refuse_outputs
from addin.commands.outputs import workbook as as_workbook
from addin.commands.shared import out, refuse_unwritable, say_json
from generator.differences import tell_editions, write_differences
from templates.comparing import compare_surveys
from templates.difference import CONTENT, DifferenceLine, Subject, SurveyDifference
from templates.words import lookup, say

LONGEST: Final = 60
"""Characters of a text that the screen shows; the workbook and JSON have all of it."""

BEFORE: Final = 10
"""Characters that stand before the first one that differs."""

ALIKE: Final = 3
"""So many rules of one family with the same fate are shown one by one; of the others it is said how many they are."""


def survey_diff(
    old: Annotated[str, typer.Argument(help=say("difference.command.old"))],
    new: Annotated[str, typer.Argument(help=say("difference.command.new"))],
    target: Annotated[Path | None, typer.Option("--out", help=say("difference.command.out"))] = None,
    json_too: Annotated[bool, typer.Option("--json", help=say("difference.command.json"))] = False,
) -> None:
    """Print what differs between two definitions."""
    refuse_outputs([as_workbook(target) if target else None])
    difference = compare_surveys(load_survey_or_refuse(old), load_survey_or_refuse(new))
    if target:
        with refuse_unwritable(target):
            write_differences(target, difference)
    if json_too:
        say_json(describe_difference(difference))
        return
    _show(difference)
    if target:
        _print(say("difference.command.done", file=target))


def describe_difference(difference: SurveyDifference) -> dict[str, Any]:
    """Return what ``survey diff --json`` prints: editions, counts, every line with all of its texts."""
    editions = {
        key: {"id": survey.id, "title": survey.title, "version": survey.version, "hash": survey.hash}
        for key, survey in (("old", difference.old), ("new", difference.new))
    }
    counts = {subject.value: {f.value: n for f, n in difference.count(subject).items()} for subject in Subject}
    return {
        **editions,
        "declared": difference.match.declared,
        "remarks": list(difference.sentences),
        "counts": {subject: counted for subject, counted in counts.items() if counted},
        "lines": [_describe_line(line) for line in difference.lines],
    }


def _describe_line(line: DifferenceLine) -> dict[str, Any]:
    return {
        "part": line.subject.value,
        "change": line.fate.value,
        "old": line.old or None,
        "new": line.new or None,
        "name": line.name,
        "guessed": line.guessed,
        "aspects": [{"aspect": one.aspect, "old": one.old, "new": one.new} for one in line.aspects],
    }


def _show(difference: SurveyDifference) -> None:
    _print(tell_editions(difference, "difference.command.heading"))
    for sentence in difference.sentences if difference.lines else [say("difference.same")]:
        _print(sentence)
    for subject in Subject:
        if lines := difference.of(subject):
            counted = difference.count(subject).items()
            counts = say("difference.join").join(
                say("difference.command.count", fate=fate.shown, count=n) for fate, n in counted
            )
            _print(say("difference.command.counts", subject=subject.shown, counts=counts))
            out.print(_make_table(lines))


def _make_table(lines: Sequence[DifferenceLine]) -> Table:
    table = Table(pad_edge=False)
    for column in lookup("difference.command.columns"):
        table.add_column(escape(column), overflow="fold")
    for row in _list_rows(lines):
        table.add_row(*map(escape, row))
    return table


def _list_rows(lines: Sequence[DifferenceLine]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the rows of the screen: of many expanded rules of one family the first few."""
    shown: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        alike = (line.family, line.fate.value)
        shown[alike] += 1
        if not line.family or shown[alike] <= ALIKE:
            mark = say("difference.command.guessed") if line.guessed else ""
            told = "\n".join(_tell_aspects(line))
            yield f"{line.fate.shown}{mark}", line.old, line.new, line.name, told
    if more := sum(count - ALIKE for (family, _), count in shown.items() if family and count > ALIKE):
        yield "", "", "", say("difference.command.more_alike", count=more), ""


def _tell_aspects(line: DifferenceLine) -> Iterator[str]:
    for one in line.aspects:
        if one.aspect == CONTENT:
            yield _shorten(one.old or one.new, 0)
        else:
            alike = _count_alike(one.old, one.new) if len(one.old) > LONGEST else 0
            old, new = (_shorten(text, alike) for text in (one.old, one.new))
            yield say("difference.command.aspect", aspect=one.shown, old=old, new=new)


def _count_alike(one: str, other: str) -> int:
    """Return how many characters both texts begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _shorten(text: str, alike: int) -> str:
    """Return as much of a text as the screen shows: what both have ``alike`` at their beginning is left out."""
    start = max(0, alike - BEFORE)
    told = " ".join(text[start:].split()) or say("difference.none")
    end = "…" if len(told) > LONGEST else ""
    return f"{'…' if start else ''}{told[:LONGEST]}{end}"


def _print(sentence: str) -> None:
    out.print(sentence, markup=False, highlight=False, soft_wrap=True)
