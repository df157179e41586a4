"""Raw tables to model: composite items to their parts, attributes to rules, texts to trees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date
from math import isfinite
from typing import Any

from templates import families, model, raw
from templates.expression import (
    CellRef,
    ExpressionError,
    Node,
    list_references,
    parse_reference,
)
from templates.expression import list_ledgers as ledgers_in
from templates.meant import tell_meant
from templates.problems import Problems
from templates.words import lookup, say

CHECKLIST = "checklist.toml"
"""What units confirm; a survey may have none."""

_ROLLUPS = {"": model.RollUp.SUM} | {way.value: way for way in model.RollUp}
"""What ``rollup`` may say in a word; anything else is what a ratio is worked out by."""

_UNFIT = re.compile(r"""[\[\]{}!@"'\n]""")
"""What stands around codes in expressions, messages and addresses."""

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def build_form(form: raw.RawForm, problems: Problems) -> model.Form:
    """Return the form with composite items spread into their parts and sections numbered."""
    return _form(form, f"forms/{form.id}.toml", problems, sections=True)


def build_cover(rows: list[raw.RawRow], problems: Problems) -> model.Form:
    """Return the cover's sign-off block as a form named like its sheet."""
    name = lookup("workbook.sheets.cover")
    for row in rows:
        if keys := [key for key in _NOT_ON_COVER if getattr(row, key)]:
            problems.add(
                "D017", "survey.toml", say("load.on_cover", name=row.name or row.heading, keys="、".join(keys))
            )
    refuse_repeats([row.name for row in rows], "survey.toml", problems, "twice")
    return _form(raw.RawForm(name, name, "", rows), "survey.toml", problems, sections=False)


_NOT_ON_COVER = (
    "heading",
    "parts",
    "choices",
    "choices_other",
    "detail",
    "part_of",
    "companion_of",
    "expected_with",
    "ledger",
    "derive",
    "ledger_sum",
    "only_kinds",
    "not_kinds",
    "only_levels",
    "soft_levels",
    "alternative",
    "compose",
    "rollup",
)
"""Keys of a row that mean nothing there: the sign-off is everybody's, typed by hand, and of this year alone."""


def build_checklist(items: list[raw.RawItem], kinds: list[raw.RawKind], problems: Problems) -> model.Form | None:
    """Return the items as a form named like its sheet, or None without any."""
    name = lookup("workbook.sheets.checklist")
    refuse_repeats([item.id for item in items], CHECKLIST, problems)
    rows = tuple(_item(name, item, kinds, problems) for item in items)
    return model.Form(name, say("workbook.checklist.title"), "", rows) if rows else None


def _item(checklist: str, item: raw.RawItem, kinds: list[raw.RawKind], problems: Problems) -> model.Indicator:
    """An item that speaks of a form concerns only units that file it."""
    filing = [kind.name for kind in kinds if not item.form or item.form in kind.forms]
    if not filing or not set(item.kinds) <= set(filing):
        problems.add("D003", CHECKLIST, say("load.item_without_form", item=item.id, form=item.form))
    return model.Indicator(
        form=checklist,
        code=item.id,
        name=item.text,
        kind=model.Kind.CHOICE,
        definition=item.text,
        definition_source=item.source,
        required=item.required,
        options=_options(item.options, CHECKLIST, problems),
        only_kinds=tuple(item.kinds or filing),
        only_levels=tuple(item.levels),
        about=tuple(CellRef(item.form, code) for code in item.codes),
    )


def _form(form: raw.RawForm, file: str, problems: Problems, *, sections: bool) -> model.Form:
    numbered = _sections(form.rows) if sections else {}
    rows: list[model.Row] = []
    enclosing: list[tuple[int, str]] = []
    for index, row in enumerate(form.rows):
        if row.heading:
            enclosing = [(level, code) for level, code in enclosing if level < row.level]
            enclosing.append((row.level, numbered.get(index, "")))
            rows.append(model.Heading(row.heading, row.level, row.definition, numbered.get(index, "")))
            continue
        if not row.code:
            problems.add("D002", file, say("load.heading_or_code", number=index + 1))
            continue
        rows.extend(_spread(form.id, row, tuple(code for _, code in enclosing if code), file, problems))
    codes = [row.code for row in rows if isinstance(row, model.Indicator)]
    refuse_repeats(codes, file, problems)
    for code in [code for code in (form.id, *codes) if _UNFIT.search(code)]:
        problems.add("D002", file, say("load.bad_name", name=code))
    if not codes:
        problems.add("D002", file, say("load.no_indicators"))
    return model.Form(form.id, form.title, form.filled_by, tuple(rows), tuple(form.notes), form.missing)


