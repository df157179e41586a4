"""Families of rules: what one attribute of an indicator or a column implies, written once in families.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template
from typing import Any

from templates import raw
from templates.expression import Aggregate, ColumnRef, Compare, ExpressionError, Text, parse
from templates.model import Severity, strip_of_which
from templates.words import say

EXAMPLE_YEAR = 2024
"""The reporting year that examples of rules are judged in."""

LOOKED_AT = 16
"""So many rows of a form tell whether it is last year's: more would only make the formula longer."""

_HALF = 0.5
_QUANTITIES = ("count", "money", "decimal")


class _Blank(Template):
    """``$name`` placeholders; names are ASCII so that Chinese text may follow at once."""

    idpattern = r"(?a:[a-z_]+)"


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as text, with the form it belongs to and the family it came from."""

    form: str
    rule: raw.RawRule
    family: str
    origin: str = ""

    @property
    def file(self) -> str:
        """The file that a problem with this rule is to be mended in."""
        return self.origin or f"rules/{self.form}.toml"


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, Any]]:
    """Return the families by name."""
    return tomllib.loads(files("templates").joinpath("families.toml").read_text(encoding="utf-8"))


def derive_form_rules(
    survey: raw.RawSurvey, forms: dict[str, raw.RawForm], ledgers: list[raw.RawLedger]
) -> Iterator[Draft]:
    """Yield every rule that the rows of the forms imply by their attributes."""
    by_short = {ledger.short: ledger for ledger in ledgers}
    rows = {(form.id, row.code): row for form in forms.values() for row in form.rows if row.code}
    for form in forms.values():
        names = {row.code: strip_of_which(row.name) for row in form.rows if row.code}
        for row in form.rows:
            if not row.code:
                continue
            blanks = _row_blanks(survey, row, by_short) | _who_is_bound(survey, form.id, row, by_short)
            blanks |= _spread_over(form.id, row, rows) | _by_itself(survey, form.id, row)
            for family, text in catalogue().items():
                if _carries(row, text["attribute"], blanks):
                    other = str(getattr(row, text["attribute"], ""))
                    filled = blanks | {"other": other, "other_name": names.get(other, "")}
                    rule = _fill(text, filled, id=f"{form.id}-{row.code}.{family}", at=row.code)
                    yield Draft(form.id, rule, family, f"forms/{form.id}.toml")
        yield from _derive_rule_of_the_whole(survey.yoy, form)


def _derive_rule_of_the_whole(yoy: raw.RawYoy, form: raw.RawForm) -> Iterator[Draft]:
    """Yield the rule that a form is not last year's, told by what happened in the year: the rows that weigh most."""
    flows = [row for row in form.rows if row.period == "flow" and row.kind in _QUANTITIES and not row.derive]
    codes = [row.code for row in sorted(flows, key=lambda row: -(row.influence or yoy.influence))[:LOOKED_AT]]
    if not yoy.identical or not codes:
        return
    at = next(row.code for row in flows if row.code in codes)
    blanks = {
        "code": at,
        "sum": ", ".join(f"[{code}]" for code in codes),
        "differences": ", ".join(f"abs([{code}] - [{code}@prior])" for code in codes),
        "least": f"{yoy.identical:g}",
        "less": f"{yoy.identical - 1:g}",
    }
    for family, text in catalogue().items():
        if text["attribute"] == "form.flows":
            yield Draft(form.id, _fill(text, blanks, id=f"{form.id}.{family}", at=at), family, f"forms/{form.id}.toml")


def derive_ledger_rules(ledgers: list[raw.RawLedger]) -> Iterator[Draft]:
    """Yield every row rule that the columns of the ledgers imply by their attributes."""
    for ledger in ledgers:
        for column in ledger.columns:
            blanks = {
                "name": column.name,
                "other": column.part_of,
                "not_over": _not_over_before_the_year(column),
                "ends": column.ends,
                "ledger": ledger.short,
                "ledger_name": ledger.name,
                "key": ledger.key[0],
                "year": str(EXAMPLE_YEAR),
                "last_year": str(EXAMPLE_YEAR - 1),
                "next_year": str(EXAMPLE_YEAR + 1),
            }
            for family, text in catalogue().items():
                scope, _, attribute = text["attribute"].rpartition(".")
                if scope == "column" and getattr(column, attribute):
                    rule = _fill(text, blanks, id=f"{ledger.id}-{column.name}.{family}", each=ledger.short)
                    yield Draft("", rule, family, f"ledgers/{ledger.id}-{ledger.short}.toml")


