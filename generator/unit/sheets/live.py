"""What goes on beside the cells of a row: its symbol, its message and the hidden states, all of them formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.formats import SYMBOLS
from generator.formula import quote
from generator.strict import StrictWorksheet
from generator.unit.checks import FIRST_ROW, Checks
from generator.unit.desk import SheetContext
from generator.unit.explained import formulate_bare, formulate_standing, formulate_worth
from generator.unit.sheets.definitions import Definitions
from generator.unit.sheets.own import Own
from generator.unit.sheets.room import count_lines
from generator.unit.taken import UNREADABLE, Taken
from templates.explanations import Worth
from templates.layout import AUDIT, COLUMNS, FormLayout, name_column, quote_sheet
from templates.model import Indicator, Kind, Rule, Severity
from templates.spelling import normalize_credit_code
from templates.words import lookup, say

WARNED, WRONG, BLANK = 2, 3, 4
"""States of a row that ask for something."""

NUMBERS = {False: "1,234", True: "1,234,567,890"}
"""A number in a message, for how long that may be; of money the larger one."""

SHRINKING = 1.25
"""So much longer than its line a text may be: it is drawn a little smaller."""


def write_live(
    desk: SheetContext,
    sheet: StrictWorksheet,
    form: FormLayout,
    number: int,
    indicator: Indicator,
    checks: Checks,
    *,
    wraps: bool = True,
) -> None:
    """Write a row's symbol, message and hidden states; all of them formulas over locked cells and named ranges.

    A message that does not wrap shrinks to fit.
    """
    LiveRow(desk, sheet, form, number, indicator, checks, wraps).write()


@dataclass(frozen=True)
class LiveRow:
    """The formulas of one sheet row."""

    desk: SheetContext
    sheet: StrictWorksheet
    form: FormLayout
    number: int
    indicator: Indicator
    checks: Checks
    wraps: bool

    def write(self) -> None:
        """Write them: first what is hidden, then what is seen."""
        asks_nothing = self.indicator.kind is Kind.NOTHING_HERE
        self._hide(COLUMNS.own, Own(self.desk.formulas, self._registered).of(self.indicator))
        for column, formula in (*self._taken(), *self._explanation()):
            self._hide(column, formula)
        self._hide(COLUMNS.rule, self._rule())
        self._hide(COLUMNS.state, self._state())
        message = self._advice() if asks_nothing else self._message()
        told = "message_long" if self.wraps else "message"
        style = self.desk.formats.role("heading_advice" if asks_nothing else self._dress(told))
        self.sheet.write_formula(self.number - 1, COLUMNS.message - 1, "=" + message, style, "")
        mark = self.desk.formats.role("heading_mark" if asks_nothing else self._dress("mark"))
        self.sheet.write_formula(self.number - 1, COLUMNS.mark - 1, "=" + self._mark(), mark, "")

    def _dress(self, role: str) -> str:
        return f"{role.partition('_')[0]}_closed" if self.closed else role

    @property
    def closed(self) -> bool:
        """Whether the unit leaves the cell blank."""
        layout = self.desk.layout
        return not self.indicator.open_to(layout.kind, layout.level)

    @property
    def _registered(self) -> str:
        return normalize_credit_code(self.desk.identity.uscc)

    def _hide(self, column: int, formula: str) -> None:
        if formula:
            hidden = self.desk.formats.role("hidden")
            self.sheet.write_formula(self.number - 1, column - 1, "=" + formula, hidden, "")

    def _at(self, column: int) -> str:
        """Return the address of a locked cell in this row."""
        return f"${name_column(column)}{self.number}"

    def _taken(self) -> Iterator[tuple[int, str]]:
        """Yield the hidden cells that say what the row's cell is taken for, and whether that can be made out."""
        formulas, layout, indicator = self.desk.formulas, self.desk.layout, self.indicator
        derived = indicator.derived_for(layout.kind, layout.level)
        if derived is not None:
            unreadable = quote(UNREADABLE)
            yield COLUMNS.taken, f"IFERROR(ROUND({formulas.of(derived)},{indicator.decimals}),{unreadable})"
            taken = formulas.beside(indicator.reference, "taken")
            yield COLUMNS.bad, f"IF({taken}={unreadable},1,IF({formulas.uncounted([derived])}>0,1,0))"
        elif not self.closed:
            yield from Taken(formulas, indicator).hidden_cells()

    def _explanation(self) -> Iterator[tuple[int, str]]:
        """Yield the hidden cells that say what the row's 说明 is worth; it may point at the one above."""
        if not takes_explanation(self.form, self.indicator, self.checks):
            return
        rows = [row for row in self.form.form.indicators.values() if row.kind.takes_a_note]
        note = f"INDEX({self.form.name('explanation')},{self.form.position(self.indicator.code)})"
        yield COLUMNS.note, f'IF(ISERROR({note}),"",{formulate_bare(note)})'
        above = [self.form.rows[row.code] for row in rows[: rows.index(self.indicator)]]
        before = f"${name_column(COLUMNS.stands)}${above[-1]}" if above else '""'
        bared, judged = self._at(COLUMNS.note), self._at(COLUMNS.explained)
        yield COLUMNS.explained, formulate_worth(bared, before, self.desk.survey.explanations.min_length)
        yield COLUMNS.stands, formulate_standing(bared, judged, note, before)

    # --- what is found -----------------------------------------------------------------------------------------------

    @property
    def _rules(self) -> list[int]:
        """The rows of 审核 that speak of the cell, the gravest first."""
        return self.checks.at(self.form.form.id, self.indicator.code)

    def _rule(self) -> str:
        """Which of these asks for something: ten times its place among them, and its rank; 0 while none does."""
        chain = "0"
        for place, row in reversed(list(enumerate(self._rules, start=1))):
            rank = _audit(AUDIT.status, row)
            chain = f"IF({rank}>0,{10 * place}+{rank},{chain})"
        return chain if self._rules else ""

    def _chosen(self, *choices: str) -> str:
        """Return a formula that chooses by the place of the rule that asks for something."""
        return f"CHOOSE(INT({self._at(COLUMNS.rule)}/10),{','.join(choices)})"

    def _state(self) -> str:
        """0 fine, 1 info, 2 unexplained warning, 3 error, 4 unfilled; the cell's own fault outranks the rules.

        A mere remark about the cell outranks none.
        """
        own, rule = self._at(COLUMNS.own), self._at(COLUMNS.rule)
        graver = f"MOD({rule},10)" if self._rules else "0"
        digit = f"VALUE(LEFT({own},1))"
        return f"IF(LEN({own})=0,{graver},MAX({digit},IF({digit}<=1,{graver},0)))"

    def _message(self) -> str:
        """The gravest thing to say: the cell's own fault, else the rules', else a remark about the cell."""
        own = self._at(COLUMNS.own)
        words = f"MID({own},2,200)"
        rest = self._rest()
        said = f"IF({self._at(COLUMNS.rule)}>0,{self._of_rule()},{rest})" if self._rules else rest
        return f'IF(LEFT({own}&"1",1)="1",{said},{words})'

    def _of_rule(self) -> str:
        """What the rule says, without the cell's own code and name; a warning asks for the explanation."""
        found = self._chosen(*(self._told(row) for row in self._rules))
        row = self.form.form.indicators[self.indicator.code]
        label = say("sentence.cell", code=row.code, name=row.plain_name)
        said = f'SUBSTITUTE({found},{quote(label)},"",1)'
        if not takes_explanation(self.form, self.indicator, self.checks):
            return said
        worth, asked = self._at(COLUMNS.explained), quote(say("workbook.form.explain"))
        why = (lookup("workbook.form.refused")[worth.name.lower()] for worth in (Worth.STOCK, Worth.SHORT, Worth.ALONE))
        refused = f"CHOOSE(-{worth},{','.join(map(quote, why))})"
        return f"IF({self._at(COLUMNS.state)}<>{WARNED},{said},IF({worth}<0,{refused},{said}&{asked}))"

    def _told(self, row: int) -> str:
        """What a rule says in the row: its short words, or else what 审核 says."""
        rule = self.desk.survey.rule.get(self.checks.rows[row - FIRST_ROW].id)
        return quote(rule.short) if rule and rule.short else _audit(AUDIT.message, row)

    def _rest(self) -> str:
        """What is said where nothing is wrong."""
        own = f"MID({self._at(COLUMNS.own)},2,200)"
        if self.closed:
            return f"IF(LEN({own})>0,{own},{quote(say('workbook.form.closed'))})"
        if not takes_explanation(self.form, self.indicator, self.checks):
            return own
        told = f"AND({self._at(COLUMNS.explained)}={Worth.ACCEPTED},LEN({own})=0)"
        return f"IF({told},{quote(say('workbook.form.told'))},{own})"

    def _advice(self) -> str:
        """What a section's cell is for while the section has blanks; what is chosen there; what is wrong with it."""
        own, words = self._at(COLUMNS.own), lookup("workbook.form")
        chosen = f"LEN({self._at(COLUMNS.text)})>0"
        states = name_column(COLUMNS.state)
        below = f"${states}{self.number + 1}:${states}{self.form.section_ends(self.indicator.code)}"
        idle = f'IF(COUNTIF({below},{BLANK})>0,{quote(words["nothing_advice"])},"")'
        return f"IF(LEN({own})>0,MID({own},2,200),IF({chosen},{quote(words['nothing_chosen'])},{idle}))"

    def _mark(self) -> str:
        """The row's symbol, which leads to the first check of the cell in 审核, or else to its explanation."""
        mark = f"MAX({self._at(COLUMNS.state)},INDEX({self.desk.layout.mark_names[self.form.sheet]},{self.number}))"
        filled = f"IFERROR(LEN({self.desk.formulas.cell(self.indicator.reference)})>0,FALSE)"
        listed = ",".join(quote(SYMBOLS[name]) for name in ("info", "warning", "error", "unfilled"))
        still = quote(SYMBOLS["unneeded"] if self.closed else "")
        fine = quote(SYMBOLS["fine"])
        symbol = f"IF({mark}=0,{fine},INDEX({{{listed}}},{mark}))"
        return f"IF(AND({mark}=0,NOT({filled})),{still},{self._to_audit(symbol)})"

    def _to_audit(self, shown: str) -> str:
        if not self._rules:
            return self._to_definition(shown)
        target = quote(f"#{quote_sheet(lookup('workbook.sheets.audit'))}!A")
        row = f"IF({self._at(COLUMNS.rule)}>0,{self._chosen(*map(str, self._rules))},{self._rules[0]})"
        return f"HYPERLINK({target}&{row},{shown})"

    def _to_definition(self, shown: str) -> str:
        cell = Definitions.of(self.desk).find(self.indicator)
        target = quote(f"#{quote_sheet(lookup('workbook.sheets.definitions'))}!{cell}")
        return f"HYPERLINK({target},{shown})" if cell else shown


