"""What an entry cell is taken for, live: the same number, code or choice that the reader takes in.

People paste numbers that are texts (``１２``, ``1,230人``), counts with fractions, codes that Excel has taken for
numbers, choices in another spelling. Hidden cells of a row turn what stands there into what rules read, ``""`` where
nothing is
reported, or a mark where it cannot be made out. The grammar is that of :mod:`addin.reading.cells`, and the two are
compared on every build. No formula looks for what a unit typed in a way that takes ``*`` and ``?`` for wildcards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.formula import Formulas, formulate_array, formulate_beyond, formulate_replaced, quote
from generator.unit.ledger_faults import formulate_blank
from templates.choices import spell_options
from templates.layout import COLUMNS
from templates.model import Indicator, Kind
from templates.nature import DAYS, DIGITS, EXACT, SHORTEST
from templates.spelling import BLANKS, NUMBER_MARKS, WIDE_CODE, WIDE_DIGITS
from templates.words import lookup

UNREADABLE, TOO_LONG, TOO_MUCH = "?", "?1", "?2"
"""Marks instead of a number: none can be made out, it has more digits than a cell keeps, more than is possible."""

DIGITS_LOST, ZERO_LOST = 1, 2
"""What Excel has done to a code; 0 where it is as it was typed."""

_NUMERIC = formulate_array([*"0123456789", *".,+-"])
_ONE_TO_NINE = formulate_array([*"123456789"])


@dataclass(frozen=True)
class Taken:
    """Formulas (without ``=``) of the hidden cells of one cell that a unit fills by hand."""

    formulas: Formulas
    indicator: Indicator

    def hidden_cells(self) -> Iterator[tuple[int, str]]:
        """Yield the columns of the row's hidden cells with their formulas."""
        kind = self.indicator.kind
        if kind.is_number:
            yield COLUMNS.text, self._number_text()
            yield COLUMNS.head, self._head()
            yield COLUMNS.taken, self._value()
            yield COLUMNS.bad, f"IF(LEFT({self._hidden('taken')},1)={quote(UNREADABLE)},1,0)"
        elif kind.is_code:
            yield COLUMNS.text, self._code_text()
            yield COLUMNS.head, self._damage()
            yield COLUMNS.bad, f"IF(ISERROR({self.cell}),1,IF({self._hidden('head')}>0,1,0))"
        elif kind.is_choice and not self.indicator.code_list:
            yield COLUMNS.text, self._narrowed(WIDE_DIGITS | dict.fromkeys((*BLANKS, " "), ""))
            yield COLUMNS.head, self._option()
            yield COLUMNS.taken, self._choice()
            yield COLUMNS.bad, f"IF(ISERROR({self.cell}),1,0)"
        elif kind.is_date:
            yield (
                COLUMNS.bad,
                f"IF(ISERROR({self.cell}),1,IF(OR({formulate_blank(self.cell)},{is_day(self.cell)}),0,1))",
            )
        elif kind is not Kind.COMPOSITE:
            yield COLUMNS.bad, f"IF(ISERROR({self.cell}),1,0)"

    @property
    def cell(self) -> str:
        """The entry cell."""
        return self.formulas.cell(self.indicator.reference)

    def _hidden(self, role: str) -> str:
        return self.formulas.beside(self.indicator.reference, role)

    def _narrowed(self, marks: Mapping[str, str]) -> str:
        text = formulate_replaced(f'{self.cell}&""', marks)
        return f'IF(ISERROR({self.cell}),"",{text})'

    # --- numbers -----------------------------------------------------------------------------------------------------

    def _number_text(self) -> str:
        """The cell's text in narrow characters, without blanks at its ends; ``""`` of a number."""
        text = formulate_replaced(self.cell, NUMBER_MARKS | BLANKS)
        return f'IF(ISERROR({self.cell}),"",IF(ISNUMBER({self.cell}),"",TRIM({text})))'

    def _head(self) -> str:
        """What the text begins with: as many characters as it has digits, points and signs."""
        text = self._hidden("text")
        return f'IF(LEN({text})=0,"",LEFT({text},SUMPRODUCT(LEN({text})-LEN(SUBSTITUTE({text},{_NUMERIC},"")))))'

    def _value(self) -> str:
        """The number, ``""`` where nothing stands, a mark where no number does."""
        text, unreadable = self._hidden("text"), quote(UNREADABLE)
        number = f"IF({self._is_grouped()},{self._possible(self._number())},{unreadable})"
        spelled = f"IF({self._is_spelled()},IF({self._is_long()},{quote(TOO_LONG)},{number}),{unreadable})"
        typed = f'IF(LEN({text})=0,"",IFERROR({spelled},{unreadable}))'
        return f"IF(ISERROR({self.cell}),{unreadable},IF(ISNUMBER({self.cell}),{self._possible(self.cell)},{typed}))"

    def _possible(self, number: str) -> str:
        """The number as rules read it, or a mark where no cell keeps it, or no unit can have so much."""
        value = number if self.indicator.kind is Kind.DECIMAL else f"ROUND({number},0)"
        most = self.formulas.survey.most_of(self.indicator)
        possible = value if most is None else f"IF({value}>{most:.15g},{quote(TOO_MUCH)},{value})"
        return f"IF(ABS({number})>={EXACT:.0E},{quote(TOO_LONG)},{possible})"

    def _number(self) -> str:
        return f'VALUE(SUBSTITUTE({self._hidden("head")},",",""))'

    def _is_spelled(self) -> str:
        """Whether the text may be a number: signs in front only, one point at most, a measure behind."""
        text, head = self._hidden("text"), self._hidden("head")
        rest = f"MID({head},2,999)"
        tail = f"TRIM(MID({text},LEN({head})+1,99))"
        conditions = (
            f'LEN(SUBSTITUTE(SUBSTITUTE({rest},"-",""),"+",""))=LEN({rest})',
            f'LEN({head})-LEN(SUBSTITUTE({head},".",""))<=1',
            f"OR(LEN({tail})=0,SUMPRODUCT(({tail}={self._tails()})*1)>0)",
        )
        return f"AND({','.join(conditions)})"

    def _is_grouped(self) -> str:
        """Whether commas stand where thousands end."""
        head = self._hidden("head")
        whole = f'SUBSTITUTE(LEFT({head}&".",FIND(".",{head}&".")-1),"+","")'
        return f'OR(LEN({head})=LEN(SUBSTITUTE({head},",","")),{whole}=TEXT(TRUNC({self._number()}),"#,##0"))'

    def _is_long(self) -> str:
        """Whether the text has more digits than a cell keeps, the zeros in front not counted."""
        head = self._hidden("head")
        digits = formulate_replaced(head, dict.fromkeys("+-.,", ""))
        first = f'SUMPRODUCT(MIN(FIND({_ONE_TO_NINE},{digits}&"123456789")))'
        return f"IF(LEN({head})<={DIGITS},FALSE,LEN({digits})-{first}>={DIGITS})"

    def _tails(self) -> str:
        """What may stand behind the number: the measure. 元 behind a number is none where 万元 is asked for."""
        measure = self.indicator.measure
        words = list(lookup("reader.measure_words"))
        if measure and measure[0] in lookup("reader.multipliers"):
            words = []
        return formulate_array(dict.fromkeys([*([measure] if measure else []), *words]))

    # --- codes -------------------------------------------------------------------------------------------------------

    def _code_text(self) -> str:
        """The code in narrow capitals and without blanks."""
        wide = WIDE_CODE if self.indicator.kind is Kind.USCC else WIDE_DIGITS
        text = formulate_replaced(f'{self.cell}&""', wide | dict.fromkeys((*BLANKS, " "), ""))
        return f'IF(ISERROR({self.cell}),"",UPPER({text}))'

    def _damage(self) -> str:
        """What Excel has done to the code: digits cut off its end, or zeros off its front."""
        text, cell = self._hidden("text"), self.cell
        rest = formulate_replaced(text, dict.fromkeys("0123456789.", ""))
        cut = f'OR({rest}="E+",IF(ISNUMBER({cell}),{formulate_beyond(cell, None)},FALSE))'
        return f"IF(LEN({text})=0,0,IF({cut},{DIGITS_LOST},{self._headless(text)}))"

    def _headless(self, text: str) -> str:
        shortest = SHORTEST.get(self.indicator.kind, 0)
        if not shortest:
            return "0"
        digits = f"LEN({formulate_replaced(text, dict.fromkeys('0123456789', ''))})=0"
        short = f"LEN({text})<{shortest}"
        if self.indicator.kind is Kind.AREA_CODE:
            short = f'OR({short},AND(LEN({text})={shortest},LEFT({text},1)<>"0"))'
        return f"IF(AND({digits},{short}),{ZERO_LOST},0)"

    # --- choices -----------------------------------------------------------------------------------------------------

    def _option(self) -> str:
        """The place of the option that the text names, 0 for none."""
        spelled = spell_options(self.indicator.options)
        codes = [option.code for option in self.indicator.options]
        places = formulate_array(codes.index(code) + 1 for code in spelled.values())
        return f"SUMPRODUCT(MAX(({self._hidden('text')}={formulate_array(spelled)})*{places}))"

    def _choice(self) -> str:
        """The code of the option; of what names none the text, which is no code."""
        codes = formulate_array(option.code for option in self.indicator.options)
        place = self._hidden("head")
        return f"IF({place}=0,{self._hidden('text')},INDEX({codes},{place}))"


def is_day(cell: str) -> str:
    """Return a formula that is TRUE for a day; a year that was typed alone is a small number and none."""
    return f"AND(ISNUMBER({cell}),{cell}>={DAYS.start},{cell}<{DAYS.stop})"