def _not_over_before_the_year(column: raw.RawColumn) -> str:
    """Return the condition that what happened on the day, or ended on another, was not over when the year began."""
    days = (column.name, column.ends) if column.ends else (column.name,)
    return " or ".join(f"{day} >= date(year, 1, 1)" for day in days)


def _carries(row: raw.RawRow, attribute: str, blanks: dict[str, str]) -> bool:
    if attribute.startswith(("column.", "form.")):
        return False
    if attribute in ("above", "below"):
        return bool(blanks[attribute])
    if attribute == "money":
        return row.kind == "money"
    if attribute == "yoy":
        return row.yoy and row.kind in _QUANTITIES
    if attribute in ("ask_above", "ask_below") and not row.per:
        return False
    if attribute == "unbound":
        return bool(row.derive and blanks["free_kind"])
    if attribute in ("derive", "ledger_sum") and not blanks["ledger_name"]:
        return False
    return bool(getattr(row, attribute))


def _row_blanks(survey: raw.RawSurvey, row: raw.RawRow, ledgers: dict[str, raw.RawLedger]) -> dict[str, str]:
    short = row.ledger or _ledger_of(row.derive or row.ledger_sum)
    ledger = ledgers.get(short)
    others = [level for level in survey.levels if level not in row.soft_levels]
    return {
        "code": row.code,
        "name": strip_of_which(row.name).replace("{", "").replace("}", ""),
        "measure": row.measure,
        "companion_severity": row.companion_severity,
        "companion_hint": row.companion_hint or catalogue()["companion"]["usual_hint"],
        "soft_levels_source": row.soft_levels_source or catalogue()["level"]["usual_source"],
        "ledger": short,
        "ledger_name": ledger.name if ledger else "",
        "key": ledger.key[0] if ledger else "",
        "required_by": ledger.required_by if ledger else "",
        "derive": row.derive,
        "ledger_sum": row.ledger_sum,
        "levels": "、".join(row.soft_levels),
        "level_check": " or ".join(f'level = "{level}"' for level in row.soft_levels),
        "one_level": row.soft_levels[0] if row.soft_levels else "",
        "other_level": others[0] if others else "",
        "row": row.derive or row.ledger_sum,
    } | _against_last_year(survey.yoy, row)


def _against_last_year(yoy: raw.RawYoy, row: raw.RawRow) -> dict[str, str]:
    """Return what a change against last year may be: the less a row weighs, the more of it.

    A change up to half is measured by last year's number. Beyond, that would let nearly every fall pass, so that the
    smaller of the two numbers measures both ways.
    """
    weight = row.influence or yoy.influence
    of_measure = yoy.measures.get(row.measure, {})
    floor = round(of_measure.get("floor", yoy.floor) / weight)
    ratio = round(of_measure.get("ratio", yoy.ratio) / weight, 2)
    base = f"[{row.code}@prior]"
    if ratio > _HALF:
        base = f"min([{row.code}], {base})"
    words = catalogue()["yoy"]["beyond_either" if ratio > _HALF else "beyond"]
    return {
        "within": f"{ratio:g} * {base}",
        "beyond": _Blank(words).safe_substitute(percent=f"{ratio:.0%}"),
        "floor": f"{floor}",
        "floor_number": f"{floor}",
        "floor_up": f"{floor + 1}",
        "floor_over": f"{max(floor, 1) * 3 + 3}",
    }


def _spread_over(form: str, row: raw.RawRow, rows: dict[tuple[str, str], raw.RawRow]) -> dict[str, str]:
    """Return what is said of the cell that the row's number is held against, each one of it; blanks without one."""
    other, _, code = row.per.rpartition("!")
    found = rows.get((other or form, code))
    return {
        "per": row.per,
        "per_label": f"{other}-{code}" if other else code,
        "per_name": strip_of_which(found.name) if found else "",
        "per_measure": found.measure if found else "",
        "ask_above": f"{row.ask_above:.15g}",
        "above_it": f"{row.ask_above + 1:.15g}",
        "ask_below": f"{row.ask_below:.15g}",
        "below_it": f"{row.ask_below - 1:.15g}",
    }


