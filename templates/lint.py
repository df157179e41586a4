"""Definition checks D0xx, in the manner of Django's system checks: each says what is wrong, where, and what to do.

The loader has already refused what cannot be read, and :mod:`templates.sound` what nothing can be made of. Here a
survey is held against what people need and what a rule must have. Ids are never reused; the words stand in
``words/lint.toml``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from templates.expand import CHECKLIST
from templates.expression import Arithmetic, CellRef, Number, walk
from templates.headings import list_meanings
from templates.migration import MIGRATIONS, Migration, Place
from templates.model import CodeStatus, Form, Indicator, RollUp, Rule, Severity, Survey
from templates.nature import EXACT
from templates.older import show_place
from templates.problems import Problem, make_problem
from templates.sound import SOUND, list_indicators, name_form_file, name_ledger_file, name_rule_file

TEXT_LIMIT = 255
"""Excel's limit on an input prompt, and on the list of a dropdown."""


def lint(survey: Survey) -> list[Problem]:
    """Return every problem of the survey's definitions, errors first."""
    found = [problem for check in CHECKS for problem in check(survey)]
    return sorted(found, key=lambda problem: (problem.severity is Severity.INFO, problem.file, problem.id))


def _checklist(survey: Survey) -> Iterator[Problem]:
    """D030, D031, D032 for items of the checklist."""
    items = survey.checklist.indicators.values() if survey.checklist else ()
    for item in items:
        if len(item.definition) > TEXT_LIMIT:
            yield make_problem("D030", CHECKLIST, where=item.code, length=len(item.definition))
        if not (item.definition and item.definition_source):
            yield make_problem("D031", CHECKLIST, where=item.code)
        if len(",".join(option.shown for option in item.options)) > TEXT_LIMIT:
            yield make_problem("D032", CHECKLIST, where=item.code)


# --- rules -----------------------------------------------------------------------------------------------------------


def _rules(survey: Survey) -> Iterator[Problem]:
    """D020: an id stands once. D021: examples on both sides. D022, D023: a hint, and a message with its numbers.

    D043: what an officer has to accept is a warning.
    """
    for id, times in Counter(rule.id for rule in survey.rules).items():
        if times > 1:
            yield make_problem("D020", "rules/", rule=id)
    for rule in survey.rules:
        if not rule.passing or not rule.failing:
            yield make_problem("D021", name_rule_file(survey, rule), rule=rule.id)
        if not rule.hint or not rule.source:
            yield make_problem("D022", name_rule_file(survey, rule), rule=rule.id)
        if _compares_numbers(survey, rule) and not any(not isinstance(part, str) for part in rule.message):
            yield make_problem("D023", name_rule_file(survey, rule), rule=rule.id)
        if rule.hold and rule.severity is not Severity.WARNING:
            yield make_problem("D043", name_rule_file(survey, rule), rule=rule.id)


def _compares_numbers(survey: Survey, rule: Rule) -> bool:
    indicators = (survey.indicator(reference) for reference in rule.reads)
    return any(indicator is not None and indicator.kind.is_number for indicator in indicators)


# --- what a workbook can bear ----------------------------------------------------------------------------------------


def _prompts(survey: Survey) -> Iterator[Problem]:
    """D030: definitions fit an input prompt. D031: every number has a definition. D032: dropdown lists fit."""
    for indicator in list_indicators(survey):
        where, file = f"{indicator.form}-{indicator.code}", name_form_file(indicator.form)
        if len(indicator.definition) > TEXT_LIMIT:
            yield make_problem("D030", file, where=where, length=len(indicator.definition))
        if indicator.kind.is_number and not (indicator.definition and indicator.definition_source):
            yield make_problem("D031", file, where=where)
        if len(",".join(option.shown for option in indicator.options)) > TEXT_LIMIT:
            yield make_problem("D032", file, where=where)
    for ledger in survey.ledgers:
        for column in ledger.columns:
            if len(column.definition) > TEXT_LIMIT:
                where = f"{ledger.short}.{column.name}"
                yield make_problem("D030", name_ledger_file(ledger), where=where, length=len(column.definition))
            if len(",".join(column.options)) > TEXT_LIMIT:
                yield make_problem("D032", name_ledger_file(ledger), where=f"{ledger.short}.{column.name}")


def _composition(survey: Survey) -> Iterator[Problem]:
    """D035: a cell can be composed as its row says; what ledgers give is composed with them."""
    for indicator in list_indicators(survey):
        way = indicator.compose
        if way is not None and (indicator.derive is not None or not way.fits(indicator.kind)):
            where = f"{indicator.form}-{indicator.code}"
            yield make_problem("D035", name_form_file(indicator.form), where=where, compose=way.value)


def _rolled_up(survey: Survey) -> Iterator[Problem]:
    """D037: a cell can be rolled up as its row says: only numbers are; a ratio is plain arithmetic of its own form."""
    for indicator in list_indicators(survey):
        declared = indicator.rollup is not RollUp.SUM or indicator.over_totals is not None
        if declared and not (indicator.kind.is_number and _over_totals(survey, indicator)):
            where = f"{indicator.form}-{indicator.code}"
            yield make_problem("D037", name_form_file(indicator.form), where=where)


