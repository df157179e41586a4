"""A statistical survey as frozen values: forms, indicators, ledgers, code lists, rules, levels.

Built by :mod:`templates.load` from TOML; everything downstream (layout, workbooks, audit, roll-up) reads these and
nothing else. The words follow the trade: an *indicator* is a data item with an official code, a *measure* its unit of
measure, a *ledger* the statistical ledger (台账) behind a number, a *code list* the values a dropdown may hold.

A little over 500 lines because it is one vocabulary: nearly every class here names another, and all hang on ``Survey``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from templates.across import Across
from templates.explanations import Explanations
from templates.expression import CellRef, Node, list_ledgers, list_references
from templates.migration import Migration
from templates.sampling import Sampling
from templates.words import lookup


class Severity(StrEnum):
    """Hard edit, soft edit, remark."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Kind(StrEnum):
    """What a cell holds."""

    COUNT = "count"
    MONEY = "money"
    DECIMAL = "decimal"
    TEXT = "text"
    PHONE = "phone"
    AREA_CODE = "area_code"
    POSTCODE = "postcode"
    USCC = "uscc"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DATE = "date"
    YEAR_MONTH = "year_month"
    COMPOSITE = "composite"
    NOTHING_HERE = "nothing_here"

    @property
    def is_number(self) -> bool:
        """Whether values are quantities that add up."""
        return self in (Kind.COUNT, Kind.MONEY, Kind.DECIMAL)

    @property
    def is_date(self) -> bool:
        """Whether values are days or months."""
        return self in (Kind.DATE, Kind.YEAR_MONTH)

    @property
    def is_code(self) -> bool:
        """Whether values are digits that no spreadsheet may take for a number."""
        return self in (Kind.PHONE, Kind.AREA_CODE, Kind.POSTCODE, Kind.USCC)

    @property
    def takes_a_note(self) -> bool:
        """Whether a row of this kind has a 说明."""
        return self not in (Kind.COMPOSITE, Kind.NOTHING_HERE)

    @property
    def is_choice(self) -> bool:
        """Whether a value is one of a few."""
        return self in (Kind.YES_NO, Kind.CHOICE, Kind.NOTHING_HERE)


class Compose(StrEnum):
    """How the cell of a 本级 return follows from the parts that are composed into it."""

    SUM = "sum"
    MAX = "max"
    ANY = "any"
    JOIN = "join"
    OWN = "own"
    IGNORE = "ignore"
    """Only the parent's own number, because it holds those of the parts already."""

    @property
    def takes_parts(self) -> bool:
        """Whether what the parts say decides."""
        return self not in (Compose.OWN, Compose.IGNORE)

    def fits(self, kind: Kind) -> bool:
        """Return whether cells of ``kind`` can be composed so."""
        if self in (Compose.SUM, Compose.MAX, Compose.IGNORE):
            return kind.is_number
        if self is Compose.ANY:
            return kind is Kind.YES_NO
        return self is Compose.OWN or kind is Kind.TEXT


class RollUp(StrEnum):
    """How many units' numbers become the one of all, where they do not simply add up."""

    SUM = "sum"
    MAX = "max"
    LEVEL = "level"
    """分级填报，不可加总: units of one level add up; over levels they tell of the same things."""
    NONE = "none"
    """A year, a rank: nothing of all units together."""


