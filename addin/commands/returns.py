"""``fill``, ``import-ledger``, ``validate`` and ``compose``: single returns come in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from addin.auditing.audit import audit
from addin.commands import report
from addin.commands.keys import keys_in
from addin.commands.shared import (
    FINDINGS,
    SurveyOption,
    err,
    keep_apart,
    out,
    readable,
    refuse,
    saving,
    say_json,
    surveys_for,
    working,
)
from addin.composing.compose import Composed
from addin.composing.compose import compose as compose_parts
from addin.composing.gather import ComposeError, gather
from addin.composing.trace import as_json as composed_json
from addin.composing.trace import save_trace
from addin.finding import Finding
from addin.importing.importer import import_list
from addin.importing.notes import Imported, What
from addin.importing.source import ListRefused
from addin.package.refusal import FileStatus
from addin.progress import tracked
from addin.sending.fill import FillError, read_data, render
from addin.sending.fill import fill as fill_in
from addin.sending.keys import genuine
from addin.submission import Refusal, Submission
from addin.tampering.examine import read_examined
from templates.catalogue import Surveys
from templates.model import Severity
from templates.words import lookup, say


def fill(
    workbook: Annotated[Path, typer.Argument(help=say("cli.fill.workbook"))],
    data: Annotated[Path, typer.Argument(help=say("cli.fill.data"))],
    target: Annotated[Path, typer.Option("--out", "-o", help=say("cli.fill.out"))],
    survey: SurveyOption = None,
) -> None:
    """Put values from another system into a workbook."""
    surveys = surveys_for(survey)
    submission = readable(workbook, surveys)
    definitions = surveys(submission.edition.survey)
    try:
        with saving(target):
            filled = fill_in(definitions, submission, read_data(data))
            render(definitions, filled.submission, workbook, target)
    except FillError as error:
        refuse("\n".join(error.problems))
    for remark in filled.remarks:
        err.print(remark, style="yellow", markup=False, highlight=False)
    if submission.oddities:
        err.print(say("fill.kept", count=len(submission.oddities)), style="yellow")
    out.print(say("fill.done", cells=filled.cells, file=target), markup=False, soft_wrap=True)


def import_ledger(
    workbook: Annotated[Path, typer.Argument(help=say("cli.import_ledger.workbook"))],
    source: Annotated[Path, typer.Argument(metavar="LIST", help=say("cli.import_ledger.source"))],
    target: Annotated[Path, typer.Option("--out", "-o", help=say("cli.import_ledger.out"))],
    ledger: Annotated[str, typer.Option(help=say("cli.import_ledger.ledger"))] = "",
    sheet: Annotated[str, typer.Option(help=say("cli.import_ledger.sheet"))] = "",
    replace: Annotated[bool, typer.Option("--replace", help=say("cli.import_ledger.replace"))] = False,
    json_too: Annotated[bool, typer.Option("--json", help=say("cli.import_ledger.json"))] = False,
    survey: SurveyOption = None,
) -> None:
    """Put a clerk's own list into a ledger of a workbook."""
    keep_apart([target], [workbook, source])
    surveys = surveys_for(survey)
    with working(say("import.said.working")):
        submission = readable(workbook, surveys)
        definitions = surveys(submission.edition.survey)
        try:
            filled, imported = import_list(definitions, submission, source, ledger=ledger, sheet=sheet, replace=replace)
        except ListRefused as refused:
            refuse(str(refused))
        with saving(target):
            render(definitions, filled, workbook, target)
    _say_imported(imported, submission, target, json_too=json_too)
    raise typer.Exit(FINDINGS if imported.count(What.REFUSED) else 0)


def _say_imported(imported: Imported, submission: Submission, target: Path, *, json_too: bool) -> None:
    for sentence in imported.shown():
        err.print(sentence, style="yellow", markup=False, highlight=False, soft_wrap=True)
    if submission.oddities:
        err.print(say("fill.kept", count=len(submission.oddities)), style="yellow")
    if json_too:
        say_json(imported.as_json() | {"file": str(target)})
        return
    if imported.emptied:
        out.print(say("import.said.emptied", count=imported.emptied))
    out.print(say("import.said.done", file=target, **imported.told()), markup=False, soft_wrap=True)


