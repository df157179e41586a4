"""Entry cells: their format, dropdown, validation, input prompt and content, whichever sheet they stand on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from generator.formats import COUNT
from generator.formula import NUMBER_FORMATS, formulate_accepted_uscc, quote
from generator.strict import GeneratorError, StrictWorksheet
from generator.unit.desk import SheetContext
from templates.content import Value
from templates.layout import COLUMNS, name_column
from templates.model import Indicator, Kind
from templates.nature import DAYS, EPOCH
from templates.words import say

MESSAGE_LIMIT = 255
TITLE_LIMIT = 32
FORMULA_LIMIT = 255
"""Excel's limits on input prompts and validation formulas, in characters."""


def clip(text: str, limit: int) -> str:
    """Return ``text`` within an Excel limit; what is cut is marked."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def format_number(kind: Kind, decimals: int) -> str:
    """Return the number format of an entry cell."""
    if kind is Kind.DECIMAL and decimals:
        return COUNT.replace("_0", "." + "0" * decimals + "_0")
    return COUNT if kind.is_number else NUMBER_FORMATS.get(kind, "@")


def write_value(sheet: StrictWorksheet, row: int, column: int, value: Value | None, style: Any) -> None:
    """Write one entry cell. A text never becomes a formula, a number or a link, whatever it starts with."""
    if value is None or value == "":
        sheet.write_blank(row - 1, column - 1, None, style)
    elif isinstance(value, str):
        sheet.write_string(row - 1, column - 1, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row - 1, column - 1, datetime(value.year, value.month, value.day), style)
    else:
        sheet.write_number(row - 1, column - 1, value, style)


def show_value(indicator: Indicator, value: Value | None) -> Value | None:
    """Return how a stored value stands in its cell: a choice by its dropdown text."""
    for option in indicator.options:
        if value == option.code:
            return option.shown
    return value


def cache_value(indicator: Indicator, value: Value) -> float | str:
    """Return what a formula that repeats a stored value is cached with: the number of a day, a choice's text."""
    shown = show_value(indicator, value)
    return float((shown - EPOCH).days) if isinstance(shown, date) else "" if shown is None else shown


def entry_format(desk: SheetContext, indicator: Indicator, *, wraps: bool = True) -> Any:
    """Return the explicit, unlocked format of a form's entry cell; a text that does not wrap shrinks to fit."""
    if indicator.kind.is_number or indicator.kind.is_date:
        style = format_number(indicator.kind, indicator.decimals)
        return desk.formats.role("number_entry", num_format=style)
    if indicator.kind is Kind.NOTHING_HERE:
        return desk.formats.role("entry_switch")
    return desk.formats.role("entry_text" if wraps and not indicator.kind.is_choice else "entry_choice")


def write_entry(
    desk: SheetContext, sheet: StrictWorksheet, row: int, indicator: Indicator, *, wraps: bool = True
) -> None:
    """Write the entry cell of a form's row: what stands in it, its format, its dropdown or limits, its prompt."""
    value = desk.content.values.get(indicator.form, {}).get(indicator.code)
    write_value(sheet, row, COLUMNS.value, show_value(indicator, value), entry_format(desk, indicator, wraps=wraps))
    validate(desk, sheet, row, COLUMNS.value, indicator)


def validate(desk: SheetContext, sheet: StrictWorksheet, row: int, column: int, indicator: Indicator) -> None:
    """Attach dropdown or limits and the input prompt to an entry cell."""
    rule = _rule(desk, indicator) | _prompt(indicator)
    sheet.data_validation(row - 1, column - 1, row - 1, column - 1, rule | {"ignore_blank": True})


def explain(sheet: StrictWorksheet, row: int, column: int, indicator: Indicator) -> None:
    """Attach the input prompt alone: to a locked cell, which a clerk can select and wonder at."""
    sheet.data_validation(row - 1, column - 1, row - 1, column - 1, {"validate": "any"} | _prompt(indicator))


