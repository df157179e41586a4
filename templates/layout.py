"""Where each thing lies in a unit workbook: sheets, rows, columns, defined names. Arithmetic only, no Excel library.

Generator and reader share this one map, so a workbook is read where it was written. Rows and columns count from 1, as a
clerk sees them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self, TypeAlias

from templates.content import Identity
from templates.cover_layout import CoverTables
from templates.expression import CellRef
from templates.model import Form, Indicator, Ledger, Survey
from templates.words import lookup, say

FORM_HEADER_ROW: Final = 7
"""The head of the printed form (title, 表号, 制定机关 …) takes the rows above."""

LEDGER_HEADER_ROW: Final = 4

CHECKLIST_HEADER_ROW: Final = 5


def name_column(column: int) -> str:
    """Return the column's letters: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def number_column(letters: str) -> int:
    """Return the number of the column with these letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def quote_sheet(sheet: str) -> str:
    """Return the sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


@dataclass(frozen=True)
class FormColumns:
    """Columns of a form sheet."""

    mark: int = 1
    name: int = 2
    measure: int = 3
    code: int = 4
    value: int = 5
    prior: int = 6
    change: int = 7
    ledger: int = 8
    message: int = 9
    explanation: int = 10
    state: int = 11
    """Hidden: 0 fine, 1 info, 2 unexplained warning, 3 error, 4 required and blank."""
    explained: int = 12
    """Hidden: what 说明 is worth, as :class:`templates.explanations.Worth` counts; 1 where it explains something."""
    own: int = 13
    """Hidden: what is wrong with the cell itself, severity digit first, such as ``3应填数字``."""
    bad: int = 14
    """Hidden: 1 where no number or day can be made out of the cell, so that rules over it are not evaluated."""
    text: int = 15
    """Hidden: what is typed into a number cell as a text, in narrow characters."""
    head: int = 16
    """Hidden: what of that text may be a number."""
    taken: int = 17
    """Hidden: the number that the cell is taken for; what rules read."""
    note: int = 18
    """Hidden: 说明 without blanks and punctuation."""
    stands: int = 19
    """Hidden: the explanation that stands in the row or, for 「同上」 below, above it."""


COLUMNS: Final = FormColumns()

HIDDEN: Final = (COLUMNS.state, COLUMNS.stands)
"""The first and the last hidden column of a form's sheet."""


@dataclass(frozen=True)
class AuditColumns:
    """Columns of 审核. Those from ``status`` on are hidden."""

    state: int = 1
    place: int = 2
    severity: int = 3
    form: int = 4
    code: int = 5
    title: int = 6
    message: int = 7
    hint: int = 8
    id: int = 9
    status: int = 10
    """Above 0 where the check asks for something."""
    count: int = 11
    row: int = 12
    column: int = 13
    """Where in the sheet the check speaks: the first fault of many, 0 while there is none."""
    subject: int = 14
    """What the check speaks of, by name."""
    spot: int = 15
    """Row and column of the first faulty cell as one number."""
    noted: int = 16
    """The place of its cell, and of the explanation that may settle it, in the columns of its form."""
    asked: int = 17
    """By number of sheet, as the columns that follow: which check is the first that asks for work on it, else 0."""
    onward: int = 18
    """The first on this sheet or on one of those after it."""
    unjudged: int = 19
    unjudged_onward: int = 20
    """The same of checks that could not be evaluated."""
    first: int = 21
    """What the sheet says of itself: the first of the gravest on it, wrong before blank before asked."""
    goal: int = 22
    next: int = 23
    """To which check 下一个问题 leads from it, and where that speaks."""

    def cell(self, column: int, row: int) -> str:
        """Return the address of a cell whose row moves with the cell that reads it."""
        return f"${name_column(column)}{row}"

    def fixed(self, column: int, row: int) -> str:
        """Return the address of a cell, wherever it is read."""
        return f"${name_column(column)}${row}"

    def area(self, column: int, first: int, last: int) -> str:
        """Return the address of a part of a column, wherever it is read."""
        return f"{self.fixed(column, first)}:{self.fixed(column, last)}"


AUDIT: Final = AuditColumns()


