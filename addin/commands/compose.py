"""``compose``: workbooks of parts become the one return of their parent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands import report
from addin.commands.inputs import SurveyOption, find_surveys, read_or_refuse
from addin.commands.outputs import refuse_outputs
from addin.commands.outputs import workbook as as_workbook
from addin.commands.shared import err, out, refuse, refuse_unwritable, say_json
from addin.commands.validate import judge
from addin.composing.compose import Composed
from addin.composing.compose import compose as compose_parts
from addin.composing.gather import ComposeError, gather
from addin.composing.trace import describe_composition as composed_json
from addin.composing.trace import save_trace
from addin.sending.fill import render
from templates.words import say


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
    refuse_outputs([as_workbook(target), as_workbook(trace) if trace else None], [unit, *parts])
    surveys = find_surveys(survey)
    try:
        definitions, own, sent = gather(unit, parts, surveys)
        composed = compose_parts(definitions, own, sent, strict=strict)
        if trace:
            with refuse_unwritable(trace):
                save_trace(composed, trace)
        with refuse_unwritable(target):
            render(definitions, composed.submission, unit, target)
    except ComposeError as error:
        refuse("\n".join(error.problems))
    judged = judge(read_or_refuse(target, surveys), surveys)
    _say_composed(composed, judged, target, trace, json_too=json_too)
    raise typer.Exit(report.choose_exit_code([judged]))


def _say_composed(
    composed: Composed, judged: report.Judged, target: Path, trace: Path | None, *, json_too: bool
) -> None:
    counts = report.count_findings(judged.findings)
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
