"""What an argument means: a survey, a roster, a return; each is there or refused."""

from __future__ import annotations

from pathlib import Path

from addin.commands.shared import err, refuse
from addin.reading.reader import installed, read
from addin.receiving.peek import survey_of
from addin.rosters.roster import Roster, RosterError, read_roster
from addin.submission import Refusal, Submission
from templates.load import SurveyError, available, load
from templates.model import Survey
from templates.words import say


def survey_named(name: str) -> Survey:
    """Return the installed survey, or refuse."""
    if name not in available():
        refuse(say("cli.refused.unknown_survey", survey=name, known="、".join(available())))
    try:
        return installed(name)
    except SurveyError:
        refuse(say("cli.refused.definitions", survey=name))


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


def readable(path: Path) -> Submission:
    """Return the return that a file holds, or refuse with the reason."""
    result = read(path)
    if isinstance(result, Refusal):
        refuse(f"{path.name}：{result.reason}")
    return result


def survey_at(place: str) -> Survey:
    """Return the survey in a folder, or the installed one of that name; refuse where there is none."""
    if not Path(place).is_dir():
        return survey_named(place)
    try:
        return load(Path(place))
    except SurveyError:
        refuse(say("cli.refused.definitions", survey=place))
