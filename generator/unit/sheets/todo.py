"""待办: what is still open, live and without a macro: 必须改正, then 核实说明, then 还没填, each in the order of work.

Two hidden columns say which kind of thing a line shows and its place in 审核, found from where the line above it was
found; all else is looked up there. The kinds count as the cover does, for both count the same column of 审核.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.formula import formulate_words, quote
from generator.row_text import RowText
from generator.strict import StrictWorksheet
from generator.unit.checks import CODES, NOT_EVALUATED, UNFILLED
from generator.unit.desk import SheetContext
from generator.unit.sheets.links import link
from generator.unit.sheets.next_problem import formulate_place, link_next
from templates.layout import name_column, quote_sheet
from templates.model import Severity
from templates.words import lookup, say

LINES = 100
"""So many things are listed at once; when some are done, others move up."""

HEADER_ROW = 3
FIRST_ROW = HEADER_ROW + 1

WIDTHS = {"kind": 96, "place": 182, "subject": 190, "message": 334, "hint": 432, "count": 46}
"""Pixels of the columns, in their order."""
HEIGHTS = {1: 30, 2: 22, HEADER_ROW: 24}
LINE_HEIGHT = 36
"""Pixels: two lines of a sentence."""

KINDS = {"error": CODES[Severity.ERROR], "warning": CODES[Severity.WARNING], "unfilled": UNFILLED}
KINDS |= {"unjudged": NOT_EVALUATED}
"""What is listed, by its words, each with its status code in 审核, in this order."""

LAST_OF = dict(zip(KINDS, ("$G$1", "$H$1", "$G$2", "$H$2"), strict=True))
"""The hidden cells that say how many lines there are up to the last of each kind."""

CODE, FOUND = (f"${name_column(len(WIDTHS) + number)}" for number in (1, 2))
"""The hidden columns: the status code of a line's kind, and its place in 审核."""


