"""What goes wrong with returns: each fault is an operation by name; demo.toml says who makes it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from addin.auditing.audit import audit
from addin.demo.actor import Actor, Cell
from addin.demo.draw import find_wholes
from addin.demo.parcel import Constant, Mishap, OwnTable, Parcel, Saved, Truncated, Zipped
from addin.finding import judge_status
from addin.package.refusal import FileStatus
from templates.content import Content
from templates.layout import WorkbookLayout
from templates.model import Kind, Severity
from templates.words import say

BLANKED = 3
"""Cells left blank by a unit that overlooks some."""

LEAPS = 20
"""So many large numbers are tried until one is asked about."""

Fault = Callable[["Sender", Parcel], list[Parcel]]


class NoFault(Exception):
    """A unit's return has nothing that the fault could be made with; the text names unit and fault."""


@dataclass(frozen=True)
class Sender:
    """A unit that makes faults."""

    actor: Actor

    @property
    def content(self) -> Content:
        """What it would rightly send."""
        return self.actor.content

    def chosen(self, cells: list[Cell]) -> Cell:
        """Return one of ``cells``, the same for the same seed. Raises :class:`NoFault` where there are none."""
        if not cells:
            raise NoFault(self.actor.identity.code)
        return self.actor.random.choice(cells)

    def numbers(self, kind: Kind | None = None, least: float = 1) -> list[Cell]:
        """Return the cells of the forms with a number of some size."""
        wanted = [cell for cell, row in self.actor.open.items() if row.kind.is_number and kind in (None, row.kind)]
        return [cell for cell in wanted if self.actor.number(cell) >= least]


def pack_parcels(actor: Actor, name: str, faults: tuple[str, ...]) -> list[Parcel]:
    """Return the files that a unit sends.

    Raises KeyError for an unknown fault and :class:`NoFault` for one that nothing of the unit's gives occasion to.
    """
    sent = [Parcel(name, actor.identity, deepcopy(actor.content))]
    sender = Sender(actor)
    for fault in faults:
        try:
            sent = [made for parcel in sent for made in FAULTS[fault](sender, parcel)]
        except NoFault as error:
            raise NoFault(f"{fault}: {error}") from error
    return sent


# --- wrong contents --------------------------------------------------------------------------------------------------


def _part_above_whole(sender: Sender, parcel: Parcel) -> list[Parcel]:
    actor = sender.actor
    hard = [rule for rule in actor.survey.rules_of(actor.identity.kind) if rule.severity is Severity.ERROR]
    wholes = find_wholes(hard)
    part = sender.chosen([cell for cell in sender.numbers() if any(map(actor.number, wholes.get(cell, [])))])
    parcel.content.set(*part, max(map(actor.number, wholes[part])) + 5)
    return [parcel]


def _text_in_number(sender: Sender, parcel: Parcel) -> list[Parcel]:
    cell = sender.chosen(sender.numbers(Kind.COUNT))
    parcel.content.set(*cell, say("demo.about", number=f"{sender.actor.number(cell):.0f}"))
    return [parcel]


def _multiplied_in_text(sender: Sender, parcel: Parcel) -> list[Parcel]:
    cell = sender.chosen(sender.numbers(Kind.MONEY, least=10_000))
    parcel.content.set(*cell, say("demo.ten_thousands", number=f"{sender.actor.number(cell) / 10_000:.0f}"))
    return [parcel]


def _negative(sender: Sender, parcel: Parcel) -> list[Parcel]:
    cell = sender.chosen(sender.numbers())
    parcel.content.set(*cell, -sender.actor.number(cell))
    return [parcel]


def _blank_required(sender: Sender, parcel: Parcel) -> list[Parcel]:
    required = [cell for cell in sender.numbers() if sender.actor.open[cell].required]
    sender.chosen(required)
    for cell in sender.actor.random.sample(required, min(BLANKED, len(required))):
        parcel.content.set(*cell, None)
    return [parcel]


def _no_summary(_sender: Sender, parcel: Parcel) -> list[Parcel]:
    parcel.content.summary = ""
    return [parcel]


def _stock_phrase(sender: Sender, parcel: Parcel) -> list[Parcel]:
    """Every warning is answered with a phrase that explains nothing."""
    sender.chosen(sender.actor.warned)
    for form, code in sender.actor.warned:
        parcel.content.notes.setdefault(form, {})[code] = sender.actor.survey.explanations.stock_phrases[0]
    return [parcel]


def _unexplained(sender: Sender, parcel: Parcel) -> list[Parcel]:
    """Nothing is explained; a unit that nothing is asked of has one number far from last year's."""
    parcel.content.notes.clear()
    if not sender.actor.warned:
        _leap(sender, parcel)
    return [parcel]