def validate(
    files: Annotated[list[Path], typer.Argument(help=say("cli.validate.files"))],
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.validate.json"))] = False,
    survey: SurveyOption = None,
    year: Annotated[int | None, typer.Option(help=say("cli.validate.year"))] = None,
    key: Annotated[list[Path] | None, typer.Option(help=say("keys.validate"))] = None,
) -> None:
    """Audit workbooks and list every finding."""
    keys, surveys = keys_in(key or []), surveys_for(survey)
    with working(say("cli.validate.working"), len(files)) as progress:
        paths = tracked(files, len(files), progress)
        results = (read_examined(path, survey=surveys.wanted, year=year, older=True, surveys=surveys) for path in paths)
        judged = [judge(genuine(result, keys), surveys) for result in results]
    if as_json:
        say_json([report.as_json(one) for one in judged])
    else:
        for one in judged:
            _show(one)
    raise typer.Exit(report.exit_code(judged))


def judge(result: Submission | Refusal, surveys: Surveys) -> report.Judged:
    """Audit what was read, as its survey and its year ask."""
    if isinstance(result, Refusal):
        return report.Judged(result.file, result.identity, result.status, result.reason, ())
    findings = tuple(audit(surveys(result.edition.survey), result.identity.year, [result])[0])
    faulty = any(finding.severity is Severity.ERROR for finding in findings)
    status = FileStatus.HAS_ERRORS if faulty else FileStatus.OK
    return report.Judged(result.file, result.identity, status, "", findings)


def _show(judged: report.Judged) -> None:
    out.rule(f"{Path(judged.file).name}" + (f"　{judged.identity.name}" if judged.identity else ""), align="left")
    if not judged.status.readable:
        out.print(judged.reason, style="bold red", markup=False, highlight=False)
        return
    if judged.findings:
        out.print(_table(judged.findings))
    elif judged.status is FileStatus.OK:
        out.print(say("cli.validate.fine"), style="green")
    out.print(say("cli.validate.count", **report.counts(judged.findings)))


def _table(findings: Iterable[Finding]) -> Table:
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


def compose(
    parts: Annotated[list[Path], typer.Argument(help=say("cli.compose.parts"))],
    unit: Annotated[Path, typer.Option(help=say("cli.compose.unit"))],
    target: Annotated[Path, typer.Option("--out", "-o", help=say("cli.compose.out"))],
    trace: Annotated[Path | None, typer.Option(help=say("cli.compose.trace"))] = None,
    strict: Annotated[bool, typer.Option(help=say("cli.compose.strict"))] = False,
    json_too: Annotated[bool, typer.Option("--json", help=say("cli.compose.json"))] = False,
    survey: SurveyOption = None,
) -> None:
    """Compose workbooks of parts into the one return of their parent."""
    keep_apart([target, *([trace] if trace else [])], [unit, *parts])
    surveys = surveys_for(survey)
    try:
        definitions, own, sent = gather(unit, parts, surveys)
        composed = compose_parts(definitions, own, sent, strict=strict)
        if trace:
            with saving(trace):
                save_trace(composed, trace)
        with saving(target):
            render(definitions, composed.submission, unit, target)
    except ComposeError as error:
        refuse("\n".join(error.problems))
    judged = judge(readable(target, surveys), surveys)
    _say_composed(composed, judged, target, trace, json_too=json_too)
    raise typer.Exit(report.exit_code([judged]))


def _say_composed(
    composed: Composed, judged: report.Judged, target: Path, trace: Path | None, *, json_too: bool
) -> None:
    counts = report.counts(judged.findings)
    for remark in composed.remarks:
        err.print(remark, style="yellow", markup=False, highlight=False, soft_wrap=True)
    if json_too:
        found = composed_json(composed) | {"errors": counts["errors"], "warnings": counts["warnings"]}
        say_json(found)
        return
    done = say("compose.done", parts=len(composed.parts), file=target, **counts)
    out.print(done, markup=False, soft_wrap=True)
    if trace:
        out.print(say("compose.traced", file=trace), markup=False, soft_wrap=True)
