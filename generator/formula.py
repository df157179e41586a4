"""A rule's tree as an Excel formula, with functions that Excel 2010, WPS and LibreOffice 7 all know.

Entry cells are addressed as ``INDEX(<named column>, n)``: cutting or dragging a cell rewrites plain references to it, a
named range whose ends are locked stays. The formula alone never decides what an odd value means: :meth:`Formulas.guard`
counts what keeps a rule from being judged (texts in number cells), and the audit sheet asks it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase, digits

from templates.expression import (
    Aggregate,
    Arithmetic,
    Call,
    CellRef,
    ColumnRef,
    Compare,
    Logic,
    Node,
    Number,
    Text,
    Variable,
    list_valued,
    walk,
)
from templates.layout import COLUMNS, FormLayout, LedgerLayout, WorkbookLayout, name_column
from templates.model import Column, Indicator, Kind, Survey
from templates.nature import DAYS, EXACT, find_decimals, find_kind, is_date, is_text, is_year
from templates.spelling import USCC_CHARACTERS
from templates.words import lookup, say

_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

Cells = Callable[[str], str]
"""How the cells of a ledger's column are addressed: those of all rows at once, or the one of a row."""

HiddenCells = Callable[[CellRef, str], str]
"""How the hidden cells in the row of a form's cell are addressed, by role."""


def quote(text: str) -> str:
    """Return ``text`` as a formula's text constant."""
    return '"' + text.replace('"', '""') + '"'


def formulate_array(texts: Iterable[str | int]) -> str:
    """Return an array constant of one row."""
    return "{" + ",".join(quote(text) if isinstance(text, str) else str(text) for text in texts) + "}"


def formulate_literal(text: str) -> str:
    """Return a text as MATCH looks for it in a range to the letter: ``*`` and ``?`` in it are no wildcards."""
    for mark in "~*?":
        text = f"SUBSTITUTE({text},{quote(mark)},{quote('~' + mark)})"
    return text


def formulate_replaced(text: str, marks: Mapping[str, str]) -> str:
    """Return a formula of a text with characters replaced; those that no formula can hold are told by their number."""
    for mark, instead in marks.items():
        found = f"CHAR({ord(mark)})" if mark < " " else quote(mark)
        text = f"SUBSTITUTE({text},{found},{quote(instead)})"
    return text


def formulate_beyond(cell: str, most: float | None) -> str:
    """Return whether a number is one that no cell keeps exactly, or more than is possible; of a text it says nothing.

    It holds no function, so it may stand in an array.
    """
    above = f"{cell}>={EXACT:.0E}" if most is None else f"{cell}>{most:.15g}"
    return f"(({above})+({cell}<=-{EXACT:.0E})>0)"


def formulate_sure(truth: str) -> str:
    """Return 1 where ``truth`` is true, and 0 where it is false or cannot be told: texts among numbers, errors."""
    return f"ISNUMBER(1/{truth})"


def formulate_words(text: str, **values: str) -> str:
    """Return a text of the catalogue as a formula that fills its placeholders with what ``values`` yield."""
    formula = quote(text)
    for name, value in values.items():
        formula = formula.replace("{" + name + "}", f'"&{value}&"')
    return formula


