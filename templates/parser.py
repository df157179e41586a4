"""The parser of the rule language. The library behind it is loaded when a text is parsed: kept trees need none."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from templates.expression import (
    FUNCTIONS,
    VARIABLES,
    Aggregate,
    Arithmetic,
    Call,
    CellRef,
    ColumnRef,
    Compare,
    ExpressionError,
    Logic,
    Node,
    Number,
    Text,
    Variable,
    parse_reference,
)
from templates.meant import spell_signs
from templates.words import say


def parse_text(text: str) -> Node:
    """Return the tree of ``text``. Raises :class:`ExpressionError` with the place and a reason."""
    text = spell_signs(text)
    try:
        return _parser().parse(text)  # type: ignore[return-value]  # the parser builds our nodes, see below
    except UnexpectedInput as error:
        where = text[: error.pos_in_stream or 0]
        raise ExpressionError(say("expression.unreadable", place=len(where) + 1, text=text)) from error
    except ExpressionError as error:
        raise ExpressionError(say("expression.in_text", reason=error, text=text)) from error


@lru_cache(maxsize=1)
def _parser() -> Lark:
    """Return the parser; it makes our nodes while it parses, without a tree of its own in between."""
    grammar = files("templates").joinpath("expression.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False, transformer=_Build())


@v_args(inline=True)
class _Build(Transformer[Token, Any]):
    """Lark's tree to ours. Method names are the aliases of ``expression.lark``."""

    def number(self, token: Token) -> Number:
        return Number(float(token))

    def text(self, token: Token) -> Text:
        return Text(str(token)[1:-1])

    def reference(self, token: Token) -> CellRef:
        return parse_reference(str(token)[1:-1])

    def ledger_column(self, ledger: Token, column: Token) -> ColumnRef:
        return ColumnRef(str(ledger), str(column))

    def name(self, token: Token) -> Node:
        return Variable(str(token)) if token in VARIABLES else ColumnRef("", str(token))

    def call(self, name: Token, *arguments: Node) -> Node:
        return _call(str(name), arguments)

    def negative(self, _sign: Token, operand: Node) -> Node:
        return Arithmetic("-", Number(0.0), operand)

    def arithmetic(self, left: Node, operator: Token, right: Node) -> Node:
        return Arithmetic(str(operator), left, right)

    def compare(self, left: Node, operator: Token, right: Node) -> Node:
        return Compare(str(operator), left, right)

    def not_(self, term: Node) -> Node:
        return Logic("not", (term,))

    def and_(self, *terms: Node) -> Node:
        return Logic("and", terms)

    def or_(self, *terms: Node) -> Node:
        return Logic("or", terms)

    def implies(self, left: Node, right: Node) -> Node:
        return Logic("implies", (left, right))


def _call(name: str, arguments: tuple[Node, ...]) -> Node:
    first = arguments[0] if arguments else None
    if name == "count" and isinstance(first, ColumnRef):
        return Aggregate("count", first.name, "", arguments[1:])
    if name == "sum" and isinstance(first, ColumnRef):
        return Aggregate("sum", first.ledger, first.name, arguments[1:])
    if name not in FUNCTIONS:
        raise ExpressionError(say("expression.unknown_function", name=name))
    return Call(name, arguments)