def _sections(rows: list[raw.RawRow]) -> dict[int, str]:
    """Return for each heading with open number cells below it the code of its 本节无此项业务 cell: s1, s2, …"""
    numbered: dict[int, str] = {}
    for index, row in enumerate(rows):
        if row.heading and any(_can_be_nothing(below) for below in _below(rows, index)):
            numbered[index] = f"s{len(numbered) + 1}"
    return numbered


def _below(rows: list[raw.RawRow], heading: int) -> Iterator[raw.RawRow]:
    for row in rows[heading + 1 :]:
        if row.heading and row.level <= rows[heading].level:
            return
        yield row


def _can_be_nothing(row: raw.RawRow) -> bool:
    return bool(row.kind) and model.Kind(row.kind).is_number and not row.derive if _known(row.kind) else False


_DECLARED = tuple(kind.value for kind in model.Kind if kind not in (model.Kind.COMPOSITE, model.Kind.NOTHING_HERE))
"""Kinds that a cell can be declared to be of; the others come from how a row is written."""


def _known(kind: str) -> bool:
    return kind in _DECLARED


def _tell_kind(name: str, kind: str) -> str:
    """Return the sentence about a kind that no cell can be of."""
    meant = tell_meant(kind, _DECLARED) or "；"
    return say("load.kind", name=name, kind=kind, meant=meant, known="、".join(_DECLARED))


def refuse_repeats(codes: list[str], file: str, problems: Problems, word: str = "duplicate_code") -> None:
    """Keep a problem for every text that stands twice among ``codes``."""
    for code in [code for code, times in Counter(codes).items() if times > 1]:
        problems.add("D005", file, say(f"load.{word}", code=code, name=code))


def _keep_unknown_kinds(row: raw.RawRow, file: str, problems: Problems) -> bool:
    """Keep a problem for each kind of a row or of its parts that no cell can be of; return whether there was one."""
    parts: Sequence[raw.RawRow | raw.RawPart] = row.parts or [row]
    unknown = [part for part in parts if not _known(part.kind)]
    for part in unknown:
        problems.add("D002", file, _tell_kind(part.name, part.kind))
    return bool(unknown)


_CONVERTED = {
    "kind",
    "code_status",
    "required",
    "decimals",
    "options",
    "derive",
    "ledger_sum",
    "yoy",
    "compose",
    "rollup",
}
_AS_WRITTEN = {one.name for one in fields(raw.RawRow)} & {one.name for one in fields(model.Indicator)} - _CONVERTED
"""Keys of a row that its indicator has as they are written; a new one is declared in ``raw`` and in ``model`` only."""


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _spread(
    form: str, row: raw.RawRow, section: tuple[str, ...], file: str, problems: Problems
) -> Iterator[model.Indicator]:
    """Yield the indicator of ``row`` and the parts it has."""
    kind = "composite" if row.parts else row.kind
    if _keep_unknown_kinds(row, file, problems):
        return
    where = f"{form}-{row.code}"
    item = model.Indicator(
        form=form,
        section=section,
        **{key: _frozen(getattr(row, key)) for key in _AS_WRITTEN},
        kind=model.Kind(kind),
        code_status=model.CodeStatus(row.code_status),
        measure_verified=row.measure_status != "unverified",
        required=row.required and not row.parts,
        decimals=row.decimals if kind == "decimal" else 0,
        options=_options(row.options, file, problems),
        derive=problems.tree(row.derive, file, where, form),
        ledger_sum=problems.tree(row.ledger_sum, file, where, form),
        yoy=row.yoy and model.Kind(kind).is_number,
        compose=_compose(row, where, file, problems),
        rollup=_ROLLUPS.get(row.rollup, model.RollUp.SUM),
        over_totals=None if row.rollup in _ROLLUPS else problems.tree(row.rollup, file, where, form),
    )
    yield item
    yield from _parts(item, row)