def _audit(column: int, row: int) -> str:
    return f"{quote_sheet(lookup('workbook.sheets.audit'))}!{AUDIT.fixed(column, row)}"


def count_message_lines(desk: SheetContext, form: FormLayout, indicator: Indicator, checks: Checks, pixels: int) -> int:
    """Return how many lines the longest message about a cell takes; a little more than a line shrinks into it."""
    rules = (desk.survey.rule.get(checks.rows[row - FIRST_ROW].id) for row in checks.at(form.form.id, indicator.code))
    texts = (_guess(rule, indicator) for rule in rules if rule)
    return max((count_lines(text, int(pixels * SHRINKING), 9, 1) for text in texts), default=1)


def _guess(rule: Rule, indicator: Indicator) -> str:
    """Return what a rule may say in the row of its cell."""
    number = NUMBERS[indicator.kind is Kind.MONEY]
    label = say("sentence.cell", code=indicator.code, name=indicator.plain_name)
    said = "".join(part if isinstance(part, str) else number for part in rule.message).replace(label, "", 1)
    return (rule.short or said) + (say("workbook.form.explain") if rule.severity is Severity.WARNING else "")


def takes_explanation(form: FormLayout, indicator: Indicator, checks: Checks) -> bool:
    """Whether the row's 说明 is judged: it may be asked for there, or one that is asked for below may point at it."""
    rows = [row for row in form.form.indicators.values() if row.kind.takes_a_note]
    return indicator in rows and any(wants_explanation(form, row, checks) for row in rows)


