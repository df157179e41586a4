"""The rule language: text to tree, and what a tree refers to.

A rule is written once, with the official codes of the forms::

    [14] + [15] + [16] <= [13]
    [KX03!28] = count(学术会议, 会议类别 = "国内学术会议")
    not reported([28@prior]) or [28] <= 2 * [28@prior]

From the one tree come the Excel formula (``generator.formula``), the array check (``addin.auditing.evaluate``), the
sentence for people (``templates.sentence``) and the cells to mark (:func:`list_references`). Nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from templates.words import say

View = Literal["now", "prior", "typed"]
"""Which value of a cell: this year's, last year's, or what was typed over a derived cell."""

VARIABLES = ("year", "level", "kind")
FUNCTIONS = (
    "sum",
    "round",
    "abs",
    "min",
    "max",
    "reported",
    "in_list",
    "valid_uscc",
    "date",
    "year",
    "length",
)


class ExpressionError(ValueError):
    """The text is not a sentence of the rule language; the message says where and what was expected."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant number."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A constant text, such as the code of a choice or a dropdown value."""

    value: str


@dataclass(frozen=True, slots=True)
class Variable:
    """Something known about the return as a whole: the reporting year, the unit's level or kind."""

    name: str


@dataclass(frozen=True, slots=True)
class CellRef:
    """A cell of a form: ``[28]``, ``[KX03!28]``, ``[28@prior]``. ``form`` is ``""`` for the rule's own form."""

    form: str
    code: str
    view: View = "now"


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A ledger's column. ``ledger`` is ``""`` inside a row rule or an aggregate's condition."""

    ledger: str
    name: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left operator right`` with one of ``+ - * /``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """``left operator right`` with one of ``= <> < <= > >=``; both sides are rounded half up before they meet."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """``and``, ``or`` over any number of terms, ``not`` over one, ``implies`` over two."""

    operator: str
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of :data:`FUNCTIONS` applied to arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``count(ledger, conditions…)`` or ``sum(ledger.column, conditions…)`` over the rows that are not withdrawn."""

    function: str
    ledger: str
    column: str
    conditions: tuple[Node, ...]


Node = Number | Text | Variable | CellRef | ColumnRef | Arithmetic | Compare | Logic | Call | Aggregate


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Return the tree of ``text``. Raises :class:`ExpressionError` with the place and a reason."""
    from templates.parser import parse_text  # noqa: PLC0415  # its library is loaded where a text is parsed

    return parse_text(text)


def list_valued(node: Node) -> Iterator[Node]:
    """Yield cells and columns whose values count; ``reported()`` only asks whether there is something."""
    if isinstance(node, Call) and node.function == "reported":
        return
    if isinstance(node, CellRef | ColumnRef):
        yield node
    for child in list_operands(node):
        yield from list_valued(child)


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and everything below it, outermost first."""
    yield node
    for child in list_operands(node):
        yield from walk(child)


def measure_depth(node: Node) -> int:
    """Return how many levels ``node`` has."""
    return 1 + max((measure_depth(child) for child in list_operands(node)), default=0)


def list_operands(node: Node) -> Iterator[Node]:
    """Yield the direct operands of ``node``."""
    match node:
        case Arithmetic() | Compare():
            yield node.left
            yield node.right
        case Logic():
            yield from node.terms
        case Call():
            yield from node.arguments
        case Aggregate():
            yield from node.conditions


def list_references(node: Node) -> tuple[CellRef, ...]:
    """Return the form cells that ``node`` reads, each once, in the order of the text."""
    return tuple(dict.fromkeys(found for found in walk(node) if isinstance(found, CellRef)))


def list_ledgers(node: Node) -> tuple[str, ...]:
    """Return the shorts of the ledgers that ``node`` aggregates over."""
    named = (found.ledger for found in walk(node) if isinstance(found, Aggregate | ColumnRef))
    return tuple(dict.fromkeys(name for name in named if name))


def bind(node: Node, form: str = "", ledger: str = "") -> Node:
    """Return ``node`` with the empty form of references and the empty ledger of columns filled in."""
    match node:
        case CellRef(form="", code=code, view=view):
            return CellRef(form, code, view)
        case ColumnRef(ledger="", name=name):
            return ColumnRef(ledger, name)
        case Aggregate(function, own, column, conditions):
            return Aggregate(function, own, column, tuple(bind(term, form, own) for term in conditions))
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, bind(left, form, ledger), bind(right, form, ledger))
        case Compare(operator, left, right):
            return Compare(operator, bind(left, form, ledger), bind(right, form, ledger))
        case Logic(operator, terms):
            return Logic(operator, tuple(bind(term, form, ledger) for term in terms))
        case Call(function, arguments):
            return Call(function, tuple(bind(term, form, ledger) for term in arguments))
    return node


def parse_reference(text: str) -> CellRef:
    """Return the reference that ``text`` (``28``, ``KX03!28``, ``28@prior``) names."""
    place, _, view = text.partition("@")
    form, bang, code = place.rpartition("!")
    if view not in ("", "prior", "typed"):
        raise ExpressionError(say("expression.view", view=view))
    if not code.strip() or (bang and not form.strip()):
        raise ExpressionError(say("expression.incomplete_reference", text=text))
    return CellRef(form.strip(), code.strip(), view or "now")  # type: ignore[arg-type]  # checked two lines above
