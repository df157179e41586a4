"""The rows of the 审核 sheet: every rule that the return can be judged by, and the checks of its sheets.

Forms look here for the rows that speak of their cells, so the list is drawn up before any sheet is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from generator.formula import Formulas, number_text, quote
from templates.expression import Column, walk
from templates.layout import COLUMNS, SUMMARY_CELL, FormLayout, LedgerLayout, letter
from templates.model import IGNORED_IN_EXPLANATIONS, Kind, Rule, Severity
from templates.words import lookup, say

FIRST_ROW = 5
"""The audit sheet's first row of checks."""

CODES = {Severity.INFO: 1, Severity.WARNING: 2, Severity.ERROR: 3}
"""Status codes of the sheet; 0 fine, 4 unfilled, 5 explained, 8 not applicable, 9 not evaluated."""
UNFILLED, EXPLAINED, NOT_APPLICABLE, NOT_EVALUATED = 4, 5, 8, 9


@dataclass(frozen=True)
class Check:
    """One row of the audit sheet. Formulas are without ``=``; ``{j}``, ``{k}``, ``{m}`` are its own hidden cells."""

    id: str
    severity: Severity
    title: str
    hint: str
    status: str
    """Formula of the status code (column J)."""
    count: str
    """Formula of how many findings it stands for (column K)."""
    message: str
    """Formula of the message, shown only when the status asks for work."""
    form: str = ""
    code: str = ""
    row: str = "0"
    """Formula of the first faulty sheet row (column M), or 0."""
    place: str = ""
    """The cell to jump to, ``KX03!E31``; ``KX03!E`` or ``台账-学术会议!A`` is completed by ``row``."""


