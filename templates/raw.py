"""The shape of the TOML files, as cattrs checks it: one class a table, one attribute a key.

What a key means is said in docs/survey-toml.zh-CN.md. These classes only keep what was written;
:mod:`templates.load` turns them into the model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RawPart:
    """One blank of a composite item."""

    name: str
    kind: str = "text"
    required: bool = True
    code_list: str = ""


@dataclass(frozen=True)
class RawRow:
    """A row of a form: a heading, or an indicator with the attributes that families of rules grow from."""

    heading: str = ""
    level: int = 1
    code: str = ""
    code_status: str = "settled"
    name: str = ""
    kind: str = ""
    measure: str = ""
    measure_status: str = "verified"
    decimals: int = 0
    indent: int = 0
    period: str = ""
    definition: str = ""
    definition_source: str = ""
    required: bool = True
    options: list[str] = field(default_factory=list)
    code_list: str = ""
    parts: list[RawPart] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    choices_name: str = ""
    choices_other: str = ""
    detail: str = ""
    part_of: str = ""
    companion_of: str = ""
    companion_severity: str = "error"
    companion_hint: str = ""
    expected_with: str = ""
    ledger: str = ""
    derive: str = ""
    ledger_sum: str = ""
    only_kinds: list[str] = field(default_factory=list)
    not_kinds: list[str] = field(default_factory=list)
    only_levels: list[str] = field(default_factory=list)
    soft_levels: list[str] = field(default_factory=list)
    soft_levels_source: str = ""
    closed_note: str = ""
    yoy: bool = True
    influence: float = 0
    per: str = ""
    ask_above: float = 0
    ask_below: float = 0
    alternative: str = ""
    role: str = ""
    compose: str = ""
    rollup: str = ""


@dataclass(frozen=True)
class RawForm:
    """``forms/<表号>.toml``."""

    id: str
    title: str
    filled_by: str
    rows: list[RawRow]
    notes: list[str] = field(default_factory=list)
    missing: str = ""


@dataclass(frozen=True)
class RawColumn:
    """A ledger's column."""

    name: str
    kind: str
    measure: str = ""
    required: bool | str = False
    options: list[str] = field(default_factory=list)
    code_list: str = ""
    part_of: str = ""
    in_year: bool = False
    ends: str = ""
    until_year_end: bool = False
    definition: str = ""
    width: int = 14
    synonyms: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RawLedger:
    """``ledgers/<id>-<short>.toml``."""

    id: str
    name: str
    short: str
    required_by: str
    purpose: str
    key: list[str]
    columns: list[RawColumn]
    capacity: int = 1000
    required_for: list[str] = field(default_factory=list)
    carried: bool = False


@dataclass(frozen=True)
class RawRule:
    """A rule that is no family: ``rules/<表号>.toml``."""

    id: str
    title: str
    severity: str
    check: str
    message: str
    hint: str
    source: str
    at: str = ""
    when: str = ""
    each: str = ""
    since: int = 0
    short: str = ""
    hold: bool = False
    passing: list[dict[str, Any]] = field(default_factory=list)
    failing: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class RawRules:
    """The whole of a rules file."""

    rules: list[RawRule] = field(default_factory=list)


@dataclass(frozen=True)
class RawMigration:
    """``[[migrations]]`` of migrations.toml; ``from`` is a word of Python."""

    source: str
    rename: dict[str, str] = field(default_factory=dict)
    drop: list[str] = field(default_factory=list)
    add: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RawMigrations:
    """The whole of migrations.toml."""

    migrations: list[RawMigration] = field(default_factory=list)


@dataclass(frozen=True)
class RawSame:
    """``[[duplicates]]`` of across.toml."""

    ledger: str
    name: str
    id: str = ""
    agree: list[str] = field(default_factory=list)
    day: str = ""
    days: int = 0
    alike: float = 0.75


@dataclass(frozen=True)
class RawGroup:
    """``[[groups]]`` of across.toml."""

    name: str
    levels: list[str]


@dataclass(frozen=True)
class RawRetention:
    """``[[retention]]`` of across.toml."""

    what: str
    years: int
    covers: str = ""
    source: str = ""


@dataclass(frozen=True)
class RawAcross:
    """The whole of across.toml."""

    duplicates: list[RawSame] = field(default_factory=list)
    groups: list[RawGroup] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    key_numbers: list[str] = field(default_factory=list)
    large_change: float = 0.3
    retention: list[RawRetention] = field(default_factory=list)


@dataclass(frozen=True)
class RawSampling:
    """The whole of sampling.toml."""

    levels: list[str] = field(default_factory=list)
    indicators: list[str] = field(default_factory=list)
    ledgers: list[str] = field(default_factory=list)
    ledger_rows: int = 0


@dataclass(frozen=True)
class RawKind:
    """``[[kinds]]`` of survey.toml."""

    name: str
    forms: list[str]
    levels: list[str]
    part: bool = False


@dataclass(frozen=True)
class RawDeadline:
    """``[[deadlines]]`` of survey.toml."""

    name: str
    month: int
    day: int
    levels: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RawYoy:
    """``[yoy]``: when a change against last year asks for an explanation."""

    ratio: float
    floor: float
    influence: float = 1
    identical: float = 0
    measures: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class RawExplanations:
    """``[explanations]``: what does not count as one."""

    stock_phrases: list[str]
    min_length: int
    ditto: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RawSummary:
    """``[summary]``: the skeleton of 工作总结."""

    outline: list[str]
    min_length: int


@dataclass(frozen=True)
class RawSending:
    """``[send]``: to whom units report where the roster does not say it, and how; blank says what holds anywhere."""

    to: str = ""
    how: str = ""


@dataclass(frozen=True)
class RawSurvey:
    """``survey.toml``."""

    id: str
    title: str
    version: str
    organ: str
    approved_by: str
    approval: str
    valid_until: str
    law: str
    levels: list[str]
    kinds: list[RawKind]
    deadlines: list[RawDeadline]
    yoy: RawYoy
    explanations: RawExplanations
    summary: RawSummary
    cover: list[RawRow]
    send: RawSending = RawSending()
    most: dict[str, float] = field(default_factory=dict)
    ask_above: dict[str, float] = field(default_factory=dict)
    ask_below: dict[str, float] = field(default_factory=dict)
    ask_levels: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class RawItem:
    """``[[items]]`` of checklist.toml: what a unit confirms because no workbook can show it."""

    id: str
    text: str
    options: list[str]
    source: str
    form: str = ""
    codes: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    required: bool = True


@dataclass(frozen=True)
class RawChecklist:
    """``checklist.toml``."""

    items: list[RawItem] = field(default_factory=list)


@dataclass(frozen=True)
class RawCascade:
    """``codes/<id>.toml`` beside a CSV: which columns are code lists, from the widest area to the narrowest."""

    id: str
    source: str
    lists: list[str]
    """Columns of the CSV that hold names; the codes stand in ``<name>_code``."""


@dataclass(frozen=True)
class RawList:
    """A plain code list of ``codes/lists.toml``."""

    options: list[str]
    source: str = ""