@dataclass(frozen=True)
class FormLayout:
    """A form's sheet. Every row of the form has one sheet row, headings too."""

    form: Form
    sheet: str
    header_row: int = FORM_HEADER_ROW

    @property
    def title(self) -> str:
        """What people call it."""
        return self.form.title

    @property
    def holder(self) -> tuple[str, str]:
        """How findings name it: form and ledger, one of which is blank."""
        return self.form.id, ""

    @cached_property
    def code_lists(self) -> frozenset[str]:
        """The code lists that its cells choose from."""
        return frozenset(row.code_list for row in self.form.indicators.values() if row.code_list)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Sheet row by code; a heading's section code shares the heading's row."""
        placed: dict[str, int] = {}
        for offset, row in enumerate(self.form.rows, start=1):
            code = row.code if isinstance(row, Indicator) else row.section
            if code:
                placed[code] = self.header_row + offset
        return placed

    @property
    def last_row(self) -> int:
        """The last row of the form's body."""
        return self.header_row + len(self.form.rows)

    @property
    def end_row(self) -> int:
        """The locked row after the body; column names reach from the header to here."""
        return self.last_row + 1

    @property
    def stem(self) -> str:
        """The form's id as part of a defined name."""
        if self.form.id == lookup("workbook.sheets.checklist"):
            return CHECKLIST_STEM
        if self.is_cover:
            return COVER_STEM
        return "".join(char if char.isalnum() else "_" for char in self.form.id)

    @property
    def is_cover(self) -> bool:
        """Whether it is the cover's sign-off block."""
        return self.form.id == say("workbook.sheets.cover")

    def name(self, column: str) -> str:
        """Return the defined name of a column's range: ``value``, ``prior``, ``explanation``, ``state``."""
        return f"{column}_{self.stem}"

    def position(self, code: str) -> int:
        """Return the place of ``code`` within the named column ranges, as INDEX counts."""
        return self.rows[code] - self.header_row + 1

    def cell(self, code: str, column: int = COLUMNS.value) -> str:
        """Return the address without the sheet, such as ``E31``."""
        return f"{name_column(column)}{self.rows[code]}"

    def address(self, code: str, column: int = COLUMNS.value) -> str:
        """Return the address as findings quote it, such as ``KX03!E31``."""
        return f"{self.sheet}!{self.cell(code, column)}"


@dataclass(frozen=True)
class LedgerLayout:
    """A ledger's sheet: header row, then entry rows, then one locked row that ends it."""

    ledger: Ledger
    sheet: str
    capacity: int
    carried: int = 0
    """So many rows of last year it was mailed out with; the unit confirms that it has gone through them."""
    header_row: int = LEDGER_HEADER_ROW

    @property
    def title(self) -> str:
        """What people call it."""
        return self.ledger.name

    @property
    def holder(self) -> tuple[str, str]:
        """How findings name it: form and ledger, one of which is blank."""
        return "", self.ledger.short

    @property
    def stem(self) -> str:
        """The ledger's id, which stands in defined names."""
        return self.ledger.id

    @cached_property
    def code_lists(self) -> frozenset[str]:
        """The code lists that its cells choose from."""
        return frozenset(column.code_list for column in self.ledger.columns if column.code_list)

    @property
    def first_row(self) -> int:
        """The first entry row."""
        return self.header_row + 1

    @property
    def end_row(self) -> int:
        """The locked row below the last entry row."""
        return self.first_row + self.capacity

    def column(self, name: str) -> int:
        """Return the column number of the column called ``name``."""
        return 1 + [column.name for column in self.ledger.columns].index(name)

    def name(self, column: str) -> str:
        """Return the defined name of a column's range, header and ending row included."""
        return f"t_{self.ledger.id}_{self.column(column):02d}"

    @property
    def confirmation(self) -> str:
        """The cell in the head where the unit confirms the rows of last year."""
        return f"B{self.header_row - 1}"

    @property
    def confirmed(self) -> str:
        """The defined name of that cell with the locked ones above and below it."""
        return f"confirmed_{self.ledger.id}"

    @property
    def carried_name(self) -> str:
        """The defined name of the hidden cell that says how many rows of last year it was mailed out with."""
        return f"carried_{self.ledger.id}"

    @property
    def block(self) -> str:
        """The defined name of all columns together, header and ending row included."""
        return f"t_{self.ledger.id}"

    def cell(self, column: str, row: int) -> str:
        """Return the address of a cell without the sheet."""
        return f"{name_column(self.column(column))}{row}"

    def address(self, column: str, row: int) -> str:
        """Return the address as findings quote it."""
        return f"{self.sheet}!{self.cell(column, row)}"


Table: TypeAlias = FormLayout | LedgerLayout
"""What a unit fills row by row on a sheet of its own, wherever it does not matter whether the rows are given or not."""

COVER_STEM: Final = "cover"
CHECKLIST_STEM: Final = "checklist"
"""The names of cover and checklist in defined names, which want letters."""