def _over_totals(survey: Survey, indicator: Indicator) -> bool:
    """Return whether all that a ratio is worked out by is a number, or the total of a cell that adds up."""
    nodes = list(walk(indicator.over_totals)) if indicator.over_totals is not None else []
    named = [node for node in nodes if isinstance(node, CellRef)]
    cells = [survey.indicator(node) for node in named]
    fit = all(cell is not None and cell.form == indicator.form and cell.adds_up for cell in cells)
    plain = all(isinstance(node, (CellRef, Number, Arithmetic)) for node in nodes)
    return fit and plain and all(node.view == "now" for node in named)


def _most(survey: Survey) -> Iterator[Problem]:
    """D038: what no unit can have more of is a number that a cell can hold, of a measure that some cell has."""
    measures = {cell.measure for cell in list_indicators(survey) if cell.kind.is_number}
    measures |= {cell.measure for ledger in survey.ledgers for cell in ledger.columns if cell.kind.is_number}
    for measure, most in survey.most.items():
        if measure not in measures or not 0 < most < EXACT:
            yield make_problem("D038", "survey.toml", measure=measure)


def _unlikely(survey: Survey) -> Iterator[Problem]:
    """D044: too much or too little is asked about by measures that some row has, and at levels that there are."""
    known = {cell.measure for cell in list_indicators(survey) if cell.kind.is_number}
    for name in (*sorted(set(survey.unlikely) - known), *sorted(set(survey.larger_levels) - set(survey.levels))):
        yield make_problem("D044", "survey.toml", name=name)


def _synonyms(survey: Survey) -> Iterator[Problem]:
    """D036: a heading of a clerk's own list means one column of a ledger."""
    for ledger in survey.ledgers:
        for heading, names in list_meanings(ledger).items():
            if len(names) > 1:
                file, listed = name_ledger_file(ledger), "、".join(names)
                yield make_problem("D036", file, ledger=ledger.short, heading=heading, names=listed)


# --- older definitions -----------------------------------------------------------------------------------------------


def _migrations(survey: Survey) -> Iterator[Problem]:
    """D060: a mapping leads to places that exist, within a part. D061: each place stands once. D062: from elsewhere."""
    for source, times in Counter(migration.source for migration in survey.migrations).items():
        if times > 1 or source in (survey.version, survey.hash):
            yield make_problem("D062", MIGRATIONS, source=source)
    for migration in survey.migrations:
        known = _places(survey)
        for old, new in migration.rename.items():
            if new not in known or old[0] != new[0]:
                yield make_problem("D060", MIGRATIONS, source=migration.source, place=show_place(new, survey))
        for place in migration.add:
            if place not in known:
                yield make_problem("D060", MIGRATIONS, source=migration.source, place=show_place(place, survey))
        for place in migration.drop:
            if not place[1] or place[0] not in {part for part, _ in known}:
                yield make_problem("D060", MIGRATIONS, source=migration.source, place=show_place(place, survey))
        yield from _twice(migration, survey)


def _places(survey: Survey) -> set[Place]:
    """Return every row and column that a mapping may lead to."""
    rows = {(form.id, code) for form in survey.form.values() for code in form.indicators}
    return rows | {(ledger.short, column.name) for ledger in survey.ledgers for column in ledger.columns}


def _twice(migration: Migration, survey: Survey) -> Iterator[Problem]:
    old, new = [*migration.rename, *migration.drop], [*migration.rename.values(), *migration.add]
    for places in (old, new):
        for place, times in Counter(places).items():
            if times > 1:
                yield make_problem("D061", MIGRATIONS, source=migration.source, place=show_place(place, survey))


# --- what is known to be unfinished ----------------------------------------------------------------------------------


def _unfinished(survey: Survey) -> Iterator[Problem]:
    """D050: lost pages. D051: codes that are open. D052: measures to be confirmed. All of them information."""
    for form in survey.forms:
        yield from _unfinished_form(form)


def _unfinished_form(form: Form) -> Iterator[Problem]:
    file, rows = name_form_file(form.id), list(form.indicators.values())
    open_codes = [row.code for row in rows if row.code_status is CodeStatus.OPEN]
    unverified = [row.code for row in rows if not row.measure_verified]
    if form.missing:
        yield make_problem("D050", file, form=form.id, missing=form.missing)
    if open_codes:
        yield make_problem("D051", file, form=form.id, codes="、".join(open_codes))
    if unverified:
        yield make_problem("D052", file, form=form.id, codes="、".join(unverified))


CHECKS: tuple[Callable[[Survey], Iterator[Problem]], ...] = (
    *SOUND,
    _checklist,
    _rules,
    _prompts,
    _composition,
    _rolled_up,
    _most,
    _unlikely,
    _synonyms,
    _migrations,
    _unfinished,
)
"""All checks, in the order they are made."""