class CodeStatus(StrEnum):
    """How sure the official code of an indicator is."""

    SETTLED = "settled"
    INFERRED = "inferred"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a dropdown: the printed code and the printed label. Code-list values have no code of their own."""

    code: str
    label: str

    @property
    def shown(self) -> str:
        """The dropdown text, whose first characters are the stored code."""
        return self.label if self.code == self.label else f"{self.code} {self.label}"


@dataclass(frozen=True)
class Indicator:
    """A row that takes data. ``code`` is the key in the 代码 column: ``28``, ``x01``, ``03.1``, ``c1``, ``s2``."""

    form: str
    code: str
    name: str
    kind: Kind
    measure: str = ""
    indent: int = 0
    code_status: CodeStatus = CodeStatus.SETTLED
    measure_verified: bool = True
    period: str = ""
    definition: str = ""
    definition_source: str = ""
    required: bool = True
    decimals: int = 0
    options: tuple[Option, ...] = ()
    code_list: str = ""
    item: str = ""
    """For a part (``03.1``) the code of its item (``03``)."""
    section: tuple[str, ...] = ()
    """Codes of the enclosing 本节无此项业务 cells, outermost first."""
    ledger: str = ""
    derive: Node | None = None
    """The cell is a locked formula over a ledger, for the units that the ledger binds."""
    required_for: tuple[str, ...] = ()
    """Kinds and levels that the ledger behind ``derive`` binds; () binds all."""
    ledger_sum: Node | None = None
    """Shown beside the open cell as 台账合计."""
    only_kinds: tuple[str, ...] = ()
    not_kinds: tuple[str, ...] = ()
    only_levels: tuple[str, ...] = ()
    soft_levels: tuple[str, ...] = ()
    """Levels that alone usually have something to report; the others are asked where they do."""
    closed_note: str = ""
    yoy: bool = False
    alternative: str = ""
    """Code of the cell that may be filled instead, such as the older organisation code."""
    about: tuple[CellRef, ...] = ()
    """For an item of the checklist: the cells that it speaks of."""
    role: str = ""
    """What the roster knows of the cell: ``unit_name``, ``contact_name`` or ``contact_phone``."""
    compose: Compose | None = None
    """How parts are composed, where that is declared; see :meth:`Survey.composition`."""
    rollup: RollUp = RollUp.SUM
    """How the units' numbers are rolled up; asked of numbers only."""
    over_totals: Node | None = None
    """For a ratio: what it is worked out by, over the totals of the cells that it names."""
    answers_for: tuple[Indicator, ...] = ()
    """For 本节无此项业务: the number cells below its heading."""

    @property
    def reference(self) -> CellRef:
        """How rules name this cell."""
        return CellRef(self.form, self.code)

    @property
    def label(self) -> str:
        """What the sheet prints beside the entry cell: the code, on the cover the name, whatever its code."""
        return self.name if self.form == lookup("workbook.sheets.cover") else self.code

    @property
    def rolls_up(self) -> bool:
        """Whether many units' values make one."""
        return self.kind.is_number and self.rollup is not RollUp.NONE

    @property
    def adds_by_level(self) -> bool:
        """Whether units' numbers add up within a level alone."""
        return self.rolls_up and self.rollup is RollUp.LEVEL

    @property
    def has_spread(self) -> bool:
        """Whether many units' answers are counted by choice."""
        return self.kind in (Kind.YES_NO, Kind.CHOICE) and bool(self.options)

    @property
    def adds_up(self) -> bool:
        """Whether the one of many units is the sum of theirs."""
        return self.rolls_up and self.rollup is RollUp.SUM and self.over_totals is None

    @property
    def plain_name(self) -> str:
        """The official name without a leading 「其中：」, for sentences."""
        return strip_of_which(self.name)

    def derived_for(self, kind: str, level: str) -> Node | None:
        """Return what the cell of such a unit is computed by; None where it is typed, or closed."""
        bound = not self.required_for or bool({kind, level} & set(self.required_for))
        return self.derive if bound and self.open_to(kind, level) else None

    def beside_for(self, kind: str, level: str) -> Node | None:
        """Return what stands beside the unit's open cell as 台账合计: also for units that the ledger does not bind."""
        if not self.open_to(kind, level):
            return None
        return self.ledger_sum or (None if self.derived_for(kind, level) else self.derive)

    def typed_by(self, kind: str, level: str) -> bool:
        """Return whether a unit of this kind and level fills the cell by hand."""
        return self.open_to(kind, level) and self.derived_for(kind, level) is None

    def expected_of(self, level: str) -> bool:
        """Return whether units of the level usually have something to report, where the cell is open to them."""
        return not self.soft_levels or level in self.soft_levels

    def open_to(self, kind: str, level: str) -> bool:
        """Return whether a unit of this kind and level fills the cell.

        本节无此项业务 is closed where nothing below it is typed: a locked cell needs no answer.
        """
        if self.answers_for and not any(cell.typed_by(kind, level) for cell in self.answers_for):
            return False
        return kind not in self.not_kinds and (
            (not self.only_kinds or kind in self.only_kinds) and (not self.only_levels or level in self.only_levels)
        )


