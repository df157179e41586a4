"""What may be wrong with an entry cell by itself, as one formula per kind of cell.

The formula yields ``""`` or a severity digit followed by the words (``3不是数字…``), so that one hidden cell feeds the
colour, the message and the counts. Severity digits are those of :mod:`generator.unit.checks`.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.formula import Formulas, formulate_code_in_form, formulate_literal, formulate_valid_uscc, quote
from generator.unit.checks import CODES, UNFILLED
from generator.unit.explained import formulate_refusal
from generator.unit.ledger_faults import formulate_blank
from generator.unit.taken import DIGITS_LOST, TOO_LONG, TOO_MUCH, ZERO_LOST, is_day
from templates.explanations import Worth
from templates.expression import CellRef
from templates.model import Indicator, Kind, Severity
from templates.nature import NOISE, SHORTEST, format_grouped
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
            return f'IF(IFERROR(OR(LEN({cell})=0,{cell}=0),FALSE),"",{_fault("closed")})'
        faulty = f"IF({self._is_blank(indicator)},{self._blank(indicator)},{self._filled(indicator, cell)})"
        return f"IF(ISERROR({cell}),{_fault('error_value')},{faulty})"

    def _is_blank(self, indicator: Indicator) -> str:
        if indicator.kind.is_number:
            return f"LEN({self._taken(indicator)})=0"
        if indicator.kind.is_code or (indicator.kind.is_choice and not indicator.code_list):
            return f"LEN({self._hidden(indicator, 'text')})=0"
        return formulate_blank(self.formulas.cell(indicator.reference))

    def _blank(self, indicator: Indicator) -> str:
        if not indicator.required:
            return '""'
        words = "required" if indicator.kind.is_number else "required_text"
        missing = quote(
            f"{UNFILLED}{say('workbook.own.required_choice' if indicator.kind.is_choice else f'workbook.own.{words}')}"
        )
        excuses = self._sections(indicator) if indicator.kind.is_number else []
        if indicator.alternative:
            excuses.append(f"IFERROR(LEN({self._cell(indicator.form, indicator.alternative)})>0,TRUE)")
        excuses += self._nothing_narrower(indicator)
        return f'IF(OR({",".join(excuses)}),"",{missing})' if excuses else missing

    def _nothing_narrower(self, indicator: Indicator) -> list[str]:
        """The wider area that is chosen above has none within it, or none is chosen yet."""
        wider = self.formulas.survey.wider(indicator)
        if not wider:
            return []
        chosen = "&".join(self.formulas.cell(reference) for reference in wider)
        return [f"IFERROR(SUMPRODUCT((path_{indicator.code_list}={chosen})*1)=0,TRUE)"]

    def _filled(self, indicator: Indicator, cell: str) -> str:
        if indicator.kind.is_number:
            return self._number(indicator, cell)
        if indicator.kind.is_date:
            words = "month" if indicator.kind is Kind.YEAR_MONTH else "date"
            return f'IF({is_day(cell)},"",{_fault(words)})'
        if indicator.kind.is_code:
            return self._code(indicator)
        if indicator.code_list:
            listed = f"ISNUMBER(MATCH({formulate_literal(cell)},code_{indicator.code_list},0))"
            return f'IF({listed},"",{_fault("choice")})'
        if indicator.options:
            return f'IF({self._hidden(indicator, "head")}>0,"",{_fault("choice")})'
        return '""'

    def _code(self, indicator: Indicator) -> str:
        """A code that Excel has taken for a number, else what may be wrong with the code."""
        damage = self._hidden(indicator, "head")
        fine = self._credit_code(indicator) if indicator.kind is Kind.USCC else '""'
        headless = f"IF({damage}={ZERO_LOST},{_fault('zero_lost')},{fine})" if indicator.kind in SHORTEST else fine
        return f"IF({damage}={DIGITS_LOST},{_fault('digits_lost')},{headless})"

    def _credit_code(self, indicator: Indicator) -> str:
        """Wrong in form, else doubtful: a slip, or another than the roster's. An explanation settles a doubt."""
        code, doubt = self._hidden(indicator, "text"), '""'
        worth = self._hidden(indicator, "explained")
        why = formulate_refusal(worth)
        if self.registered:
            other = _fault("uscc_registered", Severity.WARNING, registered=self.registered)
            doubt = f'IF({code}={quote(self.registered)},"",{other}&{why})'
        doubt = f"IF({formulate_valid_uscc(code)},{doubt},{_fault('uscc_checksum', Severity.WARNING)}&{why})"
        return f'IF({formulate_code_in_form(code)},IF({worth}={Worth.ACCEPTED},"",{doubt}),{_fault("uscc")})'

    def _number(self, indicator: Indicator, cell: str) -> str:
        taken = self._taken(indicator)
        fine = f"IF(ISTEXT({cell}),{_remark('number_text', taken)},{self._fraction(indicator, cell, taken)})"
        if contradicted := self._contradicted(indicator, fine):
            fine = contradicted
        unreadable = f"{self._hidden(indicator, 'bad')}=1"
        return f"IF({unreadable},{self._unreadable(indicator)},IF({taken}<0,{_fault('negative')},{fine}))"

    def _unreadable(self, indicator: Indicator) -> str:
        """Why no number can be made of it."""
        taken, most = self._taken(indicator), self.formulas.survey.most_of(indicator)
        why = f"IF({taken}={quote(TOO_LONG)},{_fault('digits')},{_fault('text')})"
        if most is None:
            return why
        return f"IF({taken}={quote(TOO_MUCH)},{_fault('most', number=format_grouped(most))},{why})"

    @staticmethod
    def _fraction(indicator: Indicator, cell: str, taken: str) -> str:
        """A remark that a count was rounded; what a computation blurred is no fraction."""
        if indicator.kind is Kind.DECIMAL:
            return '""'
        return f'IF(ABS({cell}-{taken})>{NOISE:.9f},{_remark("fraction", taken)},"")'

    def _contradicted(self, indicator: Indicator, fine: str = '""') -> str:
        """A number where the section says that there is none."""
        sections = self._sections(indicator)
        if not sections:
            return ""
        return f"IF(AND(N({self._taken(indicator)})<>0,OR({','.join(sections)})),{_fault('section')},{fine})"

    def _taken(self, indicator: Indicator) -> str:
        return self._hidden(indicator, "taken")

    def _hidden(self, indicator: Indicator, role: str) -> str:
        return self.formulas.beside(indicator.reference, role)

    def _sections(self, indicator: Indicator) -> list[str]:
        return self.formulas.sections(indicator, self.formulas.beside)

    def _cell(self, form: str, code: str) -> str:
        return self.formulas.cell(CellRef(form, code))


def _remark(words: str, number: str) -> str:
    """A remark that quotes what the cell was taken for."""
    text = quote(f"{CODES[Severity.INFO]}{say(f'workbook.own.{words}')}")
    return text.replace("{number}", f'"&{number}&"')


def _fault(words: str, severity: Severity = Severity.ERROR, **values: str) -> str:
    return quote(f"{CODES[severity]}{say(f'workbook.own.{words}', **values)}")
