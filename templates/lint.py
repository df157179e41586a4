"""Definition checks D0xx, in the manner of Django's system checks: each says what is wrong, where, and what to do.

The loader has already refused what cannot be read (D001–D007). Here a survey that loads is held against what a workbook
can bear and what a rule must have. Ids are never reused; the words stand in ``words/lint.toml``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from templates.expand import CHECKLIST, Problem
from templates.expression import Aggregate, Arithmetic, Call, CellRef, Column, Compare, Node, Number, Text, walk
from templates.headings import list_meanings
from templates.layout import WorkbookLayout
from templates.migration import MIGRATIONS, Migration, Place
from templates.model import CodeStatus, Form, Indicator, Kind, Ledger, RollUp, Rule, Severity, Survey
from templates.older import show_place
from templates.words import lookup

TEXT_LIMIT = 255
"""Excel's limit on an input prompt, and on the list of a dropdown."""

SHEET_NAME_LIMIT = 31
FORBIDDEN_IN_SHEET_NAMES = frozenset("[]:*?/\\")


def lint(survey: Survey) -> list[Problem]:
    """Return every problem of the survey's definitions, errors first."""
    found = [problem for check in CHECKS for problem in check(survey)]
    return sorted(found, key=lambda problem: (problem.severity is Severity.INFO, problem.file, problem.id))


def make_problem(id: str, file: str, severity: Severity = Severity.ERROR, **values: object) -> Problem:
    """Return the problem ``id``, worded by ``[<id>]`` of words/lint.toml."""
    words = lookup(f"lint.{id}")
    return Problem(id, file, words["message"].format(**values), words["hint"].format(**values), severity)


def _form_file(form: str) -> str:
    return f"forms/{form}.toml"


def _ledger_file(ledger: Ledger) -> str:
    return f"ledgers/{ledger.id}-{ledger.short}.toml"


def _rule_file(rule: Rule) -> str:
    if rule.family:
        return _form_file(rule.form) if rule.form else "ledgers/"
    return f"rules/{rule.form}.toml"


def _all_indicators(survey: Survey) -> Iterator[Indicator]:
    for form in survey.forms:
        yield from form.indicators.values()


# --- names that rules and rows use -----------------------------------------------------------------------------------


def _references(survey: Survey) -> Iterator[Problem]:
    """D010: every [code] exists. D011: every ledger and column exists. D012: `at` is a row of the form."""
    for rule in survey.rules:
        for tree in rule.trees:
            yield from _unknown(survey, tree, rule.each, rule.id, _rule_file(rule))
        if rule.at and CellRef(rule.form, rule.at) not in _known(survey, rule.form):
            yield make_problem("D012", _rule_file(rule), rule=rule.id, code=rule.at)
    for indicator in _all_indicators(survey):
        if indicator.alternative and indicator.alternative not in survey.form[indicator.form].indicators:
            where, file = f"{indicator.form}-{indicator.code}", _form_file(indicator.form)
            yield make_problem("D010", file, where=where, form=indicator.form, code=indicator.alternative)
        for formula in (indicator.derive, indicator.ledger_sum):
            if formula is not None:
                where = f"{indicator.form}-{indicator.code}"
                yield from _unknown(survey, formula, "", where, _form_file(indicator.form))


def _known(survey: Survey, form: str) -> set[CellRef]:
    return {row.reference for row in survey.form[form].indicators.values()} if form in survey.form else set()


def _unknown(survey: Survey, tree: Node, each: str, where: str, file: str) -> Iterator[Problem]:
    for node in walk(tree):
        if isinstance(node, CellRef) and survey.indicator(node) is None:
            yield make_problem("D010", file, where=where, form=node.form, code=node.code)
        elif isinstance(node, Aggregate):
            named = [found.name for term in node.conditions for found in walk(term) if isinstance(found, Column)]
            yield from _unknown_columns(survey, node.ledger, [*named, node.column], where, file)
        elif isinstance(node, Column) and each:
            yield from _unknown_columns(survey, node.ledger or each, [node.name], where, file)
        elif isinstance(node, Call) and node.function == "in_list":
            name = node.arguments[1].value if isinstance(node.arguments[1], Text) else ""
            if name not in survey.code_lists:
                yield make_problem("D013", file, where=where, name=name)


