"""What may be wrong with an entry cell by itself, as one formula per kind of cell.

The formula yields ``""`` or a severity digit followed by the words (``3不是数字…``), so that one hidden cell feeds the
colour, the message and the counts. Severity digits are those of :mod:`generator.checks`.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.checks import CODES, UNFILLED
from generator.formula import Formulas, quote, uscc_is_valid, uscc_is_well_formed
from templates.expression import Reference
from templates.model import Indicator, Kind, Severity
from templates.nature import DAYS
from templates.words import say

NOISE = "0.000000001"
"""A count that is off a whole number by no more is a whole number that a computation blurred."""


@dataclass(frozen=True)
class Own:
    """Formulas for the cells of one workbook."""

    formulas: Formulas

    def of(self, indicator: Indicator) -> str:
        """Return the formula (without ``=``), or ``""`` where nothing can be wrong."""
        layout = self.formulas.layout
        if indicator.derived_for(layout.kind, layout.level) is not None or indicator.kind is Kind.COMPOSITE:
            return ""
        cell = self.formulas.cell(indicator.reference)
        if not indicator.open_to(layout.kind, layout.level):
            return f'IF(OR(LEN({cell})=0,{cell}=0),"",{_fault("closed")})'
        blank = f"LEN(TRIM({cell}))=0"
        faulty = f"IF({blank},{self._blank(indicator)},{self._filled(indicator, cell)})"
        return f"IF(ISERROR({cell}),{_fault('error_value')},{faulty})"

    def _blank(self, indicator: Indicator) -> str:
        if not indicator.required:
            return '""'
        words = "required" if indicator.kind.is_number else "required_text"
        missing = quote(
            f"{UNFILLED}{say('workbook.own.required_choice' if indicator.kind.is_choice else f'workbook.own.{words}')}"
        )
        excuses = [f"LEN({self._cell(indicator.form, code)})>0" for code in self._excuses(indicator)]
        excuses += self._nothing_narrower(indicator)
        return f'IF(OR({",".join(excuses)}),"",{missing})' if excuses else missing

    def _nothing_narrower(self, indicator: Indicator) -> list[str]:
        """The wider area that is chosen above has none within it, or none is chosen yet."""
        wider = self.formulas.survey.wider(indicator)
        if not wider:
            return []
        chosen = "&".join(self.formulas.cell(reference) for reference in wider)
        return [f"COUNTIF(path_{indicator.code_list},{chosen})=0"]

    @staticmethod
    def _excuses(indicator: Indicator) -> tuple[str, ...]:
        """Cells that, when filled, let this one stay blank."""
        sections = indicator.section if indicator.kind.is_number else ()
        return (*sections, *((indicator.alternative,) if indicator.alternative else ()))

    def _filled(self, indicator: Indicator, cell: str) -> str:
        if indicator.kind.is_number:
            return self._number(indicator, cell)
        if indicator.kind.is_date:
            return f'IF({is_day(cell)},"",{_fault("date")})'
        if indicator.kind is Kind.USCC:
            slip = _fault("uscc_checksum", Severity.WARNING)
            return f'IF({uscc_is_well_formed(cell)},IF({uscc_is_valid(cell)},"",{slip}),{_fault("uscc")})'
        if indicator.code_list:
            return f'IF(ISNUMBER(MATCH({cell},code_{indicator.code_list},0)),"",{_fault("choice")})'
        if indicator.options:
            allowed = "{" + ",".join(quote(option.code) for option in indicator.options) + "}"
            code = self.formulas.of(indicator.reference)
            return f'IF(ISNUMBER(MATCH({code},{allowed},0)),"",{_fault("choice")})'
        return '""'

    def _number(self, indicator: Indicator, cell: str) -> str:
        number, fine = cell, '""'
        if indicator.kind is not Kind.DECIMAL:
            number = f"ROUND({cell},0)"
            fine = f'IF(ABS({cell}-{number})>{NOISE},{_fault("fraction", Severity.INFO)},"")'
        sections = [f"LEN({self._cell(indicator.form, code)})>0" for code in indicator.section]
        if sections:
            fine = f"IF(AND({cell}>0,OR({','.join(sections)})),{_fault('section')},{fine})"
        return f"IF(ISTEXT({cell}),{_fault('text')},IF({number}<0,{_fault('negative')},{fine}))"

    def _cell(self, form: str, code: str) -> str:
        return self.formulas.cell(Reference(form, code))


def is_day(cell: str) -> str:
    """Return a formula that is TRUE for a day; a year that was typed alone is a small number and none."""
    return f"AND(ISNUMBER({cell}),{cell}>={DAYS.start},{cell}<{DAYS.stop})"


def is_bad(indicator: Indicator, cell: str) -> str:
    """Return a formula that is 1 where a number or date cell holds what no rule can be judged by, else 0."""
    if indicator.kind.is_date:
        return f"IF(ISERROR({cell}),1,IF(OR(LEN({cell})=0,{is_day(cell)}),0,1))"
    return f"IF(OR(ISTEXT({cell}),ISERROR({cell})),1,0)"


def _fault(words: str, severity: Severity = Severity.ERROR) -> str:
    return quote(f"{CODES[severity]}{say(f'workbook.own.{words}')}")