def _parts(item: model.Indicator, row: raw.RawRow) -> Iterator[model.Indicator]:
    blanks = [(part.name, part.kind, part.required, part.code_list) for part in row.parts]
    blanks += [(name, "yes_no", False, "") for name in row.choices]
    blanks += [(name, "text", False, "") for name in (row.choices_other, row.detail) if name]
    yes_no = tuple(model.Option(*text.split(" ", 1)) for text in lookup("workbook.yes_no"))
    for number, (name, kind, required, code_list) in enumerate(blanks, start=1):
        yield model.Indicator(
            form=item.form,
            code=f"{item.code}.{number}",
            name=say("workbook.part_name", item=item.plain_name, part=name),
            kind=model.Kind(kind),
            indent=item.indent + 1,
            period=item.period,
            definition=item.definition,
            definition_source=item.definition_source,
            required=required,
            options=yes_no if kind == "yes_no" else (),
            code_list=code_list,
            item=item.code,
            section=item.section,
            only_kinds=item.only_kinds,
            not_kinds=item.not_kinds,
            only_levels=item.only_levels,
            closed_note=item.closed_note,
            compose=_compose_of_part(item, model.Kind(kind)),
        )


def _compose(row: raw.RawRow, where: str, file: str, problems: Problems) -> model.Compose | None:
    if row.compose and row.compose not in {known.value for known in model.Compose}:
        known = "、".join(known.value for known in model.Compose)
        problems.add("D002", file, say("load.compose", where=where, compose=row.compose, known=known))
        return None
    return model.Compose(row.compose) if row.compose else None


def _compose_of_part(item: model.Indicator, kind: model.Kind) -> model.Compose | None:
    """An answer that any part may give brings its choices along, and what is listed beside it."""
    if item.compose is not model.Compose.ANY:
        return None
    return next((way for way in (model.Compose.ANY, model.Compose.JOIN) if way.fits(kind)), None)


def _options(texts: list[str], file: str, problems: Problems) -> tuple[model.Option, ...]:
    options = tuple(_option(text, file, problems) for text in texts)
    refuse_repeats([option.code for option in options], file, problems)
    return options


def _option(text: str, file: str, problems: Problems) -> model.Option:
    code, _, label = text.partition(" ")
    if not label:
        problems.add("D002", file, say("load.option", option=text))
    return model.Option(code, label)


def build_ledger(ledger: raw.RawLedger, problems: Problems) -> model.Ledger:
    """Return the ledger with 多选 columns spread, and with the columns that every ledger has."""
    file = f"ledgers/{ledger.id}-{ledger.short}.toml"
    columns = [built for column in ledger.columns for built in _columns(ledger, column, file, problems)]
    status = lookup("workbook.row_status")
    columns.append(
        model.Column(status["name"], model.Kind.CHOICE, options=tuple(status["options"]), definition=status["prompt"])
    )
    remark = lookup("workbook.row_remark")
    columns.append(
        model.Column(
            remark["name"],
            model.Kind.TEXT,
            definition=remark["prompt"],
            width=20,
            synonyms=tuple(remark["synonyms"]),
        )
    )
    names = [column.name for column in columns]
    declared = {column.name for column in ledger.columns}  # one that is wrong itself is told already
    for key in ledger.key:
        if key not in {*names, *declared}:
            problems.add("D006", file, say("load.key_column", ledger=ledger.short, column=key))
    refuse_repeats(names, file, problems)
    return model.Ledger(
        ledger.id,
        ledger.name,
        ledger.short,
        ledger.required_by,
        ledger.purpose,
        tuple(ledger.key),
        tuple(columns),
        ledger.capacity,
        tuple(ledger.required_for),
        ledger.carried,
    )


def bind_derived_cells(form: model.Form, ledgers: dict[str, model.Ledger]) -> model.Form:
    """Return the form whose derived cells know which units their ledger binds."""
    return replace(form, rows=tuple(_bound(row, ledgers) for row in form.rows))


def _bound(row: model.Row, ledgers: dict[str, model.Ledger]) -> model.Row:
    if isinstance(row, model.Heading) or row.derive is None:
        return row
    ledger = ledgers.get(row.ledger or next(iter(ledgers_in(row.derive)), ""))
    return replace(row, required_for=ledger.required_for) if ledger else row


def _columns(ledger: raw.RawLedger, column: raw.RawColumn, file: str, problems: Problems) -> Iterator[model.Column]:
    if column.kind == "multi_choice":
        for option in column.options:
            name = say("workbook.part_name", item=column.name, part=option)
            yield model.Column(
                name,
                model.Kind.YES_NO,
                definition=column.definition,
                width=column.width,
                choice_of=column.name,
                synonyms=tuple(column.synonyms),
            )
        return
    if not _known(column.kind):
        problems.add("D002", file, _tell_kind(column.name, column.kind))
        return
    condition = column.required if isinstance(column.required, str) else ""
    yield model.Column(
        name=column.name,
        kind=model.Kind(column.kind),
        measure=column.measure,
        required=column.required is True,
        required_when=problems.tree(condition, file, column.name, "", ledger.short),
        options=tuple(column.options),
        code_list=column.code_list,
        definition=column.definition,
        width=column.width,
        synonyms=tuple(column.synonyms),
    )


