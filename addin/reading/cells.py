"""What one cell means: numbers out of texts, days out of spellings, choices by their printed code.

Pure functions from what stands in a cell to a :class:`Reading`: the value that is taken in, and what was odd about it.
Nothing a unit typed is lost: what cannot be understood stays the text it is, with a remark.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from addin.reading.days import read_day, undo_date_format
from templates.content import Value
from templates.model import Column, Indicator, Kind, Option, Survey
from templates.nature import NOISE
from templates.words import lookup, say

Raw = int | float | str | bool | date | datetime | time | timedelta
"""What stands in a cell; blank is the empty string."""

QUOTED_LENGTH: Final = 60
"""Findings quote no more of a cell than this."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd about a cell: the last part of a check's id (``text`` of ``cell.text``), and what it quotes."""

    check: str
    value: str
    number: str = ""
    options: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
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


BLANK: Final = Reading(None)


def specify_indicator(indicator: Indicator, survey: Survey) -> Spec:
    """Return what the cell of ``indicator`` may hold."""
    members = survey.code_lists[indicator.code_list].values if indicator.code_list else ()
    options = indicator.options
    if indicator.kind is Kind.YES_NO and not options:
        options = tuple(Option(*text.split(" ", 1)) for text in lookup("workbook.yes_no"))
    return Spec(indicator.kind, indicator.measure, options, members)


def specify_column(column: Column, survey: Survey) -> Spec:
    """Return what the cells of a ledger's ``column`` may hold. Choices of ledgers are stored by their label."""
    members = survey.code_lists[column.code_list].values if column.code_list else column.options
    if column.kind is Kind.YES_NO and not members:
        members = tuple(text.split(" ", 1)[1] for text in lookup("workbook.yes_no"))
    return Spec(column.kind, "", (), members)


def interpret(raw: Raw, spec: Spec) -> Reading:
    """Return what ``raw`` means in a cell that may hold ``spec``."""
    if is_blank(raw):
        return BLANK
    if spec.kind.is_number:
        return read_number(raw, spec.kind, spec.measure)
    if spec.kind.is_date:
        return read_date(raw, month=spec.kind is Kind.YEAR_MONTH)
    if spec.kind is Kind.USCC:
        return read_uscc(raw)
    if spec.options:
        return read_option(raw, spec.options)
    if spec.members:
        return read_member(raw, spec.members, yes_no=spec.kind is Kind.YES_NO)
    return Reading(show_as_text(raw))


def is_blank(raw: Raw) -> bool:
    """Return whether nothing visible stands in the cell: blanks of any width are nothing."""
    return isinstance(raw, str) and not strip_invisible(raw)


@lru_cache(maxsize=4096)
def strip_invisible(text: str) -> str:
    """Return ``text`` without blanks at its ends and without the invisible marks that chat programs add."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf").strip()


@lru_cache(maxsize=4096)
def narrow_text(text: str) -> str:
    """Return ``text`` with full-width characters made narrow, for reading numbers and comparing labels."""
    return strip_invisible(unicodedata.normalize("NFKC", text))


def show_as_text(raw: Raw) -> str:
    """Return ``raw`` as the text a person sees: whole numbers without ``.0``, days as 2024-06-30."""
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, int | float):
        return number_text(raw)
    if isinstance(raw, datetime):
        return raw.isoformat(" ") if raw.time() != time() else raw.date().isoformat()
    if isinstance(raw, date | time):
        return raw.isoformat()
    return strip_invisible(raw.replace("\r\n", "\n").replace("_x000D_", "")) if isinstance(raw, str) else str(raw)


def quote_cell(raw: Raw) -> str:
    """Return ``raw`` as findings quote it: on one line and not endless."""
    text = " ".join(show_as_text(raw).split())
    return text if len(text) <= QUOTED_LENGTH else text[:QUOTED_LENGTH] + say("reader.more")


def number_text(value: float) -> str:
    """Return a number as people write it: no exponent, no ``.0``, no noise behind the 15th digit."""
    text = format(Decimal(f"{value:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- numbers ---------------------------------------------------------------------------------------------------------

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+|[1-9]\d{0,2}(,\d{3})+(\.\d+)?)", re.ASCII)
"""What the workbook's own formulas take for a number too (``generator.unit.taken``)."""

_NARROW: Final = str.maketrans("０１２３４５６７８９．，＋－\u3000\u00a0", "0123456789.,+-  ", "'’")


