"""The rows of the 审核 sheet: every rule that the return can be judged by, and the checks of its sheets.

Forms look here for the rows that speak of their cells, so the list is drawn up before any sheet is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from generator.formula import (
    Cells,
    Formulas,
    formulate_array,
    formulate_number_text,
    formulate_sure,
    formulate_words,
    quote,
)
from generator.unit.duplicates import Duplicates
from generator.unit.explained import formulate_accepted, formulate_refusal
from generator.unit.ledger_faults import (
    Fault,
    formulate_something,
    formulate_stays,
    formulate_unusable,
    list_faults,
)
from templates.checks import find_check
from templates.explanations import Worth
from templates.expression import CellRef, ColumnRef, walk
from templates.layout import (
    CHECKLIST_STEM,
    COLUMNS,
    COVER_STEM,
    SUMMARY_CELL,
    FormLayout,
    LedgerLayout,
    WorkbookLayout,
    name_column,
    quote_sheet,
)
from templates.model import Kind, Rule, Severity
from templates.words import lookup, say

FIRST_ROW = 5
"""The audit sheet's first row of checks."""

CODES = {Severity.INFO: 1, Severity.WARNING: 2, Severity.ERROR: 3}
"""Status codes of the sheet: above 0 what asks for something; 0 fine, below 0 what is settled or cannot be told."""
UNFILLED, EXPLAINED, NOT_APPLICABLE, NOT_EVALUATED = 4, -1, -2, -3

UNCOUNTED = "?"
"""Instead of a count that an error value keeps from being made; an error here would spread to all that adds up."""

QUOTED = 30
"""Messages quote no more characters of a ledger's cell than this."""

ACROSS = 100
"""More columns than any ledger has."""

LAST_ROW = 1048576
"""The last row of a sheet."""

LOOKED_BELOW = 1000
"""So many rows below a ledger are searched for the first entry that lies there."""


@dataclass(frozen=True)
class Check:
    """One row of the audit sheet. Formulas are without ``=``; ``{@status}`` … are its own cells by column."""

    id: str
    severity: Severity
    title: str
    hint: str
    status: str
    """Formula of the status code."""
    count: str
    """Formula of how many findings it stands for while it asks for something; a number where it is always as many."""
    message: str
    """Formula of the message, shown only when the status asks for work."""
    form: str = ""
    code: str = ""
    where: str = ""
    """Formula of the code of the row with the first fault, for a check of many."""
    row: str = ""
    """Formula of the first faulty sheet row, or 0; none where the place says it."""
    column: str = ""
    """Formula of the first faulty column's number in that row; none where the place says it."""
    spot: str = ""
    """Formula of a number that row and column are made of, if they are."""
    place: str = ""
    """The cell to jump to, ``KX03!E31``; ``KX03!E`` is completed by ``row``, a sheet alone by row and column."""

    noted: int = 0
    """The place of its cell, and of the explanation that may settle it, in the columns of its form; 0 without one."""

    subject: str = ""
    """What it speaks of, by name: an indicator, a ledger, a form."""

    whole_columns: bool = False
    """For a check of a ledger: whether all rows must be seen to judge one, so that no colour can ask it row by row."""

    @property
    def sheet(self) -> str:
        """The sheet that the check speaks of."""
        return self.place.partition("!")[0]


@dataclass(frozen=True)
class Checks:
    """All checks of one workbook, in the order they are listed."""

    formulas: Formulas

    @cached_property
    def rows(self) -> tuple[Check, ...]:
        """The checks, sheet by sheet in the order of work: those of its cells, then the rules that speak there."""
        visited = self.formulas.layout.visited
        return tuple(sorted(self._listed(), key=lambda check: visited[check.sheet]))

    def _listed(self) -> list[Check]:
        layout = self.formulas.layout
        listed = [check for form in layout.forms.values() for check in _form_checks(form)]
        listed += [check for ledger in layout.ledgers.values() for check in _ledger_checks(self.formulas, ledger)]
        listed.append(_summary_check(layout.survey.summary_min_length))
        for rule in layout.survey.rules_of(layout.kind, layout.level):
            listed.append(_row_rule(self.formulas, rule) if rule.each else _rule(self.formulas, rule))
        return listed

    @cached_property
    def of_sheets(self) -> dict[str, tuple[int, int]]:
        """The first and the last place in the list, from 1, of the checks of each sheet that has any."""
        found: dict[str, tuple[int, int]] = {}
        for place, check in enumerate(self.rows, start=1):
            found[check.sheet] = found.get(check.sheet, (place, place))[0], place
        return found

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


