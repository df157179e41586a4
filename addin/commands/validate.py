"""``validate``: returns are read one by one and audited together, every finding listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from addin.auditing.audit import audit
from addin.commands import report
from addin.commands.executors import BlueprintsOption, WorkersOption, refuse_no_blueprints
from addin.commands.inputs import SurveyOption, find_surveys
from addin.commands.keys import read_keys
from addin.commands.shared import FIRST_YEAR, LAST_YEAR, out, say_json, show_progress
from addin.finding import Finding, judge_status
from addin.keys import refuse_unsigned
from addin.package.refusal import FileStatus
from addin.progress import track
from addin.receiving.returns import WorkerReading
from addin.submission import Refusal, Submission
from templates.catalogue import Surveys
from templates.model import Severity
from templates.words import lookup, say

if TYPE_CHECKING:
    from rich.table import Table


def validate(
    files: Annotated[list[Path], typer.Argument(help=say("cli.validate.files"))],
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.validate.json"))] = False,
    survey: SurveyOption = None,
    year: Annotated[int | None, typer.Option(help=say("cli.validate.year"), min=FIRST_YEAR, max=LAST_YEAR)] = None,
    key: Annotated[list[Path] | None, typer.Option(help=say("keys.validate"))] = None,
    workers: WorkersOption = None,
    blueprints: BlueprintsOption = None,
) -> None:
    """Audit workbooks and list every finding."""
    refuse_no_blueprints(blueprints)
    keys, surveys = read_keys(key or []), find_surveys(survey)
    reading = WorkerReading(surveys, year, kept=blueprints, workers=workers)
    with show_progress(say("cli.validate.working"), len(files)) as progress:
        results = track(reading.read_few(files), len(files), progress)
        trusted = [refuse_unsigned(result, keys) for result in results]
    judged = judge_all(trusted, surveys)
    if as_json:
        say_json([report.describe_file(one) for one in judged])
    else:
        for one in judged:
            _show(one)
    raise typer.Exit(report.choose_exit_code(judged))


def judge(result: Submission | Refusal, surveys: Surveys) -> report.Judged:
    """Audit what was read, as its survey and its year ask."""
    return judge_all([result], surveys)[0]


def judge_all(results: Sequence[Submission | Refusal], surveys: Surveys) -> list[report.Judged]:
    """Audit what was read, all of one survey and year in one call; return what is said of each, in the same order."""
    alike: dict[tuple[str, int], list[int]] = {}
    for place, result in enumerate(results):
        if isinstance(result, Submission):
            alike.setdefault((result.edition.survey, result.identity.year), []).append(place)
    found: dict[int, list[Finding]] = {}
    for (survey, year), places in alike.items():
        submissions = [result for place in places if isinstance(result := results[place], Submission)]
        found.update(zip(places, audit(surveys(survey), year, submissions), strict=True))
    return [_tell(result, tuple(found.get(place, ()))) for place, result in enumerate(results)]


def _tell(result: Submission | Refusal, findings: tuple[Finding, ...]) -> report.Judged:
    if isinstance(result, Refusal):
        return report.Judged(result.file, result.identity, result.status, result.reason, ())
    return report.Judged(result.file, result.identity, judge_status(findings), "", findings)


def _show(judged: report.Judged) -> None:
    out.rule(f"{Path(judged.file).name}" + (f"　{judged.identity.name}" if judged.identity else ""), align="left")
    if not judged.status.readable:
        out.print(judged.reason, style="bold red", markup=False, highlight=False)
        return
    if judged.findings:
        out.print(_table(judged.findings))
    elif judged.status is FileStatus.OK:
        out.print(say("cli.validate.fine"), style="green")
    out.print(say("cli.validate.count", **report.count_findings(judged.findings)))


def _table(findings: Iterable[Finding]) -> Table:
    from rich.table import Table  # noqa: PLC0415  # programs that listen need no table

    table = Table(pad_edge=False)
    for heading in lookup("cli.validate.columns"):
        table.add_column(heading, overflow="fold")
    colours = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
    for finding in findings:
        severity = lookup("cli.validate.severity")[finding.severity.value]
        explained = say("cli.validate.explained") if finding.explanation else ""
        cells = (severity, finding.cell, finding.message + explained, finding.hint)
        table.add_row(*(cell.replace("[", r"\[") for cell in cells), style=colours[finding.severity])
    return table
