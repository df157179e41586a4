"""Checks of across.toml: D045 what makes rows one thing, D046 groups of levels, D047 staff and key numbers.

D053: how long material is kept is declared.
"""

from __future__ import annotations

from collections.abc import Iterator

from templates.across import ACROSS, SameThing
from templates.model import Kind, Ledger, Survey
from templates.problems import Problem, make_problem
from templates.words import lookup

_WORDS = (Kind.TEXT, Kind.CHOICE, Kind.USCC)


def check_across(survey: Survey) -> Iterator[Problem]:
    """Yield what is wrong with what is declared across units."""
    for same in survey.across.duplicates:
        for reason in _find_misfits(same, survey.ledger.get(same.ledger)):
            yield make_problem("D045", ACROSS, ledger=same.ledger, reason=reason)
    for group in survey.across.groups:
        for level in sorted(set(group.levels) - set(survey.levels)):
            yield make_problem("D046", ACROSS, name=group.name, level=level)
    for cell in (*survey.across.staff, *survey.across.key_numbers):
        indicator = survey.indicator(cell)
        if indicator is None or not indicator.kind.is_number:
            yield make_problem("D047", ACROSS, place=f"{cell.form}!{cell.code}")
    if not survey.across.retention:
        yield make_problem("D053", ACROSS)


def _find_misfits(same: SameThing, ledger: Ledger | None) -> Iterator[str]:
    words = lookup("lint.same_thing")
    if ledger is None:
        yield words["unknown"]
        return
    for name in same.columns:
        column = ledger.by_name.get(name)
        if column is None:
            yield words["no_column"].format(name=name)
        elif not (column.kind is Kind.DATE if name == same.day else column.kind in _WORDS):
            yield words["wrong_kind"].format(name=name)
    if same.days and not same.day:
        yield words["no_day"]
    if len(set(same.columns)) < len(same.columns):
        yield words["twice"]