@dataclass(frozen=True)
class _Like:
    """What the checks of a workbook depend on. The survey is told by its place in memory, which the layout keeps."""

    survey: int
    kind: str
    level: str
    capacities: tuple[tuple[str, int], ...]
    year: int
    layout: WorkbookLayout = field(compare=False)


def draw_up_checks(layout: WorkbookLayout, year: int) -> Checks:
    """Return the checks of a workbook; those of like units are drawn up once."""
    parts = (layout.kind, layout.level, layout.capacities, year)
    return _drawn_up(_Like(id(layout.survey), *parts, layout))


@lru_cache(maxsize=32)
def _drawn_up(like: _Like) -> Checks:
    return Checks(Formulas(like.layout, like.year))


def _form_checks(form: FormLayout) -> Iterator[Check]:
    own, codes = form.name("own"), name_column(COLUMNS.code)
    listed = f"{quote_sheet(form.sheet)}!${codes}${form.header_row}:${codes}${form.end_row}"
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
            hint=say(f"workbook.audit.{words}_hint{_block(form) if code == UNFILLED else ''}"),
            status=f"IF({{@count}}>0,{code},0)",
            count=count,
            message=formulate_words(lookup(f"workbook.audit.{words}_message"), count="{@count}"),
            form=form.form.id,
            where=_show_code(form, f"INDEX({listed},{{@row}}-{form.header_row - 1})"),
            row=f"IF({{@count}}>0,MATCH({pattern},{own},0)+{form.header_row - 1},0)",
            place=f"{form.sheet}!{name_column(COLUMNS.value)}",
            subject=form.title,
        )


def _show_code(form: FormLayout, code: str) -> str:
    """Return a formula for a code as people know it: keys of sections and of what is confirmed are none."""
    confirmed, rows = form.stem == CHECKLIST_STEM, form.form.indicators.values()
    keys = [row.label if confirmed else row.code for row in rows if confirmed or row.kind is Kind.NOTHING_HERE]
    return f'IF(ISNUMBER(MATCH({code},{formulate_array(keys)},0)),"",{code})' if keys else code


def _block(form: FormLayout) -> str:
    """Return what ends the key of words that cover and checklist have of their own."""
    return f"_{form.stem}" if form.stem in (COVER_STEM, CHECKLIST_STEM) else ""


def _ledger_checks(formulas: Formulas, ledger: LedgerLayout) -> Iterator[Check]:
    if ledger.ledger.carried:
        yield _unconfirmed_check(ledger)
    yield from (_fault_check(formulas, ledger, fault) for fault in list_faults(formulas, ledger.ledger))
    yield _duplicate_check(formulas, ledger)
    yield _beyond_check(ledger)


def _unconfirmed_check(ledger: LedgerLayout) -> Check:
    """Last year's rows stand in the ledger until the unit says that it has gone through them; without any, it need not.

    How many there are is read from a cell, so that all workbooks of a kind have the same formulas.
    """
    done = quote(lookup("workbook.ledger.confirmed"))
    confirmed = f'IFERROR(IF(TRIM(INDEX({ledger.confirmed},2)&"")={done},0,{UNFILLED}),{UNFILLED})'
    words = find_check("ledger.unconfirmed")
    return Check(
        id=f"{ledger.ledger.id}.unconfirmed",
        severity=Severity.ERROR,
        title=say("workbook.audit.ledger_unconfirmed", name=ledger.ledger.name),
        hint=words.hint.format(place=ledger.confirmation),
        status=f"IF({ledger.carried_name}=0,{NOT_APPLICABLE},{confirmed})",
        count="1",
        message=formulate_words(words.message, rows=ledger.carried_name, place=quote(ledger.confirmation)),
        place=f"{ledger.sheet}!{ledger.confirmation}",
        subject=ledger.title,
    )