def read_number(raw: Raw, kind: Kind = Kind.COUNT, measure: str = "") -> Reading:
    """Return ``raw`` as a number; counts and money are rounded half up to whole ones, with a remark."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _quantity(float(raw), kind, ())
    number = number_of(raw, measure) if isinstance(raw, str) else None
    if number is None:
        return Reading(show_as_text(raw), (Remark("text", quote_cell(raw)),))
    return _quantity(number, kind, (Remark("number_text", quote_cell(raw), number_text(number)),))


def number_of(text: str, measure: str = "") -> float | None:
    """Return the number that ``text`` spells, or None: ``１，２３４ 人`` is 1234, ``约30`` and ``2000万`` are none."""
    bare = strip_invisible(text.translate(_NARROW))
    for candidate in (bare, _without_measure(bare, measure)):
        if _NUMBER.fullmatch(candidate):
            return float(candidate.replace(",", ""))
    return None


def _without_measure(text: str, measure: str) -> str:
    """Return ``text`` without a measure at its end. 元 behind a number is none where 万元 is asked for."""
    if measure and text.endswith(measure):
        return text.removesuffix(measure).rstrip()
    if measure and measure[0] in lookup("reader.multipliers"):
        return text
    for word in lookup("reader.measure_words"):
        if text.endswith(word):
            return text.removesuffix(word).rstrip()
    return text


def _quantity(number: float, kind: Kind, remarks: tuple[Remark, ...]) -> Reading:
    if number >= 0 and number.is_integer():
        return Reading(number + 0.0, remarks)
    value = number
    if kind is not Kind.DECIMAL:
        value = whole(number)
        if abs(value - number) > NOISE:
            remarks += (Remark("fraction", number_text(number), number_text(value)),)
    if value < 0:
        remarks += (Remark("negative", number_text(value)),)
    return Reading(value, remarks)


def whole(number: float) -> float:
    """Return ``number`` rounded half up (away from zero, as Excel does) to a whole one."""
    return float(Decimal(f"{number:.15g}").quantize(Decimal(1), ROUND_HALF_UP)) + 0.0 if abs(number) < 1e15 else number


# --- days ------------------------------------------------------------------------------------------------------------


def read_date(raw: Raw, *, month: bool = False) -> Reading:
    """Return ``raw`` as a day, a month as its first day; spellings that Excel does not take for a day are remarked."""
    raw = undo_date_format(raw) if isinstance(raw, date) else raw
    found = read_day(narrow_text(raw) if isinstance(raw, str) else raw)
    if found is None:
        return Reading(show_as_text(raw), (Remark("date", quote_cell(raw)),))
    day = found.day.replace(day=1) if month else found.day
    if not found.interpreted:
        return Reading(day)
    return Reading(day, (Remark("date_text", quote_cell(raw), f"{day:%Y-%m}" if month else day.isoformat()),))


# --- choices ---------------------------------------------------------------------------------------------------------

_CODE: Final = re.compile(r"[0-9A-Za-z]+")


def read_option(raw: Raw, options: tuple[Option, ...]) -> Reading:
    """Return the printed code of the option that ``raw`` names: ``1 有``, ``1``, ``有``, 1.0 or TRUE are ``1``."""
    if isinstance(raw, bool) and len(options) == 2:
        return Reading(options[0 if raw else 1].code)
    text = narrow_text(show_as_text(raw))
    for option in options:
        if text in (
            option.code,
            narrow_text(option.label),
            narrow_text(option.shown),
            narrow_text(option.code + option.label),
        ):
            return Reading(option.code)
    if code := _leading_code(text, options):
        return Reading(code)
    return _no_choice(raw, tuple(option.shown for option in options))


def _leading_code(text: str, options: tuple[Option, ...]) -> str:
    """Return the code that ``text`` begins with, unless what follows is another option's label or a figure."""
    found = _CODE.match(text)
    code = found.group() if found else ""
    rest = text[len(code) :].lstrip(" .、:-")
    others = {narrow_text(option.label) for option in options if option.code != code}
    contradicts = rest in others or rest[:1].isdigit()
    return code if code in {option.code for option in options} and not contradicts else ""


def read_member(raw: Raw, members: tuple[str, ...], *, yes_no: bool = False) -> Reading:
    """Return the member that ``raw`` is; with ``yes_no`` also TRUE, ``1`` and ``1 是`` for the first."""
    known = _members(members)
    if isinstance(raw, bool) and yes_no:
        return Reading(members[0 if raw else 1])
    text = show_as_text(raw)
    if found := known.get(_label(text)):
        return Reading(found)
    if yes_no:
        options = tuple(Option(str(number), member) for number, member in enumerate(members, start=1))
        reading = read_option(raw, options)
        if not reading.remarks:
            return Reading(members[int(str(reading.value)) - 1])
    return _no_choice(raw, members)


@lru_cache(maxsize=256)
def _members(members: tuple[str, ...]) -> dict[str, str]:
    return {_label(member): member for member in reversed(members)}


@lru_cache(maxsize=16384)
def _label(text: str) -> str:
    """Capitals are no difference, as they are none to the workbook."""
    return narrow_text(text).replace(" ", "").casefold()


def _no_choice(raw: Raw, options: tuple[str, ...]) -> Reading:
    named = "、".join(options) if len(options) <= 12 else say("reader.members")
    return Reading(show_as_text(raw), (Remark("choice", quote_cell(raw), options=named),))


# --- unified social credit codes -------------------------------------------------------------------------------------


def read_uscc(raw: Raw) -> Reading:
    """Return the code in capitals and without blanks; remark a wrong form or a wrong check character."""
    code = narrow_text(show_as_text(raw)).replace(" ", "").upper()
    try:
        uscc.validate(code)
    except InvalidChecksum:
        return Reading(code, (Remark("uscc_checksum", code),))
    except ValidationError:
        return Reading(code, (Remark("uscc", quote_cell(code)),))
    return Reading(code)
