"""``survey try``: the new rules of a definition, tried on what units reported last year."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from addin.commands.inputs import load_survey_or_refuse
from addin.commands.shared import FINDINGS, FIRST_YEAR, LAST_YEAR, err, out, refuse, say_json, show_progress
from addin.commands.store import find_round_or_refuse, open_store, refuse_unusable_store
from addin.trying.returns import TrialReturns, gather_returns, list_fresh
from addin.trying.tell import describe_trial, tell_bands, tell_remarks
from addin.trying.trial import Spread, Trial, TriedRule, try_rules
from templates.comparing import compare_surveys
from templates.difference import SurveyDifference
from templates.folders import list_surveys
from templates.model import Severity, Survey
from templates.words import lookup, say

LISTED: Final = 20
"""So many rules of one severity are shown, those that speak to most units first; JSON has all."""


def survey_try(
    new: Annotated[str, typer.Argument(help=say("trial.command.new"))],
    store: Annotated[Path, typer.Option("--store", help=say("trial.command.store"))],
    old: Annotated[str | None, typer.Option("--old", help=say("trial.command.old"))] = None,
    every: Annotated[bool, typer.Option("--all", help=say("trial.command.all"))] = False,
    rules: Annotated[list[str] | None, typer.Option("--rule", help=say("trial.command.rule"))] = None,
    year: Annotated[int | None, typer.Option(help=say("trial.command.year"), min=FIRST_YEAR, max=LAST_YEAR)] = None,
    json_too: Annotated[bool, typer.Option("--json", help=say("trial.command.json"))] = False,
) -> None:
    """Try new rules on last year's returns."""
    definitions = load_survey_or_refuse(new)
    with refuse_unusable_store():
        opened = open_store(store)
        id, in_year = find_round_or_refuse(opened, None, year)
        difference = _compare(old, id, definitions, needed=not (every or rules))
        tried = _choose_rules(definitions, difference, rules or [], every=every)
        with show_progress(say("trial.command.working")):
            gathered = gather_returns(opened, id, in_year or 0, definitions, difference)
            if not gathered.returns and not gathered.skipped:
                refuse(say("trial.refused.none", year=in_year or ""))
            trial = try_rules(
                definitions, in_year or 0, gathered.returns, tried, list_fresh(difference), gathered.before
            )
    if json_too:
        say_json(describe_trial(trial, gathered))
    else:
        _show(trial, gathered)
    raise typer.Exit(FINDINGS if any(tell_remarks(trial, gathered)) else 0)


def _compare(old: str | None, id: str, new: Survey, *, needed: bool) -> SurveyDifference | None:
    """Return what ``new`` changes; None where nobody says against what, and that is not needed."""
    if old is None and id not in list_surveys():
        if needed:
            refuse(say("trial.refused.no_old", id=id))
        return None
    return compare_surveys(load_survey_or_refuse(old or id), new)


def _choose_rules(
    new: Survey, difference: SurveyDifference | None, named: list[str], *, every: bool
) -> tuple[str, ...]:
    for id in named:
        if id not in new.rule:
            refuse(say("trial.refused.no_rule", rule=id))
    if named:
        return tuple(dict.fromkeys(named))
    if every or difference is None:
        return tuple(new.rule)
    if not difference.rules_to_try:
        refuse(say("trial.refused.nothing", old=difference.old.id, version=difference.old.version))
    return difference.rules_to_try


def _show(trial: Trial, gathered: TrialReturns) -> None:
    told = {"title": trial.survey.title, "version": trial.survey.version}
    _print(say("trial.command.heading", year=trial.year, units=len(trial.units), rules=len(trial.rules), **told))
    for remark in tell_remarks(trial, gathered):
        err.print(remark, style="yellow", markup=False, highlight=False, soft_wrap=True)
    spoken = [rule for rule in trial.rules if rule.units]
    for severity, words in ((Severity.ERROR, "stops"), (Severity.WARNING, "asks"), (Severity.INFO, "remarks")):
        own = sorted((one for one in spoken if one.rule.severity is severity), key=lambda one: -len(one.units))
        if own:
            units = len({unit for one in own for unit in one.units})
            _print(say(f"trial.command.{words}", rules=len(own), units=units))
            out.print(_make_table(lookup("trial.command.columns"), map(_list_cells, own[:LISTED])))
        if len(own) > LISTED:
            _print(say("trial.command.more", count=len(own) - LISTED))
    if silent := len(trial.rules) - len(spoken):
        _print(say("trial.command.silent", count=silent))
    for spread, words in ((trial.before, "of_before"), (trial.total, "of_total"), (trial.added, "of_added")):
        if spread:
            _print(_tell_spread(spread, say(f"trial.command.{words}")))
    out.print(_make_table(lookup("trial.command.spread_columns"), tell_bands(trial)))


def _list_cells(one: TriedRule) -> tuple[str, ...]:
    of_asked = say("trial.of_asked", units=len(one.units), asked=one.asked)
    examples = "\n".join(f"{example.name}：{example.message}" for example in one.examples)
    share = say("trial.percent", share=one.share)
    return f"{one.rule.id}\n{one.rule.title}", f"{of_asked}\n{share}", str(one.findings), examples


def _tell_spread(spread: Spread, of: str) -> str:
    told = {"mean": spread.mean, "median": spread.median, "nine_of_ten": spread.nine_of_ten, "most": spread.most}
    return say("trial.command.spread", of=of, **told)


def _make_table(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(pad_edge=False)
    for column in columns:
        table.add_column(escape(column), overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _print(sentence: str) -> None:
    out.print(sentence, markup=False, highlight=False, soft_wrap=True)
