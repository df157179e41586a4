"""Rules as tables: the Chinese sentence of each, how grave it is, what to do, and the number that 审核 lists it by."""

from __future__ import annotations

from collections.abc import Sequence

from generator.handbook.paper import Line, Paper, Row
from generator.handbook.scope import HandbookScope
from generator.handbook.styles import CELL, MARK, NOTE
from templates.model import Form, Rule, Severity
from templates.sentence import tell_rule
from templates.words import lookup, say

CODE_WIDTH = 1.3
WIDTHS = (1.2, 7.2, 4.3, 2.6)


def write_form_rules(paper: Paper, scope: HandbookScope, form: Form) -> None:
    """Write a form's rules in the order of its rows; those that look at last year stand in a table of their own."""
    places = {code: place for place, code in enumerate(form.indicators)}
    mine = [rule for rule in scope.rules if rule.form == form.id and not rule.each]
    mine.sort(key=lambda rule: places.get(rule.at, len(places)))
    _titled(paper, scope, say("handbook.rules"), [rule for rule in mine if not _looks_back(rule)])
    _titled(paper, scope, say("handbook.rules_prior"), [rule for rule in mine if _looks_back(rule)])


def write_ledger_rules(paper: Paper, scope: HandbookScope, short: str) -> None:
    """Write the rules that judge each row of a ledger."""
    rules = [rule for rule in scope.rules if rule.each == short]
    if rules:
        paper.heading(say("handbook.rules"), 3)
        paper.table(lookup("handbook.rule_header"), WIDTHS, (_row(rule, scope) for rule in rules))


def _looks_back(rule: Rule) -> bool:
    return any(cell.view == "prior" for cell in rule.reads)


def _titled(paper: Paper, scope: HandbookScope, title: str, rules: Sequence[Rule]) -> None:
    if rules:
        paper.heading(title, 3)
        header = [say("handbook.rule_at"), *lookup("handbook.rule_header")]
        paper.table(header, (CODE_WIDTH, *WIDTHS), ((rule.at, *_row(rule, scope)) for rule in rules))


def _row(rule: Rule, scope: HandbookScope) -> Row:
    demand = [Line(tell_rule(rule, scope.survey))]
    if rule.since:
        demand.append(Line(say("handbook.since", year=rule.since), NOTE))
    severity = Line(say(f"workbook.audit.severity.{rule.severity}"), MARK if rule.severity is Severity.ERROR else CELL)
    return ([severity], demand, rule.hint, [Line(rule.id, NOTE)])
