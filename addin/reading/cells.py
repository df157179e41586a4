"""What one cell means: numbers out of texts, days out of spellings, choices by their printed code.

Pure functions from what stands in a cell to a :class:`CellReading`: the value that is taken in, and what was odd about
it. Nothing a unit typed is lost: what cannot be understood stays the text it is, with a remark, and no rule takes it
for a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite
from typing import Final

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from addin.reading.choices import find_exactly, find_member, find_option
from addin.reading.codes import find_damage
from addin.reading.days import read_day, undo_date_format
from addin.reading.raw import (
    Raw,
    is_blank,
    narrow_text,
    quote_cell,
    quote_revealed,
    show_as_text,
    show_number_text,
    strip_invisible,
)
from templates.content import Value
from templates.model import Column, Indicator, Kind, Option, Survey
from templates.nature import DIGITS, EXACT, NOISE, format_grouped
from templates.spelling import narrow_code, narrow_number
from templates.words import lookup, say

__all__ = [
    "CellReading",
    "Raw",
    "Remark",
    "Spec",
    "interpret",
    "is_blank",
    "narrow_text",
    "number_of",
    "quote_cell",
    "quote_revealed",
    "read_date",
    "read_member",
    "read_number",
    "read_option",
    "read_uscc",
    "show_as_text",
    "show_number_text",
    "specify_column",
    "specify_entry",
    "specify_indicator",
    "specify_prior",
    "strip_invisible",
    "whole",
]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd about a cell: the last part of a check's id (``text`` of ``cell.text``), and what it quotes."""

    check: str
    value: str
    number: str = ""
    options: str = ""


@dataclass(frozen=True, slots=True)
class CellReading:
    """The value of a cell, ``None`` when it is blank, and the remarks about it."""

    value: Value | None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """What a cell may hold. ``members`` are the values of a code list; ``options`` the choices of a dropdown."""

    kind: Kind
    measure: str = ""
    options: tuple[Option, ...] = ()
    members: tuple[str, ...] = ()
    most: float | None = None
    """No more than this is possible."""
    exact: bool = False
    """Whether a member counts only to the letter: formulas of the workbook compare the cell as it stands."""

    def in_a_workbook(self) -> Spec:
        """Return the spec of a cell that formulas read too."""
        return replace(self, exact=True)

    def of_last_year(self) -> Spec:
        """Return the spec of a value that was settled a year ago, whatever is held to be possible now."""
        return replace(self, most=None)


BLANK: Final = CellReading(None)