def _unknown_columns(survey: Survey, short: str, columns: list[str], where: str, file: str) -> Iterator[Problem]:
    ledger = survey.ledger.get(short)
    if ledger is None:
        yield make_problem("D011", file, where=where, name=short)
        return
    for name in columns:
        if name and name not in ledger.by_name:
            yield make_problem("D011", file, where=where, name=f"{short}.{name}")


def _conditions(survey: Survey) -> Iterator[Problem]:
    """D014: the conditions of an aggregate compare a column with a constant, as Excel can count it."""
    for rule in survey.rules:
        for node in (node for tree in rule.trees for node in walk(tree)):
            for term in node.conditions if isinstance(node, Aggregate) else ():
                if not _countable(term):
                    yield make_problem("D014", _rule_file(rule), where=rule.id)


def _countable(term: Node) -> bool:
    return isinstance(term, Compare) and isinstance(term.left, Column) and isinstance(term.right, Text | Number)


def _code_lists(survey: Survey) -> Iterator[Problem]:
    """D013: every code list that a row or column names exists."""
    for indicator in _all_indicators(survey):
        if indicator.code_list and indicator.code_list not in survey.code_lists:
            where = f"{indicator.form}-{indicator.code}"
            yield make_problem("D013", _form_file(indicator.form), where=where, name=indicator.code_list)
    for ledger in survey.ledgers:
        for column in ledger.columns:
            if column.code_list and column.code_list not in survey.code_lists:
                yield make_problem("D013", _ledger_file(ledger), where=column.name, name=column.code_list)


def _levels(survey: Survey) -> Iterator[Problem]:
    """D015: levels and kinds that rows and kinds name are declared."""
    for kind in survey.kinds:
        for level in set(kind.levels) - set(survey.levels):
            yield make_problem("D015", "survey.toml", where=kind.name, name=level)
    for ledger in survey.ledgers:
        for name in set(ledger.required_for) - set(survey.levels) - set(survey.kind):
            yield make_problem("D015", _ledger_file(ledger), where=ledger.short, name=name)
    for indicator in _all_indicators(survey):
        named = set(indicator.only_levels) - set(survey.levels) | set(indicator.only_kinds) - set(survey.kind)
        for name in named:
            yield make_problem(
                "D015", _form_file(indicator.form), where=f"{indicator.form}-{indicator.code}", name=name
            )


def _checklist(survey: Survey) -> Iterator[Problem]:
    """D010, D015, D030, D031, D032, D034 for items of the checklist; no rule reads them: not every unit has each."""
    items = survey.checklist.indicators.values() if survey.checklist else ()
    for item in items:
        for cell in (cell for cell in item.about if survey.indicator(cell) is None):
            yield make_problem("D010", CHECKLIST, where=item.code, form=cell.form, code=cell.code)
        for name in set(item.only_levels) - set(survey.levels):
            yield make_problem("D015", CHECKLIST, where=item.code, name=name)
        if len(item.definition) > TEXT_LIMIT:
            yield make_problem("D030", CHECKLIST, where=item.code, length=len(item.definition))
        if not (item.definition and item.definition_source):
            yield make_problem("D031", CHECKLIST, where=item.code)
        if len(",".join(option.shown for option in item.options)) > TEXT_LIMIT:
            yield make_problem("D032", CHECKLIST, where=item.code)
        if not item.options:
            yield make_problem("D034", CHECKLIST, where=item.code)
    names = {item.form for item in items}
    for rule in survey.rules:
        for cell in (cell for cell in rule.reads if cell.form in names):
            yield make_problem("D010", _rule_file(rule), where=rule.id, form=cell.form, code=cell.code)


# --- rules -----------------------------------------------------------------------------------------------------------


def _rules(survey: Survey) -> Iterator[Problem]:
    """D020: an id stands once. D021: a passing and a failing example. D022: a message with its numbers and a hint."""
    for id, times in Counter(rule.id for rule in survey.rules).items():
        if times > 1:
            yield make_problem("D020", "rules/", rule=id)
    for rule in survey.rules:
        if not rule.passing or not rule.failing:
            yield make_problem("D021", _rule_file(rule), rule=rule.id)
        if not rule.hint or not rule.source:
            yield make_problem("D022", _rule_file(rule), rule=rule.id)
        if _compares_numbers(survey, rule) and not any(not isinstance(part, str) for part in rule.message):
            yield make_problem("D023", _rule_file(rule), rule=rule.id)


