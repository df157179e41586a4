"""What an argument means: a survey, a roster, a return; each is there or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.shared import err, refuse
from addin.reading.reader import read
from addin.receiving.peek import guess_survey
from addin.roster import Roster, RosterError, read_roster, tell_doubts
from addin.submission import Refusal, Submission
from templates.catalogue import NoSurvey, Surveys, find_folder, find_namesake, load_folder
from templates.model import Survey
from templates.problems import SurveyError
from templates.words import say

SurveyOption = Annotated[str | None, typer.Option("--survey", help=say("cli.survey_option"))]
"""For commands that are given returns: those of installed surveys are known by themselves."""


def load_survey_or_refuse(name: str) -> Survey:
    """Return the survey of this id or in this folder, or refuse."""
    if (folder := find_namesake(name)) is not None:
        err.print(say("cli.namesake", survey=name, folder=folder), style="yellow", markup=False, highlight=False)
    try:
        return load_folder(find_folder(name))
    except NoSurvey as error:
        refuse(str(error))
    except SurveyError as error:
        found = error.problems.found
        refuse(say("cli.refused.definitions", survey=name, count=len(found), first=found[0]))


def find_surveys(named: str | None) -> Surveys:
    """Return where the definitions of returns come from: the survey that is named, or those that are installed."""
    return Surveys(load_survey_or_refuse(named) if named else None)


def find_survey_behind(paths: list[Path], named: str | None) -> Survey:
    """Return the survey that is named, else the one that the returns belong to; refuse where a path is missing."""
    for path in paths:
        if not path.exists():
            refuse(say("cli.refused.no_such_file", path=path))
    found = named or guess_survey(paths)
    if found is None:
        refuse(say("cli.merge.no_survey"))
    return load_survey_or_refuse(found)


def read_roster_or_refuse(path: Path, survey: Survey, *, guessed: bool = False) -> Roster:
    """Return the roster, or refuse with every problem; doubts are said and passed.

    Where the survey was ``guessed``, a refusal says that too: a roster of another survey is wrong in nearly every line.
    """
    try:
        roster = read_roster(path, survey)
    except RosterError as error:
        guess = [say("cli.roster.guessed", survey=survey.id)] if guessed else []
        refuse("\n".join([*map(str, error.problems), *guess]))
    if roster.warnings:
        err.print(say("cli.roster.warnings", count=len(roster.warnings)), style="yellow")
        for doubt in tell_doubts(roster.warnings):
            err.print(f"  {doubt}", markup=False, highlight=False)
    return roster


def read_or_refuse(path: Path, surveys: Surveys) -> Submission:
    """Return the return that a file holds, or refuse with the reason."""
    result = read(path, survey=surveys.wanted, surveys=surveys)
    if isinstance(result, Refusal):
        refuse(f"{path.name}：{result.reason}")
    return result
