"""What a number cell is taken for, live: the same number that the reader takes in.

People paste numbers that are texts (``１２``, ``1,230人``), and counts with fractions. Three hidden cells of a row turn
what stands there into a number, ``""`` where nothing is reported, or ``?`` where no number can be made out of it. Rules
read the third. The grammar is that of ``addin.reading.cells.number_of``, and the two are compared on every build.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.formula import USCC_CHARACTERS, Formulas, quote
from templates.model import Indicator, Kind
from templates.words import lookup

UNREADABLE = "?"

_NARROW = dict(zip("０１２３４５６７８９．，＋－", "0123456789.,+-", strict=True))
_BLANKS = {"\u3000": " ", "\u00a0": " ", "\u200b": "", "\ufeff": "", "'": "", "’": ""}
_WIDE_CODE = {chr(ord(char) + 0xFEE0): char for char in USCC_CHARACTERS}
_NUMERIC = '{"0","1","2","3","4","5","6","7","8","9",".",",","+","-"}'


@dataclass(frozen=True)
class Taken:
    """Formulas (without ``=``) of the hidden cells of one number cell that a unit fills by hand."""

    formulas: Formulas
    indicator: Indicator

    @property
    def cell(self) -> str:
        """The entry cell."""
        return self.formulas.cell(self.indicator.reference)

    def hidden(self, role: str) -> str:
        """Return the accessor of one of the row's hidden cells."""
        return self.formulas.hidden(self.indicator.reference, role)

    def text(self) -> str:
        """Return a formula of the cell's text in narrow characters, without blanks at its ends; ``""`` of a number."""
        text = f"CLEAN({self.cell})"
        for wide, narrow in (_NARROW | _BLANKS).items():
            text = f"SUBSTITUTE({text},{quote(wide)},{quote(narrow)})"
        return f'IF(ISERROR({self.cell}),"",IF(ISNUMBER({self.cell}),"",TRIM({text})))'

    def code(self) -> str:
        """Return a formula of a credit code's text in narrow capitals and without blanks."""
        text = f'{self.cell}&""'
        for wide, narrow in (_WIDE_CODE | dict.fromkeys((*_BLANKS, " "), "")).items():
            text = f"SUBSTITUTE({text},{quote(wide)},{quote(narrow)})"
        return f'IF(ISERROR({self.cell}),"",UPPER({text}))'

    def head(self) -> str:
        """Return a formula of what the text begins with: as many characters as it has digits, points and signs."""
        text = self.hidden("text")
        return f'IF(LEN({text})=0,"",LEFT({text},SUMPRODUCT(LEN({text})-LEN(SUBSTITUTE({text},{_NUMERIC},"")))))'

    def value(self) -> str:
        """Return a formula of the number, of ``""`` where nothing stands, of ``?`` where no number does."""
        text, unreadable = self.hidden("text"), quote(UNREADABLE)
        spelled = f"IFERROR(IF({self._is_spelled()},{self._whole(self._number())},{unreadable}),{unreadable})"
        typed = f'IF(LEN({text})=0,"",{spelled})'
        return f"IF(ISERROR({self.cell}),{unreadable},IF(ISNUMBER({self.cell}),{self._whole(self.cell)},{typed}))"

    def _whole(self, number: str) -> str:
        return number if self.indicator.kind is Kind.DECIMAL else f"ROUND({number},0)"

    def _number(self) -> str:
        return f'VALUE(SUBSTITUTE({self.hidden("head")},",",""))'

    def _is_spelled(self) -> str:
        """Whether the text is a number: signs in front only, one point at most, commas where thousands end."""
        text, head = self.hidden("text"), self.hidden("head")
        rest = f"MID({head},2,99)"
        tail = f"TRIM(MID({text},LEN({head})+1,99))"
        whole = f'SUBSTITUTE(LEFT({head}&".",FIND(".",{head}&".")-1),"+","")'
        grouped = f'{whole}=TEXT(TRUNC({self._number()}),"#,##0")'
        conditions = (
            f'LEN(SUBSTITUTE(SUBSTITUTE({rest},"-",""),"+",""))=LEN({rest})',
            f'LEN({head})-LEN(SUBSTITUTE({head},".",""))<=1',
            f"OR(LEN({tail})=0,ISNUMBER(MATCH({tail},{self._tails()},0)))",
            f'OR(ISERROR(FIND(",",{head})),{grouped})',
        )
        return f"AND({','.join(conditions)})"

    def _tails(self) -> str:
        """What may stand behind the number: the measure. 元 behind a number is none where 万元 is asked for."""
        measure = self.indicator.measure
        words = list(lookup("reader.measure_words"))
        if measure and measure[0] in lookup("reader.multipliers"):
            words = []
        return "{" + ",".join(quote(word) for word in dict.fromkeys([*([measure] if measure else []), *words])) + "}"