@dataclass
class TodoSheet:
    """The writer of the list."""

    desk: SheetContext

    def write(self) -> None:
        """Write head, lines and what is said below the last of them."""
        self.sheet: StrictWorksheet = self.desk.add(lookup("workbook.sheets.todo"))
        self._columns()
        self._head()
        self.sheet.row_text = self._name_columns()
        for line in range(FIRST_ROW, FIRST_ROW + LINES):
            self._line(line)
        self._rest(FIRST_ROW + LINES)
        self._light_up()

    def _columns(self) -> None:
        role = self.desk.formats.role
        for column, pixels in enumerate(WIDTHS.values()):
            self.sheet.set_column_pixels(column, column, pixels, role("plain"))
        self.sheet.set_column(len(WIDTHS), len(WIDTHS) + 1, 8, role("hidden"), {"hidden": True})
        for row, pixels in HEIGHTS.items():
            self.sheet.set_row_pixels(row - 1, pixels)
        self.sheet.freeze_panes(HEADER_ROW, 0)
        self.sheet.set_selection(FIRST_ROW - 1, 1, FIRST_ROW - 1, 1)

    def _head(self) -> None:
        role, words = self.desk.formats.role, lookup("workbook.todo")
        self.sheet.write_string(0, 0, words["title"], role("ledger_title"))
        link(self.sheet, 0, 3, self.desk.layout.cover.sheet, say("workbook.cover.back"), role("link"))
        link_next(self.desk, self.sheet, 0, 4, self.desk.layout.cover.sheet)
        counts = {name: f"SUMIF(audit_status,{code},audit_count)" for name, code in KINDS.items()}
        told = formulate_words(words["counts"], **counts)
        anything = LAST_OF["unjudged"]
        self.sheet.write_formula(1, 0, f"=IF({anything}=0,{quote(words['nothing'])},{told})", role("status"), "")
        self._count_lines()
        for column, text in enumerate(words["header"]):
            self.sheet.write_string(HEADER_ROW - 1, column, text, role("header"))

    def _name_columns(self) -> RowText:
        """Name the hidden columns, and return how the formulas of a line read them."""
        names = {CODE: "todo_code", FOUND: "todo_found"}
        for column, name in names.items():
            area = f"{column}${FIRST_ROW}:{column}${FIRST_ROW + LINES - 1}"
            self.desk.workbook.define_name(name, f"={quote_sheet(self.sheet.name)}!{area}")
        columns = {column.strip("$"): name for column, name in names.items()}
        return RowText(dict.fromkeys(names.values(), FIRST_ROW), columns)

    def _count_lines(self) -> None:
        """What cannot be judged is listed when nothing else is left: else the reason stands among the rest."""
        before = "0"
        for name, cell in LAST_OF.items():
            count = f"COUNTIF(audit_status,{KINDS[name]})"
            formula = f"=IF({before}>0,{before},{count})" if name == "unjudged" else f"={before}+{count}"
            self.sheet.write_formula(cell.replace("$", ""), formula, self.desk.formats.role("hidden"), "")
            before = cell

    # --- lines -------------------------------------------------------------------------------------------------------

    def _line(self, line: int) -> None:
        role, row = self.desk.formats.role, line - 1
        self.sheet.set_row_pixels(row, LINE_HEIGHT)
        code, found = f"{CODE}{line}", f"{FOUND}{line}"
        listed = {name: f"INDEX(audit_{name},{found})" for name in ("subject", "message", "hint", "count")}
        words = lookup("workbook.todo")
        listed["place"] = f"HYPERLINK({formulate_place(found)},{self._place(found)})"
        unjudged = f"{code}={NOT_EVALUATED}"
        listed["message"] = f"IF({unjudged},{quote(words['unjudged'])},{listed['message']})"
        listed["hint"] = f"IF({unjudged},{quote(words['unjudged_hint'])},{listed['hint']})"
        listed["kind"] = self._kind(code)
        styles = {"kind": "line_center", "place": "line_link", "message": "line_strong", "count": "line_center"}
        for column, name in enumerate(WIDTHS):
            formula = f'=IF(LEN({code})=0,"",{listed[name]})'
            self.sheet.write_formula(row, column, formula, role(styles.get(name, "line")), "")
        hidden = role("hidden")
        self.sheet.write_formula(row, len(WIDTHS), f"={self._code()}", hidden, "")
        self.sheet.write_formula(row, len(WIDTHS) + 1, f"={self._found(line)}", hidden, "")

    def _kind(self, code: str) -> str:
        chain = quote("")
        for name, number in reversed(KINDS.items()):
            chain = f"IF({code}={number},{quote(say(f'workbook.todo.kinds.{name}'))},{chain})"
        return chain

    def _place(self, found: str) -> str:
        """The text of the link: the sheet, and the row or the code.

        The number is spelled by TEXT, which LibreOffice works out in one thread: in several it took the last of the
        lines for a wrong value.
        """
        row, code = f"INDEX(audit_row,{found})", f"INDEX(audit_code,{found})"
        told = formulate_words(lookup("workbook.todo.row"), row=f'TEXT({row},"0")')
        return f'INDEX(audit_sheet,{found})&"　"&IF(LEN({code})>0,{code},IF({row}>0,{told},""))'

    def _code(self) -> str:
        """The kind of a line: as many lines of each kind as there are checks, one kind after the other."""
        chain = quote("")
        for name, code in reversed(KINDS.items()):
            chain = f"IF(ROW()-{FIRST_ROW - 1}<={LAST_OF[name]},{code},{chain})"
        return chain

    def _found(self, line: int) -> str:
        """The place in 审核: below that of the line above where that is of the same kind, else from the top."""
        code, above = f"{CODE}{line}", f"IF({CODE}{line}={CODE}{line - 1},{FOUND}{line - 1},0)"
        onward = f"INDEX(audit_status,{above}+1):INDEX(audit_status,ROWS(audit_status))"
        return f'IF(LEN({code})=0,"",{above}+MATCH({code},{onward},0))'

    # --- the end -----------------------------------------------------------------------------------------------------

    def _rest(self, row: int) -> None:
        """Say how many more there are, and where everything is listed."""
        listed = LAST_OF["unjudged"]
        more = formulate_words(say("workbook.todo.more"), count=f"({listed}-{LINES})")
        formula = f'=IF({listed}>{LINES},{more},"")'
        self.sheet.write_formula(row - 1, 0, formula, self.desk.formats.role("muted"), "")
        audit, text = lookup("workbook.sheets.audit"), say("workbook.todo.all")
        link(self.sheet, row, 0, audit, text, self.desk.formats.role("link"))

    def _light_up(self) -> None:
        first, last = FIRST_ROW, FIRST_ROW + LINES - 1
        for name, light in (("error", "error"), ("warning", "warning"), ("unfilled", "unfilled")):
            rule = {"type": "formula", "criteria": f"={CODE}{first}={KINDS[name]}"}
            self.sheet.conditional_format(f"A{first}:A{last}", rule | {"format": self.desk.formats.light(light)})
        width = name_column(len(WIDTHS))
        grid = {"type": "formula", "criteria": f"=LEN({CODE}{first})>0", "format": self.desk.formats.light("grid")}
        self.sheet.conditional_format(f"A{first}:{width}{last}", grid)
