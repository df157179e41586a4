"""What a part of a survey is, aspect by aspect, in the words of an officer: what two definitions are compared by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from templates.expression import Node
from templates.model import CodeList, Column, Form, Indicator, Ledger, Option, Rule, Survey, UnitKind
from templates.sentence import tell_expression, tell_rule
from templates.words import lookup, say

Portrait = Mapping[str, str]
"""Aspects by key, each as a text; what is compared otherwise than by its text is none of them."""

UnitSort = tuple[str, str]
"""Kind and level of units."""

SURVEY_TEXTS: Final = ("title", "version", "organ", "approved_by", "approval", "valid_until", "law")


def list_sorts(survey: Survey) -> tuple[UnitSort, ...]:
    """Return the sorts of units that the survey has."""
    return tuple((kind.name, level) for kind in survey.kinds for level in kind.levels)


def describe_survey(survey: Survey) -> Portrait:
    """Return what a survey says of itself."""
    texts = {name: str(getattr(survey, name)) for name in SURVEY_TEXTS}
    due = (
        say("difference.due", name=d.name, month=d.month, day=d.day, levels=_join(d.levels)) for d in survey.deadlines
    )
    most = (f"{measure} {number:,.15g}" for measure, number in survey.most.items())
    explained = survey.explanations
    phrases = _join(explained.stock_phrases)
    return texts | {
        "levels": _join(survey.levels),
        "deadlines": _join(due),
        "explanations": say("difference.explanations", length=explained.min_length, phrases=phrases),
        "outline": _join(survey.summary_outline),
        "most": _join(most),
        "send": _join(filter(None, (survey.send_to, survey.send_how))),
    }


def describe_kind(kind: UnitKind) -> Portrait:
    """Return what a kind of units files."""
    return {"forms": _join(kind.forms), "levels": _join(kind.levels), "part": _tell_truth(kind.part)}


def describe_form(form: Form) -> Portrait:
    """Return what a form says over its rows and below them."""
    return {"title": form.title, "filled_by": form.filled_by, "form_notes": "\n".join(form.notes)}


def describe_indicator(row: Indicator, survey: Survey, sorts: Iterable[UnitSort]) -> Portrait:
    """Return what a row asks for. ``sorts`` are the units of which it is told whether they fill it."""
    return {
        "name": row.name,
        "measure": row.measure,
        "kind": lookup("difference.kinds")[row.kind.value],
        "decimals": str(row.decimals) if row.kind.is_number else "",
        "options": _tell_options(row.options),
        "code_list": row.code_list,
        "required": _tell_truth(row.required),
        "fillers": _tell_fillers(row, survey, sorts),
        "rollup": lookup("difference.rollup")[row.rollup.value] if row.kind.is_number else "",
        "definition": row.definition,
        "period": row.period,
    }


def describe_ledger(ledger: Ledger) -> Portrait:
    """Return what a ledger lists and who keeps it."""
    return {
        "name": ledger.name,
        "short": ledger.short,
        "key": _join(ledger.key),
        "purpose": ledger.purpose,
        "required_by": ledger.required_by,
        "required_for": _join(ledger.required_for),
        "capacity": str(ledger.capacity),
        "carried": _tell_truth(ledger.carried),
    }


def describe_column(column: Column, survey: Survey) -> Portrait:
    """Return what a column asks for."""
    always = _tell_truth(column.required)
    when = column.required_when
    asked = say("difference.when", when=tell_expression(when, survey)) if when else always
    return {
        "name": column.name,
        "measure": column.measure,
        "kind": lookup("difference.kinds")[column.kind.value],
        "options": _join(column.options),
        "code_list": column.code_list,
        "required": asked,
        "definition": column.definition,
    }


def describe_rule(rule: Rule, *, worded: bool) -> dict[str, str]:
    """Return how grave a rule is and, where asked for, what it says; what it demands is compared by its trees."""
    words = {"title": rule.title, "hint": rule.hint} if worded else {}
    return words | {
        "severity": lookup("workbook.audit.severity")[rule.severity.value],
        "hold": _tell_truth(rule.hold),
    }


def describe_demand(rule: Rule, survey: Survey) -> str:
    """Return what a rule demands, as a sentence."""
    return tell_rule(rule, survey)


def describe_message(rule: Rule, survey: Survey) -> str:
    """Return what a rule says to the unit; what it works out for that stands in brackets."""
    parts = (
        part if isinstance(part, str) else say("difference.worked_out", value=tell_expression(part, survey, rule.form))
        for part in rule.message
    )
    return "".join(parts)


def describe_source(tree: Node | None, survey: Survey, form: str) -> str:
    """Return where a cell's number comes from: what it is worked out by, or by hand."""
    return tell_expression(tree, survey, form) if tree else say("difference.by_hand")


def describe_code_list(codes: CodeList) -> tuple[str, ...]:
    """Return the values of a code list, each as its user sees it; in a cascade with the value above it."""
    parents = codes.parents or ("",) * len(codes.values)
    return tuple(f"{above} {value}".lstrip() for above, value in zip(parents, codes.values, strict=True))


def _tell_fillers(row: Indicator, survey: Survey, sorts: Iterable[UnitSort]) -> str:
    levels: dict[str, list[str]] = {}
    everyone: dict[str, list[str]] = {}
    own = row.form in {form.id for form in survey.forms}
    for kind, level in sorts:
        if own and row.form not in survey.kind[kind].forms:
            continue
        everyone.setdefault(kind, []).append(level)
        if row.open_to(kind, level):
            levels.setdefault(kind, []).append(level)
    told = (
        kind if found == everyone[kind] else say("difference.kind_levels", kind=kind, levels=_join(found))
        for kind, found in levels.items()
    )
    return _join(told)


def _tell_options(options: Iterable[Option]) -> str:
    return _join(option.shown for option in options)


def _tell_truth(truth: bool) -> str:
    return say("difference.yes" if truth else "difference.no")


def _join(texts: Iterable[str]) -> str:
    return say("difference.join").join(texts)