def _leap(sender: Sender, parcel: Parcel) -> None:
    """Make one number far larger than last year's: the first of the large ones that the unit is asked about."""
    prior = parcel.content.prior
    known = [(form, code) for form, code in sender.numbers() if code in prior.get(form, {})]
    for form, code in sorted(known, key=sender.actor.number, reverse=True)[:LEAPS]:
        before = prior[form][code]
        prior[form][code] = float(round(sender.actor.number((form, code)) / 5))
        sent = replace(sender.actor.submission, content=parcel.content)
        (found,) = audit(sender.actor.survey, sent.identity.year, [sent])
        if judge_status(found) is FileStatus.UNEXPLAINED:
            return
        prior[form][code] = before
    raise NoFault(sender.actor.identity.code)


def _ledger_incomplete(sender: Sender, parcel: Parcel) -> list[Parcel]:
    for short, rows in parcel.content.ledgers.items():
        ledger = sender.actor.survey.ledger[short]
        wanted = [column.name for column in ledger.columns if column.required and column.name not in ledger.key]
        if wanted:
            first = min(rows)
            faulty = {name: value for name, value in rows[first].items() if name != wanted[0]}
            parcel.content.ledgers[short] = {**rows, first: faulty}
            return [parcel]
    raise NoFault(sender.actor.identity.code)


def _ledger_twice(sender: Sender, parcel: Parcel) -> list[Parcel]:
    for short, rows in parcel.content.ledgers.items():
        parcel.content.ledgers[short] = {**rows, max(rows) + 1: rows[max(rows)]}
        return [parcel]
    raise NoFault(sender.actor.identity.code)


# --- wrong files -----------------------------------------------------------------------------------------------------


def _constant_over_derived(sender: Sender, parcel: Parcel) -> list[Parcel]:
    survey, identity = sender.actor.survey, sender.actor.identity
    derived = [
        (form, code)
        for (form, code), number in sender.actor.figures.items()
        if number and survey.form[form].indicators[code].derived_for(identity.kind, identity.level) is not None
    ]
    form, code = sender.chosen(derived)
    layout = WorkbookLayout(survey, parcel.identity.kind, parcel.identity.level).forms[form]
    number = sender.actor.figures[form, code] + 3
    return [_with(parcel, Constant(layout.sheet, layout.cell(code), number))]


def _other_year_file(_sender: Sender, parcel: Parcel) -> list[Parcel]:
    return [replace(parcel, identity=replace(parcel.identity, year=parcel.identity.year - 1))]


def _not_on_roster(_sender: Sender, parcel: Parcel) -> list[Parcel]:
    code = f"{parcel.identity.code}-X"
    name = parcel.name.replace(parcel.identity.code, code, 1)
    return [replace(parcel, name=name, identity=replace(parcel.identity, code=code))]


def _renamed_copy(_sender: Sender, parcel: Parcel) -> list[Parcel]:
    return [replace(parcel, name=say("demo.renamed", name=parcel.identity.name))]


def _resubmission(sender: Sender, parcel: Parcel) -> list[Parcel]:
    """First a faulty file, three weeks later the right one."""
    year = parcel.identity.year + 1
    first = replace(parcel, content=deepcopy(parcel.content))
    (faulty,) = _part_above_whole(sender, first)
    mended = replace(parcel, name=say("demo.mended", name=parcel.name.removesuffix(".xlsx")))
    days = (datetime(year, 3, 3, 9, 30, tzinfo=UTC), datetime(year, 3, 24, 15, 0, tzinfo=UTC))
    return [_with(faulty, Saved(days[0])), _with(mended, Saved(days[1]))]


def _file(mishap: Mishap) -> Fault:
    return lambda _sender, parcel: [_with(parcel, mishap)]


def _with(parcel: Parcel, mishap: Mishap) -> Parcel:
    return replace(parcel, mishaps=(*parcel.mishaps, mishap))


def _nothing(_sender: Sender, _parcel: Parcel) -> list[Parcel]:
    return []


FAULTS: Final[dict[str, Fault]] = {
    "part_above_whole": _part_above_whole,
    "text_in_number": _text_in_number,
    "multiplied_in_text": _multiplied_in_text,
    "negative": _negative,
    "blank_required": _blank_required,
    "no_summary": _no_summary,
    "stock_phrase": _stock_phrase,
    "unexplained": _unexplained,
    "ledger_incomplete": _ledger_incomplete,
    "ledger_twice": _ledger_twice,
    "constant_over_derived": _constant_over_derived,
    "other_year_file": _other_year_file,
    "not_on_roster": _not_on_roster,
    "renamed_copy": _renamed_copy,
    "resubmission": _resubmission,
    "zipped": _file(Zipped()),
    "truncated": _file(Truncated()),
    "not_ours": _file(OwnTable()),
    "missing": _nothing,
}