@dataclass(frozen=True)
class Formulas:
    """Formulas for one unit's workbook."""

    layout: WorkbookLayout
    year: int

    @property
    def survey(self) -> Survey:
        """The survey that the workbook belongs to."""
        return self.layout.survey

    # --- cells and columns -------------------------------------------------------------------------------------------

    def cell(self, reference: CellRef) -> str:
        """Return the accessor of a form cell: this year's, or last year's."""
        form = self.form(reference)
        column = "prior" if reference.view == "prior" else "value"
        return f"INDEX({form.name(column)},{form.position(reference.code)})"

    def taken(self, reference: CellRef) -> str:
        """Return a formula of what rules take a form cell for: 0 or no text where this unit fills in none."""
        indicator, here = self.indicator(reference), (self.layout.kind, self.layout.level)
        if reference.view != "prior" and not indicator.open_to(*here):
            return "0" if indicator.kind.is_number or indicator.kind.is_date else '""'
        cell = self.cell(reference)
        if reference.view == "prior" or self._typed_over(reference):
            return cell
        if indicator.kind is Kind.YEAR_MONTH:
            return f"IF(ISNUMBER({cell}),{cell}-DAY({cell})+1,0)"
        if indicator.kind is Kind.DATE:
            return f"N({cell})"
        if indicator.kind.is_code:
            return self.hidden(reference, "text")
        if indicator.kind.is_choice and not indicator.code_list:
            return self.hidden(reference, "taken")
        return f"N({self.hidden(reference, 'taken')})" if indicator.kind.is_number else cell

    def hidden(self, reference: CellRef, role: str) -> str:
        """Return the accessor of a hidden cell in the row of ``reference``."""
        form = self.form(reference)
        return f"INDEX({form.name(role)},{form.position(reference.code)})"

    def beside(self, reference: CellRef, role: str) -> str:
        """Return the address of a hidden cell, for formulas of the same sheet.

        Nobody can move it: it is locked. Read through its name, a formula of that column would read itself.
        """
        return f"${name_column(getattr(COLUMNS, role))}{self.form(reference).rows[reference.code]}"

    def across(self, reference: CellRef) -> str:
        """Return the accessor of an entry cell for other cells of its column: out of its row, between locked cells."""
        code, prior = (self.form(reference).cell(reference.code, column) for column in (COLUMNS.code, COLUMNS.prior))
        return f"INDEX(${code}:${prior},1,{COLUMNS.value - COLUMNS.code + 1})"

    def form(self, reference: CellRef) -> FormLayout:
        """Return the sheet that holds ``reference``."""
        return self.layout.forms[reference.form]

    def indicator(self, reference: CellRef) -> Indicator:
        """Return what ``reference`` names; definitions are linted, so it exists."""
        return self.form(reference).form.indicators[reference.code]

    def rows(self, ledger: LedgerLayout, column: str) -> str:
        """Return the entry cells of a ledger's column, as a range between its locked header and end."""
        name = ledger.name(column)
        return f"INDEX({name},2):INDEX({name},{ledger.capacity + 1})"

    def all_rows(self, ledger: LedgerLayout) -> Cells:
        """Return how to address the columns of all entry rows at once."""
        return lambda column: self.rows(ledger, column)

    @staticmethod
    def in_row(ledger: LedgerLayout, row: str) -> Cells:
        """Return how to address the columns in the sheet row that the formula ``row`` gives."""
        return lambda column: f"INDEX({ledger.name(column)},{row}-{ledger.header_row - 1})"

    def live(self, ledger: LedgerLayout) -> list[str]:
        """Return the factors that are 1 for a row that counts: named, not the header, not withdrawn."""
        key, status = ledger.ledger.names_row, lookup("workbook.row_status")
        name = ledger.name(key)
        withdrawn = quote(status["options"][-1])
        return [f"(LEN({name})>0)", f"({name}<>{quote(key)})", f"({ledger.name(status['name'])}<>{withdrawn})"]

    # --- trees of a return -------------------------------------------------------------------------------------------

    def of(self, node: Node) -> str:
        """Return the formula (without ``=``) of a tree that is judged once for the return."""
        match node:
            case Number(value):
                return f"{value:g}" if abs(value) < 1e6 else f"{value:.15g}"
            case Text(value):
                return quote(value)
            case Variable(name):
                return self._variable(name)
            case CellRef():
                return self._reference(node)
            case Arithmetic(operator, left, right):
                return f"({self.of(left)}{operator}{self.of(right)})"
            case Compare(operator, left, right):
                return self._compare(operator, left, right)
            case Logic(operator, terms):
                return self._logic(operator, [self.of(term) for term in terms])
            case Call(function, arguments):
                return self._call(function, arguments)
            case Aggregate():
                return self.aggregate(node)
            case ColumnRef():
                raise TypeError(f"column {node.name} outside a row rule")

    def _variable(self, name: str) -> str:
        known = {"year": str(self.year), "level": quote(self.layout.level), "kind": quote(self.layout.kind)}
        return known[name]

    def _reference(self, reference: CellRef) -> str:
        cell = self.taken(reference)
        kind = self.indicator(reference).kind
        if kind.is_choice and not self.indicator(reference).code_list:
            if reference.view != "prior":
                return cell
            return f'LEFT({cell},FIND(" ",{cell}&" ")-1)'
        return cell if kind.is_number or kind.is_date else f'({cell}&"")'

    def _compare(self, operator: str, left: Node, right: Node) -> str:
        if is_text(left, self.survey) or is_text(right, self.survey):
            return f"({self.of(left)}{operator}{self.of(right)})"
        return f"({self._rounded(left)}{operator}{self._rounded(right)})"

    def _rounded(self, node: Node) -> str:
        """Half-up rounding to the decimals of what is read: in memory 0.1+0.2 and the file's 0.3 differ."""
        return (
            self.of(node) if isinstance(node, Number) else f"ROUND({self.of(node)},{find_decimals(node, self.survey)})"
        )

    @staticmethod
    def _logic(operator: str, terms: list[str]) -> str:
        if operator == "not":
            return f"NOT({terms[0]})"
        if operator == "implies":
            return f"OR(NOT({terms[0]}),{terms[1]})"
        return f"{operator.upper()}({','.join(terms)})"

    def _call(self, function: str, arguments: tuple[Node, ...]) -> str:
        if function == "reported":
            return self._reported(arguments[0])
        if function == "in_list":
            return f"ISNUMBER(MATCH({formulate_literal(self.of(arguments[0]))},code_{_plain(arguments[1])},0))"
        if function == "valid_uscc":
            return formulate_valid_uscc(self.of(arguments[0]))
        name = {"length": "LEN"}.get(function, function.upper())
        return f"{name}({','.join(self.of(argument) for argument in arguments)})"

    def _reported(self, node: Node) -> str:
        """A cell is reported when it is filled, or when its section says 本节无此项业务."""
        if not isinstance(node, CellRef):
            return f"(LEN({self.of(node)})>0)"
        indicator, form = self.indicator(node), self.form(node)
        if node.view != "prior" and not indicator.open_to(self.layout.kind, self.layout.level):
            return "FALSE"
        if node.view == "prior":
            return f"(LEN({self.cell(node)})>0)"
        if not indicator.kind.is_number:
            return f"IFERROR(LEN({self.cell(node)})>0,TRUE)"
        filled = f"LEN(INDEX({form.name('taken')},{form.position(node.code)}))>0"
        return f"OR({','.join([filled, *self.sections(indicator)])})"

    def sections(self, indicator: Indicator, hidden: HiddenCells | None = None) -> list[str]:
        """Return formulas that are TRUE where a section around the cell says that the unit has none of it.

        Any other text in the section's cell is a fault of that cell, and says nothing. ``hidden`` says how hidden cells
        are addressed: by name from anywhere, unless told otherwise.
        """
        form, here = self.layout.forms[indicator.form], (self.layout.kind, self.layout.level)
        askable = [row for code in indicator.section if (row := form.form.indicators[code]).open_to(*here)]
        read = hidden or self.hidden
        return [f"AND(LEN({read(row.reference, 'text')})>0,LEN({read(row.reference, 'own')})=0)" for row in askable]

    # --- aggregates over ledgers -------------------------------------------------------------------------------------

    def aggregate(self, node: Aggregate) -> str:
        """Return the count or sum over a ledger's live rows that meet the conditions."""
        ledger = self.layout.ledgers[node.ledger]
        factors = "*".join(self.live(ledger) + [self._condition(ledger, term) for term in node.conditions])
        return f"SUMPRODUCT({factors},{ledger.name(node.column)})" if node.column else f"SUMPRODUCT({factors})"

    def texts(self, node: Aggregate) -> str:
        """Return how many texts keep ``node`` from being worked out, or ``""`` where none can.

        Texts in the column that is added up count in the rows that meet the conditions; texts that a condition compares
        with a number leave open whether their row does.
        """
        ledger = self.layout.ledgers[node.ledger]
        met = "".join(f"{self._condition(ledger, term)}*" for term in node.conditions)
        odd = [f"{met}{self.no_number(ledger.ledger.by_name[node.column], ledger.name)}"] if node.column else []
        for term in node.conditions:
            if isinstance(term, Compare) and isinstance(term.left, ColumnRef) and isinstance(term.right, Number):
                odd.append(self.no_number(ledger.ledger.by_name[term.left.name], ledger.name))
        return f"SUMPRODUCT({'*'.join(self.live(ledger))}*({'+'.join(odd)}))" if odd else ""

    def no_number(self, column: Column, cells: Cells) -> str:
        """Return whether cells of a number column hold a text, or a number that cannot be; an error is neither."""
        cell = cells(column.name)
        above = f"(ISNUMBER({cell})*{formulate_beyond(cell, self.survey.most_of(column))})"
        return f"(ISTEXT({cell})+{formulate_sure(above)})"

    @staticmethod
    def _condition(ledger: LedgerLayout, node: Node) -> str:
        match node:
            case Compare(operator, ColumnRef(name=name), Text(value)):
                return f"({ledger.name(name)}{operator}{quote(value)})"
            case Compare(operator, ColumnRef(name=name), Number(value)):
                return f"({ledger.name(name)}{operator}{value:g})"
        raise TypeError("a condition compares a column with a constant")

    # --- trees of a ledger's rows: arrays inside SUMPRODUCT, or one row ----------------------------------------------

    def row_wise(self, node: Node, cells: Cells) -> str:
        """Return the tree over the rows that ``cells`` address; logic becomes arithmetic of 0 and 1."""
        match node:
            case ColumnRef(name=name):
                return cells(name)
            case Arithmetic(operator, left, right):
                return f"({self.row_wise(left, cells)}{operator}{self.row_wise(right, cells)})"
            case Compare(operator, left, right):
                return self._row_compare(operator, left, right, cells)
            case Logic(operator, terms):
                return self._row_logic(operator, [self.row_wise(term, cells) for term in terms])
            case Call("reported", (ColumnRef(name=name),)):
                return f"(LEN({cells(name)})>0)"
            case Call("round" | "abs" | "year" | "length" as function, arguments):
                name = {"length": "LEN"}.get(function, function.upper())
                return f"{name}({','.join(self.row_wise(argument, cells) for argument in arguments)})"
        return self.of(node)

    def _row_compare(self, operator: str, left: Node, right: Node, cells: Cells) -> str:
        sides = [self.row_wise(side, cells) for side in (left, right)]
        if not (is_text(left, self.survey) or is_text(right, self.survey)):
            sides = [
                text if isinstance(side, Number) else f"ROUND({text},{find_decimals(side, self.survey)})"
                for side, text in zip((left, right), sides, strict=True)
            ]
        return f"({sides[0]}{operator}{sides[1]})"

    @staticmethod
    def _row_logic(operator: str, terms: list[str]) -> str:
        if operator == "not":
            return f"(1-{terms[0]})"
        if operator == "and":
            return "(" + "*".join(f"({term})" for term in terms) + ")"
        if operator == "implies":
            terms = [f"(1-{terms[0]})", terms[1]]
        return "((" + "+".join(f"({term})" for term in terms) + ")>0)"

    # --- what keeps a rule from being judged ----------------------------------------------------------------------

    def guard(self, nodes: Sequence[Node]) -> str:
        """Return a formula that is above 0 when something read by ``nodes`` keeps them from being judged.

        Its terms are numbers: to Excel, TRUE and FALSE alike are above any number.
        """
        read = [found for node in nodes for found in list_valued(node) if isinstance(found, CellRef)]
        terms = [term for reference in dict.fromkeys(read) for term in self._unusable(reference)]
        counted = {self.aggregate(found) for node in nodes for found in walk(node) if isinstance(found, Aggregate)}
        if counted:
            # An error value anywhere in a column that is counted or added up makes the whole an error.
            terms.append(f"IF(ISERROR({'+'.join(sorted(counted))}),1,{self.uncounted(nodes)})")
        return "+".join(dict.fromkeys(terms)) or "0"

    def uncounted(self, nodes: Sequence[Node]) -> str:
        """Return how many texts keep ``nodes`` from being counted or added up; an error where one holds an error."""
        found = [node for tree in nodes for node in walk(tree) if isinstance(node, Aggregate)]
        return "+".join(dict.fromkeys(texts for node in found if (texts := self.texts(node)))) or "0"

    def _unusable(self, reference: CellRef) -> list[str]:
        indicator, form = self.indicator(reference), self.form(reference)
        quantity = indicator.kind.is_number or indicator.kind.is_date
        if reference.view == "prior":
            return [f"(ISTEXT({self.cell(reference)})+ISERROR({self.cell(reference)}))"] if quantity else []
        if indicator.kind is Kind.COMPOSITE or not indicator.open_to(self.layout.kind, self.layout.level):
            return []
        cell, bad = self.cell(reference), f"INDEX({form.name('bad')},{form.position(reference.code)})"
        return [f"(ISTEXT({cell})+ISERROR({cell}))", bad] if self._typed_over(reference) else [bad]

    def _typed_over(self, reference: CellRef) -> bool:
        """Whether what stands in a derived cell is asked for, rather than what its ledger gives."""
        derived = self.indicator(reference).derived_for(self.layout.kind, self.layout.level)
        return reference.view == "typed" and derived is not None