def strip_of_which(name: str) -> str:
    """Return an official name without the 「其中：」 that the form prints before it."""
    for prefix in lookup("workbook.of_which"):
        name = name.removeprefix(prefix)
    return name


@dataclass(frozen=True, slots=True)
class Heading:
    """A row of the stub that takes no data; ``section`` is the code of its 本节无此项业务 cell, if it has one."""

    name: str
    level: int
    definition: str = ""
    section: str = ""


Row = Indicator | Heading


@dataclass(frozen=True)
class Form:
    """A form in the order of its rows."""

    id: str
    title: str
    filled_by: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    missing: str = ""
    """What the source text lost of this form and how to complete it."""

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Rows that take data, by code; a heading's 本节无此项业务 cell is one of them."""
        found: dict[str, Indicator] = {}
        for row in self.rows:
            if isinstance(row, Indicator):
                found[row.code] = row
            elif row.section:
                found[row.section] = self._nothing_here(row)
        return found

    def _nothing_here(self, heading: Heading) -> Indicator:
        cells = (row for row in self.rows if isinstance(row, Indicator) and heading.section in row.section)
        return _nothing_here(self.id, heading, tuple(cell for cell in cells if cell.kind.is_number))


def _nothing_here(form: str, heading: Heading, answers_for: tuple[Indicator, ...]) -> Indicator:
    phrase = lookup("workbook.nothing_here")
    return Indicator(
        form=form,
        code=heading.section,
        name=heading.name,
        kind=Kind.NOTHING_HERE,
        required=False,
        options=(Option(phrase, phrase),),
        answers_for=answers_for,
    )


@dataclass(frozen=True)
class Column:
    """A ledger's column."""

    name: str
    kind: Kind
    measure: str = ""
    required: bool = False
    required_when: Node | None = None
    options: tuple[str, ...] = ()
    code_list: str = ""
    definition: str = ""
    width: int = 14
    choice_of: str = ""
    """For a column that a 多选 was spread into: the name of the whole."""
    synonyms: tuple[str, ...] = ()
    """What a clerk's own list calls the column; for a part of a 多选, what it calls the whole."""

    @property
    def asked(self) -> str:
        """What a list has one column for: this column, or the whole 多选 that it is a part of."""
        return self.choice_of or self.name


@dataclass(frozen=True)
class Ledger:
    """A statistical ledger: one row an object (a meeting, a journal …)."""

    id: str
    name: str
    short: str
    required_by: str
    purpose: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    capacity: int = 1000
    required_for: tuple[str, ...] = ()
    """Kinds and levels that must file it before they report its number; () binds all."""
    carried: bool = False
    """Whether it lists what lasts, so that last year's rows are put in again for the unit to go through."""

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def names_row(self) -> str:
        """The column that makes a row count."""
        return self.key[0]


@dataclass(frozen=True, slots=True)
class Example:
    """Values under which a rule passes or fails. Keys: ``form!code``, ``form!code@prior``, ledger shorts."""

    values: dict[CellRef, object]
    rows: dict[str, tuple[dict[str, object], ...]]
    kind: str = ""
    level: str = ""


@dataclass(frozen=True)
class Rule:
    """An edit rule. ``each`` names the ledger whose rows are judged one by one; ``""`` judges the return once."""

    id: str
    form: str
    at: str
    title: str
    severity: Severity
    check: Node
    message: tuple[str | Node, ...]
    hint: str
    source: str
    when: Node | None = None
    each: str = ""
    family: str = ""
    since: int = 0
    short: str = ""
    """What the cell's row says of it, where the message would repeat what stands beside it."""
    hold: bool = False
    """Whether what it finds has to be looked at by an officer, however the unit explains it; of warnings only."""
    passing: tuple[Example, ...] = ()
    failing: tuple[Example, ...] = ()

    @cached_property
    def trees(self) -> tuple[Node, ...]:
        """Every tree of the rule: condition, check and the expressions of its message."""
        return (*self.judged, *(part for part in self.message if not isinstance(part, str)))

    @cached_property
    def judged(self) -> tuple[Node, ...]:
        """The trees that decide: the condition, if any, and the check."""
        return (self.check,) if self.when is None else (self.when, self.check)

    @cached_property
    def reads(self) -> tuple[CellRef, ...]:
        """The cells whose values decide; also the cells to mark."""
        return tuple(dict.fromkeys(reference for tree in self.judged for reference in list_references(tree)))

    @cached_property
    def ledgers(self) -> tuple[str, ...]:
        """Shorts of the ledgers it looks into."""
        named = [short for tree in self.trees for short in list_ledgers(tree)]
        return tuple(dict.fromkeys([self.each, *named] if self.each else named))