def wants_explanation(form: FormLayout, indicator: Indicator, checks: Checks) -> bool:
    """Whether any rule or check of the cell is a warning, which an explanation settles."""
    listed = [checks.rows[row - FIRST_ROW] for row in checks.at(form.form.id, indicator.code)]
    return indicator.kind is Kind.USCC or any(check.severity is Severity.WARNING for check in listed)


def light_up(desk: SheetContext, sheet: StrictWorksheet, form: FormLayout) -> None:
    """Colour a form's rows by the live state and by the marks that an audit wrote, whichever is graver."""
    first, last = form.header_row + 1, form.last_row
    number = f"ROW()-{form.header_row - 1}"
    state = f"INDEX({form.name('state')},{number})"
    marks = f"INDEX({desk.layout.mark_names[form.sheet]},ROW(),1)"
    lights = ((WRONG, "error"), (WARNED, "warning"), (1, "info"), (BLANK, "unfilled"))
    for column in (COLUMNS.mark, COLUMNS.value, COLUMNS.message):
        area = f"{name_column(column)}{first}:{name_column(column)}{last}"
        for level, light in lights:
            criteria = f"=MAX({state},{marks})={level}"
            rule = {"type": "formula", "criteria": criteria, "format": desk.formats.light(light), "stop_if_true": True}
            sheet.conditional_format(area, rule)
    _grey_out(desk, sheet, form)


