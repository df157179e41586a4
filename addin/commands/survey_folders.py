"""``survey new`` and ``survey install``: a survey of one's own, begun from a running one and found by its id."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.auditing.proof import check_definitions
from addin.commands.shared import out, refuse, refuse_unwritable, show_progress
from templates.catalogue import NoSurvey, find_folder
from templates.folders import find_user_surveys
from templates.installing import NotInstalled, begin_survey, install_survey
from templates.model import Severity
from templates.words import lookup, say


def survey_new(
    folder: Annotated[Path, typer.Argument(help=say("survey_folders.command.folder"))],
    id: Annotated[str, typer.Option("--id", help=say("survey_folders.command.id"))] = "",
) -> None:
    """Begin a survey of one's own: a small one that runs."""
    try:
        with refuse_unwritable(folder):
            begun = begin_survey(folder, id)
    except NotInstalled as error:
        refuse(str(error))
    for line in lookup("survey_folders.begun"):
        out.print(line.format(id=begun, folder=folder), markup=False, highlight=False, soft_wrap=True)


def survey_install(
    folder: Annotated[Path, typer.Argument(help=say("survey_folders.command.source"))],
    replace: Annotated[bool, typer.Option("--replace", help=say("survey_folders.command.replace"))] = False,
) -> None:
    """Install a survey for this user, so that it is found by its id everywhere."""
    try:
        place = find_folder(folder.absolute())  # a folder is meant, though it be called like an installed survey
    except NoSurvey as error:
        refuse(str(error))
    with show_progress(say("cli.survey.working", survey=place.name)):
        survey, problems = check_definitions(place)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if survey is None or errors:
        refuse(say("survey_folders.faulty", folder=folder, errors=errors))
    try:
        with refuse_unwritable(find_user_surveys() or place):
            installed = install_survey(survey, replace=replace)
    except NotInstalled as error:
        refuse(str(error))
    told = {"id": survey.id, "title": survey.title, "version": survey.version, "folder": installed}
    out.print(say("survey_folders.done", **told), markup=False, highlight=False, soft_wrap=True)
