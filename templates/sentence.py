"""A rule as a plain Chinese sentence, for the handbook and the 审核 sheet.

The sentence comes from the very tree that the workbook and the audit compute with, so that what is promised is what is
checked. Official names stand in 「」 beside their codes; where many cells are added up the codes alone are said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from templates.expression import (
    Aggregate,
    Arithmetic,
    Call,
    CellRef,
    ColumnRef,
    Compare,
    Logic,
    Node,
    Number,
    Text,
    Variable,
)
from templates.model import Indicator, Rule, Survey
from templates.nature import is_date
from templates.words import lookup, say

_MANY: Final = 3
"""From here on added cells are told by their codes alone."""

_HAN: Final = r"[\u4e00-\u9fff]"
_LOOSE: Final = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) +| +(?=[\u3000-\u9fff\uff00-\uffef])")
_TIGHT: Final = re.compile(rf"(?<={_HAN})(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])(?={_HAN})")
_VERBATIM: Final = re.compile(r"(「[^「」]*」|《[^《》]*》)")

_MIXED: Final = (("or", "and"), ("implies", "and"), ("implies", "or"))
"""Inner and outer operators that need brackets to be told apart."""

_NEGATED: Final = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def tell_rule(rule: Rule, survey: Survey) -> str:
    """Return what ``rule`` demands, such as 「29「学术年会次数」不大于 28「举办国内学术会议次数」。」"""
    teller = _Teller(survey, rule.form)
    if rule.when is None:
        told = say("sentence.rule", check=teller.demand(rule.check))
    else:
        when = teller.tell(rule.when)
        told = say("sentence.rule_when", when=when, check=teller.tell(rule.check, asked=True))
    if rule.each:
        told = say("sentence.each", ledger=survey.ledger[rule.each].name, rule=told)
    return _tightened(told)


def tell_expression(tree: Node, survey: Survey, form: str = "") -> str:
    """Return an expression in words, such as 「《学术会议台账》的行数」, for someone who looks at ``form``."""
    return _tightened(_Teller(survey, form).tell(tree))


def _tightened(text: str) -> str:
    """Return ``text`` with one blank between Chinese and digits and none elsewhere; names stay to the letter."""
    pieces = _VERBATIM.split(text)
    pieces[0::2] = [_TIGHT.sub(" ", _LOOSE.sub("", piece)) for piece in pieces[0::2]]
    return "".join(pieces)


@dataclass(frozen=True)
class _Teller:
    """Tells trees to someone who looks at ``form``."""

    survey: Survey
    form: str
    named: set[tuple[str, str]] = field(default_factory=set)
    """Cells whose name has been told; from then on the code is enough."""

    def demand(self, check: Node) -> str:
        """Return an unconditional check in words; ``a or b`` about numbers reads better as *when not a, then b*."""
        match check:
            case Logic("or", (Compare(operator, left, right), then)) if not isinstance(right, Text):
                when = self._compare(_NEGATED[operator], left, right)
                return say("sentence.implies", left=when, right=self.tell(then, asked=True))
        return self.tell(check, asked=True)

    def tell(self, node: Node, *, asked: bool = False) -> str:
        """Return ``node`` in words; ``asked`` where it is what the unit must see to."""
        match node:
            case Number(value):
                return f"{value:.15g}"
            case Text(value):
                return say("sentence.text", value=value) if value else say("sentence.blank")
            case Variable(name):
                return say(f"sentence.variables.{name}")
            case CellRef():
                return self._place(node)
            case ColumnRef(_, name):
                return say("sentence.column", name=name)
            case Arithmetic():
                return self._arithmetic(node)
            case Compare(operator, left, right):
                return self._compare(operator, left, right)
            case Logic():
                return self._logic(node, asked)
            case Call():
                return self._call(node, asked)
            case Aggregate():
                return self._aggregate(node)

    def _place(self, reference: CellRef, *, named: bool = True) -> str:
        indicator = self.survey.indicator(reference)
        if indicator is not None and named and (name := self._name(indicator)):
            place = say("sentence.cell", code=reference.code, name=name)
        else:
            place = say("sentence.code", code=reference.code)
        if reference.form != self.form:
            place = say("sentence.other_form", form=reference.form, place=place)
        return place if reference.view == "now" else say(f"sentence.{reference.view}", place=place)

    def _name(self, indicator: Indicator) -> str:
        """Return the name to tell beside the code: none the second time, a part's own after its item's."""
        place = (indicator.form, indicator.code)
        if place in self.named or indicator.plain_name == indicator.code:
            return ""
        item_told = (indicator.form, indicator.item) in self.named
        self.named.update((place, (indicator.form, indicator.item)) if indicator.item else (place,))
        if not item_told:
            return indicator.plain_name
        item = self.survey.form[indicator.form].indicators[indicator.item]
        return indicator.plain_name.removeprefix(say("workbook.part_name", item=item.plain_name, part=""))

    def _compare(self, operator: str, left: Node, right: Node) -> str:
        if isinstance(left, Text | Number) and not isinstance(right, Text | Number):
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
            return self._compare(turned.get(operator, operator), right, left)
        if isinstance(right, Text) and operator in ("=", "<>"):
            return self._compare_text(operator, left, right.value)
        if is_date(left, self.survey):
            return self._compare_dates(operator, left, right)
        words = lookup("sentence.compare")[operator]
        return str(words.format(left=self.tell(left), right=self.tell(right)))

    def _compare_dates(self, operator: str, left: Node, right: Node) -> str:
        if operator == ">" and right == Number(0.0):
            return self._reported(left, "told")
        words = lookup("sentence.compare_dates")[operator]
        return str(words.format(left=self.tell(left), right=self.tell(right)))

    def _compare_text(self, operator: str, left: Node, value: str) -> str:
        shown = self._option(left, value)
        group = "empty" if not value else "choice" if shown else "word"
        words = lookup(f"sentence.{group}")[operator]
        return str(words.format(left=self.tell(left), right=shown or value))

    def _option(self, node: Node, value: str) -> str:
        """Return the dropdown text behind a choice's code, or "" where there is none."""
        if isinstance(node, ColumnRef):
            found = self.survey.ledger[node.ledger].by_name.get(node.name)
            return value if found and found.kind.is_choice else ""
        indicator = self.survey.indicator(node) if isinstance(node, CellRef) else None
        if indicator is None or not indicator.kind.is_choice:
            return ""
        return next((option.shown for option in indicator.options if option.code == value), value)

    def _logic(self, node: Logic, asked: bool) -> str:
        match node:
            case Logic("implies", (left, right)):
                return say("sentence.implies", left=self.tell(left), right=self.tell(right, asked=asked))
            case Logic("not", (term,)):
                return self._not(term, asked)
        if (options := _alike(node)) and node.operator == "or":
            return self._choices("any_choice", *options)
        joint = say(f"sentence.logic.{node.operator}")
        return joint.join(self._term(term, node.operator, asked) for term in node.terms)

    def _term(self, term: Node, operator: str, asked: bool) -> str:
        told = self.tell(term, asked=asked)
        mixed = isinstance(term, Logic) and (term.operator, operator) in _MIXED
        return say("sentence.bracket", inner=told) if mixed else told

    def _choices(self, words: str, places: tuple[Node, ...], value: str) -> str:
        """Return that one, or none, of several parts is chosen."""
        told = self._listed(places)
        return say(f"sentence.{words}", places=told, value=self._option(places[0], value) or value)

    def _not(self, term: Node, asked: bool) -> str:
        match term:
            case Logic("or") if options := _alike(term):
                return self._choices("no_choice", *options)
            case Compare(operator, left, right):
                return self._compare(_NEGATED[operator], left, right)
            case Call("reported", (place,)):
                return self._reported(place, "not_asked" if asked else "not_told")
            case Call("in_list" | "valid_uscc" as function, (first, *_)):
                return say(f"sentence.functions.not_{function}", first=self.tell(first))
            case Logic("not", (inner,)):
                return self.tell(inner, asked=asked)
        return say("sentence.logic.not", term=say("sentence.bracket", inner=self.tell(term)))

    def _reported(self, place: Node, mood: str) -> str:
        return say(f"sentence.reported.{mood}", place=self.tell(place))

    def _arithmetic(self, node: Arithmetic) -> str:
        match node:
            case Arithmetic("+"):
                return self._sum(_added(node))
            case Arithmetic("-", Number(0.0), right):
                return say("sentence.arithmetic.negative", right=self._operand(right))
            case Arithmetic("*", Number() as factor, other) | Arithmetic("*", other, Number() as factor):
                return self._times(other, factor.value)
        words = lookup("sentence.arithmetic")[node.operator]
        return str(words.format(left=self._operand(node.left), right=self._operand(node.right)))

    def _times(self, other: Node, factor: float) -> str:
        if factor < 1:
            return say("sentence.arithmetic.percent", left=self._operand(other), right=_percent(factor))
        return say("sentence.arithmetic.times", left=self._operand(other), right=f"{factor:.15g}")

    def _operand(self, node: Node) -> str:
        told = self.tell(node)
        return say("sentence.bracket", inner=told) if isinstance(node, Arithmetic) else told

    def _sum(self, terms: tuple[Node, ...]) -> str:
        if len(terms) < _MANY:
            left, right = (self._operand(term) for term in terms)
            return say("sentence.arithmetic.+", left=left, right=right)
        return say("sentence.arithmetic.sum", terms=self._listed(terms))

    def _listed(self, terms: tuple[Node, ...]) -> str:
        named = len(terms) < _MANY
        told = [self._place(term, named=named) if isinstance(term, CellRef) else self._operand(term) for term in terms]
        return say("sentence.separator").join(told)

    def _call(self, node: Call, asked: bool) -> str:
        match node:
            case Call("reported", (place,)):
                return self._reported(place, "asked" if asked else "told")
            case Call("abs", (Arithmetic("-", left, right),)):
                return say("sentence.functions.difference", left=self._operand(left), right=self._operand(right))
            case Call("date", (year, month, day)):
                return self._date(year, month, day)
        first = self.tell(node.arguments[0])
        second = self.tell(node.arguments[1]) if len(node.arguments) > 1 else ""
        return say(f"sentence.functions.{node.function}", first=first, second=second, all=self._listed(node.arguments))

    def _date(self, year: Node, month: Node, day: Node) -> str:
        words = "date_in_year" if year == Variable("year") else "date"
        told = {"year": self.tell(year), "month": self.tell(month), "day": self.tell(day)}
        return say(f"sentence.functions.{words}", **told)

    def _aggregate(self, node: Aggregate) -> str:
        words = f"sentence.aggregates.{node.function}{'_where' if node.conditions else ''}"
        conditions = say("sentence.logic.and").join(self._term(each, "and", False) for each in node.conditions)
        name = self.survey.ledger[node.ledger].name
        return say(words, ledger=name, column=node.column, conditions=conditions)


def _added(node: Node) -> tuple[Node, ...]:
    """Return the terms of a chain of additions."""
    if isinstance(node, Arithmetic) and node.operator == "+":
        return (*_added(node.left), *_added(node.right))
    return (node,)


def _alike(node: Logic) -> tuple[tuple[Node, ...], str] | None:
    """Return cells and value where ``node`` joins many comparisons of cells with one and the same text."""
    places = tuple(term.left for term in node.terms if isinstance(term, Compare) and term.operator == "=")
    values = {term.right for term in node.terms if isinstance(term, Compare)}
    if not len(places) == len(node.terms) >= _MANY or len(values) != 1:
        return None
    (value,) = values
    return (places, value.value) if isinstance(value, Text) else None


def _percent(factor: float) -> str:
    return f"{round(factor * 100, 6):g}%"