def _compares_numbers(survey: Survey, rule: Rule) -> bool:
    indicators = (survey.indicator(reference) for reference in rule.reads)
    return any(indicator is not None and indicator.kind.is_number for indicator in indicators)


# --- what a workbook can bear ----------------------------------------------------------------------------------------


def _prompts(survey: Survey) -> Iterator[Problem]:
    """D030: definitions fit an input prompt. D031: every number has a definition. D032: dropdown lists fit."""
    for indicator in _all_indicators(survey):
        where, file = f"{indicator.form}-{indicator.code}", _form_file(indicator.form)
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
                yield make_problem("D030", _ledger_file(ledger), where=where, length=len(column.definition))
            if len(",".join(column.options)) > TEXT_LIMIT:
                yield make_problem("D032", _ledger_file(ledger), where=f"{ledger.short}.{column.name}")


def _sheets(survey: Survey) -> Iterator[Problem]:
    """D033: sheet names that Excel takes."""
    for kind in survey.kinds:
        layout = WorkbookLayout(survey, kind.name, kind.levels[0])
        for sheet in layout.marked:
            if len(sheet) > SHEET_NAME_LIMIT or FORBIDDEN_IN_SHEET_NAMES & set(sheet):
                yield make_problem("D033", "ledgers/", name=sheet)


def _choices(survey: Survey) -> Iterator[Problem]:
    """D034: a choice has choices."""
    for indicator in _all_indicators(survey):
        if indicator.kind in (Kind.CHOICE, Kind.YES_NO) and not (indicator.options or indicator.code_list):
            yield make_problem("D034", _form_file(indicator.form), where=f"{indicator.form}-{indicator.code}")


def _composition(survey: Survey) -> Iterator[Problem]:
    """D035: a cell can be composed as its row says; what ledgers give is composed with them."""
    for indicator in _all_indicators(survey):
        way = indicator.compose
        if way is not None and (indicator.derive is not None or not way.fits(indicator.kind)):
            where = f"{indicator.form}-{indicator.code}"
            yield make_problem("D035", _form_file(indicator.form), where=where, compose=way.value)


def _rolled_up(survey: Survey) -> Iterator[Problem]:
    """D037: a cell can be rolled up as its row says: only numbers are; a ratio is plain arithmetic of its own form."""
    for indicator in _all_indicators(survey):
        declared = indicator.rollup is not RollUp.SUM or indicator.over_totals is not None
        if declared and not (indicator.kind.is_number and _over_totals(survey, indicator)):
            where = f"{indicator.form}-{indicator.code}"
            yield make_problem("D037", _form_file(indicator.form), where=where)


def _over_totals(survey: Survey, indicator: Indicator) -> bool:
    """Return whether all that a ratio is worked out by is a number, or the total of a cell that adds up."""
    nodes = list(walk(indicator.over_totals)) if indicator.over_totals is not None else []
    named = [node for node in nodes if isinstance(node, CellRef)]
    cells = [survey.indicator(node) for node in named]
    fit = all(cell is not None and cell.form == indicator.form and cell.adds_up for cell in cells)
    plain = all(isinstance(node, (CellRef, Number, Arithmetic)) for node in nodes)
    return fit and plain and all(node.view == "now" for node in named)


def _synonyms(survey: Survey) -> Iterator[Problem]:
    """D036: a heading of a clerk's own list means one column of a ledger."""
    for ledger in survey.ledgers:
        for heading, names in list_meanings(ledger).items():
            if len(names) > 1:
                file, listed = _ledger_file(ledger), "、".join(names)
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
    file, rows = _form_file(form.id), list(form.indicators.values())
    open_codes = [row.code for row in rows if row.code_status is CodeStatus.OPEN]
    unverified = [row.code for row in rows if not row.measure_verified]
    if form.missing:
        yield make_problem("D050", file, Severity.INFO, form=form.id, missing=form.missing)
    if open_codes:
        yield make_problem("D051", file, Severity.INFO, form=form.id, codes="、".join(open_codes))
    if unverified:
        yield make_problem("D052", file, Severity.INFO, form=form.id, codes="、".join(unverified))


CHECKS: tuple[Callable[[Survey], Iterator[Problem]], ...] = (
    _references,
    _conditions,
    _code_lists,
    _levels,
    _checklist,
    _rules,
    _prompts,
    _sheets,
    _choices,
    _composition,
    _rolled_up,
    _synonyms,
    _migrations,
    _unfinished,
)
"""All checks, in the order they are made."""