@dataclass(frozen=True)
class WorkbookLayout:
    """All sheets of the workbook that a unit of one kind and level fills."""

    survey: Survey
    kind: str
    level: str
    capacities: tuple[tuple[str, int], ...] = ()
    """Capacities other than the declared ones, by ledger short."""
    carried: tuple[tuple[str, int], ...] = ()
    """Numbers of rows of last year, by ledger id."""

    @classmethod
    def of(cls, survey: Survey, identity: Identity, capacities: tuple[tuple[str, int], ...] = ()) -> Self:
        """Return where things lie in the workbook of ``identity``."""
        return cls(survey, identity.kind, identity.level, capacities, tuple(identity.carried_rows.items()))

    @cached_property
    def forms(self) -> dict[str, FormLayout]:
        """Form sheets by 表号, the cover's sign-off first and the checklist last among them."""
        placed = {form.id: FormLayout(form, form.id) for form in self.survey.forms_of(self.kind)}
        checklist = {self.checklist.form.id: self.checklist} if self.checklist else {}
        return {self.survey.cover.id: self.cover} | placed | checklist

    @cached_property
    def checklist(self) -> FormLayout | None:
        """The sheet of what the unit confirms, laid out as the cover's sign-off; None where it confirms nothing."""
        form = self.survey.checklist_of(self.kind, self.level)
        return FormLayout(form, form.id, CHECKLIST_HEADER_ROW) if form else None

    @cached_property
    def blocks(self) -> tuple[FormLayout, ...]:
        """Cover and checklist: rows of label and entry cell, without last year's value and 说明."""
        return (self.cover, self.checklist) if self.checklist else (self.cover,)

    @cached_property
    def cover(self) -> FormLayout:
        """The cover's sign-off block, below light and tables: label and entry cell as in a form's row."""
        return FormLayout(self.survey.cover, self.survey.cover.id, self.cover_tables.last_row + 3)

    @cached_property
    def cover_tables(self) -> CoverTables:
        """The tables of the cover: ledgers, forms, and what the return ends with, the cover itself last."""
        words = lookup("workbook.sheets")
        forms = tuple(form.id for form in self.survey.forms_of(self.kind))
        checklist = (self.checklist.sheet,) if self.checklist else ()
        finish = (*checklist, words["notes"], words["summary"], self.survey.cover.id)
        return CoverTables(tuple(ledger.sheet for ledger in self.ledgers.values()), forms, finish)

    @cached_property
    def ledgers(self) -> dict[str, LedgerLayout]:
        """Ledger sheets by short name."""
        capacities, carried = dict(self.capacities), dict(self.carried)
        return {
            ledger.short: LedgerLayout(
                ledger,
                say("workbook.sheets.ledger", short=ledger.short),
                max(ledger.capacity, capacities.get(ledger.short, 0)),
                carried.get(ledger.id, 0),
            )
            for ledger in self.survey.ledgers_of(self.kind, self.level)
        }

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Forms, then ledgers; cover and checklist are forms."""
        return (*self.forms.values(), *self.ledgers.values())

    @cached_property
    def tabs(self) -> tuple[Table, ...]:
        """The tables in the order of work, which their tabs follow: cover, ledgers, forms, checklist."""
        forms = tuple(form for form in self.forms.values() if form not in self.blocks)
        checklist = (self.checklist,) if self.checklist else ()
        return (self.cover, *self.ledgers.values(), *forms, *checklist)

    @cached_property
    def on_sheet(self) -> dict[str, Table]:
        """The tables by the names of their sheets."""
        return {table.sheet: table for table in self.tables}

    def holder(self, sheet: str) -> tuple[str, str]:
        """Return how findings name what lies on the sheet: form and ledger, both blank where neither does."""
        return self.on_sheet[sheet].holder if sheet in self.on_sheet else ("", "")

    def kind_of_tab(self, sheet: str) -> str:
        """Return what a sheet is for: ``lead``, ``ledger``, ``form``, ``finish`` or ``reference``."""
        names, table = lookup("workbook.sheets"), self.on_sheet.get(sheet)
        if sheet in (names["cover"], names["todo"]):
            return "lead"
        if isinstance(table, LedgerLayout):
            return "ledger"
        if table and table is not self.checklist:
            return "form"
        return "finish" if sheet in self.cover_tables.finish else "reference"

    @cached_property
    def visited(self) -> dict[str, int]:
        """Sheets on which a unit may have something to mend, each with its number, in the order of the tabs."""
        words = lookup("workbook.sheets")
        sheets = [*(table.sheet for table in self.tabs), words["notes"], words["summary"]]
        return {sheet: number for number, sheet in enumerate(sheets, start=1)}

    @cached_property
    def marked(self) -> dict[str, int]:
        """Sheets that carry marks, each with its column on the marks sheet."""
        return {table.sheet: number for number, table in enumerate(self.tables, start=1)}

    @cached_property
    def mark_names(self) -> dict[str, str]:
        """The defined name of each marked sheet's column of marks."""
        return {table.sheet: f"marks_{table.stem}" for table in self.tables}

    @property
    def mark_rows(self) -> int:
        """How many rows the marks sheet spans."""
        return max(table.end_row for table in self.tables)

    def address(self, reference: CellRef) -> str:
        """Return the cell of ``reference`` as findings quote it, or ``""`` when this workbook has no such form."""
        form = self.forms.get(reference.form)
        return form.address(reference.code) if form and reference.code in form.rows else ""


SUMMARY_CELL: Final = "B6"
"""The one entry cell of 工作总结."""

NOTES_CELL: Final = "B6"
"""The one entry cell of 报表说明."""

NOTES_LEAD: Final = "B3"
SUMMARY_LEAD: Final = "B4"
"""The last line of text above the entry cell."""


def show_outline(survey: Survey) -> str:
    """Return the outline of 工作总结 as its sheet shows it."""
    return "　　".join(survey.summary_outline)