@dataclass(frozen=True)
class Checks:
    """All checks of one workbook, in the order they are listed."""

    formulas: Formulas

    @cached_property
    def rows(self) -> tuple[Check, ...]:
        """The checks, sheet by sheet, then the rules."""
        layout = self.formulas.layout
        listed = [check for form in layout.forms.values() for check in _form_checks(form)]
        listed += [check for ledger in layout.ledgers.values() for check in _ledger_checks(self.formulas, ledger)]
        listed.append(_summary_check(layout.survey.summary_min_length))
        for rule in layout.survey.rules_of(layout.kind, layout.level):
            listed.append(_row_rule(self.formulas, rule) if rule.each else _rule(self.formulas, rule))
        return tuple(listed)

    @cached_property
    def _at(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        graver_first = sorted(enumerate(self.rows), key=lambda item: -CODES[item[1].severity])
        for index, check in graver_first:
            if check.code:
                found.setdefault((check.form, check.code), []).append(FIRST_ROW + index)
        return found

    def at(self, form: str, code: str) -> list[int]:
        """Return the audit sheet's rows that speak of a cell, the gravest first."""
        return self._at.get((form, code), [])

    @property
    def last_row(self) -> int:
        """The last row of the list."""
        return FIRST_ROW + len(self.rows) - 1


def _form_checks(form: FormLayout) -> Iterator[Check]:
    own = form.name("own")
    kinds = (
        ("cell.required", Severity.ERROR, UNFILLED, "unfilled"),
        ("cell", Severity.ERROR, CODES[Severity.ERROR], "cells"),
        ("cell.warning", Severity.WARNING, CODES[Severity.WARNING], "checks"),
    )
    for id, severity, code, words in kinds:
        pattern = quote(f"{code}*")
        count = f"COUNTIF({own},{pattern})"
        yield Check(
            id=f"{form.form.id}.{id}",
            severity=severity,
            title=say(f"workbook.audit.{words}", sheet=form.sheet),
            hint=say(f"workbook.audit.{words}_hint"),
            status=f"IF({{k}}>0,{code},0)",
            count=count,
            message=_text(f"workbook.audit.{words}_message", count="{k}"),
            form=form.form.id,
            row=f"IF({{k}}>0,MATCH({pattern},{own},0)+{form.header_row - 1},0)",
            place=f"{form.sheet}!{letter(COLUMNS.value)}",
        )


def _ledger_checks(formulas: Formulas, ledger: LedgerLayout) -> Iterator[Check]:
    faults = (
        ("required", list(_missing(formulas, ledger))),
        ("numbers", list(_not_numbers(formulas, ledger))),
        ("choices", list(_not_choices(formulas, ledger))),
    )
    for words, terms in faults:
        if not terms:
            continue
        any_fault = "+".join(terms)
        yield Check(
            id=f"{ledger.ledger.id}.{words}",
            severity=Severity.ERROR,
            title=say(f"workbook.audit.ledger_{words}", name=ledger.ledger.name),
            hint=say(f"workbook.audit.ledger_{words}_hint"),
            status=f"IF({{k}}>0,{CODES[Severity.ERROR]},0)",
            count=f"SUMPRODUCT({any_fault})",
            message=_text(f"workbook.audit.ledger_{words}_message", count="{k}", row="{m}"),
            row=_first_row(formulas, ledger, f"(({any_fault})>0)"),
            place=f"{ledger.sheet}!A",
        )


def _used(formulas: Formulas, ledger: LedgerLayout) -> str:
    """Rows that say anything and are not withdrawn."""
    filled = "+".join(f"LEN({formulas.rows(ledger, column.name)})" for column in ledger.ledger.columns)
    return f"(({filled})>0)*{_not_withdrawn(formulas, ledger)}"


def _not_withdrawn(formulas: Formulas, ledger: LedgerLayout) -> str:
    status = lookup("workbook.row_status")
    return f"({formulas.rows(ledger, status['name'])}<>{quote(status['options'][-1])})"


def _missing(formulas: Formulas, ledger: LedgerLayout) -> Iterator[str]:
    blanks = []
    for column in ledger.ledger.columns:
        blank = f"(LEN({formulas.rows(ledger, column.name)})=0)"
        if column.required:
            blanks.append(blank)
        elif column.required_when is not None:
            blanks.append(f"{blank}*{formulas.row_wise(column.required_when, ledger)}")
    if blanks:
        yield f"{_used(formulas, ledger)}*({'+'.join(blanks)})"


def _not_numbers(formulas: Formulas, ledger: LedgerLayout) -> Iterator[str]:
    for column in ledger.ledger.columns:
        if column.kind.is_number:
            cells = formulas.rows(ledger, column.name)
            yield f"ISTEXT({cells})*1"
            yield f"ISNUMBER({cells})*({cells}<0)"


def _not_choices(formulas: Formulas, ledger: LedgerLayout) -> Iterator[str]:
    for column in ledger.ledger.columns:
        cells = formulas.rows(ledger, column.name)
        allowed = ledger_choices(column.kind, column.options)
        if column.code_list:
            yield f"(LEN({cells})>0)*ISNA(MATCH({cells},code_{column.code_list},0))"
        elif allowed:
            listed = "{" + ",".join(quote(option) for option in allowed) + "}"
            yield f"(LEN({cells})>0)*ISNA(MATCH({cells},{listed},0))"


def ledger_choices(kind: Kind, options: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a ledger's dropdown holds: its options, or 是 and 否."""
    return tuple(text.split(" ", 1)[1] for text in lookup("workbook.yes_no")) if kind is Kind.YES_NO else options


def _summary_check(length: int) -> Check:
    sheet = lookup("workbook.sheets.summary")
    return Check(
        id="summary.required",
        severity=Severity.ERROR,
        title=say("workbook.audit.summary"),
        hint=say("workbook.audit.summary_hint"),
        status=f"IF(LEN(TRIM(INDEX(summary_text,1,2)))<{length},{CODES[Severity.ERROR]},0)",
        count="IF({j}>0,1,0)",
        message=quote(say("workbook.audit.summary_message", length=length)),
        place=f"{sheet}!{SUMMARY_CELL}",
    )


def _rule(formulas: Formulas, rule: Rule) -> Check:
    """A rule that is judged once for the return."""
    judged = [rule.check] if rule.when is None else [rule.when, rule.check]
    failed = f"IF({formulas.of(rule.check)},0,{_failed(formulas, rule)})"
    if rule.when is not None:
        failed = f"IF({formulas.of(rule.when)},{failed},0)"
    parts = [quote(part) if isinstance(part, str) else number_text(formulas, part) for part in rule.message]
    form = formulas.layout.forms[rule.form]
    return Check(
        id=rule.id,
        severity=rule.severity,
        title=rule.title,
        hint=rule.hint,
        status=f"IF({formulas.guard(judged)}>0,{NOT_EVALUATED},IFERROR({failed},{NOT_APPLICABLE}))",
        count="IF({j}>0,1,0)",
        message="&".join(parts),
        form=rule.form,
        code=rule.at,
        place=form.address(rule.at),
    )


def _failed(formulas: Formulas, rule: Rule) -> str:
    code = CODES[rule.severity]
    if rule.severity is not Severity.WARNING:
        return str(code)
    form = formulas.layout.forms[rule.form]
    return f"IF(INDEX({form.name('explained')},{form.position(rule.at)})=1,{EXPLAINED},{code})"


def _row_rule(formulas: Formulas, rule: Rule) -> Check:
    """A rule over every row of a ledger: counts the rows that fail and are not explained in 备注."""
    ledger = formulas.layout.ledgers[rule.each]
    failing = _row_fails(formulas, rule, ledger)
    if rule.severity is Severity.WARNING:
        remark = formulas.rows(ledger, lookup("workbook.row_remark.name"))
        failing += f"*(1-{explained(remark, formulas.layout.survey.explanations.min_length)})"
    message = "&".join(_row_message(formulas, rule, ledger))
    judged = [rule.check] if rule.when is None else [rule.when, rule.check]
    found = f"IF({{k}}>0,{CODES[rule.severity]},0)"
    return Check(
        id=rule.id,
        severity=rule.severity,
        title=rule.title,
        hint=rule.hint,
        status=f"IF(ISERROR({{k}}),{NOT_EVALUATED},IF({formulas.row_guard(judged, ledger)}>0,{NOT_EVALUATED},{found}))",
        count=f"SUMPRODUCT({failing})",
        message=message,
        form=rule.form,
        row=_first_row(formulas, ledger, f"({failing})"),
        place=f"{ledger.sheet}!{letter(ledger.column(_first_column(rule)))}",
    )


def _row_fails(formulas: Formulas, rule: Rule, ledger: LedgerLayout) -> str:
    key = formulas.rows(ledger, ledger.ledger.names_row)
    factors = [f"(LEN({key})>0)", _not_withdrawn(formulas, ledger)]
    if rule.when is not None:
        factors.append(f"({formulas.row_wise(rule.when, ledger)})")
    factors.append(f"(1-{formulas.row_wise(rule.check, ledger)})")
    return "*".join(factors)


def _row_message(formulas: Formulas, rule: Rule, ledger: LedgerLayout) -> Iterator[str]:
    for part in rule.message:
        if isinstance(part, str):
            before, row, after = part.partition("{row}")
            yield from ([quote(before), "{m}", quote(after)] if row else [quote(part)])
        else:
            yield number_text(formulas, part, ledger, "{m}")


def _first_row(formulas: Formulas, ledger: LedgerLayout, faulty: str) -> str:
    """The smallest sheet row where ``faulty`` is 1; SUMPRODUCT makes MAX see the whole array."""
    above = ledger.end_row + 1
    rows = f"ROW({formulas.rows(ledger, ledger.ledger.names_row)})"
    return f"IF(ISERROR({{k}}),0,IF({{k}}>0,{above}-SUMPRODUCT(MAX({faulty}*({above}-{rows}))),0))"


def _first_column(rule: Rule) -> str:
    trees = [rule.check] if rule.when is None else [rule.check, rule.when]
    return next(node.name for tree in trees for node in walk(tree) if isinstance(node, Column))


def explained(text: str, length: int) -> str:
    """Return a formula that is 1 where ``text`` (a cell or a range) is an acceptable explanation, else 0."""
    for mark in IGNORED_IN_EXPLANATIONS:
        text = f'SUBSTITUTE({text},{quote(mark)},"")'
    return f"((LEN({text})>={length})*ISNA(MATCH({text},stock_phrases,0)))"


def _text(key: str, **cells: str) -> str:
    """Return a text of the catalogue as a formula, its placeholders replaced by the row's hidden cells."""
    formula = quote(lookup(key))
    for name, cell in cells.items():
        formula = formula.replace("{" + name + "}", f'"&{cell}&"')
    return formula
