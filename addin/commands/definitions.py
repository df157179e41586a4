"""``survey``: for the designer of a survey."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.auditing.proof import prove
from addin.commands.shared import (
    DEFAULT_SURVEY,
    FINDINGS,
    REFUSED,
    out,
    refuse,
    saving,
    survey_named,
    working,
)
from generator.handbook.book import write_handbook
from generator.handbook.scope import Scope, ScopeError
from templates.catalogue import NoSurvey, folder_of, installed
from templates.expand import Problem
from templates.lint import lint
from templates.load import SurveyError, available, load
from templates.model import Severity, Survey
from templates.words import lookup, say

survey_app = typer.Typer(help=say("cli.survey_about"), no_args_is_help=True)


@survey_app.command("list", help=say("cli.survey.list"))
def survey_list() -> None:
    """List the installed surveys."""
    broken = False
    for name in available():
        try:
            out.print(f"{name}　{installed(name).title}", markup=False, highlight=False)
        except SurveyError:
            broken = True
            out.print(say("cli.survey.broken", survey=name), style="red", markup=False, highlight=False)
    raise typer.Exit(FINDINGS if broken else 0)


@survey_app.command("lint", help=lookup("cli.survey.lint"))
def survey_lint(survey: Annotated[str, typer.Argument(help=say("cli.survey.id"))] = "") -> None:
    """Check definitions: everything that is wrong, at once."""
    raise typer.Exit(max(_lint(folder) for folder in _folders(survey)))


def _folders(named: str) -> list[Path]:
    """Return the folder of the survey that is named, or of every installed one; refuse where there is none."""
    try:
        return [folder_of(name) for name in ([named] if named else available())]
    except NoSurvey as error:
        refuse(str(error))


def _lint(folder: Path) -> int:
    survey, problems = _linted(folder)
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


def _linted(folder: Path) -> tuple[Survey | None, list[Problem]]:
    """Return the survey, if it loads, and every problem of its definitions."""
    try:
        survey = load(folder)
    except SurveyError as error:
        return None, error.problems.found
    return survey, [*lint(survey), *prove(survey)]


@survey_app.command("handbook", help=lookup("cli.handbook.help"))
def survey_handbook(
    target: Annotated[Path, typer.Option("--out", "-o", help=say("cli.handbook.out"))],
    survey: Annotated[str, typer.Argument(help=say("cli.handbook.survey"))] = DEFAULT_SURVEY,
    year: Annotated[int | None, typer.Option(help=say("cli.handbook.year"), min=1900, max=2199)] = None,
    kind: Annotated[str, typer.Option(help=say("cli.handbook.kind"))] = "",
    level: Annotated[str, typer.Option(help=say("cli.handbook.level"))] = "",
) -> None:
    """Write the handbook of a survey, or of some of its units."""
    try:
        scope = Scope(survey_named(survey), kind, level, year)
    except ScopeError as error:
        refuse(str(error))
    with saving(target), working(say("cli.handbook.working")) as progress:
        write_handbook(target, scope, progress)
    out.print(say("cli.handbook.done", file=target), markup=False, soft_wrap=True)