def formulate_derived(layout: WorkbookLayout, indicator: Indicator) -> str:
    """Return the formula (with ``=``) of a derived cell, as the generator writes it and the reader expects it."""
    if indicator.derive is None:
        raise ValueError(f"{indicator.form}-{indicator.code} is no derived cell")
    return "=" + Formulas(layout, 0).of(indicator.derive)


def formulate_valid_uscc(text: str) -> str:
    """Return a formula that is TRUE for a unified social credit code with the right check character."""
    value = f'FIND(MID({text},{formulate_across(range(1, 18))},1),"{USCC_CHARACTERS}")-1'
    check = f"MOD(31-MOD(SUMPRODUCT(({value})*{formulate_across(_USCC_WEIGHTS)}),31),31)+1"
    return f'IF(LEN({text})<>18,FALSE,IFERROR(MID("{USCC_CHARACTERS}",{check},1)=MID({text},18,1),FALSE))'


def formulate_code_in_form(text: str) -> str:
    """Return a formula that is TRUE for 18 letters and digits, and for 9: an older organisation code, or one lent."""
    characters = f'MID({text}&"{"0" * 9}",{formulate_across(range(1, 19))},1)'
    found = f'SUMPRODUCT(ISNUMBER(FIND({characters},"{digits + ascii_uppercase}"))*1)'
    whole = f"AND(OR(LEN({text})=18,LEN({text})=9),{found}=18)"
    return f'OR({whole},AND(LEN({text})=10,MID({text},9,1)="-",{found}=17))'