def _fault_check(formulas: Formulas, ledger: LedgerLayout, fault: Fault) -> Check:
    """One kind of fault in a ledger's cells: how many, and which is the first, row by row."""
    everywhere = fault.anywhere(formulas.all_rows(ledger))
    if fault.severity is Severity.WARNING:
        everywhere += f"*{_unexplained(formulas, ledger)}"
    cell = f"INDEX({ledger.block},{{@row}}-{ledger.header_row - 1},{{@column}})"
    said = {"column": f"INDEX({ledger.block},1,{{@column}})", "value": f"LEFT({cell},{QUOTED})"}
    read = [ledger.block] if fault.rows else [ledger.name(column) for column in fault.columns]
    headers = len(ledger.ledger.columns) if fault.rows else len(read)
    count = f"IF({_nothing_in(read, headers)},0,SUMPRODUCT({everywhere}))"
    check = _ledger_check(ledger, fault.words, fault.severity, count, **said)
    check = replace(check, whole_columns=not fault.coloured)
    if fault.rows:
        return replace(
            check,
            status=_counted(UNFILLED),
            row=_first_row(formulas, ledger, f"(({everywhere})>0)"),
            column=f"IF({{@row}}>0,{fault.first_column(ledger, formulas.in_row(ledger, '{@row}'))},1)",
        )
    unexplained = f"*{_unexplained(formulas, ledger)}" if fault.severity is Severity.WARNING else ""
    spot = _first_spot(formulas, ledger, fault, unexplained)
    return replace(check, spot=spot, row=f"INT({{@spot}}/{ACROSS})", column=f"MAX(1,MOD({{@spot}},{ACROSS}))")


def _nothing_in(names: list[str], headers: int) -> str:
    """Return whether named ranges of a ledger hold nothing but their headers: that is asked in no time.

    Blank ledgers are the most, and to go through a thousand blank rows takes as long as through full ones.
    """
    return f"COUNTA({','.join(names)})<={headers}"


def _duplicate_check(formulas: Formulas, ledger: LedgerLayout) -> Check:
    twice, name = Duplicates(formulas, ledger), ledger.ledger.names_row
    repeats = f"{twice.repeats}*{_unexplained(formulas, ledger)}"
    key = [ledger.name(column) for column in ledger.ledger.key]
    count = f"IF({twice.written}=0,0,IF({twice.suspected}=0,0,SUMPRODUCT({repeats})))"
    count = f"IF({_nothing_in(key, len(key))},0,IFERROR({count},{quote(UNCOUNTED)}))"
    said = {"other": twice.earlier("{@row}"), "value": f"LEFT({formulas.in_row(ledger, '{@row}')(name)},{QUOTED})"}
    check = _ledger_check(ledger, "duplicates", Severity.WARNING, count, **said)
    row = _first_row(formulas, ledger, f"({repeats})")
    return replace(check, row=row, place=check.place + name_column(ledger.column(name)), whole_columns=True)


def _beyond_check(ledger: LedgerLayout) -> Check:
    """Entries below the last entry row. The area begins with the locked row that says so, and ends with the sheet.

    Whole columns would take in the head of the sheet, which reads this very check: to Excel a circle.
    """
    width, end = name_column(len(ledger.ledger.columns)), ledger.end_row + 1 + LOOKED_BELOW
    said = f"{quote_sheet(ledger.sheet)}!$A${ledger.end_row + 1}:${width}${ledger.end_row + 1}"
    area = f"{quote_sheet(ledger.sheet)}!$A${ledger.end_row + 1}:${width}${LAST_ROW}"
    below = f"INDEX({area},2,1):INDEX({area},{LOOKED_BELOW + 1},{len(ledger.ledger.columns)})"
    first = f"MIN({end},{end + 1}-SUMPRODUCT(MAX({formulate_something(below)}*({end + 1}-ROW({below})))))"
    check = _ledger_check(
        ledger, "beyond", Severity.ERROR, f"COUNTA({area})-COUNTA({said})", last=str(ledger.end_row - 1)
    )
    return replace(check, row=f"IF({{@count}}>0,{first},0)", place=check.place + "A")


