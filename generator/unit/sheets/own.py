"""What may be wrong with an entry cell by itself, as one formula per kind of cell.

The formula yields ``""`` or a severity digit followed by the words (``3不是数字…``), so that one hidden cell feeds the
colour, the message and the counts. Severity digits are those of :mod:`generator.unit.checks`.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.formula import Formulas, formulate_valid_uscc, formulate_well_formed_uscc, quote
from generator.unit.checks import CODES, UNFILLED
from generator.unit.explained import formulate_refusal
from templates.explanations import Worth
from templates.expression import CellRef
from templates.model import Indicator, Kind, Severity
from templates.nature import DAYS, NOISE
from templates.words import say


@dataclass(frozen=True)
class Own:
    """Formulas for the cells of one workbook."""

    formulas: Formulas
    registered: str = ""
    """The unit's credit code as the roster has it."""

    def of(self, indicator: Indicator) -> str:
        """Return the formula (without ``=``), or ``""`` where nothing can be wrong."""
        layout = self.formulas.layout
        if indicator.kind is Kind.COMPOSITE:
            return ""
        if indicator.derived_for(layout.kind, layout.level) is not None:
            return self._contradicted(indicator)
        cell = self.formulas.cell(indicator.reference)
        if not indicator.open_to(layout.kind, layout.level):
            return f'IF(OR(LEN({cell})=0,{cell}=0),"",{_fault("closed")})'
        blank = f"LEN({self._taken(indicator)})=0" if indicator.kind.is_number else f"LEN(TRIM({cell}))=0"
        faulty = f"IF({blank},{self._blank(indicator)},{self._filled(indicator, cell)})"
        return f"IF(ISERROR({cell}),{_fault('error_value')},{faulty})"

    def _blank(self, indicator: Indicator) -> str:
        if not indicator.required:
            return '""'
        words = "required" if indicator.kind.is_number else "required_text"
        missing = quote(
            f"{UNFILLED}{say('workbook.own.required_choice' if indicator.kind.is_choice else f'workbook.own.{words}')}"
        )
        excuses = self.formulas.sections(indicator) if indicator.kind.is_number else []
        if indicator.alternative:
            excuses.append(f"LEN({self._cell(indicator.form, indicator.alternative)})>0")
        excuses += self._nothing_narrower(indicator)
        return f'IF(OR({",".join(excuses)}),"",{missing})' if excuses else missing

    def _nothing_narrower(self, indicator: Indicator) -> list[str]:
        """The wider area that is chosen above has none within it, or none is chosen yet."""
        wider = self.formulas.survey.wider(indicator)
        if not wider:
            return []
        chosen = "&".join(self.formulas.cell(reference) for reference in wider)
        return [f"COUNTIF(path_{indicator.code_list},{chosen})=0"]

    def _filled(self, indicator: Indicator, cell: str) -> str:
        if indicator.kind.is_number:
            return self._number(indicator, cell)
        if indicator.kind.is_date:
            words = "month" if indicator.kind is Kind.YEAR_MONTH else "date"
            return f'IF({formulate_is_day(cell)},"",{_fault(words)})'
        if indicator.kind is Kind.USCC:
            return self._credit_code(indicator)
        if indicator.code_list:
            return f'IF(ISNUMBER(MATCH({cell},code_{indicator.code_list},0)),"",{_fault("choice")})'
        if indicator.options:
            allowed = "{" + ",".join(quote(option.code) for option in indicator.options) + "}"
            code = self.formulas.of(indicator.reference)
            return f'IF(ISNUMBER(MATCH({code},{allowed},0)),"",{_fault("choice")})'
        return '""'

    def _credit_code(self, indicator: Indicator) -> str:
        """Wrong in form, else doubtful: a slip, or another than the roster's. An explanation settles a doubt."""
        code, doubt = self.formulas.taken(indicator.reference), '""'
        worth = self.formulas.hidden(indicator.reference, "explained")
        why = formulate_refusal(worth, self.formulas.layout.survey.explanations)
        if self.registered:
            other = _fault("uscc_registered", Severity.WARNING, registered=self.registered)
            doubt = f'IF({code}={quote(self.registered)},"",{other}&{why})'
        doubt = f"IF({formulate_valid_uscc(code)},{doubt},{_fault('uscc_checksum', Severity.WARNING)}&{why})"
        return f'IF({formulate_well_formed_uscc(code)},IF({worth}={Worth.ACCEPTED},"",{doubt}),{_fault("uscc")})'

    def _number(self, indicator: Indicator, cell: str) -> str:
        taken = self._taken(indicator)
        fine = f"IF(ISTEXT({cell}),{_remark('number_text', taken)},{self._fraction(indicator, cell, taken)})"
        if contradicted := self._contradicted(indicator, fine):
            fine = contradicted
        unreadable = f"{self.formulas.hidden(indicator.reference, 'bad')}=1"
        return f"IF({unreadable},{_fault('text')},IF({taken}<0,{_fault('negative')},{fine}))"

    @staticmethod
    def _fraction(indicator: Indicator, cell: str, taken: str) -> str:
        """A remark that a count was rounded; what a computation blurred is no fraction."""
        if indicator.kind is Kind.DECIMAL:
            return '""'
        return f'IF(ABS({cell}-{taken})>{NOISE:.9f},{_remark("fraction", taken)},"")'

    def _contradicted(self, indicator: Indicator, fine: str = '""') -> str:
        """A number where the section says that there is none."""
        sections = self.formulas.sections(indicator)
        if not sections:
            return ""
        return f"IF(AND({self._taken(indicator)}<>0,OR({','.join(sections)})),{_fault('section')},{fine})"

    def _taken(self, indicator: Indicator) -> str:
        return self.formulas.hidden(indicator.reference, "taken")

    def _cell(self, form: str, code: str) -> str:
        return self.formulas.cell(CellRef(form, code))


def _remark(words: str, number: str) -> str:
    """A remark that quotes what the cell was taken for."""
    text = quote(f"{CODES[Severity.INFO]}{say(f'workbook.own.{words}')}")
    return text.replace("{number}", f'"&{number}&"')


def formulate_is_day(cell: str) -> str:
    """Return a formula that is TRUE for a day; a year that was typed alone is a small number and none."""
    return f"AND(ISNUMBER({cell}),{cell}>={DAYS.start},{cell}<{DAYS.stop})"


def _fault(words: str, severity: Severity = Severity.ERROR, **values: str) -> str:
    return quote(f"{CODES[severity]}{say(f'workbook.own.{words}', **values)}")
