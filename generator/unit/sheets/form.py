"""A form's sheet: the printed head, one row per row of the form, live checks beside it, the printed foot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.formula import formulate_derived, formulate_words, quote
from generator.strict import StrictWorksheet
from generator.unit.check_code import formulate_check_code
from generator.unit.checks import FIRST_ROW, Checks
from generator.unit.desk import SheetContext
from generator.unit.explained import formulate_bare, formulate_standing, formulate_worth
from generator.unit.sheets.beside import count_lines, write_beside
from generator.unit.sheets.entry import explain, format_number, show_value, write_entry, write_value
from generator.unit.sheets.foot import list_foot_notes
from generator.unit.sheets.identity import FIRST_LINE, write_identity
from generator.unit.sheets.next_problem import link_next
from generator.unit.sheets.own import Own
from generator.unit.sheets.same_rows import make_row_text
from generator.unit.taken import UNREADABLE, Taken
from templates.layout import AUDIT, COLUMNS, HIDDEN, FormLayout, name_column, quote_sheet
from templates.model import CodeStatus, Heading, Indicator, Kind, Severity
from templates.spelling import normalize_credit_code
from templates.words import lookup, say

WIDTHS = {
    COLUMNS.mark: 3.5,
    COLUMNS.name: 46,
    COLUMNS.measure: 9,
    COLUMNS.code: 7,
    COLUMNS.value: 18,
    COLUMNS.prior: 18,
    COLUMNS.change: 11,
    COLUMNS.ledger: 11,
    COLUMNS.message: 60,
    COLUMNS.explanation: 36,
}
ROW_HEIGHT = 25.5
"""Room for two lines of a message."""
SMALL_LINE = 13.5
"""The height of a line in the column beside the entry cells, where the print is small."""
LINE_CHARACTERS = 26
"""How many Chinese characters of a name fit on one line of its column."""


@dataclass
class FormSheet:
    """The writer of one form's sheet."""

    desk: SheetContext
    form: FormLayout
    checks: Checks

    def write(self) -> None:
        """Write the sheet from head to foot."""
        self.sheet = self.desk.add(self.form.sheet)
        self.sheet.row_text = make_row_text(self.desk.layout, self.form)
        self._columns()
        self._head()
        self._header()
        level = 0
        for offset, row in enumerate(self.form.form.rows, start=1):
            number = self.form.header_row + offset
            if isinstance(row, Heading):
                level = row.level
                self._heading(number, row)
            else:
                self._indicator(number, row, level + 1 + row.indent)
        self._foot()
        light_up(self.desk, self.sheet, self.form)
        self._print()

    # --- frame -------------------------------------------------------------------------------------------------------

    def _columns(self) -> None:
        for column, width in WIDTHS.items():
            self.sheet.set_column(column - 1, column - 1, width, self.desk.formats.role("plain"))
        hidden = self.desk.formats.role("hidden")
        self.sheet.set_column(HIDDEN[0] - 1, HIDDEN[1] - 1, 8, hidden, {"hidden": True})
        self.sheet.freeze_panes(self.form.header_row, COLUMNS.code)

    def _head(self) -> None:
        survey, role = self.desk.survey, self.desk.formats.role
        self.sheet.set_row(0, 30)
        self.sheet.write_string(0, 0, say("workbook.corner"), role("corner"))
        self.sheet.merge_range(0, 1, 0, COLUMNS.prior - 1, self.form.form.title, role("title"))
        right = (
            say("workbook.form.number", form=self.form.form.id),
            say("workbook.form.organ", organ=survey.organ),
            say("workbook.form.approved_by", approved_by=survey.approved_by),
            say("workbook.form.approval", approval=survey.approval),
            say("workbook.form.valid_until", valid_until=survey.valid_until),
        )
        for offset, text in enumerate(right, start=1):
            self.sheet.write_string(offset, COLUMNS.measure - 1 + 2, text, role("head_label"))
        link(self.sheet, 1, COLUMNS.name - 1, self.desk.layout.cover.sheet, say("workbook.cover.back"), role("link"))
        link_next(self.desk, self.sheet, 1, COLUMNS.measure - 1, self.form.sheet)
        self._status_line(2)
        write_identity(self.desk, self.sheet, FIRST_LINE - 1)

    def _status_line(self, row: int) -> None:
        own, state = self.form.name("own"), self.form.name("state")
        counts = {"unfilled": f'COUNTIF({own},"4*")', "errors": f"COUNTIF({state},3)"}
        text = formulate_words(lookup("workbook.form.status"), **counts)
        self.sheet.write_formula(row, 1, "=" + text, self.desk.formats.role("muted"), "")

    def _header(self) -> None:
        row = self.form.header_row - 1
        self.sheet.set_row(row, 24)
        for role, column in vars(COLUMNS).items():
            if column <= COLUMNS.explanation:
                text = lookup("workbook.header")[role]
                self.sheet.write_string(row, column - 1, text, self.desk.formats.role("header"))

    # --- rows --------------------------------------------------------------------------------------------------------

    def _heading(self, number: int, heading: Heading) -> None:
        role, row = self.desk.formats.role, number - 1
        self.sheet.set_row(row, ROW_HEIGHT)
        self.sheet.write_string(row, 1, heading.name, role("heading", indent=heading.level))
        dash = say("workbook.form.dash")
        self.sheet.write_string(row, COLUMNS.measure - 1, dash, role("heading_center"))
        for column in range(COLUMNS.prior, COLUMNS.explanation + 1):
            self.sheet.write_blank(row, column - 1, None, role("heading"))
        answer = self.form.form.indicators.get(heading.section)
        if answer and answer.open_to(self.desk.layout.kind, self.desk.layout.level):
            self.sheet.write_string(row, COLUMNS.code - 1, answer.code, role("heading_center"))
            self._entry(number, answer)
            write_live(self.desk, self.sheet, self.form, number, answer, self.checks)
        else:
            self.sheet.write_string(row, COLUMNS.code - 1, dash, role("heading_center"))
            value = self.desk.content.values.get(self.form.form.id, {}).get(heading.section)
            write_value(self.sheet, number, COLUMNS.value, value, role("heading"))

    def _indicator(self, number: int, indicator: Indicator, indent: int) -> None:
        lines = -(-len(indicator.name) // (LINE_CHARACTERS + 1 - indent))
        needed = max(15 * lines + 6, SMALL_LINE * count_lines(self.desk, indicator))
        self.sheet.set_row(number - 1, max(ROW_HEIGHT, needed))
        self._stub(number, indicator, indent)
        self._value(number, indicator)
        self._prior(number, indicator)
        write_beside(self.desk, self.sheet, number, indicator)
        self._note(number, indicator)
        self._live(number, indicator)

    def _stub(self, number: int, indicator: Indicator, indent: int) -> None:
        role, row = self.desk.formats.role, number - 1
        self.sheet.write_string(row, 1, indicator.name, role("cell_wrap", indent=indent))
        self.sheet.write_string(row, COLUMNS.measure - 1, indicator.measure or "", role("cell_center"))
        open_code = indicator.code_status is CodeStatus.OPEN
        self.sheet.write_string(row, COLUMNS.code - 1, indicator.code, role("code_open" if open_code else "code"))

    def _value(self, number: int, indicator: Indicator) -> None:
        row, column, layout = number - 1, COLUMNS.value - 1, self.desk.layout
        role = self.desk.formats.role
        if indicator.kind is Kind.COMPOSITE:
            self.sheet.write_formula(row, column, "=" + self._joined(indicator), role("cell"), "")
        elif indicator.derived_for(layout.kind, layout.level) is not None:
            figure = self.desk.figures.get((self.form.form.id, indicator.code), "")
            style = role("number_derived", num_format=format_number(indicator.kind, indicator.decimals))
            self.sheet.write_formula(row, column, formulate_derived(layout, indicator), style, figure)
        elif not indicator.open_to(layout.kind, layout.level):
            value = self.desk.content.values.get(self.form.form.id, {}).get(indicator.code)
            write_value(self.sheet, number, COLUMNS.value, value, role("closed"))
        else:
            self._entry(number, indicator)

    def _entry(self, number: int, indicator: Indicator) -> None:
        write_entry(self.desk, self.sheet, number, indicator)

    def _joined(self, item: Indicator) -> str:
        """A name of its column would hold the cell itself."""
        parts = [row for row in self.form.form.indicators.values() if row.item == item.code]
        joined = "&".join(self.desk.formulas.across(part.reference) for part in parts)
        return f'IFERROR({joined},"")'

    def _prior(self, number: int, indicator: Indicator) -> None:
        """Last year's value and the change; both formulas over locked ranges, so carry-over needs no password."""
        row, role = number - 1, self.desk.formats.role
        style = format_number(indicator.kind, indicator.decimals)
        if not indicator.kind.takes_a_note:
            self._blank(row, COLUMNS.prior, COLUMNS.change)
            return
        position = self.form.position(indicator.code)
        prior = f"INDEX({self.form.name('prior')},{position})"
        known = self.desk.content.prior.get(self.form.form.id, {}).get(indicator.code, "")
        cached = show_value(indicator, known) if isinstance(known, int | float | str) else str(known)
        formula = f'=IF(LEN({prior})=0,"",{prior})'
        quantity = indicator.kind.is_number or indicator.kind.is_date
        box = role("number_prior" if quantity else "text_prior", num_format=style)
        self.sheet.write_formula(row, COLUMNS.prior - 1, formula, box, cached)
        if not indicator.kind.is_number:
            self._blank(row, COLUMNS.change)
            return
        value = f"INDEX({self.form.name('value')},{position})"
        change = f'=IF(AND(ISNUMBER({prior}),ISNUMBER({value})),{value}-{prior},"")'
        signed = f"+{style};-{style};0"
        self.sheet.write_formula(row, COLUMNS.change - 1, change, role("number_prior", num_format=signed), "")

    def _note(self, number: int, indicator: Indicator) -> None:
        if indicator.kind is Kind.COMPOSITE:
            self._blank(number - 1, COLUMNS.explanation)
            return
        note = self.desk.content.notes.get(self.form.form.id, {}).get(indicator.code)
        write_value(self.sheet, number, COLUMNS.explanation, note, self.desk.formats.role("entry_note"))

    def _blank(self, row: int, *columns: int) -> None:
        for column in columns:
            self.sheet.write_blank(row, column - 1, None, self.desk.formats.role("cell"))

    # --- live checks -------------------------------------------------------------------------------------------------

    def _live(self, number: int, indicator: Indicator) -> None:
        write_live(self.desk, self.sheet, self.form, number, indicator, self.checks)
        layout = self.desk.layout
        closed = not indicator.open_to(layout.kind, layout.level)
        if indicator.derived_for(layout.kind, layout.level) is not None:
            explain(self.sheet, number, COLUMNS.value, indicator)
        if closed and indicator.closed_note:
            validation = {"validate": "any", "input_title": say("workbook.form.closed")}
            validation["input_message"] = indicator.closed_note
            self.sheet.data_validation(number - 1, COLUMNS.value - 1, number - 1, COLUMNS.value - 1, validation)

    # --- foot --------------------------------------------------------------------------------------------------------

    def _foot(self) -> None:
        role, row = self.desk.formats.role, self.form.end_row - 1
        self.sheet.set_row(row, 8)
        for column in range(1, COLUMNS.explanation + 1):
            self.sheet.write_blank(row, column - 1, None, role("end"))
        self._sign_off(row + 1)
        row += 3
        self.sheet.write_string(row, 1, say("workbook.form.notes"), role("head_label"))
        for text in list_foot_notes(self.form.form):
            row += 1
            self.sheet.set_row(row, 15 * -(-len(text) // 48) + 3)
            self.sheet.merge_range(row, 1, row, COLUMNS.prior - 1, text, role("muted_wrap"))
        self.last_printed_row = row

    def _sign_off(self, row: int) -> None:
        """The printed foot repeats the cover's sign-off, and a check code over the values of this form."""
        role, cover = self.desk.formats.role, self.desk.layout.cover
        labels = [
            f"{quote(f'{row.label}：')}&{_shown_cell(self.desk, cover, row)}" for row in cover.form.indicators.values()
        ]
        formula = "=" + '&"　　"&'.join(labels)
        self.sheet.write_formula(row, 1, formula, role("head_label"), "")
        code = formulate_check_code(self.form.name("value"), say("workbook.form.no_check_code"))
        formula = f"={quote(say('workbook.form.check_code'))}&{code}"
        self.sheet.write_formula(row + 1, 1, formula, role("muted"), "")

    def _print(self) -> None:
        set_up_print(self.sheet)
        self.sheet.set_portrait()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(self.form.header_row - 1)
        self.sheet.print_area(0, 1, self.last_printed_row, COLUMNS.prior - 1)


def _shown_cell(desk: SheetContext, cover: FormLayout, indicator: Indicator) -> str:
    cell = desk.formulas.cell(indicator.reference)
    shown = f'IF(ISNUMBER({cell}),TEXT({cell},"yyyy-mm-dd"),{cell})' if indicator.kind.is_date else cell
    return f'IFERROR({shown},"")'


def write_live(
    desk: SheetContext, sheet: StrictWorksheet, form: FormLayout, number: int, indicator: Indicator, checks: Checks
) -> None:
    """Write a row's symbol, message and hidden states; all of them formulas over locked cells and named ranges."""
    row, role = number - 1, desk.formats.role
    hidden, own_cell = role("hidden"), desk.formulas.beside(indicator.reference, "own")
    own = Own(desk.formulas, normalize_credit_code(desk.identity.uscc)).of(indicator)
    if own:
        sheet.write_formula(row, COLUMNS.own - 1, "=" + own, hidden, "")
    for column, formula in _taken(desk, indicator):
        sheet.write_formula(row, column - 1, "=" + formula, hidden, "")
    rules = checks.at(form.form.id, indicator.code)
    for column, formula in _explanation(desk, form, indicator, checks):
        sheet.write_formula(row, column - 1, "=" + formula, hidden, "")
    state = desk.formulas.beside(indicator.reference, "state")
    sheet.write_formula(row, COLUMNS.state - 1, "=" + _state(own_cell, rules), hidden, "")
    message = _advice(own_cell) if indicator.kind is Kind.NOTHING_HERE else _message(own_cell, rules)
    style = role("heading_advice" if indicator.kind is Kind.NOTHING_HERE else "message")
    sheet.write_formula(row, COLUMNS.message - 1, "=" + message, style, "")
    mark = f"MAX({state},INDEX({desk.layout.mark_names[form.sheet]},{number}))"
    filled = f"IFERROR(LEN({desk.formulas.cell(indicator.reference)})>0,FALSE)"
    symbols = f'IF({mark}=0,IF({filled},"✓",""),INDEX({{"i","!","✗","○"}},{mark}))'
    sheet.write_formula(row, COLUMNS.mark - 1, "=" + symbols, role("mark"), "")


def _taken(desk: SheetContext, indicator: Indicator) -> Iterator[tuple[int, str]]:
    """Yield the hidden cells that say what the row's cell is taken for, and whether that can be made out."""
    layout, formulas = desk.layout, desk.formulas
    derived = indicator.derived_for(layout.kind, layout.level)
    if derived is not None:
        unreadable = quote(UNREADABLE)
        yield COLUMNS.taken, f"IFERROR(ROUND({formulas.of(derived)},{indicator.decimals}),{unreadable})"
        taken = formulas.beside(indicator.reference, "taken")
        yield COLUMNS.bad, f"IF({taken}={unreadable},1,IF({formulas.uncounted([derived])}>0,1,0))"
    elif indicator.open_to(layout.kind, layout.level):
        yield from Taken(formulas, indicator).hidden_cells()


def _explanation(
    desk: SheetContext, form: FormLayout, indicator: Indicator, checks: Checks
) -> Iterator[tuple[int, str]]:
    """Yield the hidden cells that say what the row's 说明 is worth; it may point at the one above."""
    rows = [row for row in form.form.indicators.values() if row.kind.takes_a_note]
    if indicator not in rows or not any(_wants_explanation(checks, form, row) for row in rows):
        return
    note = f"INDEX({form.name('explanation')},{form.position(indicator.code)})"
    yield COLUMNS.note, f'IF(ISERROR({note}),"",{formulate_bare(note)})'
    number, above = form.rows[indicator.code], [form.rows[row.code] for row in rows[: rows.index(indicator)]]
    before = f"${name_column(COLUMNS.stands)}${above[-1]}" if above else '""'
    bared, judged = (f"${name_column(column)}${number}" for column in (COLUMNS.note, COLUMNS.explained))
    yield COLUMNS.explained, formulate_worth(bared, before, desk.survey.explanations.min_length)
    yield COLUMNS.stands, formulate_standing(bared, judged, note, before)


def _wants_explanation(checks: Checks, form: FormLayout, indicator: Indicator) -> bool:
    """Whether any rule or check of the cell is a warning, which an explanation settles."""
    listed = [checks.rows[row - FIRST_ROW] for row in checks.at(form.form.id, indicator.code)]
    return indicator.kind is Kind.USCC or any(check.severity is Severity.WARNING for check in listed)


def _state(own: str, rules: list[int]) -> str:
    """0 fine, 1 info, 2 unexplained warning, 3 error, 4 unfilled; the cell's own fault outranks the rules.

    A mere remark about the cell outranks none.
    """
    audit = quote_sheet(lookup("workbook.sheets.audit"))
    ranks = ",".join(f"{audit}!{AUDIT.fixed(AUDIT.status, row)}" for row in rules)
    graver = f"MAX(0,{ranks})" if ranks else "0"
    digit = f"VALUE(LEFT({own},1))"
    return f"IF(LEN({own})=0,{graver},MAX({digit},IF({digit}<=1,{graver},0)))"


def _message(own: str, rules: list[int]) -> str:
    """The gravest thing to say: the cell's own fault, else the rules', else a remark about the cell."""
    audit, words = quote_sheet(lookup("workbook.sheets.audit")), f"MID({own},2,200)"
    chain = words
    for row in reversed(rules):
        chain = f"IF({audit}!{AUDIT.fixed(AUDIT.status, row)}>0,{audit}!{AUDIT.fixed(AUDIT.message, row)},{chain})"
    return f'IF(LEFT({own}&"1",1)="1",{chain},{words})'


def _advice(own: str) -> str:
    """What a section's cell is for, unless something is wrong with what stands in it."""
    return f"IF(LEN({own})>0,MID({own},2,200),{quote(say('workbook.form.nothing_advice'))})"


def light_up(desk: SheetContext, sheet: StrictWorksheet, form: FormLayout) -> None:
    """Colour a form's rows by the live state and by the marks that an audit wrote, whichever is graver."""
    first, last = form.header_row + 1, form.last_row
    number = f"ROW()-{form.header_row - 1}"
    state = f"INDEX({form.name('state')},{number})"
    marks = f"INDEX({desk.layout.mark_names[form.sheet]},ROW(),1)"
    lights = ((3, "error"), (2, "warning"), (1, "info"), (4, "unfilled"))
    for column in (COLUMNS.mark, COLUMNS.value, COLUMNS.message):
        area = f"{name_column(column)}{first}:{name_column(column)}{last}"
        for level, light in lights[:3] if column == COLUMNS.message else lights:
            criteria = f"=MAX({state},{marks})={level}"
            rule = {"type": "formula", "criteria": criteria, "format": desk.formats.light(light), "stop_if_true": True}
            sheet.conditional_format(area, rule)
    area = f"{name_column(COLUMNS.mark)}{first}:{name_column(COLUMNS.mark)}{last}"
    fine = {"type": "formula", "criteria": f"=LEN($A{first})>0", "format": desk.formats.light("fine")}
    sheet.conditional_format(area, fine)


def set_up_print(sheet: StrictWorksheet) -> None:
    """A4 with the page number in the foot."""
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.7)
    sheet.set_footer("&C&9" + say("workbook.form.page"))
    sheet.center_horizontally()


def link(sheet: StrictWorksheet, row: int, column: int, target: str, text: str, style: Any, cell: str = "A1") -> None:
    """Write a jump link to another sheet; row and column count from 0."""
    sheet.write_url(row, column, f"internal:{quote_sheet(target)}!{cell}", style, text)
