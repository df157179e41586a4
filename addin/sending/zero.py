"""A complete return of a unit that has nothing to report: every required cell filled, every number 0, no ledger rows.

The demo starts from it, and tests do. It is free of errors wherever a survey's rules let a unit report nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from stdnum.cn import uscc

from templates.content import Content, Identity, Value
from templates.model import CodeList, Indicator, Kind, Survey
from templates.words import lookup, say

_DAYS_BEFORE_DUE = 14
_YEARS_OF_EXISTENCE = 20


def make_complete_zero(survey: Survey, identity: Identity) -> Content:
    """Return the content of a workbook in which the unit reports nothing, but all that is asked for."""
    content = Content(summary=summary(survey, identity))
    region = region_values(survey, identity.region)
    for indicator in _required(survey, identity):
        content.set(indicator.form, indicator.code, _nothing(survey, identity, indicator, region))
    return content


def list_open_cells(survey: Survey, identity: Identity) -> Iterator[Indicator]:
    """Yield the cells that the unit fills by hand, the cover's first."""
    for form in survey.filled_by(identity.kind, identity.level):
        for indicator in form.indicators.values():
            if indicator.kind is not Kind.COMPOSITE and indicator.typed_by(identity.kind, identity.level):
                yield indicator


def summary(survey: Survey, identity: Identity) -> str:
    """Return a 工作总结 that is long enough."""
    paragraphs: list[str] = [text.format(year=identity.year, title=survey.title) for text in lookup("zero.summary")]
    written = "\n".join(paragraphs)
    return written * (1 + survey.summary_min_length // len(written))


def region_values(survey: Survey, region: str) -> dict[str, str]:
    """Return by code list the area that a 行政区划代码 lies in, wider areas too; below it the first there are."""
    values = name_areas(survey, region)
    for codes in _widest_first(survey):
        if codes.id not in values:
            values[codes.id] = _first_in(codes, "".join(_path(survey, codes, values)))
    return values


def _required(survey: Survey, identity: Identity) -> Iterator[Indicator]:
    return (indicator for indicator in list_open_cells(survey, identity) if indicator.required)


def _nothing(survey: Survey, identity: Identity, indicator: Indicator, region: dict[str, str]) -> Value:
    """Return what stands in a required cell of a unit that has nothing to report."""
    if indicator.kind.is_number:
        return 0.0
    if survey.checklist and indicator.form == survey.checklist.id:
        return indicator.options[0].code
    if indicator.kind.is_date:
        return _day(survey, identity, indicator)
    if indicator.code_list:
        return region[indicator.code_list]
    if indicator.options or indicator.kind is Kind.YES_NO:
        return indicator.options[-1].code if indicator.options else lookup("workbook.yes_no")[-1].split(" ")[0]
    return _text(identity, indicator)


def _text(identity: Identity, indicator: Indicator) -> str:
    if indicator.kind is Kind.USCC:
        return identity.uscc if uscc.is_valid(identity.uscc) else say("zero.uscc")
    if indicator.kind.is_code:
        return say(f"zero.{indicator.kind.value}")
    return identity.name if indicator.role == "unit_name" else say("zero.text")


def _day(survey: Survey, identity: Identity, indicator: Indicator) -> date:
    """Return a day before the first deadline for the sign-off, a day long ago for anything else."""
    if indicator.form != survey.cover.id:
        return date(identity.year - _YEARS_OF_EXISTENCE, 1, 1)
    due = [deadline.due(identity.year) for deadline in survey.deadlines]
    return min(due, default=date(identity.year + 1, 1, 31)) - timedelta(days=_DAYS_BEFORE_DUE)


# --- areas -----------------------------------------------------------------------------------------------------------


def name_areas(survey: Survey, region: str) -> dict[str, str]:
    """Return by code list the area that has this code and those around it; a town's code begins with its county's."""
    for codes in survey.code_lists.values():
        for place, code in enumerate(codes.codes):
            if code and region.startswith(code):
                return _with_wider(survey, codes, place)
    return {}


def _with_wider(survey: Survey, codes: CodeList, place: int) -> dict[str, str]:
    values = {codes.id: codes.values[place]}
    while codes.parent:
        path, codes = codes.parents[place], survey.code_lists[codes.parent]
        paths = codes.parents or ("",) * len(codes.values)
        place = [above + value for above, value in zip(paths, codes.values, strict=True)].index(path)
        values[codes.id] = codes.values[place]
    return values


def _widest_first(survey: Survey) -> list[CodeList]:
    return sorted(survey.code_lists.values(), key=lambda codes: len(_parents(survey, codes)))


def _parents(survey: Survey, codes: CodeList) -> list[str]:
    """Return the ids of the lists around this one, widest first."""
    found: list[str] = []
    while codes.parent:
        found.insert(0, codes.parent)
        codes = survey.code_lists[codes.parent]
    return found


def _path(survey: Survey, codes: CodeList, values: dict[str, str]) -> list[str]:
    return [values[parent] for parent in _parents(survey, codes)]


def _first_in(codes: CodeList, path: str) -> str:
    """Return the first value within the wider area at ``path``; ``""`` where it has no narrower ones."""
    if not codes.parent:
        return codes.values[0]
    return next((value for value, above in zip(codes.values, codes.parents, strict=True) if above == path), "")
