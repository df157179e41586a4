"""What every command shares: two consoles, refusals, and the survey, roster or return that an argument means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from addin.progress import Progress
from addin.reading.reader import read
from addin.receiving.peek import survey_of
from addin.rosters.roster import Roster, RosterError, read_roster
from addin.submission import Refusal, Submission
from templates.catalogue import NoSurvey, Surveys, folder_of, loaded, namesake
from templates.load import SurveyError
from templates.model import Survey
from templates.words import lookup, say

FINDINGS, REFUSED = 1, 2
DEFAULT_SURVEY: str = lookup("cli.default_survey")

SurveyOption = Annotated[str | None, typer.Option("--survey", help=say("cli.survey_option"))]
"""For commands that are given returns: those of installed surveys are known by themselves."""

out = Console()
err = Console(stderr=True)


def say_json(value: object) -> None:
    """Answer a program: JSON and nothing else on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


@contextmanager
def working(sentence: str, total: int | None = None) -> Iterator[Progress]:
    """Show a bar on standard error; the block tells it how many are done, of how many."""
    with Bar(console=err, transient=True) as bar:
        task = bar.add_task(sentence, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@contextmanager
def saving(path: Path) -> Iterator[None]:
    """Refuse with the system's reason where ``path`` cannot be written."""
    try:
        yield
    except OSError as error:
        refuse(say("cli.refused.no_folder", path=path, reason=error.strerror))


def refuse(sentence: str) -> NoReturn:
    """Say why it could not be done, and end."""
    err.print(sentence, style="bold red", markup=False, highlight=False)
    raise typer.Exit(REFUSED)


def survey_named(name: str) -> Survey:
    """Return the survey of this id or in this folder, or refuse."""
    if (folder := namesake(name)) is not None:
        err.print(say("cli.namesake", survey=name, folder=folder), style="yellow", markup=False, highlight=False)
    try:
        return loaded(folder_of(name))
    except NoSurvey as error:
        refuse(str(error))
    except SurveyError as error:
        found = error.problems.found
        refuse(say("cli.refused.definitions", survey=name, count=len(found), first=found[0]))


def surveys_for(named: str | None) -> Surveys:
    """Return where the definitions of returns come from: the survey that is named, or those that are installed."""
    return Surveys(survey_named(named) if named else None)


def survey_behind(paths: list[Path], named: str | None) -> Survey:
    """Return the survey that is named, else the one that the returns belong to; refuse where a path is missing."""
    for path in paths:
        if not path.exists():
            refuse(say("cli.refused.no_such_file", path=path))
    found = named or survey_of(paths)
    if found is None:
        refuse(say("cli.merge.no_survey"))
    return survey_named(found)


def roster_in(path: Path, survey: Survey) -> Roster:
    """Return the roster, or refuse with every problem; doubts are said and passed."""
    try:
        roster = read_roster(path, survey)
    except RosterError as error:
        refuse("\n".join(str(problem) for problem in error.problems))
    if roster.warnings:
        err.print(say("cli.roster.warnings", count=len(roster.warnings)), style="yellow")
        for doubt in roster.warnings:
            err.print(f"  {doubt}", markup=False, highlight=False)
    return roster


def readable(path: Path, surveys: Surveys) -> Submission:
    """Return the return that a file holds, or refuse with the reason."""
    result = read(path, survey=surveys.wanted, surveys=surveys)
    if isinstance(result, Refusal):
        refuse(f"{path.name}：{result.reason}")
    return result


def keep_apart(written: list[Path], read_from: list[Path]) -> None:
    """Refuse to write over a workbook that is read, or one result over the other."""
    taken = {path.resolve() for path in read_from}
    for path in written:
        if path.resolve() in taken:
            refuse(say("cli.refused.same_file", path=path))
        taken.add(path.resolve())