@dataclass(frozen=True, eq=False)
class _Asked:
    """An indicator of a survey, known by its place in memory: comparing all that it says would take longer."""

    indicator: Indicator
    survey: Survey

    def __hash__(self) -> int:
        return hash((id(self.indicator), id(self.survey)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.indicator is other.indicator and self.survey is other.survey


def specify_entry(indicator: Indicator, survey: Survey) -> Spec:
    """Return what the entry cell of ``indicator`` in a workbook may hold, which formulas read too."""
    return _specify(_Asked(indicator, survey))[0]


def specify_prior(indicator: Indicator, survey: Survey) -> Spec:
    """Return what last year's value of ``indicator`` may be."""
    return _specify(_Asked(indicator, survey))[1]


@lru_cache(maxsize=4096)
def _specify(asked: _Asked) -> tuple[Spec, Spec]:
    spec = specify_indicator(asked.indicator, asked.survey)
    return spec.in_a_workbook(), spec.of_last_year()


def specify_indicator(indicator: Indicator, survey: Survey) -> Spec:
    """Return what the cell of ``indicator`` may hold."""
    members = survey.code_lists[indicator.code_list].values if indicator.code_list else ()
    options = indicator.options
    if indicator.kind is Kind.YES_NO and not options:
        options = tuple(Option(*text.split(" ", 1)) for text in lookup("workbook.yes_no"))
    return Spec(indicator.kind, indicator.measure, options, members, survey.most_of(indicator))


def specify_column(column: Column, survey: Survey) -> Spec:
    """Return what the cells of a ledger's ``column`` may hold. Choices of ledgers are stored by their label."""
    members = survey.code_lists[column.code_list].values if column.code_list else column.options
    if column.kind is Kind.YES_NO and not members:
        members = tuple(text.split(" ", 1)[1] for text in lookup("workbook.yes_no"))
    return Spec(column.kind, column.measure, (), members, survey.most_of(column))


def interpret(raw: Raw, spec: Spec) -> CellReading:
    """Return what ``raw`` means in a cell that may hold ``spec``."""
    if spec.kind.is_number:
        return read_number(raw, spec)
    if is_blank(raw):
        return BLANK
    if spec.kind.is_date:
        return read_date(raw, month=spec.kind is Kind.YEAR_MONTH)
    if spec.kind.is_code:
        return _read_code(raw, spec.kind)
    if spec.options:
        return read_option(raw, spec.options)
    if spec.members:
        return _read_exactly(raw, spec.members) if spec.exact else read_member(raw, spec)
    return CellReading(show_as_text(raw))


# --- numbers ---------------------------------------------------------------------------------------------------------

_LENT: Final = re.compile(r"[0-9A-Z]{8}-?[0-9A-Z]|[0-9A-Z]{18}")
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+|[1-9]\d{0,2}(,\d{3})+(\.\d+)?)", re.ASCII)
"""What the workbook's own formulas take for a number too (``generator.unit.taken``)."""


def read_number(raw: Raw, spec: Spec) -> CellReading:
    """Return ``raw`` as a number; counts and money are rounded half up to whole ones, with a remark.

    What no cell keeps exactly, and more than is possible, is no number: the value stays the text that stands there.
    """
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _quantity(float(raw), raw, spec, ())
    if isinstance(raw, str) and not narrow_number(raw):
        return BLANK
    spelled = _spelled_number(raw, spec.measure) if isinstance(raw, str) else None
    if spelled is None:
        return CellReading(show_as_text(raw), (Remark("text", quote_revealed(raw)),))
    if _significant(spelled) > DIGITS:
        return _beyond(raw, "digits")
    number = float(spelled)
    return _quantity(number, raw, spec, (Remark("number_text", quote_cell(raw), show_number_text(number)),))


def number_of(text: str, measure: str = "") -> float | None:
    """Return the number that ``text`` spells, or None: ``１，２３４ 人`` is 1234, ``约30`` and ``2000万`` are none."""
    spelled = _spelled_number(text, measure)
    return None if spelled is None or _significant(spelled) > DIGITS else float(spelled)


def _spelled_number(text: str, measure: str) -> str | None:
    bare = narrow_number(text)
    for candidate in (bare, _without_measure(bare, measure)):
        if _NUMBER.fullmatch(candidate):
            return candidate.replace(",", "")
    return None


def _significant(spelled: str) -> int:
    """Return how many digits a number has, without the zeros in front."""
    return len(spelled.lstrip("+-").replace(".", "").lstrip("0"))


def _without_measure(text: str, measure: str) -> str:
    """Return ``text`` without a measure at its end. 元 behind a number is none where 万元 is asked for."""
    if measure and text.endswith(measure):
        return text.removesuffix(measure).rstrip(" ")
    if measure and measure[0] in lookup("reader.multipliers"):
        return text
    for word in lookup("reader.measure_words"):
        if text.endswith(word):
            return text.removesuffix(word).rstrip(" ")
    return text


def _quantity(number: float, raw: Raw, spec: Spec, remarks: tuple[Remark, ...]) -> CellReading:
    if not isfinite(number) or abs(number) >= EXACT:
        return _beyond(raw, "digits")
    value = number + 0.0 if spec.kind is Kind.DECIMAL else whole(number)
    if spec.most is not None and value > spec.most:
        return _beyond(raw, "most", format_grouped(spec.most))
    if spec.kind is not Kind.DECIMAL and abs(value - number) > NOISE:
        remarks += (Remark("fraction", show_number_text(number), show_number_text(value)),)
    if value < 0:
        remarks += (Remark("negative", show_number_text(value)),)
    return CellReading(value, remarks)


def _beyond(raw: Raw, check: str, limit: str = "") -> CellReading:
    kept = show_as_text(raw) if isinstance(raw, str) else quote_cell(raw)
    return CellReading(kept, (Remark(check, quote_cell(raw), limit),))


def whole(number: float) -> float:
    """Return ``number`` rounded half up (away from zero, as Excel does) to a whole one."""
    if number.is_integer() or abs(number) >= EXACT:
        return number + 0.0
    return float(Decimal(f"{number:.15g}").quantize(Decimal(1), ROUND_HALF_UP)) + 0.0


# --- days ------------------------------------------------------------------------------------------------------------


def read_date(raw: Raw, *, month: bool = False) -> CellReading:
    """Return ``raw`` as a day, a month as its first day; spellings that Excel does not take for a day are remarked."""
    raw = undo_date_format(raw) if isinstance(raw, date) else raw
    found = read_day(narrow_text(raw) if isinstance(raw, str) else raw)
    if found is None:
        return CellReading(show_as_text(raw), (Remark("date", quote_revealed(raw)),))
    day = found.day.replace(day=1) if month else found.day
    if not found.interpreted:
        return CellReading(day)
    return CellReading(day, (Remark("date_text", quote_cell(raw), f"{day:%Y-%m}" if month else day.isoformat()),))


# --- choices ---------------------------------------------------------------------------------------------------------


def read_option(raw: Raw, options: tuple[Option, ...]) -> CellReading:
    """Return the printed code of the option that ``raw`` names; ``1/2`` and ``1 没有`` name none."""
    found = find_option(raw, options)
    return _no_choice(raw, tuple(option.shown for option in options)) if found is None else CellReading(found)


def read_member(raw: Raw, spec: Spec) -> CellReading:
    """Return the member that ``raw`` is; of 是 and 否 also TRUE, ``1`` and ``1 是`` for the first."""
    found = find_member(raw, spec.members)
    if found is None and spec.kind is Kind.YES_NO:
        numbered = tuple(Option(str(number), member) for number, member in enumerate(spec.members, start=1))
        code = find_option(raw, numbered)
        found = spec.members[int(code) - 1] if code else None
    return _no_choice(raw, spec.members) if found is None else CellReading(found)


def _read_exactly(raw: Raw, members: tuple[str, ...]) -> CellReading:
    """Of what looks like a member and is none the value tells the difference, so that nobody counts it for one."""
    found = find_exactly(raw, members)
    if found is not None:
        return CellReading(found)
    told = quote_revealed(raw, ends=True)
    return _no_choice(raw, members, told, told if find_exactly(show_as_text(raw), members) else show_as_text(raw))


def _no_choice(raw: Raw, options: tuple[str, ...], told: str = "", kept: str = "") -> CellReading:
    named = "、".join(options) if len(options) <= 12 else say("reader.members")
    return CellReading(kept or show_as_text(raw), (Remark("choice", told or quote_revealed(raw), options=named),))


# --- codes -----------------------------------------------------------------------------------------------------------


def _read_code(raw: Raw, kind: Kind) -> CellReading:
    if damage := find_damage(raw, kind):
        return CellReading(quote_cell(raw), (Remark(damage, quote_cell(raw)),))
    return read_uscc(raw) if kind is Kind.USCC else CellReading(show_as_text(raw))


def read_uscc(raw: Raw) -> CellReading:
    """Return the code in capitals and without blanks; remark a wrong form or a wrong check character.

    An older organisation code and one that the statistical office lent have no such check: a doubt, like a wrong one.
    """
    code = narrow_code(show_as_text(raw))
    try:
        uscc.validate(code)
    except InvalidChecksum:
        return CellReading(code, (Remark("uscc_checksum", code),))
    except ValidationError:
        lent = _LENT.fullmatch(code)
        return CellReading(code, (Remark("uscc_checksum", code) if lent else Remark("uscc", quote_revealed(code)),))
    return CellReading(code)
