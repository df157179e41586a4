"""``repair``: a tampered workbook is made anew, with a receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from addin.commands import report
from addin.commands.inputs import SurveyOption, find_surveys, read_or_refuse
from addin.commands.outputs import Output, refuse_outputs
from addin.commands.outputs import workbook as as_workbook
from addin.commands.shared import FINDINGS, err, out, refuse, refuse_unwritable, say_json, show_progress
from addin.commands.validate import judge
from addin.package.refusal import NotOpened
from addin.repairing.repair import Repaired, describe_repair, save_receipt
from addin.repairing.repair import repair as make_anew
from templates.catalogue import Surveys
from templates.words import say

_LISTED: Final = 20
"""So many values that were not placed are listed; the receipt has all."""

_RECEIPTS: Final = (".csv", ".xlsx")


def repair(
    workbook: Annotated[Path, typer.Argument(help=say("cli.repair.workbook"))],
    target: Annotated[Path, typer.Option("--out", "-o", help=say("cli.repair.out"))],
    receipt: Annotated[Path | None, typer.Option(help=say("cli.repair.receipt"))] = None,
    password: Annotated[str, typer.Option(help=say("cli.repair.password"))] = "",
    json_too: Annotated[bool, typer.Option("--json", help=say("cli.repair.json"))] = False,
    survey: SurveyOption = None,
) -> None:
    """Lift the values of a tampered workbook into a fresh one."""
    if receipt and receipt.suffix.lower() not in _RECEIPTS:
        refuse(say("tamper.repair.receipt_kind", file=receipt))
    refuse_outputs([as_workbook(target), Output(receipt) if receipt else None], [workbook])
    surveys = find_surveys(survey)
    with show_progress(say("cli.repair.working")):
        repaired = _repaired(workbook, target, password, surveys)
    if receipt:
        with refuse_unwritable(receipt):
            save_receipt(repaired, receipt)
    audited = report.count_findings(judge(read_or_refuse(target, surveys), surveys).findings)
    _say(repaired, audited, target, receipt, json_too=json_too)
    raise typer.Exit(FINDINGS if repaired.unplaced else 0)


def _repaired(workbook: Path, target: Path, password: str, surveys: Surveys) -> Repaired:
    submission = read_or_refuse(workbook, surveys)
    try:
        with refuse_unwritable(target):
            return make_anew(surveys(submission.edition.survey), submission, workbook, target, password)
    except NotOpened as refused:
        refuse(f"{workbook.name}：{refused.reason}")


def _say(repaired: Repaired, counts: dict[str, int], target: Path, receipt: Path | None, *, json_too: bool) -> None:
    for remark in repaired.remarks:
        err.print(remark, style="yellow", markup=False, highlight=False, soft_wrap=True)
    if json_too:
        say_json(
            describe_repair(repaired)
            | {"file": str(target), "errors": counts["errors"], "warnings": counts["warnings"]}
        )
        return
    placed = len(repaired.lines) - len(repaired.unplaced)
    done = say("tamper.repair.done", file=target, placed=placed, unplaced=len(repaired.unplaced))
    out.print(done, markup=False, soft_wrap=True)
    _say_unplaced(repaired)
    if receipt:
        out.print(say("tamper.repair.receipt", file=receipt), markup=False, soft_wrap=True)
    out.print(say("tamper.repair.audited", **counts), markup=False)


def _say_unplaced(repaired: Repaired) -> None:
    if not repaired.unplaced:
        return
    out.print(say("tamper.repair.unplaced"), style="yellow")
    for line in repaired.unplaced[:_LISTED]:
        told = say("tamper.repair.line", source=line.source, found=line.found, reason=line.reason)
        out.print(f"  {told}", markup=False, highlight=False, soft_wrap=True)
    if rest := repaired.unplaced[_LISTED:]:
        out.print(f"  {say('tamper.repair.rest', count=len(rest))}", markup=False)
