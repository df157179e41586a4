"""What an expression must be so that every engine can work it out: operands of the right type, each in its place.

A number is true where it is not 0, so a number may stand where a truth is wanted; nothing else is taken for anything
else. What a name leads to is asked in :mod:`templates.lint`; here a name that leads nowhere has no type.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import repeat
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
    list_operands,
)
from templates.model import Survey
from templates.nature import find_kind, is_text
from templates.words import say


class Type(StrEnum):
    """What an expression yields."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"


_ARGUMENTS: Final[dict[str, tuple[Type | None, ...]]] = {
    "abs": (Type.NUMBER,),
    "round": (Type.NUMBER, Type.NUMBER),
    "reported": (None,),
    "in_list": (Type.TEXT, Type.TEXT),
    "valid_uscc": (Type.TEXT,),
    "date": (Type.NUMBER, Type.NUMBER, Type.NUMBER),
    "year": (Type.NUMBER,),
    "length": (Type.TEXT,),
}
"""The arguments of each function; those that are not listed take one number or more."""

_CONSTANT: Final[dict[str, type[Node]]] = {"round": Number, "in_list": Text}
"""Functions whose last argument is a constant."""

_TRUTHS: Final = ("reported", "in_list", "valid_uscc")


def find_type(node: Node, survey: Survey) -> Type | None:
    """Return what ``node`` yields; None for a cell or column that is not declared."""
    if isinstance(node, CellRef | ColumnRef) and find_kind(node, survey) is None:
        return None
    if is_text(node, survey):
        return Type.TEXT
    truth = isinstance(node, Compare | Logic) or (isinstance(node, Call) and node.function in _TRUTHS)
    return Type.TRUTH if truth else Type.NUMBER


def find_misfits(survey: Survey, tree: Node, ledger: str = "", wanted: Type | None = None) -> Iterator[str]:
    """Yield what keeps ``tree`` from being worked out, one sentence each.

    ``ledger`` is the one whose columns may be named, that of a rule for each row; ``wanted`` is what must come out.
    """
    yield from _unless(find_type(tree, survey), wanted)
    yield from _within(survey, tree, ledger)


def _within(survey: Survey, node: Node, ledger: str) -> Iterator[str]:
    yield from _of_node(survey, node, ledger)
    inner = node.ledger if isinstance(node, Aggregate) else ledger
    for child in list_operands(node):
        yield from _within(survey, child, inner)


def _of_node(survey: Survey, node: Node, ledger: str) -> Iterator[str]:
    """Yield what is wrong with one node, apart from what stands below it."""
    match node:
        case ColumnRef(own, name) if not own or own != ledger:
            yield say("lint.types.column", name=f"{own}.{name}" if own else name)
        case Arithmetic():
            yield from _operands(survey, zip((node.left, node.right), repeat(Type.NUMBER)))
        case Logic():
            yield from _operands(survey, zip(node.terms, repeat(Type.TRUTH)))
        case Compare():
            yield from _compared(survey, node)
        case Call():
            yield from _arguments(survey, node)
        case Aggregate("sum"):
            yield from _operands(survey, [(ColumnRef(node.ledger, node.column), Type.NUMBER)])


def _operands(survey: Survey, operands: Iterator[tuple[Node, Type]] | list[tuple[Node, Type]]) -> Iterator[str]:
    for operand, wanted in operands:
        yield from _unless(find_type(operand, survey), wanted)


def _unless(found: Type | None, wanted: Type | None) -> Iterator[str]:
    """Yield a sentence unless what was found may stand for what is wanted."""
    fits = found is None or wanted is None or found is wanted or (found, wanted) == (Type.NUMBER, Type.TRUTH)
    if not fits:
        yield say("lint.types.operand", found=say(f"lint.types.{found}"), wanted=say(f"lint.types.{wanted}"))


def _compared(survey: Survey, node: Compare) -> Iterator[str]:
    """Two sides of one type; texts are equal or not, and no truth is compared."""
    sides = {find_type(node.left, survey), find_type(node.right, survey)} - {None}
    if len(sides) > 1 or Type.TRUTH in sides:
        yield say("lint.types.sides", operator=node.operator)
    elif Type.TEXT in sides and node.operator not in ("=", "<>"):
        yield say("lint.types.order", operator=node.operator)


def _arguments(survey: Survey, node: Call) -> Iterator[str]:
    name, arguments = node.function, node.arguments
    wanted = _ARGUMENTS.get(name, (Type.NUMBER,) * max(len(arguments), 1))
    if len(arguments) != len(wanted):
        yield say("lint.types.count", name=name, count=len(wanted), found=len(arguments))
        return
    for argument, type in zip(arguments, wanted, strict=True):
        yield from _unless(find_type(argument, survey), type)
    if name in _CONSTANT and not isinstance(arguments[-1], _CONSTANT[name]):
        yield say("lint.types.constant", name=name)
    if name == "reported" and not isinstance(arguments[0], CellRef | ColumnRef):
        yield say("lint.types.reported")