def _ledger_check(ledger: LedgerLayout, words: str, severity: Severity, count: str, **said: str) -> Check:
    """A check that counts faults in a ledger; its row and its column are still to be told."""
    key = f"workbook.audit.ledger_{words}"
    return Check(
        id=f"{ledger.ledger.id}.{words}",
        severity=severity,
        title=say(key, name=ledger.ledger.name),
        hint=say(f"{key}_hint"),
        status=_counted(CODES[severity]),
        count=count,
        message=formulate_words(lookup(f"{key}_message"), count="{@count}", row="{@row}", **said),
        place=f"{ledger.sheet}!",
        subject=ledger.title,
    )


def _counted(code: int) -> str:
    """The status of a check that counts rows; where they cannot be counted it is not evaluated."""
    return f"IF(ISTEXT({{@count}}),{NOT_EVALUATED},IF({{@count}}>0,{code},0))"


def _unexplained(formulas: Formulas, ledger: LedgerLayout) -> str:
    remark = formulas.rows(ledger, lookup("workbook.row_remark.name"))
    return f"(1-{formulate_sure(formulate_accepted(remark, formulas.layout.survey.explanations.min_length))})"


def _summary_check(length: int) -> Check:
    """A summary that is too short is wrong; without any it is still to be written."""
    sheet, written = lookup("workbook.sheets.summary"), "IFERROR(LEN(TRIM(INDEX(summary_text,1,2))),0)"
    return Check(
        id="summary.required",
        severity=Severity.ERROR,
        title=say("workbook.audit.summary"),
        hint=say("workbook.audit.summary_hint"),
        status=f"IF({written}=0,{UNFILLED},IF({written}<{length},{CODES[Severity.ERROR]},0))",
        count="1",
        message=quote(say("workbook.audit.summary_message", length=length)),
        place=f"{sheet}!{SUMMARY_CELL}",
        subject=say("workbook.summary.title"),
    )


def _rule(formulas: Formulas, rule: Rule) -> Check:
    """A rule that is judged once for the return."""
    failed = f"IF({formulas.of(rule.check)},0,{_failed(formulas, rule)})"
    if rule.when is not None:
        failed = f"IF({formulas.of(rule.when)},{failed},0)"
    subject = formulas.layout.forms[rule.form].form.indicators[rule.at].plain_name
    parts = [
        _word(part, rule.at, subject) if isinstance(part, str) else formulate_number_text(formulas, part)
        for part in rule.message
    ]
    form = formulas.layout.forms[rule.form]
    warns = rule.severity is Severity.WARNING
    if warns:
        parts.append(formulate_refusal(_worth(formulas, rule)))
    return Check(
        id=rule.id,
        severity=rule.severity,
        title=rule.title,
        hint=rule.hint,
        status=f"IF(IFERROR({formulas.guard(rule.judged)},1)>0,{NOT_EVALUATED},IFERROR({failed},{NOT_APPLICABLE}))",
        count="1",
        message="&".join(parts),
        form=rule.form,
        code=rule.at,
        place=form.address(rule.at),
        noted=form.position(rule.at),
        subject=subject,
    )


def _word(text: str, code: str, subject: str) -> str:
    """Return a part of a message as a formula; the code and the name of its own cell are read from beside it."""
    before, named, after = text.partition(say("sentence.cell", code=code, name=subject))
    if not named:
        return quote(text)
    _, opening, closing = say("sentence.cell", code="|", name="|").split("|")
    return "&".join([quote(before), "{@code}", quote(opening), "{@subject}", quote(closing), quote(after)])


def _failed(formulas: Formulas, rule: Rule) -> str:
    code = CODES[rule.severity]
    if rule.severity is not Severity.WARNING:
        return str(code)
    return f"IF({_worth(formulas, rule)}={Worth.ACCEPTED},{EXPLAINED},{code})"


def _worth(formulas: Formulas, rule: Rule) -> str:
    """What the 说明 beside the rule's cell is worth."""
    return formulas.hidden(CellRef(rule.form, rule.at), "explained")