def formulate_wrong_usccs(texts: str) -> str:
    """Return an array formula that is TRUE where a text is no unified social credit code with its check character.

    ``texts`` is a column. The 18 weighted values of a right code add up to a multiple of 31. FIND never fails here:
    each text is filled up to 18 characters, and each character looked for in the alphabet followed by itself; what is
    only found there counts 31.
    """
    character = f'MID({texts}&"{"-" * 18}",{formulate_across(range(1, 19))},1)'
    value = f'FIND({character},"{USCC_CHARACTERS}"&{character})-1'
    unknown = f"MMULT(({value}={len(USCC_CHARACTERS)})*1,{formulate_upright([1] * 18)})"
    total = f"MMULT({value},{formulate_upright([*_USCC_WEIGHTS, 1])})"
    return f"((LEN({texts})<>18)+({unknown}>0)+(MOD({total},31)>0)>0)"


def formulate_across(numbers: Iterable[int]) -> str:
    """Return an array constant of one row of numbers."""
    return "{" + ",".join(map(str, numbers)) + "}"


def formulate_upright(numbers: Iterable[int]) -> str:
    """Return an array constant of one column of numbers."""
    return "{" + ";".join(map(str, numbers)) + "}"


def formulate_accepted_uscc(cell: str) -> str:
    """Return :func:`formulate_valid_uscc` for a data validation: no array constants there, and 255 characters.

    The weights are the powers of 3; weighted and added up, the 18 values of a right code are a multiple of 31.
    """
    value = f'FIND(MID({cell},{{}},1),"{USCC_CHARACTERS}")-1'
    first = f"SUMPRODUCT(({value.format('ROW($1:$17)')})*MOD(3^(ROW($1:$17)-1),31))"
    return f"AND(LEN({cell})=18,IFERROR(MOD({first}+{value.format('18')},31)=0,FALSE))"