def _by_itself(survey: raw.RawSurvey, form: str, row: raw.RawRow) -> dict[str, str]:
    """Return how much of it a unit hardly has, and how little: of the row, else of its measure; blanks where not said.

    A row that is held against another needs none. The examples are of a level that has no more than others.
    """
    asked = row.kind in _QUANTITIES and not row.per
    above = (row.ask_above or survey.ask_above.get(row.measure, 0)) if asked else 0
    below = (row.ask_below or survey.ask_below.get(row.measure, 0)) if asked else 0
    more = [f'level = "{level}" and [{row.code}] <= {above * times:.15g}' for level, times in survey.ask_levels.items()]
    filing = [(kind.name, level) for kind in survey.kinds if form in kind.forms for level in kind.levels]
    usual = [unit for unit in filing if unit[1] not in survey.ask_levels]
    kind, level = next((unit for unit in usual if not row.only_levels or unit[1] in row.only_levels), ("", ""))
    return {
        "above": f"{above:.15g}" if above else "",
        "above_over": f"{above + 1:.15g}",
        "above_check": " or ".join([f"[{row.code}] <= {above:.15g}", *more]),
        "ask_kind": kind,
        "ask_level": level,
        "below": f"{below:.15g}" if below else "",
        "below_under": f"{below - 1:.15g}",
    }


def _who_is_bound(
    survey: raw.RawSurvey, form: str, row: raw.RawRow, ledgers: dict[str, raw.RawLedger]
) -> dict[str, str]:
    """Return the condition under which the row's ledger binds a unit, with one unit that it binds and one it does not.

    All blank where it binds everybody.
    """
    ledger = ledgers.get(row.ledger or _ledger_of(row.derive))
    wanted = ledger.required_for if ledger and row.derive else []
    filing = [kind for kind in survey.kinds if wanted and form in kind.forms]
    units = [(kind.name, level) for kind in filing for level in kind.levels]
    bound = [unit for unit in units if set(unit) & set(wanted)]
    free = [unit for unit in units if unit not in bound]
    named = [f'{"level" if name in survey.levels else "kind"} = "{name}"' for name in wanted]
    one, other = (next(iter(found), ("", "")) for found in (bound, free))
    return {
        "bound": " or ".join(named),
        "bound_kind": one[0],
        "bound_level": one[1],
        "free_kind": other[0],
        "free_level": other[1],
    }


def _ledger_of(text: str) -> str:
    tree = _aggregate(text)
    return tree.ledger if tree else ""


def _aggregate(text: str) -> Aggregate | None:
    """Return the aggregate that ``text`` is; None for anything else, of which the row's own expression is told."""
    try:
        tree = parse(text) if text else None
    except ExpressionError:
        return None
    return tree if isinstance(tree, Aggregate) else None


def _fill(text: dict[str, Any], blanks: dict[str, str], *, id: str, at: str = "", each: str = "") -> raw.RawRule:
    def fill(name: str) -> str:
        return _Blank(text.get(name, "")).safe_substitute(blanks)

    severity = fill("severity")
    return raw.RawRule(
        id=id,
        at=at,
        each=each,
        title=fill("title"),
        severity=severity,
        when=fill("when"),
        check=fill("check"),
        message=fill("message"),
        hint=fill("hint") + (fill("warning_hint") if severity == Severity.WARNING else ""),
        source=fill("source"),
        hold=text.get("hold", False),
        passing=[_example(example, blanks) for example in text.get("pass", [])],
        failing=[_example(example, blanks) for example in text.get("fail", [])],
    )


def _example(example: dict[str, Any], blanks: dict[str, str]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for key, value in example.items():
        name = _Blank(key).safe_substitute(blanks)
        if value == "$row":
            filled[name] = [_row_of(blanks["row"], blanks["key"])]
        elif isinstance(value, dict):
            filled[name] = [{blanks["key"]: say("render.example_name")} | _example(value, blanks)]
        else:
            filled[name] = _value(_Blank(value).safe_substitute(blanks)) if isinstance(value, str) else value
    return filled


def _value(text: str) -> object:
    """Return a number where the filled-in text is one."""
    try:
        return float(text)
    except ValueError:
        return text


def _row_of(aggregate: str, key: str) -> dict[str, object]:
    """Return a row that ``aggregate`` counts once, or sums to 1."""
    tree = _aggregate(aggregate)
    if tree is None:
        return {}
    row: dict[str, object] = {key: say("render.example_name")}
    for condition in tree.conditions:
        match condition:
            case Compare("=", ColumnRef(name=name), Text(value=value)):
                row[name] = value
    if tree.column:
        row[tree.column] = 1.0
    return row
