"""A first draft of a return: ledger rows, numbers and choices at random, parts smaller than their wholes."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from addin.demo.actor import Actor, Cell
from addin.demo.rows import place_rows
from templates.expression import Call, CellRef, Compare, Node
from templates.model import Indicator, Kind, Rule

_EMPTY_LEDGER = 0.25
_ZERO = 0.12
_YES = 0.6
_CHOSEN = 0.4
"""How likely things are: an empty ledger, a 0, a 是, each choice of several."""


def fill_ledgers(actor: Actor) -> None:
    """Give the actor rows of some ledgers."""
    for ledger in actor.survey.ledgers_of(actor.identity.kind, actor.identity.level):
        give_rows(actor, ledger.short, _row_count(actor.random, actor.sizes.ledger_rows))


def give_rows(actor: Actor, short: str, count: int) -> None:
    """Put ``count`` rows of the pool into a ledger, in place of what is there."""
    rows = actor.pool.get(short, [])
    taken = actor.random.sample(rows, min(count, len(rows)))
    actor.content.ledgers.pop(short, None)
    if taken:
        shared = rows[:1] if actor.shares else []
        # Rows of one name would be taken for one thing, by the audit of a composed return and across units.
        actor.content.ledgers[short] = place_rows(
            shared + taken[len(shared) :], actor.survey.ledger[short], actor.identity.code, len(shared)
        )


def fill_cells(actor: Actor, wholes: dict[Cell, list[Cell]]) -> None:
    """Fill numbers and choices, confirm what is to be confirmed.

    Needs the actor's figures; ``wholes`` are those of :func:`find_wholes`.
    """
    checklist = actor.survey.checklist
    for cell, indicator in actor.open.items():
        if checklist and indicator.form == checklist.id:
            actor.put(cell, indicator.options[0].code)
        elif indicator.kind.is_number:
            actor.put(cell, _number(actor, indicator, wholes.get(cell, [])))
        elif indicator.options and not indicator.item and indicator.kind is not Kind.NOTHING_HERE:
            _choose(actor, cell, indicator)


def find_wholes(rules: Iterable[Rule]) -> dict[Cell, list[Cell]]:
    """Return for each part the cells that it may not exceed where they are filled, as these rules have it."""
    found: dict[Cell, list[Cell]] = {}
    for rule in rules:
        match rule.check:
            case Compare("<=", CellRef() as part, CellRef() as whole) if rule.when in (None, _is_reported(whole)):
                found.setdefault((part.form, part.code), []).append((whole.form, whole.code))
    return found


def _is_reported(cell: CellRef) -> Node:
    return Call("reported", (cell,))


def _row_count(random: Random, most: int) -> int:
    return 0 if random.random() < _EMPTY_LEDGER else random.randint(1, most)


def _number(actor: Actor, indicator: Indicator, wholes: list[Cell]) -> float:
    """Return a number: the ledger's where it gives one, else some part of the whole, else of the usual size."""
    cell = (indicator.form, indicator.code)
    if cell in actor.figures:
        return actor.figures[cell]
    if not indicator.expected_of(actor.identity.level) or (indicator.required and actor.random.random() < _ZERO):
        return 0.0
    known = [actor.number(whole) for whole in wholes if whole in actor.figures or actor.value(whole) is not None]
    if known:
        return float(round(min(known) * actor.random.uniform(0.05, 0.6), indicator.decimals))
    return actor.draw(indicator, actor.size(indicator))


def _choose(actor: Actor, cell: Cell, indicator: Indicator) -> None:
    if indicator.kind is not Kind.YES_NO:
        actor.put(cell, actor.random.choice(indicator.options).code)
    elif actor.random.random() < _YES:
        actor.put(cell, indicator.options[0].code)
        _choose_several(actor, indicator)


def _choose_several(actor: Actor, whole: Indicator) -> None:
    """Say 是 to some of the choices below a 是."""
    parts = [
        cell for cell, row in actor.open.items() if (row.form, row.item) == (whole.form, whole.code) and row.options
    ]
    chosen = [cell for cell in parts if actor.random.random() < _CHOSEN] or parts[:1]
    for cell in chosen:
        actor.put(cell, actor.open[cell].options[0].code)