def _prompt(indicator: Indicator) -> dict[str, Any]:
    if indicator.kind is Kind.NOTHING_HERE:
        title, text = say("workbook.form.nothing_title"), say("workbook.form.nothing_prompt")
    else:
        title = f"{indicator.label} {indicator.plain_name}" if indicator.label != indicator.name else indicator.name
        text = indicator.definition
        measure = say("workbook.form.prompt_measure", measure=indicator.measure) if indicator.measure else ""
        if len(text + measure) <= MESSAGE_LIMIT:  # the measure stands beside the cell, the definition does not
            text += measure
    if not text:
        return {"input_title": clip(title, TITLE_LIMIT)}
    return {"input_title": clip(title, TITLE_LIMIT), "input_message": clip(text, MESSAGE_LIMIT)}


def _rule(desk: SheetContext, indicator: Indicator) -> dict[str, Any]:
    if indicator.code_list:
        return {"validate": "list", "source": "=" + _choices(desk, indicator)} | word_refusal("choice")
    if indicator.options:
        return {"validate": "list", "source": [option.shown for option in indicator.options]} | word_refusal("choice")
    if indicator.kind.is_number:
        return limit_number(indicator.kind)
    if indicator.kind.is_date:
        return DATE_RULE | word_refusal("month" if indicator.kind is Kind.YEAR_MONTH else "date")
    if indicator.kind is Kind.USCC:
        return check_uscc(_own_cell(desk, indicator))
    return {"validate": "any"}


def limit_number(kind: Kind) -> dict[str, Any]:
    """Return the limits of a number cell: from 0 on, and whole unless the survey asks for decimals."""
    validate, words = ("decimal", "number") if kind is Kind.DECIMAL else ("whole", "whole")
    return {"validate": validate, "criteria": ">=", "value": 0} | word_refusal(words)


def check_uscc(cell: str, instead: str = "") -> dict[str, Any]:
    """Return the check of a credit code in ``cell``, which asks but does not forbid: provisional codes break it.

    The text ``instead`` is taken without asking. Raises GeneratorError where Excel would drop the formula.
    """
    formula = f"={formulate_accepted_uscc(cell)}"
    if instead:
        formula = f"=OR({cell}={quote(instead)},{formulate_accepted_uscc(cell)})"
    if len(formula) > FORMULA_LIMIT:
        raise GeneratorError(f"a validation takes {FORMULA_LIMIT} characters, not {len(formula)}: {formula}")
    return {"validate": "custom", "value": formula} | word_refusal("uscc", "warning")


DATE_RULE: dict[str, Any] = {
    "validate": "date",
    "criteria": "between",
    "minimum": EPOCH + timedelta(days=DAYS.start),
    "maximum": EPOCH + timedelta(days=DAYS.stop - 1),
}
"""The days that readers take for days: a year that is typed alone is none."""


def word_refusal(words: str, kind: str = "stop") -> dict[str, Any]:
    """Return what Excel says when it refuses an entry."""
    return {
        "error_title": say(f"workbook.form.bad_{words}_title"),
        "error_message": say(f"workbook.form.bad_{words}"),
        "error_type": kind,
    }


def _own_cell(desk: SheetContext, indicator: Indicator) -> str:
    """Validation moves with its cell, so a plain reference is right here, and short."""
    return desk.layout.forms[indicator.form].cell(indicator.code)


def _choices(desk: SheetContext, indicator: Indicator) -> str:
    """Return the range of a code list, narrowed to what the wider area chosen above holds."""
    wanted = desk.survey.code_lists[indicator.code_list]
    if not wanted.parent:
        return f"code_{wanted.id}"
    chosen = "&".join(desk.formulas.cell(reference) for reference in desk.survey.wider(indicator))
    place = f"MATCH({chosen},path_{wanted.id},0)"
    return ":".join(f"INDEX(code_{wanted.id},INDEX({end}_{wanted.id},{place}))" for end in ("from", "last"))


def address_column(first_row: int, last_row: int, column: int) -> str:
    """Return an A1 range within one column."""
    return f"{name_column(column)}{first_row}:{name_column(column)}{last_row}"


__all__ = [
    "DATE_RULE",
    "address_column",
    "cache_value",
    "check_uscc",
    "clip",
    "entry_format",
    "explain",
    "format_number",
    "limit_number",
    "quote",
    "show_value",
    "validate",
    "word_refusal",
    "write_entry",
    "write_value",
]
