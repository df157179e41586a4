"""What must hold before anything is made of definitions that load: names lead somewhere, expressions can be worked out.

A survey with a problem of these is refused by every command (:func:`list_unusable`); :mod:`templates.lint` tells them
all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from templates.across_checks import check_across
from templates.expand import CHECKLIST
from templates.expression import (
    Aggregate,
    Call,
    CellRef,
    ColumnRef,
    Compare,
    Node,
    Number,
    Text,
    list_ledgers,
    list_references,
    walk,
)
from templates.layout import WorkbookLayout
from templates.meant import find_meant, tell_meant
from templates.model import Example, Indicator, Kind, Ledger, Rule, Survey
from templates.problems import Problem, make_problem
from templates.sampling_checks import check_sampling
from templates.wellformed import Type, find_misfits
from templates.words import lookup

SHEET_NAME_LIMIT = 31
FORBIDDEN_IN_SHEET_NAMES = frozenset("[]:*?/\\")


def list_unusable(survey: Survey) -> list[Problem]:
    """Return what keeps workbooks and audits from being made of the survey."""
    return [problem for check in SOUND for problem in check(survey)]


def name_form_file(form: str) -> str:
    """Return the file that declares a form."""
    return f"forms/{form}.toml"


def name_ledger_file(ledger: Ledger) -> str:
    """Return the file that declares a ledger."""
    return f"ledgers/{ledger.id}-{ledger.short}.toml"


def name_rule_file(survey: Survey, rule: Rule) -> str:
    """Return the file that a rule is to be mended in; that of a family stands where its attribute does."""
    if not rule.family:
        return f"rules/{rule.form}.toml"
    return name_form_file(rule.form) if rule.form else name_ledger_file(survey.ledger[rule.each])


def list_indicators(survey: Survey) -> Iterator[Indicator]:
    """Yield every row of every form that takes data."""
    for form in survey.forms:
        yield from form.indicators.values()


def _formulas(survey: Survey) -> Iterator[tuple[Indicator, Node]]:
    """Yield every expression that a row is worked out by, with its row."""
    for indicator in list_indicators(survey):
        for tree in (indicator.derive, indicator.ledger_sum):
            if tree is not None:
                yield indicator, tree


def make_row_problem(id: str, indicator: Indicator, **values: object) -> Problem:
    """Return the problem ``id`` of a row."""
    where = f"{indicator.form}-{indicator.code}"
    return make_problem(id, name_form_file(indicator.form), where=where, **values)


def _make_unknown(id: str, file: str, where: str, name: str, known: Iterable[str]) -> Problem:
    """Return the problem that ``where`` names what is not declared, with the one that may be meant."""
    return make_problem(id, file, where=where, name=name, meant=tell_meant(name, known))


def _make_unknown_cell(survey: Survey, file: str, where: str, cell: CellRef) -> Problem:
    """Return the problem that ``where`` names a cell that no form has, with the one that may be meant."""
    form = cell.form if cell.form in survey.form else find_meant(cell.form, survey.form)
    codes = survey.form[form].indicators if form else {}
    code = cell.code if cell.code in codes else find_meant(cell.code, codes)
    told = f"[{form}!{code}]" if form and code else ""
    meant = tell_meant(told, [told])
    return make_problem("D010", file, where=where, form=cell.form, code=cell.code, meant=meant)


def _list_units(survey: Survey) -> list[str]:
    return [*survey.levels, *survey.kind]


def _list_own_rules(survey: Survey) -> Iterator[Rule]:
    """Yield the rules that say something of their own: not those that an expression makes which is wrong itself."""
    wrong = {
        indicator.reference
        for indicator, tree in _formulas(survey)
        if any(_unknown(survey, tree, "", "", "")) or any(find_misfits(survey, tree, "", Type.NUMBER))
    }
    return (rule for rule in survey.rules if not (rule.family and CellRef(rule.form, rule.at) in wrong))


# --- names that rules and rows use -----------------------------------------------------------------------------------


def _references(survey: Survey) -> Iterator[Problem]:
    """D010: every [code] exists. D011: every ledger and column exists. D012: `at` is a row of the form."""
    for rule in _list_own_rules(survey):
        for tree in rule.trees:
            yield from _unknown(survey, tree, rule.each, rule.id, name_rule_file(survey, rule))
        if rule.at and CellRef(rule.form, rule.at) not in _known(survey, rule.form):
            yield make_problem("D012", name_rule_file(survey, rule), rule=rule.id, code=rule.at)
        if rule.each:
            yield from _unknown_columns(survey, rule.each, [], rule.id, name_rule_file(survey, rule))
    for indicator in list_indicators(survey):
        where, file = f"{indicator.form}-{indicator.code}", name_form_file(indicator.form)
        if indicator.alternative and indicator.alternative not in survey.form[indicator.form].indicators:
            yield _make_unknown_cell(survey, file, where, CellRef(indicator.form, indicator.alternative))
        if indicator.ledger:
            yield from _unknown_columns(survey, indicator.ledger, [], where, file)
    for indicator, tree in _formulas(survey):
        where = f"{indicator.form}-{indicator.code}"
        yield from _unknown(survey, tree, "", where, name_form_file(indicator.form))


def _known(survey: Survey, form: str) -> set[CellRef]:
    return {row.reference for row in survey.form[form].indicators.values()} if form in survey.form else set()


def _unknown(survey: Survey, tree: Node, each: str, where: str, file: str) -> Iterator[Problem]:
    for node in walk(tree):
        if isinstance(node, CellRef) and survey.indicator(node) is None:
            yield _make_unknown_cell(survey, file, where, node)
        elif isinstance(node, Aggregate):
            named = [found.name for term in node.conditions for found in walk(term) if isinstance(found, ColumnRef)]
            yield from _unknown_columns(survey, node.ledger, [*named, node.column], where, file)
        elif isinstance(node, ColumnRef) and each:
            yield from _unknown_columns(survey, node.ledger or each, [node.name], where, file)
        elif isinstance(node, Call) and node.function == "in_list":
            for name in [text.value for text in node.arguments[1:] if isinstance(text, Text)]:
                if name not in survey.code_lists:
                    yield _make_unknown("D013", file, where, name, survey.code_lists)


def _unknown_columns(survey: Survey, short: str, columns: list[str], where: str, file: str) -> Iterator[Problem]:
    ledger = survey.ledger.get(short)
    if ledger is None:
        yield _make_unknown("D011", file, where, short, survey.ledger)
        return
    for name in columns:
        if name and name not in ledger.by_name:
            meant = find_meant(name, ledger.by_name)
            yield _make_unknown("D011", file, where, f"{short}.{name}", [f"{short}.{meant}"] if meant else [])


def _conditions(survey: Survey) -> Iterator[Problem]:
    """D014: the conditions of an aggregate compare a column with a constant, as Excel can count it."""
    for rule in survey.rules:
        if not all(_countable(term) for tree in rule.trees for term in _terms(tree)):
            yield make_problem("D014", name_rule_file(survey, rule), where=rule.id)
    for indicator, tree in _formulas(survey):
        if not all(_countable(term) for term in _terms(tree)):
            yield make_row_problem("D014", indicator)


def _terms(tree: Node) -> Iterator[Node]:
    for node in walk(tree):
        yield from node.conditions if isinstance(node, Aggregate) else ()


def _countable(term: Node) -> bool:
    return isinstance(term, Compare) and isinstance(term.left, ColumnRef) and isinstance(term.right, Text | Number)


def _code_lists(survey: Survey) -> Iterator[Problem]:
    """D013: every code list that a row or column names exists."""
    for indicator in list_indicators(survey):
        if indicator.code_list and indicator.code_list not in survey.code_lists:
            where = f"{indicator.form}-{indicator.code}"
            yield _make_unknown("D013", name_form_file(indicator.form), where, indicator.code_list, survey.code_lists)
    for ledger in survey.ledgers:
        for column in ledger.columns:
            if column.code_list and column.code_list not in survey.code_lists:
                yield _make_unknown("D013", name_ledger_file(ledger), column.name, column.code_list, survey.code_lists)


def _levels(survey: Survey) -> Iterator[Problem]:
    """D015: levels and kinds that rows and kinds name are declared."""
    for kind in survey.kinds:
        for level in set(kind.levels) - set(survey.levels):
            yield _make_unknown("D015", "survey.toml", kind.name, level, survey.levels)
    for step in survey.deadlines:
        for level in set(step.levels) - set(survey.levels):
            yield _make_unknown("D015", "survey.toml", step.name, level, survey.levels)
    for ledger in survey.ledgers:
        for name in set(ledger.required_for) - set(survey.levels) - set(survey.kind):
            yield _make_unknown("D015", name_ledger_file(ledger), ledger.short, name, _list_units(survey))
    for indicator in list_indicators(survey):
        kinds = {*indicator.only_kinds, *indicator.not_kinds}
        named = {*indicator.only_levels, *indicator.soft_levels} - set(survey.levels) | kinds - set(survey.kind)
        for name in named:
            where = f"{indicator.form}-{indicator.code}"
            yield _make_unknown("D015", name_form_file(indicator.form), where, name, _list_units(survey))


def _items(survey: Survey) -> Iterator[Problem]:
    """D010, D015, D034 for items of the checklist; no rule reads them: not every unit has each."""
    items = survey.checklist.indicators.values() if survey.checklist else ()
    for item in items:
        for cell in (cell for cell in item.about if survey.indicator(cell) is None):
            yield _make_unknown_cell(survey, CHECKLIST, item.code, cell)
        for name in set(item.only_levels) - set(survey.levels):
            yield _make_unknown("D015", CHECKLIST, item.code, name, survey.levels)
        if not item.options:
            yield make_problem("D034", CHECKLIST, where=item.code)
    names = {item.form for item in items}
    for rule in survey.rules:
        for cell in (cell for cell in rule.reads if cell.form in names):
            yield _make_unknown_cell(survey, name_rule_file(survey, rule), rule.id, cell)


# --- expressions -----------------------------------------------------------------------------------------------------


def _types(survey: Survey) -> Iterator[Problem]:
    """D019: an expression can be worked out, and yields what is wanted of it."""
    for rule in _list_own_rules(survey):
        wanted = [(tree, Type.TRUTH) for tree in rule.judged]
        spoken = [(part, None) for part in rule.message if not isinstance(part, str)]
        for tree, type in (*wanted, *spoken):
            for reason in find_misfits(survey, tree, rule.each, type):
                yield make_problem("D019", name_rule_file(survey, rule), where=rule.id, reason=reason)
    for indicator, tree in _formulas(survey):
        for reason in find_misfits(survey, tree, "", Type.NUMBER):
            yield make_row_problem("D019", indicator, reason=reason)
        if not indicator.kind.is_number:
            yield make_row_problem("D019", indicator, reason=lookup("lint.types.no_number"))


def _circles(survey: Survey) -> Iterator[Problem]:
    """D018: no cell is worked out by itself."""
    for indicator in list_indicators(survey):
        seen, waiting = set[CellRef](), _worked_out_by(survey, indicator.reference)
        while waiting:
            cell = waiting.pop()
            if cell not in seen:
                seen.add(cell)
                waiting += _worked_out_by(survey, cell)
        if indicator.reference in seen:
            yield make_row_problem("D018", indicator)


def _worked_out_by(survey: Survey, cell: CellRef) -> list[CellRef]:
    indicator = survey.indicator(cell)
    tree = indicator.derive if indicator else None
    return (
        [] if tree is None else [replace(found, view="now") for found in list_references(tree) if found.view != "prior"]
    )


def _examples(survey: Survey) -> Iterator[Problem]:
    """D007: an example names cells, columns, kinds and levels that are declared, and days that there are."""
    for rule in _list_own_rules(survey):
        for example in (*rule.passing, *rule.failing):
            for key in dict.fromkeys(_odd_keys(survey, example)):
                yield make_problem("D007", name_rule_file(survey, rule), rule=rule.id, key=key)


def _odd_keys(survey: Survey, example: Example) -> Iterator[str]:
    for cell, value in example.values.items():
        indicator = survey.indicator(cell)
        if indicator is None or not _may_hold(indicator.kind, value):
            yield f"{cell.form}!{cell.code}"
    for short, rows in example.rows.items():
        columns = survey.ledger[short].by_name
        for name, value in ((name, value) for row in rows for name, value in row.items()):
            if name not in columns or not _may_hold(columns[name].kind, value):
                yield f"{short}.{name}"
    if example.kind and example.kind not in survey.kind:
        yield example.kind
    if example.level and example.level not in survey.levels:
        yield example.level


def _may_hold(kind: Kind, value: object) -> bool:
    """Return whether a day is one; a text without digits in front is what a clerk may have typed instead."""
    if not (kind.is_date and isinstance(value, str) and value[:1].isdigit()):
        return True
    try:
        date.fromisoformat(value if value.count("-") == 2 else f"{value}-01")
    except ValueError:
        return False
    return True


# --- what a workbook holds -------------------------------------------------------------------------------------------


def _within_reach(survey: Survey) -> Iterator[Problem]:
    """D024: some kind of unit has all that a rule reads. D025: whoever fills a cell has the ledgers that it is of."""
    judged = {rule.id for kind in survey.kinds for rule in survey.rules_of(kind.name)}
    for rule in _list_own_rules(survey):
        lost = any(any(_unknown(survey, tree, rule.each, "", "")) for tree in rule.trees)
        if rule.id not in judged and not lost:  # what it names that is not there is told already
            yield make_problem("D024", name_rule_file(survey, rule), rule=rule.id)
    for indicator, tree in _formulas(survey):
        for kind, level in _filling(survey, indicator):
            at_hand = {ledger.short for ledger in survey.ledgers_of(kind, level)}
            if missing := [short for short in list_ledgers(tree) if short in survey.ledger and short not in at_hand]:
                yield make_row_problem("D025", indicator, kind=kind, level=level, ledger="、".join(missing))
                break


def _filling(survey: Survey, indicator: Indicator) -> list[tuple[str, str]]:
    kinds = [kind for kind in survey.kinds if indicator.form in kind.forms]
    units = [(kind.name, level) for kind in kinds for level in kind.levels]
    return [unit for unit in units if indicator.open_to(*unit)]


def _sheets(survey: Survey) -> Iterator[Problem]:
    """D033: sheet names that Excel takes. D039: each stands once in a workbook, as does each defined name."""
    found: set[Problem] = set()
    for kind, level in ((one.name, level) for one in survey.kinds for level in one.levels):
        layout = WorkbookLayout(survey, kind, level)
        fixed = [name for role, name in lookup("workbook.sheets").items() if role not in ("ledger", *_PLACED)]
        found.update(make_problem("D033", "survey.toml", name=sheet) for sheet in layout.marked if not _fits(sheet))
        names = [*layout.mark_names.values(), *(f"code_{name}" for name in survey.code_lists)]
        found.update(make_problem("D039", "survey.toml", name=name) for name in _twice([*layout.marked, *fixed]))
        found.update(make_problem("D039", "survey.toml", name=name) for name in _twice(names))
        found.update(make_problem("D039", "survey.toml", name=name) for name in names if not _NAME.fullmatch(name))
    yield from sorted(found, key=lambda problem: problem.message)


_PLACED: Final = ("cover", "checklist")
"""Sheets that the layout lists among those with marks."""

_NAME: Final = re.compile(r"[\w.]+")
"""Of what Excel builds names."""


def _fits(sheet: str) -> bool:
    odd = FORBIDDEN_IN_SHEET_NAMES & set(sheet) or sheet.strip("'") != sheet or sheet.casefold() == "history"
    return bool(sheet.strip()) and len(sheet) <= SHEET_NAME_LIMIT and not odd


def _twice(names: list[str]) -> list[str]:
    """Return names that stand twice, capitals apart, as Excel sees them."""
    times = Counter(name.casefold() for name in names)
    return [name for name in names if times[name.casefold()] > 1]


def _choices(survey: Survey) -> Iterator[Problem]:
    """D034: a choice has choices."""
    for indicator in list_indicators(survey):
        if indicator.kind in (Kind.CHOICE, Kind.YES_NO) and not (indicator.options or indicator.code_list):
            yield make_row_problem("D034", indicator)
    for ledger in survey.ledgers:
        for column in ledger.columns:
            if column.kind is Kind.CHOICE and not (column.options or column.code_list):
                yield make_problem("D034", name_ledger_file(ledger), where=f"{ledger.short}.{column.name}")


SOUND: tuple[Callable[[Survey], Iterator[Problem]], ...] = (
    _references,
    _conditions,
    _code_lists,
    _levels,
    _items,
    _types,
    _circles,
    _examples,
    _within_reach,
    _sheets,
    _choices,
    check_across,
    check_sampling,
)
"""All of these checks, in the order they are made."""