def _row_rule(formulas: Formulas, rule: Rule) -> Check:
    """A rule over every row of a ledger: counts the rows that fail and are not explained in 备注.

    Rows in which it cannot be judged are left out of the count; only where no other row fails they decide the status.
    """
    ledger = formulas.layout.ledgers[rule.each]
    failing = formulate_row_failure(formulas, rule, ledger, formulas.all_rows(ledger))
    if rule.severity is Severity.WARNING:
        failing += f"*{_unexplained(formulas, ledger)}"
    message, counted = "&".join(_row_message(formulas, rule, ledger)), f"SUMPRODUCT({failing})"
    blank = _nothing_in([ledger.name(ledger.ledger.names_row)], 1)
    undecided = f"IF({blank},0,IF({_undecided(formulas, rule, ledger)}>0,{NOT_EVALUATED},0))"
    return Check(
        id=rule.id,
        severity=rule.severity,
        title=rule.title,
        hint=rule.hint,
        status=f"IF({{@count}}>0,{CODES[rule.severity]},{undecided})",
        count=f"IF({blank},0,IFERROR({counted},SUMPRODUCT({formulate_sure(f'({failing})')}*1)))",
        message=message,
        form=rule.form,
        row=_first_row(formulas, ledger, formulate_sure(f"({failing})")),
        place=f"{ledger.sheet}!{name_column(ledger.column(find_first_column(rule)))}",
        subject=ledger.title,
    )


def formulate_row_failure(formulas: Formulas, rule: Rule, ledger: LedgerLayout, cells: Cells) -> str:
    """Return 1 for the rows that ``cells`` address where a row rule fails, explained or not."""
    factors = [formulate_something(cells(ledger.ledger.names_row)), formulate_stays(cells)]
    factors += [f"(1-{odd})" for odd in formulate_unusable(formulas, ledger.ledger, rule.judged, cells)]
    if rule.when is not None:
        factors.append(f"({formulas.row_wise(rule.when, cells)})")
    factors.append(f"(1-{formulas.row_wise(rule.check, cells)})")
    return "*".join(factors)


def _row_message(formulas: Formulas, rule: Rule, ledger: LedgerLayout) -> Iterator[str]:
    for part in rule.message:
        if isinstance(part, str):
            before, row, after = part.partition("{row}")
            yield from ([quote(before), "{@row}", quote(after)] if row else [quote(part)])
        else:
            yield formulate_number_text(formulas, part, formulas.in_row(ledger, "{@row}"))


def _first_row(formulas: Formulas, ledger: LedgerLayout, faulty: str) -> str:
    """The smallest sheet row where ``faulty`` is 1; SUMPRODUCT makes MAX see the whole array."""
    above = ledger.end_row + 1
    rows = f"ROW({formulas.rows(ledger, ledger.ledger.names_row)})"
    return f"IF(N({{@count}})>0,{above}-SUMPRODUCT(MAX({faulty}*({above}-{rows}))),0)"


def _first_spot(formulas: Formulas, ledger: LedgerLayout, fault: Fault, factor: str) -> str:
    """The first faulty cell of a ledger as one number, its row before its column; 0 without one."""
    cells, beyond = formulas.all_rows(ledger), (ledger.end_row + 1) * ACROSS
    rows = f"ROW({formulas.rows(ledger, ledger.ledger.names_row)})*{ACROSS}"
    ranked = (f"{term(cells)}{factor}*({beyond - ledger.column(name)}-{rows})" for name, term in fault.columns.items())
    return f"IF(N({{@count}})>0,{beyond}-SUMPRODUCT(MAX({','.join(ranked)})),0)"


def _undecided(formulas: Formulas, rule: Rule, ledger: LedgerLayout) -> str:
    """In how many rows that count something keeps the rule from being judged: texts for numbers, error values."""
    cells = formulas.all_rows(ledger)
    odd = [f"ISERROR({cells(name)})*1" for name in _columns(rule)]
    odd += formulate_unusable(formulas, ledger.ledger, rule.judged, cells)
    named = formulate_something(cells(ledger.ledger.names_row))
    return f"SUMPRODUCT({named}*{formulate_stays(cells)}*({'+'.join(odd)}>0))"


def find_first_column(rule: Rule) -> str:
    """Return the column in which a row rule speaks: the first that it checks."""
    return _columns(rule)[0]


def _columns(rule: Rule) -> list[str]:
    named = [node.name for tree in reversed(rule.judged) for node in walk(tree) if isinstance(node, ColumnRef)]
    return list(dict.fromkeys(named))