def formulate_number_text(formulas: Formulas, node: Node, cells: Cells | None = None) -> str:
    """Return a formula that shows ``node``'s value in a message: thousands separators, days, texts as they are.

    ``cells`` address the columns of a ledger in the row that the message speaks of.
    """
    odd = quote(say("render.unreadable"))
    if cells:
        return f"IFERROR({_shown(formulas, node, formulas.row_wise(node, cells))},{odd})"
    number = isinstance(node, CellRef) and formulas.indicator(node).kind.is_number
    if isinstance(node, CellRef) and not number and (guard := formulas.guard([node])) != "0":
        return f"IF({guard}>0,{odd},{_shown(formulas, node, formulas.of(node))})"
    return _shown(formulas, node, formulas.of(node))


def _shown(formulas: Formulas, node: Node, value: str) -> str:
    if is_text(node, formulas.survey):
        return value
    if is_date(node, formulas.survey):
        style = "yyyy-mm" if find_kind(node, formulas.survey) is Kind.YEAR_MONTH else "yyyy-mm-dd"
        blank, odd = quote(say("render.blank")), quote(say("render.unreadable"))
        day = f'IF(AND({value}>={DAYS.start},{value}<{DAYS.stop}),TEXT({value},"{style}"),{odd})'
        return f"IF(ISTEXT({value}),{odd},IF(N({value})=0,{blank},{day}))"
    if is_year(node):
        return f'TEXT({value},"0")'
    places = find_decimals(node, formulas.survey)
    if not places:
        return f'TEXT({value},"#,##0")'
    if isinstance(node, CellRef):
        return f'TEXT({value},"#,##0.{"0" * places}")'
    # A format with # for decimals leaves the point standing behind a whole number.
    rounded = f"ROUND({value},{places})"
    return f'TEXT({rounded},IF({rounded}=INT({rounded}),"#,##0","#,##0.{"#" * places}"))'


def _plain(node: Node) -> str:
    if not isinstance(node, Text):
        raise TypeError("in_list wants the name of a code list")
    return node.value


NUMBER_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.MONEY: "#,##0",
    Kind.DATE: "yyyy-mm-dd",
    Kind.YEAR_MONTH: "yyyy-mm",
}
"""How a cell of each kind shows its value; other kinds are texts, or have decimals of their own."""
