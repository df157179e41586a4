"""``survey``: for the designer of a survey."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.auditing.proof import check_definitions
from addin.commands.shared import FINDINGS, REFUSED, out, refuse, show_progress
from templates.catalogue import NoSurvey, find_folder, load_installed
from templates.folders import list_surveys
from templates.model import Severity
from templates.problems import SurveyError
from templates.words import say


def survey_list() -> None:
    """List the installed surveys."""
    broken = False
    for name in list_surveys():
        try:
            out.print(f"{name}　{load_installed(name).title}", markup=False, highlight=False)
        except SurveyError:
            broken = True
            out.print(say("cli.survey.broken", survey=name), style="red", markup=False, highlight=False)
    raise typer.Exit(FINDINGS if broken else 0)


def survey_lint(survey: Annotated[str, typer.Argument(help=say("cli.survey.id"))] = "") -> None:
    """Check definitions: everything that is wrong, at once."""
    raise typer.Exit(max(_lint(folder) for folder in _folders(survey)))


def _folders(named: str) -> list[Path]:
    """Return the folder of the survey that is named, or of every installed one; refuse where there is none."""
    try:
        return [find_folder(name) for name in ([named] if named else list_surveys())]
    except NoSurvey as error:
        refuse(str(error))


def _lint(folder: Path) -> int:
    with show_progress(say("cli.survey.working", survey=folder.name)):
        survey, problems = check_definitions(folder)
    for problem in problems:
        kind = "info" if problem.severity is Severity.INFO else "error"
        style = "blue" if kind == "info" else "red"
        out.print(f"{say(f'cli.survey.{kind}')} {problem}", style=style, markup=False, highlight=False)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if survey is None or errors:
        infos = len(problems) - errors
        out.print(say("cli.survey.problems", survey=folder.name, errors=errors, infos=infos))
        return REFUSED if survey is None else FINDINGS
    examples = sum(len(rule.passing) + len(rule.failing) for rule in survey.rules)
    sizes = {"forms": len(survey.forms), "ledgers": len(survey.ledgers), "rules": len(survey.rules)}
    out.print(say("cli.survey.clean", survey=survey.id, examples=examples, **sizes), style="green")
    return 0