def build_rules(
    survey: raw.RawSurvey,
    forms: dict[str, raw.RawForm],
    ledgers: list[raw.RawLedger],
    written: list[tuple[str, raw.RawRule]],
    problems: Problems,
) -> tuple[model.Rule, ...]:
    """Return the rules written out and the members of every family, in the order of the forms."""
    drafts = [
        *families.derive_form_rules(survey, forms, ledgers),
        *families.derive_ledger_rules(ledgers),
        *(families.Draft(form, rule, "") for form, rule in written),
    ]
    shorts = {ledger.short for ledger in ledgers}
    rules = [rule for draft in drafts if (rule := _rule(draft, shorts, problems))]
    order = {form: place for place, form in enumerate(forms)}
    return tuple(sorted(rules, key=lambda rule: order.get(rule.form, len(order))))


def _rule(draft: families.Draft, shorts: set[str], problems: Problems) -> model.Rule | None:
    form, rule = draft.form, draft.rule
    file = draft.file
    if rule.severity not in {known.value for known in model.Severity}:
        meant = tell_meant(rule.severity, model.Severity) or "；"
        problems.add("D002", file, say("load.severity", where=rule.id, severity=rule.severity, meant=meant))
        return None
    check = problems.tree(rule.check, file, rule.id, form, rule.each)
    message = _message(rule, form, file, problems)
    if check is None:
        return None
    return model.Rule(
        id=rule.id,
        form=form,
        at=rule.at or _first_code(check, form, rule.each),
        title=rule.title,
        severity=model.Severity(rule.severity),
        check=check,
        message=message,
        hint=rule.hint + (say("workbook.hold_hint") if rule.hold else ""),
        source=rule.source,
        when=problems.tree(rule.when, file, rule.id, form, rule.each),
        each=rule.each,
        family=draft.family,
        since=rule.since,
        short=rule.short,
        hold=rule.hold,
        passing=tuple(_example(example, draft, shorts, problems) for example in rule.passing),
        failing=tuple(_example(example, draft, shorts, problems) for example in rule.failing),
    )


def _first_code(check: Node, form: str, each: str) -> str:
    """A rule that does not say which row carries its message speaks at the first cell of its own form."""
    own = (found.code for found in list_references(check) if found.form == form)
    return "" if each else next(own, "")


def _message(rule: raw.RawRule, form: str, file: str, problems: Problems) -> tuple[str | Node, ...]:
    """Split ``…{expression}…`` into texts and trees. ``{row}`` stays a text for the engines to fill in."""
    parts: list[str | Node] = []
    for index, piece in enumerate(PLACEHOLDER.split(rule.message)):
        if index % 2 == 0:
            parts.append(piece)
        elif piece == "row":
            parts.append("{row}")
        elif tree := problems.tree(piece, file, f"{rule.id} message", form, rule.each):
            parts.append(tree)
    return tuple(part for part in parts if part != "")


def _example(values: dict[str, Any], draft: families.Draft, shorts: set[str], problems: Problems) -> model.Example:
    cells: dict[CellRef, object] = {}
    rows: dict[str, tuple[dict[str, object], ...]] = {}
    for key, value in values.items():
        if wrong := _unfit(key, value, shorts):
            problems.add("D007", draft.file, say(f"load.{wrong}", rule=draft.rule.id, key=key, value=value))
        elif key in shorts:
            rows[key] = tuple([value] if isinstance(value, dict) else value)
        elif key not in ("kind", "level"):
            try:
                cells[bind_reference(key, draft.form)] = value
            except ExpressionError:
                message = say("load.example_key", rule=draft.rule.id, key=key)
                problems.add("D007", draft.file, message)
    return model.Example(cells, rows, str(values.get("kind", "")), str(values.get("level", "")))


def _unfit(key: str, value: object, shorts: set[str]) -> str:
    """Return the word for what is wrong with a value of an example; "" where nothing is."""
    if key not in shorts:
        return "" if _is_plain(value) else "example_value"
    rows = [value] if isinstance(value, dict) else value
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return "example_rows"
    return "" if all(_is_plain(cell) for row in rows for cell in row.values()) else "example_value"


def _is_plain(value: object) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, str | int | date) and not isinstance(value, bool)


def bind_reference(text: str, form: str) -> CellRef:
    """Return the reference that ``text`` names, in ``form`` when it names none."""
    found = parse_reference(text)
    return CellRef(found.form or form, found.code, found.view)
