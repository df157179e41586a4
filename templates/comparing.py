"""Two definitions of a survey compared part by part, in the order of the new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from templates.comparing_rules import RuleComparison
from templates.correspondence import Correspondence, match_surveys, translate_tree
from templates.difference import (
    AspectChange,
    DifferenceLine,
    Fate,
    Subject,
    SurveyDifference,
    compare_portraits,
    draw,
    list_changes,
    make_line,
    pair_parts,
)
from templates.migration import Place
from templates.model import Indicator, Survey
from templates.older import show_place
from templates.portrait import (
    Portrait,
    UnitSort,
    describe_code_list,
    describe_column,
    describe_form,
    describe_indicator,
    describe_kind,
    describe_ledger,
    describe_source,
    describe_survey,
    list_sorts,
)
from templates.words import say


def compare_surveys(old: Survey, new: Survey) -> SurveyDifference:
    """Return what differs between two definitions."""
    comparing = _Comparing(old, new, match_surveys(old, new))
    return SurveyDifference(old, new, comparing.match, tuple(comparing.list_lines()))


@dataclass
class _Comparing:
    old: Survey
    new: Survey
    match: Correspondence
    sorts: tuple[UnitSort, ...] = field(init=False)

    def __post_init__(self) -> None:
        known = set(list_sorts(self.old))
        self.sorts = tuple(sort for sort in list_sorts(self.new) if sort in known)

    def list_lines(self) -> Iterator[DifferenceLine]:
        yield from self._survey()
        yield from self._kinds()
        yield from self._forms()
        yield from self._indicators()
        yield from self._ledgers()
        yield from self._columns()
        yield from RuleComparison(self.old, self.new, self.match).list_lines()
        yield from self._code_lists()

    def _survey(self) -> Iterator[DifferenceLine]:
        aspects = list_changes(describe_survey(self.old), describe_survey(self.new))
        if aspects:
            yield DifferenceLine(Subject.SURVEY, Fate.CHANGED, self.old.id, self.new.id, self.new.title, aspects)

    def _kinds(self) -> Iterator[DifferenceLine]:
        pairs = {name: name for name in self.old.kind}
        for was, now in pair_parts(self.old.kind, self.new.kind, pairs):
            before, after = (survey.kind.get(name or "") for survey, name in ((self.old, was), (self.new, now)))
            aspects = compare_portraits(draw(describe_kind, before), draw(describe_kind, after), "forms")
            yield from make_line(Subject.KIND, was, now, now or was or "", aspects)

    def _forms(self) -> Iterator[DifferenceLine]:
        for was, now in pair_parts(self.old.form, self.new.form, self.match.forms):
            before, after = self.old.form.get(was or ""), self.new.form.get(now or "")
            aspects = compare_portraits(draw(describe_form, before), draw(describe_form, after), "title")
            standing = after or before
            yield from make_line(Subject.FORM, was, now, standing.title if standing else "", aspects)

    def _indicators(self) -> Iterator[DifferenceLine]:
        for was, now in pair_parts(_list_cells(self.old), _list_cells(self.new), self.match.cells):
            old, new = _find_cell(self.old, was), _find_cell(self.new, now)
            standing = new or old
            aspects = self._compare_cells(was, now)
            name = standing.name if standing else ""
            places = was and show_place(was, self.old), now and show_place(now, self.new)
            yield from make_line(Subject.INDICATOR, *places, name, aspects, guessed=now in self.match.guessed)

    def _compare_cells(self, was: Place | None, now: Place | None) -> tuple[AspectChange, ...]:
        old, new = _find_cell(self.old, was), _find_cell(self.new, now)
        before = describe_indicator(old, self.old, self.sorts if new else list_sorts(self.old)) if old else None
        after = describe_indicator(new, self.new, self.sorts if old else list_sorts(self.new)) if new else None
        told = compare_portraits(before, after, "measure", "kind", "fillers")
        return (*told, *self._compare_sources(old, new)) if old and new else told

    def _compare_sources(self, old: Indicator, new: Indicator) -> Iterator[AspectChange]:
        """Yield what the cell is worked out by otherwise: the trees decide, not how they are told."""
        for aspect, before, after in (
            ("derive", old.derive, new.derive),
            ("beside", old.ledger_sum, new.ledger_sum),
            ("over_totals", old.over_totals, new.over_totals),
        ):
            if translate_tree(before, self.match) != after:
                texts = describe_source(before, self.old, old.form), describe_source(after, self.new, new.form)
                yield AspectChange(aspect, *texts)

    def _ledgers(self) -> Iterator[DifferenceLine]:
        for was, now in pair_parts(self.old.ledger, self.new.ledger, self.match.ledgers):
            before, after = self.old.ledger.get(was or ""), self.new.ledger.get(now or "")
            aspects = compare_portraits(draw(describe_ledger, before), draw(describe_ledger, after), "purpose")
            standing = after or before
            yield from make_line(Subject.LEDGER, was, now, standing.name if standing else "", aspects)

    def _columns(self) -> Iterator[DifferenceLine]:
        for was, now in pair_parts(_list_columns(self.old), _list_columns(self.new), self.match.columns):
            before, after = was and _tell_column(self.old, was), now and _tell_column(self.new, now)
            aspects = compare_portraits(before, after, "measure", "kind", "options", "code_list")
            standing = now or was
            places = was and show_place(was, self.old), now and show_place(now, self.new)
            name = standing[1] if standing else ""
            yield from make_line(Subject.COLUMN, *places, name, aspects, guessed=now in self.match.guessed)

    def _code_lists(self) -> Iterator[DifferenceLine]:
        old, new = self.old.code_lists, self.new.code_lists
        for was, now in pair_parts(old, new, {id: id for id in old}):
            before = describe_code_list(old[was]) if was else ()
            after = describe_code_list(new[now]) if now else ()
            gone, fresh = _lack(before, after), _lack(after, before)
            aspects = [AspectChange("values_gone", _tell_many(gone), "")] if gone else []
            aspects += [AspectChange("values_new", "", _tell_many(fresh))] if fresh else []
            yield from make_line(Subject.CODE_LIST, was, now, now or was or "", tuple(aspects))


def _list_cells(survey: Survey) -> list[Place]:
    return [(id, code) for id, form in survey.form.items() for code in form.indicators]


def _list_columns(survey: Survey) -> list[Place]:
    return [(short, column.name) for short, ledger in survey.ledger.items() for column in ledger.columns]


def _find_cell(survey: Survey, place: Place | None) -> Indicator | None:
    return survey.form[place[0]].indicators[place[1]] if place else None


def _tell_column(survey: Survey, place: Place) -> Portrait:
    ledger = survey.ledger[place[0]]
    return describe_column(ledger.by_name[place[1]], survey)


def _lack(values: Iterable[str], others: Iterable[str]) -> list[str]:
    known = set(others)
    return [value for value in values if value not in known]


def _tell_many(values: list[str]) -> str:
    return say("difference.many", count=len(values), values=say("difference.join").join(values))