@dataclass(frozen=True)
class CodeList:
    """Values of a dropdown. In a cascade every value has a parent value in another list."""

    id: str
    values: tuple[str, ...]
    codes: tuple[str, ...] = ()
    parent: str = ""
    parents: tuple[str, ...] = ()
    """For each value the path of its parent: ``重庆市``, or ``重庆市市辖区`` two steps down."""


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of reporting unit and what it files."""

    name: str
    forms: tuple[str, ...]
    levels: tuple[str, ...]
    part: bool = False
    """Files a part that is composed into another return, so it is not rolled up by itself."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A step of the survey and the day it is due."""

    name: str
    month: int
    day: int
    levels: tuple[str, ...] = ()
    """Whose it is; everybody's where none is named."""

    def due(self, year: int) -> date:
        """Return the day on which data of ``year`` are due: in the year after."""
        return date(year + 1, self.month, self.day)


@dataclass(frozen=True)
class Survey:
    """A statistical survey programme."""

    id: str
    title: str
    version: str
    organ: str
    approved_by: str
    approval: str
    valid_until: str
    law: str
    levels: tuple[str, ...]
    kinds: tuple[UnitKind, ...]
    forms: tuple[Form, ...]
    ledgers: tuple[Ledger, ...]
    code_lists: dict[str, CodeList]
    rules: tuple[Rule, ...]
    cover: Form
    """The sign-off block of the cover, as a form of its own."""
    deadlines: tuple[Deadline, ...]
    explanations: Explanations
    summary_outline: tuple[str, ...]
    summary_min_length: int
    folder: Path
    hash: str = ""
    checklist: Form | None = None
    """What no workbook can show and units confirm, every unit's items, as a form of its own; None without any."""
    migrations: tuple[Migration, ...] = ()
    """Older definitions whose returns are still taken."""
    most: dict[str, float] = field(default_factory=dict)
    """By measure what no unit can have more of: not the unlikely, the impossible."""
    unlikely: tuple[str, ...] = ()
    """Measures of which too much or too little is asked about."""
    larger_levels: tuple[str, ...] = ()
    """Levels that may have more before they are asked."""
    send_to: str = ""
    """To whom units report whose upper unit the roster does not tell; ``""`` where the survey does not either."""
    send_how: str = ""
    """By which channel they do."""
    across: Across = field(default_factory=Across)
    """What is looked at across units; no unit's workbook knows of it."""
    sampling: Sampling = field(default_factory=Sampling)
    """What is checked once more after the audit; no unit's workbook knows of it."""

    @cached_property
    def rule(self) -> dict[str, Rule]:
        """Rules by id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def form(self) -> dict[str, Form]:
        """Forms by 表号, the cover and the checklist among them."""
        checklist = (self.checklist,) if self.checklist else ()
        return {form.id: form for form in (self.cover, *self.forms, *checklist)}

    @cached_property
    def ledger(self) -> dict[str, Ledger]:
        """Ledgers by short name."""
        return {ledger.short: ledger for ledger in self.ledgers}

    @cached_property
    def kind(self) -> dict[str, UnitKind]:
        """Unit kinds by name."""
        return {kind.name: kind for kind in self.kinds}

    def indicator(self, reference: CellRef) -> Indicator | None:
        """Return the indicator that ``reference`` names, or None."""
        form = self.form.get(reference.form)
        return form.indicators.get(reference.code) if form else None

    def most_of(self, cell: Indicator | Column) -> float | None:
        """Return what a number cell cannot hold more of; None where nothing is declared for its measure."""
        return self.most.get(cell.measure) if cell.kind.is_number else None

    def composition(self, indicator: Indicator) -> Compose:
        """Return how the cell is composed: as declared, else numbers that parts fill add up and all else is the own."""
        if indicator.compose is not None:
            return indicator.compose
        filled_by_parts = any(not indicator.only_kinds or k.name in indicator.only_kinds for k in self.kinds if k.part)
        return Compose.SUM if indicator.kind.is_number and filled_by_parts else Compose.OWN

    def wider(self, indicator: Indicator) -> tuple[CellRef, ...]:
        """Return the sibling cells of a cascade that hold the wider areas (省, 市), widest first; () without one."""
        lists: list[str] = []
        parent = self.code_lists[indicator.code_list].parent if indicator.code_list else ""
        while parent:
            lists.insert(0, parent)
            parent = self.code_lists[parent].parent
        siblings = [
            row for row in self.form[indicator.form].indicators.values() if row.item and row.item == indicator.item
        ]
        return tuple(row.reference for name in lists for row in siblings if row.code_list == name)

    def is_approved_for(self, year: int) -> bool:
        """Return whether the data of ``year`` are due before the survey lapses; also where it does not say when."""
        months = [int(number) for number in re.findall(r"\d+", self.valid_until)[:2]]
        due = max((deadline.due(year) for deadline in self.deadlines), default=date(year, 12, 31))
        return not months or [due.year, due.month] <= [*months, *[12] * (2 - len(months))]

    def find_due_day(self, year: int, level: str) -> date | None:
        """Return the day by which units of a level report ``year``: that of the last step that is theirs."""
        own = [step for step in self.deadlines if not step.levels or level in step.levels]
        return own[-1].due(year) if own else None

    def forms_of(self, kind: str) -> tuple[Form, ...]:
        """Return the forms that a unit of ``kind`` files, in the order it files them."""
        return tuple(self.form[id] for id in self.kind[kind].forms)

    def checklist_of(self, kind: str, level: str) -> Form | None:
        """Return the checklist with the items that such a unit confirms, or None where there is nothing to confirm."""
        items = self.checklist.rows if self.checklist else ()
        asked = tuple(item for item in items if isinstance(item, Indicator) and item.open_to(kind, level))
        return replace(self.checklist, rows=asked) if self.checklist and asked else None

    def filled_by(self, kind: str, level: str) -> tuple[Form, ...]:
        """Return all that such a unit fills: the cover's sign-off, its forms, its checklist."""
        checklist = self.checklist_of(kind, level)
        return (self.cover, *self.forms_of(kind), *((checklist,) if checklist else ()))

    def ledgers_of(self, kind: str, level: str = "") -> tuple[Ledger, ...]:
        """Return the ledgers behind the forms of ``kind``; with ``level`` those behind cells that are open there."""
        rows = [row for form in self.forms_of(kind) for row in form.indicators.values()]
        wanted = {row.ledger for row in rows if not level or row.open_to(kind, level)}
        return tuple(ledger for ledger in self.ledgers if ledger.short in wanted)

    def rules_of(self, kind: str, level: str = "") -> tuple[Rule, ...]:
        """Return the rules that can be judged on a return of ``kind`` (and ``level``): all they read is in it."""
        if (kind, level) not in self._rules_of:
            self._rules_of[kind, level] = self._judged_on(kind, level)
        return self._rules_of[kind, level]

    @cached_property
    def _rules_of(self) -> dict[tuple[str, str], tuple[Rule, ...]]:
        """What :meth:`rules_of` found so far; asked dozens of times for each return."""
        return {}

    def _judged_on(self, kind: str, level: str) -> tuple[Rule, ...]:
        forms = {self.cover.id, *(form.id for form in self.forms_of(kind))}
        shorts = {ledger.short for ledger in self.ledgers_of(kind, level)}
        return tuple(
            rule
            for rule in self.rules
            if {rule.form, *(reference.form for reference in rule.reads)} - {""} <= forms
            and set(rule.ledgers) <= shorts
        )