def light_up_explanations(desk: SheetContext, sheet: StrictWorksheet, form: FormLayout) -> None:
    """Make 说明 yellow where it is asked for, and where something stands in it."""
    first, last, column = form.header_row + 1, form.last_row, name_column(COLUMNS.explanation)
    number = f"ROW()-{form.header_row - 1}"
    asked = f"INDEX({form.name('state')},{number})={WARNED}"
    criteria = f"=OR({asked},LEN(INDEX({form.name('explanation')},{number}))>0)"
    rule = {"type": "formula", "criteria": criteria, "format": desk.formats.light("asked")}
    sheet.conditional_format(f"{column}{first}:{column}{last}", rule)


def _grey_out(desk: SheetContext, sheet: StrictWorksheet, form: FormLayout) -> None:
    """Make the rows of a section grey once it says that the unit has none of it; what is wrong there stays red."""
    layout = desk.layout
    for code, indicator in form.form.indicators.items():
        if indicator.kind is Kind.NOTHING_HERE and indicator.open_to(layout.kind, layout.level):
            first, last = form.rows[code] + 1, form.section_ends(code)
            area = f"A{first}:{name_column(COLUMNS.explanation)}{last}"
            place = form.position(code)
            chosen = f"=AND(LEN(INDEX({form.name('text')},{place}))>0,LEN(INDEX({form.name('own')},{place}))=0)"
            sheet.conditional_format(
                area, {"type": "formula", "criteria": chosen, "format": desk.formats.light("unneeded")}
            )
